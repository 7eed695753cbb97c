"""Measures the engines in turns, on one file of a model, one prompt, and one and two threads.

    python models.py FILE.gguf FOLDER
    python build.py
    python compare.py FILE.gguf FOLDER [ENGINE...]

Each run is a process of its own, held to as many processors as it has threads. The best of `ROUNDS` is shown: what
else the machine does only makes a run slower. `same` is how many of the generated tokens are, from the first on, those
of the first engine: each rounds in its own way, so they part somewhere, but one that parts at once has read another
prompt. `RUNNER` in the environment is a command by which each program is run, such as `nice -n -10`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROUNDS = 2
RUNNER = os.environ.get("RUNNER", "").split()


def variants(file, folder):
    """Names, programs, files and environments."""
    unfused = {"FLASH_ATTENTION": "0"}
    runs = [
        ("gloss", "gloss", {}),
        ("llama-cpp", "llama-cpp", {}),
        ("llama-cpp, attention unfused", "llama-cpp", unfused),
        ("candle", "candle", {}),
    ]
    for name, program, environment in runs:
        yield name, program, file, environment
        yield f"{name} (Q4_0)", program, folder / "q4_0.gguf", environment
    for kind in ("f32", "int8", "int4"):
        yield f"rten ({kind})", "rten", folder / f"{kind}.onnx", {}


def run(program, file, environment, threads):
    program = HERE / "target" / program / "release" / program
    os.sched_setaffinity(0, range(threads))
    environment = os.environ | environment | {"RAYON_NUM_THREADS": str(threads)}
    command = [*RUNNER, program, file, str(threads), HERE / "prompt.json"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{program} ended with {ran.returncode}: {ran.stderr}")
    return json.loads(ran.stdout)


def same(tokens, others):
    parted = (at for at, (token, other) in enumerate(zip(tokens, others)) if token != other)
    return next(parted, len(tokens))


def show(results, engines, counts):
    columns = " | ".join(f"{what}, {count}" for what in ("prompt", "generated") for count in counts)
    print(f"| engine | {columns} | load, s | peak, MiB | same |")
    print("| --- " * (len(counts) * 2 + 4) + "|")
    for engine in engines:
        runs = {count: results[engine, count] for count in counts}
        rates = [
            f"{max(run[f'{what}_per_second'] for run in runs[count]):.0f}"
            for what in ("prompt", "generated")
            for count in counts
        ]
        load = min(run["load_seconds"] for run in runs[counts[0]])
        peak = max(run["peak_mebibytes"] for run in runs[counts[-1]])
        agree = same(runs[counts[0]][0]["tokens"], results[engines[0], counts[0]][0]["tokens"])
        print(f"| {engine} | {' | '.join(rates)} | {load:.2f} | {peak} | {agree} |")


def main():
    file, folder, *wanted = sys.argv[1:]
    counts = [count for count in (1, 2) if count <= len(os.sched_getaffinity(0))]
    chosen = [each for each in variants(file, Path(folder)) if not wanted or each[0] in wanted]
    results = {(name, count): [] for name, *_ in chosen for count in counts}
    for _ in range(ROUNDS):
        for count in counts:
            for name, *what in chosen:
                results[name, count].append(run(*what, count))
    show(results, [name for name, *_ in chosen], counts)


if __name__ == "__main__":
    main()
