"""Annotations as marks in the text, for people to read: in tests, and to see what changed.

Spans stand in the text: ``[text](label attribute=value)``, ``[text]`` where there is neither. Where two
spans cross, both have a number: ``[1|Bank of [2|England]1| and Wales]2|``. Everything else has a line
below, with its layer in front. Scores are left out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, List, Mapping, Optional

from .documents import Annotation, Document, Layer

#: Longer vectors are cut to their first four numbers.
_LONGEST_VECTOR = 8
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", '"': '\\"', "\\": "\\\\"}


class _Mark:
    def __init__(self, start: int, end: int, words: str) -> None:
        self.start, self.end, self.words = start, end, words
        #: Above 0 where another span crosses this one.
        self.number = 0


def marked(document: Document) -> str:
    """The text of ``document`` with the annotations that were added to it marked."""
    layers = [document.layer(name) for name in document._made]
    span_layers = [layer for layer in layers if layer.schema.kind == "spans"]
    marks: List[_Mark] = []
    for layer in span_layers:
        for span in layer:
            label = span.label or ""
            name = label
            if len(span_layers) > 1:
                name = "%s:%s" % (layer.name, label) if label else layer.name
            words = " ".join(part for part in (name, _attributes(span.attributes)) if part)
            assert span.start is not None and span.end is not None
            marks.append(_Mark(span.start, span.end, words))
    lines = [_inline(document.text, marks)]
    for layer in layers:
        if layer.schema.kind != "spans":
            lines.extend(_line(document, layer, annotation) for annotation in layer)
    return "\n".join(lines)


def _inline(text: str, marks: List[_Mark]) -> str:
    marks.sort(key=lambda mark: (mark.start, -mark.end))
    _number_crossing(marks)
    out: List[str] = []
    open_marks: List[_Mark] = []
    at = 0
    for place in sorted({end for mark in marks for end in (mark.start, mark.end)}):
        out.append(text[at:place])
        at = place
        out.extend(_close(mark) for mark in reversed(open_marks) if mark.end == place)
        open_marks = [mark for mark in open_marks if mark.end != place]
        starting = [mark for mark in marks if mark.start == place]
        out.extend("[" + _close(mark) for mark in starting if mark.end == place)
        for mark in (mark for mark in starting if mark.end > place):
            out.append("[" + _number(mark))
            open_marks.append(mark)
    out.append(text[at:])
    return "".join(out)


def _number(mark: _Mark) -> str:
    return "%d|" % mark.number if mark.number else ""


def _close(mark: _Mark) -> str:
    return "]" + _number(mark) + ("(%s)" % mark.words if mark.words else "")


def _number_crossing(marks: List[_Mark]) -> None:
    """Numbers the spans that end while one that started later is still open, and those that are."""
    crossing = set()
    opened: List[int] = []
    for following in range(len(marks) + 1):
        last = following == len(marks)
        ending = [m for m in opened if last or marks[m].end <= marks[following].start]
        for mark in sorted(ending, key=lambda m: (marks[m].end, -m)):
            above = opened[opened.index(mark) + 1 :]
            if above:
                crossing.update([mark, *above])
            opened.remove(mark)
        if not last and marks[following].start < marks[following].end:
            opened.append(following)
    for number, mark in enumerate(sorted(crossing)):
        marks[mark].number = number + 1


def _line(document: Document, layer: Layer, annotation: Annotation) -> str:
    schema, name = layer.schema, layer.name
    target = _reference(document, schema.target, annotation.target)
    on = "" if target is None else " on " + target
    attributes = _attributes(annotation.attributes)
    behind = " (%s)" % attributes if attributes else ""
    if schema.kind == "classes":
        return "%s: %s%s%s" % (name, annotation.label or "", on, behind)
    if schema.kind == "texts":
        return "%s%s: %s%s" % (name, on, annotation.text, behind)
    if schema.kind == "vectors":
        shown = list(annotation.values)
        cut = len(shown) > _LONGEST_VECTOR
        numbers = ", ".join("%.3f" % value for value in (shown[:4] if cut else shown))
        rest = ", ... %d numbers" % len(shown) if cut else ""
        return "%s: [%s%s]%s%s" % (name, numbers, rest, on, behind)
    head = _reference(document, schema.head, annotation.head) or "?"
    tail = _reference(document, schema.tail, annotation.tail) or "?"
    label = annotation.label + " " if annotation.label else ""
    return "%s: %s%s -> %s%s" % (name, label, head, tail, behind)


def _reference(document: Document, layer: Optional[str], id: Optional[int]) -> Optional[str]:
    """The annotation that another speaks of, in words; ``None`` for the document."""
    if id is None or layer is None:
        return None
    found = document.layer(layer)
    if found.schema.kind == "spans":
        return _quoted(found[id].text)
    return "%s %d" % (layer, id)


def _attributes(values: Mapping[str, Any]) -> str:
    return " ".join("%s=%s" % (name, _value(value)) for name, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        plain = format(Decimal(repr(value)), "f")
        return plain[:-2] if plain.endswith(".0") else plain
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    def escaped(character: str) -> str:
        if character in _ESCAPES:
            return _ESCAPES[character]
        printable = character.isprintable() or character == " "
        return character if printable else "\\u{%x}" % ord(character)

    return '"%s"' % "".join(map(escaped, text))
