"""Write the ONNX files of tests: the small models that `gloss-encoder` and the plugin have as safetensors.

    python fixtures.py [--python PYTHON]

Their numbers are checked against what the same models give as safetensors, and against transformers'.
"""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile

import onnxruntime_parity as parity

ROOT = pathlib.Path(__file__).resolve().parents[3]
HERE = pathlib.Path(__file__).resolve().parents[1] / "tests" / "fixtures"
BERT = ROOT / "crates" / "gloss-encoder" / "tests" / "fixtures" / "bert"
MODELS = ROOT / "plugins" / "transformers" / "tests" / "models"
PLUGIN = ROOT / "plugins" / "transformers" / "tests" / "onnx"


def load(folder: pathlib.Path, architecture: str):
    """The model of a folder, with this head."""
    import torch
    import transformers

    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(shutil.copytree(folder, f"{temporary}/model"))
        config = json.loads((copy / "config.json").read_text())
        (copy / "config.json").write_text(json.dumps({**config, "architectures": [architecture]}))
        model = getattr(transformers, architecture).from_pretrained(copy, attn_implementation="eager")
        return model.to(torch.float32).eval()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    arguments = parser.parse_args()
    parity.common.in_environment(arguments.python)

    for task, architecture in [
        ("embedding", "BertModel"), ("sequence", "BertForSequenceClassification"), ("token", "BertForTokenClassification"),
    ]:
        model = load(BERT, architecture)
        parity.export(model, HERE / f"{task}.onnx", parity.NAMES[task], True)
    for name in ["topics", "vectors", "entities", "inference"]:
        config = json.loads((MODELS / name / "config.json").read_text())
        architecture = config["architectures"][0]
        output = "logits" if "Classification" in architecture else "last_hidden_state"
        segments = config["model_type"] == "bert"
        parity.export(load(MODELS / name, architecture), PLUGIN / f"{name}.onnx", output, segments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
