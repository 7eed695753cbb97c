"""An extractor that does on command what breaks a process, and one that reads what another made."""

import logging
import os
import time
from dataclasses import dataclass

from gloss_plugin import Cancelled, Extractor, requires, spans


class Misbehaving(Extractor):
    """Words, and a fault at each document with a trigger."""

    provides = [spans("words")]

    @dataclass
    class Options:
        fault: str = ""
        trigger: str = "BANG"

    def extract(self, documents):
        for document in documents:
            if self.options.trigger in document.text:
                self.fault(document)
            at = 0
            for word in document.text.split():
                at = document.text.index(word, at)
                document.add_span("words", at, at + len(word))
                at += len(word)

    def fault(self, document):
        fault = self.options.fault
        if fault == "raise":
            raise ValueError("cannot read %r" % document.text)
        elif fault == "fail":
            document.fail("it is as it was told")
        elif fault == "exit":
            os._exit(7)
        elif fault == "sys-exit":
            raise SystemExit(3)
        elif fault == "hang":
            time.sleep(1000)
        elif fault == "eat-memory":
            held = []
            while True:
                held.append(bytearray(os.urandom(1)) * (16 << 20))
        elif fault == "wait":
            while not self.cancelled:
                time.sleep(0.01)
            raise Cancelled()
        elif fault == "print":
            print("a line\nof two")
            logging.getLogger("misbehaving.log").warning("a record of %d", 7)
        elif fault == "surrogate":
            document.add_span("words", 0, 1, attributes={"lone": "\ud800"})
        elif fault == "outside":
            document._made["words"].start.append(10**6)
            document._made["words"].end.append(10**6)
            document._made["words"].rows += 1


class Repeat(Extractor):
    """The same spans that another extractor found."""

    requires = [requires("words")]
    provides = [spans("repeated")]

    def extract(self, documents):
        for document in documents:
            for word in document.layer("words"):
                assert document.text[word.start : word.end] == word.text
                document.add_span("repeated", word.start, word.end)
