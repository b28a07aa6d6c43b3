"""How a double-entry journal reads in the formats of Beancount and of hledger.

Pure text; `export` says what goes in.

Both are given the same accounts, with a credit below zero as both have it. Amounts are whole points
as the ledger counts them: neither tool then allows a balance assertion any tolerance. What members,
shops and clerks have typed only ever stands in a value that is escaped; everything else is made of
numbers, dates and words of ours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import quote

Facts = Mapping[str, str | None]
"""What is told of a line beside its amounts, by name (a-z and `-`); None is left out."""


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount that one account gains."""

    account: str
    amount: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Transaction:
    """One record; its postings sum to zero. `title` and `code` are ours: a word, and `lane-seq`."""

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
        """An account, which takes postings from this day on."""

    def transaction(self, transaction: Transaction) -> str:
        """A record."""

    def assertion(self, day: date, account: str, amount: int) -> str:
        """That an account holds so much when the day begins; all transactions are of days before."""


class Beancount:
    """Beancount 3. Facts are metadata, strings in quotation marks."""

    def __init__(self, commodity: str) -> None:
        self.commodity = commodity

    def head(self, day: date, facts: Facts) -> str:
        """What a file begins with: the commodity."""
        return f"{day} commodity {self.commodity}\n{self._metadata(facts, 2)}\n"

    def opening(self, day: date, account: str, facts: Facts) -> str:
        """An account, which takes postings from this day on."""
        return f"{day} open {account} {self.commodity}\n{self._metadata(facts, 2)}"

    def transaction(self, transaction: Transaction) -> str:
        """A record."""
        lines = [
            f'\n{transaction.day} * "{transaction.title}"\n  operation: "{transaction.code}"\n'
        ]
        lines.append(self._metadata(transaction.facts, 2))
        lines += [
            f"  {posting.account}  {posting.amount} {self.commodity}\n{self._metadata(posting.facts, 4)}"
            for posting in transaction.postings
        ]
        return "".join(lines)

    def assertion(self, day: date, account: str, amount: int) -> str:
        """That an account holds so much when the day begins."""
        return f"{day} balance {account}  {amount} {self.commodity}\n"

    def _metadata(self, facts: Facts, indent: int) -> str:
        return "".join(
            f'{" " * indent}{name}: "{beancount_escaped(value)}"\n' for name, value in _told(facts)
        )


class Hledger:
    """The journal of hledger.

    Facts are tags, each on a comment line of its own, percent-encoded where the format would read
    on in them.
    """

    def __init__(self, commodity: str) -> None:
        self.commodity = f'"{commodity}"'

    def head(self, day: date, facts: Facts) -> str:  # noqa: ARG002 - a commodity has no day here
        """What a file begins with: the commodity.

        The decimal mark is the format's demand, not ours.
        """
        return f"commodity 1000. {self.commodity}\n{self._tags(facts)}\n"

    def opening(self, day: date, account: str, facts: Facts) -> str:  # noqa: ARG002 - an account has no day here
        """An account."""
        return f"account {account}\n{self._tags(facts)}"

    def transaction(self, transaction: Transaction) -> str:
        """A record."""
        lines = [
            f"\n{transaction.day} * ({transaction.code}) {transaction.title}\n{self._tags(transaction.facts)}"
        ]
        lines += [
            f"    {posting.account}  {posting.amount} {self.commodity}\n{self._tags(posting.facts)}"
            for posting in transaction.postings
        ]
        return "".join(lines)

    def assertion(self, day: date, account: str, amount: int) -> str:
        """That an account holds so much: a transaction that moves nothing, as assertions are parts of postings here."""
        return f"\n{day} * balance\n    {account}  0 {self.commodity} = {amount} {self.commodity}\n"

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
    """A value in a comment, percent-encoded where it would be read as something else; decoding all of it gives it back.

    A comma ends a tag's value, a colon makes the word before it a tag (and `date:` a posting's
    date), brackets hold dates, blanks at the ends are dropped, and what cannot be printed may end
    the line.
    """
    encoded = _HLEDGER_ENCODED.sub(lambda found: quote(found[0], safe=""), value)
    if encoded.isprintable():
        return encoded
    return "".join(char if char.isprintable() else quote(char, safe="") for char in encoded)
