"""Layers as columns: what of them crosses between host and plugin."""

from __future__ import annotations

import math
from array import array
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .frames import F32, F64, I64, U8, U32, FrameError, Reader, numbers, strings
from .offsets import Offsets
from .schema import Attribute, LayerSchema

#: No label, target or id.
NONE = 0xFFFFFFFF
_NO_SCORE = math.nan
_CODES = {"bool": U8, "int": I64, "float": F64}
_ABSENT: Dict[str, Any] = {"bool": 0, "int": 0, "float": 0.0, "string": ""}


class Columns:
    """One layer of one document. Offsets are those of Python strings, labels are numbers."""

    __slots__ = (
        "schema",
        "rows",
        "start",
        "end",
        "label",
        "score",
        "target",
        "head",
        "tail",
        "text",
        "sources",
        "values",
        "attributes",
    )

    def __init__(self, schema: LayerSchema) -> None:
        self.schema = schema
        self.rows = 0
        self.start: List[int] = []
        self.end: List[int] = []
        self.label: List[int] = []
        self.score: List[float] = []
        self.target: List[int] = []
        self.head: List[int] = []
        self.tail: List[int] = []
        self.text: List[str] = []
        self.sources: List[List[Tuple[int, int]]] = []
        self.values: List[Sequence[float]] = []
        #: For each attribute, by its name, a value or ``None`` for each row.
        self.attributes: Dict[str, List[Any]] = {a.name: [] for a in schema.attributes}


def put_layer(
    schema: LayerSchema, documents: Sequence[Optional[Columns]], offsets: Sequence[Offsets]
) -> List[bytes]:
    """The buffers of one layer of all documents; a document without it has no rows."""
    there = [(c, o) for c, o in zip(documents, offsets) if c is not None]
    columns = [c for c, _ in there]
    buffers = [numbers(U32, (0 if c is None else c.rows for c in documents))]

    def put(code: str, name: str) -> None:
        column = array(code)
        for c in columns:
            column.extend(getattr(c, name))
        buffers.append(numbers(code, column))

    if schema.kind == "spans":
        for name in ("start", "end"):
            column = array(U32)
            for c, o in there:
                column.extend(o.to_bytes(getattr(c, name)))
            buffers.append(numbers(U32, column))
    if schema.kind in ("classes", "texts", "vectors"):
        put(U32, "target")
    if schema.kind == "relations":
        put(U32, "head")
        put(U32, "tail")
    if schema.kind in ("spans", "classes", "relations"):
        put(U32, "label")
    if schema.kind != "vectors":
        put(F32, "score")
    if schema.kind == "texts":
        buffers.extend(strings(text for c in columns for text in c.text))
        buffers.append(numbers(U32, (len(pairs) for c in columns for pairs in c.sources)))
        flat = array(U32)
        for c, o in there:
            flat.extend(o.to_bytes([end for pairs in c.sources for pair in pairs for end in pair]))
        buffers.append(numbers(U32, flat))
    if schema.kind == "vectors":
        buffers.append(numbers(F32, (value for c in columns for row in c.values for value in row)))
    for attribute in schema.attributes:
        buffers.extend(_put_attribute(attribute, columns))
    return buffers


def _put_attribute(attribute: Attribute, columns: Sequence[Columns]) -> List[bytes]:
    values = [value for c in columns for value in c.attributes[attribute.name]]
    valid = numbers(U8, (value is not None for value in values))
    absent = _ABSENT[attribute.type]
    there = (absent if value is None else value for value in values)
    if attribute.type == "string":
        return [valid, *strings(there)]
    return [valid, numbers(_CODES[attribute.type], there)]


def get_layer(
    reader: Reader, schema: LayerSchema, attributes: Sequence[str], offsets: Sequence[Offsets]
) -> List[Columns]:
    """Reads one layer, with these attributes, of as many documents as there are ``offsets``."""
    counts = reader.numbers(U32)
    if len(counts) != len(offsets):
        raise FrameError("a layer is of another number of documents")
    documents = [Columns(schema) for _ in counts]
    for document, count in zip(documents, counts):
        document.rows = count

    def split(column: Sequence[Any], name: str, in_bytes: bool = False) -> None:
        at = 0
        for document, of_document in zip(documents, offsets):
            rows = column[at : at + document.rows]
            rows = of_document.to_points(rows) if in_bytes else list(rows)
            setattr(document, name, rows)
            at += document.rows

    kind = schema.kind
    if kind == "spans":
        split(reader.numbers(U32), "start", in_bytes=True)
        split(reader.numbers(U32), "end", in_bytes=True)
    if kind in ("classes", "texts", "vectors"):
        split(reader.numbers(U32), "target")
    if kind == "relations":
        split(reader.numbers(U32), "head")
        split(reader.numbers(U32), "tail")
    if kind in ("spans", "classes", "relations"):
        split(reader.numbers(U32), "label")
    if kind != "vectors":
        split(reader.numbers(F32), "score")
    if kind == "texts":
        split(reader.strings(), "text")
        _get_sources(reader, documents, offsets)
    if kind == "vectors":
        width, values = schema.dimension or 0, reader.numbers(F32)
        rows = range(sum(counts))
        split([values[row * width : row * width + width].tolist() for row in rows], "values")
    for name in attributes:
        _get_attribute(reader, schema, name, documents)
    return documents


def _get_sources(reader: Reader, documents: Sequence[Columns], offsets: Sequence[Offsets]) -> None:
    counts, flat, row, at = reader.numbers(U32), reader.numbers(U32), 0, 0
    for document, of_document in zip(documents, offsets):
        for count in counts[row : row + document.rows]:
            ends = of_document.to_points(flat[at : at + 2 * count])
            document.sources.append(list(zip(ends[::2], ends[1::2])))
            at += 2 * count
        row += document.rows


def _get_attribute(
    reader: Reader, schema: LayerSchema, name: str, documents: Sequence[Columns]
) -> None:
    attribute = next(a for a in schema.attributes if a.name == name)
    valid = reader.numbers(U8)
    if attribute.type == "string":
        column: Sequence[Any] = reader.strings()
    else:
        column = reader.numbers(_CODES[attribute.type])
        if attribute.type == "bool":
            column = [bool(value) for value in column]
    at = 0
    for document in documents:
        rows = range(at, at + document.rows)
        document.attributes[name] = [column[row] if valid[row] else None for row in rows]
        at += document.rows
