#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""Model files for tests of the smoke test, made from tools/make-gguf or from a model that works.

    gguf.py huge OUT              a file of 130 GB that takes no room: all holes, but well-formed
    gguf.py vocabulary IN OUT     the tokens of IN with every letter e an escape character, every o a zero byte
    gguf.py flip IN OUT OFFSET    one bit, counted in bytes from the end where OFFSET is negative
    gguf.py silent IN OUT         the norm before the output is zero: every token as likely as the others
    gguf.py nan IN OUT            a scale of the embedding (Q8_0) is NaN
    gguf.py says IN OUT KEY=TEXT… the header says so, too (KEY=NUMBER where it ends in count)
    gguf.py retype IN OUT TENSOR NUMBER
                                  the tensor says that it is of another type, whose values are as large
    gguf.py split IN STEM N       STEM-00001-of-0000N.gguf and so on, as gguf-split makes them
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


def silence(data):
    (width,), kind, at = tensor(data, b"output_norm.weight")
    assert kind == 0
    data[at:at + 4 * width] = bytes(4 * width)


def spoil(data):
    _, kind, at = tensor(data, b"token_embd.weight")
    assert kind == 8
    data[at:at + 2] = b"\xff\x7f"


def layout(data):
    """The end of the keys, every tensor as (what its entry says before the offset, offset), and where the data begins."""
    n_tensors, n_keys = struct.unpack_from("<QQ", data, 8)
    at, tensors = 24, []
    for _ in range(n_keys):
        at = skip_value(data, *skip_string(data, at))
    keys = at
    for _ in range(n_tensors):
        begin = at
        at, = skip_string(data, at)[:1]
        dims, = struct.unpack_from("<I", data, at)
        at += 4 + 8 * dims + 12
        tensors.append((data[begin:at - 8], struct.unpack_from("<Q", data, at - 8)[0]))
    return keys, tensors, at + -at % 32


def data_begin(data):
    return layout(data)[2]


def split(data, stem, count):
    keys, tensors, begin = layout(data)
    n_keys, = struct.unpack_from("<Q", data, 16)
    ends = [off for _, off in tensors[1:]] + [len(data) - begin]
    name = lambda text: struct.pack("<Q", len(text)) + text
    each = -(-len(tensors) // count)
    for i in range(count):
        mine = range(i * each, min((i + 1) * each, len(tensors)))
        head = (name(b"split.no") + struct.pack("<IH", 2, i) + name(b"split.count") + struct.pack("<IH", 2, count) +
                name(b"split.tensors.count") + struct.pack("<Ii", 5, len(tensors)))
        infos = b"".join(tensors[t][0] + struct.pack("<Q", tensors[t][1] - tensors[mine[0]][1]) for t in mine)
        head = (b"GGUF" + struct.pack("<IQQ", 3, len(mine), (0 if i else n_keys) + 3) + (b"" if i else data[24:keys]) +
                head + infos)
        body = data[begin + tensors[mine[0]][1]:begin + ends[mine[-1]]]
        Path(f"{stem}-{i + 1:05}-of-{count:05}.gguf").write_bytes(head + bytes(-len(head) % 32) + body)


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
    if what == "split":
        return split(data, sys.argv[3], int(sys.argv[4]))
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
    elif what == "says":
        say(data, sys.argv[4:])
    else:
        sys.exit(__doc__.strip())
    Path(sys.argv[3]).write_bytes(data)


if __name__ == "__main__":
    main()
