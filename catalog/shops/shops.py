"""Shops as they are stored.

Each statement takes a whole list of shops. `put_shops` writes them in the order of their codes, so
two who put the same shops at once wait for each other and never in a circle. The later one wins.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, fields
from typing import ClassVar, Literal

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import require_page
from catalog.parties import Party
from catalog.shops.terms import SEPARATOR, Shop, ShopState, ShopTerms, require_shop
from ledger import Refusal

Change = Literal["created", "updated", "unchanged"]


class ShopExists(Refusal):
    """The party has a shop with this code already."""

    code: ClassVar[str] = "shop-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party has a shop with this code already."


class ShopNotFound(Refusal):
    """The party has no shop with this code."""

    code: ClassVar[str] = "shop-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such shop."


_FIELDS = tuple(field.name for field in fields(ShopTerms))
_COLUMNS = "shop_id, code, name, region, groups, state, online"

_ROWS = """
    SELECT code, name, region,
        coalesce(string_to_array(nullif(groups, ''), ';'), '{}') AS groups, state, online
    FROM unnest(
        CAST(:codes AS text[]), CAST(:names AS text[]), CAST(:regions AS text[]),
        CAST(:groups AS text[]), CAST(:states AS text[]), CAST(:onlines AS boolean[])
    ) AS given (code, name, region, groups, state, online)
    ORDER BY code
"""

_ADD = text(
    f"""
    INSERT INTO catalog.shop (party_id, code, name, region, groups, state, online)
    SELECT :party_id, given.* FROM ({_ROWS}) AS given
    ON CONFLICT (party_id, code) DO NOTHING
    RETURNING {_COLUMNS}
    """
)

_SAID = ", ".join(
    f"CASE WHEN '{name}' = ANY (CAST(:unsaid AS text[])) THEN shop.{name} ELSE excluded.{name} END"
    for name in ("name", "region", "groups", "state", "online")
)

# What is not said stays as it is when the row is written, whoever has changed it since it was read.
_PUT = text(
    f"""
    INSERT INTO catalog.shop AS shop (party_id, code, name, region, groups, state, online)
    SELECT :party_id, given.* FROM ({_ROWS}) AS given
    ON CONFLICT (party_id, code) DO UPDATE
    SET (name, region, groups, state, online, changed_at, recorded_by) =
        ROW ({_SAID}, excluded.changed_at, excluded.recorded_by)
    WHERE (shop.name, shop.region, shop.groups, shop.state, shop.online) IS DISTINCT FROM
        ({_SAID})
    """
)

_THERE = text(
    f"""
    SELECT {_COLUMNS} FROM catalog.shop
    WHERE party_id = :party_id AND code = ANY (CAST(:codes AS text[]))
    """
)

_PAGE = text(
    f"""
    SELECT {_COLUMNS} FROM catalog.shop
    WHERE party_id = :party_id AND shop_id > :after
        AND (CAST(:state AS text) IS NULL OR state = :state)
    ORDER BY shop_id LIMIT :limit
    """
)

_SET_STATE = text(
    f"""
    UPDATE catalog.shop SET state = :state, changed_at = now(),
        recorded_by = nullif(current_setting('comity.actor', true), '')::integer
    WHERE party_id = :party_id AND code = :code
    RETURNING {_COLUMNS}
    """
)


async def add_shop(connection: AsyncConnection, party: Party, terms: ShopTerms) -> Shop:
    """A new shop of the party. One round trip.

    Raises:
        ShopInvalid, NameInvalid: the input is malformed.
        ShopExists: the code is taken. The unique key refuses one of two calls at once.
    """
    require_shop(terms)
    added = await connection.execute(_ADD, _bound(party, [terms]))
    row = added.mappings().one_or_none()
    if row is None:
        raise ShopExists(f"{party.code} has a shop {terms.code} already", shop=terms.code)
    return _shop(row)


async def plan_shops(
    connection: AsyncConnection,
    party: Party,
    shops: Sequence[ShopTerms],
    unsaid: Collection[str] = (),
) -> list[Change]:
    """What `put_shops` would do with each of them. One round trip."""
    codes = [each.code for each in shops]
    found = await connection.execute(_THERE, {"party_id": party.party_id, "codes": codes})
    there = {row["code"]: _shop(row) for row in found.mappings()}
    return [_change(there.get(each.code), each, unsaid) for each in shops]


async def put_shops(
    connection: AsyncConnection,
    party: Party,
    shops: Sequence[ShopTerms],
    unsaid: Collection[str] = (),
) -> list[Change]:
    """Add these shops, or change them to what is said now. Two round trips.

    They are well formed, and no two of them have the same code. A shop that is there keeps what it
    has of the fields in `unsaid`.
    """
    changes = await plan_shops(connection, party, shops, unsaid)
    written = [each for each, change in zip(shops, changes, strict=True) if change != "unchanged"]
    if written:
        await connection.execute(_PUT, _bound(party, written) | {"unsaid": list(unsaid)})
    return changes


async def find_shop(connection: AsyncConnection, party: Party, code: str) -> Shop:
    """The party's shop with this code, or ShopNotFound. One round trip."""
    found = await connection.execute(_THERE, {"party_id": party.party_id, "codes": [code]})
    row = found.mappings().one_or_none()
    if row is None:
        raise ShopNotFound(f"{party.code} has no shop {code}")
    return _shop(row)


async def load_shops(
    connection: AsyncConnection, party: Party, codes: Collection[str]
) -> dict[str, Shop]:
    """The party's shops with these codes. One that is not there is left out. One round trip."""
    found = await connection.execute(_THERE, {"party_id": party.party_id, "codes": list(codes)})
    return {row["code"]: _shop(row) for row in found.mappings()}


async def list_shops(
    connection: AsyncConnection,
    party: Party,
    *,
    state: ShopState | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Shop]:
    """A page of the party's shops in the order in which they came. One round trip.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit)
    values = {"party_id": party.party_id, "state": state, "after": after, "limit": limit}
    return [_shop(row) for row in (await connection.execute(_PAGE, values)).mappings()]


async def set_shop_state(
    connection: AsyncConnection, party: Party, code: str, state: ShopState
) -> Shop:
    """Close a shop or open it again. If it is so already, nothing changes. One round trip.

    Raises:
        ShopNotFound: the party has no such shop.
    """
    values = {"party_id": party.party_id, "code": code, "state": state}
    row = (await connection.execute(_SET_STATE, values)).mappings().one_or_none()
    if row is None:
        raise ShopNotFound(f"{party.code} has no shop {code}")
    return _shop(row)


def _change(there: Shop | None, wanted: ShopTerms, unsaid: Collection[str]) -> Change:
    if there is None:
        return "created"
    said = [name for name in _FIELDS if name not in unsaid]
    is_same = all(_plain(there, name) == _plain(wanted, name) for name in said)
    return "unchanged" if is_same else "updated"


def _plain(terms: ShopTerms, name: str) -> object:
    value = getattr(terms, name)
    return list(value) if name == "groups" else value


def _bound(party: Party, shops: Sequence[ShopTerms]) -> dict[str, object]:
    codes, names, regions, groups, states, onlines = zip(
        *(astuple(each)[: len(_FIELDS)] for each in shops), strict=True
    )
    return {
        "party_id": party.party_id,
        "codes": list(codes),
        "names": list(names),
        "regions": list(regions),
        "groups": [SEPARATOR.join(each) for each in groups],
        "states": list(states),
        "onlines": list(onlines),
    }


def _shop(row: RowMapping) -> Shop:
    return Shop(**row)
