"""What tests of gifts, returns and withdrawals do in the small world of the exchange."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER, Deed
from exchange.audit import verify_rights
from exchange.give import GiftRequest, claim_gift, give_coupon, return_right, take_gift_back
from exchange.give.returns import Once, Return
from exchange.give.withdraw import Deactivation, deactivate_coupon
from ledger import JSON, Refusal, idempotency
from ledger.audit import verify_book
from tests.exchange.fixtures import World

DEED = Deed(WORKER, "test")


def once_of(world: World, key: str, about: object) -> Once:
    """Runs an action at most once for the key, as the HTTP interface does."""

    async def once(act: Callable[[AsyncConnection], Awaitable[JSON]]) -> tuple[JSON, bool]:
        return await idempotency.once(
            world.database,
            book_id=world.programme.book_id,
            party_id=world.brand.party_id,
            key=key,
            body=repr(about).encode(),
            action=act,
        )

    return once


async def give_back(world: World, coupon_id: int, key: str | None = None) -> dict[str, Any]:
    """The member gives a right back."""
    key = key or world.key("return")
    asked = Return(coupon_id, "does not fit", key, DEED)
    once = once_of(world, key, asked)
    document, _ = await return_right(world.ledger, world.programme, asked, once, world.now)
    assert isinstance(document, dict)
    return document


async def deactivate(
    world: World,
    coupon_id: int,
    points: Literal["back", "keep"] = "back",
    key: str | None = None,
) -> dict[str, Any]:
    """The operator withdraws one coupon."""
    key = key or world.key("deactivate")
    asked = Deactivation(coupon_id, "the shop has burnt down", points, key, DEED)
    once = once_of(world, key, asked)
    document, _ = await deactivate_coupon(world.ledger, world.programme, asked, once, world.now)
    assert isinstance(document, dict)
    return document


async def give(world: World, coupon_id: int, giver: str = "ann", **terms: Any) -> str:
    """A member offers a coupon. Returns the token."""
    async with world.database.transaction() as connection:
        _, token = await give_coupon(
            connection, world.programme, GiftRequest(coupon_id, giver, **terms), world.now
        )
    return token


async def cancel(world: World, coupon_id: int) -> dict[str, Any]:
    """A member takes a gift back."""
    async with world.database.transaction() as connection:
        return await take_gift_back(connection, world.programme, coupon_id, world.now)


async def claim(
    world: World, token: str, member: str, *, is_new: bool | None = None
) -> dict[str, Any]:
    """A member takes a gift."""
    async with world.database.transaction() as connection:
        return await claim_gift(
            connection,
            world.programme,
            token,
            member,
            world.key("claim"),
            world.now,
            is_new=is_new,
        )


async def tried(work: Awaitable[Any]) -> str:
    """The code of the refusal, with its reason if it has one; `done` if there was none."""
    try:
        await work
    except Refusal as refusal:
        document = refusal.document()
        reason = document.get("reason")
        return str(document["code"]) + (f" {reason}" if reason else "")
    return "done"


async def verify(world: World) -> None:
    """Nothing is wrong with the rights and the points."""
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []


def days(number: float) -> timedelta:
    return timedelta(days=number)
