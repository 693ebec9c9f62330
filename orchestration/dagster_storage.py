"""Dagster's event log in SQLite with one connection a database, kept open.

Belongs here: nothing but that. Dagster's own class makes an engine, opens and closes a connection for every event: of
some 1,500 events of a run that is a fifth of the run's time (docs/decisions/0011). What is stored, and where, stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import create_db_conn_string
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, create_engine, event

_BUSY_TIMEOUT_SECONDS = 60


class EventLog(SqliteEventLogStorage):
    """SqliteEventLogStorage below `base_dir`/history/runs, where Dagster keeps it when nothing is configured."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._connections: dict[str, Connection] = {}
        self._tables: set[str] = set()
        super().__init__(base_dir=str(Path(base_dir) / "history" / "runs"), inst_data=inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> EventLog:
        """As Dagster makes it from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            connection = self._connections.get(shard)
            if connection is None:
                engine = create_engine(
                    create_db_conn_string(self._base_dir, shard),
                    connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
                )
                event.listen(engine, "connect", _write_ahead)
                if shard not in self._initialized_dbs:
                    self._initdb(engine)
                    self._initialized_dbs.add(shard)
                connection = self._connections[shard] = engine.connect()
            with connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Dagster asks at each event whether a table is there that it makes once."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close what is open, as Dagster asks at the end."""
        for connection in self._connections.values():
            connection.close()
            connection.engine.dispose()
        self._connections.clear()
        super().dispose()


def _write_ahead(connection: Any, _record: Any) -> None:
    """A power cut may cost the last events, never the database; the figures are in the warehouse, not here."""
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
