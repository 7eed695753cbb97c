"""What the cache costs where it is empty, and what it saves where it is full.

    python3 crates/gloss-cache/measure/speed.py target/release/gloss

Makes documents of about 2 KB, all different, from the example articles, and runs pipelines over them
without a cache, with an empty one and with a full one, in turn. Prints the median time that the stages
took, and of the whole program, and ratios to the runs without a cache.
"""

import argparse
import json
import random
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
PIPELINES = {
    "sentences": ["sentences"],
    "ner": ["ner"],
    "all four": ["sentences", "ner", "sentiment", "summarization"],
}


def documents(count, size, seed=7):
    """Texts of so many sentences of the example articles, each with a number that no other has."""
    articles = [(EXAMPLES / name).read_text("utf-8") for name in ("politics.txt", "business.txt", "sport.txt")]
    sentences = [s for text in articles for s in re.split(r"(?<=[.!?])\s+", text) if len(s) > 20]
    chance = random.Random(seed)
    for number in range(count):
        text = f"Report {number}."
        while len(text) < size:
            text += " " + chance.choice(sentences)
        yield {"id": str(number), "text": text}


def run(gloss, folder, cache):
    """Seconds of the stages' workers, and of the whole program."""
    command = [gloss, "run", "p.toml", "in.jsonl", "-o", "out.jsonl", "--quiet"]
    if cache:
        command += ["--cache", "--cache-folder", cache]
    begin = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True)
    whole = time.perf_counter() - begin
    record = json.loads((Path(folder) / "out.jsonl.run.json").read_text("utf-8"))
    return sum(stage["busy_seconds"] for stage in record["stages"]), whole


def measure(gloss, stages, texts, rounds):
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        (Path(folder) / "in.jsonl").write_text(lines, "utf-8")
        pipeline = "".join(f'[[stage]]\nextractor = "{stage}"\n' for stage in stages)
        (Path(folder) / "p.toml").write_text(pipeline, "utf-8")
        times = {"none": [], "empty": [], "full": []}
        run(gloss, folder, None)
        for number in range(rounds):
            cache = str(Path(folder) / f"cache-{number}")
            times["none"].append(run(gloss, folder, None))
            expected = (Path(folder) / "out.jsonl").read_bytes()
            for mode in ("empty", "full"):
                times[mode].append(run(gloss, folder, cache))
                assert (Path(folder) / "out.jsonl").read_bytes() == expected
            size = sum(file.stat().st_size for file in Path(cache).iterdir())
    return {mode: [statistics.median(t) for t in zip(*all_)] for mode, all_ in times.items()}, size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gloss")
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=PIPELINES)
    arguments = parser.parse_args()
    gloss = str(Path(arguments.gloss).resolve())
    texts = list(documents(arguments.documents, arguments.size))
    for name, stages in PIPELINES.items():
        if arguments.only not in (None, name):
            continue
        times, size = measure(gloss, stages, texts, arguments.rounds)
        print(f"{name}: {len(texts)} documents, {size / len(texts) / len(stages):.0f} bytes a result on the disk")
        for mode, (busy, whole) in times.items():
            ratios = busy / times["none"][0], whole / times["none"][1]
            print(f"  {mode:<6} stages {busy * 1e3:8.1f} ms ({ratios[0]:5.3f})  whole {whole * 1e3:8.1f} ms ({ratios[1]:5.3f})")


if __name__ == "__main__":
    main()
