#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""Take the parents out of a record, as if its sender had looked for none.

    orphan.py STORE ID [KIND NAME]

The artifact of digest ID in quarantine gets a record without parents, or with this one, and its notes go along. The
catalog is to be made anew.
"""
import hashlib
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import cbor  # noqa: E402


def main():
    records = Path(sys.argv[1]) / "zones/quarantine/records"
    old = bytes.fromhex(sys.argv[2].removeprefix("sha256:"))
    files = {path: path.read_bytes() for path in records.rglob("*") if path.is_file()}
    home = next(path for path, data in files.items() if hashlib.sha256(data).digest() == old)
    record = cbor.decode(files[home])
    record.pop(6, None)
    if len(sys.argv) > 3:
        record[6] = [{0: sys.argv[3], 1: sys.argv[4]}]
    new = cbor.encode(record)
    digest = hashlib.sha256(new).digest()
    for path, data in files.items():
        data = new if path == home else data.replace(old, digest)
        if data == files[path]:
            continue
        path.unlink()
        name = hashlib.sha256(data).hexdigest()
        place = records / name[:2] / (name + path.suffix) if path.parent != records else records / (name + path.suffix)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(data)
    print("sha256:" + digest.hex())


if __name__ == "__main__":
    main()
