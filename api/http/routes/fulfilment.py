"""Callbacks: a supplier says how a delivery ended.

Callbacks are signed. They need no API key.
"""

from litestar import Response, post
from litestar.params import FromPath, RawBody

from api.http.auth import CALLBACK, Call, context_of
from api.http.deeds import request_id
from api.http.idempotency import json_answer
from api.http.schemas.fulfilment import CallbackAnswer, CallbackBody
from exchange.fulfil import BODY_LENGTH_MAX_BYTES, receive_callback

TAGS = ["fulfilment"]


@post(
    "/v1/fulfilment/callbacks/{supplier:str}",
    opt={**CALLBACK, "body": CallbackBody},
    status_code=200,
    request_max_body_size=BODY_LENGTH_MAX_BYTES,
    tags=TAGS,
)
async def callback(
    request: Call, supplier: FromPath[str], body: RawBody
) -> Response[CallbackAnswer]:
    """What a supplier says about an order, signed as in Standard Webhooks with the shared secret.

    To repeat a callback changes nothing.
    """
    context = context_of(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    document = await receive_callback(
        context.ledger,
        context.vault,
        supplier,
        headers,
        body,
        request_id=request_id(),
        sold_out=context.sold_out,
    )
    context.changes.ring()
    return json_answer(document)


ROUTES = [callback]
