"""The part of the journey that has events sent somewhere, and reads what became of that."""

import asyncio

from tests.http.conftest import Caller, accepted

NOWHERE = {
    "url": "http://127.0.0.1:9/webhooks",
    "description": "The shop's own system",
    "types": ["coupon.used", "coupon.use_reversed"],
}


async def use_webhooks(brand: Caller) -> None:
    """Use every operation on events. Background work moves them into the log."""
    made = accepted(await brand.post("/v1/webhook-endpoints", NOWHERE, key="endpoint-1"))
    path = f"/v1/webhook-endpoints/{made['endpoint_id']}"
    accepted(await brand.get("/v1/webhook-endpoints"), 200)
    accepted(await brand.get(path), 200)
    accepted(await brand.put(path, NOWHERE), 200)
    accepted(await brand.post(f"{path}/rotate-secret", {"overlap_seconds": 3_600}), 200)
    accepted(await brand.post(f"{path}/test", {}), 202)
    # It is the first that is to be delivered, and to deliver it once more is possible as soon as
    # it is in the log.
    while (await brand.post("/v1/deliveries/1/replay", {})).status_code != 200:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    accepted(await brand.get("/v1/deliveries"), 200)
    accepted(await brand.get("/v1/event-types"), 200)
    asked = {"types": ["points.expiring"]}
    own = accepted(await brand.get("/v1/programmes"), 200)["items"][0]["code"]
    accepted(await brand.put(f"/v1/programmes/{own}/event-types", asked), 200)
    accepted(await brand.get(f"/v1/programmes/{own}/event-types"), 200)
    ping = accepted(await brand.get("/v1/events", type="test.ping"), 200)["items"][0]
    accepted(await brand.get(f"/v1/events/{ping['id']}"), 200)
    stream = await brand.get("/v1/events/stream")
    assert (stream.status_code, stream.content[:1]) == (200, b":")
    since = {"since": "2999-01-01T00:00:00Z"}
    accepted(await brand.post(f"{path}/replay-failed", since), 200)
    assert (await brand.delete(path)).status_code == 204
