"""Checks that files with annotations are read as the tools that people trust read them.

    pip install spacy==3.8.* seqeval
    cargo build -p gloss-io --example annotations
    python annotated.py PROGRAM [--brat FOLDER] [CONLL FILES...]

spaCy writes DocBin, JSON and BILUO of random documents; spans, groups and categories must be its own.
Random tags of every scheme, well formed and not, and those of the files must give the entities that
seqeval finds in them. With `--brat`, a checkout of brat, its own parser reads the annotations. Tasks are those
of the documentation of Prodigy and Label Studio. Prints counts; ends with 1 where something differs.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import spacy
from seqeval.metrics.sequence_labeling import get_entities
from spacy.tokens import Doc, DocBin, Span
from spacy.training import biluo_to_iob, offsets_to_biluo_tags

COUNTS, PROBLEMS = {}, []
WORDS = ["Ada", "met", "😀", "e\u0301", "日本", "DATE", "nsubj", "_", "-", "x" * 40, "ß", "\u200d", "#", "'s", "\u2028"]
LABELS = ["PERSON", "ORG", "Gruß", "B-X", "work-of-art"]


def expect(what, got, wanted):
    COUNTS[what] = COUNTS.get(what, 0) + 1
    if got != wanted and len(PROBLEMS) < 20:
        PROBLEMS.append(f"{what}: {got!r:.400} is not {wanted!r:.400}")


def read(program, path, *arguments):
    lines = subprocess.run([program, path, *arguments], check=True, capture_output=True).stdout
    return [json.loads(line) for line in lines.decode().split("\n") if line]


def spans(document, name):
    layer = document.get("layers", {}).get(name)
    return layer and [(a["start"], a["end"], a.get("label")) for a in layer["annotations"]]


def random_doc(vocab, generator):
    count = generator.randrange(0, 12)
    words = generator.choices(WORDS, k=count)
    spaces = None if generator.random() < 0.1 else [generator.random() < 0.6 for _ in words]
    doc = Doc(vocab, words, spaces)
    ends = sorted(generator.sample(range(count + 1), min(count + 1, 2 * generator.randrange(0, 3))))
    entities = [Span(doc, a, b, generator.choice(LABELS)) for a, b in zip(ends[::2], ends[1::2])]
    if generator.random() < 0.8:
        doc.set_ents(entities, blocked=[Span(doc, 0, 1)] if entities and entities[0].start > 0 else None)
    for name in generator.sample(["sc", "a b", "ruler"], generator.randrange(3)):
        pairs = [sorted(generator.sample(range(count + 1), 2)) for _ in range(3 if count else 0)]
        doc.spans[name] = [Span(doc, a, b, generator.choice(LABELS)) for a, b in pairs]
    doc.cats = {label: generator.random() for label in generator.sample(LABELS, generator.randrange(3))}
    return doc


def check_spacy(program, folder):
    generator, vocab = random.Random(1), spacy.blank("xx").vocab
    docs = [random_doc(vocab, generator) for _ in range(1000)]
    # Every name of spaCy's own, whose ids are small.
    docs.append(Doc(vocab, [name for name in spacy.symbols.NAMES if name]))
    DocBin(docs=docs).to_disk(folder / "a.spacy")
    values = [doc.to_json() for doc in docs]
    (folder / "a.jsonl").write_text("".join(json.dumps(v) + "\n" for v in values), encoding="utf-8")
    (folder / "a.json").write_text(json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8")
    for name, stage in [("a.spacy", "docbin"), ("a.jsonl", "spacy-json"), ("a.json", "spacy-json")]:
        got = read(program, folder / name, "docbin" if stage == "docbin" else "spacy-json")
        expect(f"{name} documents", len(got), len(docs))
        for document, doc in zip(got, docs):
            expect(f"{name} text", document.get("text"), doc.text)
            known = doc.has_annotation("ENT_IOB") and len(doc) > 0
            wanted = [(e.start_char, e.end_char, e.label_) for e in doc.ents] if known else None
            got_entities = spans(document, f"{stage}/entities")
            expect(f"{name} entities", got_entities or wanted and got_entities, wanted or got_entities and wanted)
            for group, wanted in doc.spans.items():
                wanted = [(s.start_char, s.end_char, s.label_) for s in wanted]
                expect(f"{name} groups", spans(document, f"{stage}/{group.replace(' ', '_')}"), wanted)
            layer = document.get("layers", {}).get(f"{stage}/classes", {"annotations": []})
            cats = {a["label"]: round(a["score"], 5) for a in layer["annotations"]}
            expect(f"{name} cats", cats, {k: round(v, 5) for k, v in doc.cats.items()})


def conll(sentences):
    return "".join("".join(f"{word} {tag}\n" for word, tag in s) + "\n" for s in sentences)


def entities_of(sentence):
    """seqeval's entities as stretches of the sentence's text."""
    at, places = 0, []
    for word, _ in sentence:
        places.append((at, at + len(word)))
        at += len(word) + 1
    # To seqeval `L` and `U` are nothing.
    tags = [tag.replace("L-", "E-", 1).replace("U-", "S-", 1) if tag[:2] in ("L-", "U-") else tag for _, tag in sentence]
    return [(places[a][0], places[b][1], label) for label, a, b in get_entities(tags)]


def check_conll(program, folder, files):
    generator = random.Random(2)
    schemes = ["O B-X I-X B-Y I-Y", "O I-X B-X I-Y", "O B-X I-X L-X U-X L-Y", "O B-X I-X E-X S-X E-Y S-Y I-Y"]
    sentences = []
    for _ in range(5000):
        tags = generator.choice(schemes).split()
        sentences.append([(generator.choice("ab日"), generator.choice(tags)) for _ in range(generator.randrange(1, 9))])
    (folder / "random.conll").write_text(conll(sentences), encoding="utf-8")
    for path in [folder / "random.conll", *files]:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
        wanted, sentence = [], []
        for line in [*lines, ""]:
            fields = line.split("\t") if "\t" in line else line.split(" ")
            if line.strip() and fields[0] != "-DOCSTART-":
                sentence.append((fields[0], fields[-1].strip()))
            elif sentence:
                wanted.append(entities_of(sentence))
                sentence = []
        got = read(program, path, "conll", "sentence")
        expect("conll sentences", len(got), len(wanted))
        for document, entities in zip(got, wanted):
            expect(f"conll entities of {Path(path).name}", spans(document, "conll/entities"), entities)


def check_biluo(program, folder):
    """BILUO by spaCy of entities that begin and end with tokens."""
    generator, vocab = random.Random(3), spacy.blank("xx").vocab
    for iob in (False, True):
        sentences, wanted = [], []
        for _ in range(500):
            words = generator.choices([w for w in WORDS if w.strip()], k=8)
            doc = Doc(vocab, words)
            a, b, c, d = sorted(generator.sample(range(9), 4))
            entities = [Span(doc, a, b, "X"), Span(doc, c, d, "Y")]
            offsets = [(e.start_char, e.end_char, e.label_) for e in entities]
            tags = offsets_to_biluo_tags(doc, offsets)
            sentences.append(list(zip(words, biluo_to_iob(tags) if iob else tags)))
            wanted.append(offsets)
        (folder / "biluo.conll").write_text(conll(sentences), encoding="utf-8")
        for document, offsets in zip(read(program, folder / "biluo.conll", "conll", "sentence"), wanted):
            expect("biluo entities", spans(document, "conll/entities"), offsets)


def check_brat(program, folder, checkout):
    sys.path.insert(0, str(Path(checkout, "server", "src")))
    here = os.getcwd()
    os.chdir(checkout)
    import annotation

    annotation.open_textfile = lambda name, mode="r": open(name, mode, encoding="utf-8", newline="")
    generator = random.Random(4)
    for number in range(200):
        text = " ".join(generator.choices([w for w in WORDS if w.strip()], k=20))
        lines = []
        for n in range(1, 6):
            a, b, c, d = sorted(generator.sample(range(len(text)), 4))
            pieces = [(a, b), (c, d)] if n == 5 else [(a, b)]
            places = ";".join(f"{s} {e}" for s, e in pieces)
            lines.append(f"T{n}\tX{n} {places}\t{' '.join(text[s:e] for s, e in pieces)}")
        lines += ["R1\tMet Arg1:T1 Arg2:T2\t", "E1\tX3:T3", "A1\tSure T1", "#1\tAnnotatorNotes T1\ta note", "*\tEquiv T1 T2"]
        stem = folder / f"brat{number}"
        stem.with_suffix(".txt").write_text(text, encoding="utf-8")
        stem.with_suffix(".ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
        parsed = annotation.Annotations(str(stem), read_only=True)
        wanted = [(a.spans[0][0], a.spans[-1][1], a.type) for a in parsed.get_textbounds()]
        (document,) = read(program, stem.with_suffix(".ann"))
        expect("brat spans", spans(document, "brat/entities"), wanted)
        relations = [(r.type, r.arg1, r.arg2) for r in parsed.get_relations()]
        layer = document["layers"]["brat/relations"]["annotations"]
        expect("brat relations", [(a["label"], f"T{a['head'] + 1}", f"T{a['tail'] + 1}") for a in layer], relations)
    os.chdir(here)


def check_tasks(program, folder):
    prodigy = [
        {"text": "First look at the new MacBook Pro", "_input_hash": 1, "answer": "accept",
         "spans": [{"start": 22, "end": 33, "label": "PRODUCT", "token_start": 5, "token_end": 6}]},
        {"text": "Hello Apple", "spans": [{"start": 6, "end": 11, "label": "ORG"}], "answer": "reject"},
        {"text": "😀 Apple", "spans": [{"start": 2, "end": 7, "label": "ORG"}], "answer": "accept"},
    ]
    (folder / "p.jsonl").write_text("".join(json.dumps(t) + "\n" for t in prodigy), encoding="utf-8")
    got = read(program, folder / "p.jsonl")
    wanted = [t for t in prodigy if t["answer"] == "accept"]
    expect("prodigy tasks", len(got), len(wanted))
    for document, task in zip(got, wanted):
        covered = [document["text"][s:e] for s, e, _ in spans(document, "prodigy/entities")]
        expect("prodigy spans", covered, [task["text"][s["start"]:s["end"]] for s in task["spans"]])

    def region(text, quote, encoding=None):
        start = text.index(quote)
        count = (lambda t: len(t.encode("utf-16-le")) // 2) if encoding == "utf16" else len
        start, length = count(text[:start]), count(quote)
        value = {"start": start, "end": start + length, "text": quote, "labels": ["X"]}
        return {"id": "a", "from_name": "label", "to_name": "text", "type": "labels", "value": value}

    texts = [("To have faith is to trust", "faith"), ("💩This is an annotation.", "annotation"), ("a 日本 b", "日本")]
    tasks, quotes = [], []
    for number, (text, quote) in enumerate(texts):
        for unit in (None, "utf16"):
            result = [region(text, quote, unit)]
            annotation = {"id": number, "result": result, "was_cancelled": False, "ground_truth": False}
            tasks.append({"id": number, "data": {"text": text}, "annotations": [annotation], "predictions": []})
            quotes.append(quote)
    (folder / "l.json").write_text(json.dumps(tasks), encoding="utf-8")
    got = read(program, folder / "l.json")
    expect("label studio tasks", len(got), len(tasks))
    for document, quote in zip(got, quotes):
        covered = [document["text"][s:e] for s, e, _ in spans(document, "label-studio/entities")]
        expect("label studio spans", covered, [quote])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--brat", metavar="FOLDER")
    arguments = parser.parse_args()
    program = Path(arguments.program).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_spacy(program, folder)
        check_conll(program, folder, arguments.files)
        check_biluo(program, folder)
        check_tasks(program, folder)
        if arguments.brat:
            check_brat(program, folder, arguments.brat)
    for what, count in COUNTS.items():
        print(f"{count:9} {what}")
    for problem in PROBLEMS:
        print("differs:", problem)
    sys.exit(bool(PROBLEMS))


if __name__ == "__main__":
    main()
