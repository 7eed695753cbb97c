"""Per-item exactness of other sentence splitters on the labelled texts of this crate.

Needs a Python with pysbd, spacy and sentencex; one that lacks a tool prints so and skips it.
    python3 -m venv .venv && .venv/bin/pip install pysbd==0.3.4 spacy==3.8.18 sentencex
    .venv/bin/python plugins/sentences/parity/compare.py
Our own figure comes from `cargo test -p gloss-sentences --test labelled -- --nocapture`.
"""

import argparse
import importlib.metadata
import pathlib
import subprocess
import sys

DATA = pathlib.Path(__file__).parent.parent / "tests" / "data"


def read(path):
    """(language, tag, text, gold sentences) of each item; the boundary mark is no part of the text."""
    for chunk in ("\n" + path.read_text(encoding="utf-8")).split("\n# ")[1:]:
        head, body = chunk.split("\n", 1)
        language, tag = head.split(" ", 1)
        body = body.rstrip()
        yield language, tag, body.replace("‖", ""), [s.strip() for s in body.split("‖")]


def pysbd_splitter():
    import pysbd

    def split(language, text):
        if language not in pysbd.languages.LANGUAGE_CODES:
            language = "en"
        return pysbd.Segmenter(language=language, clean=False).segment(text)

    return split


def spacy_splitter():
    import spacy

    made = {}

    def split(language, text):
        if language not in made:
            # Chinese and Japanese tokenizers need packages of their own; the base one has none.
            made[language] = spacy.blank("xx" if language == "ja" else language)
            made[language].add_pipe("sentencizer")
        return [sentence.text for sentence in made[language](text).sents]

    return split


def sentencex_splitter():
    import sentencex

    return lambda language, text: list(sentencex.segment(language, text))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", help="run under this interpreter instead")
    parser.add_argument("--show", action="store_true", help="print the inexact items")
    arguments = parser.parse_args()
    if arguments.python:
        command = [arguments.python, __file__] + ["--show"] * arguments.show
        sys.exit(subprocess.call(command))
    makers = {"pysbd": pysbd_splitter, "spacy": spacy_splitter, "sentencex": sentencex_splitter}
    for name, make in makers.items():
        try:
            split = make()
        except ImportError as error:
            print(f"{name}: skipped, {error}")
            continue
        version = importlib.metadata.version(name)
        for part in ("development", "held_out"):
            items = list(read(DATA / f"{part}.txt"))
            exact = failed = 0
            for language, tag, text, gold in items:
                try:
                    found = [s.strip() for s in split(language, text) if s.strip()]
                except Exception as error:  # a peer that raises has failed the item
                    found, failed = [f"raised {error!r}"], failed + 1
                exact += found == gold
                if arguments.show and found != gold:
                    print(f"{name} {language} {tag}: {found}")
            print(f"{name} {version} {part}: {exact}/{len(items)} exact, {failed} raised")


if __name__ == "__main__":
    main()
