"""Compare sentences per second of all-MiniLM-L6-v2, tokenization included: this crate, sentence-transformers
(torch) and ONNX Runtime, with 32 bits and with 8 (ONNX Runtime's dynamic quantization).

    python speed.py [--python PYTHON] [--examples FOLDER] [--threads N ...] [--rounds N] [--sentences N]

Peers get the sentences sorted by length in batches of 32, which is best for them; this crate gets them as they
are. All run in turn in each round, each with as many threads; the best round of each counts, and the ratio is
the median over rounds of this crate's to the peer's of the same round.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time

import common

BATCH = 32


class Ours:
    """The example `speed`, which runs once for each line that it is sent."""

    def __init__(self, program: str, texts: list[str], precision: str, threads: int):
        command = [program, str(common.minilm()), precision, str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.load = json.loads(self.process.stdout.readline())["load_seconds"]
        self.send(json.dumps(texts))

    def send(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def __call__(self) -> float:
        self.send("go")
        return float(self.process.stdout.readline())


def torch_model(texts: list[str], threads: int):
    import sentence_transformers
    import torch

    torch.set_num_threads(threads)
    model = sentence_transformers.SentenceTransformer(str(common.minilm()), device="cpu")

    def run() -> float:
        torch.set_num_threads(threads)
        start = time.perf_counter()
        # Sorts by length itself.
        model.encode(texts, batch_size=BATCH, show_progress_bar=False)
        return time.perf_counter() - start

    return run


def export(folder: str) -> dict[str, str]:
    """ONNX files of the model, with 32 bits and with 8."""
    import torch
    import transformers
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = transformers.AutoModel.from_pretrained(common.minilm(), attn_implementation="eager").eval()
    example = torch.ones(2, 8, dtype=torch.int64)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "vectors"]}

    class Bare(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, ids, mask, types):
            return self.model(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    paths = {"f32": f"{folder}/f32.onnx", "int8": f"{folder}/int8.onnx"}
    torch.onnx.export(
        Bare(), (example, example, example * 0), paths["f32"], input_names=names, output_names=["vectors"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )
    quantize_dynamic(paths["f32"], paths["int8"], weight_type=QuantType.QInt8)
    return paths


def onnx_model(path: str, texts: list[str], threads: int):
    import numpy
    import onnxruntime
    import tokenizers

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    tokenizer = tokenizers.Tokenizer.from_file(str(common.minilm() / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    names = [given.name for given in session.get_inputs()]

    def run() -> float:
        start = time.perf_counter()
        ordered = sorted(texts, key=len)
        for at in range(0, len(ordered), BATCH):
            batch = tokenizer.encode_batch(ordered[at : at + BATCH])
            ids = numpy.array([text.ids for text in batch])
            mask = numpy.array([text.attention_mask for text in batch])
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": ids * 0}
            vectors = session.run(None, {name: given[name] for name in names})[0]
            vectors = (vectors * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
            vectors /= numpy.linalg.norm(vectors, axis=1)[:, None]
        return time.perf_counter() - start

    return run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--examples")
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sentences", type=int, default=512)
    parser.add_argument("--onnx", help="a folder to keep the ONNX files in")
    arguments = parser.parse_args()
    common.in_environment(arguments.python)

    texts = common.sentences(arguments.sentences)
    program = common.example("speed", arguments.examples)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.onnx or temporary
        try:
            paths = {name: f"{folder}/{name}.onnx" for name in ("f32", "int8")}
            [open(path, "rb").close() for path in paths.values()]
        except FileNotFoundError:
            paths = export(folder)
        for threads in arguments.threads:
            runs = {f"this crate {name}": Ours(program, texts, name, threads) for name in ("f32", "int8")}
            for name, ours in runs.items():
                print(f"{name}: loaded in {ours.load * 1000:.0f} ms")
            runs["torch f32"] = torch_model(texts, threads)
            runs.update({f"onnxruntime {name}": onnx_model(path, texts, threads) for name, path in paths.items()})
            seconds = {name: [] for name in runs}
            for round in range(arguments.rounds + 1):
                for name, run in runs.items():
                    took = run()
                    # The first round warms up.
                    if round:
                        seconds[name].append(took)
            for name, took in seconds.items():
                ours = seconds["this crate int8" if "int8" in name else "this crate f32"]
                ratio = statistics.median(peer / own for own, peer in zip(ours, took))
                print(f"{threads} thread(s), {name}: {len(texts) / min(took):.0f} sentences/s, ours is {ratio:.2f} times that")
    return 0


if __name__ == "__main__":
    sys.exit(main())
