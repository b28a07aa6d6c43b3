"""Events, webhooks and the stream over HTTP, from a redemption to a receiver on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from api.events.catalogue import TYPES
from api.events.deliver import Courier
from api.events.live import STREAMS_MAX
from api.events.record import record_events
from exchange.fulfil import Vault, open_guarded_http
from ledger import Database
from tests.api.events.receiver import Receiver, receiving
from tests.api.events.world import KEY, LOOPBACK, World, now_of
from tests.http.conftest import (
    PROGRAMME,
    Caller,
    MakeSettings,
    accepted,
    refused,
    serving,
    stock,
)
from tests.http.streams import Stream

ENDPOINTS = "/v1/webhook-endpoints"
EVENTS = "/v1/events/stream"


@asynccontextmanager
async def worker(database: Database) -> AsyncIterator[World]:
    """What the worker's loops do, when the test wants it."""
    async with open_guarded_http(LOOPBACK) as http:
        courier = Courier(database, http, Vault(KEY))
        world = World(database, courier, 0, await now_of(database))
        yield world
        assert world.errors == []


async def used_once(brand: Caller, supplier: Caller, member: str) -> int:
    """A right is redeemed, used, and the use is taken back. Returns the coupon."""
    offer_id = await stock(supplier, brand)
    made = accepted(
        await brand.post(f"{PROGRAMME}/rights", {"member": member, "offer_id": offer_id})
    )
    coupon = f"{PROGRAMME}/coupons/{made['coupon']}"
    code = accepted(await brand.get(coupon), 200)["code"]
    for verb in ("use", "reverse-use"):
        accepted(await supplier.post(f"/v1/coupons/{verb}", {"code": code, "store": "s1"}))
    return int(made["coupon"])


async def listed(caller: Caller, **query: str | int) -> list[Any]:
    found: list[Any] = accepted(await caller.get("/v1/events", **query), 200)["items"]
    return found


async def test_parties_are_told_what_they_may_know_and_nothing_else(
    database: Database, brand: Caller, supplier: Caller, other_brand: Caller, member: str
) -> None:
    coupon = await used_once(brand, supplier, member)
    await record_events(database)
    events = await listed(brand)
    assert [each["sequence"] for each in events] == [1, 2, 3, 4]
    assert [(each["type"], each["data"]["state"]) for each in events] == [
        ("coupon.created", "ACTIVE"),
        ("coupon.delivered", "ACTIVE"),
        ("coupon.used", "USED"),
        ("coupon.use_reversed", "ACTIVE"),
    ]
    assert {each["data"]["coupon"] for each in events} == {coupon}
    assert {each["data"]["programme"] for each in events} == {"grocer"}
    for event in events:
        assert event["data"].keys() - {"member", "points"} == (
            TYPES[event["type"]].example.keys() - {"member", "points"}
        )
    # The supplier is told of its offer and of its own acts, and of nobody's points.
    theirs = await listed(supplier)
    assert [each["type"] for each in theirs] == [
        "offer.published",
        "coupon.used",
        "coupon.use_reversed",
    ]
    assert not any({"member", "points", "code"} & each["data"].keys() for each in theirs[1:])
    assert await listed(other_brand) == []
    # Pages, filters, one event; another's is not there.
    assert [each["sequence"] for each in await listed(brand, after=2)] == [3, 4]
    assert [each["sequence"] for each in await listed(brand, type="coupon.used")] == [3]
    page = accepted(await brand.get("/v1/events", limit=3), 200)
    rest = accepted(await brand.get("/v1/events", cursor=page["next_cursor"]), 200)
    assert [each["sequence"] for each in rest["items"]] == [4]
    assert accepted(await brand.get(f"/v1/events/{events[0]['id']}"), 200) == events[0]
    for unknown in (events[0]["id"], "evt_1"):
        refused(await supplier.get(f"/v1/events/{unknown}"), 404, "event-not-found")
    types = accepted(await brand.get("/v1/event-types"), 200)["items"]
    assert [each["type"] for each in types] == list(TYPES)


async def test_an_endpoint_from_its_secret_to_its_replays(
    database: Database, brand: Caller, supplier: Caller, other_brand: Caller, member: str
) -> None:
    receiver = Receiver(planned=[500])
    async with receiving(receiver), worker(database) as world:
        body = {"url": receiver.url, "types": ["coupon.used", "coupon.use_reversed"]}
        made = accepted(await brand.post(ENDPOINTS, body, key="one"))
        again = accepted(await brand.post(ENDPOINTS, body, key="one"))
        assert (again["secret"], again["already_shown"]) == (None, True)
        one = f"{ENDPOINTS}/{made['endpoint_id']}"
        for bad, code in (
            ({"url": "https://10.0.0.1/x"}, "endpoint-not-allowed"),
            ({"url": "http://public.example/x", "types": ["coupon.eaten"]}, "event-type-unknown"),
        ):
            refused(await brand.post(ENDPOINTS, bad), 422, code)
        for stranger in (other_brand, supplier):
            refused(await stranger.get(one), 404, "webhook-endpoint-not-found")
            refused(await stranger.post(f"{one}/test"), 404, "webhook-endpoint-not-found")
            assert (await stranger.delete(one)).status_code == 204
        assert "secret" not in accepted(await brand.get(one), 200)

        # One signature, then two for a day, by what the library verifies.
        accepted(await brand.post(f"{one}/test"), 202)
        await world.record()
        await world.deliver()
        world.now += timedelta(minutes=1)
        await world.deliver()
        assert receiver.sequences == [1, 1], "the first attempt was answered by 500"
        assert receiver.verified(made["secret"])["type"] == "test.ping"
        rotated = accepted(await brand.post(f"{one}/rotate-secret", {}), 200)
        until = datetime.fromisoformat(rotated["old_secret_until"])
        assert timedelta(hours=23) < until - datetime.now(UTC) <= timedelta(hours=24)
        await used_once(brand, supplier, member)
        await world.record()
        await world.deliver()
        assert sorted(receiver.sequences[2:]) == [4, 5]
        for secret in (made["secret"], rotated["secret"]):
            assert receiver.verified(secret)["type"].startswith("coupon.use")
        last = accepted(await brand.post(f"{one}/rotate-secret", {"overlap_seconds": 0}), 200)
        assert last["old_secret_until"] is None
        await _replays(
            world, brand, supplier, receiver=receiver, made=last, former=rotated["secret"]
        )


async def _replays(
    world: World, brand: Caller, supplier: Caller, *, receiver: Receiver, made: Any, former: str
) -> None:
    """The log of deliveries; a replay; what was missed while it was disabled."""
    one, secret = f"{ENDPOINTS}/{made['endpoint_id']}", made["secret"]
    body = {"url": receiver.url, "types": ["coupon.used", "coupon.use_reversed"]}
    deliveries = accepted(await brand.get("/v1/deliveries", state="delivered"), 200)["items"]
    assert [each["sequence"] for each in deliveries] == [5, 4, 1]
    assert [each["status"] for each in deliveries[-1]["attempts"]] == [500, 204]
    assert deliveries[-1]["attempts"][0]["answer"] == "ok"
    replay = f"/v1/deliveries/{deliveries[-1]['delivery_id']}/replay"
    refused(await supplier.post(replay), 404, "delivery-not-found")
    assert accepted(await brand.post(replay), 200)["state"] == "waiting"
    await world.record()
    await world.deliver()
    assert receiver.verified(secret)["type"] == "test.ping"
    with pytest.raises(WebhookVerificationError):
        receiver.verified(former)
    disabled = accepted(await brand.put(one, {**body, "state": "disabled"}), 200)
    assert (disabled["state"], disabled["reason"]) == ("disabled", "its party has disabled it")
    refused(await brand.post(replay), 409, "webhook-endpoint-disabled")
    refused(await brand.post(f"{one}/test"), 409, "webhook-endpoint-disabled")
    since = {"since": (world.now - timedelta(hours=1)).isoformat()}
    accepted(await brand.put(one, {**body, "types": [], "state": "enabled"}), 200)
    missed = accepted(await brand.post(f"{one}/replay-failed", since), 200)
    assert missed["replayed"] == 2, "what it was not sent: the right was made and delivered"
    await world.record()
    await world.deliver()
    assert set(receiver.sequences) == {1, 2, 3, 4, 5}
    assert (await brand.delete(one)).status_code == 204
    assert accepted(await brand.get("/v1/deliveries"), 200)["items"] == []
    refused(await brand.get(one), 404, "webhook-endpoint-not-found")


async def events_of(stream: Stream, count: int) -> list[Any]:
    """The next events of a stream."""
    found = []
    for fields in await stream.messages(count):
        document = json.loads(fields["data"])
        assert (fields["id"], fields["event"]) == (document["id"], document["type"])
        found.append(document)
    return found


async def test_a_stream_goes_on_after_the_last_event_and_holds_no_place(
    database: Database,
    make_settings: MakeSettings,
    brand: Caller,
    supplier: Caller,
    member: str,
) -> None:
    await used_once(brand, supplier, member)
    await record_events(database)
    second = (await listed(brand))[1]["id"]
    async with serving(make_settings(requests_in_flight_max=16)) as (app, client):
        caller, context = Caller(client, brand.key), app.state.context
        known = {"authorization": f"Bearer {brand.key}"}
        stream = Stream(app, EVENTS, {**known, "last-event-id": second})
        assert [each["sequence"] for each in await events_of(stream, 2)] == [3, 4]
        other = Stream(app, EVENTS, known, "after=0")
        assert [each["sequence"] for each in await events_of(other, 4)] == [1, 2, 3, 4]
        new = Stream(app, EVENTS, known)
        assert await new.begun() == 200
        offer_id = await stock(supplier, brand, code="ticket-2")
        right = {"member": member, "offer_id": offer_id}
        accepted(await brand.post(f"{PROGRAMME}/rights", right))
        await record_events(database)
        for each in (stream, other, new):
            assert [event["sequence"] for event in await events_of(each, 2)] == [5, 6]
        more = []
        for _ in range(STREAMS_MAX - 3):
            more.append(Stream(app, EVENTS, known))
            assert await more[-1].begun() == 200
        # As many streams are open as places there are, and yet there is room for work.
        assert len(await listed(caller)) == 6
        refused(await caller.get("/v1/events/stream"), 429, "too-many-streams")
        refused(
            await Caller(client, brand.key, {"Last-Event-ID": "evt_0"}).get("/v1/events/stream"),
            404,
            "event-not-found",
        )
        head = await client.head("/v1/events/stream", headers=caller._sent())
        assert (head.status_code, head.content) == (200, b"")
        await stream.leave()
        assert context.live.streams == STREAMS_MAX - 1
        context.live.end()
        for each in (other, new, *more):
            await asyncio.wait_for(each.task, 20)
        assert context.live.streams == 0
