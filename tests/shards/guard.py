"""See in the server's log which statements touched rows or indexes of more than one partition.

Reads are told by auto_explain: the plan of every statement with what was run of it. A partition
counts if a scan of it was run, whether or not it found anything; those that were pruned, before or
during the run, do not count. Writes are told by a trigger on every row as well, because a plan
names no partition that a row was routed to, and COPY has no plan.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from ledger import Placement
from loadtests.cluster.tables import placed
from tests.architecture.statements import squeezed
from tests.shards.partitions import PARTITIONS

# For sessions that begin after the reload.
SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_verbose": "on",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
    "auto_explain.log_parameter_max_length": "0",
}

_NOTE = "rows of two partitions: "
# A statement is told from the next by its time, which has microseconds.
_NOTING = f"""
    CREATE FUNCTION public.note_partition() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        statement CONSTANT text := statement_timestamp()::text;
        place CONSTANT text := substring(TG_TABLE_NAME FROM '_p(\\d+)$');
    BEGIN
        IF current_setting('shards.statement', true) IS DISTINCT FROM statement THEN
            PERFORM set_config('shards.statement', statement, false);
            PERFORM set_config('shards.place', place, false);
        ELSIF current_setting('shards.place') <> place THEN
            RAISE LOG '{_NOTE}%', current_query();
        END IF;
        RETURN NULL;
    END $$
"""
_RECORD = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+ \[\d+\] ", re.MULTILINE)
_PART = re.compile(r"(.+)_p(\d+)")


@dataclass(frozen=True, slots=True)
class Crossing:
    """A statement, in one line, and the partitions it touched; none if only a trigger told."""

    sql: str
    partitions: frozenset[int] = frozenset()

    def __str__(self) -> str:
        places = f"read of partitions {sorted(self.partitions)}" if self.partitions else "written"
        return f"- {places}: {self.sql}"


async def prepare_server(connection: asyncpg.Connection) -> None:
    """Have every later session's plans logged."""
    for name, value in SETTINGS.items():
        await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await connection.execute("SELECT pg_reload_conf()")


async def note_writes(connection: asyncpg.Connection) -> None:
    """Have statements told that write rows of two partitions. Partitions inherit row triggers."""
    await connection.execute(_NOTING)
    for table in placed(Placement.DISTRIBUTED):
        await connection.execute(
            "CREATE TRIGGER note_partition AFTER INSERT OR UPDATE OR DELETE"
            f" ON {table} FOR EACH ROW EXECUTE FUNCTION public.note_partition()"
        )


class Watch:
    """The server's log from a moment on."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._begin = log.stat().st_size

    def seen(self) -> int:
        """How many plans that name a partition were logged: none would mean a blind guard."""
        return sum(bool(touched(plan)) for plan in self._plans())

    def crossings(self) -> list[Crossing]:
        """The statements that touched more than one partition, each once."""
        found: dict[Crossing, None] = {}
        for plan in self._plans():
            partitions = touched(plan)
            if len(partitions) > 1:
                found[Crossing(squeezed(plan["Query Text"]), partitions)] = None
        for record in self._records():
            _, noted, sql = record.partition(_NOTE)
            if noted:
                found[Crossing(squeezed(sql))] = None
        return list(found)

    def _plans(self) -> Iterator[dict[str, Any]]:
        for record in self._records():
            _, begun, plan = record.partition("  plan:\n")
            if begun:
                yield json.loads(plan)

    def _records(self) -> Iterator[str]:
        with self._log.open(encoding="utf-8") as log:
            log.seek(self._begin)
            text = log.read()
        for record in _RECORD.split(text):
            yield record.replace("\n\t", "\n")


def touched(plan: dict[str, Any]) -> frozenset[int]:
    """The numbers of the partitions of which a scan was run."""
    return frozenset(_touched(plan["Plan"]))


def _touched(node: dict[str, Any]) -> Iterator[int]:
    part = _PART.fullmatch(f"{node.get('Schema')}.{node.get('Relation Name')}")
    is_scan = node["Node Type"].endswith("Scan")
    if part and is_scan and node["Actual Loops"] and part[1] in placed(Placement.DISTRIBUTED):
        assert int(part[2]) < PARTITIONS
        yield int(part[2])
    for child in node.get("Plans", ()):
        yield from _touched(child)
