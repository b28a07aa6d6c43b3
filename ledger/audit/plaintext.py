"""How a double-entry journal reads in the formats of Beancount and of hledger.

Pure text; `export` says what goes in.

Both are given the same accounts. A credit is below zero, as both have it. Amounts of points are
whole, as the ledger counts them, and amounts of money are exact decimals. Neither tool allows a
balance assertion any tolerance. What members, shops and clerks typed stands only in values, which
are escaped. Everything else is made of our own numbers, dates and words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from urllib.parse import quote

Facts = Mapping[str, str | None]
"""What is told of a line beside its amounts, by name (a-z and `-`). None is left out."""


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount that one account gains."""

    account: str
    amount: int | Decimal
    facts: Facts


@dataclass(frozen=True, slots=True)
class Transaction:
    """One record. Its postings sum to zero. `title` is a word of ours, `code` is `lane-seq`."""

    day: date
    title: str
    code: str
    facts: Facts
    postings: Sequence[Posting]


class Style(Protocol):
    """A format: each method gives whole lines."""

    def head(self, day: date, facts: Facts) -> str:
        """What a file begins with: the commodity."""

    def opening(self, day: date, account: str, facts: Facts) -> str:
        """An account that takes postings from this day on."""

    def transaction(self, transaction: Transaction) -> str:
        """A record."""

    def assertion(self, day: date, account: str, amount: int | Decimal) -> str:
        """That an account holds this much when the day begins, after all transactions."""


class Beancount:
    """Beancount 3. Facts are metadata, strings in quotation marks."""

    def __init__(self, commodity: str) -> None:
        self.commodity = commodity

    def head(self, day: date, facts: Facts) -> str:
        """What a file begins with: the commodity."""
        return f"{day} commodity {self.commodity}\n{self._metadata(facts, 2)}\n"

    def opening(self, day: date, account: str, facts: Facts) -> str:
        """An account that takes postings from this day on."""
        return f"{day} open {account} {self.commodity}\n{self._metadata(facts, 2)}"

    def transaction(self, transaction: Transaction) -> str:
        """A record."""
        lines = [
            f'\n{transaction.day} * "{transaction.title}"\n  operation: "{transaction.code}"\n'
        ]
        lines.append(self._metadata(transaction.facts, 2))
        lines += [
            f"  {posting.account}  {posting.amount} {self.commodity}\n"
            f"{self._metadata(posting.facts, 4)}"
            for posting in transaction.postings
        ]
        return "".join(lines)

    def assertion(self, day: date, account: str, amount: int | Decimal) -> str:
        """That an account holds this much when the day begins.

        Decimals would be allowed a tolerance unless it is said that there is none.
        """
        tolerance = " ~ 0" if isinstance(amount, Decimal) else ""
        return f"{day} balance {account}  {amount}{tolerance} {self.commodity}\n"

    def _metadata(self, facts: Facts, indent: int) -> str:
        return "".join(
            f'{" " * indent}{name}: "{beancount_escaped(value)}"\n' for name, value in _told(facts)
        )


class Hledger:
    """The journal of hledger.

    Facts are tags, each on a comment line of its own. Where the format would read something into a
    value, it is percent-encoded.
    """

    def __init__(self, commodity: str, decimals: int = 0) -> None:
        self.commodity = f'"{commodity}"'
        self._decimals = "0" * decimals

    def head(self, day: date, facts: Facts) -> str:  # noqa: ARG002 - a commodity has no day here
        """What a file begins with: the commodity.

        The format demands the decimal mark.
        """
        return f"commodity 1000.{self._decimals} {self.commodity}\n{self._tags(facts)}\n"

    def opening(self, day: date, account: str, facts: Facts) -> str:  # noqa: ARG002 - the same
        """An account."""
        return f"account {account}\n{self._tags(facts)}"

    def transaction(self, transaction: Transaction) -> str:
        """A record."""
        head = f"{transaction.day} * ({transaction.code}) {transaction.title}"
        lines = [f"\n{head}\n{self._tags(transaction.facts)}"]
        lines += [
            f"    {posting.account}  {posting.amount} {self.commodity}\n{self._tags(posting.facts)}"
            for posting in transaction.postings
        ]
        return "".join(lines)

    def assertion(self, day: date, account: str, amount: int | Decimal) -> str:
        """That an account holds this much.

        Assertions are parts of postings here, so it is a transaction that moves nothing.
        """
        posting = f"{account}  0 {self.commodity} = {amount} {self.commodity}"
        return f"\n{day} * balance\n    {posting}\n"

    def _tags(self, facts: Facts) -> str:
        return "".join(f"    ; {name}: {hledger_escaped(value)}\n" for name, value in _told(facts))


def _told(facts: Facts) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in facts.items() if value is not None)


_BEANCOUNT_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
)


def beancount_escaped(value: str) -> str:
    r"""A value between quotation marks: `\` comes before what would end it or the line."""
    return value.translate(_BEANCOUNT_ESCAPES)


_HLEDGER_ENCODED = re.compile(r"[%,:;\[\]]|\A | \Z")


def hledger_escaped(value: str) -> str:
    """A value in a comment, percent-encoded where it would be read as something else.

    A comma ends a tag's value. A colon makes the word before it a tag, and `date:` gives a posting
    its date. Brackets hold dates. Blanks at the ends are dropped. What cannot be printed may end
    the line. Percent-decoding all of it gives the value back.
    """
    encoded = _HLEDGER_ENCODED.sub(lambda found: quote(found[0], safe=""), value)
    if encoded.isprintable():
        return encoded
    return "".join(char if char.isprintable() else quote(char, safe="") for char in encoded)
