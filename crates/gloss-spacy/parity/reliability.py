"""How often entities of a given transition margin are right, on text labelled in CoNLL's form with PER, LOC, ORG, MISC.

    python reliability.py FILE.conll MODEL_FOLDER DUMP

DUMP is the built example `dump`. Tokens are joined by single spaces, paragraphs where the file has empty lines.
Labels of OntoNotes are mapped; those that CoNLL lacks (dates, amounts, ordinals) are left out. An entity is
right if its span and its mapped label are. Prints how many are by margin, in bins of equal size; the logistic
curve that fits one half of the documents; and the other half's reliability diagram: the score that the curve
gives, and how many are right.
"""

import json
import math
import subprocess
import sys

MAPPED = {
    "PERSON": "PER", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "ORG": "ORG", "NORP": "MISC", "PRODUCT": "MISC",
    "EVENT": "MISC", "WORK_OF_ART": "MISC", "LAW": "MISC", "LANGUAGE": "MISC",
}  # fmt: skip
BINS = 10


def read(path: str, size: int = 20) -> list[tuple[str, set[tuple[int, int, str]]]]:
    """Documents of `size` sentences: text and labelled spans."""
    blocks = open(path, encoding="utf-8").read().strip().split("\n\n")
    documents = []
    for at in range(0, len(blocks), size):
        text, spans = "", set()
        for block in blocks[at : at + size]:
            begin, label = 0, "O"
            for line in [*block.split("\n"), " O"]:
                word, _, tag = line.rpartition(" ")
                word = word.split(" ")[0]
                if word == "-DOCSTART-":
                    continue
                kind = tag.split("-")[-1]
                if label != "O" and (kind != label or tag.startswith("B-")):
                    spans.add((begin, len(text.rstrip(" ")), label))
                    label = "O"
                if kind != "O" and label == "O":
                    begin, label = len(text), kind
                text += word + " " if word else ""
            text = text.rstrip(" ") + "\n"
        documents.append((text, spans))
    return documents


def fit(points: list[tuple[float, bool]]) -> tuple[float, float]:
    """The logistic curve of points, by Newton's method."""
    a, b = 0.0, 0.0
    for _ in range(50):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for x, right in points:
            p = 1 / (1 + math.exp(-(a + b * x)))
            w, e = p * (1 - p), right - p
            g0, g1, h00, h01, h11 = g0 + e, g1 + e * x, h00 + w, h01 + w * x, h11 + w * x * x
        d = h00 * h11 - h01 * h01
        a, b = a + (h11 * g0 - h01 * g1) / d, b + (h00 * g1 - h01 * g0) / d
    return a, b


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    path, model, dump = sys.argv[1:]
    documents = read(path)
    lines = "".join(json.dumps({"text": text}) + "\n" for text, _ in documents)
    out = subprocess.run([dump, model, "entities"], input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
    halves: list[list[tuple[float, bool]]] = [[], []]
    gold = 0
    for at, ((_, spans), line) in enumerate(zip(documents, out.splitlines())):
        gold += len(spans)
        for start, end, label, margin in json.loads(line)["entities"]:
            if label in MAPPED and margin is not None:
                halves[at % 2].append((margin, (start, end, MAPPED[label]) in spans))
    found = sorted(halves[0] + halves[1])
    right = sum(correct for _, correct in found)
    print(f"{len(documents)} documents, {gold} labelled entities, {len(found)} found, {right} right")
    for at in range(BINS):
        part = found[at * len(found) // BINS : (at + 1) * len(found) // BINS]
        share = sum(correct for _, correct in part) / len(part)
        print(f"margin {part[0][0]:6.2f} to {part[-1][0]:6.2f}: {len(part)} entities, {share:.3f} right")
    a, b = fit([(margin, correct) for margin, correct in halves[0]])
    other = [(1 / (1 + math.exp(-(a + b * margin))), correct) for margin, correct in halves[1]]
    other.sort()
    print(f"curve: 1 / (1 + exp(-({a:.3f} + {b:.3f} margin)))")
    error = 0.0
    for at in range(BINS):
        part = other[at * len(other) // BINS : (at + 1) * len(other) // BINS]
        error += abs(sum(p - correct for p, correct in part)) / len(other)
        mean, share = (sum(values) / len(part) for values in zip(*part))
        print(f"score {part[0][0]:.2f} to {part[-1][0]:.2f}: {len(part)} entities, mean {mean:.3f}, {share:.3f} right")
    brier = sum((p - correct) ** 2 for p, correct in other) / len(other)
    base = sum(correct for _, correct in other) / len(other)
    print(f"other half: expected calibration error {error:.3f}, Brier score {brier:.3f} (constant: {base * (1 - base):.3f})")


main()
