#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""How much memory a model takes: engine_memory.py BENCH_ENGINE

All at once at most 1.08 of the file beside the cache of keys and values; streamed at most two layers and the
embeddings. Fixed costs of a process are a part of it, so the models are of 1.1B shape with a few blocks.
"""
import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
MAKER = str(Path(__file__).resolve().parents[2] / "tools/make-gguf")


def maker():
    loader = importlib.machinery.SourceFileLoader("make_gguf", MAKER)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_gguf", loader))
    loader.exec_module(module)
    return module


def peak(engine, model, memory):
    """Bytes at the peak without the cache, of a prompt of 64 tokens and two steps."""
    run = subprocess.run([engine, "2", "best", str(memory), "2", "64", model], check=True, capture_output=True, text=True)
    facts = json.loads(run.stdout)
    assert facts["streamed"] == (memory != 0), facts
    return facts["peak"] - facts["cache"]


def main():
    make, failed = maker(), 0
    with tempfile.TemporaryDirectory() as folder:
        for mix in ("Q4_0", "Q4_K_M", "Q8_0"):
            model, shape = f"{folder}/{mix}.gguf", make.SHAPES["1.1B"]
            # by another process: what this one held at its peak would count as its children's
            subprocess.run([MAKER, model, "--shape", "1.1B", "--mix", mix, "--size", "100"], check=True)
            sizes = {"blk": 0, "common": 0}
            for name, dims, kind in make.tensors(1, shape, mix):
                sizes["blk" if name.startswith("blk.") else "common"] += make.data_size(dims, kind)
            for what, memory, limit in (("whole", 0, 1.08 * os.path.getsize(model)),
                                        ("streamed", 1, 2 * sizes["blk"] + sizes["common"])):
                got = peak(sys.argv[1], model, memory)
                print(f"{mix} {what}: {got / 1e6:.1f} MB, {limit / 1e6:.1f} MB are allowed")
                failed += got > limit
    print(f"{6 - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
