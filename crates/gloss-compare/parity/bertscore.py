"""Compare `gloss compare --bertscore` with the package bert-score, the whole way: the same texts, weights and layer.

    python bertscore.py GLOSS MODEL_FOLDER [--layer N ...] [--pairs N] [--seed N]

GLOSS is the binary, with its plugins beside it; MODEL_FOLDER holds a model as transformers saves it. Needs bert-score,
torch and transformers. Texts are sentences of the repository's documentation: each candidate is its reference with
words left out, repeated or exchanged, a neighbouring sentence, or nothing; they are shorter than any window, for
bert-score cuts what is longer off. The package gets one pair at a time: beside longer ones it lets a token all of whose
cosines are below 0 have the 0 of the padding, so that a score depends on the others. Each pair is a document
with a slice of its own: the F1 of every pair is compared, and the means of precision, recall and F1. With and
without IDF, with and without a baseline. Exits with 1 if a number differs by 1e-4 or more.
"""

import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import bert_score

ROOT = pathlib.Path(__file__).resolve().parents[3]
BASELINE = (0.31, 0.29, 0.3)
LIMIT = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("gloss")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--layer", type=int, nargs="+", default=[6, 3, 0])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    pairs = make_pairs(random.Random(options.seed), options.pairs)
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for layer in options.layer:
            for idf in (False, True):
                for baseline in (None, BASELINE):
                    theirs = package(pairs, options.model, layer, idf, baseline, folder)
                    ours = gloss(pairs, options, layer, idf, baseline, folder)
                    means = [sum(part) / len(pairs) for part in zip(*theirs)]
                    peers = [*means, *(scores[2] for scores in theirs)]
                    own = [*ours[0], *ours[1]]
                    differences = [abs(a - b) for a, b in zip(own, peers, strict=True)]
                    worst = max(worst, *differences)
                    what = f"layer {layer}{', IDF' if idf else ''}{', rescaled' if baseline else ''}"
                    print(f"{what}: {len(pairs)} pairs, mean F1 {means[2]:.4f}, largest difference {max(differences):.1e}")
    sys.exit(worst >= LIMIT)


def make_pairs(rng: random.Random, count: int) -> list[tuple[str, str]]:
    """References and candidates."""
    text = " ".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    sentences = [" ".join(part.split()) for part in re.split(r"(?<=[.!?])\s+", text)]
    sentences = [part for part in sentences if 30 <= len(part) <= 300]
    pairs = []
    for _ in range(count):
        at = rng.randrange(len(sentences) - 1)
        words = sentences[at].split()
        kind = rng.randrange(20)
        if kind == 0:
            candidate = sentences[at]
        elif kind == 1:
            candidate = ""
        elif kind < 8:
            candidate = sentences[at + 1]
        else:
            kept = [word for word in words if rng.random() < 0.7] or words
            candidate = " ".join(rng.choice(words) if rng.random() < 0.2 else word for word in kept)
        pairs.append((sentences[at], candidate))
    return pairs


def package(pairs, model, layer, idf, baseline, folder) -> list[list[float]]:
    """What bert-score says: precision, recall, F1 of each pair."""
    more = {}
    if baseline:
        table = folder / "baseline.csv"
        row = ",".join(map(str, baseline))
        table.write_text("LAYER,P,R,F\n" + "".join(f"{n},{row}\n" for n in range(layer + 1)))
        more = {"rescale_with_baseline": True, "baseline_path": str(table), "lang": "en"}
    references, candidates = ([pair[side] for pair in pairs] for side in (0, 1))
    more |= {"num_layers": layer, "idf": idf, "nthreads": 0, "device": "cpu", "use_fast_tokenizer": True, "batch_size": 1}
    found = bert_score.score(candidates, references, model_type=str(model), **more)
    return [list(scores) for scores in zip(*(part.tolist() for part in found))]


def gloss(pairs, options, layer, idf, baseline, folder) -> tuple[list[float], list[float]]:
    """What `gloss compare` says: the means of precision, recall and F1, and by a field of the metadata that each
    document has for itself the F1 of every pair."""
    for name, side in (("gold", 0), ("own", 1)):
        lines = []
        for number, pair in enumerate(pairs):
            layers = {"s/summary": {"type": "summary", "kind": "texts", "annotations": [{"text": pair[side]}]}}
            metadata = {"pair": f"{number:05}"}
            document = {"id": str(number), "text": "", "offsets": "byte", "metadata": metadata, "layers": layers}
            lines.append(json.dumps(document) + "\n")
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    command = [options.gloss, "compare", "own.jsonl", "--gold", "gold.jsonl", "--bertscore", str(options.model.resolve())]
    command += ["--bertscore-layer", str(layer), "--no-cache", "--resamples", "1", "--format", "json"]
    command += ["--slice", "pair"]
    command += ["--idf"] if idf else []
    command += ["--bertscore-baseline", ",".join(map(str, baseline))] if baseline else []
    ran = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    scores = json.loads(ran.stdout)["vectors"]["pairs"][0]["bertscore"]
    of_pairs = {part["value"]: part["estimate"]["value"] for part in scores["slices"]}
    return [scores["precision"], scores["recall"], scores["f1"]["value"]], [of_pairs[key] for key in sorted(of_pairs)]


if __name__ == "__main__":
    main()
