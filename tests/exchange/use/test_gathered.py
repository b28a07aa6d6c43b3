"""Single uses that share a transaction: each with its own key, actor and answer."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, text

from catalog import Deed, ensure_actor
from exchange.coupons.codes import CouponNotFound, new_code
from exchange.use import GatheredUses, UseAnswer, Verb
from tests.exchange.fixtures import World, active


async def deeds(world: World, count: int) -> list[Deed]:
    async with world.database.transaction() as connection:
        actors = [await ensure_actor(connection, "key", f"till-{n}") for n in range(count)]
    return [
        Deed(actor, "use_coupon", world.supplier.party_id, f"request-{n}")
        for n, actor in enumerate(actors)
    ]


class Tills:
    """Tills of the world's supplier, each with a deed of its own."""

    def __init__(self, world: World, deeds: list[Deed]) -> None:
        self.world, self.deeds = world, deeds
        self.gathered = GatheredUses(world.database)

    async def ask(self, codes: list[str], verb: Verb = "use", **changes: Any) -> list[UseAnswer]:
        """The answers to one request for each code, sent at once."""
        return await asyncio.gather(
            *(
                self.one(code, deed, verb, **changes)
                for code, deed in zip(codes, self.deeds, strict=False)
            )
        )

    async def one(self, code: str, deed: Deed, verb: Verb = "use", **changes: Any) -> UseAnswer:
        asked = self.world.use_request(code, **changes)
        return await self.gathered.answer(self.world.supplier, asked, verb, deed=deed)


async def test_eight_tills_use_one_coupon_once(world: World) -> None:
    tills = Tills(world, await deeds(world, 8))
    coupon_id, code = await active(world)
    for _ in range(3):
        answers = await tills.ask([code] * 8)
        assert sorted(answer.accepted for answer in answers) == [False] * 7 + [True]
        assert {each.document["code"] for each in answers if not each.accepted} == {
            "coupon-already-used"
        }
        undone = await tills.ask([code] * 8, "reverse-use")
        assert sum(answer.accepted for answer in undone) == 1
    same = await tills.ask([code] * 8, key="same")
    assert len({str(answer.document) for answer in same}) == 1
    assert sum(not answer.replayed for answer in same) == 1
    assert (await world.coupon(coupon_id)).uses == 4


async def test_each_names_its_own_actor_and_request(world: World) -> None:
    made = await deeds(world, 6)
    tills = Tills(world, made)
    coupons = [await active(world) for _ in made]
    answers = await tills.ask([code for _, code in coupons])
    assert all(answer.accepted for answer in answers)
    async with world.database.transaction() as connection:
        steps = await connection.execute(
            text("SELECT coupon_id, recorded_by FROM exchange.receipt_step WHERE step = 'used'")
        )
        keys = await connection.execute(text("SELECT key, recorded_by FROM exchange.use_request"))
        log = await connection.execute(
            text("SELECT object_id, key, actor_id, request_id FROM catalog.audit_entry")
        )
        by_coupon = {coupon_id: deed for (coupon_id, _), deed in zip(coupons, made, strict=True)}
        by_key = {answer.key: deed for answer, deed in zip(answers, made, strict=True)}
        assert {row.coupon_id: row.recorded_by for row in steps} == {
            coupon_id: deed.actor_id for coupon_id, deed in by_coupon.items()
        }
        assert {row.key: row.recorded_by for row in keys} == {
            key: deed.actor_id for key, deed in by_key.items()
        }
        entries = log.all()
    assert len(entries) == len(made)
    for entry in entries:
        deed = by_coupon[int(entry.object_id)]
        assert (deed, deed.actor_id, deed.request_id) == (
            by_key[entry.key],
            entry.actor_id,
            entry.request_id,
        )


async def test_what_fails_or_is_locked_harms_no_other(world: World) -> None:
    tills = Tills(world, await deeds(world, 4))
    codes = [(await active(world))[1] for _ in range(4)]
    async with world.database.transaction() as connection:
        await connection.execute(
            text("SELECT FROM exchange.coupon WHERE code = :code FOR UPDATE"), {"code": codes[0]}
        )
        waits = asyncio.create_task(tills.one(codes[0], tills.deeds[0]))
        # No text of a database has a lone surrogate. The API lets none in.
        spoils = asyncio.create_task(tills.one(codes[1], tills.deeds[1], staff="\ud800"))
        good = [
            tills.one(code, deed) for code, deed in zip(codes[2:], tills.deeds[2:], strict=True)
        ]
        assert all(answer.accepted for answer in await asyncio.gather(*good))
        with pytest.raises(TypeError):
            await spoils
        assert not waits.done()
    assert (await waits).accepted
    unknown = await tills.ask([new_code(world.programme.book_id, 0), "nonsense"])
    assert {each.document["code"] for each in unknown} == {"coupon-not-found"}


async def test_statements_do_not_grow_with_the_tills(world: World) -> None:
    tills = Tills(world, await deeds(world, 40))
    await tills.ask([(await active(world))[1]])
    counts: dict[tuple[str, int], int] = {}
    for size in (1, 40):
        codes = [(await active(world))[1] for _ in range(size)]
        for name in ("look", "use"):
            sent: list[str] = []

            def count(*said: Any, sent: list[str] = sent) -> None:
                sent.append(said[2])

            engine = world.database.engine.sync_engine
            event.listen(engine, "before_cursor_execute", count)
            try:
                if name == "use":
                    answers = await tills.ask(codes)
                    assert all(answer.accepted for answer in answers)
                else:
                    looks = [tills.gathered.look_up(world.supplier, code=code) for code in codes]
                    found = await asyncio.gather(*looks)
                    assert all(each["usable"] for each in found)
            finally:
                event.remove(engine, "before_cursor_execute", count)
            counts[name, size] = len(sent)
    assert counts["look", 40] == counts["look", 1] == 2
    assert counts["use", 40] == counts["use", 1] <= 7
    with pytest.raises(CouponNotFound):
        await tills.gathered.look_up(world.supplier, code="nonsense")
