"""Points of a programme as a whole: totals, trial balance, and operations on any member."""

from litestar import Response, get, post

from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, points_field, show
from api.console.brand.words import _
from api.http.auth import PAGE, Call


@get("/console/points", opt=PAGE, include_in_schema=False)
async def points(request: Call) -> Response[bytes]:
    """What was issued, redeemed and expired, by month and in all, and whether it adds up."""
    brand = await enter_brand(request, "programmes.read")
    return brand.page(
        "brand/points.html",
        totals=await brand.need("/totals"),
        balance=await brand.need("/trial-balance"),
        months=await brand.need("/overview", {"months": 12}),
        days=(await brand.need("/points-days"))["days"],
        rules=(await brand.get("/earning-rules", {"limit": 20})).items,
    )


def _issue_task(brand: Brand) -> Task:
    _ = brand.shell._
    return Task(
        title=_("Issue points"),
        sub=_("The programme's rules decide when they can be spent and when they expire."),
        action=brand.to("/console/points/issue"),
        submit=_("Issue points"),
        fields=(
            Field("member", _("Member"), required=True, attrs={"maxlength": 200}),
            points_field(_("Points")),
            Field("store", _("Shop"), attrs={"maxlength": 200}),
            Field("reference", _("Reference"), attrs={"maxlength": 200}),
            Field("points_day", _("Multiply if it is a points day for the member"), "checkbox"),
        ),
        call="POST /v1/programmes/{programme}/issue",
        crumbs=((_("Points"), brand.to("/console/points")),),
    )


@get("/console/points/issue", opt=PAGE, include_in_schema=False)
async def issue_form(request: Call) -> Response[bytes]:
    """Ask whom to give how many points."""
    brand = await enter_brand(request, "points.write")
    return show(brand.shell, _issue_task(brand))


@post("/console/points/issue", opt=PAGE, include_in_schema=False)
async def issue(request: Call) -> Response[bytes]:
    """Give points to a member, who may be new."""
    brand, form = await enter_brand_form(request, "points.write")
    body = {
        "member": form.text("member"),
        "points": form.whole("points"),
        "store": form.optional("store"),
        "reference": form.optional("reference"),
        "points_day": True if form.is_checked("points_day") else None,
    }
    told = {name: value for name, value in body.items() if value is not None}
    answer = await brand.act("POST", "/issue", told, form=form)
    if not answer.is_good:
        return show(brand.shell, _issue_task(brand), form, answer)
    return brand.shell.done(brand.to("/console/members", prefix=form.text("member")), ISSUED)


ISSUED = _("The points were issued.")
ROUTES = [points, issue_form, issue]
