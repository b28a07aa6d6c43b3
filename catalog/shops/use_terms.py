"""What versions of offers say of the use of their coupons.

A version never changes, so a process remembers what it has read of VERSIONS_KEPT_MAX of them. Then
a use needs no statement for it.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.shops.place import UseTerms

VERSIONS_KEPT_MAX = 10_000
"""When more are known, all are forgotten."""

OfferVersion = tuple[int, int]
"""An offer's id and the number of a version."""

_FIELDS = tuple(field.name for field in fields(UseTerms))

_READ = text(
    f"""
    SELECT offer_id, version, {", ".join(_FIELDS)} FROM catalog.offer_version
    WHERE (offer_id, version) IN (
        SELECT * FROM unnest(CAST(:offer_ids AS bigint[]), CAST(:versions AS integer[]))
    )
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("versions", type_=ARRAY(INTEGER))
)

# By engine, so that no database is judged by what another one says.
_KNOWN: WeakKeyDictionary[Engine, dict[OfferVersion, UseTerms]] = WeakKeyDictionary()


async def load_use_terms(
    connection: AsyncConnection, wanted: Iterable[OfferVersion]
) -> dict[OfferVersion, UseTerms]:
    """What these versions say. One round trip, or none if they are known."""
    versions = set(wanted)
    known = _KNOWN.setdefault(connection.engine.sync_engine, {})
    found = {each: known[each] for each in versions & known.keys()}
    if missing := sorted(versions - found.keys()):
        values = {
            "offer_ids": [offer_id for offer_id, _ in missing],
            "versions": [version for _, version in missing],
        }
        rows = (await connection.execute(_READ, values)).mappings().all()
        read = {(row["offer_id"], row["version"]): _terms(row) for row in rows}
        if len(known) + len(read) > VERSIONS_KEPT_MAX:
            known.clear()
        known.update(read)
        found |= read
    return found


def _terms(row: Any) -> UseTerms:
    said = {name: row[name] for name in _FIELDS}
    return UseTerms(**said | {"use_times": tuple(said["use_times"] or ())})
