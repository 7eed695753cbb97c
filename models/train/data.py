"""Readers of the files that the models are trained on; README.md says where each is published."""

import csv
import dataclasses
import hashlib
import html
import json
import pathlib
import random
import sys

SENTIMENTS = ["negative", "neutral", "positive"]

# File, and SHA-256 of what the figures in the models' cards were made with.
HASHES = {
    "ner/btc_a.conll": "ac824cc13c88283fe3cca05343e46c79ec4cd5b174429f27bf8fe0ebdc1bbf33",
    "ner/btc_b.conll": "504a094a0398e03fd7b394510e313b8fc844407102252182d90aea23f53cc322",
    "ner/btc_e.conll": "77aca745cdc28ae0fafbcf36a93ccfd15357a8db97c21d91083592dd85e348c5",
    "ner/btc_f.conll": "d0839ddb0bd57f3a59ac9ab35d371dc140db8280e0001469a4e56fe8f776ce8a",
    "ner/btc_g.conll": "d53a27645cabc4e63313d573498b48b0cc5ed780d280edfbdc4fedefe23479da",
    "ner/wikigold.conll": "c797a64d0cf73ed058363f77671486bcfd413e70fda1726ad4a6ba624455225f",
    "ner/wnut17_dev.conll": "5cd520c3321adb4d08f3f2c9eb126f4eb53c6785845a9e5f367f416100301184",
    "ner/wnut17_train.conll": "707d8fbadf7ab186e7998fdcbea41470d25d0a453049f531d0c8d0c810a8d8cb",
    "sentiment/goemotions_dev.tsv": "e2d7cae65ffdc8df4d457c33695ab1f000eaef9beaadbce8276043802a3ba8ee",
    "sentiment/goemotions_labels.txt": "0ec3143304b499eb63a1b60f8843e2b48c4fbaee6dd04f50fc8f4771f86c0e71",
    "sentiment/goemotions_train.tsv": "f6e6059e336d17ae31496857cd5883a41934df50261ef74bc3eedc2ef9f701c8",
    "sentiment/newsmtsc_train.jsonl": "fb80ff05993dd59016c36abefaa7bd00d77cb0cb38a781c1f9edd9ad7c61471e",
    "sentiment/vader_amazonReviewSnippets.tsv": "11a9807a0974a2506a2d3b4851eaf69b3d6d20688ce4923adda2312a4f6dd6c2",
    "sentiment/vader_movieReviewSnippets.tsv": "c8293b0d942e90e223ea2c0955d969040d1a1be514a978b9af0698940bd13350",
    "sentiment/vader_tweets.tsv": "dfbe7102e2f92579ed8b19df9a3822491880697c67adf712fb66e520cc05102f",
}


@dataclasses.dataclass
class Target:
    """What the sentiment is toward: character spans in the sentence, and the number of its label."""

    spans: list[tuple[int, int]]
    label: int


@dataclasses.dataclass
class Example:
    """A sentence with what is known of its sentiment.

    `group` names what must not be cut by folds; `score` is from -1 to 1; `label` and `emotion` count in SENTIMENTS.
    """

    text: str
    source: str
    group: str
    targets: list[Target] = dataclasses.field(default_factory=list)
    label: int | None = None
    score: float | None = None
    emotion: int | None = None


@dataclasses.dataclass
class Sentence:
    """Words of a sentence with their tags (`O`, `B-TYPE`, `I-TYPE`); `group` is its document's."""

    words: list[str]
    tags: list[str]
    source: str
    group: str


def opened(folder: pathlib.Path, name: str):
    """The file as text lines, its hash checked."""
    path = folder / name
    try:
        data = path.read_bytes()
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}; README.md says where the file is published")
    if hashlib.sha256(data).hexdigest() != HASHES[name]:
        print(f"warning: {path} is not the file that the cards' figures were made with", file=sys.stderr)
    return data.decode("utf-8").split("\n")


def news(folder: pathlib.Path) -> list[Example]:
    """NewsMTSC. Its ids are `allsides_ARTICLE_EVENT_SENTENCE_…` (up to some papers' articles on one event) and
    `polusa_v1_ARTICLE_-1_SENTENCE_…`; a group is an event or an article, joined where a sentence stands in two."""
    rows = [json.loads(line) for line in opened(folder, "sentiment/newsmtsc_train.jsonl") if line]
    groups: dict[str, str] = {}

    def root(name: str) -> str:
        while groups.setdefault(name, name) != name:
            name = groups[name]
        return name

    names = []
    for row in rows:
        parts = row["primary_gid"].split("_")
        names.append("_".join([parts[0], parts[2]]))
        text = " ".join(row["sentence_normalized"].casefold().split())
        groups[root(names[-1])] = root("=" + text)
    examples = []
    for row, name in zip(rows, names):
        targets = [Target([(t["from"], t["to"])], int(t["polarity"]) // 2 - 1) for t in row["targets"]]
        labels = {target.label for target in targets}
        label = labels.pop() if len(labels) == 1 else None
        examples.append(Example(row["sentence_normalized"], "news", root(name), targets, label))
    return examples


def rated(folder: pathlib.Path) -> list[Example]:
    """The sentences of VADER's publication that people rated from -4 to 4, without those of newspapers."""
    examples = []
    for part, source in (("tweets", "tweets"), ("amazonReviewSnippets", "amazon"), ("movieReviewSnippets", "film")):
        for line in opened(folder, f"sentiment/vader_{part}.tsv"):
            if not line:
                continue
            number, rating, text = line.split("\t", 2)
            # Snippets are numbered REVIEW_SENTENCE where they are parts of a review.
            group = f"{source}_{number.split('_')[0]}"
            examples.append(Example(html.unescape(text.strip()), source, group, score=float(rating) / 4))
    return examples


def emotions(folder: pathlib.Path) -> list[Example]:
    """GoEmotions' comments of one group of emotions; of several groups, or ambiguous ones, none."""
    numbers = {name: at for at, name in enumerate(opened(folder, "sentiment/goemotions_labels.txt"))}
    labels = {str(numbers[name]): at for at, name in enumerate(SENTIMENTS)}
    examples = []
    for part in ("train", "dev"):
        lines = opened(folder, f"sentiment/goemotions_{part}.tsv")
        for text, label, number in csv.reader((x for x in lines if x), delimiter="\t", quoting=csv.QUOTE_NONE):
            if label in labels:
                examples.append(Example(html.unescape(text), "emotions", number, emotion=labels[label]))
    return examples


def folds(groups: list[str], count: int, seed: int) -> list[int]:
    """The fold of each item, whole groups together, folds of nearly one size."""
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    order = sorted(sizes)
    random.Random(seed).shuffle(order)
    filled, places = [0] * count, {}
    for group in order:
        places[group] = min(range(count), key=filled.__getitem__)
        filled[places[group]] += sizes[group]
    return [places[group] for group in groups]
