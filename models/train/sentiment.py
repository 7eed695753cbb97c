"""Trains the sentiment of sentences, and toward targets in them; cross-validates; exports.

    python sentiment.py cv    --data DATA --base BASE --out OUT --without film,tweets,amazon
    python sentiment.py final --data DATA --base BASE --out OUT --folder ../news-sentiment

`cv` leaves out a fold of news, cut by article, and with it one of the rated sources named, and tests on both.

Each goes on where it was interrupted when started again with the same options.
"""

import argparse
import pathlib
import random

import numpy as np
import torch
from torch.nn.functional import cross_entropy, mse_loss

import batches
import data
import export
import metrics
import training
from encoder import Encoder, Head, Shape

HEADS = {
    "sentence": Head("sentence", "sequence", ["mean"], data.SENTIMENTS),
    "score": Head("score", "sequence", ["mean"], ["score"], activation="tanh"),
    "targeted": Head("targeted", "targeted", ["mean", "target_mean"], data.SENTIMENTS),
    # Learned beside the others, and not exported: what Reddit calls neutral differs from news.
    "emotion": Head("emotion", "sequence", ["mean"], data.SENTIMENTS),
}


def items(examples: list[data.Example], tokenizer: batches.Tokenizer, form: str) -> list[batches.Item]:
    """Inputs: the sentence `once` for all targets, or for each target with it as a `pair` or `marked`."""
    made = []
    for number, example in enumerate(examples):
        common = {
            "label": -1 if example.label is None else example.label,
            "score": float("nan") if example.score is None else example.score,
            "emotion": -1 if example.emotion is None else example.emotion,
            "source": example.source,
            "example": number,
        }
        encoding = tokenizer.encode(example.text)
        ids = encoding.ids[: batches.MAX_TOKENS]
        offsets = encoding.offsets[: batches.MAX_TOKENS]
        if form == "once" or not example.targets:
            targets = [(batches.touched(offsets, t.spans), t.label) for t in example.targets]
            made.append(batches.Item(ids, targets=targets, **common))
            continue
        for target in example.targets:
            places = batches.touched(offsets, target.spans)
            if form == "marked":
                types = [int(at in places) for at in range(len(ids))]
                made.append(batches.Item(ids, types=types, targets=[(places, target.label)], **common))
            else:
                begin, end = target.spans[0]
                pair = tokenizer.encode(example.text, example.text[begin:end])
                second = [at for at, kind in enumerate(pair.type_ids) if kind]
                item = batches.Item(pair.ids, types=pair.type_ids, targets=[(second, target.label)], **common)
                made.append(item)
    return made


def loss_of(weights: dict[str, float]):
    """The weighted sum of the heads' losses, each the mean over the batch's inputs."""

    def loss(model: Encoder, batch: dict) -> torch.Tensor:
        rows = model.rows(batch)
        size = len(batch["ids"])
        total = rows.sum() * 0
        for head in model.shape.heads:
            logits = model.head(head, rows, batch) if head.kind != "targeted" or len(batch["rows"]) else None
            match head.name:
                case "targeted" if logits is not None:
                    part = cross_entropy(logits, batch["targets"], reduction="sum")
                case "sentence":
                    part = cross_entropy(logits, batch["labels"], ignore_index=-1, reduction="sum")
                case "emotion":
                    part = cross_entropy(logits, batch["emotions"], ignore_index=-1, reduction="sum")
                case "score":
                    known = ~batch["scores"].isnan()
                    guess = torch.tanh(logits[:, 0])
                    part = mse_loss(guess[known], batch["scores"][known], reduction="sum")
                case _:
                    continue
            total = total + weights[head.name] * part / size
        return total

    return loss


@torch.no_grad()
def predict(model: Encoder, inputs: list[batches.Item]) -> list[dict]:
    """For each input, the logits of each head: rows for `targeted`, a list for others."""
    model.eval()
    found: list[dict] = [{} for _ in inputs]
    for numbers in batches.by_length(inputs, 64):
        batch = batches.collate([inputs[at] for at in numbers])
        rows = model.rows(batch)
        for head in model.shape.heads:
            if head.kind == "targeted":
                if len(batch["rows"]):
                    logits = model.head(head, rows, batch).tolist()
                    for at, values in zip(batch["rows"].tolist(), logits):
                        found[numbers[at]].setdefault(head.name, []).append(values)
            else:
                for at, values in zip(numbers, model.head(head, rows, batch).tolist()):
                    found[at][head.name] = values
    return found


def build(options: argparse.Namespace) -> Encoder:
    heads = [HEADS[name] for name in options.heads.split(",")]
    torch.manual_seed(options.seed)
    shape = Shape(heads, options.rank, 2 * options.rank, options.hidden_dropout)
    return Encoder(options.base, shape)


def fit(options, examples: list[data.Example], place: pathlib.Path, log, tokenizer) -> Encoder:
    """Trains on examples, or takes what was trained at `place` before."""
    plan = training.Plan(
        options.epochs, options.batch, options.rate, options.head_rate, noise=options.noise, seed=options.seed
    )
    weights = dict(part.split("=") for part in options.weights.split(","))
    loss = loss_of({name: float(value) for name, value in weights.items()})
    model = build(options)
    training.train(model, items(examples, tokenizer, options.form), loss, plan, place, log, tokenizer.mask)
    return model


def gathered(options) -> tuple[list[data.Example], list[data.Example]]:
    """The news, and all else that the heads learn from."""
    heads = options.heads.split(",")
    others = []
    if "score" in heads:
        others += data.rated(options.data)
    if "emotion" in heads:
        found = data.emotions(options.data)
        others += random.Random(options.seed).sample(found, min(options.emotions, len(found)))
    return data.news(options.data), others


def cross_validate(options, log, tokenizer) -> None:
    examples, others = gathered(options)
    places = data.folds([x.group for x in examples], options.folds, options.seed)
    wanted = [int(x) for x in options.only.split(",")] if options.only else range(options.folds)
    without = options.without.split(",") if options.without else []
    for fold in wanted:
        place = options.out / f"fold{fold}"
        if not (place / "held_out.npz").exists():
            source = without[fold] if fold < len(without) else ""
            chosen = [x for x, at in zip(examples, places) if at != fold]
            chosen += [x for x in others if x.source != source]
            model = fit(options, chosen, place, log, tokenizer)
            held = [x for x, at in zip(examples, places) if at == fold]
            held += [x for x in others if x.source == source]
            keep(model, held, options, place, tokenizer)
        report(options.out, [fold], log)
        report_score(place, log)
    if len(wanted) > 1:
        report(options.out, wanted, log)


def keep(model: Encoder, held: list[data.Example], options, place: pathlib.Path, tokenizer) -> None:
    """Writes the logits of what was held out."""
    inputs = items(held, tokenizer, options.form)
    found = predict(model, inputs)
    columns: dict[str, list] = {}
    for item, answer in zip(inputs, found):
        group = held[item.example].group
        for (_, label), values in zip(item.targets, answer.get("targeted", [])):
            columns.setdefault("targeted", []).append((group, label, values))
        if "sentence" in answer and item.label >= 0:
            columns.setdefault("sentence", []).append((group, item.label, answer["sentence"]))
        if item.score == item.score:
            columns.setdefault("score", []).append((f"{item.source}/{group}", item.score, answer["score"]))
    arrays = {}
    for name, rows in columns.items():
        groups, labels, logits = zip(*rows)
        arrays |= {f"{name}_groups": np.array(groups), f"{name}_gold": np.array(labels)}
        arrays[f"{name}_logits"] = np.array(logits)
    np.savez(place / "held_out.npz", **arrays)


def report(out: pathlib.Path, wanted, log) -> None:
    """Prints the scores of folds together; a fold's probabilities are calibrated on the other folds."""
    found = [np.load(out / f"fold{fold}" / "held_out.npz") for fold in wanted]
    for name in ("targeted", "sentence"):
        if f"{name}_gold" not in found[0]:
            continue
        gold, logits, groups = (
            np.concatenate([x[f"{name}_{part}"] for x in found]) for part in ("gold", "logits", "groups")
        )
        guess = logits.argmax(1)
        low, high = metrics.interval(list(groups), lambda at: metrics.macro_f1(gold[at], guess[at]))
        values = {"items": len(gold), "macro_f1": metrics.macro_f1(gold, guess), "interval": [low, high]}
        values["class_f1"] = metrics.class_f1(gold, guess)
        values["accuracy"] = float((gold == guess).mean())
        if len(found) > 1:
            cooled = []
            for at, fold in enumerate(found):
                rest = [x for number, x in enumerate(found) if number != at]
                known = (np.concatenate([x[f"{name}_{part}"] for x in rest]) for part in ("logits", "gold"))
                heat = metrics.temperature(*known)
                cooled.append(metrics.softmax(fold[f"{name}_logits"], heat))
            values["ece_before"] = metrics.calibration_error(metrics.softmax(logits), gold)
            values["ece_after"] = metrics.calibration_error(np.concatenate(cooled), gold)
            values["temperature"] = metrics.temperature(logits, gold)
        log("score", head=name, folds=list(wanted), **export.rounded(values))


def report_score(place: pathlib.Path, log) -> None:
    """Prints Pearson's r on the rated source that was left out, if one was."""
    found = np.load(place / "held_out.npz")
    if "score_gold" not in found:
        return
    gold, guess, groups = found["score_gold"], np.tanh(found["score_logits"][:, 0]), list(found["score_groups"])
    low, high = metrics.interval(groups, lambda at: metrics.pearson(gold[at], guess[at]))
    values = {"items": len(gold), "pearson": metrics.pearson(gold, guess), "interval": [low, high]}
    log("score", head="score", source=str(groups[0]).split("/")[0], **export.rounded(values))


def final(options, log, tokenizer) -> None:
    examples, others = gathered(options)
    model = fit(options, examples + others, options.out / "final", log, tokenizer)
    heat = dict(part.split("=") for part in options.temperatures.split(",")) if options.temperatures else {}
    for head in model.shape.heads:
        head.temperature = float(heat.get(head.name, 1.0))
    export.adapter(model, options, "news-sentiment", [h for h in model.shape.heads if h.name != "emotion"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["cv", "final"])
    for name in ("data", "base", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, help="where `final` writes the adapter")
    parser.add_argument("--heads", default="targeted,sentence,score,emotion")
    parser.add_argument("--weights", default="targeted=1,sentence=0.5,score=4,emotion=0.5")
    parser.add_argument("--form", choices=["once", "pair", "marked"], default="once")
    parser.add_argument("--without", default="", help="rated sources that the first folds leave out, with commas")
    parser.add_argument("--emotions", type=int, default=12000, help="how many comments of GoEmotions")
    parser.add_argument("--temperatures", default="", help="of heads, as `cv` found them: targeted=1.3,sentence=1.2")
    parser.add_argument("--only", default="", help="folds to run, with commas; all")
    training.add_options(parser)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    log = training.Log(options.out / "log.jsonl")
    log("options", **{name: str(value) for name, value in vars(options).items()})
    tokenizer = batches.Tokenizer(options.base)
    {"cv": cross_validate, "final": final}[options.command](options, log, tokenizer)


if __name__ == "__main__":
    main()
