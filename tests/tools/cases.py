#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""Every attack and fault case has a test of its name, or a line in tests/CASES.md that says why not; none has both.
A name carries its cases: attack_D10_…, attack_D04_D05_…, attack_B17_to_B23_…. Prints TAP."""
import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

# How many cases each list has, numbered from 01.
LISTS = {"A": 28, "B": 27, "C": 21, "D": 31, "E": 22, "F": 38, "G": 11, "H": 32, "I": 10, "J": 12}
KNOWN = {f"{letter}{n:02}" for letter, last in LISTS.items() for n in range(1, last + 1)}

NAME = re.compile(r"attack_([A-Z][0-9]{2}(?:_(?:to_)?[A-Z][0-9]{2})*)")
ROW = re.compile(r"^\| ([A-Z][0-9]{2})(?:–([A-Z][0-9]{2}))? \| (.*?) \|$")


def span(first, last):
    return [f"{first[0]}{n:02}" for n in range(int(first[1:]), int(last[1:]) + 1)]


def of_name(text):
    """The cases that a test's name carries."""
    found = []
    for first, last in re.findall(r"([A-Z][0-9]{2})(?:_to_([A-Z][0-9]{2}))?", text):
        found += span(first, last or first)
    return found


def tested():
    found = {}
    for path in sorted(TESTS.rglob("*")):
        if path.is_file() and path.suffix in (".c", ".bats", ".py", "") and path != Path(__file__).resolve():
            for name in NAME.findall(path.read_text(errors="replace")):
                for case in of_name(name):
                    found.setdefault(case, path.relative_to(TESTS))
    return found


def listed():
    found = {}
    for line in (TESTS / "CASES.md").read_text().splitlines():
        row = ROW.match(line)
        if row:
            for case in span(row[1], row[2] or row[1]):
                found[case] = row[3]
    return found


def promised(tests):
    """The tests that SECURITY.md names and that are not there; `attack_A01` to `attack_A22` names all of them."""
    text = "\n".join(path.read_text(errors="replace") for path in TESTS.rglob("*")
                     if path.is_file() and path.suffix in (".c", ".bats", ""))
    promises = (TESTS.parent / "SECURITY.md").read_text()
    named = re.findall(r"`([a-z]+_[A-Za-z0-9_]+)`", promises)
    ranges = re.findall(r"`attack_([A-Z][0-9]{2})`\s+to\s+`attack_([A-Z][0-9]{2})`", promises)
    cases = [case for first, last in ranges for case in span(first, last)]
    missing = [name for name in named if name not in text] + [f"attack_{c}" for c in cases if c not in tests]
    return [f"SECURITY.md: no test {name}" for name in missing] if named else ["no test is named"]


def main():
    tests, lines = tested(), listed()
    checks = [
        ("every case has a test or a reason", [f"{c}: neither" for c in KNOWN - tests.keys() - lines.keys()]),
        ("no case has both", [f"{c}: {tests[c]} tests it, and CASES.md says: {lines[c]}"
                              for c in tests.keys() & lines.keys()]),
        ("every name is of a known case", [f"{c}: {tests[c]}" for c in tests.keys() - KNOWN]),
        ("every line is of a known case", [f"{c}: {lines[c]}" for c in lines.keys() - KNOWN]),
        ("every test that SECURITY.md names is there", promised(tests)),
        ("every reason is one", [f"{c}: no reason" for c in lines if len(lines[c]) < 20]),
    ]
    print(f"1..{len(checks)}")
    for i, (name, wrong) in enumerate(checks, 1):
        print(f"{'not ok' if wrong else 'ok'} {i} - {name}")
        for text in sorted(wrong):
            print(f"# {text}")
    return any(wrong for _, wrong in checks)


if __name__ == "__main__":
    sys.exit(main())
