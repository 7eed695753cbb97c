"""Makes seed corpora: small files of every format. Needs pyarrow and zstandard."""

import gzip
import json
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

HERE = Path(__file__).parent / "corpus"
LINES = b'{"id":"a","text":"one"}\n\n{"text":"two","metadata":{"n":1}}\n{"a":{"b":"c"}}\n'


def write(target, name, data):
    path = HERE / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


write("text", "plain", " date 2026-01-11 é".encode())
write("text", "front", b"---\ntitle: a\ntags: [a, b]\n---\n# b\n")
write("text", "toml", b"+++\ntitle = 'a'\n+++\nb\n")
write("text", "utf16", "aé".encode("utf-16"))
write("jsonl", "lines", LINES)
write("jsonl", "utf16", LINES.decode().encode("utf-16"))
write("table", "table", b'id,text\n1,"a ""b""\n"\n2,c,d\n3\n')
write("table", "open", b'text\n"a\nb')
write("compressed", "gzip", gzip.compress(LINES) + gzip.compress(LINES))
write("compressed", "zstd", zstandard.compress(LINES) + zstandard.compress(LINES))
PAGE = b"""<!doctype html><html lang=en><head><meta charset=utf-8><title>a</title>
<script type="application/ld+json">{"@type":"Article","author":[{"name":"b"}],"datePublished":"2026-01-11"}</script>
</head><body><nav><a href=/>x</a></nav><article><p class=byline>By c</p><p>d &amp; e<br>f</p>
<ul><li>g</ul><pre> h </pre><table><tr><td>i<td>j</table></article></body></html>"""
write("html", "page", PAGE)
DATA = pa.table({"id": ["a", "b", None], "text": ["x", "y", "z"], "n": [1, None, 3], "t": [["a"], [], None]})
for compression in ["none", "snappy", "zstd"]:
    for pages in ["1.0", "2.0"]:
        path = HERE / "parquet" / f"{compression}-{pages}"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(DATA, path, compression=compression, data_page_version=pages, row_group_size=2)

CONLL = b"-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nx VBZ B-VP O\n\n# text = a b\na _ _ I-X\nb _ _ L-X\n"
WORDS = b"# newdoc id = d\n1-2\tal\t_\t_\t_\t_\t_\t_\t_\tner=B-X|SpaceAfter=No\n1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n"
SPACY = {"text": "é b", "ents": [{"start": 2, "end": 3, "label": "X"}], "spans": {"s": []}, "cats": {"A": 0.5}}
TOKENS = [{"orth": "a", "ner": "U-X"}]
TRAINING = [{"id": 1, "paragraphs": [{"raw": "a", "sentences": [{"tokens": TOKENS}]}]}]
PRODIGY = {"text": "a b", "spans": [{"start": 0, "end": 1, "label": "X"}], "accept": ["A"], "answer": "accept"}
VALUE = {"start": 0, "end": 1, "text": "a", "labels": ["X"]}
RESULTS = [{"type": "labels", "from_name": "l", "value": VALUE},
           {"type": "choices", "from_name": "c", "value": {"choices": ["A"]}}]
STUDIO = [{"id": 1, "data": {"text": "a b"}, "annotations": [{"result": RESULTS}],
           "predictions": [{"model_version": "m", "score": 0.5, "result": RESULTS}]}]


def packed(value):
    """MessagePack of what a DocBin has."""
    if isinstance(value, dict):
        return bytes([0x80 + len(value)]) + b"".join(packed(k) + packed(v) for k, v in value.items())
    if isinstance(value, list):
        return bytes([0x90 + len(value)]) + b"".join(map(packed, value))
    if isinstance(value, str):
        return bytes([0xD9, len(value.encode())]) + value.encode()
    if isinstance(value, bytes):
        return bytes([0xC4, len(value)]) + value
    return b"\xc3" if value is True else b"\xcb" + bytes(8) if isinstance(value, float) else bytes([value])


# The words are names of spaCy's own, so that their ids are no hashes.
ROWS = b"".join(n.to_bytes(8, "little") for n in (391, 3, 380, 383, 1, 380))
SPAN = bytes(16) + (380).to_bytes(8, "big") + b"".join(n.to_bytes(4, "big") for n in (0, 1, 0, 4))
GROUPS = packed({"g": 0})[:1] + packed(packed({"name": "g", "attrs": {}, "spans": [SPAN]})) + packed(["g"])
DOCBIN = packed({
    "attrs": [65, 77, 78], "tokens": ROWS, "spaces": b"\1\0", "lengths": b"\2\0\0\0", "strings": ["a"],
    "cats": [{"A": 0.5}], "flags": [{"has_unknown_spaces": True}], "span_groups": [GROUPS],
})
for number, seed in enumerate([
    CONLL, WORDS, json.dumps(SPACY).encode(), zlib.compress(DOCBIN), json.dumps(PRODIGY).encode(),
    json.dumps(STUDIO).encode(), json.dumps(TRAINING).encode(), json.dumps(PRODIGY).encode(),
    b"Ada met Bob\0T1\tPER 0 3;8 11\tAda Bob\nR1\tX Arg1:T1 Arg2:T1\n",
]):
    write("annotated", f"seed-{number}", bytes([number]) + seed)
    write("annotated", f"seed-{number}-other", bytes([number + 135]) + seed)
