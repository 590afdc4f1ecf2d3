# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""One side of the gap, driven through the program as a person would: a folder with a store, keys and trust of
its own. For sweeps, benchmarks and schema tests, which work on what the program really writes."""
import os
import subprocess
from pathlib import Path

CLOCK = "2026-11-21T12:00:00Z"
PASSPHRASE = b"correct horse battery staple\n"


class Failed(Exception):
    """A command ended otherwise than it had to."""


class Side:
    def __init__(self, owstore, home, clock=CLOCK):
        self.owstore = str(Path(owstore).resolve())
        self.home = Path(home).resolve()
        self.store = self.home / "store"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "OWSTORE_STORE": str(self.store),
            "OWSTORE_KEYS": str(self.home / "keys"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
            **({"OWSTORE_CLOCK": clock} if clock else {}),
        }

    def at(self, home):
        """The same side in a copy of its folder."""
        other = Side(self.owstore, home)
        other.env = {k: v.replace(str(self.home), str(other.home)) for k, v in self.env.items()}
        return other

    def run(self, *args, want=(0,), env=None, prefix=(), timeout=120):
        """Run `owstore ARGS…` in the side's folder; the passphrase waits on descriptor 3, one line a key."""
        reader, writer = os.pipe()
        os.write(writer, PASSPHRASE * 8)
        os.close(writer)
        try:
            done = subprocess.run(
                ["/bin/sh", "-c", 'exec 3<&"$0"; exec "$@"', str(reader), *prefix, self.owstore, *map(str, args)],
                cwd=self.home, env={**self.env, **(env or {})}, pass_fds=[reader], stdin=subprocess.DEVNULL,
                capture_output=True, timeout=timeout)
        finally:
            os.close(reader)
        if want is not None and done.returncode not in want:
            said = (done.stderr + done.stdout[-2000:]).decode("utf-8", "replace").strip()
            raise Failed(f"owstore {' '.join(map(str, args))}: status {done.returncode}: {said}")
        return done

    def out(self, *args, **kw):
        return self.run(*args, **kw).stdout.decode()
