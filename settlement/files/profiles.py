"""Who a party is on invoices: its legal name, company number, address and bank.

Each change is a version that stays. A statement shows the version of its issue; where there was
none yet, the first that came after. So a file of a statement does not change with a party's move.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from settlement.files.credit_code import is_credit_code

LEGAL_NAME_LENGTH_MAX = 200
ADDRESS_LENGTH_MAX = 300
BANK_LENGTH_MAX = 200
ACCOUNT_LENGTH_MAX = 64
PHONE_LENGTH_MAX = 40


class BillingProfileNotFound(Refusal):
    """The party has not said yet who it is on invoices."""

    code: ClassVar[str] = "billing-profile-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The party has no billing profile."


class CreditCodeInvalid(Refusal):
    """The company number has a wrong form, or its check digit does not fit the rest."""

    code: ClassVar[str] = "credit-code-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The company number has a mistake in it."


@dataclass(frozen=True, slots=True)
class BillingProfile:
    """What invoices say of a party. A party abroad has no `credit_code` (统一社会信用代码)."""

    legal_name: str
    credit_code: str | None
    address: str | None
    phone: str | None
    bank: str | None
    bank_account: str | None


@dataclass(frozen=True, slots=True)
class StatedProfile:
    """A version of a party's profile."""

    version: int
    profile: BillingProfile
    stated_at: datetime


_NAMES = [field.name for field in fields(BillingProfile)]
_COLUMNS = ", ".join(_NAMES)

_LOCK = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended('settlement.billing_profile', :party_id))
    """
)

_NEWEST = text(
    f"""
    SELECT version, stated_at, {_COLUMNS} FROM settlement.billing_profile
    WHERE party_id = :party_id ORDER BY version DESC LIMIT 1
    """
)

_STATE = text(
    f"""
    INSERT INTO settlement.billing_profile (party_id, version, stated_at, {_COLUMNS})
    VALUES (:party_id, :version, :stated_at, {", ".join(f":{name}" for name in _NAMES)})
    """
)

_AT = text(
    f"""
    SELECT DISTINCT ON (party_id) party_id, {_COLUMNS} FROM settlement.billing_profile
    WHERE party_id = ANY(:party_ids)
    ORDER BY party_id, stated_at > :instant,
        CASE WHEN stated_at > :instant THEN version ELSE -version END
    """
)


async def find_profile(connection: AsyncConnection, party_id: int) -> StatedProfile:
    """The newest version of a party's profile.

    Raises:
        BillingProfileNotFound: it has none.
    """
    row = (await connection.execute(_NEWEST, {"party_id": party_id})).one_or_none()
    if row is None:
        raise BillingProfileNotFound
    version, stated_at, *rest = row
    return StatedProfile(version, BillingProfile(*rest), stated_at)


async def state_profile(
    connection: AsyncConnection, party_id: int, profile: BillingProfile, now: datetime
) -> StatedProfile:
    """State a party's profile. One that is as the newest version changes nothing.

    Of two at once the second waits, and is the later version.

    Raises:
        CreditCodeInvalid: the company number cannot be one.
    """
    if profile.credit_code is not None and not is_credit_code(profile.credit_code):
        raise CreditCodeInvalid(f"{profile.credit_code!r} is no company number")
    await connection.execute(_LOCK, {"party_id": party_id})
    row = (await connection.execute(_NEWEST, {"party_id": party_id})).one_or_none()
    if row is not None and BillingProfile(*row[2:]) == profile:
        return StatedProfile(row.version, profile, row.stated_at)
    version = 1 if row is None else row.version + 1
    values = {name: getattr(profile, name) for name in _NAMES}
    await connection.execute(
        _STATE, {"party_id": party_id, "version": version, "stated_at": now, **values}
    )
    return StatedProfile(version, profile, now)


async def profiles_at(
    connection: AsyncConnection, party_ids: Collection[int], instant: datetime
) -> dict[int, BillingProfile]:
    """What the profiles of these parties were at an instant, or else first came to be."""
    rows = await connection.execute(_AT, {"party_ids": list(party_ids), "instant": instant})
    return {party_id: BillingProfile(*rest) for party_id, *rest in rows}
