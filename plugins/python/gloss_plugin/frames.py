"""Frames, as docs/frames.md of Gloss specifies them: a header and some buffers."""

from __future__ import annotations

import struct
import sys
from array import array
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple

VERSION = 2
MAGIC = b"GLFR"
HEADER = struct.Struct("<4sHHIIQ")
ALIGNMENT = 8

# To the process.
DESCRIBE, PLAN, LOAD, EXTRACT, CANCEL, OBSERVE, MERGE, SAVE, FINISH, ANNOTATE = range(1, 11)
# To the host.
HELLO, ANSWER, LOADED, FAILED, EXTRACTED, LOG, DONE, OBSERVED, SAVED = range(64, 73)

#: Codes of :mod:`array` for the numbers of columns; each is checked to have the right size.
U8, U32, I64, F32, F64 = "B", "I", "q", "f", "d"
assert [array(code).itemsize for code in (U8, U32, I64, F32, F64)] == [1, 4, 8, 4, 8]


class FrameError(Exception):
    """What came is no frame."""


def pack(kind: int, request: int, buffers: Sequence[bytes]) -> List[bytes]:
    """The pieces of a frame, to be sent one behind another."""
    lengths = struct.pack("<%dQ" % len(buffers), *map(len, buffers))
    pieces = [lengths]
    for buffer in buffers:
        pieces.append(buffer)
        pieces.append(b"\0" * (-len(buffer) % ALIGNMENT))
    body = sum(map(len, pieces))
    header = HEADER.pack(MAGIC, VERSION, kind, request, len(buffers), body)
    return [header, *pieces]


def read(receive: Callable[[int], Optional[bytes]]) -> Optional[Tuple[int, int, List[memoryview]]]:
    """Kind, number of the request, and buffers of the next frame; ``None`` at the end.

    ``receive`` gives exactly as many bytes as it is asked for, or ``None`` when there are no more.
    """
    header = receive(HEADER.size)
    if header is None:
        return None
    magic, version, kind, request, count, length = HEADER.unpack(header)
    if magic != MAGIC:
        raise FrameError("this is no frame")
    if version != VERSION:
        raise FrameError("the frame is of version %d, not %d" % (version, VERSION))
    body = receive(length) if length else b""
    if body is None:
        return None
    return kind, request, split(memoryview(body), count)


def split(body: memoryview, count: int) -> List[memoryview]:
    """The buffers of a frame's body."""
    if count * 8 > len(body):
        raise FrameError("the lengths of the buffers do not add up")
    lengths = struct.unpack_from("<%dQ" % count, body)
    buffers, at = [], count * 8
    for length in lengths:
        buffers.append(body[at : at + length])
        at += length + -length % ALIGNMENT
    if at != len(body):
        raise FrameError("the lengths of the buffers do not add up")
    return buffers


def numbers(code: str, values: Iterable[Any]) -> bytes:
    """Numbers as little-endian bytes."""
    column = array(code, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def strings(values: Iterable[str]) -> Tuple[bytes, bytes]:
    """The two buffers of a string column."""
    encoded = [value.encode() for value in values]
    offsets, end = [0], 0
    for value in encoded:
        end += len(value)
        offsets.append(end)
    return numbers(U32, offsets), b"".join(encoded)


class Reader:
    """Reads buffers one after another."""

    def __init__(self, buffers: Sequence[memoryview]) -> None:
        self._buffers = iter(buffers)

    def buffer(self) -> memoryview:
        """The next buffer."""
        try:
            return next(self._buffers)
        except StopIteration:
            raise FrameError("the frame has too few buffers") from None

    def numbers(self, code: str) -> "array[Any]":
        """The next buffer, as numbers."""
        column = array(code)
        column.frombytes(self.buffer())
        if sys.byteorder == "big":
            column.byteswap()
        return column

    def encoded(self) -> List[bytes]:
        """The next string column, as UTF-8."""
        offsets = self.numbers(U32)
        data = bytes(self.buffer())
        return [data[begin:end] for begin, end in zip(offsets, offsets[1:])]

    def strings(self) -> List[str]:
        """The next string column."""
        return [value.decode() for value in self.encoded()]
