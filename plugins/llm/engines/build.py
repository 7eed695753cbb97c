"""Builds the engines, each with all that it depends on and nothing else, and says what that took.

    python build.py [ENGINE...]

What chooses its instructions when it is compiled is compiled for this processor: candle and llama.cpp. The others
choose when they run. llama.cpp needs CMake, a C++ compiler and libclang (`LIBCLANG_PATH`).
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
NATIVE = {"RUSTFLAGS": "-C target-cpu=native"}
# With its kernels for AMX llama.cpp ends on some virtual machines in a segmentation fault.
NO_AMX = "-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
ENGINES = {
    "gloss": {},
    "candle": NATIVE,
    "llama-cpp": NATIVE | {"CFLAGS": NO_AMX, "CXXFLAGS": NO_AMX},
    "rten": {},
}


def build(engine, environment):
    target = FOLDER / "target" / engine
    shutil.rmtree(target, ignore_errors=True)
    command = ["cargo", "build", "--release", "--locked", "--features", engine, "--bin", engine]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = os.environ | environment | {"CARGO_TARGET_DIR": str(target)}
    subprocess.run(command, cwd=FOLDER, env=environment, check=True)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = (target / "release" / engine).stat().st_size
    return {"seconds": seconds, "processor_seconds": processor, "mebibytes": size / 2**20}


def main():
    for engine in sys.argv[1:] or ENGINES:
        print(json.dumps({engine: build(engine, ENGINES[engine])}), flush=True)


if __name__ == "__main__":
    main()
