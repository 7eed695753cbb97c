"""Writes `tests/data/three.spacy`, which the tests read, with spaCy itself.

    pip install spacy==3.8.*
    python docbin_fixture.py
"""

from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin, Span

vocab = spacy.blank("xx").vocab
# "DATE" and "nsubj" are names of spaCy's own, whose ids are no hashes.
first = Doc(
    vocab, ["😀", "Ada", "L.", "met", "DATE", ",", "nsubj", "."],
    spaces=[True, True, True, True, False, True, False, False],
    ents=["O", "B-PERSON", "I-PERSON", "O", "B-Gruß", "O", "B-DATE", "O"],
)
first.spans["sc"] = [Span(first, 1, 4, label="X"), Span(first, 1, 3, label="Y")]
first.spans["none"] = []
first.cats = {"good": 0.25, "bad": 1.0}
# Nobody said which of its tokens are entities, or where its spaces are.
second = Doc(vocab, ["a", "b"])
third = Doc(vocab, ["c"], spaces=[False], ents=["O"])
path = Path(__file__).parent.parent / "tests" / "data" / "three.spacy"
DocBin(docs=[first, second, third]).to_disk(path)
print(path.stat().st_size, "bytes")
