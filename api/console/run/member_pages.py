"""Member pages: how a brand's developers lead members there, and whose pages may frame them."""

from litestar import Response, get, post

from api.console.shell import NotForYou, Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.identity.frames import FRAME_ORIGINS_MAX
from api.pages.ask import Answer
from api.pages.forms import Form

PATH = "/console/member-pages"


async def _show(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None
) -> Response[bytes]:
    if not shell.is_party("brand"):
        raise NotForYou
    found = await shell.need("/v1/frame-origins")
    programmes = await shell.get("/v1/programmes")
    return shell.page(
        "run/member_pages.html",
        status=200 if answer is None else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        origins="\n".join(found["origins"]),
        origins_max=FRAME_ORIGINS_MAX,
        programmes=programmes.items,
    )


@get(PATH, opt=PAGE, include_in_schema=False)
async def member_pages(request: Call) -> Response[bytes]:
    """How members come to their pages, and who may frame these."""
    return await _show(await enter(request, "keys.manage"))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def set_origins(request: Call) -> Response[bytes]:
    """Set who may frame the member pages: one origin a line."""
    shell, form = await enter_form(request, "keys.manage", name="origins")
    origins = form.text("origins").split()
    answer = await shell.act("PUT", "/v1/frame-origins", {"origins": origins}, form=form)
    for each in (answer.problem or {}).get("errors", ()):
        # It names the origin by its place in the list. The page has one field for all.
        form.blame({"field": "origins", "detail": each["detail"]})
    if not answer.is_good:
        return await _show(shell, form=form, answer=answer)
    return shell.done(PATH, "Who may frame the member pages was saved.")


ROUTES = [member_pages, set_origins]
