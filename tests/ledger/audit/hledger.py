"""A strict reader of the part of hledger's journal format that an export uses.

Anything else in a file is an error. It follows the manual
(https://hledger.org/hledger.html#journal):

- two blanks or more stand between account and amount;
- commodities with more than letters are in quotation marks;
- `commodity` has a decimal mark;
- postings and assertions of an account count by date, and then as they stand in the file;
- tags in comments go up to a comma;
- postings have dates by the tag `date:` or in brackets.

As in strict mode, accounts and commodities are declared before they are used.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import unquote

_COMMODITY = re.compile(r'commodity 1000\. ("[^";\n]+"|[^\W\d_]+)')
_ACCOUNT = re.compile(r"account ([^\s;:]+(?::[^\s;:]+)*)")
_HEAD = re.compile(r"(\d{4}-\d{2}-\d{2}) \* (?:\(([^()\s]+)\) )?([a-z_]+)")
_COMMENT = re.compile(r" {4}; (.*)")
_AMOUNT = r'(-?\d+) ("[^";\n]+"|[^\W\d_]+)'
_POSTING = re.compile(rf" {{4}}(\S+(?: \S+)*) {{2,}}{_AMOUNT}(?: = {_AMOUNT})?")
_TAG = re.compile(r"([^\s:,]+):[ ]*([^,]*)")
_BRACKETS = re.compile(r"\[[0-9/.=-]*\]")


class JournalInvalid(AssertionError):
    """hledger would refuse the file."""


@dataclass
class Posting:
    account: str
    amount: int
    asserted: int | None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Transaction:
    day: date
    code: str | None
    description: str
    tags: dict[str, str] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)


@dataclass
class Journal:
    commodity: str
    tags: dict[str, str]
    accounts: dict[str, dict[str, str]]
    transactions: list[Transaction]
    balances: dict[str, int]
    asserted: set[str]


def _require(found: object, line: str) -> None:
    if not found:
        raise JournalInvalid(line)


def _tags(comment: str) -> dict[str, str]:
    _require(not _BRACKETS.search(comment), comment)
    found = {name: unquote(value.rstrip(" ")) for name, value in _TAG.findall(comment)}
    _require(len(found) == 1 and not found.keys() & {"date", "date2", "type"}, comment)
    return found


def read(text: str) -> Journal:
    """A file. Raises JournalInvalid where hledger's `check --strict` would fail."""
    _require(text.endswith("\n"), "the last line has no end")
    lines = text[:-1].split("\n")
    _require(
        not re.search(r"[^\S \n]|[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), "blanks of another kind"
    )
    declared = _COMMODITY.fullmatch(lines[0])
    _require(declared, lines[0])
    assert declared is not None
    journal = Journal(declared[1], {}, {}, [], {}, set())
    tags = journal.tags
    for line in lines[1:]:
        if comment := _COMMENT.fullmatch(line):
            tags.update(_tags(comment[1]))
        elif account := _ACCOUNT.fullmatch(line):
            tags = journal.accounts[account[1]] = {}
        elif head := _HEAD.fullmatch(line):
            journal.transactions.append(Transaction(date.fromisoformat(head[1]), head[2], head[3]))
            tags = journal.transactions[-1].tags
        elif posting := _POSTING.fullmatch(line):
            name, amount, commodity, asserted, asserted_commodity = posting.groups()
            _require(
                {commodity, asserted_commodity} <= {journal.commodity, None}
                and name in journal.accounts,
                line,
            )
            read_posting = Posting(name, int(amount), None if asserted is None else int(asserted))
            journal.transactions[-1].postings.append(read_posting)
            tags = read_posting.tags
        else:
            _require(not line, line)
    _check(journal)
    return journal


def _check(journal: Journal) -> None:
    balances: defaultdict[str, int] = defaultdict(int)
    for transaction in sorted(journal.transactions, key=lambda each: each.day):
        _require(transaction.postings, f"{transaction.code} is empty")
        _require(
            sum(posting.amount for posting in transaction.postings) == 0,
            f"{transaction.code} does not balance",
        )
        for posting in transaction.postings:
            balances[posting.account] += posting.amount
            if posting.asserted is not None:
                found = balances[posting.account]
                _require(
                    found == posting.asserted,
                    f"{posting.account} is {found}, not {posting.asserted}",
                )
                journal.asserted.add(posting.account)
    journal.balances = dict(balances)
