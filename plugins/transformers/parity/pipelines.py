"""Make small models with transformers, and what its pipelines say of texts with them, for the test `pipelines`.

    python pipelines.py

Needs transformers, torch and numpy; without them it makes a virtual environment in a temporary folder and
starts itself there. Writes tests/models/ (untrained models of one layer, with weights wide enough that scores
differ by much, in 16 bits) and tests/pipelines.json, and runs the test, which fails where this plugin says
something else.
"""

import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys

from aggregation import ROOT, in_environment

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent / "tests" / "models"
EXPECTED = HERE.parent / "tests" / "pipelines.json"

TEXTS = [
    "Angela Merkel met Emmanuel Macron in Zürich on Friday.",
    "The harbour bridge is closed to cars; engineers found cracks in March.",
    "Reuters: UBS hired 1,250 people 😀 in São Paulo.",
    "A well-known well-being expert (from Paris) won't comment.",
]
ENTITIES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
CANDIDATES = ["politics", "the economy", "sport"]
SIZES = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}


def word_pieces():
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    known = [text.replace("😀", "") for text in TEXTS + CANDIDATES]
    tokenizer.train_from_iterator(known, trainers.WordPieceTrainer(vocab_size=110, special_tokens=names))
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    special = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]")
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)


def bytes_pairs():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    # Not all bytes, so that the fixture is small; those of the texts are among them.
    trainer = trainers.BpeTrainer(vocab_size=130, special_tokens=["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True)
    special = dict(pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>")
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)


def models():
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertForTokenClassification,
        BertModel,
        RobertaConfig,
        RobertaForTokenClassification,
    )

    pieces = word_pieces()
    bert = dict(vocab_size=len(pieces), max_position_embeddings=72, **SIZES)

    def named(labels, **more):
        return dict(id2label=dict(enumerate(labels)), label2id={l: i for i, l in enumerate(labels)}, **more)

    def sequences(labels, **more):
        return BertForSequenceClassification(BertConfig(**bert, **named(labels, **more)))

    yield "topics", pieces, sequences(["news", "sport", "other"])
    yield "tags", pieces, sequences(["a", "b", "c", "d"], problem_type="multi_label_classification")
    yield "rating", pieces, sequences(["stars"], problem_type="regression")
    yield "inference", pieces, sequences(["contradiction", "neutral", "ENTAILMENT"])
    yield "entities", pieces, BertForTokenClassification(BertConfig(**bert, **named(ENTITIES)))
    yield "vectors", pieces, BertModel(BertConfig(**bert), add_pooling_layer=False)
    pairs = bytes_pairs()
    roberta = RobertaConfig(
        vocab_size=len(pairs), max_position_embeddings=110, pad_token_id=1, **SIZES, **named(ENTITIES)
    )
    yield "entities-bytes", pairs, RobertaForTokenClassification(roberta)


def widen(model) -> None:
    """Weights from which scores come that differ by more than 1, rounded to 16 bits."""
    import torch

    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "LayerNorm" in name:
                continue
            wide = 0.9 if weight.dim() == 2 else 0.3
            weight.copy_((torch.randn(weight.shape, generator=generator) * wide).half().float())


def save(name: str, tokenizer, model) -> pathlib.Path:
    folder = MODELS / name
    folder.mkdir(parents=True)
    import torch

    model.half().save_pretrained(folder, safe_serialization=True)
    model.to(torch.float32)
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    return folder


def pipelines(name: str, tokenizer, model) -> dict:
    """What transformers' pipelines say, with offsets in bytes."""
    import torch
    from transformers import pipeline

    common = dict(model=model, tokenizer=tokenizer, device="cpu")
    if name in ("topics", "tags", "rating"):
        pipe = pipeline("text-classification", **common)
        return {"all": [{r["label"]: r["score"] for r in pipe(text, top_k=None)} for text in TEXTS]}
    if name == "inference":
        pipe = pipeline("zero-shot-classification", **common)
        say = lambda text, multi: pipe(
            text, CANDIDATES, multi_label=multi, hypothesis_template="This is about {}."
        )
        both = {"single": False, "multi": True}
        pairs = lambda found: dict(zip(found["labels"], found["scores"]))
        return {kind: [pairs(say(text, multi)) for text in TEXTS] for kind, multi in both.items()}
    if name == "vectors":
        rows = []
        for text in TEXTS:
            with torch.no_grad():
                hidden = model(**tokenizer(text, return_tensors="pt", return_token_type_ids=False))[0][0]
            row = {"mean": hidden.mean(0), "cls": hidden[0], "max": hidden.max(0).values}
            rows.append({kind: vector.tolist() for kind, vector in row.items()})
        return {"pooled": rows}
    found = {}
    for strategy in ["none", "simple", "first", "average", "max"]:
        pipe = pipeline("token-classification", aggregation_strategy=strategy, **common)
        found[strategy] = [spans(text, pipe(text)) for text in TEXTS]
    return found


def spans(text: str, entities: list) -> list:
    byte = [len(text[:at].encode()) for at in range(len(text) + 1)]
    label = lambda e: e.get("entity_group") or e["entity"]
    return [[byte[e["start"]], byte[e["end"]], label(e), float(e["score"])] for e in entities]


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def main() -> None:
    if importlib.util.find_spec("transformers") is None:
        in_environment()
    import torch

    torch.manual_seed(5)
    shutil.rmtree(MODELS, ignore_errors=True)
    expected = {"texts": TEXTS, "candidates": CANDIDATES}
    for name, tokenizer, model in models():
        widen(model)
        model.eval()
        save(name, tokenizer, model)
        expected[name] = rounded(pipelines(name, tokenizer, model))
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    command = ["cargo", "test", "--quiet", "-p", "gloss-transformers", "--test", "pipelines"]
    sys.exit(subprocess.run(command, cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
