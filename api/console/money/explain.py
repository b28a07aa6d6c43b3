"""Explain a cent: why a line of a bill says what it says, step by step, and the same again."""

from litestar import Response, get
from litestar.params import FromPath

from api.console.money.frame import show
from api.console.shell import enter
from api.http.auth import PAGE, Call


@get("/console/lines/{book_id:int}/{use_id:str}", opt=PAGE, include_in_schema=False)
async def explained(
    request: Call, book_id: FromPath[int], use_id: FromPath[str]
) -> Response[bytes]:
    """Each line of a use: its card, what it was rated by, each step, and the replay."""
    shell = await enter(request, "statements.read")
    found = await shell.need("/v1/lines/{book}/{use}", book=book_id, use=use_id)
    return show(shell, "explained", lines=found["lines"], use=f"{book_id}:{use_id}")


ROUTES = [explained]
