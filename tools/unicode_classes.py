#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""Write the general categories of Unicode as ranges of one class, for src/infer/unicode.c.

usage: unicode_classes.py OUTPUT
"""
import sys
import unicodedata

CLASS = {"Lu": "LU", "Ll": "LL", "Lt": "LT", "Lm": "LM", "Lo": "LO"}


def class_of(code):
    category = unicodedata.category(chr(code))
    if category in CLASS:
        return CLASS[category]
    return category[0] if category[0] in "MNPS" else None


def ranges():
    start, current = 0, class_of(0)
    for code in range(1, 0x110001):
        now = class_of(code) if code < 0x110000 else None
        if now != current or code == 0x110000:
            if current is not None:
                yield start, code - 1, current
            start, current = code, now


with open(sys.argv[1], "w", encoding="ascii") as out:
    out.write("/* Unicode %s, written by tools/unicode_classes.py */\n" % unicodedata.unidata_version)
    for first, last, name in ranges():
        out.write("{0x%x, 0x%x, UNI_%s},\n" % (first, last, name))
