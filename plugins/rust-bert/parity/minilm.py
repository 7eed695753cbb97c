"""Compare vectors of all-MiniLM-L6-v2 by rust-bert with those of this project's own encoder on 1,000 sentences.

    python minilm.py MODEL [--sentences N] [--threads N]

MODEL is the model's folder (`gloss models path all-MiniLM-L6-v2`). Sentences are those that the encoder is
compared with sentence-transformers on (crates/gloss-encoder/parity). Prints the largest difference and the
sentences per second of both in one run, and fails for a difference above 1e-4.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent.parent / "crates" / "gloss-encoder" / "parity"))

import common  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        texts = common.sentences(arguments.sentences)
        file.write("\n".join(" ".join(text.split()) for text in texts) + "\n")
        file.flush()
        command = ["cargo", "run", "--release", "--quiet", "--example", "beside_encoder", "--"]
        command += [str(arguments.model.resolve()), file.name, str(arguments.threads)]
        sys.exit(subprocess.run(command, cwd=HERE.parent).returncode)


if __name__ == "__main__":
    main()
