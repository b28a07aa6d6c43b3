"""A part of a rate card's document as it is read: each value checked, each fault with its place."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NoReturn, Self

from catalog import OFFER_CODE_PATTERN, SLUG_PATTERN
from ledger import Refusal
from ledger.book import CURRENCY_PATTERN
from settlement.money import RATE_DECIMALS_MAX, RATE_MINOR_MAX

LEG_NAME_PATTERN = "[a-z][a-z_]{0,31}"
TEXT_LENGTH_MAX = 100
CODE_LENGTH_MAX = 64
_CONVERSION = "conversion"
_LEG_NAME, _PARTY = re.compile(LEG_NAME_PATTERN), re.compile(SLUG_PATTERN)
_OFFER, _CURRENCY = re.compile(OFFER_CODE_PATTERN), re.compile(CURRENCY_PATTERN)
# A rate is text, as JSON's numbers are floating-point to many readers.
_RATE = re.compile(rf"[0-9]{{1,12}}(\.[0-9]{{1,{RATE_DECIMALS_MAX}}})?")


class RateCardInvalid(Refusal):
    """The rate card says something that has no clear meaning. `at` names the place."""

    code: ClassVar[str] = "rate-card-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The rate card is invalid."

    @classmethod
    def at_place(cls, place: str, fault: str) -> Self:
        """The refusal of what stands at a place of the document."""
        return cls(f"{place}: {fault}", at=place)


class Reader:
    """An object of the document. `finish` refuses what was not asked for."""

    def __init__(self, values: Any, place: str = "") -> None:
        self._place = place
        if not isinstance(values, Mapping):
            raise RateCardInvalid.at_place(place or "card", "it is an object")
        self._values = {name: value for name, value in values.items() if value is not None}
        self._asked: set[str] = set()

    def refuse(self, name: str, fault: str) -> NoReturn:
        """Refuse what stands under a name here."""
        raise RateCardInvalid.at_place(self._at(name), fault)

    def finish(self) -> None:
        """Refuse names that nothing asked for."""
        for name in self._values:
            if name not in self._asked:
                self.refuse(str(name)[:TEXT_LENGTH_MAX], "a card says nothing of this name")

    def absent(self, name: str, model: str) -> None:
        """Refuse a value that the model has no use for."""
        if self._take(name) is not None:
            self.refuse(name, f"the model {model} has none")

    def choice(self, name: str, choices: tuple[str, ...], otherwise: str | None) -> Any:
        """One of some words."""
        value = self._take(name)
        value = otherwise if value is None else value
        if value not in choices:
            self.refuse(name, f"it is one of {', '.join(choices)}")
        return value

    def money(self, name: str) -> Decimal:
        """Minor units, exact, as text."""
        value = self._decimal(name)
        if not value < RATE_MINOR_MAX:
            self.refuse(name, f"it is from 0 to below {RATE_MINOR_MAX} minor units")
        return value

    def optional_money(self, name: str) -> Decimal | None:
        """Minor units, if any are stated."""
        return self.money(name) if name in self._values else self._take(name)

    def share(self, name: str) -> Decimal:
        """A share from 0 to 1, exact, as text."""
        value = self._decimal(name)
        if value > 1:
            self.refuse(name, "it is a share from 0 to 1: 0.06 is 6 %")
        return value

    def optional_share(self, name: str) -> Decimal | None:
        """A share, if one is stated."""
        return self.share(name) if name in self._values else self._take(name)

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(name, f"it is a whole number from {least} to {most}")
        return value

    def optional_whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number, if one is stated."""
        return self.whole(name, least, most) if name in self._values else self._take(name)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._required(name)
        if not isinstance(value, bool):
            self.refuse(name, "it is true or false")
        return value

    def optional_text(self, name: str) -> str | None:
        """A short text, if one is stated."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, str) or not 1 <= len(value) <= TEXT_LENGTH_MAX:
            self.refuse(name, f"it is a text of 1 to {TEXT_LENGTH_MAX} characters")
        if not value.isprintable():
            self.refuse(name, "it has no control characters")
        return value

    def names(self, name: str, most: int) -> tuple[str, ...]:
        """Codes of offers in ascending order, each once."""
        value = self._take(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            self.refuse(name, f"it is a list of 1 to {most} codes")
        for each in value:
            if not isinstance(each, str) or _OFFER.fullmatch(each) is None:
                self.refuse(name, "it is a list of codes of offers")
        return tuple(sorted(set(value)))

    def optional_day(self, name: str) -> date | None:
        """A day, if one is stated."""
        value = self._take(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(name, "it is a day: 2026-03-01")

    def currency(self, name: str) -> str:
        """A currency."""
        return self._matching(name, _CURRENCY, "it is three capital letters (ISO 4217)")

    def leg_name(self, name: str) -> str:
        """The name of a leg."""
        value = self._matching(name, _LEG_NAME, "it is small letters and _, at most 32")
        if value == _CONVERSION:
            self.refuse(name, "a conversion is billed at the price of its consent")
        return value

    def party(self, name: str) -> str:
        """A role, or the code of a party."""
        return self._matching(name, _PARTY, "it is home, supplier, operator or a party's code")

    def reader(self, name: str) -> "Reader":
        """The object under a name."""
        return Reader(self._required(name), self._at(name))

    def optional_reader(self, name: str) -> "Reader | None":
        """The object under a name, if there is one."""
        value = self._take(name)
        return None if value is None else Reader(value, self._at(name))

    def readers(self, name: str, least: int, most: int) -> "list[Reader]":
        """The objects of a list."""
        value = self._required(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.refuse(name, f"it is a list of {least} to {most}")
        return [Reader(each, f"{self._at(name)}[{i}]") for i, each in enumerate(value)]

    def _take(self, name: str) -> Any:
        self._asked.add(name)
        return self._values.get(name)

    def _required(self, name: str) -> Any:
        value = self._take(name)
        if value is None:
            self.refuse(name, "it is missing")
        return value

    def _decimal(self, name: str) -> Decimal:
        value = self._required(name)
        if not isinstance(value, str) or _RATE.fullmatch(value) is None:
            self.refuse(
                name, f'it is a number as text, with at most {RATE_DECIMALS_MAX} decimals: "2.5"'
            )
        return Decimal(value)

    def _matching(self, name: str, pattern: re.Pattern[str], fault: str) -> str:
        value = self._required(name)
        if not isinstance(value, str) or len(value) > CODE_LENGTH_MAX:
            self.refuse(name, fault)
        if pattern.fullmatch(value) is None:
            self.refuse(name, fault)
        return value

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name
