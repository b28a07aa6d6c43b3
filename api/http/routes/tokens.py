"""Tokens of coupons, as text and as QR codes, and the public keys that they are checked with."""

import base64
from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, PUBLIC, Call, context_of
from api.http.qr import SVG_MEDIA_TYPE, qr_svg
from api.http.schemas.tokens import ExchangeKeyAnswer, ExchangeKeysAnswer, TokenAnswer
from exchange.coupons import Coupon, PublicKey, find_coupon, show_token
from ledger import read_clock

TAGS = ["coupons"]


async def _shown(request: Call, code: str, coupon_id: int) -> tuple[Coupon, str, datetime]:
    programme = await own_programme(request, code)
    context = context_of(request)
    signatures = await context.data_keys.signatures()
    async with context.database.transaction() as connection:
        coupon = await find_coupon(connection, programme.book_id, coupon_id)
        now = await read_clock(connection)
    return coupon, *show_token(signatures, coupon, now)


@get("/v1/programmes/{programme:str}/coupons/{coupon_id:int}/token", guards=[BRAND], tags=TAGS)
async def coupon_token(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int]
) -> TokenAnswer:
    """A token of a coupon: what the member shows at a till for two minutes instead of the code."""
    coupon, token, expires_at = await _shown(request, code, coupon_id)
    return {"coupon": coupon_id, "token": token, "expires_at": expires_at, "code": coupon.code}


@get(
    "/v1/programmes/{programme:str}/coupons/{coupon_id:int}/qr",
    guards=[BRAND],
    opt={"answers": (SVG_MEDIA_TYPE,)},
    tags=TAGS,
)
async def coupon_qr(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int]
) -> Response[bytes]:
    """A new token of a coupon as a QR code, in SVG."""
    _, token, _ = await _shown(request, code, coupon_id)
    return Response(qr_svg(token), headers={"Content-Type": SVG_MEDIA_TYPE})


@get("/v1/keys/exchange", opt=PUBLIC, tags=["keys"])
async def exchange_keys(request: Call) -> ExchangeKeysAnswer:
    """The public keys of the exchange. A till checks tokens with them where it has no line to us.

    A key that is replaced goes on to hold for some days.
    """
    signatures = await context_of(request).data_keys.signatures()
    return {"keys": [_render(each) for each in signatures.public_keys()]}


def _render(key: PublicKey) -> ExchangeKeyAnswer:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": str(key.key_id),
        "x": base64.urlsafe_b64encode(key.value).decode().rstrip("="),
        "holds_until": key.holds_until,
    }


ROUTES = [coupon_token, coupon_qr, exchange_keys]
