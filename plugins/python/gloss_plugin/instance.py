"""A loaded extractor: batches in, results out, both as the buffers of frames."""

from __future__ import annotations

import json
import struct
import sys
import threading
import traceback
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type

from . import options as option_types
from .columns import Columns, get_layer, put_layer
from .documents import Document, Layer, Value
from .extractor import CorpusExtractor, Extractor, models_of, name_of, summary_of
from .failures import Cancelled, Failure, record
from .frames import I64, U8, Reader, numbers
from .offsets import Offsets
from .schema import LayerSchema, Plan

_UNFINISHED, _FINISHED, _FAILED = range(3)


class _Batch(List[Document]):
    """A list of documents that is left off in its midst when the work should end."""

    def __init__(self, documents: Sequence[Document], cancel: threading.Event) -> None:
        super().__init__(documents)
        self._cancel = cancel

    def __iter__(self) -> Iterator[Document]:
        for document in super().__iter__():
            if self._cancel.is_set():
                raise Cancelled()
            yield document


def describe(extractor: Type[Extractor]) -> Dict[str, Any]:
    """The description of an extractor."""
    schema = option_types.schema(extractor.Options)
    plan = Plan(extractor.provides, extractor.requires)
    if not schema.get("required"):
        # A class that overrides `plan_for` may have nothing to say before a model is there.
        try:
            plan = extractor.plan_for(option_types.parse(extractor.Options, {}), {})
        except Exception:  # noqa: BLE001
            pass
    description: Dict[str, Any] = {
        "summary": summary_of(extractor),
        "languages": list(extractor.languages),
        "concurrency": "single" if extractor.single else "parallel",
        "reads": sorted({r.type for r in plan.requires}),
        "gives": sorted({p.type for p in plan.provides}),
        "pads": extractor.pads,
        "score_tolerance": extractor.score_tolerance,
        "ignores_id": extractor.ignores_id,
        "varies": extractor.varies,
        "options": schema,
    }
    if issubclass(extractor, CorpusExtractor):
        description["observes"] = True
    return description


def plan(extractor: Type[Extractor], request: Mapping[str, Any]) -> Plan:
    """What an extractor reads and makes."""
    options = _options(extractor, request)
    planned = extractor.plan_for(options, models_of(request.get("models")))
    if not isinstance(planned, Plan):
        raise TypeError("%s.plan_for must give a Plan" % extractor.__name__)
    return planned


def _options(extractor: Type[Extractor], request: Mapping[str, Any]) -> Any:
    given = request.get("options") or {}
    return option_types.parse(extractor.Options, given, files=request.get("files"))


class Instance:
    """An extractor that is loaded, and what batches for it hold."""

    def __init__(
        self,
        extractor: Type[Extractor],
        planned: Plan,
        request: Mapping[str, Any],
        cancel: Optional[threading.Event] = None,
    ) -> None:
        self.plan = planned
        self.inputs: List[Optional[Tuple[str, LayerSchema]]] = [
            (binding["layer"], LayerSchema.from_json(binding["schema"])) if binding else None
            for binding in request.get("inputs") or [None] * len(planned.requires)
        ]
        self.extractor = extractor()
        wanted = request.get("wanted") or [True] * len(planned.provides)
        self.extractor.options = _options(extractor, request)
        self.extractor.models = models_of(request.get("models"))
        self.extractor.plan = planned
        self.extractor.wanted = [p.name for p, want in zip(planned.provides, wanted) if want]
        self.extractor.threads = int(request.get("threads") or 1)
        self.extractor._cancel = cancel or threading.Event()
        self.state: Any = None
        self.findings: Any = None
        self.has_findings = False
        self.extractor.load()

    @property
    def corpus(self) -> CorpusExtractor:
        """The extractor, which must see every document first."""
        if not isinstance(self.extractor, CorpusExtractor):
            raise Failure("%s need not see every document first" % name_of(type(self.extractor)))
        return self.extractor

    # Requests.

    def extract(self, buffers: Sequence[memoryview]) -> List[bytes]:
        """The answer to Extract."""
        return self._annotate(buffers, self.extractor.extract)

    def annotate(self, buffers: Sequence[memoryview]) -> List[bytes]:
        """The answer to Annotate."""
        if not self.has_findings:
            raise Failure("there are no findings")
        corpus = self.corpus
        return self._annotate(buffers, lambda batch: corpus.annotate(self.findings, batch))

    def observe(self, buffers: Sequence[memoryview]) -> List[bytes]:
        """The answer to Observe."""
        corpus, documents = self.corpus, self.decode(buffers)
        state = corpus.new_state()
        status, rest = self._run(documents, lambda batch: corpus.observe(state, batch))
        rest.pop("notes", None)
        if "failure" not in rest and status[0] == _FAILED and len(status) == 1:
            # It may have been in the middle of changing the state.
            state = corpus.new_state()
        saved = b"" if "failure" in rest else bytes(corpus.save(state))
        return [numbers(U8, status), json.dumps(rest).encode(), saved]

    def merge(self, data: bytes) -> None:
        """What Merge asks for."""
        other = self.corpus.restore(data)
        self.state = other if self.state is None else self.corpus.merge(self.state, other)

    def save(self) -> bytes:
        """The answer to Save."""
        return bytes(self.corpus.save(self._state()))

    def finish(self) -> None:
        """What Finish asks for."""
        state, self.state = self._state(), None
        self.findings = self.corpus.finish(state)
        self.has_findings = True

    def _state(self) -> Any:
        return self.corpus.new_state() if self.state is None else self.state

    # Batches.

    def decode(self, buffers: Sequence[memoryview]) -> List[Document]:
        """The documents of a batch."""
        reader = Reader(buffers)
        ids, encoded = reader.strings(), reader.encoded()
        texts = [text.decode() for text in encoded]
        metadata: List[Dict[str, Value]] = [{} for _ in ids]
        for field in self.plan.metadata:
            for values, value in zip(metadata, _get_metadata(reader)):
                values[field] = value
        offsets = [Offsets(text, raw) for text, raw in zip(texts, encoded)]
        layers: List[Dict[str, Layer]] = [{} for _ in ids]
        for requirement, binding in zip(self.plan.requires, self.inputs):
            if binding is None:
                continue
            name, schema = binding
            there = [
                a for a in requirement.attributes if any(s.name == a for s in schema.attributes)
            ]
            read = get_layer(reader, schema, there, offsets)
            for of_document, columns, text in zip(layers, read, texts):
                of_document[requirement.type] = Layer(name, columns, text)
        parts = zip(ids, texts, metadata, layers, encoded)
        return [Document(i, t, m, ls, self.plan.provides, raw) for i, t, m, ls, raw in parts]

    def _annotate(
        self, buffers: Sequence[memoryview], work: Callable[[List[Document]], None]
    ) -> List[bytes]:
        documents = self.decode(buffers)
        status, rest = self._run(documents, work)
        answer = [numbers(U8, status), json.dumps(rest).encode()]
        offsets = [document._offsets for document in documents]
        for schema in self.plan.provides:
            of_documents: List[Optional[Columns]] = [
                document._made[schema.name] if s == _FINISHED else None
                for document, s in zip(documents, status)
            ]
            answer.extend(put_layer(schema, of_documents, offsets))
        return answer

    def _run(
        self, documents: List[Document], work: Callable[[List[Document]], None]
    ) -> Tuple[List[int], Dict[str, Any]]:
        """Status of each document, and what else there is to say."""
        failures: List[Tuple[int, Dict[str, Any]]] = []
        try:
            work(_Batch(documents, self.extractor._cancel))
        except Cancelled as error:
            return [_UNFINISHED] * len(documents), {"failure": error.record()}
        except (Exception, SystemExit) as error:  # noqa: BLE001
            # The host hands the documents over again one by one, to find the one at fault.
            failure = record(error, [document.text for document in documents])
            _print_trace(error)
            if len(documents) > 1:
                return [_UNFINISHED] * len(documents), {"failure": failure}
            return [_FAILED], {"failures": [(0, failure)]}
        status: List[int] = []
        notes: List[Tuple[int, str]] = []
        for number, document in enumerate(documents):
            if document._failure is not None:
                status.append(_FAILED)
                failures.append((number, document._failure.record()))
                continue
            try:
                # What cannot be sent must fail this document alone.
                _check_strings(document)
            except (ValueError, OverflowError, struct.error) as error:
                status.append(_FAILED)
                failures.append((number, record(error, [document.text])))
                continue
            status.append(_FINISHED)
            notes.extend((number, note) for note in document._notes)
        rest: Dict[str, Any] = {}
        if failures:
            rest["failures"] = failures
        if notes:
            rest["notes"] = notes
        return status, rest


def _check_strings(document: Document) -> None:
    """Raises for text that has no UTF-8, and for numbers that no column holds."""
    for name, columns in document._made.items():
        texts = list(columns.text)
        for attribute in columns.schema.attributes:
            values = columns.attributes[attribute.name]
            if attribute.type == "string":
                texts.extend(value for value in values if value is not None)
            elif attribute.type == "int":
                numbers(I64, (value for value in values if value is not None))
        try:
            for text in texts:
                text.encode()
        except UnicodeEncodeError:
            raise ValueError(
                "%s: a text has a lone surrogate, which is no character" % name
            ) from None


def _get_metadata(reader: Reader) -> List[Value]:
    kinds, raw, texts = reader.numbers(U8), reader.numbers(I64), reader.strings()
    values: List[Value] = []
    for kind, number, text in zip(kinds, raw, texts):
        if kind == 1:
            values.append(bool(number))
        elif kind == 2:
            values.append(number)
        elif kind == 3:
            values.append(struct.unpack("<d", struct.pack("<q", number))[0])
        else:
            values.append(text if kind == 4 else None)
    return values


def _print_trace(error: BaseException) -> None:
    """Where the exception was raised, for the host's log; without its message, which may have text."""
    lines = traceback.format_tb(error.__traceback__)
    print("%s raised:\n%s" % (type(error).__name__, "".join(lines)), file=sys.stderr, end="")
