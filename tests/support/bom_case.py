#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""Decide again from an SBOM of a bundle, and compare.

    bom_case.py OWSTORE BUNDLE SBOM FACTS

The components, their licences and the edges between them come from SBOM (SPDX 2.3 or CycloneDX 1.6) alone; what was asked
from DECISION.JSON of the bundle; what is known of the parties, which is nobody's to send, from FACTS, the output of
`owstore fact --json`. Each artifact becomes a scenario for `owstore decide`. Prints a line for each: its name, the digest
of the decision in DECISION.JSON and that of the one made again. Fails where they differ.
"""
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path


TRAITS = ("gated", "unnamed_base", "upstream_notice")


class Node:
    """A component, or something that is not in the bundle."""

    def __init__(self, name, role=None, declared=None, concluded=None, by=None, modality=None, traits=()):
        self.name, self.role, self.declared, self.concluded, self.by = name, role, declared, concluded, by
        self.modality, self.traits = modality, traits


class Graph:
    """artifacts: name -> its components; edges: (artifact, artifact or upstream name, kind)."""

    def __init__(self):
        self.artifacts, self.edges = {}, []


def known(text):
    return None if text in (None, "NOASSERTION") else text


def from_spdx(doc):
    graph, packages = Graph(), {p["SPDXID"]: p for p in doc["packages"]}
    inside = {}
    for r in doc["relationships"]:
        if r["relationshipType"] == "CONTAINS":
            inside.setdefault(r["spdxElementId"], []).append(r["relatedSpdxElement"])
    for spdx_id, p in packages.items():
        if not spdx_id.startswith("SPDXRef-Artifact-"):
            continue
        parts = graph.artifacts[p["summary"]] = []
        for part in inside.get(spdx_id, []):
            c = packages[part]
            concluded, _, by = c.get("licenseComments", "").removeprefix("concluded ").partition(" by ")
            words = c["comment"].split(", ")
            named = dict(w.split(" ") for w in words if " " in w)
            parts.append(Node(c["name"], named["role"], known(c["licenseDeclared"]),
                              concluded if concluded not in ("", "nothing") else None, by, named.get("modality"),
                              [w for w in words if " " not in w]))
    for r in doc["relationships"]:
        if r["spdxElementId"].startswith("SPDXRef-Artifact-") and r["relationshipType"] != "CONTAINS":
            ends = (packages[r[end]]["summary"] for end in ("spdxElementId", "relatedSpdxElement"))
            graph.edges.append((*ends, r["comment"]))
    return graph


def properties(c):
    return {p["name"]: p["value"] for p in c.get("properties", [])}


def expression(licences):
    for one in licences:
        return one.get("expression") or one["license"].get("id") or one["license"]["name"]
    return None


def from_cdx(doc):
    graph = Graph()
    for a in doc["components"]:
        parts = graph.artifacts[a["bom-ref"]] = []
        for c in a["components"]:
            p = properties(c)
            parts.append(Node(c["name"], p["owstore:role"], expression(c.get("evidence", {}).get("licenses", [])),
                              p.get("owstore:concluded"), p.get("owstore:concluded-by", ""),
                              p.get("owstore:modality"), [t for t in TRAITS if p.get("owstore:" + t) == "true"]))
        for up in a.get("pedigree", {}).get("ancestors", []):
            p = properties(up)
            graph.edges.append((a["bom-ref"], p["owstore:key"], p["owstore:edge"]))
    return graph


# ---- the case -------------------------------------------------------------------------------------------------


def licence(node):
    """What is declared, and what the text or a person says."""
    out = {"declared": [node.declared] if node.declared else []}
    if node.concluded and node.by.startswith("the text in "):
        out.update(found=node.concluded, found_in=node.by.removeprefix("the text in "))
    elif node.concluded:
        out["concluded"] = node.concluded
    return out


def parties(facts):
    ours, others = {"commercial": "unknown"}, {}
    for f in facts:
        value = f["value"]
        if f["key"] in ("commercial", "maas_operator"):
            value = {"true": True, "false": False}.get(value, value)
        if f["party"] == "organisation":
            ours[f["key"]] = value
        elif f["party"] != "policy":
            others.setdefault(f["party"], {"id": f["party"]})[f["key"]] = value
    return ours, list(others.values())


def is_model(node):
    return node.role in ("weights", "adapter")


def descending(parts):
    """What of an artifact its lineage is about: its model, or all where it has none."""
    return [n for n in parts if is_model(n)] or parts


def ancestors(graph, artifact):
    seen, todo = [], [artifact]
    while todo:
        for child, parent, _ in graph.edges:
            if child == todo[0] and parent not in seen:
                seen.append(parent)
                todo.append(parent)
        todo.pop(0)
    return seen


def scenario(graph, artifact, decided, facts):
    decision = decided["decision"]
    judged = [n for n in graph.artifacts[artifact] if n.declared or n.concluded]
    ours, recipients = parties(facts)
    name, _, version = artifact.rpartition("@")
    items = {artifact: judged}
    parents = []
    for up in ancestors(graph, artifact):
        items[up] = descending([n for n in graph.artifacts[up] if n.declared or n.concluded]) \
            if up in graph.artifacts else [Node(up)]
        parents += items[up]

    def entry(owner, node):
        out = {"id": node.name, "license": licence(node)}
        if node.role:
            out["role"] = node.role
        if owner not in graph.artifacts:
            out["in_store"] = False
        if node.modality:
            out["modality"] = node.modality
        out.update({trait: True for trait in node.traits})
        if node in descending(items[owner]):
            edges = [{"parent": p.name, "kind": kind} for child, up, kind in graph.edges if child == owner
                     for p in descending(items[up])]
            if edges:
                out["derived_from"] = edges
        return out

    return {
        "scenario": artifact,
        "clock": decision["inputs"]["evaluated_at"],
        "organisation": ours,
        "recipients": recipients,
        "request": {"class": decision["requested"], "recipient": decision["recipient"], "form": decision["form"]},
        "artifact": {"name": name.rpartition("/")[2], "version": version},
        "components": [entry(artifact, n) for n in judged],
        "parents": [entry(up, n) for up in items if up != artifact for n in items[up]],
    }


# ---- the decision ---------------------------------------------------------------------------------------------


def digest(verdict, ceiling, reasons, duties, effective):
    """Of a decision without the time and the texts that tell about the parties."""
    said = {"verdict": verdict, "ceiling": ceiling, "reasons": sorted(map(str, reasons)),
            "obligations": sorted(map(str, duties)), "effective": effective}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def sent(artifact, decided):
    d = decided["decision"]
    own = {c["component"]: f"{artifact}: {c['component']}" for c in decided["components"]}
    return digest(d["verdict"], d["ceiling"],
                  [(r["rule"], r["severity"], own.get(r["component"]), r["license"], r["clause"]) for r in d["reasons"]],
                  [(own[c["component"]], o["id"], o["license"], o["clause"], o["status"])
                   for c in decided["components"] for o in c["obligations"]],
                  {own[c["component"]]: c["effective"] for c in decided["components"] if c["effective"]})


def again(owstore, case):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as f:
        json.dump(case, f)  # JSON is YAML
        f.flush()
        ran = subprocess.run([owstore, "decide", "--scenario", f.name, "--json"], capture_output=True, text=True)
    d = json.loads(ran.stdout)
    if "verdict" not in d:
        raise SystemExit(ran.stdout + ran.stderr)
    own = {c["id"] for c in case["components"]}
    return digest(d["verdict"], d["ceiling"],
                  [(r["rule"], r["severity"], r["component"] if r["component"] in own else None, r["license"], r["clause"])
                   for r in d["reasons"]],
                  [(o["component"], o["id"], o["license"], o["clause"], o["status"]) for o in d["obligations"]],
                  {c: e for c, e in d["effective"].items() if c in own})


def main():
    owstore, bundle, sbom, facts = sys.argv[1:]
    doc = json.loads(Path(sbom).read_text())
    graph = from_spdx(doc) if "spdxVersion" in doc else from_cdx(doc)
    differ = False
    for decided in json.loads((Path(bundle) / "DECISION.JSON").read_text())["artifacts"]:
        artifact = f"{decided['name']}@{decided['version']}"
        case = scenario(graph, artifact, decided, json.loads(Path(facts).read_text())["facts"])
        first, second = sent(artifact, decided), again(owstore, case)
        print(artifact, first[:16], second[:16])
        differ = differ or first != second
    sys.exit(differ)


main()
