"""Webhook endpoints of a party, and the log of what was delivered to them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import TYPE_LENGTH_MAX
from api.events.deliveries import (
    Attempt,
    DeliveriesWanted,
    Delivery,
    DeliveryState,
    list_deliveries,
    replay_delivery,
    replay_failed,
    require_enabled,
)
from api.events.endpoints import (
    Wanted,
    WebhookEndpoint,
    WebhookEndpointNotFound,
    add_webhook_endpoint,
    change_webhook_endpoint,
    find_webhook_endpoint,
    load_webhook_endpoints,
    remove_webhook_endpoint,
    rotate_webhook_secret,
)
from api.events.secrets import new_secret
from api.http.auth import CHANGES, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once, json_answer, run_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.webhooks import (
    AttemptAnswer,
    DeliveryAnswer,
    NewWebhookEndpointAnswer,
    PingAnswer,
    ReplayedAnswer,
    ReplayFailedBody,
    RotateSecretBody,
    WebhookEndpointAnswer,
    WebhookEndpointBody,
)
from catalog import BIGINT_MAX
from exchange.fulfil import encrypt
from ledger import EVENT_TOPIC, JSON, NO_BOOK, outbox, read_clock

TAGS = ["webhooks"]
PING = "test.ping"

_copy = Copier(WebhookEndpointAnswer, WebhookEndpoint, "old_secret_until")
_copy_attempt = Copier(AttemptAnswer, Attempt)
_copy_delivery = Copier(DeliveryAnswer, Delivery, "attempts")

Make = Callable[[AsyncConnection, bytes], Awaitable[WebhookEndpoint]]


def _render(endpoint: WebhookEndpoint) -> WebhookEndpointAnswer:
    answer: WebhookEndpointAnswer = _copy(endpoint, old_secret_until=endpoint.former_until)
    return answer


def _render_delivery(delivery: Delivery) -> DeliveryAnswer:
    answer: DeliveryAnswer = _copy_delivery(
        delivery, attempts=[_copy_attempt(each) for each in delivery.made]
    )
    return answer


def _existing(endpoint_id: int) -> int:
    if not 0 < endpoint_id <= BIGINT_MAX:
        raise WebhookEndpointNotFound(f"there is no webhook endpoint {endpoint_id}")
    return endpoint_id


async def _with_new_secret(request: Call, make: Make, status: int) -> Response[Any]:
    """Give an endpoint a new secret at most once. It is in the first answer alone."""
    context, made = context_of(request), new_secret()

    async def act(connection: AsyncConnection) -> JSON:
        # First, because it locks the key that encrypts: until this transaction has ended, nobody
        # forgets the key that the secret before is encrypted with.
        party_id = request.user.party.party_id
        encrypted = await encrypt(connection, context.vault, made, party_id=party_id)
        endpoint = await make(connection, encrypted)
        return {**_render(endpoint), "secret": None}

    document, replayed = await run_once(request, context.database, act)
    shown = {**document, "secret": None if replayed else made, "already_shown": replayed}
    return json_answer(shown, status=status, replayed=replayed)


@post("/v1/webhook-endpoints", opt=CHANGES, tags=TAGS)
async def add_endpoint(
    request: Call, data: JSONBody[WebhookEndpointBody]
) -> Response[NewWebhookEndpointAnswer]:
    """Have events of your own party sent to an address.

    The secret that signs them is shown only in this answer. If the answer was lost, rotate it.
    """
    wanted = Wanted(data.url, data.types, data.description, data.state)

    async def make(connection: AsyncConnection, encrypted: bytes) -> WebhookEndpoint:
        return await add_webhook_endpoint(
            connection,
            request.user.party.party_id,
            wanted,
            encrypted,
            context_of(request).settings.networks,
        )

    return await _with_new_secret(request, make, 201)


@get("/v1/webhook-endpoints", tags=TAGS)
async def webhook_endpoints(request: Call) -> Page[WebhookEndpointAnswer]:
    """The webhook endpoints of your own party, without their secrets."""
    async with context_of(request).database.transaction() as connection:
        rows = await load_webhook_endpoints(connection, request.user.party.party_id)
    return {"items": [_render(row) for row in rows], "next_cursor": None}


@get("/v1/webhook-endpoints/{endpoint_id:int}", tags=TAGS)
async def webhook_endpoint(request: Call, endpoint_id: FromPath[int]) -> WebhookEndpointAnswer:
    """One webhook endpoint, and whether it works."""
    async with context_of(request).database.transaction() as connection:
        return _render(
            await find_webhook_endpoint(
                connection, request.user.party.party_id, _existing(endpoint_id)
            )
        )


@put("/v1/webhook-endpoints/{endpoint_id:int}", tags=TAGS)
async def put_webhook_endpoint(
    request: Call, endpoint_id: FromPath[int], data: JSONBody[WebhookEndpointBody]
) -> WebhookEndpointAnswer:
    """Change where a webhook endpoint is, what it gets, and whether it is enabled.

    What waits for one that was disabled is sent once it is enabled again.
    """
    context = context_of(request)
    async with changing(request, context.database) as connection:
        endpoint = await change_webhook_endpoint(
            connection,
            request.user.party.party_id,
            _existing(endpoint_id),
            Wanted(data.url, data.types, data.description, data.state),
            networks=context.settings.networks,
            now=await read_clock(connection),
        )
        await note_change(request, connection, None)
    context.webhooks.ring()
    return _render(endpoint)


@delete("/v1/webhook-endpoints/{endpoint_id:int}", tags=TAGS)
async def remove_endpoint(request: Call, endpoint_id: FromPath[int]) -> None:
    """Remove a webhook endpoint with its deliveries. To repeat this changes nothing."""
    async with changing(request, context_of(request).database) as connection:
        party_id = request.user.party.party_id
        if await remove_webhook_endpoint(connection, party_id, _existing(endpoint_id)):
            await note_change(request, connection, None)


@post(
    "/v1/webhook-endpoints/{endpoint_id:int}/rotate-secret",
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def rotate_secret(
    request: Call, endpoint_id: FromPath[int], data: JSONBody[RotateSecretBody]
) -> Response[NewWebhookEndpointAnswer]:
    """Replace the secret of a webhook endpoint.

    For `overlap_seconds` each event is signed by both secrets. The new one is shown only in this
    answer.
    """

    async def make(connection: AsyncConnection, encrypted: bytes) -> WebhookEndpoint:
        return await rotate_webhook_secret(
            connection,
            request.user.party.party_id,
            _existing(endpoint_id),
            encrypted,
            overlap_seconds=data.overlap_seconds,
            now=await read_clock(connection),
        )

    return await _with_new_secret(request, make, 200)


@post("/v1/webhook-endpoints/{endpoint_id:int}/test", opt=CHANGES, status_code=202, tags=TAGS)
async def ping_endpoint(request: Call, endpoint_id: FromPath[int]) -> Response[PingAnswer]:
    """Send an event of the type test.ping to a webhook endpoint. Its deliveries tell the result."""
    await require_no_members(request)
    party_id = request.user.party.party_id

    async def act(connection: AsyncConnection) -> JSON:
        await require_enabled(connection, party_id, _existing(endpoint_id))
        data: dict[str, JSON] = {"endpoint_id": endpoint_id}
        ping = {"party_id": party_id, "name": PING, "data": data, "target": endpoint_id}
        await outbox.append(connection, NO_BOOK, EVENT_TOPIC, [ping])
        return {"endpoint_id": endpoint_id, "type": PING}

    return await answer_once(request, context_of(request).database, act, status=202)


@post(
    "/v1/webhook-endpoints/{endpoint_id:int}/replay-failed",
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def replay_failed_deliveries(
    request: Call, endpoint_id: FromPath[int], data: JSONBody[ReplayFailedBody]
) -> Response[ReplayedAnswer]:
    """Send what a webhook endpoint did not get since a time: what failed, and what it missed.

    It misses what happens while it is disabled.
    """

    async def act(connection: AsyncConnection) -> JSON:
        count = await replay_failed(
            connection,
            request.user.party.party_id,
            _existing(endpoint_id),
            data.since,
            await read_clock(connection),
        )
        return {"endpoint_id": endpoint_id, "replayed": count}

    answer = await answer_once(request, context_of(request).database, act, status=200)
    context_of(request).webhooks.ring()
    return answer


@get("/v1/deliveries", tags=TAGS)
async def deliveries(  # noqa: PLR0917 - the parameters of the address
    request: Call,
    endpoint_id: Annotated[
        int | None, QueryParameter(ge=1, le=BIGINT_MAX, description="Only to this endpoint.")
    ] = None,
    in_state: Annotated[
        DeliveryState | None,
        QueryParameter(name="state", description="Only those in this state."),
    ] = None,
    of_type: Annotated[
        str | None,
        QueryParameter(
            name="type", max_length=TYPE_LENGTH_MAX, description="Only events of this type."
        ),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[DeliveryAnswer]:
    """What was sent to your own webhook endpoints in the last thirty days, the latest first."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_deliveries(
            connection,
            request.user.party.party_id,
            DeliveriesWanted(endpoint_id, in_state, of_type),
            before=after(cursor) or None,
            limit=limit,
        )
    found: Page[DeliveryAnswer] = page(rows, limit, _render_delivery, lambda row: row.delivery_id)
    return found


@post("/v1/deliveries/{delivery_id:int}/replay", opt=CHANGES, status_code=200, tags=TAGS)
async def replay_one(request: Call, delivery_id: FromPath[int]) -> Response[DeliveryAnswer]:
    """Send an event to its endpoint again, now, whatever became of it before."""
    await require_no_members(request)
    known = delivery_id if 0 < delivery_id <= BIGINT_MAX else 0

    async def act(connection: AsyncConnection) -> JSON:
        return _render_delivery(
            await replay_delivery(
                connection, request.user.party.party_id, known, await read_clock(connection)
            )
        )

    answer = await answer_once(request, context_of(request).database, act, status=200)
    context_of(request).webhooks.ring()
    return answer


ROUTES = [
    add_endpoint,
    webhook_endpoints,
    webhook_endpoint,
    put_webhook_endpoint,
    remove_endpoint,
    rotate_secret,
    ping_endpoint,
    replay_failed_deliveries,
    deliveries,
    replay_one,
]
