"""Runs an extractor within its own tests, without Gloss.

Documents and annotations go through the same frames as in a run::

    from gloss_plugin.testing import check

    def test_shouting():
        check(Shouting, "They said STOP.", "They said [STOP].")
        check(Shouting, "They said STOP.", "They said STOP.", options={"min_letters": 6})

What an extractor finds is written as marks in the text: ``[text](label attribute=value)``. See
:func:`gloss_plugin.marks.marked`. Where marks do not say enough (scores), look at the document::

    document = run(Shouting, "They said STOP.")
    assert document.layer("shouts")[0].start == 10
"""

from __future__ import annotations

import difflib
import json
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Type, Union

from . import frames
from .columns import NONE, Columns, get_layer, put_layer
from .documents import Document, Layer, Value
from .extractor import CorpusExtractor, Extractor
from .failures import Failure
from .frames import F64, I64, U8, numbers, strings
from .instance import Instance, plan
from .marks import marked
from .offsets import Offsets
from .schema import LayerSchema, Plan

#: A layer that feeds a requirement: one that another extractor made, or spans as tuples of start,
#: end and, if wanted, label.
Input = Union[Layer, Sequence[Sequence[Any]]]


class DocumentFailed(AssertionError):
    """The extractor failed with the document."""


class Harness:
    """An extractor, loaded with these options.

    ``inputs`` are layers that feed its requirements, by type; ``models`` are folders by option.
    """

    def __init__(
        self,
        extractor: Type[Extractor],
        options: Optional[Mapping[str, Any]] = None,
        models: Optional[Mapping[str, str]] = None,
        inputs: Optional[Mapping[str, LayerSchema]] = None,
    ) -> None:
        files = {
            name: {"name": name, "version": "", "path": str(path), "digest": ""}
            for name, path in (models or {}).items()
        }
        # What a host sends is JSON.
        request = json.loads(json.dumps({"options": dict(options or {}), "models": files}))
        planned = plan(extractor, request)
        self.plan = Plan.from_json(json.loads(json.dumps(planned.to_json())))
        schemas = inputs or {}
        for requirement in self.plan.requires:
            if requirement.type not in schemas and not requirement.optional:
                raise Failure("nothing feeds %r: give it as one of the inputs" % requirement.type)
        request["inputs"] = [
            {"layer": "test/" + r.type, "schema": schemas[r.type].to_json()}
            if r.type in schemas
            else None
            for r in self.plan.requires
        ]
        self.instance = Instance(extractor, self.plan, request)

    def run(self, documents: Sequence["TestDocument"]) -> List[Document]:
        """Annotates documents. Raises :class:`DocumentFailed` for the first that fails."""
        buffers = [memoryview(buffer) for buffer in self._encode(documents)]
        if isinstance(self.instance.extractor, CorpusExtractor):
            self._observe(buffers)
            answer = self.instance.annotate(buffers)
        else:
            answer = self.instance.extract(buffers)
        return self._decode(buffers, [memoryview(buffer) for buffer in answer])

    def _observe(self, buffers: Sequence[memoryview]) -> None:
        status, rest, state = self.instance.observe(buffers)
        _check_status(list(status), json.loads(rest))
        self.instance.state = None
        self.instance.merge(state)
        self.instance.finish()

    def _encode(self, documents: Sequence["TestDocument"]) -> List[bytes]:
        buffers = [*strings(d.id for d in documents), *strings(d.text for d in documents)]
        for field in self.plan.metadata:
            buffers.extend(_metadata([d.metadata.get(field) for d in documents]))
        offsets = [Offsets(d.text, d.text.encode()) for d in documents]
        for requirement, binding in zip(self.plan.requires, self.instance.inputs):
            if binding is None:
                continue
            schema = binding[1]
            columns = [_columns(schema, d.inputs.get(requirement.type, ())) for d in documents]
            names = requirement.attributes
            narrowed = LayerSchema(
                **{
                    **{k: getattr(schema, k) for k in LayerSchema.__dataclass_fields__},
                    "attributes": tuple(a for n in names for a in schema.attributes if a.name == n),
                }
            )
            buffers.extend(put_layer(narrowed, columns, offsets))
        return buffers

    def _decode(
        self, buffers: Sequence[memoryview], answer: Sequence[memoryview]
    ) -> List[Document]:
        reader = frames.Reader(answer)
        status, rest = list(reader.buffer()), json.loads(bytes(reader.buffer()))
        _check_status(status, rest)
        documents = self.instance.decode(buffers)
        for number, note in rest.get("notes", ()):
            documents[number].note(note)
        offsets = [document._offsets for document in documents]
        for schema in self.plan.provides:
            names = [attribute.name for attribute in schema.attributes]
            for document, columns in zip(documents, get_layer(reader, schema, names, offsets)):
                document._made[schema.name] = columns
        return documents


class TestDocument:
    """A document to try an extractor with."""

    __test__ = False

    def __init__(
        self,
        text: str,
        id: str = "test",
        metadata: Optional[Mapping[str, Value]] = None,
        inputs: Optional[Mapping[str, Input]] = None,
    ) -> None:
        self.text, self.id = text, id
        self.metadata, self.inputs = metadata or {}, inputs or {}


def run(
    extractor: Type[Extractor],
    text: str,
    *,
    options: Optional[Mapping[str, Any]] = None,
    models: Optional[Mapping[str, str]] = None,
    metadata: Optional[Mapping[str, Value]] = None,
    inputs: Optional[Mapping[str, Input]] = None,
) -> Document:
    """Annotates a text and gives the document, whose layers have what was found.

    Raises :class:`DocumentFailed` when the extractor fails with it.
    """
    inputs = inputs or {}
    schemas = {type: _schema(type, layer) for type, layer in inputs.items()}
    harness = Harness(extractor, options, models, schemas)
    return harness.run([TestDocument(text, metadata=metadata, inputs=inputs)])[0]


def run_all(
    extractor: Type[Extractor],
    texts: Iterable[str],
    *,
    options: Optional[Mapping[str, Any]] = None,
    models: Optional[Mapping[str, str]] = None,
) -> List[Document]:
    """Annotates texts as one batch; with a :class:`CorpusExtractor` they are all that there is."""
    harness = Harness(extractor, options, models)
    return harness.run([TestDocument(text, "test-%d" % i) for i, text in enumerate(texts)])


def show(extractor: Type[Extractor], text: str, **how: Any) -> str:
    """What is found in a text, as marks in it. ``how`` is as in :func:`run`."""
    return marked(run(extractor, text, **how))


def check(extractor: Type[Extractor], text: str, expected: str, **how: Any) -> None:
    """Fails the test unless what is found is marked so. ``how`` is as in :func:`run`."""
    found = show(extractor, text, **how)
    if found != expected:
        lines = difflib.ndiff(expected.splitlines(), found.splitlines())
        raise AssertionError("expected (-) and found (+):\n" + "\n".join(lines))


def _check_status(status: Sequence[int], rest: Mapping[str, Any]) -> None:
    failures: List[Dict[str, Any]] = [failure for _, failure in rest.get("failures", ())]
    if "failure" in rest:
        failures.append(rest["failure"])
    if failures:
        raise DocumentFailed(failures[0]["message"])
    if any(s != 1 for s in status):
        raise DocumentFailed("a document was not finished")


def _schema(type: str, layer: Input) -> LayerSchema:
    if isinstance(layer, Layer):
        return layer.schema
    labels = sorted({row[2] for row in layer if len(row) > 2})
    return LayerSchema(type, type, "spans", tuple(labels))


def _columns(schema: LayerSchema, layer: Input) -> Columns:
    if isinstance(layer, Layer):
        return layer._columns
    columns = Columns(schema)
    for row in layer:
        columns.start.append(row[0])
        columns.end.append(row[1])
        if schema.labels:
            columns.label.append(schema.labels.index(row[2]) if len(row) > 2 else NONE)
        columns.rows += 1
    return columns


def _metadata(values: Sequence[Value]) -> List[bytes]:
    kinds, raw, texts = [], [], []
    for value in values:
        kind, number, text = 0, 0, ""
        if isinstance(value, bool):
            kind, number = 1, int(value)
        elif isinstance(value, int):
            kind, number = 2, value
        elif isinstance(value, float):
            kind, number = 3, int.from_bytes(numbers(F64, [value]), "little", signed=True)
        elif isinstance(value, str):
            kind, text = 4, value
        kinds.append(kind)
        raw.append(number)
        texts.append(text)
    return [numbers(U8, kinds), numbers(I64, raw), *strings(texts)]
