"""What a programme asks of its liability: four eyes for estimates, and names of accounts.

Who asks for four eyes cannot alone stop asking: else one pair would do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from ledger.book import Programme

ACCOUNT_LENGTH_MAX = 100
ACCOUNTS: Mapping[str, str] = {
    "liability": "Liabilities:Points",
    "deferred": "Income:Sales:Points",
    "redeemed": "Income:Points:Redeemed",
    "broken": "Income:Points:Breakage",
    "estimate_change": "Income:Points:EstimateChange",
    "cost": "Expenses:Rights",
    "payable": "Liabilities:Payable:Partners",
    "opening": "Equity:Opening",
}
"""What each account is called unless the programme says otherwise."""

_FIND = text(
    """
    SELECT four_eyes, accounts, recorded_by FROM settlement.liability_setting
    WHERE book_id = :book_id
    """
)

_LOCK = text(
    "SELECT book_id FROM settlement.liability_setting WHERE book_id = :book_id FOR NO KEY UPDATE"
)

_PUT = text(
    """
    INSERT INTO settlement.liability_setting (
        book_id, four_eyes, accounts, changed_at, recorded_by
    ) VALUES (:book_id, :four_eyes, CAST(:accounts AS jsonb), :now, :actor)
    ON CONFLICT (book_id) DO UPDATE SET four_eyes = excluded.four_eyes,
        accounts = excluded.accounts, changed_at = excluded.changed_at,
        recorded_by = excluded.recorded_by
    """
)


class FourEyesAsked(Refusal):
    """The key that asked for four eyes cannot alone stop asking for them."""

    code: ClassVar[str] = "four-eyes-asked"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another key has to end the rule of four eyes."


@dataclass(frozen=True, slots=True)
class LiabilitySettings:
    """What a programme asks for. `accounts` has only names of its own."""

    four_eyes: bool = False
    accounts: Mapping[str, str] = field(default_factory=dict)
    recorded_by: int | None = None

    def account(self, name: str) -> str:
        """What an account is called in the books of the programme's party."""
        return self.accounts.get(name, ACCOUNTS[name])


async def load_settings(connection: AsyncConnection, book_id: int) -> LiabilitySettings:
    """What a programme asks for."""
    row = (await connection.execute(_FIND, {"book_id": book_id})).one_or_none()
    return LiabilitySettings() if row is None else LiabilitySettings(*row)


async def put_settings(
    connection: AsyncConnection,
    programme: Programme,
    *,
    four_eyes: bool,
    accounts: Mapping[str, str],
    actor: int | None,
    now: datetime,
) -> LiabilitySettings:
    """Say what a programme asks for.

    Raises:
        FourEyesAsked: the same actor asked for four eyes before, and now does not.
    """
    book_id = programme.book_id
    await connection.execute(_LOCK, {"book_id": book_id})
    before = await load_settings(connection, book_id)
    if before.four_eyes and not four_eyes and before.recorded_by == actor:
        raise FourEyesAsked("who asked for four eyes does not end them alone")
    await connection.execute(
        _PUT,
        {
            "book_id": book_id,
            "four_eyes": four_eyes,
            "accounts": orjson.dumps(dict(accounts)).decode(),
            "now": now,
            "actor": actor,
        },
    )
    return LiabilitySettings(four_eyes, dict(accounts), actor)
