"""Orders over real HTTP: what each behaviour of a supplier does to the order, the coupon, the points and the stock."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import text

from catalog import set_endpoint
from catalog.isolation import Side, add_rule, remove_rule
from catalog.procurement import grant_allotment
from exchange.coupons import CouponState
from exchange.coupons.codes import OrderNotFound
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil import Fulfilment, SupplierClient, receive_callback
from exchange.fulfil.callback import CallbackMalformed
from exchange.fulfil.supplier import CallbackForged
from ledger import outbox
from tests.catalog.fixtures import offer_of
from tests.exchange.fixtures import POLICY, PRICE, SECRET, START, STOCK, World
from tests.exchange.supplier_server import Behaviour


async def held(world: World, points: int = 100) -> int:
    await world.issue("ann", points)
    return await world.redeem_one("ann", account="ann@cinema")


async def test_a_right_is_held_until_it_is_delivered(world: World) -> None:
    coupon_id = await held(world)
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery, coupon.shown_code) == (
        CouponState.HELD,
        OrderState.CREATED,
        None,
    )
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    assert await world.stock() == STOCK - 1


async def test_sync_success_captures_and_activates(world: World) -> None:
    coupon_id = await held(world)
    assert await world.submit() == 1
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery, coupon.shown_code) == (
        CouponState.ACTIVE,
        OrderState.SUCCESS,
        coupon.code,
    )
    assert await world.spendable("ann") == (100 - PRICE, 0)
    assert (await world.totals()).redeemed == PRICE
    assert await world.steps(coupon_id) == ["redeemed", "sent", "delivered"]
    (document,) = world.server.documents
    assert document == {
        "request_number": await world.number_of(coupon_id),
        "offer_code": "ticket",
        "member_account": "ann@cinema",
        "face_value_minor": 100,
        "currency": "USD",
        "callback_url": "http://comity.test/v1/fulfilment/callbacks/cinema",
    }
    assert await world.submit() == 0


async def test_failure_returns_points_and_stock(world: World) -> None:
    world.server.behaviour = Behaviour.FAIL
    coupon_id = await held(world)
    await world.submit()
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery, coupon.shown_code) == (
        CouponState.RETURNED,
        OrderState.FAILED,
        None,
    )
    assert await world.spendable("ann") == (100, 0)
    assert await world.stock() == STOCK
    assert await world.steps(coupon_id) == ["redeemed", "sent", "returned"]


async def test_async_callback_delivers_once(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    assert (await world.coupon(coupon_id)).delivery is OrderState.PROCESSING
    first = await world.callback(coupon_id, "SUCCESS")
    assert (first["state"], first["changed"]) == ("SUCCESS", True)
    duplicate = await world.callback(coupon_id, "SUCCESS")
    contradicting = await world.callback(coupon_id, "FAILED")
    assert [(each["state"], each["changed"]) for each in (duplicate, contradicting)] == [
        ("SUCCESS", False)
    ] * 2
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert await world.spendable("ann") == (100 - PRICE, 0)
    assert await world.steps(coupon_id) == ["redeemed", "sent", "accepted", "delivered"]


async def test_a_late_success_after_a_failure_changes_nothing(world: World) -> None:
    world.server.behaviour = Behaviour.FAIL
    coupon_id = await held(world)
    await world.submit()
    answer = await world.callback(coupon_id, "SUCCESS")
    assert (answer["state"], answer["changed"]) == ("FAILED", False)
    assert await world.spendable("ann") == (100, 0)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED


@pytest.mark.parametrize("free", [False, True])
async def test_callbacks_at_once_take_effect_once(world: World, free: bool) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    await world.issue("ann", 100)
    coupons = [await world.redeem_one("ann", free=free) for _ in range(5)]
    await world.submit()
    answers = await asyncio.gather(
        *(
            world.callback(coupon, status)
            for coupon in coupons
            for status in ("SUCCESS", "FAILED", "SUCCESS")
        )
    )
    states = [(await world.coupon(coupon)).state for coupon in coupons]
    delivered = states.count(CouponState.ACTIVE)
    assert sum(answer["changed"] for answer in answers) == len(coupons)
    assert delivered + states.count(CouponState.RETURNED) == len(coupons)
    assert await world.spendable("ann") == (100 - (0 if free else PRICE * delivered), 0)
    assert await world.stock() == STOCK - delivered


@pytest.mark.parametrize(
    "forgery", ["unsigned", "another secret", "another body", "old", "early", "garbled", "supplier"]
)
async def test_forged_callbacks_change_nothing(world: World, forgery: str) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    coupon_id = await held(world)
    await world.submit()
    supplier = world.supplier.code
    headers, body = world.server.callback(await world.number_of(coupon_id), "SUCCESS", at=world.now)
    match forgery:
        case "unsigned":
            headers = {}
        case "another secret":
            world.server.secret = "whsec_" + "QUJD" * 8
            headers, body = world.server.callback(
                await world.number_of(coupon_id), "SUCCESS", at=world.now
            )
        case "another body":
            body = body.replace(b"S-1", b"S-2")
        case "old" | "early":
            at = world.now + timedelta(seconds=301 if forgery == "early" else -301)
            headers, body = world.server.callback(
                await world.number_of(coupon_id), "SUCCESS", at=at
            )
        case "garbled":
            headers["Webhook-Signature"] = "v1,!!! v1 v2,abc ,"
        case "supplier":
            supplier = world.rival.code
    with pytest.raises(CallbackForged):
        await receive_callback(world.ledger, world.vault, supplier, headers, body, now=world.now)
    assert (await world.coupon(coupon_id)).delivery is OrderState.PROCESSING


@pytest.mark.parametrize(
    ("request_number", "status", "refusal"),
    [
        ("FO-19RJEEN647PKRQJNTH", "SUCCESS", OrderNotFound),
        ("FO-nonsense", "SUCCESS", OrderNotFound),
        ("x", "SUCCESS", OrderNotFound),
        ("FO-19RJEEN647PKRQJNTH", "PERHAPS", CallbackMalformed),
        ("", "SUCCESS", CallbackMalformed),
    ],
)
async def test_callbacks_about_nothing(
    world: World, request_number: str, status: str, refusal: type[Exception]
) -> None:
    headers, body = world.server.callback(request_number, status, at=world.now)
    with pytest.raises(refusal):
        await receive_callback(
            world.ledger, world.vault, world.supplier.code, headers, body, now=world.now
        )


@pytest.mark.parametrize(
    "behaviour", [Behaviour.HANG, Behaviour.DELIVER_IN_SILENCE, Behaviour.BABBLE]
)
async def test_a_timeout_is_unknown_and_asked_about_by_the_same_number(
    world: World, behaviour: Behaviour
) -> None:
    world.server.behaviour = behaviour
    coupon_id = await held(world)
    await world.submit()
    number = await world.number_of(coupon_id)
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    assert await world.query() == 0, "not due yet"
    world.now += timedelta(seconds=10)
    assert await world.query() == 1
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery) == (CouponState.ACTIVE, OrderState.SUCCESS)
    assert (world.server.received[number], world.server.queried[number]) == (1, 1)
    assert await world.steps(coupon_id) == ["redeemed", "sent", "unconfirmed", "delivered"]


async def test_an_order_the_supplier_never_got_is_sent_again_under_the_same_number(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    world.server.behaviour = Behaviour.SUCCEED
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED
    await world.release_outbox()
    assert await world.submit() == 1
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert world.server.received == {await world.number_of(coupon_id): 2}
    assert await world.steps(coupon_id) == [
        "redeemed",
        "sent",
        "unconfirmed",
        "waiting",
        "sent",
        "delivered",
    ]


async def test_points_return_only_when_the_last_request_can_no_longer_arrive(world: World) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.drain(rounds=3, step_seconds=30)
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert world.server.received.total() == POLICY.submissions_max
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    await world.drain(rounds=4, step_seconds=150)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert world.server.received.total() == POLICY.submissions_max


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
            connection, world.rival.party_id, url="http://rival.example", encrypted_secret=encrypted
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


async def test_a_404_that_does_not_name_the_number_proves_nothing(world: World) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    for absent in (
        b"<html>no upstream</html>",
        b"{}",
        b'{"status": "NOT_FOUND"}',
        b'{"status": "NOT_FOUND", "request_number": "FO-1"}',
    ):
        world.server.absent = absent
        world.now += timedelta(hours=2)
        assert await world.query() == 1
        assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    world.server.absent = None
    world.now += timedelta(hours=2)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED


async def test_an_order_that_was_sent_is_asked_about_at_its_deadline(world: World) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    deadline = await world.scalar("SELECT deadline_at FROM exchange.fulfilment_order")
    world.now = deadline - timedelta(seconds=400)
    await world.submit()
    world.now = deadline - timedelta(seconds=390)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED
    # No worker for a while. The request of 401 seconds ago had another five minutes to arrive after
    # the supplier denied it.
    world.now = deadline + timedelta(seconds=1)
    await world.release_outbox()
    assert await world.submit() == 1
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    assert await world.submit() == 0
    arrived = await world.callback(coupon_id, "SUCCESS")
    assert (arrived["state"], arrived["changed"]) == ("SUCCESS", True)


async def test_an_order_that_was_sent_fails_after_its_deadline_when_it_can_no_longer_arrive(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    deadline = await world.scalar("SELECT deadline_at FROM exchange.fulfilment_order")
    world.now = deadline - timedelta(seconds=8)
    await world.submit()
    world.now = deadline - timedelta(seconds=2)
    await world.query()
    world.now = deadline + timedelta(seconds=1)
    await world.release_outbox()
    await world.submit()
    while world.now < deadline + timedelta(seconds=351):
        await world.query()
        assert (await world.coupon(coupon_id)).state is CouponState.HELD
        world.now += timedelta(seconds=50)
    await world.drain(rounds=4, step_seconds=200)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert world.server.received.total() == 1


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
    async with world.database.transaction() as connection:
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


async def test_many_orders_go_out_in_one_round(world: World) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    members = [f"member-{number}" for number in range(40)]
    for member in members:
        await world.issue(member, PRICE)
    answers = await world.redeem(*(world.request(member) for member in members))
    assert all(answer.accepted for answer in answers)
    assert await world.submit() == len(members)
    coupons = [answer.detail["coupon"] for answer in answers if answer.detail]
    ended = await asyncio.gather(*(world.callback(coupon, "SUCCESS") for coupon in coupons))
    assert all(each["changed"] for each in ended)
    totals = await world.totals()
    assert (totals.redeemed, totals.held, totals.outstanding) == (PRICE * len(members), 0, 0)


async def isolate(world: World) -> int:
    """Keep the brand and the supplier apart from now on; the rule's id."""
    async with world.database.transaction() as connection:
        buyer, supplier = Side(party=world.brand.code), Side(party=world.supplier.code)
        return (await add_rule(connection, effect="deny", buyer=buyer, supplier=supplier)).rule_id


async def reasons(world: World) -> list[str]:
    """Why the steps of all receipts came about, where they say so."""
    async with world.database.transaction() as connection:
        rows = await connection.execute(
            text("SELECT detail ->> 'reason' AS reason FROM exchange.receipt_step ORDER BY step_id")
        )
        return [row.reason for row in rows if row.reason]


@pytest.mark.parametrize("free", [False, True])
async def test_an_order_isolated_before_it_is_sent_fails_and_the_points_return(
    world: World, free: bool
) -> None:
    await world.issue("ann", 100)
    coupon_id = await world.redeem_one("ann", free=free)
    await isolate(world)
    assert await world.submit() == 1
    coupon = await world.coupon(coupon_id)
    assert (coupon.state, coupon.delivery) == (CouponState.RETURNED, OrderState.FAILED)
    assert await world.spendable("ann") == (100, 0)
    assert await world.stock() == STOCK
    assert world.server.received.total() == 0
    assert await world.steps(coupon_id) == ["redeemed", "returned"]
    (reason,) = await reasons(world)
    assert reason.startswith("market (category grocery) is isolated from cinema (category dining)")
    world.now += timedelta(minutes=10)
    await world.release_outbox()
    await world.submit()
    async with world.database.transaction() as connection:
        assert await outbox.pending(connection, ["fulfilment.submit"]) == 0


async def test_isolation_holds_up_nobody_elses_order(world: World) -> None:
    coupon_id = await held(world)
    async with world.database.transaction() as connection:
        await add_rule(
            connection,
            effect="deny",
            buyer=Side(party=world.rival.code),
            supplier=Side(party=world.supplier.code),
        )
    await world.submit()
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE


async def test_an_order_that_was_sent_before_the_isolation_ends_by_proof_alone(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.ACCEPT
    by_callback, by_query = await held(world), await world.redeem_one("ann", account="ann@cinema")
    await world.submit()
    await isolate(world)
    await world.callback(by_callback, "SUCCESS")
    assert (await world.coupon(by_callback)).state is CouponState.ACTIVE
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(by_query)).delivery is OrderState.PROCESSING
    await world.callback(by_query, "FAILED")
    assert (await world.coupon(by_query)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100 - PRICE, 0)


async def test_an_isolated_order_that_the_supplier_does_not_have_is_not_sent_again(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    await isolate(world)
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN, (
        "the request may still arrive"
    )
    assert await world.spendable("ann") == (100 - PRICE, PRICE)
    await world.drain(rounds=4, step_seconds=150)
    assert (await world.coupon(coupon_id)).state is CouponState.RETURNED
    assert await world.spendable("ann") == (100, 0)
    assert world.server.received.total() == 1
    assert "is isolated from" in (await reasons(world))[-1]


async def test_an_order_isolated_while_it_waits_to_be_sent_again_is_asked_about(
    world: World,
) -> None:
    world.server.behaviour = Behaviour.LOSE
    coupon_id = await held(world)
    await world.submit()
    world.now += timedelta(seconds=10)
    await world.query()
    assert (await world.coupon(coupon_id)).delivery is OrderState.CREATED
    rule_id = await isolate(world)
    await world.release_outbox()
    await world.submit()
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN
    assert await world.spendable("ann") == (100 - PRICE, PRICE), (
        "it may have been sent: only proof returns the points"
    )
    assert world.server.received.total() == 1
    async with world.database.transaction() as connection:
        await remove_rule(connection, rule_id)
    world.server.behaviour = Behaviour.SUCCEED
    await world.drain(rounds=3, step_seconds=30)
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE
    assert world.server.received.total() == 2
