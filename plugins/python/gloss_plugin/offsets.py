"""Offsets of Python strings (code points) to offsets of their UTF-8 (bytes), and back."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import compress
from typing import Iterable, List, Optional

# Every byte that begins a character, to 1; those that continue one, to 0.
_BEGINS = bytes(0 if 0x80 <= byte < 0xC0 else 1 for byte in range(256))


class Offsets:
    """The offsets of one text. The table is made when it is first needed."""

    def __init__(self, text: str, encoded: bytes) -> None:
        #: Code points of the text.
        self.length = len(text)
        self._encoded = encoded
        self._begins: "Optional[array[int]]" = None
        self._same = len(text) == len(encoded)

    def _table(self) -> "array[int]":
        if self._begins is None:
            encoded = self._encoded
            self._begins = array("I", compress(range(len(encoded)), encoded.translate(_BEGINS)))
            self._begins.append(len(encoded))
        return self._begins

    def to_bytes(self, offsets: List[int]) -> List[int]:
        """Offsets in bytes for offsets in code points, each from 0 to :attr:`length`."""
        if self._same:
            return offsets
        table = self._table()
        return [table[offset] for offset in offsets]

    def to_points(self, offsets: Iterable[int]) -> List[int]:
        """Offsets in code points for offsets in bytes, each on a character boundary."""
        if self._same:
            return list(offsets)
        table = self._table()
        return [bisect_left(table, offset) for offset in offsets]
