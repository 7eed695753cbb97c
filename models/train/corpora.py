"""Readers of the corpora of names, and words with tags to texts with spans."""

import dataclasses
import pathlib
import random

import data

TYPES = ["PER", "ORG", "LOC", "MISC"]
LABELS = ["O"] + [f"{prefix}-{kind}" for kind in TYPES for prefix in "BI"]
# WNUT17's types; those of BTC and Wikigold are ours.
WNUT = {
    "person": "PER",
    "location": "LOC",
    "corporation": "ORG",
    "group": "ORG",
    "creative-work": "MISC",
    "product": "MISC",
}
FILES = {
    "btc": [f"ner/btc_{part}.conll" for part in "abefg"],
    "wikigold": ["ner/wikigold.conll"],
    "wnut17": ["ner/wnut17_train.conll", "ner/wnut17_dev.conll"],
}


@dataclasses.dataclass
class Tagged:
    """A sentence with the names in it: characters and type. `skipped` are characters nothing is learned from."""

    text: str
    corpus: str
    group: str
    names: list[tuple[int, int, str]]
    skipped: list[tuple[int, int]] = dataclasses.field(default_factory=list)


def read(folder: pathlib.Path, corpus: str) -> list[Tagged]:
    """A corpus; a group is a document of Wikigold, a sentence of others."""
    found = []
    for file in FILES[corpus]:
        document, rows = 0, []
        for line in [*data.opened(folder, file), ""]:
            if line.startswith("-DOCSTART-"):
                document += 1
            elif line.strip():
                word, tag = line.replace("\t", " ").rsplit(" ", 1)
                rows.append((word.strip(), tag.strip()))
            elif rows:
                number = document if corpus == "wikigold" else len(found)
                found.append(tagged(rows, corpus, f"{file}_{number}"))
                rows = []
    return found


def tagged(rows: list[tuple[str, str]], corpus: str, group: str) -> Tagged:
    """Words to a text as one would write it: a clitic follows its word, all else a space."""
    text, places = "", []
    for word, _ in rows:
        if text and not (word.startswith(("'", "’")) and len(word) in (2, 3)) and word != "n't":
            text += " "
        places.append((len(text), len(text) + len(word)))
        text += word
    sentence = Tagged(text, corpus, group, [])
    before = "O"
    for at, (word, tag) in enumerate(rows):
        prefix, _, kind = tag.partition("-")
        kind = WNUT.get(kind, kind)
        start, end = places[at]
        if prefix == "I" and before == kind:
            sentence.names[-1] = (sentence.names[-1][0], end, kind)
        elif prefix != "O":
            sentence.names.append((start, end, kind))
        before = kind if prefix != "O" else "O"
        # BTC tags both the sign and the name of a handle, WNUT17 none of them.
        if corpus == "btc" and (word == "@" or (at and rows[at - 1][0] == "@")):
            sentence.skipped.append((start, end))
    return sentence


def recased(sentences: list[Tagged], share: float, seed: int) -> list[Tagged]:
    """Copies of a share of the sentences in capitals, small letters, or with each word capitalised, so that
    casing is not trusted where it says nothing."""
    chance = random.Random(seed)
    made = []
    for sentence in sentences:
        if chance.random() < share:
            change = chance.choice([str.upper, str.lower, str.title])
            text = change(sentence.text)
            if len(text) == len(sentence.text):
                made.append(dataclasses.replace(sentence, text=text))
    return made
