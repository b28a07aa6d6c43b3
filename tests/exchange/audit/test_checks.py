"""What is changed between coupons, orders, points and stock is found, by the check meant for it."""

from exchange.audit import verify_rights
from exchange.audit.checks import CHECKS
from exchange.audit.code_checks import CODE_CHECKS
from tests.exchange.fixtures import World, active
from tests.exchange.supplier_server import Behaviour
from tests.tampering import missed

PAID = "every right is paid for"
ORDERED = "every right that a supplier delivers"
HELD = "a coupon is held while"
ENDED = "a hold is captured"
MESSAGE = "an order that is to be sent"
RECEIPT = "a receipt tells"
STOCK = "a batch has lost"

COUPON, ORDER = "exchange.coupon", "exchange.fulfilment_order"

DAY = "a day counts"

TAMPERINGS: list[tuple[str, str]] = [
    (PAID, f"DELETE FROM {COUPON} WHERE state = 'RETURNED'"),
    (PAID, f"UPDATE {COUPON} SET points = points + 1 WHERE state = 'ACTIVE' AND points > 0"),
    (PAID, f"UPDATE {COUPON} SET member = 'bob' WHERE state = 'ACTIVE'"),
    (PAID, f"UPDATE {COUPON} SET request_key = 'another' WHERE state = 'USED'"),
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
    (STOCK, "UPDATE catalog.allotment SET allotment_no = allotment_no + 1"),
    (STOCK, "DELETE FROM catalog.allotment"),
    (STOCK, f"UPDATE {COUPON} SET allotment_no = 2 WHERE state = 'ACTIVE'"),
    (STOCK, f"UPDATE {COUPON} SET offer_id = offer_id + 1"),
    (DAY, "UPDATE exchange.limit_count SET taken = taken - 1"),
    (DAY, "UPDATE exchange.limit_count SET day = day + 1"),
    (DAY, "DELETE FROM exchange.limit_count"),
    (DAY, f"UPDATE {COUPON} SET redeemed_at = redeemed_at - interval '1 day'"),
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
    await world.redeem_one("bob")
    await world.redeem_one("without a wallet", free=True)
    (refused,) = await world.redeem(world.request("nobody"))
    assert not refused.accepted


async def test_rights_in_every_state_have_no_defect(world: World) -> None:
    await fill(world)
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


async def test_a_book_without_rights_has_no_defect(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []


async def test_every_tampering_is_found_by_its_check(world: World, database_url: str) -> None:
    await fill(world)
    assert await missed(database_url, world.programme, CHECKS, TAMPERINGS) == []


def test_every_check_is_tried() -> None:
    tried = {name for name in CHECKS for check, _ in TAMPERINGS if name.startswith(check)}
    assert tried == set(CHECKS)
