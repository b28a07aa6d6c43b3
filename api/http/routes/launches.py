"""Launches: a brand's server lets a member in to the member pages."""

from functools import partial
from typing import Any

from litestar import Response, get, post, put
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, BRAND_ALONE, CHANGES, Call, context_of
from api.http.deeds import changing, note_change
from api.http.idempotency import json_answer, run_once
from api.http.schemas.launches import FrameOriginsAnswer, FrameOriginsBody, LaunchAnswer, LaunchBody
from api.identity.frames import load_frame_origins, set_frame_origins
from api.identity.launches import launch_path, make_launch
from ledger import JSON

TAGS = ["members"]


@post("/v1/programmes/{programme:str}/launches", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_launch(
    request: Call, code: ProgrammeInPath, data: JSONBody[LaunchBody]
) -> Response[LaunchAnswer]:
    """Let a member in to the member pages, by a link that works once and for a minute.

    The link is shown only in this answer. In a replay it is null.
    """
    programme = await own_programme(request, code)
    context = context_of(request)
    made: list[str] = []

    async def act(connection: AsyncConnection) -> JSON:
        launch = await make_launch(
            connection,
            programme.book_id,
            member=data.member,
            locale=data.locale,
            return_url=data.return_url,
            account=data.account,
            seconds=data.seconds,
        )
        origins = await load_frame_origins(connection, programme.party_id)
        path = launch_path(launch.token, programme.code if origins else None)
        made.append(context.settings.public_url + path)
        return {
            "programme": programme.code,
            "member": data.member,
            "url": None,
            "expires_at": launch.expires_at,
        }

    read_body = None
    if data.account is not None:
        accounts = await context.data_keys.accounts()
        mark = accounts.mark(programme.book_id, data.account)
        read_body = partial(_with_mark, mark=mark)
    document, replayed = await run_once(
        request, context.database, act, book_id=programme.book_id, read_body=read_body
    )
    shown: dict[str, Any] = {
        **document,
        "url": None if replayed else made[-1],
        "already_shown": replayed,
    }
    return json_answer(shown, status=201, replayed=replayed)


def _with_mark(raw: JSON, mark: str) -> JSON:
    """The body for its fingerprint, from which nobody can try out accounts."""
    return {**raw, "account": mark} if isinstance(raw, dict) else raw


@get("/v1/frame-origins", guards=[BRAND_ALONE], tags=TAGS)
async def frame_origins(request: Call) -> FrameOriginsAnswer:
    """Whose pages may have the member pages of your own party in a frame. At first nobody's."""
    party = request.user.party
    async with context_of(request).database.transaction() as connection:
        origins = await load_frame_origins(connection, party.party_id)
    return {"party": party.code, "origins": origins}


@put("/v1/frame-origins", guards=[BRAND_ALONE], tags=TAGS)
async def put_frame_origins(request: Call, data: JSONBody[FrameOriginsBody]) -> FrameOriginsAnswer:
    """Set whose pages may have the member pages of your own party in a frame.

    The list takes the place of the one before. It holds for what is loaded from now on.
    """
    party = request.user.party
    async with changing(request, context_of(request).database) as connection:
        origins = await set_frame_origins(connection, party.party_id, data.origins)
        answer: FrameOriginsAnswer = {"party": party.code, "origins": origins}
        await note_change(request, connection, dict(answer))
    return answer


ROUTES = [add_launch, frame_origins, put_frame_origins]
