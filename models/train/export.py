"""Writes an adapter as README.md describes it."""

import hashlib
import json
import pathlib

import safetensors.torch
import torch

import batches
from encoder import CASING, Encoder, Head

PUBLISHED = "sentence-transformers/all-MiniLM-L6-v2"
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
DESCRIPTIONS = {
    "news-sentiment": "Sentiment of sentences of news, and toward targets in them: negative, neutral, positive.",
    "news-entities": "Names of persons, organizations, locations and others, in news and on the web.",
}


def rounded(values: dict, digits: int = 4) -> dict:
    def of(value):
        if isinstance(value, float):
            return round(value, digits)
        return [of(x) for x in value] if isinstance(value, list) else value

    return {name: of(value) for name, value in values.items()}


def digest(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def adapter(model: Encoder, options, name: str, heads: list[Head], extra: dict | None = None) -> None:
    """Writes the folder `options.folder`: PEFT's two files and `gloss.json`."""
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    modules = [head.module for head in heads] + ([CASING] if model.shape.casing else [])
    (folder / "adapter_model.safetensors").write_bytes(safetensors.torch.save(tensors(model, modules)))
    config = {
        "base_model_name_or_path": PUBLISHED,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "lora_alpha": model.shape.alpha,
        "lora_dropout": 0.0,
        "modules_to_save": modules,
        "peft_type": "LORA",
        "r": model.shape.rank,
        "revision": REVISION,
        # PEFT takes modules whose names end so.
        "target_modules": ["query", "key", "value", "intermediate.dense", "output.dense"],
        "task_type": "FEATURE_EXTRACTION",
        "use_dora": False,
        "use_rslora": False,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    about = {
        "format": 1,
        "name": name,
        "version": "1",
        "language": "en",
        "licence": "MIT OR Apache-2.0",
        "description": DESCRIPTIONS[name],
        "base": {
            "name": "all-MiniLM-L6-v2",
            "version": REVISION[:8],
            "model_sha256": digest(options.base / "model.safetensors"),
            "tokenizer_sha256": digest(options.base / "tokenizer.json"),
        },
        "unit": "sentence",
        "max_tokens": batches.MAX_TOKENS,
        "heads": [described(head) for head in heads],
        **(extra or {}),
        "training": {
            name: value
            for name, value in vars(options).items()
            if isinstance(value, (int, float)) or name in ("heads", "weights", "corpora")
        },
    }
    (folder / "gloss.json").write_text(json.dumps(about, indent=2) + "\n")


def described(head: Head) -> dict:
    values = {
        "name": head.name,
        "kind": head.kind,
        "module": head.module,
        "inputs": head.inputs,
        "labels": head.labels,
        "activation": head.activation,
        "temperature": round(head.temperature, 4),
    }
    return values | ({"range": [-1.0, 1.0]} if head.activation == "tanh" else {})


def tensors(model: Encoder, modules: list[str]) -> dict[str, torch.Tensor]:
    """The updates and the named modules, as halves: an adapter's size is what everybody fetches."""
    kept = {}
    for name, value in model.trained().items():
        if ".lora_" in name:
            name += ".weight"
        elif not any(f".{module}." in name for module in modules):
            continue
        kept[f"base_model.{name}"] = value.detach().to(torch.float16).contiguous()
    return kept
