"""Values as TOML writes them, for the files that this package makes."""

from __future__ import annotations

import json
from typing import Any, Mapping


def inline(value: Any) -> str:
    """A value in one line. Strings, numbers and lists are as in JSON, with every character itself:
    TOML knows no halves of characters (``\\ud83d``)."""
    if isinstance(value, Mapping):
        pairs = ("%s = %s" % (inline(str(key)), inline(item)) for key, item in value.items())
        return "{ %s }" % ", ".join(pairs) if value else "{}"
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join(map(inline, value))
    return json.dumps(value, ensure_ascii=False)
