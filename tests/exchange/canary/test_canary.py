"""A supplier in its canary, on real servers: who meets it, how much, and until when."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from catalog import set_endpoint
from catalog.market import WantedOffers, list_market
from catalog.stages import Stage, StagePolicy, find_stage, set_stage
from exchange.audit import verify_rights
from exchange.canary import watch_suppliers
from exchange.redeem import QuoteKeys, quote_offers, shopper_of
from ledger.asks import Answer
from tests.exchange.fixtures import LOOPBACK, PRICE, SECRET, World
from tests.exchange.supplier_server import Behaviour

MEMBERS = ("ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal")
KEYS = QuoteKeys([b"k" * 32])


@pytest.fixture
async def members(world: World) -> Sequence[str]:
    for member in MEMBERS:
        await world.issue(member, 50 * PRICE)
    return MEMBERS


async def stage(world: World, to: Stage, **policy: Any) -> None:
    """The stage of the cinema, without asking whether it may have it."""
    party_id = world.supplier.party_id
    async with world.database.transaction() as connection:
        before = await find_stage(connection, party_id, locked=True)
        made = StagePolicy(**policy)
        await set_stage(connection, before, party_id, to, made, reason="a test", now=world.now)


async def stage_of(world: World) -> tuple[str, str | None]:
    async with world.database.transaction() as connection:
        found = await find_stage(connection, world.supplier.party_id)
    assert found is not None
    return str(found.stage), found.reason


async def listed(world: World, member: str | None, **wanted: Any) -> set[int]:
    async with world.database.transaction() as connection:
        shopper = await shopper_of(connection, world.programme, member, world.now)
        asked = WantedOffers(limit=50, **wanted)
        found, _ = await list_market(
            connection, world.brand, world.programme.book_id, asked, shopper
        )
    return {each.offer.offer_id for each in found if each.why_not is None}


async def quoted(world: World, member: str) -> str | None:
    async with world.database.transaction() as connection:
        found = await quote_offers(
            connection,
            world.programme,
            world.brand,
            member,
            [world.direct.offer_id],
            quote_keys=KEYS,
        )
    refusal = found.quotes[0].refusal
    return None if refusal is None else refusal.code


def codes(answers: Sequence[Answer]) -> list[Any]:
    return [None if each.refusal is None else each.refusal["code"] for each in answers]


async def test_market_quotes_and_redemptions_agree_on_who_is_in_it(
    world: World, members: Sequence[str]
) -> None:
    book_id = world.programme.book_id
    await stage(world, Stage.CANARY, share_permyriad=4_000, tags=("brand:staff",))
    inside = set()
    for member in members:
        (answer,) = await world.redeem(world.request(member))
        code = codes([answer])[0]
        assert code in {None, "not-in-canary"}
        assert await quoted(world, member) == code
        for wanted in ({}, {"sort": "price"}, {"sort": "new"}, {"affordable": True}):
            shown = await listed(world, member, **wanted)
            assert (world.direct.offer_id in shown) == (code is None), (member, wanted)
        inside |= {member} if code is None else set()
    assert 0 < len(inside) < len(members)
    assert await listed(world, None) == set(), "nobody in particular is in no canary"
    outside = min(set(members) - inside)
    for statement in (
        "INSERT INTO catalog.tag (book_id, code, label) VALUES (:book, 'brand:staff', 'Staff')",
        "INSERT INTO catalog.member (book_id, member, first_seen) VALUES (:book, :member, now())",
        (
            "INSERT INTO catalog.member_tag (book_id, member, tag, source, since)"
            " VALUES (:book, :member, 'brand:staff', 'a test', '2017-01-01')"
        ),
    ):
        async with world.database.transaction() as connection:
            await connection.execute(text(statement), {"book": book_id, "member": outside})
    assert await quoted(world, outside) is None
    assert world.direct.offer_id in await listed(world, outside)
    assert codes(await world.redeem(world.request(outside))) == [None]


async def test_what_may_be_procured_is_shown_and_why_it_cannot_be_had(world: World) -> None:
    await stage(world, Stage.CHECKED)
    assert await listed(world, None, is_all=True) == set()
    async with world.database.transaction() as connection:
        shopper = await shopper_of(connection, world.programme, None, world.now)
        asked = WantedOffers(limit=50, is_all=True)
        found, _ = await list_market(
            connection, world.brand, world.programme.book_id, asked, shopper
        )
    assert {each.why_not for each in found} == {"canary"}
    assert len(found) == 2


async def test_no_more_on_a_day_and_no_more_open_than_may_be(
    world: World, members: Sequence[str]
) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    await stage(world, Stage.CANARY, share_permyriad=10_000, open_orders_max=3)
    wanted = [world.request(member) for member in members[:5]]
    first = codes(await world.redeem(*wanted))
    assert Counter(first) == {None: 3, "canary-full": 2}
    assert codes(await world.redeem(world.request("hal"))) == ["canary-full"]
    # The exchange's own codes are no orders.
    assert codes(await world.redeem(world.request("hal", world.own))) == [None]
    await stage(world, Stage.CANARY, share_permyriad=10_000, per_day_max=6)
    assert codes(await world.redeem(*[world.request("gus") for _ in range(4)])) == [
        *(None, None),
        *("canary-full", "canary-full"),
    ]
    assert await world.scalar("SELECT taken FROM catalog.supplier_stage") == 6
    await stage(world, Stage.SUSPENDED)
    assert codes(await world.redeem(world.request("gus"))) == ["supplier-suspended"]
    await stage(world, Stage.OPEN)
    assert codes(await world.redeem(world.request("gus"))) == [None]
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []


async def test_a_contradiction_suspends_at_once_and_only_who_was_staged(world: World) -> None:
    world.server.behaviour = Behaviour.FAIL
    await world.issue("ann", 10 * PRICE)
    await stage(world, Stage.OPEN)
    coupon = await world.redeem_one("ann")
    await world.drain(1)
    assert (await world.callback(coupon, "FAILED"))["state"] == "FAILED"
    assert (await stage_of(world))[0] == "OPEN", "the same end again is no contradiction"
    late = await world.callback(coupon, "SUCCESS")
    assert (late["state"], late["changed"]) == ("FAILED", False)
    assert await stage_of(world) == ("SUSPENDED", "it said another end of an order that had ended")
    kept = await world.scalar(
        "SELECT action || ' ' || object_kind || ' ' || object_id FROM catalog.audit_entry"
        " WHERE action = 'suspend_supplier'"
    )
    assert kept == "suspend_supplier stage cinema"
    # What was accepted and is not there any more.
    await stage(world, Stage.CANARY, share_permyriad=10_000)
    world.server.behaviour = Behaviour.ACCEPT
    await world.redeem_one("ann")
    await world.submit()
    world.server.orders.clear()
    await world.drain(2)
    assert await stage_of(world) == (
        "SUSPENDED",
        "it had accepted an order, and then had none of its number",
    )


async def test_who_was_never_staged_stays_open_whatever_it_says(world: World) -> None:
    world.server.behaviour = Behaviour.FAIL
    await world.issue("ann", 10 * PRICE)
    coupon = await world.redeem_one("ann")
    await world.drain(1)
    await world.callback(coupon, "SUCCESS")
    assert await watch_suppliers(world.database) == 0
    assert await world.scalar("SELECT count(*) FROM catalog.supplier_stage") == 0
    assert codes(await world.redeem(world.request("ann"))) == [None]


async def test_another_address_or_secret_meets_nobody_until_it_is_checked(world: World) -> None:
    async def put(url: str, *, is_same_secret: bool) -> str:
        party_id = world.supplier.party_id
        async with world.database.transaction() as connection:
            await set_endpoint(
                connection,
                party_id,
                url=url,
                encrypted_secret=world.vault.encrypt(SECRET, party_id=party_id),
                networks=LOOPBACK,
                is_same_secret=is_same_secret,
            )
        return (await stage_of(world))[0]

    url = world.server.url
    await stage(world, Stage.OPEN)
    assert await put(url, is_same_secret=True) == "OPEN"
    assert await put(url, is_same_secret=False) == "CHECKED"
    await stage(world, Stage.CANARY, share_permyriad=10_000)
    assert await put(f"{url}/v2", is_same_secret=True) == "CHECKED"
    await stage(world, Stage.CANARY, share_permyriad=10_000)
    await stage(world, Stage.SUSPENDED)
    assert await put(url, is_same_secret=True) == "SUSPENDED"
    assert await world.scalar("SELECT suspended_from FROM catalog.supplier_stage") == "CHECKED"
    await stage(world, Stage.DECLARED)
    assert await put(f"{url}/v3", is_same_secret=False) == "DECLARED"


async def ended(world: World, state: str, count: int, reason: str | None = None) -> None:
    """So many orders of the cinema have ended, two seconds after they were made."""
    coupon = await world.redeem_one("ann")
    async with world.database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO exchange.coupon (book_id, code, request_key, state, member, offer_id,"
                " offer_code, offer_version, supplier_id, home_party_id, fulfilment, points, free,"
                " face_value_minor, currency, redeemed_at, allotment_no)"
                " SELECT book_id, code || n, request_key || n, 'RETURNED', member, offer_id,"
                " offer_code, offer_version, supplier_id, home_party_id, fulfilment, 0, true,"
                " face_value_minor, currency, redeemed_at, allotment_no"
                " FROM exchange.coupon, generate_series(1, :n) AS n WHERE coupon_id = :coupon"
            ),
            {"n": count, "coupon": coupon},
        )
        await connection.execute(
            text(
                "INSERT INTO exchange.fulfilment_order (book_id, coupon_id, request_number,"
                " supplier_id, state, deadline_at, created_at, finished_at, reason)"
                " SELECT book_id, coupon_id, request_key, supplier_id, :state, now(), now(),"
                " now() + interval '2 seconds', :reason FROM exchange.coupon"
                " WHERE coupon_id > :coupon"
            ),
            {"state": state, "coupon": coupon, "reason": reason},
        )


async def test_the_round_suspends_and_opens_by_itself_only_what_it_may(world: World) -> None:
    await world.issue("ann", 50 * PRICE)
    canary = {"share_permyriad": 10_000, "failure_permyriad": 500}
    await stage(world, Stage.CANARY, **canary)
    await ended(world, "SUCCESS", 72)
    await ended(world, "FAILED", 300, "account: there is no such account")
    assert await watch_suppliers(world.database) == 0, "one more is needed"
    await ended(world, "SUCCESS", 1)
    assert await watch_suppliers(world.database) == 0, "nobody has said that it opens by itself"
    assert (await stage_of(world))[0] == "CANARY"
    await stage(world, Stage.CANARY, **canary, is_automatic=True)
    assert await watch_suppliers(world.database) == 1
    assert (await stage_of(world))[0] == "OPEN"
    await ended(world, "FAILED", 12, "broken")
    assert await watch_suppliers(world.database) == 1
    found, reason = await stage_of(world)
    assert found == "SUSPENDED"
    assert reason is not None
    assert "12 of 12" in reason
    assert await watch_suppliers(world.database) == 0
