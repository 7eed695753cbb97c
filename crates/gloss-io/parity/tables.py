"""Writes tables with pandas and pyarrow, and checks that our reader gives what is in them.

    pip install pandas pyarrow zstandard
    cargo build -p gloss-io --example documents
    python tables.py PROGRAM

Parquet is compared with pyarrow's own reading of the file, CSV with pandas' and JSONL with the json
module's: ids, texts, and each value of the metadata, its type too.
"""

import csv
import datetime
import decimal
import gzip
import itertools
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

ROWS = 500
PIECES = ["word", " ", "\n", "\r\n", '"', ",", "\t", ";", "é", "日本", "\U0001f600", "e\u0301", "\u2028", "'", "\\"]


def texts(seed):
    generator = random.Random(seed)
    return ["x" + "".join(generator.choices(PIECES, k=generator.randrange(30))) for _ in range(ROWS)]


def some(seed, values):
    """Values, every seventh missing."""
    generator = random.Random(seed)
    return [None if generator.randrange(7) == 0 else value for value in values]


def table(string):
    numbers = range(-250, 250)
    moments = [datetime.datetime(2026, 1, 1, 12) + datetime.timedelta(hours=7, microseconds=n) * n for n in range(ROWS)]
    dates = [moment.date() for moment in moments]
    columns = {
        "id": pa.array([f"d{n}" for n in range(ROWS)], string),
        "text": pa.array(texts(1), string),
        "word": pa.array(some(2, texts(2)), string),
        "kind": pa.array(some(3, ["a", "b", "c", "d", "e"] * 100)).dictionary_encode(),
        "count": pa.array(some(4, numbers), pa.int64()),
        "small": pa.array(some(5, [n % 100 for n in numbers]), pa.int8()),
        "large": pa.array([2**64 - 1 - n for n in range(ROWS)], pa.uint64()),
        "share": pa.array(some(6, [n / 7 for n in numbers]), pa.float64()),
        "single": pa.array(some(7, [n / 4 for n in numbers]), pa.float32()),
        "good": pa.array(some(8, [n % 3 == 0 for n in numbers]), pa.bool_()),
        "day": pa.array(some(9, dates), pa.date32()),
        "time": pa.array(some(10, moments), pa.timestamp("us")),
        "instant": pa.array(some(11, moments), pa.timestamp("ns", "Europe/Berlin")),
        "milli": pa.array(some(12, [m.replace(microsecond=0) for m in moments]), pa.timestamp("ms", "UTC")),
        "clock": pa.array(some(13, [moment.time() for moment in moments]), pa.time64("us")),
        "price": pa.array(some(14, [decimal.Decimal(n) / 4 for n in numbers]), pa.decimal128(10, 2)),
        "exact": pa.array(some(15, [decimal.Decimal(10**25 + n) for n in numbers]), pa.decimal128(30, 0)),
        "tags": pa.array(some(16, [["a", "b"][: n % 3] for n in numbers]), pa.list_(string)),
        "by": pa.array(some(17, [{"name": f"n{n}", "age": n} for n in numbers])),
        "bytes": pa.array(some(18, [b"abc" if n % 2 else b"\xff\x00" for n in numbers]), pa.binary()),
    }
    return pa.table(columns)


def as_json(value, kind):
    """A value as our reader gives it."""
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        moment = pd.Timestamp(value)
        moment = moment.tz_convert("UTC") if moment.tzinfo else moment
        seconds = moment.strftime("%Y-%m-%dT%H:%M:%S")
        fraction = f"{moment.microsecond * 1000 + moment.nanosecond:09}".rstrip("0")
        return seconds + ("." + fraction if fraction else "") + ("Z" if moment.tzinfo else "")
    if pa.types.is_time(kind):
        return value.strftime("%H:%M:%S.%f").rstrip("0").rstrip(".")
    if pa.types.is_date(kind):
        return value.isoformat()
    if pa.types.is_decimal(kind):
        return float(value) if kind.precision <= 15 else str(value)
    if pa.types.is_binary(kind):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return list(value)
    return value


def from_arrow(data):
    for row in data.to_pylist():
        metadata = {name: as_json(value, data.schema.field(name).type) for name, value in row.items()}
        identity, text = metadata.pop("id"), metadata.pop("text")
        yield identity, text, {name: value for name, value in metadata.items() if value is not None}


def read(program, path, *arguments):
    lines = subprocess.run([program, path, *arguments], check=True, capture_output=True).stdout
    for line in lines.decode().split("\n")[:-1]:
        record = json.loads(line)
        assert "error" not in record, (path, record)
        yield record["id"], record["text"], record["metadata"]


def compare(what, expected, found):
    expected, found = list(expected), list(found)
    assert len(expected) == len(found), (what, len(expected), len(found))
    for one, other in zip(expected, found):
        # Texts of both, because 1 == 1.0 == True.
        one, other = (json.dumps(x, sort_keys=True) for x in (one, other))
        assert one == other, f"{what}:\n{one}\n{other}"
    return len(found)


def parquet(program, folder):
    kinds = {"string": pa.string(), "large_string": pa.large_string(), "string_view": pa.string_view()}
    options = itertools.product(
        kinds, ["none", "snappy", "gzip", "zstd", "lz4", "brotli"], ["1.0", "2.0"], [True, False], [ROWS, 77]
    )
    for kind, compression, pages, dictionary, rows in options:
        path = folder / "a.parquet"
        data = table(kinds[kind])
        pq.write_table(
            data, path, compression=compression, data_page_version=pages, use_dictionary=dictionary,
            row_group_size=rows, data_page_size=4096,
        )
        what = f"Parquet of {kind}, {compression}, pages {pages}, dictionary {dictionary}, groups of {rows}"
        yield compare(what, from_arrow(pq.read_table(path)), read(program, path))
    frame = table(pa.string()).to_pandas()
    frame["text"] = frame["text"].astype("category")
    frame.to_parquet(path)
    yield compare("Parquet of pandas", from_arrow(pq.read_table(path)), read(program, path))


def written(path, data):
    """Compresses what is written to a path that says so, in two members or frames."""
    half = len(data) // 2
    if path.suffix == ".gz":
        data = gzip.compress(data[:half]) + gzip.compress(data[half:])
    elif path.suffix == ".zst":
        compress = zstandard.ZstdCompressor().compress
        data = compress(data[:half]) + compress(data[half:])
    path.write_bytes(data)


def tables(program, folder):
    frame = table(pa.string()).select(["id", "text", "word", "count", "share", "good"]).to_pandas()
    quotings = [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]
    names = [f"a.{table}{compression}" for table in ["csv", "tsv"] for compression in ["", ".gz", ".zst"]]
    for name, quoting, end in itertools.product(names, quotings, ["\n", "\r\n"]):
        separator = "," if ".csv" in name else "\t"
        text = frame.to_csv(index=False, sep=separator, quoting=quoting, lineterminator=end)
        path = folder / name
        written(path, text.encode())
        plain = folder / "plain"
        plain.write_bytes(text.encode())
        back = pd.read_csv(plain, sep=separator, dtype=str, keep_default_na=False)
        expected = [(row.pop("id"), row.pop("text"), row) for row in back.to_dict("records")]
        yield compare(f"{name} of pandas, quoting {quoting}, {end!r}", expected, read(program, path))


def lines(program, folder):
    frame = table(pa.string()).select(["id", "text", "word", "count", "share", "good", "tags"]).to_pandas()
    for name, ascii in itertools.product(["a.jsonl", "a.jsonl.gz", "a.ndjson.zst"], [True, False]):
        text = frame.to_json(orient="records", lines=True, force_ascii=ascii)
        path = folder / name
        written(path, text.encode())
        rows = [json.loads(line) for line in text.split("\n") if line]
        expected = [
            (row.pop("id"), row.pop("text"), {name: value for name, value in row.items() if value is not None})
            for row in rows
        ]
        yield compare(f"{name} of pandas", expected, read(program, path, "text"))


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        for check in (parquet, tables, lines):
            counts = list(check(program, Path(folder)))
            print(f"{check.__name__}: {len(counts)} files, {sum(counts)} documents, all equal")


main()
