#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""Model files for tests of the smoke test, made from tools/make-gguf or from a model that works.

    gguf.py huge OUT              a file of 130 GB that takes no room: all holes, but well-formed
    gguf.py vocabulary IN OUT     the tokens of IN with every letter e an escape character, every o a zero byte
    gguf.py flip IN OUT OFFSET    one bit, counted in bytes from the end where OFFSET is negative
    gguf.py silent IN OUT         the norm before the output is zero: every token as likely as the others
    gguf.py nan IN OUT            a scale of the embedding (Q8_0) is NaN
    gguf.py words IN OUT WORD…    one of these words, a number behind it, in the place of each token of more than a letter;
                                  \\x1b and the like are bytes, WORD*N is the word N times
    gguf.py says IN OUT KEY=TEXT… the header says so, too (KEY=NUMBER where it ends in count)
    gguf.py longer IN OUT         one token more than the model takes
    gguf.py retype IN OUT TENSOR NUMBER
                                  the tensor says that it is of another type, whose values are as large
    gguf.py split IN STEM N       the model as N files STEM-0000I-of-0000N.gguf
"""
import importlib.machinery
import importlib.util
import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True


def maker():
    path = str(Path(__file__).resolve().parents[2] / "tools/make-gguf")
    loader = importlib.machinery.SourceFileLoader("make_gguf", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_gguf", loader))
    loader.exec_module(module)
    return module


def huge(out):
    make = maker()
    shape = make.Shape(65536, 524288, 512, 512, 512)
    head, plan = make.metadata(1, 1, shape), list(make.tensors(1, shape))
    infos, off = [], 0
    for name, dims, kind in plan:
        infos.append(make.string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, off))
        off += make.data_size(dims, kind) + len(make.padding(make.data_size(dims, kind)))
    start = b"GGUF" + struct.pack("<IQQ", 3, len(plan), len(head)) + b"".join(head) + b"".join(infos)
    with open(out, "wb") as f:
        f.write(start + make.padding(len(start)))
        f.truncate(f.tell() + off)


def strings(data, key):
    """Where the strings of an array lie: (offset, length)."""
    at = data.index(struct.pack("<Q", len(key)) + key) + 8 + len(key) + 4
    kind, n = struct.unpack_from("<IQ", data, at)
    assert kind == 8
    at += 12
    for _ in range(n):
        size, = struct.unpack_from("<Q", data, at)
        yield at + 8, size
        at += 8 + size


def vocabulary(data):
    for at, size in strings(data, b"tokenizer.ggml.tokens"):
        token = data[at:at + size]
        if size > 1 and not token.startswith(b"<"):
            data[at:at + size] = token.replace(b"e", b"\x1b").replace(b"o", b"\0")


def tensor(data, name):
    """(dims, type, where its bytes begin) of a tensor."""
    at = data.index(struct.pack("<Q", len(name)) + name) + 8 + len(name)
    n, = struct.unpack_from("<I", data, at)
    kind, off = struct.unpack_from("<IQ", data, at + 4 + 8 * n)
    return struct.unpack_from(f"<{n}Q", data, at + 4), kind, data_begin(data) + off


def retype(data, name, kind):
    at = data.index(struct.pack("<Q", len(name)) + name) + 8 + len(name)
    n, = struct.unpack_from("<I", data, at)
    struct.pack_into("<I", data, at + 4 + 8 * n, kind)


def lengthen(data):
    *_, (at, size) = strings(data, b"tokenizer.ggml.tokens")
    first = next(strings(data, b"tokenizer.ggml.tokens"))[0] - 16
    types = data.index(b"tokenizer.ggml.token_type") + len(b"tokenizer.ggml.token_type") + 8
    n, = struct.unpack_from("<Q", data, types)
    word = b"." * 20  # the tensors stay aligned
    data[types + 8 + 4 * n:types + 8 + 4 * n] = struct.pack("<I", 1)
    data[at + size:at + size] = struct.pack("<Q", len(word)) + word
    for place in first, types + 8 + len(word):
        struct.pack_into("<Q", data, place, n + 1)


def texts(words):
    """What the command line says of words, as bytes."""
    for word in words:
        text, _, times = word.partition("*")
        yield text.encode("latin-1").decode("unicode_escape").encode("latin-1") * int(times or 1)


def speak(data, words):
    first = next(strings(data, b"tokenizer.ggml.tokens"))[0] - 8
    old = [bytes(data[at:at + size]) for at, size in strings(data, b"tokenizer.ggml.tokens")]
    new = [word if i < 260 else words[i % len(words)] + b"%d" % i for i, word in enumerate(old)]
    end = first + sum(8 + len(word) for word in old)
    header, begin = header_end(data), data_begin(data)
    head = data[:first] + b"".join(struct.pack("<Q", len(word)) + word for word in new) + data[end:header]
    data[:begin] = head + bytes(-len(head) % 32)


def split(data, stem, n):
    """As the format has it: the first file has all keys, each has the keys split.* and its part of the tensors."""
    n_keys, = struct.unpack_from("<Q", data, 16)
    begin, at, infos = data_begin(data), 24, []
    for _ in range(n_keys):
        at = skip_value(data, *skip_string(data, at))
    keys = data[24:at]
    while at < header_end(data):
        named = skip_string(data, at)[0]
        dims, = struct.unpack_from("<I", data, named)
        end = named + 4 + 8 * dims + 4
        infos.append((data[at:end], *struct.unpack_from("<Q", data, end)))
        at = end + 8
    ends = [off for _, off in infos[1:]] + [len(data) - begin]
    text = lambda s: struct.pack("<Q", len(s)) + s
    for i in range(n):
        mine = range(i * len(infos) // n, (i + 1) * len(infos) // n)
        more = text(b"split.no") + struct.pack("<IH", 2, i) + text(b"split.count") + struct.pack("<IH", 2, n)
        more += text(b"split.tensors.count") + struct.pack("<Ii", 5, len(infos))
        head = b"GGUF" + struct.pack("<IQQ", 3, len(mine), 3 + (n_keys if i == 0 else 0)) + (keys if i == 0 else b"")
        first = infos[mine[0]][1]
        head += more + b"".join(infos[t][0] + struct.pack("<Q", infos[t][1] - first) for t in mine)
        body = data[begin + first:begin + ends[mine[-1]]]
        Path(f"{stem}-{i + 1:05}-of-{n:05}.gguf").write_bytes(head + bytes(-len(head) % 32) + body)


def silence(data):
    (width,), kind, at = tensor(data, b"output_norm.weight")
    assert kind == 0
    data[at:at + 4 * width] = bytes(4 * width)


def spoil(data):
    _, kind, at = tensor(data, b"token_embd.weight")
    assert kind == 8
    data[at:at + 2] = b"\xff\x7f"


def header_end(data):
    n_tensors, n_keys = struct.unpack_from("<QQ", data, 8)
    at = 24
    for _ in range(n_keys):
        at = skip_value(data, *skip_string(data, at))
    for _ in range(n_tensors):
        at, = skip_string(data, at)[:1]
        dims, = struct.unpack_from("<I", data, at)
        at += 4 + 8 * dims + 12
    return at


def data_begin(data):
    end = header_end(data)
    return end + -end % 32


def skip_string(data, at):
    size, = struct.unpack_from("<Q", data, at)
    at += 8 + size
    return at, struct.unpack_from("<I", data, at)[0]


SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


def skip_value(data, at, kind):
    at += 4
    if kind == 8:
        return at + 8 + struct.unpack_from("<Q", data, at)[0]
    if kind != 9:
        return at + SIZES[kind]
    of, n = struct.unpack_from("<IQ", data, at)
    at += 12
    if of != 8:
        return at + n * SIZES[of]
    for _ in range(n):
        at += 8 + struct.unpack_from("<Q", data, at)[0]
    return at


def say(data, pairs):
    """Keys more, in front of the others. One of them is as long as it takes for the tensors to stay aligned."""
    size = lambda text: struct.pack("<Q", len(text)) + text
    more = b""
    for pair in pairs:
        key, value = pair.encode().split(b"=", 1)
        kind = 4 if key.endswith(b"count") else 8
        more += size(key) + struct.pack("<I", kind) + (struct.pack("<I", int(value)) if kind == 4 else size(value))
    last = size(b"general.description") + struct.pack("<I", 8)
    text = b"." * (-(len(more) + len(last) + 8) % 32)
    data[16:24] = struct.pack("<Q", struct.unpack_from("<Q", data, 16)[0] + len(pairs) + 1)
    data[24:24] = more + last + size(text)


def main():
    what = sys.argv[1]
    if what == "huge":
        return huge(sys.argv[2])
    data = bytearray(Path(sys.argv[2]).read_bytes())
    if what == "vocabulary":
        vocabulary(data)
    elif what == "flip":
        data[int(sys.argv[4])] ^= 4
    elif what == "silent":
        silence(data)
    elif what == "nan":
        spoil(data)
    elif what == "retype":
        retype(data, sys.argv[4].encode(), int(sys.argv[5]))
    elif what == "words":
        speak(data, list(texts(sys.argv[4:])))
    elif what == "longer":
        lengthen(data)
    elif what == "says":
        say(data, sys.argv[4:])
    elif what == "split":
        return split(data, sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(__doc__.strip())
    Path(sys.argv[3]).write_bytes(data)


if __name__ == "__main__":
    main()
