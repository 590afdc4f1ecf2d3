/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/rope.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* HIGH is without the last bits, so that small multiples are exact */
#define LN2      0.69314718055994530942
#define LN2_HIGH 0x1.62e42fefap-1
#define LN2_LOW  0x1.cf79abc9e3b3ap-40
#define PI       3.14159265358979323846

/* 2^e for -1022 <= e <= 1023 */
static double power_of_two(int e)
{
	uint64_t bits = (uint64_t)(e + 1023) << 52;
	double d;

	memcpy(&d, &bits, sizeof d);
	return d;
}

/* x = 2^e·m with m in [√½, √2): ln x = e·ln 2 + 2·artanh((m-1)/(m+1)) */
double exact_log(double x)
{
	uint64_t bits;
	int e;
	double m, s, z, sum = 0;

	if (isnan(x))
		return x;
	memcpy(&bits, &x, sizeof bits);
	e = (int)(bits >> 52) - 1023;
	bits = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
	memcpy(&m, &bits, sizeof m);
	if (m > 1.41421356237309504880) {
		m /= 2;
		e++;
	}
	s = (m - 1) / (m + 1);
	z = s * s;
	for (int k = 27; k >= 1; k -= 2)
		sum = sum * z + 1.0 / k;
	return e * LN2 + 2 * s * sum;
}

/* x = n·ln 2 + r: 2^n times the Taylor polynomial of e^r */
double exact_exp(double x)
{
	int n;
	double r, sum = 1;

	if (isnan(x)) /* weights may be anything */
		return x;
	if (x > 700)
		x = 700;
	if (x < -700)
		x = -700;
	n = (int)(x / LN2 + (x < 0 ? -0.5 : 0.5));
	r = (x - n * LN2_HIGH) - n * LN2_LOW;
	for (int k = 16; k >= 1; k--)
		sum = 1 + sum * r / k;
	return sum * power_of_two(n);
}

/* Sine and cosine of |x| < 2^30: reduced by multiples of π/2 in three parts, then Taylor polynomials. */
static void sine_cosine(double x, double *sine, double *cosine)
{
	int64_t n = (int64_t)(x * (2 / PI) + (x < 0 ? -0.5 : 0.5));
	double k = (double)n;
	double r = ((x - k * 0x1.921fb544p+0) - k * 0x1.0b4611a6p-34) - k * 0x1.3198a2e037073p-69;
	double z = r * r, s = 0, c = 0;

	for (int i = 19; i >= 3; i -= 2)
		s = (1 - s) * z / (i * (i - 1));
	s = r * (1 - s);
	for (int i = 20; i >= 2; i -= 2)
		c = (1 - c) * z / (i * (i - 1));
	c = 1 - c;
	if ((n & 1) != 0) { /* a quarter turn on */
		double t = s;

		s = c;
		c = -t;
	}
	*sine = (n & 2) != 0 ? -s : s;
	*cosine = (n & 2) != 0 ? -c : c;
}

/* YaRN (arXiv 2309.00071): the pair whose wavelength fits `turns` times into the original context */
static double yarn_pair(const struct rope_scaling *s, double dims, double turns)
{
	return dims * exact_log(s->original / (turns * 2 * PI)) / (2 * exact_log(s->base));
}

void rope_init(struct rope *r, enum rope_pairing pairing, size_t dims, const struct rope_scaling *s)
{
	double low = 0, high = 0;

	*r = (struct rope){.pairing = pairing, .pairs = dims / 2, .gain = s->gain};
	if (s->yarn) {
		low = floor(yarn_pair(s, (double)dims, s->beta_fast));
		high = ceil(yarn_pair(s, (double)dims, s->beta_slow));
		low = low < 0 ? 0 : low;
		high = high > (double)dims - 1 ? (double)dims - 1 : high;
	}
	for (size_t i = 0; i < r->pairs; i++) {
		double f = exact_exp(-2 * (double)i / (double)dims * exact_log(s->base)), keep = 0;

		if (s->factors != NULL)
			f /= (double)s->factors[i];
		if (s->yarn) {
			double width = high - low > 0.001 ? high - low : 0.001;

			keep = 1 - ((double)i - low) / width;
			keep = keep < 0 ? 0 : keep > 1 ? 1 : keep;
		}
		r->freq[i] = f / s->factor * (1 - keep) + f * keep;
	}
}

void rope_turn(const struct rope *r, size_t position, float *turn)
{
	for (size_t i = 0; i < r->pairs; i++) {
		double angle = (double)position * r->freq[i], s = 0, c = 1;

		/* factors of a hostile file may be anything */
		if (angle > -0x1p30 && angle < 0x1p30)
			sine_cosine(angle, &s, &c);
		turn[2 * i] = (float)(c * r->gain);
		turn[2 * i + 1] = (float)(s * r->gain);
	}
}

void rope_apply(const struct rope *r, const float *turn, float *head)
{
	size_t step = r->pairing == ROPE_NORM ? 2 : 1,
	       apart = r->pairing == ROPE_NORM ? 1 : r->pairs;

	for (size_t i = 0; i < r->pairs; i++) {
		float *a = head + i * step, *b = a + apart;
		float c = turn[2 * i], s = turn[2 * i + 1], x = *a, y = *b;

		*a = x * c - y * s;
		*b = x * s + y * c;
	}
}
