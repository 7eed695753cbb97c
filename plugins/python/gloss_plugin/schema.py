"""What an extractor reads and makes: layers and their schemas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple, Union

_TYPES = {bool: "bool", int: "int", float: "float", str: "string"}


@dataclass(frozen=True)
class Attribute:
    """An attribute that annotations of a layer may have."""

    name: str
    #: ``bool``, ``int``, ``float`` or ``string``.
    type: str
    description: str = ""


@dataclass(frozen=True)
class LayerSchema:
    """What a layer may hold. See :func:`spans` and its like, which make one."""

    name: str
    #: What the layer is about (``entities``); stages are connected by it.
    type: str
    #: ``spans``, ``classes``, ``texts``, ``vectors`` or ``relations``.
    kind: str
    labels: Tuple[str, ...] = ()
    score: Optional[str] = None
    target: Optional[str] = None
    head: Optional[str] = None
    tail: Optional[str] = None
    dimension: Optional[int] = None
    attributes: Tuple[Attribute, ...] = ()
    description: str = ""

    def to_json(self) -> Dict[str, Any]:
        """The schema as the host reads it."""
        value: Dict[str, Any] = {"name": self.name, "type": self.type, "kind": self.kind}
        if self.labels:
            value["labels"] = list(self.labels)
        for key in ("score", "target", "head", "tail", "dimension"):
            if getattr(self, key) is not None:
                value[key] = getattr(self, key)
        if self.attributes:
            value["attributes"] = [
                {"name": a.name, "type": a.type, "description": a.description}
                for a in self.attributes
            ]
        if self.description:
            value["description"] = self.description
        return value

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "LayerSchema":
        """The schema that the host sends; keys that are not known are ignored."""
        known = {k: value[k] for k in LayerSchema.__dataclass_fields__ if k in value}
        known["labels"] = tuple(known.get("labels", ()))
        known["attributes"] = tuple(
            Attribute(a["name"], a["type"], a.get("description", ""))
            for a in known.get("attributes", ())
        )
        return LayerSchema(**known)


Attributes = Union[Mapping[str, Any], Sequence[Attribute]]


def _attributes(given: Attributes) -> Tuple[Attribute, ...]:
    if not isinstance(given, Mapping):
        return tuple(given)
    wrong = [name for name, kind in given.items() if kind not in _TYPES]
    if wrong:
        raise TypeError("attribute %r must be bool, int, float or str" % wrong[0])
    return tuple(Attribute(name, _TYPES[kind]) for name, kind in given.items())


def spans(
    name: str,
    *,
    type: Optional[str] = None,
    labels: Sequence[str] = (),
    score: Optional[str] = None,
    attributes: Attributes = (),
    description: str = "",
) -> LayerSchema:
    """A layer of stretches of the text.

    ``type`` is what it is about, by default its name; ``labels`` is the closed set of labels;
    ``score`` says in words what scores mean; ``attributes`` are names and types (``{"size": int}``).
    """
    return LayerSchema(
        name,
        type or name,
        "spans",
        tuple(labels),
        score,
        attributes=_attributes(attributes),
        description=description,
    )


def classes(
    name: str,
    *,
    labels: Sequence[str],
    type: Optional[str] = None,
    score: Optional[str] = None,
    target: Optional[str] = None,
    attributes: Attributes = (),
    description: str = "",
) -> LayerSchema:
    """A layer of labels: of the document or, with ``target``, of annotations of another layer."""
    return LayerSchema(
        name,
        type or name,
        "classes",
        tuple(labels),
        score,
        target,
        attributes=_attributes(attributes),
        description=description,
    )


def texts(
    name: str,
    *,
    type: Optional[str] = None,
    score: Optional[str] = None,
    target: Optional[str] = None,
    attributes: Attributes = (),
    description: str = "",
) -> LayerSchema:
    """A layer of texts about the document, such as summaries."""
    return LayerSchema(
        name,
        type or name,
        "texts",
        (),
        score,
        target,
        attributes=_attributes(attributes),
        description=description,
    )


def vectors(
    name: str,
    *,
    dimension: int,
    type: Optional[str] = None,
    target: Optional[str] = None,
    attributes: Attributes = (),
    description: str = "",
) -> LayerSchema:
    """A layer of vectors, each of ``dimension`` finite numbers."""
    return LayerSchema(
        name,
        type or name,
        "vectors",
        (),
        None,
        target,
        dimension=dimension,
        attributes=_attributes(attributes),
        description=description,
    )


def relations(
    name: str,
    *,
    head: str,
    tail: str,
    type: Optional[str] = None,
    labels: Sequence[str] = (),
    score: Optional[str] = None,
    attributes: Attributes = (),
    description: str = "",
) -> LayerSchema:
    """A layer of pairs: an annotation of the layer ``head``, and one of the layer ``tail``."""
    return LayerSchema(
        name,
        type or name,
        "relations",
        tuple(labels),
        score,
        head=head,
        tail=tail,
        attributes=_attributes(attributes),
        description=description,
    )


@dataclass(frozen=True)
class Requirement:
    """A layer that an extractor reads. See :func:`requires`."""

    type: str
    kind: str
    attributes: Tuple[str, ...] = ()
    optional: bool = False

    def to_json(self) -> Dict[str, Any]:
        """The requirement as the host reads it."""
        return {
            "type": self.type,
            "kind": self.kind,
            "attributes": list(self.attributes),
            "optional": self.optional,
        }


def requires(
    type: str, kind: str = "spans", *, attributes: Sequence[str] = (), optional: bool = False
) -> Requirement:
    """A layer of this type and kind, made by another stage. ``attributes`` are those it must have."""
    return Requirement(type, kind, tuple(attributes), optional)


@dataclass
class Plan:
    """Exactly what an extractor reads and makes with given options."""

    provides: Sequence[LayerSchema]
    requires: Sequence[Requirement] = ()
    #: Names of the metadata fields that it reads.
    metadata: Sequence[str] = ()
    #: The most that its model can look at in one piece: ``("tokens", 512)``.
    window: Optional[Tuple[str, int]] = field(default=None)

    def to_json(self) -> Dict[str, Any]:
        """The plan as the host reads it."""
        value: Dict[str, Any] = {
            "requires": [r.to_json() for r in self.requires],
            "provides": [p.to_json() for p in self.provides],
            "metadata": list(self.metadata),
        }
        if self.window is not None:
            value["window"] = {"unit": self.window[0], "size": self.window[1]}
        return value

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Plan":
        """The plan that the host sends back."""
        window = value.get("window")
        return Plan(
            [LayerSchema.from_json(p) for p in value.get("provides", ())],
            [
                Requirement(
                    r["type"], r["kind"], tuple(r.get("attributes", ())), r.get("optional", False)
                )
                for r in value.get("requires", ())
            ],
            list(value.get("metadata", ())),
            (window["unit"], window["size"]) if window else None,
        )
