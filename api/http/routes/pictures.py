"""Pictures of offers: sent once, named by their bytes, and shown to whoever knows the address.

A page shows a picture as an image, and there nothing in it can run. Where somebody opens one as a
page, its headers forbid everything, beside what `catalog.pictures` has refused.
"""

from litestar import Response, delete, get, post
from litestar.params import FromPath, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, PUBLIC, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.schemas.pictures import PictureAnswer
from catalog.pictures import (
    PICTURE_TYPES,
    SVG_TYPE,
    Picture,
    find_picture,
    keep_picture,
    remove_picture,
)
from ledger import JSON

TAGS = ["offers"]

ADDRESS = "/v1/pictures/{picture}"
_HEADERS = {
    "Cache-Control": "public, max-age=86400",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""A day and not for ever: one that is removed must go out of sight."""


def _render(kept: Picture) -> JSON:
    return {
        "picture": kept.picture,
        "media_type": kept.media_type,
        "bytes": len(kept.content),
        "address": ADDRESS.format(picture=kept.picture),
    }


@post(
    "/v1/pictures",
    guards=[SUPPLIER_OR_OPERATOR],
    opt={
        **CHANGES,
        "media_type": SVG_TYPE,
        "other_media_types": PICTURE_TYPES[1:],
        "body": SVG_TYPE,
    },
    tags=TAGS,
)
async def add_picture(request: Call, body: RawBody) -> Response[PictureAnswer]:
    """Keep a picture for offers: SVG, PNG, JPEG or WebP. Its address goes into `images`.

    Its bytes say what it is, and name it. The same bytes are the same picture.
    """

    async def act(connection: AsyncConnection) -> JSON:
        return _render(await keep_picture(connection, request.user.party, body))

    return await answer_once(request, context_of(request).database, act)


@get("/v1/pictures/{picture:str}", opt={**PUBLIC, "answers": PICTURE_TYPES}, tags=TAGS)
async def picture_content(request: Call, picture: FromPath[str]) -> Response[bytes]:
    """A picture, for anyone who knows its address. It may be shown by pages of other origins."""
    async with context_of(request).database.transaction() as connection:
        kept = await find_picture(connection, picture)
    return Response(kept.content, headers={**_HEADERS, "Content-Type": kept.media_type})


@delete("/v1/pictures/{picture:str}", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def remove_one_picture(request: Call, picture: FromPath[str]) -> None:
    """Remove a picture of the calling supplier. The operator removes anybody's.

    Offers that name it show it no more.
    """
    owner = None if is_operator(request.user) else request.user.party
    async with changing(request, context_of(request).database) as connection:
        await remove_picture(connection, picture, owner)
        await note_change(request, connection, None)


ROUTES = [add_picture, picture_content, remove_one_picture]
