"""Parquet files by DuckDB: one table a file, its columns' names the heading row, every cell as text without loss.

Belongs here: opening a Parquet file as the hostile input that any file from outside is. DuckDB reads it in a private
connection that may open this one file, loads no extension and has a limit of memory; how many rows and columns there
are and what they unpack to is looked at before the first row. Does not belong here: values.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.ingest.readers.files import Member
from orchestration.ingest.readers.model import BATCH_ROWS, Batch, Part, ReadError, Row
from orchestration.ingest.readers.recognise import NearMiss, Recogniser

if TYPE_CHECKING:
    import duckdb

MAGIC = b"PAR1"


@dataclass(frozen=True)
class ParquetLimits:
    """What a file may hold. The largest official file that we know has 641,070 rows of 7 columns."""

    file_bytes: int = 256 << 20
    rows: int = 5_000_000
    columns: int = 200
    unpacked_bytes: int = 2 << 30
    cell_characters: int = 100_000
    memory: str = "1GB"


DEFAULT_PARQUET_LIMITS = ParquetLimits()

_PLAIN_TYPES = frozenset(
    {
        "VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
        "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL", "DATE", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS",
        "TIMESTAMP_S",
    }
)  # fmt: skip


class ParquetSource:
    """One Parquet file. Raises ReadError when it is damaged, too large or holds lists or records within its cells."""

    def __init__(self, member: Member, recogniser: Recogniser, limits: ParquetLimits = DEFAULT_PARQUET_LIMITS) -> None:
        self.name = member.name
        self._member = member
        self._limits = limits
        if member.size > limits.file_bytes:
            raise ReadError(
                f"{member.name}: is {member.size >> 20:,} MB, expected at most {limits.file_bytes >> 20:,} MB of "
                "Parquet; send it in parts."
            )
        with self._opened() as (con, path):
            self._columns = self._look_at(con, path)
        header = tuple(name for name, _ in self._columns)
        match = recogniser.match(header)
        near = None if match else recogniser.near_miss(header)
        self.near_misses: Sequence[tuple[str, NearMiss]] = [(member.name, near)] if near else []
        self._part = Part(
            source_name=member.name,
            table_name=match.table.name if match else recogniser.own_name(member.name),
            header=header,
            match=match,
        )

    @property
    def parts(self) -> Sequence[Part]:
        """The one table of the file."""
        return [self._part]

    @property
    def envelope(self) -> Mapping[str, str]:
        """A Parquet file states nothing about itself."""
        return {}

    def batches(self, tables: frozenset[str] | None = None) -> Iterator[tuple[Part, Batch]]:
        """Every row, numbered from 1; a row without any value is no row."""
        if tables is not None and self._part.table_name not in tables:
            return
        wanted = ", ".join(f"{_as_text(name, kind)} as {_quoted(name)}" for name, kind in self._columns)
        with self._opened() as (con, path):
            cursor = con.execute(f"select {wanted} from read_parquet(?)", [path])
            number = 0
            while rows := cursor.fetchmany(BATCH_ROWS):
                self._refuse_long_cells(rows, number)
                numbers = [number + at for at, row in enumerate(rows, start=1) if any(row)]
                number += len(rows)
                kept: list[Row] = [row for row in rows if any(row)]
                if kept:
                    yield self._part, Batch(numbers, kept)

    def _refuse_long_cells(self, rows: Sequence[Sequence[str | None]], before: int) -> None:
        longest = self._limits.cell_characters
        for at, row in enumerate(rows, start=1):
            if sum(len(cell) for cell in row if cell) > longest:
                raise ReadError(
                    f"{self.name}, row {before + at}: holds more than {longest:,} characters, as no figure does; "
                    "leave the text out and send it again."
                )

    def _look_at(self, con: duckdb.DuckDBPyConnection, path: str) -> list[tuple[str, str]]:
        """Name and type of every column, after the file's own account of its size is within the limits."""
        limits = self._limits
        found = con.execute("select num_rows from parquet_file_metadata(?)", [path]).fetchall()
        rows = sum(row[0] for row in found)
        if rows > limits.rows:
            raise ReadError(f"{self.name}: holds {rows:,} rows, expected at most {limits.rows:,}; send it in parts.")
        unpacked = con.execute("select sum(total_uncompressed_size) from parquet_metadata(?)", [path]).fetchall()[0][0]
        if (unpacked or 0) > limits.unpacked_bytes:
            raise ReadError(
                f"{self.name}: unpacks to {int(unpacked) >> 20:,} MB, expected at most "
                f"{limits.unpacked_bytes >> 20:,} MB; send it in parts."
            )
        columns = con.execute("describe select * from read_parquet(?)", [path]).fetchall()
        if len(columns) > limits.columns:
            raise ReadError(
                f"{self.name}: has {len(columns):,} columns, expected at most {limits.columns:,}; leave out those that "
                "the contract does not name."
            )
        for position, (_, kind, *_) in enumerate(columns, start=1):
            if kind.partition("(")[0] not in _PLAIN_TYPES or kind.endswith("[]"):
                raise ReadError(
                    f"{self.name}, column {position}: holds {kind.partition('(')[0]}, expected text, numbers or dates; "
                    "send it as a CSV."
                )
        return [(str(name), str(kind)) for name, kind, *_ in columns]

    @contextmanager
    def _opened(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """A connection that may read one private copy of the file, and the copy's path."""
        import duckdb

        with tempfile.TemporaryDirectory(prefix="safeguarding-parquet-") as folder:
            copy = Path(folder) / "file.parquet"
            copy.write_bytes(self._member.read())
            settings: dict[str, Any] = {
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": self._limits.memory,
                "temp_directory": "",
                "threads": 1,
            }
            con = duckdb.connect(":memory:", config=settings)
            try:
                con.execute(f"set allowed_paths = ['{copy}']")
                con.execute("set enable_external_access = false")
                con.execute("set lock_configuration = true")
                yield con, str(copy)
            except duckdb.Error as error:
                raise ReadError(
                    f"{self.name}: cannot be read as Parquet; fetch the file again, or send it as a CSV."
                ) from error
            finally:
                con.close()


def _as_text(name: str, kind: str) -> str:
    """A whole number kept as a float (811.0) has no decimal point, as in a workbook."""
    column = _quoted(name)
    if kind in ("FLOAT", "DOUBLE"):
        return (
            f"case when {column} = trunc({column}) and abs({column}) < 1e15 "
            f"then cast(cast({column} as bigint) as varchar) else cast({column} as varchar) end"
        )
    return f"cast({column} as varchar)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
