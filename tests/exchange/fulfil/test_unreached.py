"""Suppliers that cannot be reached: their orders wait or fail, and hold up no others."""

from contextlib import suppress
from datetime import timedelta

import httpx2
import pytest
from structlog.testing import capture_logs

from catalog import find_endpoint, set_endpoint
from catalog.procurement.allotments import grant_allotment
from exchange.coupons import CouponState
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil import Fulfilment, SupplierClient, calls, conclude, rounds
from ledger import outbox
from tests.catalog.fixtures import offer_of
from tests.conftest import owner_transaction
from tests.exchange.fixtures import LOOPBACK, POLICY, PRICE, SECRET, START, STOCK, World, held
from tests.exchange.supplier_server import Behaviour


async def test_a_crash_before_sending_leaves_an_order_that_is_asked_about(world: World) -> None:
    class Crashed(BaseException):
        pass

    class Crashing(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            raise Crashed

    coupon_id = await held(world)
    async with httpx2.AsyncClient(transport=Crashing()) as http:
        dying = Fulfilment(
            world.ledger, SupplierClient(http), world.vault, "http://comity.test", POLICY
        )
        with pytest.raises(Crashed):
            await dying.submit_orders(world.now)
    assert (await world.coupon(coupon_id)).delivery is OrderState.SUBMITTING
    assert await world.submit() == 0, "nobody sends it again unasked"
    world.now += timedelta(seconds=POLICY.lease_seconds)
    assert await world.query() == 1
    assert world.server.queried.total() == 1
    await world.release_outbox()
    await world.submit()
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert world.server.received.total() == 1


@pytest.mark.parametrize("poison", ["secret", "call"])
async def test_a_supplier_that_cannot_be_called_holds_up_no_other(
    world: World, poison: str
) -> None:
    class Poisoned(httpx2.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if request.url.host == "rival.example":
                raise UnicodeError("label too long")
            return await super().handle_async_request(request)

    secret = SECRET if poison == "call" else "whsec_" + "A" * 33
    async with world.database.transaction() as connection:
        broken = await offer_of(connection, world.rival, "broken", valid_until=None)
        await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            broken.offer_id,
            quantity=1,
            window_from=START,
        )
        encrypted = world.vault.encrypt(secret, party_id=world.rival.party_id)
        await set_endpoint(
            connection,
            world.rival.party_id,
            url="https://rival.example",
            encrypted_secret=encrypted,
        )
    await world.issue("ann", 100)
    stuck, good = await world.redeem_one("ann", broken), await world.redeem_one("ann")
    async with httpx2.AsyncClient(transport=Poisoned()) as http:
        fulfilment = Fulfilment(
            world.ledger, SupplierClient(http), world.vault, "http://comity.test", POLICY
        )
        assert await fulfilment.submit_orders(world.now) == 2
    assert (await world.coupon(good)).state is CouponState.ACTIVE
    assert (await world.coupon(stuck)).delivery is (
        OrderState.UNKNOWN if poison == "call" else OrderState.CREATED
    )
    assert await world.spendable("ann") == (100 - 2 * PRICE, PRICE)


async def test_an_unreachable_supplier_gets_the_order_when_it_is_back(world: World) -> None:
    coupon_id = await held(world)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "UPDATE catalog.endpoint SET url = 'http://127.0.0.1:1/api'"
        )
    await world.submit()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED
    assert await world.scalar("SELECT submissions FROM exchange.fulfilment_order") == 0
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(f"UPDATE catalog.endpoint SET url = '{world.server.url}'")
    await world.drain(rounds=2)
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert world.server.received.total() == 1


async def test_an_order_that_never_got_out_fails_at_its_deadline(world: World) -> None:
    coupon_id = await held(world)
    async with owner_transaction(world.database) as connection:
        await connection.exec_driver_sql("DELETE FROM catalog.endpoint")
    await world.submit()
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    world.now += timedelta(days=1, minutes=1)
    await world.release_outbox()
    await world.submit()
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert world.server.received.total() == 0
    world.now += timedelta(minutes=10)
    await world.release_outbox()
    await world.submit()
    async with world.database.transaction() as connection:
        assert await outbox.pending(connection, ["fulfilment.submit"]) == 0


async def test_a_crash_before_a_failure_is_stored_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise SystemError

    coupon_id = await held(world)
    world.now += timedelta(days=1, minutes=1)
    with monkeypatch.context() as dying:
        dying.setattr(rounds, "conclude", crash)
        with pytest.raises(SystemError):
            await world.submit()
    assert (await world.coupon(coupon_id)).state is CouponState.HELD
    world.now += timedelta(seconds=rounds.FAILURE_RETRY_SECONDS)
    await world.release_outbox()
    await world.submit()
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert await world.stock() == STOCK


@pytest.mark.parametrize("behaviour", [Behaviour.SUCCEED, Behaviour.FAIL, Behaviour.ACCEPT])
@pytest.mark.parametrize("step", ["_store", "_move", "_conclude_paid", "_conclude_free"])
async def test_a_crash_after_the_suppliers_answers_loses_none(
    world: World, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, step: str
) -> None:
    """Two orders, one of them free, whose answers are stored in transactions of their own."""

    async def crash(*_: object) -> None:
        raise SystemError

    world.server.behaviour = behaviour
    await world.issue("ann", 100)
    coupons = [await world.redeem_one("ann", free=free) for free in (False, True)]
    with monkeypatch.context() as dying:
        dying.setattr(conclude if step.startswith("_conclude") else Fulfilment, step, crash)
        with suppress(SystemError):  # not every answer takes every step
            await world.submit()
    world.now += timedelta(seconds=POLICY.lease_seconds)
    await world.query()
    if behaviour is Behaviour.ACCEPT:
        assert [(await world.coupon(each)).delivery for each in coupons] == [
            OrderState.PROCESSING
        ] * 2
        for each in coupons:
            assert (await world.callback(each, "SUCCESS"))["changed"]
    delivered = behaviour is not Behaviour.FAIL
    state = CouponState.ACTIVE if delivered else CouponState.RETURNED
    assert [(await world.coupon(each)).state for each in coupons] == [state] * 2
    assert await world.spendable("ann") == (100 - PRICE if delivered else 100, 0)
    assert await world.stock() == STOCK - (2 if delivered else 0)
    assert world.server.received.total() == 2, "each was sent once"


@pytest.mark.parametrize("early", [timedelta(0), timedelta(microseconds=1)])
async def test_an_order_looked_at_in_the_instant_of_its_deadline(
    world: World, early: timedelta
) -> None:
    coupon_id = await held(world)
    world.now = await world.scalar("SELECT deadline_at FROM exchange.fulfilment_order") - early
    await world.submit()
    if early:
        assert (await world.coupon(coupon_id)).delivery is not OrderState.FAILED
        assert "sent" in await world.steps(coupon_id)
    else:
        assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
        assert await world.spendable("ann") == (100, 0)


async def test_a_supplier_that_is_away_is_one_line_and_one_more_when_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for troubles in (calls._away, calls._unreachable):
        monkeypatch.setattr(troubles, "_spells", {})
    async with world.database.transaction() as connection:
        endpoint = await find_endpoint(connection, world.supplier.party_id)
        await set_endpoint(
            connection,
            world.supplier.party_id,
            url="http://127.0.0.1:1",
            encrypted_secret=endpoint.encrypted_secret,
            networks=LOOPBACK,
        )
    for member in ("ann", "bob", "cyd"):
        await world.issue(member, 100)
        await world.redeem_one(member)
    with capture_logs() as logs:
        for _ in range(3):
            await world.submit()
            world.now += timedelta(seconds=30)
            await world.release_outbox()
        async with world.database.transaction() as connection:
            await set_endpoint(
                connection,
                world.supplier.party_id,
                url=endpoint.url,
                encrypted_secret=endpoint.encrypted_secret,
                networks=LOOPBACK,
            )
        await world.submit()
    said = [(entry["event"], entry.get("count")) for entry in logs]
    assert said == [("supplier_away", None), ("supplier_back", 7)]
    assert {entry["supplier_id"] for entry in logs} == {world.supplier.party_id}
