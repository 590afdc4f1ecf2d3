# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""As much CBOR (RFC 8949) as owstore's documents use, in a few lines: for tests that take documents apart and put
them together wrong. Not strict; the program is what is tested."""


def _read(data, at):
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if info >= 24:
        n = 1 << (info - 24)
        arg = int.from_bytes(data[at : at + n], "big")
        at += n
    else:
        arg = info
    if major == 0:
        return arg, at
    if major == 1:
        return -1 - arg, at
    if major in (2, 3):
        raw = data[at : at + arg]
        if len(raw) != arg:
            raise ValueError("cut short")
        return (raw if major == 2 else raw.decode()), at + arg
    if major == 4:
        items = []
        for _ in range(arg):
            item, at = _read(data, at)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(arg):
            key, at = _read(data, at)
            pairs[key], at = _read(data, at)
        return pairs, at
    return {20: False, 21: True, 22: None}[info], at


def decode(data):
    return _read(data, 0)[0]


def sequence(data):
    at = 0
    while at < len(data):
        item, at = _read(data, at)
        yield item


def _head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 1 << (8 * size):
            return bytes([major << 5 | info]) + n.to_bytes(size, "big")
    raise ValueError(n)


def encode(value, sort=True):
    if value is None or isinstance(value, bool):
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(encode(v, sort) for v in value)
    pairs = [encode(k, sort) + encode(v, sort) for k, v in value.items()]
    return _head(5, len(value)) + b"".join(sorted(pairs) if sort else pairs)


def longer_head(data):
    """The same item with its outermost length written in more bytes than it needs."""
    major, info = data[0] >> 5, data[0] & 31
    if info < 24:
        return bytes([major << 5 | 24, info]) + data[1:]
    if info == 24:
        return bytes([major << 5 | 25, 0]) + data[1:]
    return bytes([major << 5 | (info + 1)]) + bytes(1 << (info - 24)) + data[1:]
