"""Options: a dataclass to a JSON Schema, and JSON to the dataclass."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
import textwrap
import types
import typing
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .failures import OptionError

#: Type of an option that names a model: the host finds and verifies it, and says where it is.
Model = typing.NewType("Model", str)

#: Type of an option that names a file of the user's, or of the items of a list of them. In a pipeline
#: file its path counts from that file's folder; the extractor gets the whole path. The host hashes the
#: file, so that a change of it is seen.
File = typing.NewType("File", str)

_SIMPLE = {bool: "boolean", int: "integer", float: "number", str: "string"}
_FORMATS: Dict[Any, str] = {Model: "gloss-model", File: "gloss-file"}
_UNIONS = (typing.Union,) + ((types.UnionType,) if sys.version_info >= (3, 10) else ())
_NO_VALUE = dataclasses.MISSING


def option(
    default: Any = _NO_VALUE,
    description: str = "",
    *,
    minimum: Optional[float] = None,
    maximum: Optional[float] = None,
) -> Any:
    """A field of an options dataclass, with what it means and the values that it may have.

    A list or a dictionary may be given as default: each use gets a copy.
    """
    limits = {"minimum": minimum, "maximum": maximum}
    metadata = {"description": description, **{k: v for k, v in limits.items() if v is not None}}
    if isinstance(default, (list, dict, set)):
        return dataclasses.field(default_factory=lambda: type(default)(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


class NoOptions:
    """The options of an extractor that has none."""


def as_dataclass(options: type) -> type:
    """The class of options as a dataclass: ``@dataclass`` may be left out."""
    return options if dataclasses.is_dataclass(options) else dataclasses.dataclass(options)


def schema(options: type) -> Dict[str, Any]:
    """The JSON Schema of the options: types, defaults, limits, and what the fields mean."""
    options = as_dataclass(options)
    hints = typing.get_type_hints(options, include_extras=True)
    described = _docstrings(options)
    properties: Dict[str, Any] = {}
    required: List[str] = []
    for field in dataclasses.fields(options):
        value = _type_schema(hints[field.name])
        default = _default(field)
        if default is _NO_VALUE:
            required.append(field.name)
        else:
            value["default"] = _to_json(default)
        description = field.metadata.get("description") or described.get(field.name, "")
        if description:
            value["description"] = description
        value.update({k: field.metadata[k] for k in ("minimum", "maximum") if k in field.metadata})
        properties[field.name] = value
    result: Dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        result["required"] = required
    return result


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default is not _NO_VALUE:
        return field.default
    return _NO_VALUE if field.default_factory is _NO_VALUE else field.default_factory()


def _to_json(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return sorted(value) if isinstance(value, (set, frozenset)) else value


def _docstrings(options: type) -> Dict[str, str]:
    """The string below each field, where the source can be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(options)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for field, below in zip(body, body[1:]):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            if isinstance(below.value.value, str):
                found[field.target.id] = inspect.cleandoc(below.value.value)
    return found


def _parts(hint: Any) -> Tuple[Any, Tuple[Any, ...]]:
    return typing.get_origin(hint), typing.get_args(hint)


def _type_schema(hint: Any) -> Dict[str, Any]:
    origin, parts = _parts(hint)
    if hint in _FORMATS:
        return {"type": "string", "format": _FORMATS[hint]}
    if hint is Any:
        return {}
    if hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    if hint is type(None):
        return {"type": "null"}
    if origin is typing.Literal:
        types = sorted({_SIMPLE[type(part)] for part in parts})
        return {"type": types[0] if len(types) == 1 else types, "enum": list(parts)}
    if origin in _UNIONS:
        return {"anyOf": [_type_schema(part) for part in parts]}
    if hint in (list, tuple) or origin in (list, tuple, set, frozenset):
        items = [part for part in parts if part is not Ellipsis]
        return {"type": "array", "items": _type_schema(items[0]) if items else {}}
    if hint is dict or origin is dict:
        return {"type": "object", "additionalProperties": _type_schema(parts[1]) if parts else {}}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return schema(hint)
    raise TypeError("an option cannot be of the type %s" % (hint,))


def parse(
    options: type,
    given: Mapping[str, Any],
    place: str = "",
    files: Optional[Mapping[str, Sequence[Mapping[str, str]]]] = None,
) -> Any:
    """The options object for what a pipeline file gives; ``files`` are those that the host found.

    Raises :class:`OptionError` for an option that is unknown, missing, or of a value that it may
    not have.
    """
    options = as_dataclass(options)
    hints = typing.get_type_hints(options, include_extras=True)
    fields = {field.name: field for field in dataclasses.fields(options)}
    for name in given:
        if name not in fields:
            known = ", ".join(sorted(fields)) or "none"
            raise OptionError(place + name, "unknown field %r" % name, help="there are: " + known)
    values = {}
    for name, field in fields.items():
        if name in given:
            values[name] = _value(hints[name], given[name], place + name)
            _check_limits(field.metadata, values[name], place + name)
        elif _default(field) is _NO_VALUE:
            raise OptionError(place + name, "the option is missing")
    for name, found in (files or {}).items():
        if found:
            default = _default(fields[name]) if name in fields else None
            paths = [file["path"] for file in found]
            is_list = isinstance(values.get(name, default), (list, tuple, set, frozenset))
            values[name] = paths if is_list else paths[0]
    return options(**values)


def _check_limits(metadata: Mapping[str, Any], value: Any, place: str) -> None:
    low, high = metadata.get("minimum"), metadata.get("maximum")
    if isinstance(value, (int, float)):
        if low is not None and not value >= low:
            raise OptionError(place, "must be at least %s" % low)
        if high is not None and not value <= high:
            raise OptionError(place, "must be at most %s" % high)


def _value(hint: Any, given: Any, place: str) -> Any:
    origin, parts = _parts(hint)
    wrong = OptionError(place, "must be %s" % _words(hint))
    if hint is Any:
        return given
    if hint in _FORMATS:
        hint = str
    if hint is float and isinstance(given, int) and not isinstance(given, bool):
        return float(given)
    if hint in _SIMPLE or hint is type(None):
        # True is an int to Python, and not to anybody else.
        if type(given) is not hint:
            raise wrong
        return given
    if origin is typing.Literal:
        if given not in parts:
            raise wrong
        return given
    if origin in _UNIONS:
        for part in parts:
            try:
                return _value(part, given, place)
            except OptionError:
                continue
        raise wrong
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and isinstance(given, dict):
        return parse(hint, given, place + ".")
    if (hint is dict or origin is dict) and isinstance(given, dict):
        kind = parts[1] if parts else Any
        return {key: _value(kind, value, "%s.%s" % (place, key)) for key, value in given.items()}
    if (hint in (list, tuple) or origin in (list, tuple, set, frozenset)) and isinstance(
        given, list
    ):
        kind = parts[0] if parts else Any
        return (origin or hint)(_value(kind, value, place) for value in given)
    raise wrong


def _words(hint: Any) -> str:
    origin, parts = _parts(hint)
    if origin is typing.Literal:
        return "one of %s" % ", ".join(map(repr, parts))
    if origin in _UNIONS:
        return " or ".join(map(_words, parts))
    names = {bool: "true or false", int: "an integer", float: "a number", str: "a string"}
    if hint in _FORMATS:
        return "the name of a model" if hint is Model else "the path of a file"
    if hint is type(None):
        return "absent"
    if origin in (list, tuple, set, frozenset) or hint in (list, tuple):
        return "a list"
    return names.get(hint, "a table")
