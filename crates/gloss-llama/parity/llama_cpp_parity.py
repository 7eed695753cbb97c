"""Compares tokens, logits and greedy continuations with llama.cpp.

    pip install llama-cpp-python tokenizers numpy gguf
    cargo build --release -p gloss-llama --example run
    python llama_cpp_parity.py PROGRAM FILE [KERNELS]

Both turn what goes into a layer to bytes, which moves logits more than anything else, and not alike: so both are
compared with the same weights in double precision, which this script computes itself, and ours must not be
farther off in the mean. Of a copy of the file with weights in f32, logits must agree to rounding and continuations
must be equal. llama.cpp runs without `use_extra_bufts`, with which it crashes on some virtual machines.
"""

import json
import subprocess
import sys
import tempfile

import gguf
import llama_cpp
import numpy as np

from buffers import use_plain_buffers

PROMPTS = [
    "The capital of France is",
    "Once upon a time, in a village by the sea,",
    "def fibonacci(n):\n    ",
    "Q: What is 17 + 25?\nA:",
    "The city council voted on Monday to close the old harbour bridge to cars. Engineers",
    "Les élèves sont allés à l'école; 123,456.78 €   et \t puis\n\n\n",
    "Photosynthesis is the process by which plants",
    "<p>Ünïcödé 🙂 text — with \"quotes\" and 'apostrophes', they'll say it's fine.</p>",
]


def reference(reader):
    """The model in double precision, from the dequantized weights."""
    fields = {name: field.contents() for name, field in reader.fields.items()}
    weights = {
        t.name: gguf.dequantize(t.data, t.tensor_type).astype(np.float64) for t in reader.tensors
    }
    size = {
        name: int(fields[f"llama.{key}"])
        for name, key in [
            ("layers", "block_count"),
            ("heads", "attention.head_count"),
            ("shared", "attention.head_count_kv"),
        ]
    }
    epsilon = fields["llama.attention.layer_norm_rms_epsilon"]
    base = fields.get("llama.rope.freq_base", 10000.0)

    def norm(x, gain):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * gain

    def run(ids):
        x = weights["token_embd.weight"][ids]
        count, width = x.shape
        head = width // size["heads"]
        angle = np.arange(count)[:, None] * base ** (-2.0 * np.arange(head // 2) / head)
        cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]

        def turned(y):
            y = y.reshape(count, -1, head // 2, 2)
            a, b = y[..., 0], y[..., 1]
            return np.stack([a * cosine - b * sine, a * sine + b * cosine], -1).reshape(count, -1, head)

        mask = np.triu(np.full((count, count), -np.inf), 1)
        for at in range(size["layers"]):
            w = lambda part: weights[f"blk.{at}.{part}.weight"]
            h = norm(x, w("attn_norm"))
            q, k = turned(h @ w("attn_q").T), turned(h @ w("attn_k").T)
            v = (h @ w("attn_v").T).reshape(count, -1, head)
            each = size["heads"] // size["shared"]
            k, v = np.repeat(k, each, 1), np.repeat(v, each, 1)
            scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(head) + mask
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            x = x + np.einsum("hqk,khd->qhd", scores, v).reshape(count, -1) @ w("attn_output").T
            h = norm(x, w("ffn_norm"))
            gate = h @ w("ffn_gate").T
            x = x + (gate / (1 + np.exp(-gate)) * (h @ w("ffn_up").T)) @ w("ffn_down").T
        out = weights.get("output.weight", weights["token_embd.weight"])
        return norm(x[-1], weights["output_norm.weight"]) @ out.T

    return run


def whole_numbers(reader, path):
    """Writes a copy of the file in which all weights are f32."""
    writer = gguf.GGUFWriter(path, "llama")
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in ("general.architecture", "general.file_type"):
            continue
        kind = field.types[0]
        writer.add_key_value(name, field.contents(), kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def compare(program, path, kernels, exact, tolerance):
    """`tolerance`: the most that our logits may differ; None for as much as llama.cpp's do."""
    model = llama_cpp.Llama(path, n_ctx=2048, n_threads=2, verbose=False)
    tokens = [model.tokenize(text.encode(), add_bos=False, special=False) for text in PROMPTS]
    lines = [json.dumps(text) for text in PROMPTS] + [json.dumps(ids) for ids in tokens]
    ran = subprocess.run(
        [program, path, *kernels], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True
    )
    ours = [json.loads(line) for line in ran.stdout.splitlines()]

    def logits_of_last():
        pointer = llama_cpp.llama_get_logits_ith(model.ctx, -1)
        return np.ctypeslib.as_array(pointer, (model.n_vocab(),)).copy()

    good, distances = [], []
    for ids, found, result in zip(tokens, ours, ours[len(PROMPTS) :]):
        model.reset()
        model.eval(ids)
        theirs, logits, truth = logits_of_last(), np.array(result["logits"]), exact(np.array(ids))
        continued = []
        while len(continued) < 32:
            token = int(logits_of_last().argmax())
            if model._model.token_is_eog(token) if hasattr(model._model, "token_is_eog") else token in (0, 2):
                break
            continued.append(token)
            model.eval([token])
        mine, peer = (float(np.sqrt(((a - truth) ** 2).mean()) / truth.std()) for a in (logits, theirs))
        same = next((at for at, (a, b) in enumerate(zip(result["next"], continued)) if a != b), len(continued))
        distances.append((mine, peer))
        most = float(np.abs(logits - truth).max())
        good.append(found == ids and (tolerance is None or most < tolerance and same == len(continued)))
        print(
            f"  {'' if good[-1] else 'NOT '}ok: {len(ids)} tokens {'equal' if found == ids else 'DIFFER'}; logits to"
            f" double precision: ours {mine:.5f}, llama.cpp {peer:.5f} of their spread, ours at most {most:.1e};"
            f" {same} of {len(continued)} tokens continue alike"
        )
    mine, peer = np.array(distances).mean(0)
    print(f"  mean: ours {mine:.5f}, llama.cpp {peer:.5f}")
    return all(good) and (tolerance is not None or mine <= peer)


def main():
    program, path, *kernels = sys.argv[1:]
    use_plain_buffers()
    reader = gguf.GGUFReader(path)
    exact = reference(reader)
    print("the file as it is:")
    good = compare(program, path, kernels, exact, None)
    with tempfile.TemporaryDirectory() as folder:
        copy = folder + "/f32.gguf"
        whole_numbers(reader, copy)
        print("the same weights as f32:")
        good &= compare(program, copy, kernels, exact, 1e-2)
    sys.exit(not good)


main()
