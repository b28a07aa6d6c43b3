"""Codes that are withdrawn, that become few, and that are sealed with a new key."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from catalog.codes import withdraw_codes
from exchange.cases import Case, CaseKind, CasesWanted, Decision, Reader, list_cases
from exchange.codes import rotate as rotation
from exchange.codes import rotate_codes, settle_recalls, sum_up_codes
from exchange.codes.give import give_back_code
from exchange.codes.low import LOW_MIN, LOW_TOPIC, low_below, watch_codes
from exchange.codes.stock import first_last_day
from exchange.fulfil import add_party_key, party_keys_of
from exchange.resolve import Asked, resolve_case
from ledger import read_clock
from tests.exchange.codes.cards import DEED, Cards, open_cards
from tests.exchange.fixtures import STOCK, World


async def parts(cards: Cards) -> dict[str | None, tuple[int, int, int, int, int]]:
    """Codes, available, withdrawn, given and revealed, by batch."""
    async with cards.world.database.transaction() as connection:
        day = first_last_day(await read_clock(connection), "UTC")
        programmes = [cards.world.programme]
        found = await sum_up_codes(connection, cards.offer.offer_id, day, programmes)
    return {
        part.batch: (part.codes, part.available, part.withdrawn, part.given, part.revealed)
        for part in found
    }


async def withdraw(cards: Cards, batch: str | None) -> tuple[int, int]:
    world = cards.world
    async with world.database.transaction() as connection:
        gone = await withdraw_codes(connection, cards.offer.offer_id, batch)
    return gone.withdrawn, gone.recalled


async def test_a_withdrawn_batch_is_given_to_nobody_wherever_it_is(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(110, batch="May")
    shown, kept, back = [await cards.give(each) for each in ("ann", "bob", "carl")]
    await cards.reveal(shown)
    await cards.send(1, batch="June")
    assert await parts(cards) == {"May": (110, 107, 0, 3, 1), "June": (1, 1, 0, 0, 0)}
    assert await withdraw(cards, "May") == (10, 100)
    # The service may have died here. The worker tells the books.
    assert await settle_recalls(world.database, [world.programme]) == 100
    assert await settle_recalls(world.database, [world.programme]) == 0
    assert await withdraw(cards, "May") == (0, 3)
    assert await settle_recalls(world.database, [world.programme]) == 3
    assert await parts(cards) == {"May": (110, 0, 107, 3, 1), "June": (1, 1, 0, 0, 0)}
    assert (await cards.show(shown)).number
    assert (await cards.reveal(kept)).coupon_id == kept
    async with world.database.transaction() as connection:
        assert await give_back_code(connection, world.programme.book_id, [back]) == {back}
    assert (await parts(cards))["May"] == (110, 0, 108, 2, 2)
    await cards.give("dave")
    assert await cards.refused() == "codes-exhausted"
    sealed = "SELECT count(*) FROM exchange.card_code WHERE sealed IS NOT NULL"
    assert await world.scalar(sealed) == 3


async def test_few_codes_are_told_once_each_time_they_become_few(world: World) -> None:
    assert [low_below(taken) for taken in (0, 40, 41, 400)] == [LOW_MIN, LOW_MIN, 21, 200]
    cards = await open_cards(world)
    programmes = [world.programme]
    assert await watch_codes(world.database, programmes) == []
    await cards.send(LOW_MIN + 1)
    assert await watch_codes(world.database, programmes) == []
    for member in ("ann", "bob"):
        await cards.give(member)
    assert await watch_codes(world.database, programmes) == [cards.offer.offer_id]
    assert await watch_codes(world.database, programmes) == []
    told = await cards.rows("SELECT payload FROM ledger.outbox WHERE topic = :t", t=LOW_TOPIC)
    assert [row.payload for row in told] == [
        {"offer_id": cards.offer.offer_id, "available": LOW_MIN - 1, "low_below": LOW_MIN}
    ]
    await cards.send(5)
    assert await watch_codes(world.database, programmes) == []
    await withdraw(cards, None)
    await cards.work()
    assert not await cards.rows("SELECT 1 FROM ledger.outbox WHERE topic = :t", t=LOW_TOPIC)
    assert await world.scalar("SELECT is_low FROM catalog.code_level")


async def test_a_rotation_goes_on_where_it_stopped_and_old_seals_open_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = await open_cards(world)
    await cards.send(150)
    coupon_id = await cards.give()
    await cards.reveal(coupon_id)
    shown = await cards.show(coupon_id)
    first = await cards.key()
    stored = "SELECT sealed, digest FROM {} WHERE sealed IS NOT NULL ORDER BY digest"
    before = [await cards.rows(stored.format(f"{each}.card_code")) for each in PLACES]
    monkeypatch.setattr(rotation, "PAGE_CODES_MAX", 20)

    async def dies(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_reseal_page", dies)
        with pytest.raises(KeyboardInterrupt):
            await rotate(world)
    # Half of it is done: all codes can be read, and new ones have the new key.
    assert (await cards.show(coupon_id)) == shown
    await cards.send(1)
    done = await rotate(world)
    assert (done.resealed, done.went_on) == (100, True)
    newest = await cards.key()
    assert (newest.party_key_id > first.party_key_id, newest.first) == (True, first.key)
    key_ids = [
        await cards.rows(f"SELECT DISTINCT party_key_id FROM {each}.card_code WHERE sealed <> ''")
        for each in PLACES
    ]
    assert [[row[0] for row in rows] for rows in key_ids] == [[newest.party_key_id]] * 2
    after = [await cards.rows(stored.format(f"{each}.card_code")) for each in PLACES]
    for old, new in zip(before, after, strict=True):
        digests = {bytes(row.digest) for row in new}
        assert {bytes(row.digest) for row in old} <= digests
        assert not {bytes(row.sealed) for row in old} & {bytes(row.sealed) for row in new}
    assert (await cards.show(coupon_id)) == shown
    last = await rotate(world)
    assert (last.resealed, last.went_on) == (151, False)
    assert (await cards.show(coupon_id)) == shown
    assert await cards.defects() == []


PLACES = ("catalog", "exchange")


async def rotate(world: World) -> rotation.CodesRotation:
    add_key = partial(add_party_key, world.vault)
    return await rotate_codes(
        world.database, party_keys_of(world.vault), add_key, world.supplier.party_id
    )


async def short(world: World) -> list[Case]:
    async with world.database.transaction() as connection:
        wanted = CasesWanted(kind=CaseKind.CODES_SHORT)
        return await list_cases(connection, Reader(), wanted, after=0, limit=10)


async def decide(world: World, case: Case, decision: Decision, **more: Any) -> None:
    asked = Asked(decision=decision, reason="the supplier prints more", **more)
    await resolve_case(world.ledger, case.case_number, asked, DEED)


async def test_codes_that_run_short_of_what_was_granted_are_one_case(world: World) -> None:
    cards = await open_cards(world)
    # What was never sent cannot run short.
    await cards.send(LOW_MIN - 1)
    await cards.work()
    assert await short(world) == []
    await cards.send(3)
    await cards.work()
    for member in ("ann", "bob", "carl"):
        await cards.give(member)
    for _ in range(2):
        await cards.work()
    (case,) = await short(world)
    assert (case.offer_id, case.coupon_id) == (cards.offer.offer_id, None)
    assert (case.supplier_id, case.home_party_id) == (
        world.supplier.party_id,
        world.brand.party_id,
    )
    assert case.evidence == {"codes": LOW_MIN - 1, "stock": STOCK - 3, "stock_of_all": STOCK - 3}
    assert case.allowed == ["keep", "keep_waiting"]
    until = world.now + timedelta(days=1)
    await decide(world, case, Decision.KEEP_WAITING, until=until)
    await cards.work()
    assert len(await short(world)) == 1, "the supplier has until then"
    await cards.send(5)
    await cards.work()
    for number in range(5):
        await cards.give(f"m-{number}")
    await cards.work()
    first, second = await short(world)
    assert (first.state, second.state) == ("RESOLVED", "OPEN"), "they were enough, and ran short"
    await decide(world, second, Decision.KEEP)
    await cards.work()
    assert len(await short(world)) == 2
    assert await cards.defects() == []
