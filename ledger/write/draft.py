"""What a lane transaction has decided, in the form in which it is stored.

`store` has the statements.

The records of a large transaction are put into bytes while it is being decided, a few at a time.
All of them together are more than a processor's cache holds, and fetching them back costs more than
the work on them. This saves the client an eighth of its time (decision 0015).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from ledger.decide.decider import Decider
from ledger.decide.wallet import LANE_ACCOUNTS, LaneState, Lot, Subject, Wallet
from ledger.write import journal
from ledger.write.journal import instant_text, literal, numbers, texts

LANE_COLUMNS = {
    "lane": "text::smallint[]",
    "seq": "text::integer[]",
    "accounts": "text::bigint[]",
    **dict.fromkeys(LANE_ACCOUNTS, "text::bigint[]"),
}
"""A lane's columns, with the types of the parameters that bring them.

Numbers and dates come as array literals (`journal.literal`), which PostgreSQL reads as text.
"""
HOLD_COLUMNS = {
    "lane": "text::smallint[]",
    "seq": "text::integer[]",
    "account_id": "text::bigint[]",
    "points": "text::bigint[]",
    "expires_at": "text::timestamptz[]",
    "state": "text::smallint[]",
}
WALLET_COLUMNS = {
    "account_id": "text::bigint[]",
    "balance": "text::bigint[]",
    "held": "text::bigint[]",
    "debt": "text::bigint[]",
    "last_seq": "text::integer[]",
    "next_expiry": "text::date[]",
    "slides_until": "text::date[]",
    "merged_into": "text[]",
    "latest_on": "text::date[]",
    "lots": "text::text[]",
    "usage": "text[]",
}
"""What changes of a wallet, and the key it is found by, with the types of their parameters."""

WalletRow = tuple[
    int,
    int,
    int,
    int,
    int | None,
    date | None,
    date | None,
    str | None,
    date | None,
    str,
    str | None,
    str,
]
"""A wallet as it is stored: `WALLET_COLUMNS`, and its member."""


class Draft:
    """The stored form of what a decider has decided.

    `take` moves the decider's records and changed wallets into it.
    """

    def __init__(self, decider: Decider) -> None:
        self.decider = decider
        self.copy = journal.Copy(decider.sheet.programme.book_id, decider.now)
        self._wallets: dict[int, WalletRow] = {}

    def take(self) -> None:
        """Take over what was decided since the last time."""
        decider = self.decider
        self.copy.add(journal.rows_of(decider.sheet.records, decider.now))
        decider.sheet.records.clear()
        self._take_wallets()

    def _take_wallets(self) -> None:
        rows, wallets = self._wallets, self.decider.sheet.wallets
        for wallet in wallets.values():
            rows[wallet.account_id] = wallet_row(wallet)
        wallets.clear()

    def wallets(self) -> list[WalletRow]:
        """The changed wallets in the order of their keys: neighbours are on the same pages."""
        self._take_wallets()
        return sorted(self._wallets.values())


def lanes_and_holds(
    lanes: Mapping[int, LaneState], holds: Mapping[tuple[int, int], Subject]
) -> list[str]:
    """Lanes and holds as the arrays of `LANE_COLUMNS` and `HOLD_COLUMNS`."""
    lane_rows = [
        (lane.lane, lane.seq, lane.accounts, *lane.own) for _, lane in sorted(lanes.items())
    ]
    hold_rows = [
        (
            hold.lane,
            hold.seq,
            hold.account_id,
            hold.points,
            instant_text(hold.expires_at),
            int(hold.state or 0),
        )
        for _, hold in sorted(holds.items())
    ]
    return [*_columns(lane_rows, len(LANE_COLUMNS)), *_columns(hold_rows, len(HOLD_COLUMNS))]


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[str]:
    columns: Iterable[tuple[object, ...]] = zip(*rows, strict=True) if rows else [()] * count
    return [literal(column) for column in columns]


def wallet_row(wallet: Wallet) -> WalletRow:
    """A wallet as it is stored."""
    return (
        wallet.account_id,
        wallet.balance,
        wallet.held,
        wallet.debt,
        wallet.last_seq,
        wallet.next_expiry(),
        wallet.slides_until,
        wallet.merged_into,
        wallet.latest_on,
        _lots(wallet),
        None if wallet.usage is None else orjson.dumps(wallet.usage).decode(),
        wallet.member,
    )


def wallet_arrays(rows: Sequence[WalletRow], *, with_members: bool) -> list[Any]:
    """Wallets as the arrays of `WALLET_COLUMNS`; `with_members` puts their members' before them."""
    columns: Any = zip(*rows, strict=True) if rows else [()] * (len(WALLET_COLUMNS) + 1)
    (
        account_ids,
        balances,
        held,
        debts,
        last_seqs,
        next_expiries,
        slides_until,
        merged_into,
        latest_on,
        lots,
        usage,
        members,
    ) = columns
    return [
        *([texts(members)] if with_members else []),
        numbers(account_ids),
        numbers(balances),
        _seldom(held),
        _seldom(debts),
        literal(last_seqs),
        _days(next_expiries),
        _seldom(slides_until),
        _seldom_texts(merged_into),
        _days(latest_on),
        texts(lots),
        _seldom_texts(usage),
    ]


def _days(days: Iterable[date | None]) -> str:
    """An array literal of days."""
    return f"{{{','.join(['NULL' if day is None else _iso(day) for day in days])}}}"


def _seldom(values: Sequence[Any]) -> str:
    """An array literal of what most wallets have none of.

    Where no wallet has any it is empty, and PostgreSQL's `unnest` fills it up with nulls.
    """
    return literal([value or None for value in values]) if any(values) else "{}"


def _seldom_texts(values: Sequence[str | None]) -> Sequence[str | None]:
    return values if any(values) else []


def _lots(wallet: Wallet) -> str:
    """A wallet's lots as JSON. Dates and a funder are left out of lots that have none."""
    return "[" + ",".join([_lot(lot) for lot in wallet.lots]) + "]"


def _lot(lot: Lot) -> str:
    text = '"points":' + str(lot.points) + "}"
    if lot.funder is not None:
        text = f'"funder":{orjson.dumps(lot.funder).decode()},{text}'
    if lot.available_on is not None:
        text = f'"available_on":"{_iso(lot.available_on)}",{text}'
    if lot.expires_on is not None:
        text = '"expires_on":"' + _iso(lot.expires_on) + '",' + text
    return "{" + text


@lru_cache(maxsize=4096)
def _iso(day: date) -> str:
    return day.isoformat()
