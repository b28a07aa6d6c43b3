"""What people type, as the interface takes it: times in their zone, money, lines, lists.

What cannot be read is passed on as it is. The interface then says what is wrong with it.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from api.pages.forms import Form
from ledger import JSON


def typed_instant(form: Form, name: str, zone: str) -> str | None:
    """A day and a time, as `datetime-local` sends it, with the offset of the zone."""
    text = form.optional(name)
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (read if read.tzinfo is not None else read.replace(tzinfo=ZoneInfo(zone))).isoformat()


def instant_at(day: str, clock: str, zone: str) -> str | None:
    """A time of a day, with the offset of the zone. What is no day is passed on."""
    if not day:
        return None
    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).isoformat()
    except ValueError:
        return day


def shown_instant(value: str | None, zone: str) -> str | None:
    """An instant as `datetime-local` shows it."""
    if value is None:
        return None
    return datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def typed_minor(form: Form, name: str, currency: str) -> int | str | None:
    """An amount such as 12.50, in minor units."""
    text = form.optional(name)
    if text is None:
        return None
    try:
        amount = Decimal(text.replace(",", "")).scaleb(_digits(currency))
    except InvalidOperation:
        return text
    is_whole = amount.is_finite() and amount == amount.to_integral_value()
    return int(amount) if is_whole else text


def shown_minor(value: int | None, currency: str) -> str | None:
    """Minor units as an amount, without the sign of the currency."""
    return None if value is None else str(Decimal(value).scaleb(-_digits(currency)))


def typed_lines(form: Form, name: str) -> list[str]:
    """What stands in the lines of a text, or between its commas."""
    parts = form.text(name).replace("，", ",").replace(",", "\n").splitlines()
    return [part.strip() for part in parts if part.strip()]


def said(pairs: Iterable[tuple[str, Any]]) -> dict[str, JSON]:
    """A body without what was left empty."""
    return {name: value for name, value in pairs if value not in (None, "", [], {})}


def _digits(currency: str) -> int:
    return get_currency_precision(currency.upper()) if currency else 2
