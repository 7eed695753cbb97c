"""Trains the tagger of names; tests it on a corpus that is left out; exports.

    python entities.py cv    --data DATA --base BASE --out OUT --without wikigold
    python entities.py final --data DATA --base BASE --out OUT --folder ../news-entities

Each goes on where it was interrupted when started again with the same options.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
from torch.nn.functional import log_softmax

import batches
import casing
import corpora
import export
import metrics
import training
from corpora import LABELS
from encoder import Encoder, Head, Shape

HEAD = Head("entities", "token", ["token"], LABELS)
# A token that may be of any label but those of known types: O in a corpus without MISC.
OPEN = len(LABELS)
MISC = [LABELS.index("O"), LABELS.index("B-MISC"), LABELS.index("I-MISC")]


def item(sentence: corpora.Tagged, tokenizer: batches.Tokenizer, number: int) -> batches.Item:
    encoding = tokenizer.encode(sentence.text)
    tags = [-1] * len(encoding.ids)
    for word in casing.words(encoding.tokens, encoding.special_tokens_mask):
        start, end = encoding.offsets[word[0]][0], encoding.offsets[word[-1]][1]
        tag = OPEN if sentence.corpus == "btc" else 0
        for begin, to, kind in sentence.names:
            if start < to and begin < end:
                tag = LABELS.index(f"{'B' if start <= begin else 'I'}-{kind}")
        if any(start < to and begin < end for begin, to in sentence.skipped):
            tag = -1
        tags[word[0]] = tag
    keep = batches.MAX_TOKENS
    cases = casing.of_tokens(sentence.text, encoding)
    return batches.Item(encoding.ids[:keep], casing=cases[:keep], tags=tags[:keep], example=number)


def loss(model: Encoder, batch: dict) -> torch.Tensor:
    """Cross-entropy of tokens; where MISC is not annotated, of `O` and MISC together."""
    scores = log_softmax(model.head(HEAD, model.rows(batch), batch), dim=-1)
    tags = batch["tags"]
    known, free = (tags >= 0) & (tags < OPEN), tags == OPEN
    total = -scores[known].gather(1, tags[known].unsqueeze(1)).sum()
    total = total - torch.logsumexp(scores[free][:, MISC], dim=-1).sum()
    return total / (known.sum() + free.sum()).clamp(min=1)


@torch.no_grad()
def logits(model: Encoder, items: list[batches.Item]) -> list[np.ndarray]:
    """The logits of each input's tokens."""
    model.eval()
    found: list[np.ndarray] = [np.empty(0)] * len(items)
    for numbers in batches.by_length(items, 64):
        batch = batches.collate([items[at] for at in numbers])
        values = model.head(HEAD, model.rows(batch), batch).numpy()
        for row, at in enumerate(numbers):
            found[at] = values[row, : len(items[at].ids)]
    return found


def names(text: str, values: np.ndarray, tokenizer: batches.Tokenizer) -> list[tuple[int, int, str]]:
    """The names that a text's logits say, as README.md describes."""
    encoding = tokenizer.encode(text)
    found: list[tuple[int, int, str]] = []
    before = "O"
    for word in casing.words(encoding.tokens, encoding.special_tokens_mask):
        if word[0] >= len(values):
            break
        prefix, _, kind = LABELS[int(values[word[0]].argmax())].partition("-")
        start, end = encoding.offsets[word[0]][0], encoding.offsets[word[-1]][1]
        if prefix == "I" and before == kind:
            found[-1] = (found[-1][0], end, kind)
        elif prefix != "O":
            found.append((start, end, kind))
        before = kind if prefix != "O" else "O"
    return found


def test(model: Encoder, held: list[corpora.Tagged], tokenizer, log, out: pathlib.Path, kinds: list[str]) -> None:
    """Prints strict F1 over spans of characters, and the calibration of words."""
    items = [item(sentence, tokenizer, at) for at, sentence in enumerate(held)]
    values = logits(model, items)
    counts = {kind: np.zeros((len(held), 3)) for kind in kinds}
    dump = []
    for at, (sentence, found) in enumerate(zip(held, values)):
        guesses = names(sentence.text, found, tokenizer)
        dump.append({"text": sentence.text, "gold": sentence.names, "guess": guesses, "skipped": sentence.skipped})
        # What is skipped in training is left out of both sides here.
        free = [x for x in guesses if not any(x[0] < to and begin < x[1] for begin, to in sentence.skipped)]
        gold = [x for x in sentence.names if not any(x[0] < to and begin < x[1] for begin, to in sentence.skipped)]
        for kind in kinds:
            one, two = {x for x in gold if x[2] == kind}, {x for x in free if x[2] == kind}
            counts[kind][at] = len(one & two), len(one), len(two)
    (out / "guesses.json").write_text(json.dumps(dump))
    groups = [sentence.group for sentence in held]

    def f1(table):
        def score(at):
            right, gold, guess = table[at].sum(0)
            return 2 * right / max(1, gold + guess)

        return score

    everything = np.arange(len(held))
    total = sum(counts.values())
    right, gold, guess = total.sum(0)
    log(
        "entities",
        corpus=held[0].corpus,
        names=int(gold),
        precision=round(right / max(1, guess), 4),
        recall=round(right / gold, 4),
        f1=round(f1(total)(everything), 4),
        interval=metrics.interval(groups, f1(total)),
        by_type={kind: round(f1(counts[kind])(everything), 4) for kind in kinds},
    )
    known = [(x[at], tag) for i, x in zip(items, values) for at, tag in enumerate(i.tags) if 0 <= tag < OPEN]
    scores, tags = np.array([x for x, _ in known]), np.array([x for _, x in known])
    heat = metrics.temperature(scores, tags)
    ece = [metrics.calibration_error(metrics.softmax(scores, t), tags) for t in (1.0, heat)]
    log("calibration", temperature=round(heat, 4), ece_before=round(ece[0], 4), ece_after=round(ece[1], 4))


def fit(options, sentences: list[corpora.Tagged], place: pathlib.Path, log, tokenizer) -> Encoder:
    torch.manual_seed(options.seed)
    shape = Shape([HEAD], options.rank, 2 * options.rank, options.hidden_dropout, len(casing.CLASSES))
    model = Encoder(options.base, shape)
    plan = training.Plan(
        options.epochs, options.batch, options.rate, options.head_rate, noise=options.noise, seed=options.seed
    )
    sentences = sentences + corpora.recased(sentences, options.recased, options.seed)
    items = [item(sentence, tokenizer, at) for at, sentence in enumerate(sentences)]
    training.train(model, items, loss, plan, place, log, tokenizer.mask)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["cv", "final"])
    for name in ("data", "base", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, help="where `final` writes the adapter")
    parser.add_argument("--corpora", default="btc,wikigold,wnut17")
    parser.add_argument("--without", default="wikigold", help="the corpus that `cv` tests on")
    parser.add_argument("--recased", type=float, default=0.1, help="the share of sentences also learned recased")
    parser.add_argument("--temperature", type=float, default=1.0, help="as `cv` found it")
    training.add_options(parser)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    log = training.Log(options.out / "log.jsonl")
    log("options", **{name: str(value) for name, value in vars(options).items()})
    tokenizer = batches.Tokenizer(options.base)
    wanted = [x for x in options.corpora.split(",") if options.command == "final" or x != options.without]
    sentences = [sentence for corpus in wanted for sentence in corpora.read(options.data, corpus)]
    model = fit(options, sentences, options.out, log, tokenizer)
    if options.command == "cv":
        held = corpora.read(options.data, options.without)
        test(model, held, tokenizer, log, options.out, ["PER", "ORG", "LOC"])
    else:
        HEAD.temperature = options.temperature
        table = {"module": "casing_embeddings", "classes": casing.CLASSES}
        export.adapter(model, options, "news-entities", [HEAD], {"casing": table})


if __name__ == "__main__":
    main()
