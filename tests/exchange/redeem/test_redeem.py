"""Redeeming: what a right costs, who may have it, and that all of it comes or nothing."""

import asyncio
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.isolation import Side, add_rule
from catalog.offers import OfferTerms
from catalog.offers.publish import revise_offer
from catalog.procurement.allotments import grant_allotment
from exchange.coupons import CouponState
from exchange.redeem import RightRequest
from ledger.asks import OperationInvalid
from ledger.audit import verify_book
from tests.catalog.fixtures import offer_of
from tests.conftest import owner_transaction
from tests.exchange.fixtures import PRICE, START, STOCK, World
from tests.races.waiting import until_waiting


async def test_an_own_code_is_active_at_once(world: World) -> None:
    await world.issue("ann", 100)
    (answer,) = await world.redeem(world.request("ann", world.own))
    assert answer.accepted
    assert answer.detail is not None
    assert (answer.detail["state"], answer.points, answer.balance) == ("ACTIVE", PRICE, 80)
    coupon = await world.coupon(answer.detail["coupon"])
    assert (coupon.state, coupon.delivery, coupon.shown_code) == (
        CouponState.ACTIVE,
        None,
        coupon.code,
    )
    assert (await world.totals()).redeemed == PRICE
    assert await world.steps(coupon.coupon_id) == ["redeemed", "delivered"]
    assert await world.submit() == 0


async def test_a_free_right_costs_nothing_and_needs_no_wallet(world: World) -> None:
    own = await world.redeem_one("stranger", world.own, free=True)
    direct = await world.redeem_one("stranger", free=True)
    await world.submit()
    for coupon_id in (own, direct):
        coupon = await world.coupon(coupon_id)
        assert (coupon.state, coupon.points, coupon.free) == (CouponState.ACTIVE, 0, True)
    assert (await world.totals()).issued == 0


async def test_the_same_key_answers_the_same_for_ever(world: World) -> None:
    await world.issue("ann", 100)
    request = world.request("ann")
    (first,) = await world.redeem(request)
    terms = OfferTerms("Dearer", 100, "USD", 90, "direct", world.now - timedelta(seconds=1))
    async with world.database.transaction() as connection:
        await revise_offer(connection, world.supplier, world.direct.offer_id, terms)
    (second,) = await world.redeem(request)
    assert second.replayed
    assert second.document() == first.document()
    other = RightRequest(key=request.key, member="ann", offer_id=world.direct.offer_id, free=True)
    (reused,) = await world.redeem(other)
    assert reused.refusal is not None
    assert reused.refusal["code"] == "idempotency-key-reused"
    assert await world.stock() == STOCK - 1


async def test_the_same_key_at_once_makes_one_coupon(world: World) -> None:
    await world.issue("ann", 100)
    request = world.request("ann")
    answers = await asyncio.gather(*(world.redeem(request) for _ in range(8)))
    assert len({answer.document()["coupon"] for (answer,) in answers}) == 1
    assert sum(answer.replayed for (answer,) in answers) == 7
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 1


async def test_refusals_are_stored_and_move_nothing(world: World) -> None:
    await world.issue("ann", PRICE - 1)
    async with world.database.transaction() as connection:
        ungranted = await offer_without_stock(world, connection, "ungranted")
        closed = await offer_without_stock(world, connection, "closed")
        await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            closed,
            quantity=1,
            window_from=START,
            window_until=START + timedelta(days=1),
        )
        foreign = await offer_without_stock(world, connection, "foreign", world.rival)
        await add_rule(
            connection,
            effect="deny",
            buyer=Side(party="market"),
            supplier=Side(party="hotel"),
            mutual=False,
        )
    requests = [
        world.request("ann"),
        world.request("bob"),
        RightRequest(key="absent", member="ann", offer_id=10**9),
        RightRequest(key="ungranted", member="ann", offer_id=ungranted, account="ann"),
        RightRequest(key="closed", member="ann", offer_id=closed, account="ann"),
        RightRequest(key="isolated", member="ann", offer_id=foreign),
        RightRequest(
            key="early",
            member="ann",
            offer_id=world.direct.offer_id,
            occurred_at=START - timedelta(days=1),
        ),
    ]
    answers = await world.redeem(*requests)
    codes = [answer.refusal and answer.refusal["code"] for answer in answers]
    assert codes == [
        "insufficient-points",
        "member-not-found",
        "offer-not-found",
        "allotment-not-found",
        "allotment-closed",
        "offer-not-found",
        "offer-not-valid",
    ]
    assert answers[5].refusal is not None
    assert answers[5].refusal["detail"] == f"there is no offer {foreign}"
    again = await world.redeem(*requests)
    assert [answer.document() for answer in again] == [answer.document() for answer in answers]
    assert all(answer.replayed for answer in again)
    assert await world.stock() == STOCK
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 0
    assert await world.spendable("ann") == (PRICE - 1, 0)


async def offer_without_stock(
    world: World, connection: AsyncConnection, code: str, supplier: Party | None = None
) -> int:
    return (await offer_of(connection, supplier or world.supplier, code, valid_until=None)).offer_id


async def test_an_allotment_price_and_history_are_honoured(world: World) -> None:
    async with world.database.transaction() as connection:
        await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            world.own.offer_id,
            quantity=1,
            points=7,
            window_from=START,
            window_until=datetime(2026, 4, 1, tzinfo=UTC),
        )
    # 03:00 UTC is still the evening before where the programme lives.
    world.now = datetime(2026, 3, 1, 3, tzinfo=UTC)
    await world.issue("ann", 10)
    (answer,) = await world.redeem(world.request("ann", world.own, occurred_at=world.now))
    assert answer.points == 7
    assert answer.detail is not None
    assert answer.detail["last_day"] == date(2026, 3, 30).isoformat()


async def test_the_last_pieces_go_once_each_and_a_refused_member_takes_none(world: World) -> None:
    members = [f"member-{number}" for number in range(12)]
    for member in members:
        await world.issue(member, PRICE if member != "member-0" else PRICE - 1)
    async with owner_transaction(world.database) as connection:
        await connection.exec_driver_sql("UPDATE catalog.allotment SET granted = 6, remaining = 6")
    answers = [
        answer
        for (answer,) in await asyncio.gather(
            *(world.redeem(world.request(member)) for member in members)
        )
    ]
    won = sum(answer.accepted for answer in answers)
    assert won + await world.stock() == 6
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == won
    assert answers[0].refusal is not None
    assert {answer.refusal["code"] for answer in answers[1:] if answer.refusal} <= {
        "allotment-exhausted"
    }
    # Members who were refused for their points kept no piece from the others.
    left = await world.stock()
    for answer, member in zip(answers[1:], members[1:], strict=True):
        if left and not answer.accepted:
            left -= (await world.redeem(world.request(member)))[0].accepted
    assert left == 0
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []


async def test_the_last_piece_is_not_lost_to_a_mate_who_cannot_pay(world: World) -> None:
    await world.issue("poor", 1)
    for member in ("ann", "bob", "cid"):
        await world.issue(member, PRICE)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE catalog.allotment SET remaining = 2")
    members = ("poor", "ann", "poor", "nobody", "bob", "cid")
    answers = await world.redeem(*(world.request(member, world.own) for member in members))
    codes = [answer.refusal and answer.refusal["code"] for answer in answers]
    assert codes == [
        "insufficient-points",
        None,
        "insufficient-points",
        "member-not-found",
        None,
        "allotment-exhausted",
    ]
    assert await world.stock(world.own) == 0
    assert await world.spendable("cid") == (PRICE, 0)
    (late,) = await world.redeem(world.request("poor", world.own))
    assert late.refusal is not None
    assert late.refusal["code"] == "allotment-exhausted"


async def test_single_requests_that_meet_in_one_transaction_share_the_last_pieces(
    world: World,
) -> None:
    members = [f"member-{number}" for number in range(40)]
    for number, member in enumerate(members):
        await world.issue(member, PRICE if number % 2 else 1)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE catalog.allotment SET remaining = 7")
    answers = await asyncio.gather(
        *(world.redeem(world.request(member, world.own)) for member in members)
    )
    refusals = Counter(answer.refusal and answer.refusal["code"] for (answer,) in answers)
    assert refusals[None] == 7
    assert await world.stock(world.own) == 0
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 7


async def test_an_offer_isolated_after_the_quote_is_not_sold(world: World) -> None:
    """The rule commits while the redemption, already quoted, waits for its lane."""
    await world.issue("ann", 100)
    async with world.database.transaction() as holder:
        await holder.exec_driver_sql("SELECT 1 FROM ledger.lane FOR UPDATE")
        redeeming = asyncio.create_task(
            world.redeem(world.request("ann"), world.request("ann", world.own))
        )
        await until_waiting(world.database, 1)
        async with world.database.transaction() as connection:
            await add_rule(
                connection, effect="deny", buyer=Side(party="market"), supplier=Side(party="cinema")
            )
    answers = await redeeming
    assert [answer.refusal and answer.refusal["code"] for answer in answers] == [
        "offer-not-found"
    ] * 2
    assert await world.spendable("ann") == (100, 0)
    assert (await world.stock(), await world.stock(world.own)) == (STOCK, STOCK)


async def test_a_replay_may_write_the_instant_in_another_offset(world: World) -> None:
    await world.issue("ann", 100)
    at = datetime(2026, 3, 1, 3, tzinfo=UTC)
    request = world.request("ann", occurred_at=at)
    there = replace(request, occurred_at=at.astimezone(timezone(timedelta(hours=8))))
    (first,), (second,) = await world.redeem(request), await world.redeem(there)
    assert second.replayed
    assert second.document() == first.document()


@pytest.mark.parametrize("kind", ["own", "direct"])
async def test_whatever_a_request_says_belongs_to_its_key(world: World, kind: str) -> None:
    offer, other = (world.own, world.direct) if kind == "own" else (world.direct, world.own)
    await world.issue("ann", 100)
    said: dict[str, Any] = {
        "key": "k",
        "member": "ann",
        "offer_id": offer.offer_id,
        "free": False,
        "occurred_at": world.now,
        "account": "ann@cinema",
        "quote": None,
        "placement": None,
        "channel": None,
    }
    # The mark is made of the account.
    assert {field.name for field in fields(RightRequest)} == {*said, "account_mark"}
    (first,) = await world.redeem(RightRequest(**said))
    assert first.accepted
    for change in (
        {"member": "bob"},
        {"offer_id": other.offer_id},
        {"free": True},
        {"occurred_at": world.now + timedelta(seconds=1)},
        {"occurred_at": None},
        {"account": "bob@cinema"},
        {"account": None},
        {"quote": "AAAA"},
        {"placement": 4_711},
        {"channel": "app"},
    ):
        (answer,) = await world.redeem(RightRequest(**(said | change)))
        assert answer.refusal is not None, change
        assert answer.refusal["code"] == "idempotency-key-reused", change
    (again,) = await world.redeem(RightRequest(**said))
    assert again.document() == first.document()
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 1


@pytest.mark.parametrize("year", [1, 1899, 9001, 9999])
async def test_a_request_at_the_edge_of_the_calendar_is_refused_when_made(year: int) -> None:
    for offset in (-14, 14):
        at = datetime(year, 1, 1, tzinfo=timezone(timedelta(hours=offset)))
        with pytest.raises(OperationInvalid):
            RightRequest(key="k", member="m", offer_id=1, occurred_at=at)


async def test_a_batch_takes_the_same_statements_whatever_its_size(world: World) -> None:
    counts = []
    await world.fulfilment.data_keys.accounts()  # a process reads its keys once a minute
    for size in (2, 60):
        members = [f"m{size}-{number}" for number in range(size)]
        for member in members:
            await world.issue(member, PRICE)
        requests = [world.request(member) for member in members]
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        engine = world.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            answers = await world.redeem(*requests)
        finally:
            event.remove(engine, "before_cursor_execute", count)
        assert all(answer.accepted for answer in answers)
        counts.append(statements)
    assert counts[1] <= counts[0] <= 16, counts


@pytest.mark.parametrize(
    "changes",
    [
        {"offer_id": 0},
        {"offer_id": 2**63},
        {"account": ""},
        {"account": "x" * 101},
        {"key": ""},
        {"member": "a\nb"},
    ],
)
async def test_malformed_requests_are_refused_when_made(changes: dict[str, Any]) -> None:
    with pytest.raises(OperationInvalid):
        RightRequest(**{"key": "k", "member": "m", "offer_id": 1, **changes})


async def test_what_nobody_could_deliver_is_not_redeemed(world: World) -> None:
    await world.issue("ann", 100)
    async with owner_transaction(world.database) as connection:
        await connection.exec_driver_sql("DELETE FROM catalog.endpoint")
    (answer,) = await world.redeem(world.request("ann"))
    assert answer.refusal is not None
    assert answer.refusal["code"] == "offer-undeliverable"
    assert await world.spendable("ann") == (100, 0)
    assert await world.stock() == STOCK
    (own,) = await world.redeem(world.request("ann", world.own))
    assert own.accepted, "the exchange's own codes need no endpoint"
