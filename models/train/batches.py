"""Texts to tokens, and tokens to padded batches of nearly one length."""

import dataclasses
import pathlib
import random

import tokenizers
import torch

MAX_TOKENS = 256


@dataclasses.dataclass
class Item:
    """One input of the encoder: ids with `[CLS]` and `[SEP]`, and what is to be learned from it.

    `targets` are pairs of token positions and a label; `tags` one number a token, -1 where none counts.
    """

    ids: list[int]
    types: list[int] | None = None
    casing: list[int] | None = None
    targets: list[tuple[list[int], int]] = dataclasses.field(default_factory=list)
    label: int = -1
    score: float = float("nan")
    emotion: int = -1
    tags: list[int] | None = None
    source: str = ""
    # Which example it is of.
    example: int = -1


class Tokenizer:
    """The base's tokenizer, without truncation or padding."""

    def __init__(self, base: pathlib.Path):
        self.inner = tokenizers.Tokenizer.from_file(str(base / "tokenizer.json"))
        self.inner.no_truncation()
        self.inner.no_padding()
        self.mask = self.inner.token_to_id("[MASK]")

    def encode(self, text: str, pair: str | None = None):
        return self.inner.encode(text, pair)


def touched(offsets: list[tuple[int, int]], spans: list[tuple[int, int]]) -> list[int]:
    """The tokens that share a character with a span."""
    return [
        at
        for at, (start, end) in enumerate(offsets)
        if any(start < to and begin < end for begin, to in spans)
    ]


def order(items: list[Item], size: int, seed: int) -> list[list[int]]:
    """Batches of `size` items of nearly one length, in an order that only the seed decides."""
    chance = random.Random(seed)
    # Lengths are blurred so that an item meets others in each epoch.
    key = {at: len(item.ids) * chance.uniform(0.9, 1.1) for at, item in enumerate(items)}
    numbers = sorted(key, key=key.__getitem__)
    batches = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    chance.shuffle(batches)
    return batches


def by_length(items: list[Item], size: int) -> list[list[int]]:
    """Batches for evaluation."""
    numbers = sorted(range(len(items)), key=lambda at: len(items[at].ids))
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]


def collate(items: list[Item], noise: float = 0.0, mask: int = 0, chance: random.Random | None = None) -> dict:
    """Tensors of a batch. With `noise`, so large a share of the tokens outside of targets is masked."""
    longest = max(len(item.ids) for item in items)
    ids = torch.zeros(len(items), longest, dtype=torch.long)
    attention = torch.zeros(len(items), longest)
    types, casing = torch.zeros_like(ids), torch.zeros_like(ids)
    tags = torch.full_like(ids, -1)
    rows, labels, places = [], [], []
    for at, item in enumerate(items):
        numbers = item.ids
        if noise and chance:
            kept = {0, len(numbers) - 1}.union(*(places for places, _ in item.targets))
            numbers = [
                mask if place not in kept and chance.random() < noise else number
                for place, number in enumerate(numbers)
            ]
        length = len(numbers)
        ids[at, :length] = torch.tensor(numbers)
        attention[at, :length] = 1
        if item.types:
            types[at, :length] = torch.tensor(item.types)
        if item.casing:
            casing[at, :length] = torch.tensor(item.casing)
        if item.tags:
            tags[at, :length] = torch.tensor(item.tags)
        for tokens, label in item.targets:
            rows.append(at)
            labels.append(label)
            places.append(tokens)
    pointer = torch.zeros(len(rows), longest)
    for at, tokens in enumerate(places):
        pointer[at, tokens] = 1
    return {
        "ids": ids,
        "attention": attention,
        "types": types,
        "casing": casing,
        "tags": tags,
        "rows": torch.tensor(rows, dtype=torch.long),
        "targets": torch.tensor(labels, dtype=torch.long),
        "pointer": pointer,
        "labels": torch.tensor([item.label for item in items]),
        "scores": torch.tensor([item.score for item in items]),
        "emotions": torch.tensor([item.emotion for item in items]),
    }
