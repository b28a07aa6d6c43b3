"""The tables of the packages, where a cluster keeps each, and what hangs on them."""

import importlib
from dataclasses import dataclass
from functools import cache

import asyncpg
from sqlalchemy import MetaData

from ledger import Placement

PACKAGES = ("ledger", "catalog", "exchange", "settlement", "api")
"""In the order in which one may refer to another."""

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text AS referring, confrelid::regclass::text AS referred,
        quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND connamespace::regnamespace::text = ANY ($1)
    ORDER BY conrelid::regclass::text, conname
"""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key, and how to make it and drop it."""

    referring: str
    referred: str
    name: str
    definition: str

    @property
    def add(self) -> str:
        return f"ALTER TABLE {self.referring} ADD CONSTRAINT {self.name} {self.definition}"

    @property
    def drop(self) -> str:
        return f"ALTER TABLE {self.referring} DROP CONSTRAINT {self.name}"


def metadata_of(package: str) -> MetaData:
    """The tables that a package declares."""
    tables = importlib.import_module(f"{package}.tables")
    (found,) = {
        id(value): value for value in vars(tables).values() if isinstance(value, MetaData)
    }.values()
    return found


@cache
def placements() -> dict[str, Placement]:
    """Where each table is kept, those that others refer to first.

    Raises:
        KeyError: a table does not say.
    """
    return {
        table.fullname: table.info["placement"]
        for package in PACKAGES
        for table in metadata_of(package).sorted_tables
    }


def placed(placement: Placement) -> list[str]:
    """The tables of one placement, those that others refer to first."""
    return [name for name, each in placements().items() if each is placement]


async def foreign_keys(connection: asyncpg.Connection) -> list[ForeignKey]:
    """Every foreign key of the packages' tables."""
    rows = await connection.fetch(_FOREIGN_KEYS, PACKAGES)
    return [ForeignKey(**row) for row in rows]
