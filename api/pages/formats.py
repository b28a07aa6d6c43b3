"""How numbers, money, days and times are written for a reader (CLDR, by Babel)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale as BabelLocale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
)

from api.identity.users import Locale

NOTHING = "–"
"""What stands where there is no value."""
DAY_LENGTH = len("2026-11-28")
_BABEL = {"en": "en_GB", "zh-Hans": "zh_Hans_CN"}


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of one language, with times in one zone."""

    locale: Locale
    zone: str = "UTC"

    @property
    def _babel(self) -> BabelLocale:
        return BabelLocale.parse(_BABEL[self.locale])

    def number(self, value: float | Decimal | None) -> str:
        """A count or a number of points, such as 1,234."""
        return NOTHING if value is None else format_decimal(value, locale=self._babel)

    def compact(self, value: float | None) -> str:
        """A number for the side of a chart: 100K, or 10万."""
        if value is None:
            return NOTHING
        return format_compact_decimal(value, locale=self._babel, fraction_digits=1)

    def percent(self, share: float | Decimal | str | None, digits: int = 1) -> str:
        """A share of one as a percentage, such as 0.125 as 12.5%."""
        if share is None:
            return NOTHING
        pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
        return format_percent(Decimal(str(share)), format=pattern, locale=self._babel)

    def rate(self, permyriad: float | None) -> str:
        """A share in ten-thousandths as a percentage."""
        return NOTHING if permyriad is None else self.percent(Decimal(permyriad) / 10_000)

    def money(self, minor: int | None, currency: str | None) -> str:
        """Minor units of a currency, such as 12345 of CNY as ¥123.45."""
        if minor is None or not currency:
            return NOTHING
        amount = Decimal(minor).scaleb(-get_currency_precision(currency))
        return format_currency(amount, currency, locale=self._babel)

    def day(self, value: str | date | None) -> str:
        """A day, such as 28 Nov 2026. Of a time it is the day in the zone of the reader."""
        if not value:
            return NOTHING
        return format_date(self._day(value), "medium", locale=self._babel)

    def last_day(self, until: str | None) -> str:
        """The last day of what ends before a time."""
        if not until:
            return NOTHING
        return self.day(_instant(until) - timedelta.resolution)

    def _day(self, value: str | date) -> date:
        if isinstance(value, str) and len(value) > DAY_LENGTH:
            value = _instant(value)
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(self.zone)).date()
        return date.fromisoformat(value) if isinstance(value, str) else value

    def month(self, value: str | None) -> str:
        """A month, given as 2026-11."""
        if not value:
            return NOTHING
        first = date.fromisoformat(f"{value[:7]}-01")
        return format_skeleton("yMMM", first, locale=self._babel)

    def short_month(self, value: str) -> str:
        """A month for the foot of a chart."""
        return format_skeleton("MMM", date.fromisoformat(f"{value[:7]}-01"), locale=self._babel)

    def instant(self, value: str | datetime | None) -> str:
        """A time in the zone of the reader, to the minute."""
        if not value:
            return NOTHING
        return format_datetime(
            _instant(value), "medium", tzinfo=ZoneInfo(self.zone), locale=self._babel
        ).rpartition(":")[0]

    def clock(self, value: str | datetime | None) -> str:
        """The hour and minute of a time."""
        if not value:
            return NOTHING
        return format_skeleton(
            "Hm", _instant(value).astimezone(ZoneInfo(self.zone)), locale=self._babel
        )

    def ago(self, value: str | datetime | None, now: datetime) -> str:
        """How long ago a time was, or in how long it comes."""
        if not value:
            return NOTHING
        return format_timedelta(_instant(value) - now, add_direction=True, locale=self._babel)

    def seconds(self, value: float | None) -> str:
        """A length of time."""
        if value is None:
            return NOTHING
        return format_timedelta(
            timedelta(seconds=value), threshold=1.5, format="narrow", locale=self._babel
        )


def _instant(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    read = datetime.fromisoformat(value)
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
