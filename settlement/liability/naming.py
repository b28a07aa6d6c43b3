"""How the cohorts of a book are named, as it is kept beside how far the book has been read.

Where the programme's plan of expiry has changed, the next reading says from which last day on the
new plan names the cohorts. It holds the book's row of `liability_reading` meanwhile. Who only looks
says the same for itself, and keeps nothing.
"""

import orjson
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import read_clock
from ledger.book import Programme, programme_day
from ledger.read import NamedBy, Naming
from settlement.liability.stored import Reading

_STAGES: TypeAdapter[tuple[NamedBy, ...]] = TypeAdapter(tuple[NamedBy, ...])

_COHORTS = text(
    "SELECT DISTINCT cohort FROM settlement.liability_movement WHERE book_id = :book_id"
)


def kept_naming(programme: Programme, reading: Reading | None) -> Naming:
    """How the cohorts were named that are kept."""
    if reading is None or reading.naming is None:
        return Naming.of_plan(programme.rules.expiry)
    return Naming(_STAGES.validate_python(reading.naming))


def naming_as_json(naming: Naming) -> str:
    """A naming as it is stored."""
    return orjson.dumps(_STAGES.dump_python(naming.stages, mode="json")).decode()


async def load_naming(
    connection: AsyncConnection, programme: Programme, reading: Reading | None
) -> Naming:
    """How the next cohorts are named. Where no plan has changed, it asks nothing."""
    naming, rules = kept_naming(programme, reading), programme.rules
    if not rules.dated:
        return naming
    today = programme_day(await read_clock(connection), programme.time_zone)
    if not naming.is_behind(rules, today):
        return naming
    cohorts = (await connection.execute(_COHORTS, {"book_id": programme.book_id})).scalars()
    return naming.grown(rules, today, cohorts)
