"""The sandbox's accounts, as the exchange meets them."""

from catalog import set_endpoint
from exchange.cases import CaseKind, CasesWanted, Decision, Reader, list_cases
from exchange.conformance import Sandbox
from exchange.coupons import CouponState
from tests.exchange.fixtures import LOOPBACK, SECRET, World


async def test_a_part_is_a_case_and_nothing_is_proven(world: World) -> None:
    sandbox = Sandbox([SECRET], lambda: world.now)
    async with sandbox.serving() as url:
        async with world.database.transaction() as connection:
            supplier_id = world.supplier.party_id
            await set_endpoint(
                connection,
                supplier_id,
                url=url,
                encrypted_secret=world.vault.encrypt(SECRET, party_id=supplier_id),
                networks=LOOPBACK,
            )
        await world.issue("ann", 100)
        whole, part = [await world.redeem_one("ann", account=name) for name in ("ok", "partial")]
        await world.drain(rounds=2)
    assert (await world.coupon(whole)).state is CouponState.ACTIVE
    assert (await world.coupon(part)).state is CouponState.HELD
    async with world.database.transaction() as connection:
        (case,) = await list_cases(connection, Reader(), CasesWanted(), after=0, limit=10)
    assert (case.kind, case.coupon_id) == (CaseKind.PARTIAL, part)
    assert Decision.DELIVER in case.allowed
    assert Decision.RETURN_POINTS in case.allowed
