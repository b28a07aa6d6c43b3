"""Using coupons and reversing uses: once each, replayed alike, judged on the programme's day."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from exchange.coupons import CouponState
from exchange.coupons.codes import new_code
from exchange.use import UseRequest
from exchange.use.uses_of_book import UsesOfBook
from ledger import outbox
from ledger.asks import OperationInvalid
from settlement.rating.uses import read_reversal, read_use
from tests.exchange.fixtures import World, active


async def test_a_use_is_answered_stored_and_handed_to_settlement(world: World) -> None:
    coupon_id, code = await active(world)
    request = UseRequest(key="k1", code=code, store="12", reference="till-7")
    (first,) = await world.use_all([request])
    assert first.accepted
    assert (first.document["state"], first.document["coupon"], first.document["programme"]) == (
        "USED",
        coupon_id,
        "market",
    )
    world.now += timedelta(days=3)
    (again,) = await world.use_all([request])
    assert again.replayed
    assert json.dumps(again.document) == json.dumps(first.document)
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.used_store, coupon.used_reference, coupon.uses) == (
        CouponState.USED,
        "12",
        "till-7",
        1,
    )
    assert await world.steps(coupon_id) == ["redeemed", "delivered", "used"]
    async with world.database.transaction() as connection:
        (message,) = await outbox.claim(connection, ["coupon.used"], 10)
    use = read_use(message.payload)
    assert (use.use_id, use.member, use.reference, use.offer_code) == (
        f"{coupon_id}.1",
        "ann",
        "till-7",
        "popcorn",
    )
    assert code.endswith(use.coupon_code_tail)
    # An order that delivered the coupon would have a number; own codes have no order.
    assert (use.store, use.offer_version, use.request_number) == ("12", 1, None)
    assert use.counted == "used"
    assert use.redeemed_at == coupon.redeemed_at


async def test_codes_may_be_typed_sloppily(world: World) -> None:
    _, code = await active(world)
    typed = f" {code[:5].lower()}-{code[5:].lower().replace('0', 'o').replace('1', 'l')} "
    assert (await world.use(typed)).accepted


async def test_a_second_use_another_body_and_unknown_codes_are_refused(world: World) -> None:
    _, code = await active(world)
    await world.use(code, key="first")
    second = await world.use(code, key="second")
    assert second.document["code"] == "coupon-already-used"
    assert (await world.use(code, key="second")).replayed
    assert (await world.use(code, key="first", store="9")).document[
        "code"
    ] == "idempotency-key-reused"
    for unknown in (
        new_code(world.programme.book_id, 0),
        new_code(77, 0),
        "nonsense",
        "",
        code[:-1],
        "Ω" * 18,
    ):
        assert (await world.use(unknown)).document["code"] == "coupon-not-found"
    assert (await world.use(code, world.rival)).document == (
        await world.use(new_code(1, 0), world.rival, key="x")
    ).document


async def test_held_and_returned_coupons_cannot_be_used(world: World) -> None:
    coupon_id = await world.redeem_one("ann", world.direct, free=True)
    code = (await world.coupon(coupon_id)).code
    assert (await world.use(code)).document["code"] == "coupon-not-active"
    await world.submit()
    assert (await world.use(code)).accepted


async def test_the_last_day_counts_where_the_programme_lives(world: World) -> None:
    redeemed_at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    codes = [(await active(world, occurred_at=redeemed_at))[1] for _ in range(2)]
    last = datetime(2026, 2, 1, 4, 59, tzinfo=UTC)
    late = await world.use(codes[0], occurred_at=last + timedelta(minutes=1))
    assert (late.document["code"], late.document["expires_on"]) == ("coupon-expired", "2026-01-31")
    assert (await world.use(codes[1], occurred_at=last)).accepted


@pytest.mark.parametrize(
    ("terms", "first", "last"),
    [
        ({"use_after_days": 3, "use_within_days": 9}, date(2026, 1, 4), date(2026, 1, 10)),
        (
            {
                "use_from": date(2026, 1, 4),
                "use_until": date(2026, 1, 10),
                "use_within_days": None,
            },
            date(2026, 1, 4),
            date(2026, 1, 10),
        ),
        ({"use_until": date(2026, 1, 10), "use_within_days": None}, None, date(2026, 1, 10)),
        ({"use_after_days": 3, "use_within_days": None}, date(2026, 1, 4), None),
    ],
)
async def test_a_coupon_is_used_from_its_first_day_to_its_last(
    world: World, terms: dict[str, Any], first: date | None, last: date | None
) -> None:
    """Both days are those of the programme, in New York."""
    midnight = timedelta(hours=5)
    redeemed_at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    offer = await world.publish("dated", **terms)

    async def use(day: date, moment: timedelta) -> dict[str, Any]:
        coupon_id = await world.redeem_one("ann", offer, free=True, occurred_at=redeemed_at)
        coupon = await world.coupon(coupon_id)
        assert (coupon.first_day, coupon.last_day) == (first, last)
        begin = datetime.combine(day, datetime.min.time(), UTC) + midnight
        return (await world.use(coupon.code, occurred_at=begin + moment)).document

    moment = timedelta(seconds=1)
    if first is not None:
        early = await use(first, -moment)
        assert (early["code"], early["usable_from"]) == ("coupon-not-yet-usable", str(first))
        assert (await use(first, timedelta(0)))["status"] == "accepted"
    if last is not None:
        assert (await use(last + timedelta(days=1), -moment))["status"] == "accepted"
        late = await use(last + timedelta(days=1), timedelta(0))
        assert (late["code"], late["expires_on"]) == ("coupon-expired", str(last))


async def test_a_reversed_use_can_be_used_again_or_has_expired(world: World) -> None:
    coupon_id, code = await active(world)
    assert (await world.reverse(code)).document["code"] == "coupon-not-used"
    await world.use(code)
    reversed_use = await world.reverse(code, key="undo")
    assert (reversed_use.accepted, reversed_use.document["state"]) == (True, "ACTIVE")
    assert (await world.reverse(code, key="undo")).replayed
    again = await world.use(code)
    assert again.document["use"] == 2
    world.now += timedelta(days=40)
    late = await world.reverse(code)
    assert late.document["state"] == "EXPIRED"
    assert (await world.use(code)).document["code"] == "coupon-expired"
    assert await world.steps(coupon_id) == [
        "redeemed",
        "delivered",
        "used",
        "use-reversed",
        "used",
        "use-reversed",
    ]
    async with world.database.transaction() as connection:
        messages = await outbox.claim(connection, ["coupon.use_reversed"], 10)
    assert [read_reversal(message.payload).use_id for message in messages] == [
        f"{coupon_id}.1",
        f"{coupon_id}.2",
    ]


async def test_a_batch_answers_in_order_and_judges_in_order(world: World) -> None:
    codes = [(await active(world))[1] for _ in range(3)]
    answers = await world.use_all(
        [
            UseRequest(key="a", code=codes[0]),
            UseRequest(key="b", code=codes[0]),
            UseRequest(key="a", code=codes[0]),
            UseRequest(key="a", code=codes[1]),
            UseRequest(key="c", code="nonsense"),
            UseRequest(key="d", code=codes[2]),
        ]
    )
    said = [answer.document.get("code", answer.document.get("state")) for answer in answers]
    assert said == [
        "USED",
        "coupon-already-used",
        "USED",
        "idempotency-key-reused",
        "coupon-not-found",
        "USED",
    ]
    assert [answer.replayed for answer in answers] == [False, False, True, False, False, False]


async def test_a_use_before_the_redemption_is_refused(world: World) -> None:
    coupon_id, code = await active(world)
    redeemed_at = (await world.coupon(coupon_id)).redeemed_at
    early = await world.use(code, occurred_at=redeemed_at - timedelta(seconds=61))
    assert early.document["code"] == "coupon-not-active"
    assert datetime.fromisoformat(early.document["redeemed_at"]) == redeemed_at
    assert (await world.use(code, occurred_at=redeemed_at - timedelta(seconds=59))).accepted, (
        "clocks differ"
    )


async def test_whatever_a_use_says_belongs_to_its_key(world: World) -> None:
    _, code = await active(world)
    said: dict[str, Any] = {
        "key": "k",
        "code": code,
        "occurred_at": world.now,
        "store": "12",
        "reference": "till",
        "lease_id": 1,
        "paid_minor": 7_499,
    }
    # What tills say further stands in test_tills.
    further = {"token", "shop", "staff", "order_minor", "lock", "seconds", "is_till"}
    further |= {"new_member", "lease_id", "minutes_max"}
    assert {field.name for field in fields(UseRequest)} == set(said) | further
    first = await world.use(**said)
    assert first.accepted
    others: dict[str, Any] = {
        "code": (await active(world))[1],
        "occurred_at": world.now + timedelta(seconds=1),
        "store": "13",
        "reference": "another till",
        "lease_id": 2,
        "paid_minor": 7_500,
    }
    changed = [{name: value} for name, value in others.items()]
    left_out = [{name: None} for name in others if name != "code"]
    for change in (*changed, *left_out, {"store": "till", "reference": "12"}):
        answer = await world.use(**(said | change))
        assert answer.document["code"] == "idempotency-key-reused", change
    assert (await world.reverse(**said)).document["code"] == "idempotency-key-reused"
    assert (await world.use(**said)).document == first.document


async def test_a_replay_may_write_the_instant_in_another_offset(world: World) -> None:
    _, code = await active(world)
    at = datetime.now(UTC).replace(microsecond=0)
    first = await world.use(code, key="k", occurred_at=at)
    again = await world.use(code, key="k", occurred_at=at.astimezone(timezone(timedelta(hours=8))))
    assert again.replayed
    assert again.document == first.document


async def test_a_key_is_for_one_use_of_a_batch_whatever_the_books(world: World) -> None:
    _, here = await active(world)
    world.programme = await world.open_book("other")
    other_id, there = await active(world)
    uses = [
        UseRequest(key="same", code=here),
        UseRequest(key="same", code=there),
        UseRequest(key="same", code=here),
    ]
    first, second, third = await world.use_all(uses)
    assert (first.accepted, third.replayed) == (True, True)
    assert second.document["code"] == "idempotency-key-reused"
    assert (await world.coupon(other_id)).state is CouponState.ACTIVE


async def test_a_batch_that_dies_between_two_books_is_finished_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here_id, here), first_book = await active(world), world.programme
    world.programme = await world.open_book("other")
    there_id, there = await active(world)
    uses = [UseRequest(key="here", code=here), UseRequest(key="there", code=there)]
    answer = UsesOfBook.answer
    books: list[object] = []

    async def dying(*arguments: Any) -> Any:
        books.append(arguments)
        if len(books) == len(uses):
            raise SystemError
        return await answer(*arguments)

    with monkeypatch.context() as broken:
        broken.setattr(UsesOfBook, "answer", dying)
        with pytest.raises(SystemError):
            await world.use_all(uses)
    assert (await world.coupon(there_id)).state is CouponState.ACTIVE
    first, second = await world.use_all(uses)
    assert (first.accepted, first.replayed) == (True, True)
    assert (second.accepted, second.replayed) == (True, False)
    assert (await world.coupon(there_id)).uses == 1
    world.programme = first_book
    assert (await world.coupon(here_id)).uses == 1
    assert await world.scalar("SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.used'") == 2


@pytest.mark.parametrize("year", [1, 1899, 9001, 9999])
async def test_a_use_at_the_edge_of_the_calendar_is_refused_when_made(year: int) -> None:
    for offset in (-14, 14):
        with pytest.raises(OperationInvalid):
            UseRequest(
                key="k",
                code="c",
                occurred_at=datetime(year, 1, 1, tzinfo=timezone(timedelta(hours=offset))),
            )


@pytest.mark.parametrize(
    "changes", [{"key": ""}, {"key": "k" * 121}, {"store": ""}, {"reference": "a\tb"}]
)
async def test_malformed_uses_are_refused_when_made(changes: dict[str, Any]) -> None:
    with pytest.raises(OperationInvalid):
        UseRequest(**({"key": "k", "code": "c"} | changes))


async def test_a_reversal_that_has_not_come_is_refused(world: World) -> None:
    _, code = await active(world)
    assert (await world.use(code)).accepted
    ahead = await world.reverse(code, occurred_at=world.now + timedelta(days=40))
    assert ahead.document["code"] == "occurred-in-future"
    assert (await world.reverse(code)).accepted


async def test_a_reversal_before_its_use_is_refused(world: World) -> None:
    _, code = await active(world)
    world.now += timedelta(days=2)
    assert (await world.use(code)).accepted
    before = await world.reverse(code, occurred_at=world.now - timedelta(days=1))
    assert before.document["code"] == "coupon-not-used"
    assert (await world.reverse(code, occurred_at=world.now)).accepted
