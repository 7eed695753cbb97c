"""Makes seed corpora: small files of every format. Needs pyarrow and zstandard."""

import gzip
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
