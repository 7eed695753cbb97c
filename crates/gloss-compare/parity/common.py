"""What the scripts of this folder share: cases to the example `compare_metrics` and back, spans of random documents."""

import json
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
LABELS = ["LOC", "MISC", "ORG", "PER"]


def run(example: str, *arguments: str, lines: list | None = None) -> str:
    """What an example of the crate prints, given JSON lines."""
    command = ["cargo", "run", "--quiet", "--release", "-p", "gloss-compare", "--example", example, "--", *arguments]
    text = "".join(json.dumps(line) + "\n" for line in lines or [])
    return subprocess.run(command, cwd=ROOT, input=text, text=True, check=True, stdout=subprocess.PIPE).stdout


def metrics(cases: list[dict]) -> list:
    """What the crate makes of cases."""
    answers = [json.loads(line) for line in run("compare_metrics", lines=cases).splitlines()]
    assert len(answers) == len(cases)
    return answers


def flat_spans(rng: random.Random, tokens: int) -> list[tuple[int, int, int]]:
    """Spans that don't overlap, of one to four tokens."""
    at, spans = 0, []
    while (at := at + rng.randrange(1, 5)) < tokens:
        end = min(tokens, at + rng.choice([1, 1, 2, 2, 3, 4]))
        spans.append((at, end, rng.randrange(len(LABELS))))
        at = end
    return spans


def disturbed(rng: random.Random, spans: list, tokens: int) -> list[tuple[int, int, int]]:
    """The spans as a model might find them: some missed, cut, widened, renamed, invented; none overlap."""
    found: list[tuple[int, int, int]] = []
    reach = 0
    for start, end, label in spans:
        change = rng.random()
        if change < 0.1:
            continue
        if change < 0.2:
            start -= 1
        elif change < 0.3:
            end += 1
        elif change < 0.35 and end - start > 1:
            start += 1
        if rng.random() < 0.1:
            label = rng.randrange(len(LABELS))
        if rng.random() < 0.1 and start - reach > 1:
            found.append((reach, reach + 1, rng.randrange(len(LABELS))))
        start, end = max(start, reach), min(end, tokens)
        if start < end:
            found.append((start, end, label))
            reach = end
    return found


def tags(spans: list, tokens: int) -> list[str]:
    """IOB2."""
    out = ["O"] * tokens
    for start, end, label in spans:
        out[start:end] = [f"B-{LABELS[label]}"] + [f"I-{LABELS[label]}"] * (end - start - 1)
    return out


def read_conll(path: str) -> list[tuple[int, list]]:
    """Documents of CoNLL's form: how many tokens, and spans. Labels that are not of CoNLL are MISC."""
    documents = []
    for block in pathlib.Path(path).read_text("utf-8").strip().split("\n\n"):
        spans, kinds = [], [line.split()[-1] for line in block.split("\n") if line.strip()]
        for at, kind in enumerate(kinds):
            if kind == "O":
                continue
            label = kind.split("-")[-1].upper()
            number = LABELS.index(label if label in LABELS else "MISC")
            goes_on = at > 0 and kinds[at - 1].split("-")[-1] == kind.split("-")[-1] and not kind.startswith("B-")
            if goes_on:
                spans[-1] = (spans[-1][0], at + 1, number)
            else:
                spans.append((at, at + 1, number))
        documents.append((len(kinds), spans))
    return documents
