"""Callbacks: suppliers tell how deliveries ended.

They sign what they send; no API key is involved.
"""

from datetime import UTC, datetime

from litestar import Response, post
from litestar.params import FromPath, RawBody

from api.http.auth import Call, context_of
from api.http.idempotency import answer
from api.http.schemas.market import CallbackAnswer
from exchange.fulfil import BODY_LENGTH_MAX_BYTES, receive_callback

TAGS = ["fulfilment"]


@post(
    "/v1/fulfilment/callbacks/{supplier:str}",
    opt={"public": True},
    status_code=200,
    request_max_body_size=BODY_LENGTH_MAX_BYTES,
    tags=TAGS,
)
async def callback(
    request: Call, supplier: FromPath[str], body: RawBody
) -> Response[CallbackAnswer]:
    """A supplier's word on an order, signed by Standard Webhooks with the shared secret.

    The same again changes nothing.
    """
    context = context_of(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    document = await receive_callback(
        context.ledger, context.vault, supplier, headers, body, now=datetime.now(UTC)
    )
    context.changes.ring()
    return answer(document)


ROUTES = [callback]
