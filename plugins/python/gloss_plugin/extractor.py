"""What an author implements."""

from __future__ import annotations

import inspect
import json
import re
import threading
from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Sequence

from .documents import Document
from .options import NoOptions
from .schema import LayerSchema, Plan, Requirement


@dataclass(frozen=True)
class ModelFiles:
    """A model that the host found and verified."""

    name: str
    version: str
    #: The folder of its files.
    path: str
    #: Hexadecimal SHA-256 over its files.
    digest: str


class Extractor:
    """An extractor. Implement :meth:`extract`; say in :attr:`provides` what it makes.

    An object of the class is one loaded instance, with these attributes:

    * ``options``: the object of the class ``Options``
    * ``models``: :class:`ModelFiles` by the option that names each
    * ``plan``: what :meth:`plan_for` said
    * ``wanted``: names of the layers that anybody wants; making others is a waste of time
    * ``threads``: how many threads it may keep busy
    """

    #: Lower-case letters, digits and ``-``; by default the class's name, such as ``name-finder``.
    name: ClassVar[str] = ""
    #: One line for lists; by default the first line of the docstring.
    summary: ClassVar[str] = ""
    #: BCP 47; empty when it does not depend on the language.
    languages: ClassVar[Sequence[str]] = ()
    #: Layers that it makes.
    provides: ClassVar[Sequence[LayerSchema]] = ()
    #: Layers of other stages that it reads.
    requires: ClassVar[Sequence[Requirement]] = ()
    #: Metadata fields that it reads.
    metadata: ClassVar[Sequence[str]] = ()
    #: Only one process of it makes sense, which uses :attr:`threads` threads itself.
    single: ClassVar[bool] = False
    #: It pads the documents of a batch to the longest: it then gets documents of like length.
    pads: ClassVar[bool] = False
    #: By how much a score may differ between two runs.
    score_tolerance: ClassVar[float] = 0.0
    #: It does not look at documents' ids, and sees empty ones: what it made of a text is then found
    #: again under any id, where results are kept.
    ignores_id: ClassVar[bool] = False
    #: What it makes depends on more than what it is given: on chance, a clock, a service.
    varies: ClassVar[bool] = False
    #: A dataclass. Its fields are the options, with types, defaults, and a string below each.
    Options: ClassVar[type] = NoOptions

    options: Any
    models: Mapping[str, ModelFiles]
    plan: Plan
    wanted: Sequence[str]
    threads: int
    _cancel: threading.Event

    @classmethod
    def plan_for(cls, options: Any, models: Mapping[str, ModelFiles]) -> Plan:
        """What it reads and makes with these options. Reads no weights.

        Override it where that depends on the options; it must depend on nothing else.
        """
        del options, models
        return Plan(cls.provides, cls.requires, cls.metadata)

    def load(self) -> None:
        """Loads weights. Called once, before any document."""

    def extract(self, documents: List[Document]) -> None:
        """Annotates documents.

        An exception fails the batch, whose documents then come again one by one: so it costs the
        document at fault, and no other. :meth:`Document.fail` gives up one document and goes on.
        What is added to a document must not depend on the others. A loop over ``documents`` ends when
        the work should end; what takes long besides looks at :attr:`cancelled`.
        """
        raise NotImplementedError("%s has no method extract" % type(self).__name__)

    @property
    def cancelled(self) -> bool:
        """Whether the work should end: raise :class:`Cancelled` then. Cheap to ask."""
        return self._cancel.is_set()


class CorpusExtractor(Extractor):
    """An extractor that must see every document before it can annotate any.

    What comes out must depend on the set of documents alone: not on their order, nor on how they
    are spread over states, nor on the order in which states are merged.
    """

    #: Version of the form in which :meth:`save` writes states.
    state_version: ClassVar[int] = 1

    def new_state(self) -> Any:
        """A state that has seen nothing. Must be cheap: there is one for each batch."""
        raise NotImplementedError("%s has no method new_state" % type(self).__name__)

    def observe(self, state: Any, documents: List[Document]) -> None:
        """Adds documents to a state. One that fails must not have changed it."""
        raise NotImplementedError("%s has no method observe" % type(self).__name__)

    def merge(self, state: Any, other: Any) -> Any:
        """A state that has seen what both have; ``other`` is not used any more."""
        raise NotImplementedError("%s has no method merge" % type(self).__name__)

    def finish(self, state: Any) -> Any:
        """Makes findings of a state that has seen every document. The same for equal states."""
        raise NotImplementedError("%s has no method finish" % type(self).__name__)

    def annotate(self, findings: Any, documents: List[Document]) -> None:
        """Annotates documents by the findings, as :meth:`Extractor.extract` does."""
        raise NotImplementedError("%s has no method annotate" % type(self).__name__)

    def save(self, state: Any) -> bytes:
        """A state as bytes: JSON, unless this is overridden. The same for equal states."""
        return json.dumps(state, sort_keys=True).encode()

    def restore(self, data: bytes) -> Any:
        """A state of what :meth:`save` gave. The bytes may be damaged: raise then."""
        return json.loads(data)


def name_of(extractor: type) -> str:
    """The extractor's name."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", extractor.__name__)
    return str(getattr(extractor, "name", "") or words.lower().replace("_", "-"))


def summary_of(extractor: type) -> str:
    """One line for lists."""
    own = extractor.__doc__ if "__doc__" in vars(extractor) else None
    return str(getattr(extractor, "summary", "") or (inspect.cleandoc(own or "").split("\n")[0]))


def models_of(value: Optional[Mapping[str, Mapping[str, str]]]) -> Dict[str, ModelFiles]:
    """Models as the host names them."""
    return {
        option: ModelFiles(m["name"], m.get("version", ""), m["path"], m.get("digest", ""))
        for option, m in (value or {}).items()
    }
