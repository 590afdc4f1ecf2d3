# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""One side of the gap, driven through the program as a person would: a folder with a store, keys and trust of
its own. For sweeps, benchmarks and schema tests, which work on what the program really writes."""
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

CLOCK = "2026-11-21T12:00:00Z"
SECRET = object()
TINY = Path(__file__).resolve().parents[2] / "src/infer/tiny.gguf"
APACHE = Path(__file__).resolve().parents[2] / "LICENSES/Apache-2.0.txt"
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
            "OWSTORE_KDF": "least",  # keys that open fast, in test builds
            **({"OWSTORE_CLOCK": clock} if clock else {}),
        }

    def at(self, home):
        """The same side in a copy of its folder."""
        other = Side(self.owstore, home)
        other.env = {k: v.replace(str(self.home), str(other.home)) for k, v in self.env.items()}
        return other

    def run(self, *args, want=(0,), env=None, prefix=(), timeout=120):
        """Run `owstore ARGS…` in the side's folder. The argument SECRET becomes the descriptor from which the
        passphrase is read, one line a key."""
        reader, writer = os.pipe()
        os.write(writer, PASSPHRASE * 8)
        os.close(writer)
        try:
            done = subprocess.run(
                [*prefix, self.owstore, *(str(reader if a is SECRET else a) for a in args)],
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

    def json(self, *args, **kw):
        return json.loads(self.out(*args, "--json", **kw))


class Gap:
    """Two sides, the stick between them, and a small model: low sends, high receives, far has not begun."""

    def __init__(self, owstore, home, clock=CLOCK):
        self.owstore, self.clock = owstore, clock
        self.home = Path(home).resolve()
        self.stick = self.home / "stick"
        self.model = self.home / "model"
        self.low, self.high, self.far = (Side(owstore, self.home / name, clock) for name in ("low", "high", "far"))

    def copy(self, home):
        shutil.copytree(self.home, home, symlinks=True)
        return Gap(self.owstore, home, self.clock)

    def make_model(self, folder, seed):
        """A few small files: a model of the smallest kind, its licence, a note."""
        folder.mkdir(parents=True)
        noise = random.Random(seed)
        header = json.dumps({"w": {"dtype": "F32", "shape": [256], "data_offsets": [0, 1024]}}).encode()
        header += b" " * (-len(header) % 8)
        (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + noise.randbytes(1024))
        (folder / "LICENSE").write_text("Do as you like.\n")
        (folder / "notes.txt").write_bytes(noise.randbytes(700).hex().encode())

    def goldening(self, ref):
        return ["golden", ref, "--key", "rel", "--steps", "2", "--passphrase-fd", SECRET]

    def promotion(self, ref, to):
        return ["promote", ref, "--to", to, "--license", "MIT", "--reason", "read it", "--key", "kim", "--passphrase-fd", SECRET]

    def saying(self, *what):
        """Something for the record, by the approver."""
        return [*what, "--key", "kim", "--passphrase-fd", SECRET]

    def approving(self, ref, to):
        return self.saying("approve", ref, "--class", to)

    def deciding(self, ref, to):
        """A promotion that rests on a decision."""
        return self.saying("promote", ref, "--to", to)

    def licensed(self, folder, seed, name):
        """An artifact whose text is a known one, approved for internal use."""
        self.make_model(folder, seed)
        shutil.copy(APACHE, folder / "LICENSE")
        self.low.run("add", folder, "--name", name, "--version", "1")
        self.low.run(*self.approving(f"{name}@1", "internal"))

    def state_all(self, ref):
        """One statement of each kind that is not there yet."""
        for what in (("fact", "organisation", "domicile=US", "mau=5"),
                     ("fact", "--artifact", ref, "modality=text", "--component", "weights"),
                     ("elect", "--expression", "MIT OR Apache-2.0", "--choose", "MIT"),
                     ("elect", ref, "--expression", "MIT OR Apache-2.0", "--choose", "MIT", "--component", "code"),
                     ("interpret", "--license", "MIT", "--question", "provenance-risk", "--answer", "accept"),
                     ("interpret", ref, "--license", "MIT", "--text", "LICENSE", "--until", "2999-01-31"),
                     ("interpret", ref, "--license", "MIT", "--component", "weights", "--reason", "asked"),
                     ("waive", ref, "--license", "MIT", "--contract", "C-1", "--lifts", "O-COPY", "--lifts", "X-TERR"),
                     ("waive", "--license", "MIT", "--agreement", "A-1"),
                     ("accept", ref, "--how", "click", "--date", "2026-01-31"),
                     ("accept", ref, "--obligation", "O-DISPLAY", "--text", "Built with care", "--recipient", "site-b")):
            self.low.run(*self.saying(*what))

    def exporting(self, ref, to=None):
        return ["export", ref, "--to", to or self.stick, "--for", "site-b", "--key", "rel", "--passphrase-fd", SECRET]

    def drafting(self, origin):
        return ["root", "new", "--origin", origin, "--root-key", "ann", "--release", "rel", "--approver", "kim",
                "--destination", "site-b"]

    def signing(self, origin):
        return ["root", "sign", "--origin", origin, "--key", "ann", "--passphrase-fd", SECRET]

    def new_root(self, origin):
        """A draft, signed: ready to be sealed."""
        self.low.run(*self.drafting(origin))
        self.low.run(*self.signing(origin))

    def trusting(self):
        fingerprint = self.low.json("root", "show", "hq")["fingerprint"].partition(":")[2]
        return ["trust", "init", "--root", self.stick, "--fingerprint", fingerprint]

    def found(self, model):
        """Keys and a root on the low side, `model` as org/model@1 in class customer, exported; trust on the high side."""
        for folder in (self.low.home, self.high.home, self.far.home, self.stick):
            folder.mkdir(parents=True)
        low, high = self.low, self.high
        low.run("init")
        high.run("init")
        for name, role in (("ann", "root"), ("rel", "release"), ("kim", "approver")):
            low.run("key", "new", name, "--role", role, "--passphrase-fd", SECRET)
        self.new_root("hq")
        low.run("root", "seal", "--origin", "hq")
        low.run("add", model, "--name", "org/model", "--version", "1", timeout=None)
        low.run(*self.promotion("org/model@1", "customer"), timeout=None)
        low.run(*self.exporting("org/model@1"), timeout=None)
        high.run(*self.trusting())
        return self

    def prepare(self):
        """Where sweeps begin: one artifact across, another one waiting in quarantine, bytes for gc, drafts of a root with and
        without its signature."""
        self.make_model(self.model, 1)
        self.make_model(self.home / "second", 2)
        self.make_model(self.home / "third", 3)
        self.found(self.model)
        self.low.run("add", self.home / "second", "--name", "org/second", "--version", "1")
        self.low.run("add", TINY, "--name", "org/tiny", "--version", "1")
        self.licensed(self.home / "plain", 5, "org/plain")
        self.new_root("lab")
        self.low.run(*self.drafting("pen"))
        return self

    def crossed(self):
        """Everything that documents are written for: a blob of several chunks, both sides, arrivals and promotions,
        goldens of an artifact and of a file."""
        self.make_model(self.model, 1)
        shutil.copy(TINY, self.model / "tiny.gguf")
        (self.model / "large.bin").write_bytes(random.Random(4).randbytes(9_000_000))
        self.found(self.model)
        self.low.run(*self.goldening("org/model@1"))
        self.low.run("golden", self.model / "tiny.gguf", "--out", "tiny.golden", "--steps", "2")
        self.low.run(*self.exporting("org/model@1"))
        self.high.run("import", self.stick)
        self.licensed(self.home / "plain", 5, "org/plain")
        self.state_all("org/plain@1")
        self.low.run(*self.deciding("org/plain@1", "internal"))
        return self
