"""What the text of a cell means. Each reader is pure, and raises CellWrong with a code."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from zoneinfo import ZoneInfo

from catalog.fields import CODE_LENGTH_MAX, OFFER_CODE_PATTERN
from catalog.imports.headings import DayFormat, Unit
from ledger.asks import YEAR_MAX, YEAR_MIN

Choice = TypeVar("Choice")

_CODE = re.compile(OFFER_CODE_PATTERN)
_MONEY = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_WHOLE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18}")
_YEAR, _MONTH, _DATE = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_BETWEEN, _AGAIN = "(?P<between>[-/.])", "(?P=between)"
_DAYS: Mapping[DayFormat, re.Pattern[str]] = {
    "year-first": re.compile(_YEAR + _BETWEEN + _MONTH + _AGAIN + _DATE),
    "day-first": re.compile(_DATE + _BETWEEN + _MONTH + _AGAIN + _YEAR),
    "month-first": re.compile(_MONTH + _BETWEEN + _DATE + _AGAIN + _YEAR),
}
_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_DISCOUNT = re.compile(r"[0-9](?:\.[0-9]{1,2})?")
PERMILLE = 1_000
_MINOR_DIGITS = 2
YES_OR_NO: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "true", "1", "y", "是", "有", "线上", "可"), True),
    **dict.fromkeys(("no", "false", "0", "n", "否", "无", "线下", "不可"), False),
}


class CellWrong(Exception):
    """The cell does not hold what its column takes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_code(cell: str, refusal: str) -> str:
    """A code as an offer or a shop has it."""
    if len(cell) > CODE_LENGTH_MAX or _CODE.fullmatch(cell) is None:
        raise CellWrong(refusal)
    return cell


def read_choice(cell: str, words: Mapping[str, Choice]) -> Choice:
    """What the word stands for."""
    try:
        return words[cell.casefold()]
    except KeyError:
        raise CellWrong("choice-invalid") from None


def read_whole(cell: str, least: int, most: int, refusal: str = "number-invalid") -> int:
    """A whole number. Commas may stand between groups of three digits."""
    if not cell.isascii() or _WHOLE.fullmatch(cell) is None:
        raise CellWrong(refusal)
    value = int(cell.replace(",", ""))
    if not least <= value <= most:
        raise CellWrong(refusal)
    return value


def read_money(cell: str, unit: Unit, most_minor: int) -> int:
    """An amount in minor units. In yuan it has at most two decimals, in fen none."""
    cell = cell.removeprefix("¥").removeprefix("￥").removesuffix("元").strip()
    if not cell.isascii() or _MONEY.fullmatch(cell) is None:
        raise CellWrong("money-invalid")
    try:
        amount = Decimal(cell.replace(",", ""))
    except InvalidOperation:
        raise CellWrong("money-invalid") from None
    minor = amount.scaleb(_MINOR_DIGITS) if unit == "yuan" else amount
    if minor != minor.to_integral_value() or minor > most_minor:
        raise CellWrong("money-invalid")
    return int(minor)


def read_discount(cell: str) -> int:
    """A discount in thousandths of the price that is left: 8.5 or 8.5折 is 850."""
    cell = cell.removesuffix("折").strip()
    if _DISCOUNT.fullmatch(cell) is None:
        raise CellWrong("discount-invalid")
    permille = Decimal(cell) * 100
    if permille != permille.to_integral_value() or not 0 < permille < PERMILLE:
        raise CellWrong("discount-invalid")
    return int(permille)


def read_day(cell: str, form: DayFormat) -> date:
    """A day as the mapping writes it, or with its year first, as workbooks' own dates are read."""
    for each in (_DAYS[form], _DAYS["year-first"], _DIGITS):
        found = each.fullmatch(cell) if cell.isascii() else None
        if found is not None:
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                break
            if _is_in_bounds(day):
                return day
            break
    raise CellWrong("day-invalid")


def _is_in_bounds(day: date) -> bool:
    """Whether it is in the years that a request may name, too. Any offset from UTC fits them."""
    return YEAR_MIN <= day.year <= YEAR_MAX


def read_begin(cell: str, form: DayFormat, zone: ZoneInfo) -> datetime:
    """An instant in UTC. A day alone means its midnight in the zone."""
    return _instant(cell, form, zone, days_later=0)


def read_end(cell: str, form: DayFormat, zone: ZoneInfo) -> datetime:
    """An instant in UTC before which something ends. A day alone belongs to it."""
    return _instant(cell, form, zone, days_later=1)


def _instant(cell: str, form: DayFormat, zone: ZoneInfo, *, days_later: int) -> datetime:
    try:
        day = read_day(cell, form) + timedelta(days=days_later)
        return datetime.combine(day, datetime.min.time(), tzinfo=zone).astimezone(UTC)
    except CellWrong:
        pass
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        raise CellWrong("time-invalid") from None
    if found.utcoffset() is None or not _is_in_bounds(found):
        raise CellWrong("time-invalid")
    return found.astimezone(UTC)


def read_list(cell: str, length_max: int, count_max: int, refusal: str) -> list[str]:
    """What is separated by semicolons, each once, in order."""
    parts = [part.strip() for part in cell.replace("；", ";").split(";")]
    found = list(dict.fromkeys(part for part in parts if part))
    if len(found) > count_max or any(len(part) > length_max for part in found):
        raise CellWrong(refusal)
    return found
