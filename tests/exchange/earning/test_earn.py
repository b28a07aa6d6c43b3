"""Events earn fixed points by rules: caps, budgets, and what earns once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from catalog.members.describe import describe_member
from catalog.members.description import Description
from catalog.members.identifiers import Digester, Identifier
from catalog.pricing import Who
from exchange.audit import verify_earnings
from exchange.earning.earn import earn_events
from exchange.earning.invitations import settle_invitations
from exchange.earning.product_codes import (
    State,
    add_product_batch,
    add_product_codes,
    close_product_batch,
    digest_of_code,
    find_product_batch,
)
from exchange.earning.request import EarnRequest, why_of
from exchange.earning.rules import add_earning_rule, end_earning_rule
from exchange.earning.terms import EarningTerms
from ledger import Ledger, Refusal
from ledger.asks import Answer, Merge
from ledger.audit import verify_book
from tests.exchange.fixtures import START, World
from tests.exchange.give.acts import claim, give

DIGESTER = Digester(b"k" * 32, 1)


async def add_rule(world: World, rule: str, event: str, points: int, **terms: Any) -> None:
    async with world.database.transaction() as connection:
        await add_earning_rule(
            connection,
            world.programme.book_id,
            EarningTerms(
                rule=rule,
                event=event,
                label=rule,
                points=points,
                **{"valid_from": START, **terms},
            ),
        )


def told(world: World, member: str, event: str, **changes: Any) -> EarnRequest:
    return EarnRequest(**{"key": world.key("event"), "member": member, "event": event, **changes})


async def earn(world: World, *requests: EarnRequest) -> list[str]:
    """Why each event earned or not, with the points if it did."""
    answers = await earn_events(world.ledger, world.programme, requests)
    return [_words(answer) for answer in answers]


def _words(answer: Answer | Refusal) -> str:
    why = why_of(answer)
    if isinstance(answer, Refusal):
        return answer.code
    if why is None:
        assert answer.refusal is not None
        return str(answer.refusal["code"])
    return f"given {answer.points}" if why == "given" else why


def code_of(text: str) -> bytes:
    digest = digest_of_code(DIGESTER, text)
    assert digest is not None
    return digest


async def require_sound(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []
    async with world.database.transaction() as connection:
        assert await verify_earnings(connection, world.programme) == []


def friend(value: str) -> Identifier:
    return DIGESTER.identify("phone", value)


async def test_once_a_day_a_subject_and_ever(world: World) -> None:
    await add_rule(world, "in", "sign-in", 5, once_per="day")
    await add_rule(world, "read", "custom:read", 3, once_per="subject", per_member_per_day=2)
    await add_rule(world, "profile", "profile", 50, once_per="ever")
    await add_rule(world, "game", "game", 7, per_member_total=2)
    day = world.now - timedelta(days=2)

    def on(number: int, event: str, **changes: Any) -> EarnRequest:
        return told(world, "ann", event, occurred_at=day + timedelta(days=number), **changes)

    first = on(0, "sign-in")
    assert await earn(world, first, on(0, "sign-in"), on(1, "sign-in")) == [
        "given 5",
        "once",
        "given 5",
    ]
    assert await earn(world, first, on(0, "sign-in")) == ["given 5", "once"], "a replay, and not"
    pages = [on(0, "custom:read", subject=page) for page in "aabbcd"]
    assert await earn(world, *pages) == ["given 3", "once", "given 3", "once", "cap", "cap"]
    assert await earn(world, on(1, "custom:read", subject="c"), on(1, "custom:read")) == [
        "given 3",
        "subject-required",
    ]
    assert await earn(world, on(0, "profile"), on(1, "profile")) == ["given 50", "once"]
    games = [on(number, "game") for number in (0, 0, 1)]
    assert await earn(world, *games) == ["given 7", "given 7", "cap"]
    assert await earn(world, on(0, "share")) == ["closed"]
    # A merge brings along what was earned.
    await world.issue("bob", 1)
    await world.ledger.submit(
        world.programme, [Merge(key="merge", member="ann", into_member="bob")]
    )
    again = [replace(on(1, event), member="bob") for event in ("sign-in", "profile", "game")]
    assert await earn(world, *again) == ["once", "once", "cap"]
    assert await earn(world, on(1, "custom:read", subject="z")) == ["member-merged"]
    # A new rule for the same event is no second chance.
    async with world.database.transaction() as connection:
        await end_earning_rule(connection, world.programme.book_id, "in")
    assert await earn(world, told(world, "bob", "sign-in")) == ["closed"]
    await add_rule(world, "in-2", "sign-in", 9, once_per="day")
    assert await earn(world, replace(on(1, "sign-in"), member="bob")) == ["once"]


async def test_a_budget_gives_all_of_an_event_or_nothing(world: World) -> None:
    await add_rule(
        *(world, "small", "share", 10),
        budget_points_per_day=25,
        budget_points_total=45,
        funder="marketing",
    )
    day = world.now - timedelta(days=5)
    whys: list[str] = []
    for number in (0, 0, 0, 1, 1, 2):
        at = day + timedelta(days=number)
        whys += await earn(world, told(world, f"m{len(whys)}", "share", occurred_at=at))
    assert whys == ["given 10", "given 10", "budget", "given 10", "given 10", "budget"]
    assert await world.scalar("SELECT sum(points) FROM exchange.earning_budget") == 80
    await require_sound(world)


async def test_the_best_rule_for_the_member_speaks(world: World) -> None:
    await add_rule(world, "all", "share", 1, per_member_total=1)
    await add_rule(world, "rich", "share", 4, who=Who(points_at_least=100), per_member_total=1)
    await world.issue("ann", 99)
    assert await earn(world, *(told(world, "ann", "share") for _ in range(3))) == [
        "given 1",
        "given 4",
        "cap",
    ]
    await add_rule(world, "game", "game", 4, who=Who(points_at_least=1_000))
    assert await earn(world, told(world, "ann", "game")) == ["not-eligible"]


async def test_an_invite_earns_for_a_new_friend_once(world: World) -> None:
    book_id = world.programme.book_id
    await add_rule(world, "invite", "invite", 30)
    async with world.database.transaction() as connection:
        for member, phone, days in (("old", "13800000001", 30), ("new", "13800000002", 1)):
            at = world.now - timedelta(days=days)
            said = Description(identifiers=(friend(phone),))
            await describe_member(connection, world.programme, member, said, at)
    invited = [
        told(world, member, "invite", friend=friend(f"1380000000{number}"))
        for member, number in (("ann", 1), ("ann", 2), ("bob", 2), ("ann", 3), ("new", 2))
    ]
    assert await earn(world, *invited) == ["not-new", "given 30", "once", "given 30", "not-new"]
    # Another rule waits until the friend has used a coupon.
    async with world.database.transaction() as connection:
        await end_earning_rule(connection, book_id, "invite")
    await add_rule(world, "after", "invite", 40, after_use=True, per_member_per_day=1)
    ann, bob = (
        told(world, each, "invite", friend=friend("13800000004")) for each in ("ann", "bob")
    )
    assert await earn(world, ann, bob) == ["waiting", "once"]
    assert await settle_invitations(world.ledger, world.programme) == 0
    async with world.database.transaction() as connection:
        said = Description(identifiers=(friend("13800000004"),))
        await describe_member(connection, world.programme, "friend", said, world.now)
    await world.issue("friend", 100)
    # Whose coupon is used is who has it now. The friend has redeemed one, and given it on.
    offer = await world.publish("tea", gift_hops=1)
    given, taken = (
        await world.redeem_one("friend", offer),
        await world.redeem_one("eve", offer, free=True),
    )
    await claim(world, await give(world, given, "friend"), "eve")
    await world.use((await world.coupon(given)).code)
    assert await settle_invitations(world.ledger, world.programme) == 0
    await claim(world, await give(world, taken, "eve"), "friend")
    await world.use((await world.coupon(taken)).code)
    assert await settle_invitations(world.ledger, world.programme) == 1
    assert await settle_invitations(world.ledger, world.programme) == 0
    assert (await world.spendable("ann"))[0] == 100
    assert await earn(world, replace(bob, key="again")) == ["once"]


async def test_an_invite_that_waits_earns_nothing_by_an_old_member_or_by_oneself(
    world: World,
) -> None:
    """Whoever takes a number that was invited is a friend only if it is new, and another."""
    await add_rule(world, "after", "invite", 40, after_use=True)
    for member in ("ann", "old"):
        await world.issue(member, 100)
        await world.use((await world.coupon(await world.redeem_one(member, world.own))).code)
    async with world.database.transaction() as connection:
        seen = world.now - timedelta(days=30)
        said = Description(identifiers=(friend("13800000009"),))
        await describe_member(connection, world.programme, "old", said, seen)
    invites = [told(world, "ann", "invite", friend=friend(f"1380000000{n}")) for n in (1, 2)]
    assert await earn(world, *invites) == ["waiting", "waiting"]
    for member, phone in (("ann", "13800000001"), ("old", "13800000002")):
        async with world.database.transaction() as connection:
            said = Description(identifiers=(friend(phone),))
            await describe_member(connection, world.programme, member, said, world.now)
    assert await settle_invitations(world.ledger, world.programme) == 0
    open_ones = "SELECT count(*) FROM exchange.invitation WHERE ended_at IS NULL"
    assert await world.scalar(open_ones) == 0


async def test_a_friend_is_new_once_under_whichever_identifier(world: World) -> None:
    await add_rule(world, "invite", "invite", 30)
    mail = DIGESTER.identify("email", "f@example.com")
    told_first = told(world, "ann", "invite", friend=friend("13800000001"))
    assert await earn(world, told_first) == ["given 30"]
    async with world.database.transaction() as connection:
        said = Description(identifiers=(friend("13800000001"), mail))
        await describe_member(connection, world.programme, "friend", said, world.now)
    by_mail = [told(world, each, "invite", friend=mail) for each in ("ann", "bob")]
    assert await earn(world, *by_mail) == ["once", "once"]
    both = (friend("13800000002"), DIGESTER.identify("openid", "wx01:o-2"))
    async with world.database.transaction() as connection:
        said = Description(identifiers=both)
        await describe_member(connection, world.programme, "second", said, world.now)
    twice = [told(world, "ann", "invite", friend=each) for each in both]
    assert await earn(world, *twice) == ["given 30", "once"]


async def test_a_product_code_earns_once(world: World) -> None:
    book_id = world.programme.book_id
    await add_rule(world, "cola", "product-code", 8, per_member_per_day=2)
    codes = [code_of(f"cola-0000-{number}") for number in range(5)]
    async with world.database.transaction() as connection:
        await add_product_batch(connection, book_id, "spring", "Spring", "cola")
        assert await add_product_codes(connection, book_id, "spring", codes[:4]) == 4
        assert await add_product_codes(connection, book_id, "spring", codes[:4]) == 0

    def scan(member: str, number: int) -> EarnRequest:
        return told(world, member, "product-code", product_code=codes[number])

    assert await earn(world, scan("ann", 0), scan("bob", 0), scan("ann", 4)) == [
        "given 8",
        "once",
        "product-code-not-found",
    ]
    assert await earn(world, scan("ann", 1), scan("ann", 2)) == ["given 8", "cap"]
    assert await earn(world, scan("bob", 2)) == ["given 8"], "a cap uses up no code"
    closings: list[tuple[State, str]] = [
        ("ENDED", "closed"),
        ("VOIDED", "voided"),
        ("ENDED", "voided"),
    ]
    for state, why in closings:
        async with world.database.transaction() as connection:
            await close_product_batch(connection, book_id, "spring", state)
        assert await earn(world, scan("bob", 3)) == [why]
    async with world.database.transaction() as connection:
        batch = await find_product_batch(connection, book_id, "spring")
    assert (batch.codes, batch.earned, batch.points, batch.state) == (4, 3, 24, "VOIDED")


async def at_once(world: World, requests: Sequence[EarnRequest]) -> Counter[str]:
    """Each event through a ledger of its own, as several processes would."""

    async def one(request: EarnRequest) -> str:
        (answer,) = await earn_events(Ledger(world.database), world.programme, [request])
        return _words(answer)

    return Counter(await asyncio.gather(*map(one, requests)))


async def race(world: World, rounds: int) -> None:
    """Eight sign-ins at once, the last of a budget by eight, one product code by eight."""
    book_id = world.programme.book_id
    await add_rule(world, "in", "sign-in", 5, once_per="day")
    await add_rule(world, "codes", "product-code", 8)
    async with world.database.transaction() as connection:
        await add_product_batch(connection, book_id, "b", "B", "codes")
    for number in range(rounds):
        signed = await at_once(world, [told(world, f"ann-{number}", "sign-in") for _ in range(8)])
        assert signed == {"given 5": 1, "once": 7}
        await add_rule(world, f"last-{number}", f"custom:b-{number}", 10, budget_points_total=25)
        last = [told(world, f"m-{each}", f"custom:b-{number}") for each in range(8)]
        assert await at_once(world, last) == {"given 10": 2, "budget": 6}
        code = code_of(f"CODE{number:08}")
        async with world.database.transaction() as connection:
            await add_product_codes(connection, book_id, "b", [code])
        scans = [told(world, f"m-{each}", "product-code", product_code=code) for each in range(8)]
        assert await at_once(world, scans) == {"given 8": 1, "once": 7}
        async with world.database.transaction() as connection:
            await end_earning_rule(connection, book_id, f"last-{number}")
    await require_sound(world)


async def test_eight_at_once(world: World) -> None:
    await race(world, 3)


@pytest.mark.campaign
async def test_eight_at_once_in_many_rounds(world: World) -> None:
    await race(world, 200)
