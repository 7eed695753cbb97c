"""Compare which phrases this plugin chooses with KeyBERT, on the same vectors.

    python relevance.py [--cases COUNT] [--fixture]

Needs keybert 0.9, numpy and scikit-learn; without them it makes a virtual environment in a temporary folder and
starts itself there. Vectors are random, from a seed, so what is compared is KeyBERT's own maximal marginal
relevance. The crate's test `relevance` then reads the cases and fails where anything differs. --fixture also
writes the few cases that are committed, tests/relevance.json.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import aggregation
from aggregation import ROOT, in_environment, splitmix

FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "tests" / "relevance.json"
DIMENSION = 6


def case(dice: random.Random) -> dict:
    import numpy as np
    from keybert._mmr import mmr

    count, top = dice.randint(1, 30), dice.randint(1, 8)
    diversity, seed = dice.choice([0.0, 0.2, 0.5, 0.8, 1.0]), dice.getrandbits(32)
    draw = splitmix(seed)
    rows = [[next(draw) * 2 - 1 for _ in range(DIMENSION)] for _ in range(count + 1)]
    vectors = np.array(rows, dtype=np.float32).astype(np.float64)
    names = [str(at) for at in range(count)]
    chosen = mmr(vectors[:1], vectors[1:], names, top, diversity)
    # KeyBERT rounds scores to four places.
    found = [[int(name), score] for name, score in chosen]
    return {"seed": seed, "count": count, "top": top, "diversity": diversity, "chosen": found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--fixture", action="store_true")
    arguments = parser.parse_args()
    if importlib.util.find_spec("keybert") is None:
        aggregation.PACKAGES = ["keybert==0.9.0"]
        in_environment()
    dice = random.Random(4)
    cases = [case(dice) for _ in range(arguments.cases)]
    text = lambda some: "[\n" + ",\n".join(json.dumps(one) for one in some) + "\n]\n"
    if arguments.fixture:
        FIXTURE.write_text(text(cases[:60]), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "cases.json"
        path.write_text(text(cases), encoding="utf-8")
        command = ["cargo", "test", "--quiet", "-p", "gloss-transformers", "--test", "relevance"]
        environment = dict(os.environ, GLOSS_RELEVANCE_CASES=str(path))
        failed = subprocess.run(command, cwd=ROOT, env=environment).returncode
    print(f"{len(cases)} cases: {'they differ' if failed else 'equal'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
