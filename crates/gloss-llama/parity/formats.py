"""Writes tests/formats.json: random blocks of every format, and the numbers that the package gguf makes of them.

    pip install gguf numpy
    python formats.py
"""

import json
import pathlib

import gguf
import numpy as np

SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}


def main():
    draw = np.random.default_rng(5)
    cases = []
    for name in ["F32", "F16", "BF16", *SCALES]:
        kind = gguf.GGMLQuantizationType[name]
        block, size = gguf.GGML_QUANT_SIZES[kind]
        blocks = 1 if block == 256 else 2 if block > 1 else 4
        data = draw.integers(0, 256, (blocks, size), dtype=np.uint8)
        for at in SCALES.get(name, []):
            data[:, at : at + 2] = draw.normal(0, 0.1, (blocks, 1)).astype(np.float16).view(np.uint8)
        if name in ("F32", "F16"):
            whole = draw.normal(0, 1, blocks).astype(np.float32 if name == "F32" else np.float16)
            data = whole.view(np.uint8).reshape(blocks, size)
        if name == "BF16":
            data = (draw.normal(0, 1, blocks).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
        values = data.reshape(-1)
        if name in ("F32", "F16"):
            values = values.view(np.float32 if name == "F32" else np.float16)
        numbers = gguf.dequantize(values, kind).astype(np.float32)
        cases.append({"format": int(kind), "bytes": data.reshape(-1).tolist(), "numbers": [float(f"{x:.8g}") for x in numbers.reshape(-1)]})
    path = pathlib.Path(__file__).parent.parent / "tests/formats.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")


main()
