"""The process that runs extractors for a host, which it talks to over its standard input, a socket."""

from __future__ import annotations

import faulthandler
import fcntl
import json
import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Type

from . import frames
from .extractor import CorpusExtractor, Extractor
from .failures import Failure, record
from .instance import Instance, describe, plan
from .schema import Plan

#: How long the process may take to end once the host is gone, in seconds.
GRACE = 1.0
_LEVELS = {
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": 1,
}

Request = Tuple[int, int, List[memoryview]]


class Connection:
    """The socket, shared by threads."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    @staticmethod
    def take_standard_input() -> "Connection":
        """Takes the socket away from standard input, so that nothing else finds it there."""
        # Far from the numbers that somebody may guess, and not for processes that are started.
        descriptor = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 100)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        return Connection(socket.socket(fileno=descriptor))

    def send(self, kind: int, request: int, buffers: Sequence[bytes]) -> None:
        """Sends a frame."""
        pieces = frames.pack(kind, request, buffers)
        with self._lock:
            self._stream.sendall(b"".join(pieces))

    def send_json(self, kind: int, request: int, message: Any) -> None:
        """Sends a frame of one JSON buffer."""
        self.send(kind, request, [json.dumps(message).encode()])

    def receive(self, count: int) -> Optional[bytes]:
        """Exactly so many bytes; ``None`` when the host is gone."""
        buffer = bytearray(count)
        view, filled = memoryview(buffer), 0
        while filled < count:
            got = self._stream.recv_into(view[filled:], min(count - filled, 1 << 20))
            if got == 0:
                return None
            filled += got
        return bytes(buffer)


class Requests:
    """What the host asks: read on a thread of its own, so that its end is noticed during work."""

    def __init__(self, connection: Connection) -> None:
        self.cancel = threading.Event()
        self._queue: "queue.Queue[Optional[Request]]" = queue.Queue()
        self._connection = connection
        threading.Thread(target=self._read, name="gloss-requests", daemon=True).start()

    def _read(self) -> None:
        try:
            while True:
                request = frames.read(self._connection.receive)
                if request is None:
                    break
                if request[0] == frames.CANCEL:
                    self.cancel.set()
                else:
                    # The host sends a request only when the one before it is answered.
                    self.cancel.clear()
                    self._queue.put(request)
        except (OSError, frames.FrameError):
            pass
        # Nobody is left to work for.
        self._queue.put(None)
        time.sleep(GRACE)
        os.kill(os.getpid(), signal.SIGKILL)

    def next(self) -> Optional[Request]:
        """The next request; ``None`` when the host ended the connection."""
        return self._queue.get()


class LogFrames(logging.Handler):
    """Sends records to the host's log."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def emit(self, record: logging.LogRecord) -> None:
        """Sends one record."""
        names = [(logging.ERROR, "error"), (logging.WARNING, "warn"), (logging.INFO, "info")]
        names.append((logging.DEBUG, "debug"))
        level = next((name for least, name in names if record.levelno >= least), "trace")
        try:
            message = {"level": level, "target": record.name, "message": record.getMessage()}
            self._connection.send_json(frames.LOG, 0, message)
        except Exception:  # noqa: BLE001
            # A host that is gone needs no log, and a record that cannot be shown harms nobody.
            pass


def start(find: Callable[[], Mapping[str, Type[Extractor]]]) -> int:
    """Serves a host until it ends the connection. ``find`` imports the extractors."""
    try:
        connection = Connection.take_standard_input()
    except OSError:
        print("gloss_plugin is started by gloss, with a socket as standard input", file=sys.stderr)
        return 2
    for stream in (sys.stdout, sys.stderr):
        # Lines are logged when they are printed, and what cannot be written must not raise.
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    sys.stdin = open(os.devnull)
    faulthandler.enable()
    _start_log(connection)
    requests = Requests(connection)
    try:
        try:
            extractors = find()
        except BaseException as error:  # noqa: BLE001
            connection.send_json(frames.FAILED, 0, import_failure(error))
            return 1
        hello = {"abi": "frames-%d" % frames.VERSION, "extractors": list(extractors)}
        connection.send_json(frames.HELLO, 0, hello)
        _Server(connection, requests, extractors).serve()
    except OSError:
        return 1
    return 0


def _start_log(connection: Connection) -> None:
    level = os.environ.get("GLOSS_PLUGIN_LOG", "warn")
    root = logging.getLogger()
    if level in _LEVELS:
        root.setLevel(_LEVELS[level])
        root.addHandler(LogFrames(connection))
    else:
        root.addHandler(logging.NullHandler())
    logging.captureWarnings(True)


def import_failure(error: BaseException) -> Dict[str, Any]:
    """Why the author's module cannot be had."""
    failure = record(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        failure["help"] = "install it for this Python: %s -m pip install %s" % (
            sys.executable,
            error.name.split(".")[0],
        )
    return failure


class _Server:
    def __init__(
        self, connection: Connection, requests: Requests, extractors: Mapping[str, Type[Extractor]]
    ) -> None:
        self._connection = connection
        self._requests = requests
        self._extractors = extractors
        self._instance: Optional[Instance] = None

    def serve(self) -> None:
        while True:
            request = self._requests.next()
            if request is None:
                return
            kind, number, buffers = request
            try:
                answer, content = self._answer(kind, buffers)
            except (Exception, SystemExit) as error:  # noqa: BLE001
                self._connection.send_json(frames.FAILED, number, record(error))
                continue
            self._connection.send(answer, number, content)

    def _answer(self, kind: int, buffers: List[memoryview]) -> Tuple[int, List[bytes]]:
        if kind == frames.DESCRIBE:
            return frames.ANSWER, [_json(describe(self._extractor(_message(buffers))))]
        if kind == frames.PLAN:
            message = _message(buffers)
            planned = plan(self._extractor(message), message["request"])
            return frames.ANSWER, [_json(planned.to_json())]
        if kind == frames.LOAD:
            return frames.LOADED, [_json(self._load(_message(buffers)))]
        if self._instance is None:
            raise Failure("nothing is loaded")
        instance = self._instance
        if kind == frames.EXTRACT:
            return frames.EXTRACTED, instance.extract(buffers)
        if kind == frames.ANNOTATE:
            return frames.EXTRACTED, instance.annotate(buffers)
        if kind == frames.OBSERVE:
            return frames.OBSERVED, instance.observe(buffers)
        if kind == frames.MERGE:
            instance.merge(bytes(buffers[0]))
            return frames.DONE, [b"null"]
        if kind == frames.SAVE:
            return frames.SAVED, [instance.save()]
        if kind == frames.FINISH:
            instance.finish()
            return frames.DONE, [b"null"]
        raise Failure("requests of the kind %d are not known" % kind)

    def _extractor(self, message: Mapping[str, Any]) -> Type[Extractor]:
        name = message["extractor"]
        if name not in self._extractors:
            raise Failure("the plugin has no extractor %r" % name)
        return self._extractors[name]

    def _load(self, message: Mapping[str, Any]) -> Dict[str, Any]:
        extractor = self._extractor(message)
        planned = Plan.from_json(message["plan"])
        self._instance = Instance(extractor, planned, message["request"], self._requests.cancel)
        if issubclass(extractor, CorpusExtractor):
            return {"state_version": extractor.state_version}
        return {}


def _message(buffers: Sequence[memoryview]) -> Any:
    return json.loads(bytes(buffers[0]))


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
