"""Logits of an adapter's heads, computed with PEFT and transformers from the exported folder alone.

    python expected.py --folder ../news-sentiment --base BASE --texts texts.json > expected.json

`texts.json` is a list of {"text": …, "spans": [[start, end], …]}, spans (of targets) in characters. What comes out
repeats each with the tokens and, for each head by name, its logits: of the text, of each span, or of each token.
It shares no code with the training, so that a slip in the export, or in another reader, shows.
"""

import argparse
import json
import pathlib
import unicodedata

import peft
import tokenizers
import torch
import transformers
from safetensors.torch import load_file


def load(base: pathlib.Path, folder: pathlib.Path):
    """The adapted encoder, and the tensors of the folder."""
    transformers.logging.set_verbosity_error()
    plain = transformers.BertModel.from_pretrained(base, add_pooling_layer=False)
    model = peft.PeftModel.from_pretrained(plain, folder).merge_and_unload()
    return model.eval(), load_file(folder / "adapter_model.safetensors")


def word_starts(tokens: list[str]) -> list[int]:
    """The place of the first token of each token's word, `[CLS]` and `[SEP]` being words."""
    starts: list[int] = []
    for at, token in enumerate(tokens):
        inside = token.startswith("##") and len(token) > 2 and at > 1
        starts.append(starts[-1] if inside else at)
    return starts


def casing(text: str, encoding, classes: list[str]) -> torch.Tensor:
    """The class of each token by the table of README.md."""
    starts = word_starts(encoding.tokens)
    last = {start: at for at, start in enumerate(starts)}
    names, at_start = {}, True
    for start, end in last.items():
        if encoding.special_tokens_mask[start]:
            names[start] = "none"
            continue
        word = text[encoding.offsets[start][0] : encoding.offsets[end][1]]
        shape = "".join(
            {"Lu": "X", "Lt": "X", "Ll": "x", "Nd": "9"}.get(unicodedata.category(c), "") for c in word
        )
        letters = shape.replace("9", "")
        if not letters:
            names[start] = "digit" if shape else "none"
        elif "X" not in letters:
            names[start] = "lower"
        elif letters == "X" + "x" * (len(letters) - 1):
            names[start] = "initial" if at_start else "capital"
        else:
            names[start] = "mixed" if "x" in letters else "upper"
        at_start = word in {".", "!", "?"} or (at_start and names[start] == "none")
    return torch.tensor([classes.index(names[start]) for start in starts])


def pooled(name: str, rows: torch.Tensor, offsets, span) -> torch.Tensor:
    if name.startswith("target_"):
        rows = rows[[at for at, (start, end) in enumerate(offsets) if start < span[1] and span[0] < end]]
    how = name.removeprefix("target_")
    return {"mean": lambda: rows.mean(0), "max": lambda: rows.max(0).values, "cls": lambda: rows[0]}[how]()


@torch.no_grad()
def answer(entry: dict, about: dict, model, tensors: dict, tokenizer) -> dict:
    encoding = tokenizer.encode(entry["text"])
    embeddings = model.embeddings.word_embeddings(torch.tensor(encoding.ids))
    if "casing" in about:
        table = tensors[f"base_model.model.{about['casing']['module']}.weight"].float()
        embeddings = embeddings + table[casing(entry["text"], encoding, about["casing"]["classes"])]
    rows = model(inputs_embeds=embeddings.unsqueeze(0)).last_hidden_state[0]
    logits = {}
    for head in about["heads"]:
        weight, bias = (tensors[f"base_model.model.{head['module']}.{part}"].float() for part in ("weight", "bias"))

        def scores(span=None):
            parts = [pooled(name, rows, encoding.offsets, span) for name in head["inputs"]]
            return (weight @ torch.cat(parts) + bias).tolist()

        match head["kind"]:
            case "token":
                logits[head["name"]] = (rows @ weight.T + bias).tolist()
            case "targeted":
                logits[head["name"]] = [scores(span) for span in entry.get("spans", [])]
            case _:
                logits[head["name"]] = scores()
    return entry | {"tokens": encoding.tokens, "ids": encoding.ids, "logits": logits}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("folder", "base", "texts"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    options = parser.parse_args()
    model, tensors = load(options.base, options.folder)
    tokenizer = tokenizers.Tokenizer.from_file(str(options.base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    about = json.loads((options.folder / "gloss.json").read_text())
    entries = json.loads(options.texts.read_text())
    print(json.dumps([answer(entry, about, model, tensors, tokenizer) for entry in entries]))


if __name__ == "__main__":
    main()
