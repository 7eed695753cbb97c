"""What the lists of a page must hold, from its data alone: written apart from the page's scripts."""

import collections
import json
import re


def data_of(page: str) -> dict:
    """The data that a page carries."""
    start = page.index('<script type="application/json" id="data">')
    start = page.index(">", start) + 1
    return json.loads(page[start : page.index("</script>", start)])


def differences(data: dict, document: dict, pair: int) -> list[tuple]:
    """Differences of a pair: kind, label of the left side and of the right, either of which may be None."""
    left, right = data["pairs"][pair]
    gold = data["gold"] == left
    found = []
    if "pairs" in document:
        def side(variant: int, number: int):
            flat = document["spans"][variant]
            return tuple(flat[3 * number : 3 * number + 3]) if number >= 0 else None

        flat = document["pairs"][pair]
        for i, j in zip(flat[::2], flat[1::2]):
            a, b = side(left, i), side(right, j)
            if a is None:
                kind = "spurious" if gold else "alone"
            elif b is None:
                kind = "missed" if gold else "alone"
            elif a[:2] == b[:2]:
                kind = "type"
            else:
                kind = "boundary" if a[2] == b[2] else "both"
            found.append((kind, a and data["labels"][a[2]], b and data["labels"][b[2]]))
    if "classes" in document:
        said = [{(c[0], c[1]): data["labels"][c[2]] for c in document["classes"][v]} for v in (left, right)]
        for target in set(said[0]) | set(said[1]):
            a, b = said[0].get(target), said[1].get(target)
            if a != b:
                found.append(("class", a, b))
    if "texts" in document:
        said = [texts(document, v) for v in (left, right)]
        for target in set(said[0]) | set(said[1]):
            if not set(said[0].get(target, [])) & set(said[1].get(target, [])):
                found.append(("text", None, None))
    return found


def texts(document: dict, variant: int) -> dict:
    """Texts of a variant by their targets."""
    found: dict = {}
    for start, end, text in document["texts"][variant]:
        found.setdefault((start, end), []).append(text)
    return found


def text_gap(data: dict, document: dict, pairs: list[int]) -> float:
    """The share of words of two sides' texts that the other does not have, each counted once."""
    common = every = 0
    for pair in pairs:
        left, right = (
            collections.Counter(word.lower() for _, _, text in document.get("texts", [[]] * 99)[side] for word in re.findall(r"[^\W_]+", text))
            for side in data["pairs"][pair]
        )
        common += 2 * (left & right).total()
        every += left.total() + right.total()
    return 1 - common / every if every else 0.0


def active(data: dict) -> list[int]:
    """The pairs that count where none is asked for."""
    gold = data["gold"]
    return [n for n, pair in enumerate(data["pairs"]) if gold is None or pair[0] == gold]


def passing(data: dict, test) -> list[str]:
    """Ids of documents of which a difference in an active pair passes a test."""
    pairs = active(data)
    return [d["id"] for d in data["documents"] if any(test(*one) for pair in pairs for one in differences(data, d, pair))]


def most_differing(data: dict) -> list[str]:
    """Ids, the most differences first: what differs of two paired counts on both sides."""
    pairs = active(data)

    def extent(document: dict) -> tuple:
        differing = sum((a is not None) + (b is not None) for pair in pairs for _, a, b in differences(data, document, pair))
        every = 0
        for pair in pairs:
            for side in data["pairs"][pair]:
                every += len(document.get("spans", [[]] * 99)[side]) // 3 + len(document.get("classes", [[]] * 99)[side])
        return -differing, -((differing / every if every else 0) or text_gap(data, document, pairs)), document["n"]

    return [d["id"] for d in sorted(data["documents"], key=extent)]
