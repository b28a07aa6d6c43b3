"""No party takes the service from the others: bodies, waits, shares, reserves, health checks."""

import asyncio
from typing import Any

import pytest

from api.http import front_door
from api.kept_files import SettingsError
from api.process.addresses import Addresses
from api.process.context import Context
from api.process.places import Places, Rank
from api.settings import Settings
from ledger import Database, heartbeats
from tests.http.conftest import (
    PROGRAMME,
    SECRET,
    Caller,
    MakeSettings,
    accepted,
    refused,
    serving,
    stock,
)
from tests.http.test_body_arrival import call

CALLBACK = "/v1/fulfilment/callbacks/cinema"


def test_a_holder_has_a_share_and_the_last_places_are_kept() -> None:
    places = Places(32)
    assert [places.enter("a") for _ in range(9)] == [True] * 8 + [False]
    assert all(places.enter(holder) for holder in "bcd" for _ in range(8) if places.count < 28)
    assert not places.enter("e")
    assert [places.enter("s", Rank.CALLBACK) for _ in range(3)] == [True, True, False]
    assert [places.enter("o", Rank.OPERATOR) for _ in range(3)] == [True, True, False]
    assert places.count == 32
    places.leave("s")
    assert places.enter("o", Rank.OPERATOR)


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", b"198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", b"198.51.100.1, 198.51.100.2", "198.51.100.2"),
        ("10.0.0.1", b"198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", b"nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", b"2001:db8::1:2:3:4", "2001:db8::/64"),
        ("", b"", "unknown"),
    ],
    ids=["a stranger lies", "one proxy", "two proxies", "nonsense", "IPv6", "no peer"],
)
def test_only_named_proxies_say_where_a_request_comes_from(
    peer: str, forwarded: bytes, found: str
) -> None:
    addresses = Addresses(Settings.load(proxies="10.0.0.0/8, ::1").proxy_networks)
    assert addresses.find(peer, [(b"x-forwarded-for", forwarded)]) == found


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(SettingsError, match="COMITY_PROXIES"):
        Settings.load(proxies="proxy.example")


async def held(brand: Caller, supplier: Caller) -> int:
    """A coupon whose delivery nobody reports, because no background work runs."""
    endpoint = {"url": "http://127.0.0.1:9", "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    offer_id = await stock(supplier, brand, fulfilment="direct")
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 50}))
    right = accepted(
        await brand.post(
            f"{PROGRAMME}/rights", {"member": "m1", "offer_id": offer_id, "account": "m1@cinema"}
        )
    )
    coupon: int = right["coupon"]
    return coupon


async def test_who_waits_for_a_delivery_holds_no_place(
    brand: Caller, supplier: Caller, make_settings: MakeSettings
) -> None:
    coupon = await held(brand, supplier)
    async with serving(make_settings(requests_in_flight_max=4)) as (app, client):
        context: Context = app.state.context
        caller = Caller(client, brand.key)
        path = f"{PROGRAMME}/coupons/{coupon}"
        waiting = []
        async with asyncio.timeout(30):
            for number in range(1, 13):
                waiting.append(asyncio.create_task(caller.get(path, wait_seconds=10)))
                for _ in range(1_000):
                    if context.deliveries._waiters.count == number:
                        break
                    await asyncio.sleep(0.01)
            assert context.in_flight.count == 0
            accepted(await caller.get(path), 200)
            context.deliveries._wake(1, coupon)
            answers = await asyncio.gather(*waiting)
        assert {answer.status_code for answer in answers} == {200}
        assert context.in_flight.count == 0


async def test_one_partys_waits_leave_room_for_the_others(
    brand: Caller, supplier: Caller, make_settings: MakeSettings
) -> None:
    coupon = await held(brand, supplier)
    async with serving(make_settings()) as (app, _):
        deliveries = app.state.context.deliveries
        many = [asyncio.create_task(deliveries.wait(1, coupon, 5, "party a")) for _ in range(1_100)]
        await asyncio.sleep(0)
        assert deliveries._waiters.count == deliveries._waiters.share == 250
        assert deliveries._waiters.enter("party b")
        assert not any(each.done() for each in many), "who is answered at once asks again at once"
        for each in many:
            each.cancel()
        await asyncio.gather(*many, return_exceptions=True)
        assert deliveries._waiters.count == 1


async def test_a_body_that_comes_in_crumbs_is_given_up(
    make_settings: MakeSettings, operator_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_door, "BODY_STALL_SECONDS", 0.3)
    async with serving(make_settings()) as (app, _):
        context: Context = app.state.context
        places: list[tuple[int, int]] = []

        async def crumb() -> Any:
            await asyncio.sleep(0.05)
            places.append((context.reading.count, context.in_flight.count))
            return {"type": "http.request", "body": b" ", "more_body": True}

        async with asyncio.timeout(2):
            status, _, problem = await call(app, operator_key, crumb)
        assert (status, problem["type"]) == (408, "/problems/body-too-slow")
        assert set(places) == {(1, 0)}
        assert (context.reading.count, context.in_flight.count) == (0, 0)


async def test_a_party_with_its_share_of_places_is_refused_and_no_other(
    brand: Caller, supplier: Caller, make_settings: MakeSettings, operator_key: str
) -> None:
    async with serving(make_settings(requests_in_flight_max=8)) as (app, client):
        context: Context = app.state.context
        assert all(context.in_flight.enter("party grocer") for _ in range(2))
        refused(await Caller(client, brand.key).get("/v1/programmes"), 503, "overloaded")
        refused(
            await Caller(client, brand.key).post(
                f"{PROGRAMME}/issue", {"member": "m", "points": 1}
            ),
            503,
            "overloaded",
        )
        accepted(await Caller(client, supplier.key).get("/v1/offers"), 200)
        accepted(await Caller(client, operator_key).get("/v1/parties"), 200)
        assert context.in_flight.count == 2


async def test_one_address_does_not_take_the_callbacks_from_another(
    make_settings: MakeSettings,
) -> None:
    async with serving(make_settings(requests_in_flight_max=8, proxies="127.0.0.1")) as (app, http):
        context: Context = app.state.context
        assert all(context.in_flight.enter("address 198.51.100.1") for _ in range(2))
        sent = {"Content-Type": "application/json"}
        mine = {**sent, "X-Forwarded-For": "198.51.100.1"}
        refused(await http.post(CALLBACK, content=b"{}", headers=mine), 503, "overloaded")
        other = {**sent, "X-Forwarded-For": "198.51.100.2"}
        assert (await http.post(CALLBACK, content=b"{}", headers=other)).status_code != 503


async def test_health_checks_do_not_queue_behind_work(
    make_settings: MakeSettings, database: Database
) -> None:
    async with database.transaction() as connection:
        await heartbeats.beat(connection, "a worker elsewhere", works=True)
    async with serving(make_settings(database_pool_size=1)) as (app, client):
        pool = app.state.context.database
        async with pool.transaction(), pool.transaction():
            async with asyncio.timeout(1.5):
                assert accepted(await client.get("/readyz"), 200)["status"] == "ok"
