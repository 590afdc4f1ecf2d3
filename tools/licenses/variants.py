# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""A licence text in other forms: some mean the same, some do not."""
import html
import re
import textwrap
from dataclasses import dataclass


@dataclass
class Variant:
    name: str
    kind: str  # same, page, other
    data: bytes
    note: str = ""


CLAUSE = "You must not use the material for any commercial purpose without prior written permission of its owner."
HARMLESS = "The bundle described here was assembled by the people of the northern site and is kept in their archive."


def paragraphs(text):
    return [p for p in re.split(r"\n[ \t]*\n", text.strip("\n")) if p.strip()]


def wrapped(text, width):
    return "\n\n".join(textwrap.fill(" ".join(p.split()), width, break_long_words=False) for p in paragraphs(text)) + "\n"


def page(text):
    body = "\n".join(f"<p>{html.escape(p)}</p>" for p in paragraphs(text))
    return (
        '<!DOCTYPE html>\n<html><head><title>Licence</title><style>p { margin: 1em }</style></head>\n<body>'
        '<nav><a href="/">Home</a> <a href="/docs">Documentation</a></nav>\n<main>'
        f"{body}</main><footer>Privacy, terms of this site</footer></body></html>\n"
    )


def card(text):
    prompt = "".join(f"  {line}\n" if line.strip() else "\n" for line in text.strip("\n").split("\n"))
    return (
        f"---\nlicense: other\nextra_gated_prompt: |2-\n{prompt}extra_gated_fields:\n  Name: text\n---\n"
        "# A model\n\nIt writes text. See the paper.\n"
    )


def written_otherwise(text):
    utf8 = text.encode("utf-8")
    lines = text.split("\n")
    yield Variant("as it is", "same", utf8)
    for width in (40, 72, 120):
        yield Variant(f"wrapped at {width}", "same", wrapped(text, width).encode("utf-8"))
    yield Variant("CRLF", "same", text.replace("\n", "\r\n").encode("utf-8"))
    yield Variant("byte order mark", "same", b"\xef\xbb\xbf" + utf8)
    yield Variant("UTF-16", "same", text.encode("utf-16"))
    yield Variant("Windows-1252", "same", text.encode("cp1252", "replace"))
    yield Variant("capitals", "same", text.upper().encode("utf-8"))
    yield Variant("Markdown quote", "same", "".join(f"> {line}\n" for line in lines).encode("utf-8"))
    yield Variant("C comment", "same", ("/*\n" + "".join(f" * {line}\n" for line in lines) + " */\n").encode("utf-8"))
    yield Variant("shell comment", "same", "".join(f"# {line}\n" for line in lines).encode("utf-8"))
    yield Variant("another copyright line", "same", ("Copyright (c) 1999-2031 Jane Roe and the Zephyr authors\n\n" + text).encode("utf-8"))
    yield Variant("extra_gated_prompt of a card", "same", card(text).encode("utf-8"))
    yield Variant("saved web page", "page", page(text).encode("utf-8"))


def nth(pattern, text, part):
    """The match that stands so far into the text."""
    found = list(re.finditer(pattern, text))
    return found[int(part * (len(found) - 1))] if found else None


def replaced(text, match, by):
    return text[: match.start()] + by + text[match.end() :]


def changed(row, text):
    ps = paragraphs(text)
    middle = len(ps) // 2
    yield Variant("clause appended", "other", (text + "\n\n" + CLAUSE + "\n").encode("utf-8"))
    yield Variant("clause put first", "other", (CLAUSE + "\n\n" + text).encode("utf-8"))
    yield Variant("clause inserted", "other", "\n\n".join(ps[:middle] + [CLAUSE] + ps[middle:]).encode("utf-8"))
    yield Variant("plain sentence appended", "other", (text + "\n\n" + HARMLESS + "\n").encode("utf-8"))
    for part in (0, 0.5, 1):
        match = nth(r"(?i)\bnot\s", text, part)
        if match:
            yield Variant("a lost “not”", "other", replaced(text, match, "").encode("utf-8"), text[match.start() - 40 : match.end() + 20])
    long = [p for p in ps if len(p.split()) >= 12 and "<" not in p and not re.match(r"(?i)\W*copyright", p)]
    for i in {0, len(long) // 2} if len(long) > 3 else set():
        lost = long[i]
        yield Variant("a lost paragraph", "other", "\n\n".join(p for p in ps if p is not lost).encode("utf-8"), lost[:60])
    if row["kind"] != "model":
        return
    body = "\n\n".join(p for p in ps if not re.match(r"(?i)\W*(copyright|©|\(c\))", p))
    for part in (0, 0.3, 0.6, 1):
        match = nth(r"\d+", body, part)
        if match:
            number = str(int(match.group()) + 1)
            yield Variant("a changed number", "other", replaced(body, match, number).encode("utf-8"), body[match.start() - 30 : match.end() + 20])
        match = nth(r"\b(Meta|Google|Gemma|Llama|NVIDIA|Alibaba Cloud|Stability|BigScience|DeepSeek|LG|NAVER|TII|Apple|Nomic|Licensor)\b", body, part)
        if match:
            yield Variant("a changed party", "other", replaced(body, match, "Umbrella").encode("utf-8"), body[match.start() - 30 : match.end() + 20])


def of(row, text):
    """All variants of a text; `row` is its line of texts.csv."""
    yield from written_otherwise(text)
    yield from changed(row, text)
