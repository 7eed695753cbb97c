"""Compare what ONNX files give here and with ONNX Runtime, and sentences per second.

    python onnxruntime_parity.py [--python PYTHON] [--program PATH] [--sentences N] [--speed N]

Makes ONNX files of all-MiniLM-L6-v2 (with 32 bits, and with 8 by ONNX Runtime's dynamic quantization) and of
small models of all architectures and heads that `gloss-encoder` has, and runs both engines on the same files, a
text at a time. Exits with 1 if a number of 32 bits differs by 1e-4 or more, or of 8 bits the first percentile of
cosines is below 0.99.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "gloss-encoder" / "parity"))

import common  # noqa: E402
import heads  # noqa: E402

BATCH = 32
NAMES = {"embedding": "last_hidden_state", "sequence": "logits", "token": "logits"}


def export(model, path: pathlib.Path, output: str, segments: bool) -> None:
    """Writes an ONNX file with the names that exporters give inputs and outputs."""
    import torch

    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * segments
    ids = torch.randint(5, 60, (2, 9))
    given = (ids, torch.ones_like(ids)) + (torch.zeros_like(ids),) * segments

    class Bare(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *values):
            return self.model(**dict(zip(names, values)))[0]

    axes = {name: {0: "batch", 1: "sequence"} for name in names}
    axes[output] = {0: "batch"} if model.__class__.__name__.endswith("SequenceClassification") else {0: "batch", 1: "sequence"}
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        Bare().eval(), given, path, input_names=names, output_names=[output], dynamic_axes=axes,
        opset_version=17, dynamo=False,
    )


def session(path: pathlib.Path, threads: int = 1):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def feed(engine, ids, kinds):
    import numpy

    ids, kinds = numpy.array(ids, dtype=numpy.int64), numpy.array(kinds, dtype=numpy.int64)
    given = {"input_ids": ids, "attention_mask": (ids >= 0).astype(numpy.int64), "token_type_ids": kinds}
    return engine.run(None, {name.name: given[name.name] for name in engine.get_inputs()})[0]


def compare_heads(program: str, temporary: pathlib.Path, count: int) -> bool:
    """Small models, and texts that are not cut into windows."""
    import torch

    failed = False
    texts = [" ".join(text.split()[:6])[:18] for text in common.sentences(count)]
    for name, options in heads.architectures().items():
        if name.endswith("-long"):
            continue
        folder = temporary / name
        made = heads.make(folder, options, torch.float32)
        (folder / "model.safetensors").unlink()
        config = json.loads((folder / "config.json").read_text())
        made["tokenizer"].no_truncation(), made["tokenizer"].no_padding()
        for task, architecture in made["classes"].items():
            (folder / "config.json").write_text(json.dumps({**config, "architectures": [architecture]}))
            segments = config.get("type_vocab_size", 0) > 1
            try:
                export(made["models"][task], folder / "onnx" / "model.onnx", NAMES[task], segments)
            except Exception as error:  # noqa: BLE001
                print(f"{name}, {task}: torch does not export it ({type(error).__name__})")
                continue
            engine = session(folder / "onnx" / "model.onnx")
            pair = task == "sequence"
            given = [[text, "A dog."] if pair and at % 2 else text for at, text in enumerate(texts)]
            ours = common.dump(program, folder, given)
            most, numbers, cut = 0.0, [], 0
            for text, found in zip(given, ours):
                encoded = made["tokenizer"].encode(*([text] if isinstance(text, str) else text))
                if found["windows"] > 1:
                    cut += 1
                    continue
                result = feed(engine, [encoded.ids], [encoded.type_ids])[0]
                if task == "token":
                    result = result[[not special for special in encoded.special_tokens_mask]]
                result = (result.mean(0) if task == "embedding" else result).flatten()
                if len(result) != len(found["numbers"]):
                    sys.exit(f"{name}, {task}: {len(found['numbers'])} numbers, not {len(result)}")
                most = max([most, *abs(result - found["numbers"])])
                numbers += result.tolist()
            spread = max(numbers) - min(numbers)
            failed |= not (most < 1e-4 and spread > 1)
            print(f"{name}, {task}: {len(given) - cut} texts, largest difference {most:.2e}, numbers spread by {spread:.2f}")
    return failed


def minilm(temporary: pathlib.Path) -> pathlib.Path:
    """The folder of all-MiniLM-L6-v2 with ONNX files instead of its weights."""
    import transformers
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder = temporary / "minilm"
    shutil.copytree(common.minilm(), folder, ignore=shutil.ignore_patterns("*.safetensors", "*.bin", "onnx"))
    model = transformers.AutoModel.from_pretrained(common.minilm(), attn_implementation="eager").eval()
    export(model, folder / "model.onnx", "last_hidden_state", True)
    quantize_dynamic(folder / "model.onnx", folder / "model_quantized.onnx", weight_type=QuantType.QInt8)
    return folder


def pooled(vectors, mask):
    import numpy

    vectors = (vectors * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
    return vectors / numpy.linalg.norm(vectors, axis=1)[:, None]


def compare_minilm(program: str, folder: pathlib.Path, count: int) -> bool:
    import numpy
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation(), tokenizer.no_padding()
    texts, failed = common.sentences(count), False
    for precision, file in (("f32", "model.onnx"), ("int8", "model_quantized.onnx")):
        found = numpy.array([text["numbers"] for text in common.dump(program, folder, texts, precision)])
        engine, expected = session(folder / file), []
        for text in texts:
            ids = numpy.array([tokenizer.encode(text).ids])
            expected.append(pooled(feed(engine, ids, ids * 0), ids >= 0)[0])
        most, cosines = abs(found - expected).max(), (found * expected).sum(1)
        first = numpy.percentile(cosines, 1)
        failed |= not (most < 1e-4 if precision == "f32" else first >= 0.99)
        print(f"MiniLM {precision}: {count} sentences, largest difference {most:.2e}, cosines: least {cosines.min():.6f}, first percentile {first:.6f}")
    return failed


def speed(program: str, folder: pathlib.Path, count: int) -> None:
    """One thread; ONNX Runtime a text at a time as here, and in padded batches sorted by length, its best."""
    import numpy
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    texts = common.sentences(count)

    def batches(engine, size: int) -> float:
        tokenizer.no_truncation()
        tokenizer.enable_padding() if size > 1 else tokenizer.no_padding()
        start = time.perf_counter()
        ordered = sorted(texts, key=len)
        for at in range(0, count, size):
            batch = tokenizer.encode_batch(ordered[at : at + size])
            ids = numpy.array([text.ids for text in batch])
            mask = numpy.array([text.attention_mask for text in batch])
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": ids * 0}
            pooled(engine.run(None, {name.name: given[name.name] for name in engine.get_inputs()})[0], mask)
        return time.perf_counter() - start

    for precision, file in (("f32", "model.onnx"), ("int8", "model_quantized.onnx")):
        command = [program, str(folder), precision, "speed"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def ours() -> float:
            process.stdin.write(json.dumps(texts) + "\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        engine = session(folder / file)
        runs = {"here": ours, "ONNX Runtime, alone": lambda: batches(engine, 1), "ONNX Runtime, batches": lambda: batches(engine, BATCH)}
        seconds = {name: [] for name in runs}
        for round in range(4):
            for name, run in runs.items():
                took = run()
                # The first round warms up.
                if round:
                    seconds[name].append(took)
        process.stdin.close()
        process.wait()
        rates = {name: count / min(took) for name, took in seconds.items()}
        print(f"MiniLM {precision}, 1 thread, sentences/s: " + "; ".join(f"{name} {rate:.0f}" for name, rate in rates.items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--program", help="the example `onnx` of gloss-onnx; built if it is not named")
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--speed", type=int, default=256, help="sentences to measure with; 0 for not at all")
    parser.add_argument("--keep", help="a folder to keep the ONNX files in")
    parser.add_argument("--only", nargs="*", default=["minilm", "heads"])
    arguments = parser.parse_args()
    common.in_environment(arguments.python)

    program = arguments.program
    if not program:
        subprocess.run(["cargo", "build", "--release", "-p", "gloss-onnx", "--example", "onnx"], cwd=common.ROOT, check=True)
        program = f"{common.ROOT}/target/release/examples/onnx"
    failed = False
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(arguments.keep or temporary)
        if "minilm" in arguments.only or arguments.speed:
            folder = temporary / "minilm"
            folder = folder if folder.exists() else minilm(temporary)
        if "minilm" in arguments.only:
            failed |= compare_minilm(program, folder, arguments.sentences)
        if "heads" in arguments.only:
            failed |= compare_heads(program, temporary, arguments.sentences)
        if arguments.speed:
            speed(program, folder, arguments.speed)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
