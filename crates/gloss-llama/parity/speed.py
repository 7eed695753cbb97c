"""Measures tokens per second beside llama.cpp: the same file, the same number of threads, in turns.

    pip install llama-cpp-python
    cargo build --release -p gloss-llama --example run
    python speed.py PROGRAM FILE [THREADS...]

All threads work on one text, there and here. Beside it is what they give here with a text for each.
"""

import json
import subprocess
import sys
import time

import llama_cpp

from buffers import use_plain_buffers

PROMPT = [1000 + at * 37 % 20_000 for at in range(1100)]
ROUNDS = 2


def theirs(path, threads):
    model = llama_cpp.Llama(path, n_ctx=2048, n_threads=threads, n_threads_batch=threads, verbose=False)
    model.eval(PROMPT[:8])
    model.reset()
    start = time.perf_counter()
    model.eval(PROMPT)
    prompt = len(PROMPT) / (time.perf_counter() - start)
    model.reset()
    model.eval([5, 6, 7])
    start = time.perf_counter()
    for _ in range(128):
        model.eval([model.sample(temp=0)])
    return prompt, 128 / (time.perf_counter() - start)


def ours(program, path, threads):
    ran = subprocess.run([program, path, "speed", str(threads)], capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout)
    one = found["prompt_per_second"], found["generated_per_second"]
    return one + (found["prompts_apart_per_second"], found["generated_apart_per_second"])


def main():
    program, path, *threads = sys.argv[1:]
    use_plain_buffers()
    for threads in map(int, threads or (1, 2)):
        rounds = [(ours(program, path, threads), theirs(path, threads)) for _ in range(ROUNDS)]
        for at, what in enumerate(("prompt", "generated")):
            mine = max(ours[at] for ours, _ in rounds)
            peer = max(theirs[at] for _, theirs in rounds)
            apart = max(ours[at + 2] for ours, _ in rounds)
            print(
                f"{threads} threads, {what}: ours {mine:.0f}/s, llama.cpp {peer:.0f}/s, ratio {mine / peer:.2f};"
                f" a text for each thread: {apart:.0f}/s"
            )


main()
