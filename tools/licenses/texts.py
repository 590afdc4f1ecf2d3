# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""The licence texts that tools/fingerprints and tools/check_licenses work with: where they are, and how they read."""
import csv
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "owstore" / "texts"
# as lexicon_title() of src/detect/lexicon.c
TITLE_WORDS = set("file full is legal license licenses notice of text the this v version".split())


def table(name):
    with open(HERE / name, encoding="ascii", newline="") as f:
        return list(csv.DictReader(line for line in f if not line.startswith("#")))


def rows():
    return table("texts.csv")


def parts(licence):
    return [r for r in table("parts.csv") if fnmatch.fnmatchcase(licence, r["id"])]


class Missing(SystemExit):
    """A package that cannot be had here; who can do without it catches this."""


class Packages:
    """Packages of the registries, fetched once, read without unpacking."""

    def __init__(self, cache):
        self.cache = cache
        self.open = {}

    def fetch(self, manager, package, version):
        folder = self.cache / f"{package}-{version}"
        if not list(folder.glob("*")):
            folder.mkdir(parents=True, exist_ok=True)
            command = {
                "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--retries", "1", "--timeout", "30",
                        "--no-deps", "-d", ".", f"{package}=={version}"],
                "npm": ["npm", "pack", "--silent", f"{package}@{version}"],
            }[manager]
            if shutil.which(command[0]) is None:
                raise Missing(f"{package} {version}: {command[0]} is not installed")
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
            if done.returncode != 0:
                raise Missing(f"{package} {version}: no registry answers, or it does not have it\n{done.stderr.strip()}")
        return next(p for p in sorted(folder.iterdir()) if p.is_file())

    def archive(self, manager, package, version):
        key = (package, version)
        if key not in self.open:
            path = self.fetch(manager, package, version)
            self.open[key] = zipfile.ZipFile(path) if path.suffix in (".whl", ".zip") else tarfile.open(path)
        return self.open[key]

    def member(self, row, name):
        archive = self.archive(row["manager"], row["package"], row["version"])
        if isinstance(archive, zipfile.ZipFile):
            return archive.read(name).decode("utf-8")
        return archive.extractfile(f"package/{name}").read().decode("utf-8")

    def at_hand(self, rows):
        """The rows whose package can be had, and why the others cannot."""
        why = {}
        for package in {(r["manager"], r["package"], r["version"]) for r in rows}:
            try:
                self.archive(*package)
            except Missing as missing:
                why[package] = str(missing).partition("\n")[0]
        return [r for r in rows if (r["manager"], r["package"], r["version"]) not in why], sorted(why.values())

    def text(self, row):
        """The licence text of a row of texts.csv."""
        whole = self.member(row, row["file"])
        if row["file"].endswith(".json"):
            return json.loads(whole)["licenseText"]
        return whole.split("---\n", 2)[2] if whole.startswith("---\n") else whole


class Word:
    def __init__(self, line, first):
        fields = line.split(" ")
        self.text = fields[0]
        self.upper, self.slot, self.mark, self.turns, self.clause = (c in fields[1] for c in "USMTC")
        self.first = first or "L" in fields[1]
        self.shingle = int(fields[2]) if len(fields) > 2 else None


class Read:
    def __init__(self, output):
        lines = output.split("\n")
        self.digest = lines[0].removeprefix("sha256:")
        self.words = [Word(line, i == 0) for i, line in enumerate(lines[1:-1])]
        self.shingles = [w.shingle for w in self.words if w.shingle is not None]


class Reader:
    """Texts as the detection sees them."""

    def __init__(self, build):
        self.program = Path(build) / "tools/licenses/license_words"
        if not self.program.exists():
            sys.exit(f"{self.program} is not there; build with tests, or give --build")

    def read(self, text):
        data = text.encode("utf-8")
        return Read(subprocess.run([self.program], input=data, stdout=subprocess.PIPE, check=True).stdout.decode("utf-8"))
