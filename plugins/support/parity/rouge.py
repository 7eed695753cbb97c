"""Flags sentences of the test set by ROUGE-1 precision, to compare with the plugin.

ROUGE (Lin 2004) by Google's package `rouge-score`, with its stemmer: the share of a sentence's words
that its passage has. A sentence below a threshold is flagged. The threshold is the one that gives the
highest F1 on the development half.

    pip install rouge-score==0.1.2
    python rouge.py GLOSS

GLOSS is the program, with the plugins `sentences` and `support` beside it.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from rouge_score import rouge_scorer

TESTS = pathlib.Path(__file__).parents[3] / "crates" / "gloss-faithfulness" / "tests"
PIPELINE = "".join(
    f'[[stage]]\nextractor = "{name}"\n' for name in ("sentences", "given-summary", "support")
)


def cases(file):
    """The passage, the sentence, and whether it is false."""
    text = ""
    for line in (TESTS / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            text = ""
        elif line.startswith("+ "):
            yield text, line[2:], False
        elif line.startswith("- "):
            yield text, line.split(": ", 1)[1], True
        elif line and not line.startswith("# "):
            text += line + "\n\n"


def figures(flags, all_cases):
    """Precision, recall and F1 of flagging."""
    hits = sum(flag and false for flag, (_, _, false) in zip(flags, all_cases))
    precision = hits / max(sum(flags), 1)
    recall = hits / sum(false for _, _, false in all_cases)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def rouge(all_cases):
    scorer = rouge_scorer.RougeScorer(["rouge1"], use_stemmer=True)
    return [scorer.score(text, sentence)["rouge1"].precision for text, sentence, _ in all_cases]


def support(gloss, all_cases):
    """Whether any clause is unsupported."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "p.toml").write_text(PIPELINE, encoding="utf-8")
        lines = (
            json.dumps({"id": str(i), "text": text, "metadata": {"summary": sentence}})
            for i, (text, sentence, _) in enumerate(all_cases)
        )
        (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
        command = [gloss, "run", "p.toml", "in.jsonl"]
        out = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    layers = (json.loads(line)["layers"]["support/support"]["annotations"] for line in out.splitlines())
    return [any(clause["label"] == "unsupported" for clause in layer) for layer in layers]


def main():
    gloss = str(pathlib.Path(sys.argv[1]).resolve())
    development, held_out = (list(cases(name + ".txt")) for name in ("development", "held_out"))
    scores = rouge(development)
    # The last flags everything.
    thresholds = sorted(set(scores)) + [2.0]
    best = max(thresholds, key=lambda t: figures([s < t for s in scores], development)[2])
    for name, part in (("development", development), ("held out", held_out)):
        by_rouge = [score < best for score in rouge(part)]
        for method, flags in (("ROUGE-1 precision", by_rouge), ("support", support(gloss, part))):
            precision, recall, f1 = figures(flags, part)
            print(f"{name:12} {method:18} precision {precision:.2f} recall {recall:.2f} F1 {f1:.2f}")
    print(f"threshold of ROUGE-1 precision: {best:.3f}")


if __name__ == "__main__":
    main()
