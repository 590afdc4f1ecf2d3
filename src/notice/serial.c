/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/serial.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "codec/digest.h"

int serial_uuid(const struct plan *p, const char *document, char out[SERIAL_TEXT],
		struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf all = {0};
	struct ow_id id;
	char hex[OW_ID_HEX];

	buf_printf(&all, "owstore %s\n%s\n%llu\n%s\n%llu\n", document, p->facts->origin,
		   (unsigned long long)p->facts->epoch, p->facts->stream,
		   (unsigned long long)p->facts->seq);
	for (size_t i = 0; i < p->facts->n_artifacts; i++)
		buf_add(&all, p->artifacts[i]->id.b, sizeof p->artifacts[i]->id.b);
	if (buf_finish(&all, err) < 0 || digest_bytes(all.p, all.n, &id, err) < 0)
		return err->code;
	id.b[6] = (uint8_t)((id.b[6] & 0x0FU) | 0x80U);
	id.b[8] = (uint8_t)((id.b[8] & 0x3FU) | 0x80U);
	(void)ow_id_hex(&id, hex);
	(void)snprintf(out, SERIAL_TEXT, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
		       hex + 12, hex + 16, hex + 20);
	return 0;
}

/* What the package URL grammar has as it is; everything else is percent-encoded. */
static void put_encoded(struct buf *b, const char *s, size_t n, const char *also)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~";

	for (size_t i = 0; i < n; i++) {
		if (strchr(plain, s[i]) != NULL || strchr(also, s[i]) != NULL)
			buf_add(b, s + i, 1);
		else
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)s[i]);
	}
}

const char *serial_purl(struct arena *a, const char *upstream)
{
	static const char hub[] = "hf:";
	OW_AUTO(buf_done) struct buf b = {0};
	const char *at;

	if (strncmp(upstream, hub, sizeof hub - 1) != 0)
		return NULL;
	upstream += sizeof hub - 1;
	at = strrchr(upstream, '@');
	if (at == upstream || upstream[0] == '\0')
		return NULL;
	buf_text(&b, "pkg:huggingface/");
	put_encoded(&b, upstream, at == NULL ? strlen(upstream) : (size_t)(at - upstream), "/");
	if (at != NULL && at[1] != '\0') {
		buf_text(&b, "@");
		put_encoded(&b, at + 1, strlen(at + 1), "");
	}
	return arena_text(a, buf_str(&b), b.n);
}

const char *serial_tool(struct arena *a, const char *producer)
{
	OW_AUTO(buf_done) struct buf b = {0};

	for (const char *c = producer; *c != '\0'; c++)
		buf_add(&b, *c == ' ' ? "-" : c, 1);
	return arena_text(a, buf_str(&b), b.n);
}
