"""Checks each output format with the tool that reads it, against the JSONL of the same run.

    python check_writers.py GLOSS PIPELINE DOCUMENTS... [--brat FOLDER] [--keep FOLDER]

runs the pipeline over the documents once for each format and compares. Needs pyarrow, pandas, conllu
and spaCy (any vocabulary; no model). With `--brat`, a checkout of brat, annotations are read by brat's own
parser; without, by the rules of its documentation, written below. Prints counts; ends with 1 where
something differs.
"""

import argparse
import csv
import gzip
import html.parser
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

csv.field_size_limit(1 << 30)
COUNTS: dict[str, int] = {}
PROBLEMS: list[str] = []


def expect(what, got, wanted):
    """Counts a comparison, and keeps it where the two differ."""
    COUNTS[what] = COUNTS.get(what, 0) + 1
    same = got == wanted or (
        isinstance(got, float) and isinstance(wanted, float)
        and math.isclose(got, wanted, rel_tol=1e-6)
    )
    if not same and len(PROBLEMS) < 20:
        PROBLEMS.append(f"{what}: {got!r:.300} is not {wanted!r:.300}")


def rows(documents):
    """The long form of documents, as it is described in the guide."""
    for document in documents:
        for name, layer in document["layers"].items():
            for a in layer["annotations"]:
                row = {
                    "document": document["id"], "layer": name, "type": layer["type"],
                    "kind": layer["kind"], "id": a["id"], "start": a.get("start"),
                    "end": a.get("end"), "label": a.get("label"), "score": a.get("score"),
                    "text": a.get("text"), "sources": a.get("sources"), "vector": a.get("vector"),
                    "attributes": a.get("attributes"),
                }
                for role in ("target", "head", "tail"):
                    there = a.get(role)
                    of = layer.get(role) if there is not None else None
                    row[f"{role}_layer"], row[role] = of, there
                    span = document["layers"].get(of, {"annotations": []})["annotations"]
                    span = span[there] if of and there < len(span) else {}
                    span = span if "start" in span else {}
                    row[f"{role}_text"] = span.get("text")
                    if role == "target":
                        row["target_start"], row["target_end"] = span.get("start"), span.get("end")
                yield row


def check_parquet(run, documents):
    import pandas
    import pyarrow.parquet as parquet

    path = run("nested.parquet")
    table = parquet.read_table(path)
    metadata = parquet.read_metadata(path).metadata
    expect("parquet schema", metadata[b"gloss.schema"], b"gloss.parquet/1")
    got = table.to_pylist()
    expect("parquet documents", len(got), len(documents))
    for row, document in zip(got, documents):
        expect("parquet nested text", (row["id"], row["text"]), (document["id"], document["text"]))
        expect("parquet nested metadata", json.loads(row["metadata"]), document.get("metadata", {}))
        source = {k: v for k, v in (row["source"] or {}).items() if v is not None}
        expect("parquet nested source", source, document.get("source", {}))
        expect("parquet nested notes", row["notes"], document.get("notes", []))
        expect("parquet nested layers", [l["name"] for l in row["layers"]], list(document["layers"]))
        for layer in row["layers"]:
            wanted = document["layers"][layer["name"]]
            for key in ("type", "kind", "score", "target", "head", "tail"):
                expect("parquet nested layer", layer[key], wanted.get(key))
            expect("parquet nested producer", json.loads(layer["producer"]), wanted["producer"])
            expect("parquet nested count", len(layer["annotations"]), len(wanted["annotations"]))
            for a, b in zip(layer["annotations"], wanted["annotations"]):
                for key, value in a.items():
                    value = json.loads(value) if key == "attributes" and value else value
                    expect("parquet nested values", value, b.get(key))
    path = run("long.parquet", "--rows", "annotations")
    wanted = list(rows(documents))
    got = parquet.read_table(path).to_pylist()
    expect("parquet long rows", len(got), len(wanted))
    expect("pandas rows", len(pandas.read_parquet(path)), len(wanted))
    for a, b in zip(got, wanted):
        for key, value in a.items():
            value = json.loads(value) if key == "attributes" and value else value
            expect("parquet long values", value, b[key])


def check_csv(run, documents):
    wanted = list(rows(documents))
    for name, dialect in (("out.csv", "excel"), ("out.tsv", "excel-tab"), ("out.csv.gz", "excel")):
        path = run(name)
        opened = gzip.open if name.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            got = list(csv.DictReader(file, dialect=dialect))
        expect(f"{name} rows", len(got), len(wanted))
        for a, b in zip(got, wanted):
            for key, value in a.items():
                other = b[key]
                if key in ("sources", "vector", "attributes"):
                    value, other = json.loads(value or "null"), other
                elif key == "score":
                    value = float(value) if value else None
                else:
                    other = "" if other is None else str(other)
                expect(f"{name} values", value, other)
    path = run("documents.csv", "--rows", "documents")
    with open(path, encoding="utf-8", newline="") as file:
        got = list(csv.DictReader(file))
    expect("documents.csv rows", [r["document"] for r in got], [d["id"] for d in documents])
    for row, document in zip(got, documents):
        for name, layer in document["layers"].items():
            annotations = layer["annotations"]
            if layer["kind"] == "texts":
                expect("documents.csv texts", row[name], "\n".join(a["text"] for a in annotations))
            elif layer["kind"] == "classes":
                own = [a for a in annotations if "target" not in a]
                expect("documents.csv labels", row[name], "; ".join(a["label"] for a in own))
                for key, value in row.items():
                    label = key.removeprefix(name + ".")
                    if key.startswith(name + ".") and label != "score":
                        count = sum(a.get("label") == label and "target" in a for a in annotations)
                        expect("documents.csv counts", value, str(count))
            elif name + ".count" in row:
                expect("documents.csv counts", row[name + ".count"], str(len(annotations)))


def check_spacy(run, documents):
    import spacy
    from spacy.tokens import Doc

    nlp = spacy.blank("xx")
    entities = first_entities(documents)
    with open(run("out.spacy.jsonl", "--format", "spacy"), encoding="utf-8") as file:
        got = [json.loads(line) for line in file]
    expect("spacy documents", len(got), len(documents))
    for value, document in zip(got, documents):
        doc = Doc(nlp.vocab).from_json(value, validate=True)
        expect("spacy text", doc.text, document["text"])
        expect("spacy id", value["gloss"]["id"], document["id"])
        again = doc.to_json()
        expect("spacy tokens", again["tokens"], value["tokens"])
        expect("spacy sentences", again.get("sents"), value["sents"])
        wanted = [(a["start"], a["end"], a["label"]) for a in document["layers"][entities]["annotations"]]
        expect("spacy entities", [(e.start_char, e.end_char, e.label_) for e in doc.ents], wanted)
        for name, group in doc.spans.items():
            layer = document["layers"][name]["annotations"]
            expect("spacy span groups", len(group), len(layer))
            for span, a in zip(group, layer):
                # Widened to whole tokens where it does not fit.
                first, last = doc.char_span(a["start"], a["end"], alignment_mode="expand")[0], span[-1]
                inside = span.start_char <= a["start"] + len(a["text"]) and a["text"].strip() in span.text
                expect("spacy spans", (span[0].i <= max(first.i, last.i), inside), (True, True))


def first_entities(documents):
    layers = documents[0]["layers"]
    return next(name for name, layer in layers.items() if layer["type"] == "entities")


def check_conll(run, documents):
    import conllu
    from spacy.tokens import DocBin
    import spacy

    path = run("out.conll")
    folder = path.parent / "converted"
    folder.mkdir()
    command = [sys.executable, "-m", "spacy", "convert", str(path), str(folder), "-c", "ner", "-n", "0"]
    subprocess.run(command, check=True, capture_output=True)
    docs = list(DocBin().from_disk(folder / "out.spacy").get_docs(spacy.blank("xx").vocab))
    entities = first_entities(documents)
    filled = [d for d in documents if d["text"].strip()]
    expect("conll documents", len(docs), len(filled))
    squeeze = lambda text: re.sub(r"[\s_]+", "", text)
    for doc, document in zip(docs, filled):
        expect("conll text", squeeze("".join(t.text for t in doc)), squeeze(document["text"]))
        wanted = [(squeeze(a["text"]), a["label"]) for a in document["layers"][entities]["annotations"]]
        expect("conll entities", [(squeeze(e.text), e.label_) for e in doc.ents], wanted)
    with open(run("out.conllu"), encoding="utf-8") as file:
        sentences = list(conllu.parse_incr(file))
    by_id: dict[str, list] = {}
    for sentence in sentences:
        if "newdoc id" in sentence.metadata:
            current = by_id.setdefault(sentence.metadata["newdoc id"], [])
        current.extend(sentence)
        heads = [token["head"] for token in sentence]
        if None not in heads:
            expect("conllu roots", heads.count(0), 1)
            sentence.to_tree()
        joined = "".join(
            t["form"] + ("" if (t["misc"] or {}).get("SpaceAfter") == "No" else " ") for t in sentence
        )
        expect("conllu text", joined.rstrip(), sentence.metadata["text"].rstrip())
    expect("conllu documents", len(by_id), len(filled))
    for document in filled:
        tokens = by_id[document["id"]]
        layer = next(l for l in document["layers"].values() if l["type"] == "tokens")
        wanted = [a for a in layer["annotations"] if a["text"].strip()]
        expect("conllu tokens", len(tokens), len(wanted))
        for token, a in zip(tokens, wanted):
            start, end = int(token["misc"]["start_char"]), int(token["misc"]["end_char"])
            expect("conllu places", document["text"][start:end], a["text"])
            attributes = a["attributes"]
            expect("conllu upos", token["upos"], attributes["pos"])
            expect("conllu xpos", token["xpos"], attributes["tag"])


def check_brat(run, documents, checkout):
    folder = run("brat", "--format", "brat")
    annotations = None
    if checkout:
        sys.path.insert(0, str(pathlib.Path(checkout, "server", "src")))
        os.chdir(checkout)
        import annotation
        # Its own opens files in a mode that Python has no more.
        annotation.open_textfile = lambda name, mode="r": open(name, mode, encoding="utf-8")
        annotations = annotation.Annotations
    listed = [json.loads(line) for line in open(folder / "documents.jsonl", encoding="utf-8")]
    expect("brat documents", [entry["id"] for entry in listed], [d["id"] for d in documents])
    declared = set(open(folder / "annotation.conf", encoding="utf-8").read().split())
    entities = first_entities(documents)
    for entry, document in zip(listed, documents):
        path = folder / entry["file"]
        # With the line ends that brat sees.
        text = open(f"{path}.txt", encoding="utf-8").read()
        expect("brat text", text, document["text"].replace("\r", " "))
        found = []
        if annotations:
            for a in annotations(str(path), read_only=True).get_textbounds():
                found.append((a.type, tuple(a.spans), a.tail.strip("\t\n")))
        else:
            for line in open(f"{path}.ann", encoding="utf-8", newline="\n"):
                id, rest, *tail = line.rstrip("\n").split("\t")
                if id[0] == "T":
                    kind, places = rest.split(" ", 1)
                    spans = tuple(tuple(map(int, p.split())) for p in places.split(";"))
                    found.append((kind, spans, tail[0]))
        for kind, spans, covered in found:
            expect("brat types", kind in declared, True)
            there = " ".join(text[s:e] for s, e in spans)
            clean = "".join(" " if c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" else c for c in there)
            expect("brat spans", covered.strip(), clean.strip())
        bare = sorted((s[0][0], s[-1][1], kind) for kind, s, _ in found if "_" not in kind)
        layer = document["layers"][entities]["annotations"]
        wanted = sorted((a["start"], a["end"], a["label"]) for a in layer if "_" not in a["label"])
        expect("brat entities", len(bare), len(wanted))
        for got, want in zip(bare, wanted):
            expect("brat places", (text[got[0]:got[1]].strip(), got[2]),
                   (document["text"][want[0]:want[1]].strip(), want[2]))


class Page(html.parser.HTMLParser):
    """The texts of a page's documents, and whether its elements nest."""

    void = {"meta", "input", "br", "hr", "img", "link"}

    def __init__(self):
        super().__init__()
        self.texts, self.open, self.inside, self.anchors, self.links = [], [], None, set(), set()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in self.void:
            self.open.append(tag)
        if attributes.get("class") == "text":
            self.inside = len(self.open)
            self.texts.append("")
        if "id" in attributes:
            expect("html anchors differ", attributes["id"] in self.anchors, False)
            self.anchors.add(attributes["id"])
        if attributes.get("href", "").startswith("#"):
            self.links.add(attributes["href"][1:])

    def handle_endtag(self, tag):
        expect("html elements nest", self.open and self.open[-1], tag)
        self.open.pop()
        if self.inside and len(self.open) < self.inside:
            self.inside = None

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data


def check_html(run, documents):
    page = Page()
    page.feed(open(run("out.html"), encoding="utf-8").read())
    expect("html documents", len(page.texts), len(documents))
    clean = lambda text: "".join(c if c in "\n\t\r" or not (c < " " or "\x7f" <= c <= "\x9f") else "\ufffd" for c in text)
    for text, document in zip(page.texts, documents):
        expect("html text", text, clean(document["text"]))
    expect("html links lead somewhere", page.links - page.anchors, set())
    expect("html elements are closed", page.open, [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gloss")
    parser.add_argument("pipeline")
    parser.add_argument("documents", nargs="+")
    parser.add_argument("--brat", metavar="FOLDER")
    parser.add_argument("--keep", metavar="FOLDER")
    arguments = parser.parse_args()
    folder = pathlib.Path(arguments.keep or tempfile.mkdtemp()).resolve()
    folder.mkdir(exist_ok=True)

    def run(name, *options):
        path = folder / name
        command = [arguments.gloss, "run", arguments.pipeline, *arguments.documents, "-o", path, "-q"]
        done = subprocess.run([*command, "--offsets", "codepoint", *options], stderr=subprocess.PIPE, text=True)
        print(f"{name}: {done.stderr.strip()}" if done.stderr else name, file=sys.stderr)
        if done.returncode not in (0, 3):
            sys.exit(f"{name}: ended with {done.returncode}")
        return path

    with open(run("out.jsonl"), encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    check_parquet(run, documents)
    check_csv(run, documents)
    check_spacy(run, documents)
    check_conll(run, documents)
    check_html(run, documents)
    check_brat(run, documents, arguments.brat)
    print(f"{len(documents)} documents")
    for what, count in COUNTS.items():
        print(f"{count:9} {what}")
    for problem in PROBLEMS:
        print("differs:", problem)
    sys.exit(bool(PROBLEMS))


if __name__ == "__main__":
    main()
