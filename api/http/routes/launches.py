"""Launches: a brand's server lets a member in to the member pages."""

from typing import Any

from litestar import Response, post
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, Call, context_of
from api.http.idempotency import json_answer, run_once
from api.http.schemas.launches import LaunchAnswer, LaunchBody
from api.identity.launches import LAUNCH_PATH, make_launch
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
            seconds=data.seconds,
        )
        made.append(f"{context.settings.public_url}{LAUNCH_PATH}{launch.token}")
        return {
            "programme": programme.code,
            "member": data.member,
            "url": None,
            "expires_at": launch.expires_at,
        }

    document, replayed = await run_once(request, context.database, act, book_id=programme.book_id)
    shown: dict[str, Any] = {
        **document,
        "url": None if replayed else made[-1],
        "already_shown": replayed,
    }
    return json_answer(shown, status=201, replayed=replayed)


ROUTES = [add_launch]
