"""Failures: what extractors raise, and what exceptions become on their way to the host."""

from __future__ import annotations

import ast
import os
import re
import traceback
from types import TracebackType
from typing import Any, Dict, Iterable, Optional

#: Stretches of a document that are taken out of messages are at least this long.
_SHORTEST = 8
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_QUOTED = re.compile(r"""(['"])((?:\\.|(?!\1).)*)\1""", re.DOTALL)


class Failure(Exception):
    """A failure that is told as it is, without type and place of the exception.

    ``message`` is one sentence without the document's text; ``place`` names an option or a file;
    ``help`` says what the user can do.
    """

    kind = "other"

    def __init__(self, message: str, *, place: str = "", help: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.help = message, place, help

    def record(self) -> Dict[str, Any]:
        """The failure as the host reads it."""
        record = {"kind": self.kind, "message": self.message}
        record.update({k: v for k, v in (("place", self.place), ("help", self.help)) if v})
        return record


class OptionError(Failure):
    """An option has a value that cannot be used."""

    kind = "options"

    def __init__(self, option: str, message: str, *, help: str = "") -> None:
        super().__init__(message, place=option, help=help)


class ModelError(Failure):
    """A model's files cannot be used."""

    kind = "model"


class Cancelled(Failure):
    """Raise it when :attr:`Extractor.cancelled` says that the work should end."""

    kind = "cancelled"

    def __init__(self) -> None:
        super().__init__("stopped because it was told to")


def record(error: BaseException, texts: Iterable[str] = ()) -> Dict[str, Any]:
    """An exception as the host reads it: its type, its message, and the author's line.

    What the message holds of ``texts`` is taken out.
    """
    if isinstance(error, Failure):
        return error.record()
    kind = "resource" if isinstance(error, MemoryError) else "document" if texts else "other"
    message = type(error).__name__
    words = redacted(str(error), texts)
    if words:
        message += ": " + words
    place = author_place(error.__traceback__)
    if isinstance(error, SyntaxError) and error.filename:
        message = "%s: %s" % (type(error).__name__, error.msg)
        place = "%s:%s" % (error.filename, error.lineno)
    # The place of a document's failure is not shown everywhere, so it is in the message.
    if place:
        message += " (%s)" % place
    return {"kind": kind, "message": message}


def author_place(trace: Optional[TracebackType]) -> str:
    """``file:line`` of the last line outside of this package and of installed libraries."""
    frames = traceback.extract_tb(trace)
    own = [f for f in frames if not os.path.abspath(f.filename).startswith(_PACKAGE + os.sep)]
    own = own or frames
    written = [
        f for f in own if "site-packages" not in f.filename and "lib/python" not in f.filename
    ]
    chosen = (written or own)[-1:]
    return "".join("%s:%s" % (os.path.basename(f.filename), f.lineno) for f in chosen)


def redacted(message: str, texts: Iterable[str]) -> str:
    """The message without anything that is quoted of the texts, or long and in them."""
    for text in texts:
        message = _QUOTED.sub(lambda quoted: _unless_in(text, quoted), message)
        message = _without_stretches(message, text)
    return message


def _unless_in(text: str, quoted: "re.Match[str]") -> str:
    raw = quoted.group(2)
    try:
        meant = ast.literal_eval(quoted.group(0))
    except (SyntaxError, ValueError):
        meant = raw
    return "..." if raw and (raw in text or meant in text) else quoted.group(0)


def _without_stretches(message: str, text: str) -> str:
    kept, at = [], 0
    while at < len(message):
        length = _SHORTEST
        if len(message) - at < length or message[at : at + length] not in text:
            kept.append(message[at])
            at += 1
            continue
        while at + length < len(message) and message[at : at + length + 1] in text:
            length += 1
        kept.append("...")
        at += length
    return "".join(kept)
