"""What is done for one member: adjust, issue, gift, release a hold, reverse, merge, forget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, points_field, show
from api.console.brand.words import _
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.identity.roles import Permission
from api.pages.ask import Problem, at
from api.pages.forms import Form

Translate = Callable[[str], str]
Fields = Callable[[Translate], tuple[Field, ...]]
NOTE_LENGTH_MAX = 200


def _note(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, attrs={"maxlength": NOTE_LENGTH_MAX}, **more)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done for a member, and what its form asks for."""

    title: str
    sub: str
    path: str
    """The address of the interface, after the programme's."""
    permission: Permission
    said: str
    fields: Fields = lambda _: ()
    is_grave: bool = False


DEEDS: Mapping[str, Deed] = {
    "adjust": Deed(
        _("Adjust points"),
        _("A correction by hand. It stands in the history with its reason."),
        "/adjust",
        "points.adjust",
        _("The points were adjusted."),
        lambda _: (
            Field(
                "points",
                _("Points"),
                "number",
                required=True,
                hint=_("Below zero takes points away"),
                attrs={"step": 1},
            ),
            _note("reason", _("Reason"), required=True),
            _note("reference", _("Reference")),
        ),
    ),
    "issue": Deed(
        _("Issue points"),
        _("The programme's rules decide when they can be spent and when they expire."),
        "/issue",
        "points.write",
        _("The points were issued."),
        lambda _: (
            points_field(_("Points")),
            Field("expires_on", _("Last day"), "date", hint=_("Empty: as the rules say")),
            _note("store", _("Shop")),
            _note("reference", _("Reference")),
            Field("points_day", _("Multiply if it is a points day for the member"), "checkbox"),
        ),
    ),
    "gift": Deed(
        _("Give points to another member"),
        _("The points keep their last days."),
        "/gift",
        "points.write",
        _("The points were given."),
        lambda _: (
            Field("to_member", _("To member"), required=True, attrs={"maxlength": 200}),
            points_field(_("Points")),
            _note("reference", _("Reference")),
        ),
    ),
    "release": Deed(
        _("Release a hold"),
        _("The points that are set aside can be spent again."),
        "/release",
        "points.write",
        _("The hold was released."),
        lambda _: (_note("hold_key", _("Key of the hold"), required=True),),
    ),
    "reverse": Deed(
        _("Reverse an operation"),
        _("Undo an issue, a redemption or a capture, in whole or in part."),
        "/reverse",
        "points.adjust",
        _("The operation was reversed."),
        lambda _: (
            _note("operation_key", _("Key of the operation"), required=True),
            Field(
                "points",
                _("Points"),
                "number",
                hint=_("Empty: all that is left of it"),
                attrs={"min": 1, "step": 1},
            ),
            _note("reference", _("Reference")),
        ),
        is_grave=True,
    ),
    "merge": Deed(
        _("Merge into another member"),
        _("All points and coupons move to the other member, for good."),
        "/merge",
        "members.write",
        _("The member was merged."),
        lambda _: (
            Field("into_member", _("Into member"), required=True, attrs={"maxlength": 200}),
        ),
        is_grave=True,
    ),
    "forget": Deed(
        _("Forget the member"),
        _("Identifiers, tags, tier, birthday and accounts go, for good. Points and history stay."),
        "/members/{member}/forget",
        "members.write",
        _("The member was forgotten."),
        is_grave=True,
    ),
}
NUMBERS = frozenset({"points"})
OF_POINTS = frozenset({"adjust", "gift", "release", "reverse"})
"""Deeds that a member without points has nothing for."""


def _task(brand: Brand, member: str, name: str) -> Task:
    _, deed = brand.shell._, DEEDS[name]
    home = brand.to(at("/console/members/{member}", member=member))
    return Task(
        title=_(deed.title),
        sub=_(deed.sub),
        action=brand.to(at("/console/members/{member}/{deed}", member=member, deed=name)),
        submit=_(deed.title),
        fields=deed.fields(_),
        call="POST /v1/programmes/{programme}" + deed.path,
        crumbs=((_("Members"), brand.to("/console/members")), (member, home)),
        confirm=_("This cannot be undone. Go on?") if name in {"merge", "forget"} else "",
        is_grave=deed.is_grave,
    )


def _deed(name: str) -> Deed:
    """The deed of this name.

    Raises:
        RouteNotFound: there is none.
    """
    if name not in DEEDS:
        raise RouteNotFound
    return DEEDS[name]


@get("/console/members/{member:str}/{deed:str}", opt=PAGE, include_in_schema=False)
async def member_form(request: Call, member: FromPath[str], deed: FromPath[str]) -> Response[bytes]:
    """Ask what a deed for a member needs to know."""
    brand = await enter_brand(request, _deed(deed).permission)
    if deed != "issue":  # a member who has no points yet may get some
        found = await brand.get("/members/{member}", member=member)
        if not found.is_good and deed in OF_POINTS:
            raise Problem(found)
    known = {name: brand.shell.query.get(name, "") for name in ("hold_key", "operation_key")}
    return show(brand.shell, _task(brand, member, deed), Form(known))


@post("/console/members/{member:str}/{deed:str}", opt=PAGE, include_in_schema=False)
async def act_for_member(
    request: Call, member: FromPath[str], deed: FromPath[str]
) -> Response[bytes]:
    """Do something for a member, once for the key of the form."""
    wanted = _deed(deed)
    brand, form = await enter_brand_form(request, wanted.permission)
    body: dict[str, Any] | None = None
    if deed != "forget":
        body = {"member": member}
        for each in wanted.fields(str):
            if each.kind == "checkbox":
                body |= {each.name: True} if form.is_checked(each.name) else {}
            elif form.text(each.name):
                numeric = each.name in NUMBERS
                body[each.name] = form.whole(each.name) if numeric else form.text(each.name)
        if deed == "adjust":
            body["actor"] = brand.shell.signed_in.email[:NOTE_LENGTH_MAX]
    parts = {"member": member} if deed == "forget" else {}
    answer = await brand.act("POST", wanted.path, body, form=form, **parts)
    if not answer.is_good:
        return show(brand.shell, _task(brand, member, deed), form, answer)
    return brand.shell.done(brand.to(at("/console/members/{member}", member=member)), wanted.said)


ROUTES = [member_form, act_for_member]
