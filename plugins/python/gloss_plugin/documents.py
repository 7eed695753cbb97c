"""Documents, as an extractor sees them, and the annotations that it adds."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from .columns import NONE, Columns
from .failures import Failure
from .offsets import Offsets
from .schema import LayerSchema

Value = Union[None, bool, int, float, str]


@dataclass(frozen=True)
class Annotation:
    """One annotation of a layer. What its kind does not have is ``None`` or empty."""

    #: The row in its layer.
    id: int
    #: Spans: offsets in the document's text.
    start: Optional[int] = None
    end: Optional[int] = None
    label: Optional[str] = None
    score: Optional[float] = None
    #: Spans: the stretch of the document. Texts: the text.
    text: str = ""
    #: Classes, texts, vectors: the annotation that it speaks of; ``None`` for the document.
    target: Optional[int] = None
    head: Optional[int] = None
    tail: Optional[int] = None
    #: Texts: stretches of the document that it is made of.
    sources: Sequence[Tuple[int, int]] = ()
    #: Vectors.
    values: Sequence[float] = ()
    #: Those that it has a value of.
    attributes: Mapping[str, Value] = field(default_factory=dict)


class Layer(Sequence[Annotation]):
    """The annotations of a layer of one document; the position is the annotation's id."""

    def __init__(self, name: str, columns: Columns, text: str) -> None:
        #: Full name (``stage/layer``) of a layer that is read; the layer's name of one that is made.
        self.name = name
        self._columns = columns
        self._text = text

    @property
    def schema(self) -> LayerSchema:
        """What the layer may hold."""
        return self._columns.schema

    @property
    def starts(self) -> List[int]:
        """Spans: where each begins."""
        return self._columns.start

    @property
    def ends(self) -> List[int]:
        """Spans: where each ends."""
        return self._columns.end

    def __len__(self) -> int:
        return self._columns.rows

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        row = operator.index(row)
        row = row + len(self) if row < 0 else row
        if not 0 <= row < len(self):
            raise IndexError("the layer %s has %d annotations" % (self.name, len(self)))
        columns, kind = self._columns, self.schema.kind

        def known(column: Sequence[int]) -> Optional[int]:
            return None if not column or column[row] == NONE else column[row]

        label = known(columns.label)
        score = columns.score[row] if columns.score else math.nan
        values = columns.attributes.items()
        text = columns.text[row] if kind == "texts" else ""
        if kind == "spans":
            text = self._text[columns.start[row] : columns.end[row]]
        return Annotation(
            row,
            columns.start[row] if columns.start else None,
            columns.end[row] if columns.end else None,
            None if label is None else self.schema.labels[label],
            None if math.isnan(score) else score,
            text,
            known(columns.target),
            known(columns.head),
            known(columns.tail),
            columns.sources[row] if columns.sources else (),
            columns.values[row] if columns.values else (),
            {name: column[row] for name, column in values if column and column[row] is not None},
        )

    def __iter__(self) -> Iterator[Annotation]:
        return (self[row] for row in range(len(self)))


class Document:
    """A document: read :attr:`text`, add annotations.

    All offsets are those of :attr:`text`, a Python string. Annotations have an id, which is their
    number in their layer, from 0; methods that add one return it.
    """

    def __init__(
        self,
        id: str,
        text: str,
        metadata: Mapping[str, Value],
        layers: Mapping[str, Layer],
        provides: Sequence[LayerSchema],
        encoded: Optional[bytes] = None,
    ) -> None:
        #: Its id, unique in a run.
        self.id = id
        self.text = text
        #: The metadata fields that the plan names, each a value or ``None``.
        self.metadata = metadata
        self._layers = layers
        self._made = {schema.name: Columns(schema) for schema in provides}
        self._numbers = {s.name: {label: n for n, label in enumerate(s.labels)} for s in provides}
        self._offsets = Offsets(text, text.encode() if encoded is None else encoded)
        self._notes: List[str] = []
        self._failure: Optional[Failure] = None

    def layer(self, type: str) -> Layer:
        """The layer of this type that the extractor requires, or one that it makes, by its name.

        Raises ``KeyError`` when there is none: an optional requirement that nothing feeds.
        """
        if type in self._layers:
            return self._layers[type]
        if type in self._made:
            return Layer(type, self._made[type], self.text)
        raise KeyError("the document has no layer %r" % type)

    def has_layer(self, type: str) -> bool:
        """Whether something feeds this requirement."""
        return type in self._layers

    def add_span(
        self,
        layer: str,
        start: int,
        end: int,
        label: Optional[str] = None,
        score: Optional[float] = None,
        attributes: Optional[Mapping[str, Value]] = None,
    ) -> int:
        """Adds the stretch from ``start`` to ``end``, which is behind its last character."""
        columns = self._columns(layer, "spans")
        start, end = operator.index(start), operator.index(end)
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(
                "%s: %d to %d is not a stretch of a text of %d characters"
                % (layer, start, end, len(self.text))
            )
        common = self._common(columns, label, score, attributes)
        columns.start.append(start)
        columns.end.append(end)
        return self._add(columns, *common)

    def add_class(
        self,
        layer: str,
        label: str,
        score: Optional[float] = None,
        target: Optional[int] = None,
        attributes: Optional[Mapping[str, Value]] = None,
    ) -> int:
        """Gives the document this label, or the annotation ``target`` of the layer's target."""
        columns = self._columns(layer, "classes")
        number = self._reference(columns, columns.schema.target, target)
        common = self._common(columns, label, score, attributes)
        columns.target.append(number)
        return self._add(columns, *common)

    def add_text(
        self,
        layer: str,
        text: str,
        score: Optional[float] = None,
        target: Optional[int] = None,
        sources: Iterable[Tuple[int, int]] = (),
        attributes: Optional[Mapping[str, Value]] = None,
    ) -> int:
        """Adds a text; ``sources`` are the stretches of the document that it is made of."""
        columns = self._columns(layer, "texts")
        number = self._reference(columns, columns.schema.target, target)
        pairs = [(operator.index(start), operator.index(end)) for start, end in sources]
        if not all(0 <= start <= end <= len(self.text) for start, end in pairs):
            raise ValueError("%s: a source is not a stretch of the text" % layer)
        common = self._common(columns, None, score, attributes)
        columns.target.append(number)
        columns.text.append(str(text))
        columns.sources.append(pairs)
        return self._add(columns, *common)

    def add_vector(
        self,
        layer: str,
        values: Iterable[float],
        target: Optional[int] = None,
        attributes: Optional[Mapping[str, Value]] = None,
    ) -> int:
        """Adds a vector: a list, or an array of NumPy or PyTorch."""
        columns = self._columns(layer, "vectors")
        number = self._reference(columns, columns.schema.target, target)
        numbers = [float(value) for value in values]
        if len(numbers) != columns.schema.dimension:
            wanted = columns.schema.dimension
            raise ValueError("%s: %d numbers, not %s" % (layer, len(numbers), wanted))
        common = self._common(columns, None, None, attributes)
        columns.target.append(number)
        columns.values.append(numbers)
        return self._add(columns, *common)

    def add_relation(
        self,
        layer: str,
        head: int,
        tail: int,
        label: Optional[str] = None,
        score: Optional[float] = None,
        attributes: Optional[Mapping[str, Value]] = None,
    ) -> int:
        """Adds a pair of annotations of the layers that are the head and the tail of this one."""
        columns = self._columns(layer, "relations")
        ends = [
            self._reference(columns, columns.schema.head, operator.index(head)),
            self._reference(columns, columns.schema.tail, operator.index(tail)),
        ]
        common = self._common(columns, label, score, attributes)
        columns.head.append(ends[0])
        columns.tail.append(ends[1])
        return self._add(columns, *common)

    def note(self, message: str) -> None:
        """A remark for the document's readers ("split into 3 windows"), without its text."""
        self._notes.append(str(message))

    def fail(self, message: str, help: str = "") -> None:
        """Gives this document up, and no other. ``message`` must not have text of it."""
        self._failure = _DocumentFailure(str(message), help=help)

    def _columns(self, layer: str, kind: str) -> Columns:
        columns = self._made.get(layer)
        if columns is None:
            names = ", ".join(self._made) or "none"
            raise KeyError("the plan provides no layer %r; there are: %s" % (layer, names))
        if columns.schema.kind != kind:
            raise TypeError("%s is a layer of %s, not of %s" % (layer, columns.schema.kind, kind))
        return columns

    def _common(
        self,
        columns: Columns,
        label: Optional[str],
        score: Optional[float],
        attributes: Optional[Mapping[str, Value]],
    ) -> Tuple[Optional[int], float, Dict[str, Value]]:
        """What all kinds have, checked before anything is added."""
        schema = columns.schema
        number = None
        if schema.labels:
            number = self._numbers[schema.name].get(label)  # type: ignore[arg-type]
            if number is None:
                known = ", ".join(schema.labels)
                raise ValueError("%s has no label %r; there are: %s" % (schema.name, label, known))
        elif label is not None:
            raise ValueError("%s declares no labels" % schema.name)
        if score is not None and schema.score is None:
            raise ValueError("%s declares no score" % schema.name)
        number_score = math.nan if score is None else float(score)
        if math.isinf(number_score):
            raise ValueError("%s: a score must be finite" % schema.name)
        values = _checked(schema, attributes) if attributes else {}
        return number, number_score, values

    def _add(
        self, columns: Columns, label: Optional[int], score: float, values: Dict[str, Value]
    ) -> int:
        if label is not None:
            columns.label.append(label)
        if columns.schema.score is not None:
            columns.score.append(score)
        for name, column in columns.attributes.items():
            column.append(values.get(name))
        columns.rows += 1
        return columns.rows - 1

    def _reference(self, columns: Columns, layer: Optional[str], id: Optional[int]) -> int:
        if id is None:
            return NONE
        if layer is None:
            raise ValueError("%s speaks of the document, not of a layer" % columns.schema.name)
        id = operator.index(id)
        made = self._made.get(layer)
        count = made.rows if made is not None else len(self.layer(layer))
        if not 0 <= id < count:
            name = columns.schema.name
            raise ValueError("%s: %s has %d annotations, and no %d" % (name, layer, count, id))
        return id


_PYTHON = {"bool": bool, "int": int, "float": float, "string": str}


def _checked(schema: LayerSchema, attributes: Mapping[str, Value]) -> Dict[str, Value]:
    types = {attribute.name: attribute.type for attribute in schema.attributes}
    values: Dict[str, Value] = {}
    for name, value in attributes.items():
        if name not in types:
            known = ", ".join(types) or "none"
            raise ValueError("%s has no attribute %r; there are: %s" % (schema.name, name, known))
        if value is None:
            continue
        given = type(value).__name__
        try:
            if types[name] == "int" and not isinstance(value, bool):
                value = operator.index(value)  # type: ignore[arg-type]
            elif types[name] == "float" and not isinstance(value, (bool, str)):
                value = float(value)
        except TypeError:
            pass  # Told below, with the attribute's name.
        if type(value) is not _PYTHON[types[name]]:
            told = (schema.name, name, types[name], given)
            raise TypeError("%s: the attribute %r must be %s, not %s" % told)
        values[name] = value
    return values


class _DocumentFailure(Failure):
    kind = "document"
