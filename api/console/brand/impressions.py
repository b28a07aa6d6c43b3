"""Impressions of a placement: what its host tells by hour, looked at before it is recorded."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.told_hours import ToldHours, is_zone, read_told_hours, spans
from api.console.brand.words import HOUR_OUTCOMES
from api.http.auth import PAGE, Call
from api.pages.forms import TEXT_LENGTH_MAX, Form

HOME = "/console/swaps/placements/{placement_id:int}/impressions"
FILE_BYTES_MAX = 200_000
"""A month of hours needs a tenth of it. What is larger is no such file."""


async def _page(
    brand: Brand, placement_id: int, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    placement = await brand.shell.need("/v1/placements/{placement}", placement=placement_id)
    shown = {"told": None, "outcomes": None, "outside": 0, **values}
    told: ToldHours | None = shown["told"]
    if told is not None:
        begins, ends = (
            datetime.fromisoformat(placement[name]) for name in ("window_from", "window_until")
        )
        first = begins.replace(minute=0, second=0, microsecond=0)
        shown["outside"] = sum(not first <= each.hour < ends for each in told.hours)
        shown["span"] = spans(told.hours)
    return brand.page(
        "brand/impressions.html",
        form=form,
        placement=placement,
        text_length_max=TEXT_LENGTH_MAX,
        **shown,
    )


@get(HOME, opt=PAGE, include_in_schema=False)
async def impressions(request: Call, placement_id: FromPath[int]) -> Response[bytes]:
    """Ask how often the offer was shown in each hour: typed, or as a file."""
    return await _page(await enter_brand(request, "market.write"), placement_id)


async def _typed(form: Form) -> str:
    """What was sent: the file if there is one, else what was typed."""
    sent = form.files.get("file")
    content = b"" if sent is None else await sent.read(FILE_BYTES_MAX)
    if not content:
        return form.text("hours")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


@post(HOME, opt=PAGE, include_in_schema=False)
async def preview(request: Call, placement_id: FromPath[int]) -> Response[bytes]:
    """Show what was understood of the hours. Nothing is recorded yet."""
    brand, form = await enter_brand_form(request, "market.write")
    zone = form.text("zone")
    wrong = {}
    if not is_zone(zone):
        wrong["zone"] = brand.shell._("There is no such time zone.")
    text = await _typed(form)
    if not text.strip():
        wrong["hours"] = brand.shell._("Type the hours, or choose a file.")
    if wrong:
        errors = [{"pointer": name, "detail": detail} for name, detail in wrong.items()]
        form.blame({"errors": errors})
        return await _page(brand, placement_id, form=form, status=HTTPStatus.BAD_REQUEST)
    return await _page(brand, placement_id, form=form, told=read_told_hours(text, zone), zone=zone)


@post(f"{HOME}/record", opt=PAGE, include_in_schema=False)
async def record(request: Call, placement_id: FromPath[int]) -> Response[bytes]:
    """Record the hours as they were shown, and say what became of each."""
    brand, form = await enter_brand_form(request, "market.write")
    told = read_told_hours(form.text("told"), "UTC")
    body = {
        "hours": [
            {"hour": each.hour.isoformat(), "impressions": each.impressions} for each in told.hours
        ]
    }
    answer = await brand.shell.act(
        "POST", "/v1/placements/{placement}/counts", body, form=form, placement=placement_id
    )
    if not answer.is_good:
        return await _page(
            brand, placement_id, form=form, problem=answer.problem, status=answer.status
        )
    outcomes: dict[str, list[str]] = {name: [] for name in HOUR_OUTCOMES}
    for each in answer.json["hours"]:
        outcomes[each["outcome"]].append(each["hour"])
    return await _page(brand, placement_id, outcomes=outcomes)


ROUTES = [impressions, preview, record]
