"""What is changed between coupons, orders, points and stock is found, by the check meant for it."""

from sqlalchemy import text

from exchange.audit import verify_rights
from exchange.audit.checks import CHECKS
from exchange.audit.code_checks import CODE_CHECKS
from exchange.coupons import CouponState
from settlement.audit import verify_uses
from tests.exchange.audit.disputes import dispute
from tests.exchange.fixtures import World, active
from tests.exchange.give.acts import cancel, claim, deactivate, give, give_back
from tests.exchange.supplier_server import Behaviour
from tests.tampering import missed

PAID = "every right is paid for"
ORDERED = "every right that a supplier delivers"
HELD = "a coupon is held while"
ENDED = "a hold is captured"
MESSAGE = "an order that is to be sent"
RECEIPT = "a receipt tells how"
STOCK = "a batch has lost"

COUPON, ORDER = "exchange.coupon", "exchange.fulfilment_order"
STEP = "UPDATE exchange.receipt_step"

DAY = "a day counts as many as"
BACK = "the points of a right are back"
HANDS = "a coupon went from hand to hand"
GIFT = "a receipt tells of each gift"
GIFTS = "a day counts as many gifts"
NEW = "a member who is counted as new"
NEW_USER = "a user who is counted as new"
DELIVERY = "a right that its delivery uses"
CASES = "a receipt tells each case"
GOODWILL = "points go back as goodwill"
SWAP = "a coupon belongs to the swap"
IN_VAIN = "a use that a till made in vain"

CASE = "exchange.coupon_case"

TAMPERINGS: list[tuple[str, str]] = [
    (PAID, f"DELETE FROM {COUPON} WHERE state = 'RETURNED'"),
    (PAID, f"UPDATE {COUPON} SET points = points + 1 WHERE state = 'ACTIVE' AND points > 0"),
    (PAID, f"UPDATE {COUPON} SET member = 'bob' WHERE state = 'ACTIVE'"),
    (PAID, f"UPDATE {COUPON} SET request_key = 'x' || request_key WHERE state = 'USED'"),
    (PAID, f"UPDATE {COUPON} SET redeemed_at = redeemed_at - interval '1 day'"),
    (PAID, "UPDATE ledger.journal SET owner = NULL WHERE kind = 2"),
    (PAID, "UPDATE ledger.journal SET refusal = '{}' WHERE kind = 3"),
    (PAID, "UPDATE ledger.journal SET detail = '{\"coupon\": 0}' WHERE kind = 3"),
    (ORDERED, f"DELETE FROM {ORDER} WHERE state = 'PROCESSING'"),
    (ORDERED, f"DELETE FROM {ORDER} WHERE state = 'SUCCESS'"),
    (ORDERED, f"UPDATE {ORDER} SET supplier_id = supplier_id + 1 WHERE state = 'SUCCESS'"),
    (ORDERED, f"UPDATE {COUPON} SET fulfilment = 'own_code' WHERE state = 'RETURNED'"),
    (HELD, f"UPDATE {ORDER} SET state = 'FAILED' WHERE state = 'SUCCESS'"),
    (HELD, f"UPDATE {ORDER} SET state = 'SUCCESS' WHERE state = 'FAILED'"),
    (HELD, f"UPDATE {ORDER} SET state = 'SUCCESS', finished_at = now(), query_at = NULL"),
    (HELD, f"UPDATE {COUPON} SET state = 'RETURNED' WHERE state = 'HELD'"),
    (HELD, f"UPDATE {COUPON} SET state = 'ACTIVE' WHERE state = 'RETURNED'"),
    (ENDED, f"UPDATE {ORDER} SET state = 'FAILED' WHERE state = 'SUCCESS'"),
    (
        ENDED,
        f"""
        WITH failed AS (
            UPDATE {ORDER} SET state = 'FAILED' WHERE state = 'SUCCESS' RETURNING coupon_id
        )
        UPDATE {COUPON} SET state = 'RETURNED' WHERE coupon_id IN (SELECT * FROM failed)
        """,
    ),
    (ENDED, "UPDATE ledger.journal SET refusal = '{}' WHERE kind = 4"),
    (ENDED, "UPDATE ledger.journal SET reference = 'another' WHERE kind = 5"),
    (ENDED, "UPDATE ledger.journal SET kind = 5 WHERE kind = 4"),
    (ENDED, "UPDATE ledger.journal SET points = 1 WHERE kind = 4"),
    (MESSAGE, "DELETE FROM ledger.outbox WHERE topic = 'fulfilment.submit'"),
    (MESSAGE, "UPDATE ledger.outbox SET payload = '{}' WHERE topic = 'fulfilment.submit'"),
    (RECEIPT, "DELETE FROM exchange.receipt_step WHERE step = 'redeemed'"),
    (RECEIPT, "DELETE FROM exchange.receipt_step WHERE step = 'delivered'"),
    (RECEIPT, "DELETE FROM exchange.receipt_step WHERE step = 'returned'"),
    (RECEIPT, "DELETE FROM exchange.receipt_step WHERE step = 'used'"),
    (RECEIPT, "DELETE FROM exchange.receipt_step WHERE step = 'use-reversed'"),
    (RECEIPT, f"UPDATE {COUPON} SET uses = uses + 1 WHERE state = 'USED'"),
    (RECEIPT, f"UPDATE {COUPON} SET state = 'ACTIVE', used_at = NULL WHERE state = 'USED'"),
    (STOCK, "UPDATE catalog.allotment SET remaining = remaining + 1"),
    (STOCK, "UPDATE catalog.allotment SET remaining = remaining - 1"),
    (STOCK, "UPDATE catalog.allotment SET granted = granted + 1"),
    (STOCK, "UPDATE catalog.allotment SET returned = returned + 1"),
    (STOCK, "UPDATE catalog.allotment SET allotment_no = allotment_no + 10"),
    (STOCK, "DELETE FROM catalog.allotment"),
    (STOCK, f"UPDATE {COUPON} SET allotment_no = 2 WHERE state = 'ACTIVE'"),
    (STOCK, f"UPDATE {COUPON} SET offer_id = offer_id + 1"),
    (DAY, "UPDATE exchange.limit_count SET taken = taken - 1"),
    (DAY, "UPDATE exchange.limit_count SET day = day + 1"),
    (DAY, "DELETE FROM exchange.limit_count"),
    (DAY, f"UPDATE {COUPON} SET redeemed_at = redeemed_at - interval '1 day'"),
    (DAY, f"UPDATE {COUPON} SET state = 'RETURNED' WHERE state = 'DEACTIVATED'"),
    (HELD, "DELETE FROM exchange.receipt_step WHERE step = 'given-back'"),
    (HELD, f"UPDATE {COUPON} SET state = 'RETURNED' WHERE hops > 0"),
    (RECEIPT, "DELETE FROM exchange.receipt_step WHERE step = 'deactivated'"),
    (RECEIPT, f"UPDATE {COUPON} SET state = 'ACTIVE' WHERE state = 'DEACTIVATED'"),
    (BACK, "DELETE FROM exchange.receipt_step WHERE step = 'given-back'"),
    (BACK, "DELETE FROM ledger.journal WHERE kind = 9"),
    (BACK, "UPDATE ledger.journal SET points = 1 WHERE kind = 9"),
    (BACK, "UPDATE ledger.journal SET refusal = '{}' WHERE kind = 9"),
    (BACK, f"{STEP} SET detail = '{{\"points_back\": 20}}' WHERE step = 'deactivated'"),
    (HANDS, "DELETE FROM exchange.custody WHERE hop = 1"),
    (HANDS, "DELETE FROM exchange.custody WHERE hop = 2"),
    (HANDS, "UPDATE exchange.custody SET to_member = 'eve' WHERE hop = 1"),
    (HANDS, "UPDATE exchange.custody SET from_member = 'eve' WHERE hop = 1"),
    (HANDS, "UPDATE exchange.custody SET hop = 3 WHERE hop = 2"),
    (HANDS, f"UPDATE {COUPON} SET holder = 'eve' WHERE hops = 2"),
    (HANDS, f"UPDATE {COUPON} SET hops = 0, holder = NULL WHERE hops = 2"),
    (GIFT, "DELETE FROM exchange.receipt_step WHERE step = 'given'"),
    (GIFT, "DELETE FROM exchange.receipt_step WHERE step = 'received'"),
    (GIFT, f"{STEP} SET step = 'gift-withdrawn' WHERE step = 'delivered'"),
    (GIFTS, "UPDATE exchange.gift_count SET given = given + 1"),
    (GIFTS, "DELETE FROM exchange.gift_count"),
    (NEW, "UPDATE exchange.new_member SET member = 'eve'"),
    (NEW, "DELETE FROM exchange.custody WHERE hop = 1"),
    (NEW_USER, "UPDATE exchange.new_user SET use = 5"),
    (NEW_USER, f"UPDATE {COUPON} SET used_by_new = NULL"),
    (DELIVERY, f"UPDATE {COUPON} SET counts_as_used = 'delivery' WHERE fulfilment = 'direct'"),
    (DELIVERY, f"UPDATE {COUPON} SET counts_as_used = 'use' WHERE counts_as_used = 'delivery'"),
    (CASES, f"DELETE FROM {CASE} WHERE kind = 'late_failure'"),
    (CASES, f"UPDATE {CASE} SET state = 'OPEN' WHERE decision = 'keep'"),
    (CASES, "DELETE FROM exchange.receipt_step WHERE step = 'decided'"),
    (GOODWILL, f"UPDATE {CASE} SET points = points + 1 WHERE points > 0"),
    (GOODWILL, f"UPDATE {CASE} SET decision = 'keep' WHERE points > 0"),
    (GOODWILL, "DELETE FROM ledger.journal WHERE kind = 9 AND key LIKE '%.goodwill'"),
    (SWAP, f"UPDATE {COUPON} SET swap_id = 7 WHERE state = 'ACTIVE'"),
    (SWAP, "UPDATE catalog.allotment SET swap_id = 7"),
    (IN_VAIN, f"DELETE FROM {CASE} WHERE kind = 'offline_conflict'"),
    (IN_VAIN, "DELETE FROM exchange.lease_use WHERE state = 'CONFLICT'"),
    (IN_VAIN, "UPDATE exchange.lease_use SET state = 'USED' WHERE number = 2"),
]


async def fill(world: World) -> None:
    """Rights in every state: paid and free, delivered, failed, under way, used and reversed."""
    await world.issue("ann", 500)
    await world.issue("bob", 500)
    for behaviour in (Behaviour.SUCCEED, Behaviour.FAIL, Behaviour.ACCEPT):
        world.server.behaviour = behaviour
        await world.redeem_one("ann")
        await world.redeem_one("bob", free=True)
        await world.submit()
    await world.redeem_one("ann", world.own)
    _, code = await active(world)
    assert (await world.use(code)).accepted
    assert (await world.reverse(code)).accepted
    assert (await world.use(code)).accepted
    _, code = await active(world)
    assert (await world.use(code)).accepted
    assert (await world.reverse(code)).accepted
    await _give_and_end(world)
    await dispute(world)
    world.server.behaviour = Behaviour.ACCEPT
    await world.redeem_one("bob")
    await world.redeem_one("without a wallet", free=True)
    (refused,) = await world.redeem(world.request("nobody"))
    assert not refused.accepted


async def _give_and_end(world: World) -> None:
    """Gifts that were taken, taken back and are waiting; rights given back and withdrawn."""
    offer = await world.publish("tea", gift_hops=2, return_within_days=7)
    coupons = [await world.redeem_one("ann", offer) for _ in range(6)]
    first = await give(world, coupons[0])
    await claim(world, first, "bob", is_new=True)
    await claim(world, await give(world, coupons[0], "bob"), "cat")
    await give(world, coupons[1])
    await cancel(world, coupons[1])
    await give(world, coupons[2])
    await give_back(world, coupons[3])
    await deactivate(world, coupons[4])
    await deactivate(world, coupons[5], "keep")
    await give_back(world, await world.redeem_one("bob", offer, free=True))


async def test_rights_in_every_state_have_no_defect(world: World) -> None:
    await fill(world)
    async with world.database.transaction() as connection:
        states = set(
            (await connection.execute(text(f"SELECT DISTINCT state FROM {COUPON}"))).scalars()
        )
    assert states == set(CouponState)
    told: list[str] = []
    async with world.database.transaction() as connection:
        assert (
            await verify_rights(connection, world.programme, lambda name, *_: told.append(name))
            == []
        )
    assert told == [*CHECKS, *CODE_CHECKS]
    await world.drain()
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
        assert await verify_uses(connection, world.programme) == []


async def test_a_book_without_rights_has_no_defect(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []


async def test_every_tampering_is_found_by_its_check(world: World, database_url: str) -> None:
    await fill(world)
    assert await missed(database_url, world.programme, CHECKS, TAMPERINGS) == []


def test_every_check_is_tried() -> None:
    tried = {name for name in CHECKS for check, _ in TAMPERINGS if name.startswith(check)}
    assert tried == set(CHECKS)
