"""Make adapters for the small BERT of the tests with peft, and write what they give: tests/fixtures/adapters.

    python adapters.py [--python PYTHON]

`sequence` and `token` are as peft saves them, with a head; `own` has the heads of this project's format, and
`casing` its vectors for how words are written. Numbers are drawn wide, so that what an adapter changes is larger
than what tests forgive.
"""

import argparse
import hashlib
import json
import pathlib
import shutil

import common

FIXTURES = pathlib.Path(__file__).parent.parent / "tests/fixtures"
BASE = FIXTURES / "bert"
TEXTS = ["The cat sat on the mat.", "At 3, Ada said NO. Was it?", "", "Berlin"]
RANK, HIDDEN, CLASSES = 3, 12, 3
MODULES = ["query", "key", "value", "dense"]
WAYS = ["none", "digit", "lower", "capital", "upper", "mixed", "initial"]


def draw(shape, seed: int, width: float):
    import torch

    return (torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * width).half().float()


def adapted(architecture: str, rooted: bool, **options):
    """A model with an adapter whose numbers are drawn."""
    import peft
    import torch
    import transformers

    model = getattr(transformers, architecture).from_pretrained(BASE, attn_implementation="eager").float()
    config = peft.LoraConfig(r=RANK, lora_alpha=5, target_modules=MODULES, use_rslora=rooted, **options)
    model = peft.get_peft_model(model, config).eval()
    with torch.no_grad():
        for at, (name, tensor) in enumerate(sorted(model.named_parameters())):
            if "lora_" in name or "modules_to_save" in name:
                tensor.copy_(draw(tensor.shape, at, 0.4))
    return model


def tokens(text: str):
    import tokenizers

    made = tokenizers.Tokenizer.from_file(str(BASE / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made.encode(text)


def run(model, text: str, **options):
    import torch

    encoding = tokens(text)
    with torch.no_grad():
        return model(
            input_ids=torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids]), **options
        )


def numbers(tensor) -> list[float]:
    return [float(f"{number:.6g}") for number in tensor.flatten().tolist()]


def save(model, folder: str, expected, tensors=None, described=None) -> None:
    """Writes the folder, with the weights in 16 bits."""
    import safetensors.torch

    folder = FIXTURES / "adapters" / folder
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    path = folder / "adapter_model.safetensors"
    tensors = safetensors.torch.load_file(path) | (tensors or {})
    safetensors.torch.save_file({key: tensor.half().contiguous() for key, tensor in tensors.items()}, path)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "bert"
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1) + "\n")
    if described:
        (folder / "gloss.json").write_text(json.dumps(described, indent=1) + "\n")
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


def classifiers() -> None:
    import peft

    for name, architecture, task in [
        ("sequence", "BertForSequenceClassification", peft.TaskType.SEQ_CLS),
        ("token", "BertForTokenClassification", peft.TaskType.TOKEN_CLS),
    ]:
        model = adapted(architecture, name == "token", task_type=task)
        logits = [run(model, text).logits[0] for text in TEXTS]
        # Special tokens have no answer.
        logits = [rows[1:-1] if name == "token" else rows for rows in logits]
        save(model, name, [{"text": text, "numbers": numbers(rows)} for text, rows in zip(TEXTS, logits)])


def manifest(heads: list, **more) -> dict:
    sha256 = lambda file: hashlib.sha256((BASE / file).read_bytes()).hexdigest()
    base = {"name": "bert", "model_sha256": sha256("model.safetensors"), "tokenizer_sha256": sha256("tokenizer.json")}
    return {"format": 1, "name": "made", "base": base, "max_tokens": 24, "heads": heads, **more}


def own_heads() -> None:
    import torch

    model = adapted("BertModel", False)
    heads = [
        ("sentence", "sequence", ["mean"], CLASSES, "softmax", 1.7),
        ("score", "sequence", ["cls", "max"], 1, "tanh", 3.0),
        ("targeted", "targeted", ["mean", "target_mean", "target_max"], CLASSES, "softmax", 1.3),
    ]
    tensors, entries = {}, []
    for at, (name, kind, inputs, labels, activation, temperature) in enumerate(heads):
        module = f"{name}_head"
        tensors[f"base_model.model.{module}.weight"] = draw((labels, len(inputs) * HIDDEN), 100 + at, 0.3)
        tensors[f"base_model.model.{module}.bias"] = draw((labels,), 200 + at, 0.3)
        labels = [f"{name}-{label}" for label in range(labels)]
        entries.append(dict(name=name, kind=kind, module=module, inputs=inputs, labels=labels,
                            activation=activation, temperature=temperature))
    expected = []
    for text in TEXTS:
        rows = run(model, text).last_hidden_state[0]
        # The target is the first seven bytes, and the last two.
        spans = [(0, min(7, len(text))), (max(len(text) - 2, 0), len(text))]
        offsets = tokens(text).offsets
        inside = [at for at, (start, end) in enumerate(offsets)
                  if end > start and any(start < to and begin < end for begin, to in spans)]
        target = rows[inside]
        features = {"mean": rows.mean(0), "max": rows.max(0).values, "cls": rows[0]}
        if inside:
            features |= {"target_mean": target.mean(0), "target_max": target.max(0).values}
        answers = {}
        for entry in entries:
            if not all(name in features for name in entry["inputs"]):
                answers[entry["name"]] = None
                continue
            x = torch.cat([features[name] for name in entry["inputs"]])
            weight, bias = (tensors[f"base_model.model.{entry['module']}.{part}"] for part in ("weight", "bias"))
            logits = (weight @ x + bias) / entry["temperature"]
            answers[entry["name"]] = numbers(logits.softmax(0) if entry["activation"] == "softmax" else logits.tanh())
        expected.append({"text": text, "spans": spans, "answers": answers})
    save(model, "own", expected, tensors, manifest(entries))


def casing() -> None:
    """A head for tokens, and words' classes by hand."""
    import torch

    ways = {
        TEXTS[0]: {"The": 6, ".": 0},
        TEXTS[1]: {"At": 6, "3": 1, ",": 0, "Ada": 3, "NO": 4, ".": 0, "Was": 6, "?": 0},
        TEXTS[2]: {},
        TEXTS[3]: {"Berlin": 6},
    }
    model = adapted("BertModel", False)
    table, temperature = draw((len(WAYS), HIDDEN), 300, 0.5), 0.8
    weight, bias = draw((CLASSES, HIDDEN), 301, 0.4), draw((CLASSES,), 302, 0.4)
    classes: list[int] = []
    model.base_model.model.embeddings.LayerNorm.register_forward_pre_hook(
        lambda module, inputs: (inputs[0] + table[classes],)
    )
    expected = []
    for text in TEXTS:
        encoding = tokens(text)
        words = {}
        for word, (start, end) in zip(encoding.word_ids, encoding.offsets):
            if word is not None:
                first, last = words.get(word, (start, end))
                words[word] = (min(first, start), max(last, end))
        classes[:] = [0 if word is None else ways[text].get(text[slice(*words[word])], 2) for word in encoding.word_ids]
        logits = (run(model, text).last_hidden_state[0][1:-1] @ weight.T + bias) / temperature
        expected.append({"text": text, "numbers": numbers(logits)})
    labels = ["O", "B-PER", "I-PER"]
    head = dict(name="entities", kind="token", module="entities_head", inputs=["token"], labels=labels,
                activation="softmax", temperature=temperature)
    tensors = {"entities_head.weight": weight, "entities_head.bias": bias, "casing_embeddings.weight": table}
    tensors = {f"base_model.model.{name}": tensor for name, tensor in tensors.items()}
    ways = {"module": "casing_embeddings", "classes": WAYS}
    save(model, "casing", expected, tensors, manifest([head], casing=ways))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    common.in_environment(parser.parse_args().python)
    classifiers()
    own_heads()
    casing()


if __name__ == "__main__":
    main()
