"""A till tells of what it took: counted once, used once, and what was taken twice is listed."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog import Party
from exchange.cases import CaseKind, CasesWanted, Reader, list_cases
from exchange.coupons import CouponState
from exchange.leases import (
    LeaseUseState,
    UploadAnswer,
    close_lease,
    list_lease_uses,
    tell_conflicts,
    upload_uses,
)
from ledger import Refusal
from tests.exchange.fixtures import World, active
from tests.exchange.leases.till import SHOP, Till, coupons, till_of

BILLED = "SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.used'"
CONFLICTS = "SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.offline_conflict'"


def outcomes(answers: list[UploadAnswer]) -> list[str]:
    return [
        str(each.document["outcome"] if each.accepted else each.document["code"])
        for each in answers
    ]


async def test_a_use_without_a_connection_is_a_use_and_told_to_settlement_once(
    world: World,
) -> None:
    till = await till_of(world)
    (coupon_id,) = await coupons(world, 1)
    use = await till.taken(coupon_id, reference="till-7")
    (first,) = await till.tell(use)
    (again,) = await till.tell(use)
    (other_key,) = await till.tell(await till.taken(coupon_id, token=use.token))
    assert first.document == again.document == other_key.document
    assert (first.replayed, again.replayed, other_key.replayed) == (False, True, True)
    assert await till.used() == 1
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.uses, coupon.used_store) == (CouponState.USED, 1, SHOP)
    assert coupon.used_at == use.occurred_at
    assert await world.scalar(BILLED) == 1
    payload = await world.scalar("SELECT payload FROM ledger.outbox WHERE topic = 'coupon.used'")
    assert payload["lease_id"] == till.lease.lease_id
    (reused,) = await till.tell(await till.taken(coupon_id, key=use.key, reference="other"))
    assert reused.document["code"] == "idempotency-key-reused"


async def test_what_was_taken_twice_is_a_conflict_that_the_bearer_bears(world: World) -> None:
    till = await till_of(world, bearer="supplier")
    taken, kept = await coupons(world, 2)
    online = await world.use((await world.coupon(taken)).code)
    assert online.accepted
    answers = await till.tell(await till.taken(taken), await till.taken(kept))
    assert outcomes(answers) == ["conflict", "used"]
    conflict = answers[0].document
    assert conflict["borne_by"] == "supplier"
    assert conflict["use"] is None
    assert conflict["fault"]["code"] == "coupon-already-used"
    twice = await till.taken(kept, occurred_at=till.lease.valid_from + timedelta(minutes=2))
    assert outcomes(await till.tell(twice)) == ["conflict"]
    assert await world.scalar(BILLED) == 2, "a conflict is no use, and nobody is billed for it"
    assert (await world.coupon(taken)).uses == 1
    payload = "SELECT payload FROM ledger.outbox WHERE topic = 'coupon.offline_conflict' LIMIT 1"
    told = await world.scalar(payload)
    assert (told["is_billed"], told["borne_by"], told["shop"]) == (False, "supplier", SHOP)
    async with world.database.transaction() as connection:
        listed = await list_lease_uses(
            connection,
            world.supplier,
            till.lease.lease_id,
            state=LeaseUseState.CONFLICT,
            after=0,
            limit=10,
        )
    assert [each.number for each in listed] == [1, 3]
    wanted = CasesWanted(kind=CaseKind.OFFLINE_CONFLICT, state="OPEN")
    async with world.database.transaction() as connection:
        opened = await list_cases(connection, Reader(), wanted, after=0, limit=10)
    assert [each.coupon_id for each in opened] == [taken, kept]
    assert opened[0].allowed == ["accept_supplier", "reject_supplier"]
    assert "member" not in opened[0].evidence
    assert await tell_conflicts(world.database) == 2
    assert await tell_conflicts(world.database) == 0


async def test_a_coupon_that_expired_meanwhile_was_good_when_it_was_taken(world: World) -> None:
    """The sweep has marked it; its last day was the day of the use. A later use is refused."""
    till = await till_of(world, hours=24)
    began = till.lease.valid_from
    fresh, _ = await active(world, occurred_at=began - timedelta(days=30))
    late, _ = await active(world, occurred_at=began - timedelta(days=32))
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE exchange.coupon SET state = 'EXPIRED'"))
    same_day = {"occurred_at": began - timedelta(minutes=5)}
    answers = await till.tell(
        await till.taken(fresh, **same_day),
        await till.taken(late, **same_day),
        now=till.lease.upload_until,
    )
    assert outcomes(answers) == ["used", "refused"]
    refused = answers[1].document
    assert (refused["fault"]["code"], refused["borne_by"]) == ("coupon-expired", "shop")


async def test_what_the_lease_does_not_allow_is_refused_and_counts_for_nothing(
    world: World,
) -> None:
    till = await till_of(world)
    coupon_id, other = await coupons(world, 2)
    use = await till.taken(coupon_id)
    cut = await till.taken(coupon_id, token=use.token[:-2])
    ticket = await world.redeem_one("ann", world.direct, free=True, account="ann@cinema")
    foreign = await till.taken(ticket)
    assert outcomes(await till.tell(cut, foreign)) == ["coupon-not-found", "offer-not-leased"]
    late = till.lease.upload_until + timedelta(seconds=1)
    assert outcomes(await till.tell(use, now=late)) == ["lease-over"]
    assert await till.used() == 0
    with pytest.raises(Refusal, match="no lease"):
        await _tell_as(till, world.rival)
    assert outcomes(await till.tell(use)) == ["used"]
    async with world.database.transaction() as connection:
        await close_lease(connection, world.supplier, till.lease.lease_id, SHOP)
    assert outcomes(await till.tell(use, await till.taken(other))) == ["used", "lease-over"]


async def test_a_clock_that_is_off_moves_no_use_before_its_coupon(world: World) -> None:
    """The till's clock is nine minutes behind: by it, the coupon was not redeemed yet."""
    till = await till_of(world)
    (coupon_id,) = await coupons(world, 1)
    shown = till.lease.valid_from + timedelta(minutes=1)
    use = await till.taken(
        coupon_id,
        token=await till.token(coupon_id, shown),
        occurred_at=shown - timedelta(minutes=9),
    )
    assert outcomes(await till.tell(use)) == ["used"]
    used_at = (await world.coupon(coupon_id)).used_at
    assert used_at is not None
    assert abs(used_at - shown) <= timedelta(seconds=1)


async def _tell_as(till: Till, party: Party) -> None:
    await upload_uses(till.world.database, till.signatures, party, till.lease.lease_id, [])


async def test_uploads_at_once_stay_within_the_quota(world: World) -> None:
    """Two uploads of four for a quota of three, each use told in both."""
    till = await till_of(world)
    uses = [await till.taken(each) for each in await coupons(world, 4)]
    told = await asyncio.gather(till.tell(*uses), till.tell(*reversed(uses)), till.tell(*uses))
    for answers in told:
        assert outcomes(answers).count("used") == 3
        assert outcomes(answers).count("lease-quota-used") == 1
    assert await till.used() == 3
    assert await world.scalar(BILLED) == 3
    assert await world.scalar(CONFLICTS) == 0


async def _meet(world: World, till: Till, coupon_id: int, code: str) -> None:
    """A use without a connection, told twice at once, against one at a till that has one."""
    use = await till.taken(coupon_id)
    (one,), (two,), online = await asyncio.gather(till.tell(use), till.tell(use), world.use(code))
    assert one.document == two.document
    assert (one.document["outcome"] == "used") == (not online.accepted)
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.uses) == (CouponState.USED, 1)


async def _meet_often(world: World, rounds: int) -> None:
    till = await till_of(world, quota=rounds)
    for coupon_id in await coupons(world, rounds):
        await _meet(world, till, coupon_id, (await world.coupon(coupon_id)).code)
    assert await world.scalar(BILLED) == rounds
    listed = "SELECT count(*) FROM exchange.lease_use WHERE state = 'CONFLICT'"
    assert await world.scalar(CONFLICTS) == await world.scalar(listed)


async def test_a_coupon_taken_here_and_there_at_once_is_used_once(world: World) -> None:
    await _meet_often(world, 8)


@pytest.mark.campaign
async def test_a_coupon_taken_here_and_there_at_once_is_used_once_for_long(world: World) -> None:
    await _meet_often(world, 200)
