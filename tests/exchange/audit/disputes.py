"""A book with cases: goodwill in every state, late deliveries, and uses that tills made in vain."""

from datetime import timedelta
from typing import Any

from catalog import WORKER, Deed
from catalog.procurement import Wanted, grant_swapped
from exchange.cases import Case, CaseKind, CasesWanted, Decision, Reader, complain, list_cases
from exchange.coupons import expire_coupons
from exchange.resolve import Asked, resolve_case
from tests.exchange.fixtures import World, active
from tests.exchange.give.acts import claim, deactivate, give, give_back
from tests.exchange.leases.till import till_of
from tests.exchange.supplier_server import Behaviour

DEED = Deed(WORKER, "resolve_case")
READER = Reader()
SWAP_ID = 4_711
SWAPPED_EVENTS = 4
"""A use by delivery and its reversal, a late claim, and a right that was given again."""


async def _complaint(world: World, coupon_id: int) -> Case:
    async with world.database.transaction() as connection:
        book_id = world.programme.book_id
        return await complain(connection, book_id, coupon_id, "it is not there", READER)


async def _open(world: World, kind: CaseKind) -> list[Case]:
    wanted = CasesWanted(kind=kind, state="OPEN")
    async with world.database.transaction() as connection:
        return await list_cases(connection, READER, wanted, after=0, limit=100)


async def _decide(world: World, case: Case, decision: Decision, **more: Any) -> None:
    asked = Asked(decision=decision, reason="looked into it", **more)
    await resolve_case(world.ledger, case.case_number, asked, DEED)


async def dispute(world: World) -> None:
    """Fill a book with them. Nothing of it may look like a defect."""
    await world.issue("dora", 500)
    await _goodwill(world)
    await _late(world)
    await _offline(world)
    locked = (await active(world))[1]
    assert (await world.at_the_till("lock", locked)).accepted
    await active(world, occurred_at=world.now - timedelta(days=40))
    assert await expire_coupons(world.database, world.programme, world.now) == 1


async def _goodwill(world: World) -> None:
    """Points go back for a coupon that is there, that is being given, and that is locked."""
    offer = await world.publish("pot", gift_hops=2, return_within_days=7)
    kept, given, locked = [await world.redeem_one("dora", offer) for _ in range(3)]
    await give(world, given, "dora")
    code = (await world.coupon(locked)).code
    assert (await world.at_the_till("lock", code)).accepted
    free = await world.redeem_one("dora", offer, free=True)
    for coupon_id in (kept, given, locked, free):
        case = await _complaint(world, coupon_id)
        await _decide(world, case, Decision.RETURN_POINTS_GOODWILL)
    await _decide(world, await _complaint(world, free), Decision.KEEP)


async def _late(world: World) -> None:
    """A supplier contradicts itself after each end. Some of it was given by a swap."""
    world.server.behaviour = Behaviour.SUCCEED
    pass_ = await world.publish("pass", "direct", counts_as_used="delivery")
    wanted = Wanted(
        pass_.offer_id,
        9,
        None,
        window_from=world.now - timedelta(days=1),
        window_until=world.now + timedelta(days=1),
    )
    async with world.database.transaction() as connection:
        await grant_swapped(
            connection,
            world.programme.book_id,
            world.brand,
            world.supplier,
            wanted,
            swap_id=SWAP_ID,
        )
    delivered = [await world.redeem_one("dora", offer) for offer in (world.direct, pass_)]
    await world.submit()
    world.server.behaviour = Behaviour.FAIL
    failed = [await world.redeem_one("dora", offer) for offer in (pass_, pass_, world.direct)]
    await world.submit()
    for coupon_id in delivered:
        await world.callback(coupon_id, "FAILED")
    for coupon_id in failed:
        await world.callback(coupon_id, "SUCCESS", reference="S-9")
    for case in await _open(world, CaseKind.LATE_FAILURE):
        await _decide(world, case, Decision.RETURN_POINTS_GOODWILL)
    accepted, again, left = await _open(world, CaseKind.LATE_SUCCESS)
    await _decide(world, accepted, Decision.ACCEPT_SUPPLIER)
    await _decide(world, again, Decision.REINSTATE, member_consents=True)
    assert left.state == "OPEN"
    swapped = await world.scalar(
        "SELECT count(*) FROM ledger.outbox WHERE topic LIKE 'coupon.use%'"
        " AND CAST(payload ->> 'swap_id' AS bigint) = :id",
        id=SWAP_ID,
    )
    assert swapped == SWAPPED_EVENTS


async def _offline(world: World) -> None:
    """A till takes what was used, given back, given on and withdrawn meanwhile, and one in time."""
    offer = await world.publish("cup", gift_hops=1, return_within_days=7)
    till = await till_of(world, offer_ids=[offer.offer_id], quota=6)
    coupons = [await world.redeem_one("dora", offer) for _ in range(6)]
    taken = [await till.taken(coupon_id) for coupon_id in coupons]
    code = (await world.coupon(coupons[0])).code
    assert (await world.use(code, new_member=True)).document["counted_new"]
    await give_back(world, coupons[1])
    await claim(world, await give(world, coupons[2], "dora"), "eli")
    await deactivate(world, coupons[3])
    await _decide(world, await _complaint(world, coupons[4]), Decision.RETURN_POINTS_GOODWILL)
    told = [each.document["outcome"] for each in await till.tell(*taken)]
    assert told == [*["conflict"] * 5, "used"]
    first, second, *_ = await _open(world, CaseKind.OFFLINE_CONFLICT)
    assert (first.coupon_id, first.evidence["reason"]) == (coupons[0], "coupon-already-used")
    await _decide(world, first, Decision.ACCEPT_SUPPLIER)
    await _decide(world, second, Decision.REJECT_SUPPLIER)
