"""Contracts: what a use costs, between whom and from when; and the choice of the one contract that applies to a use."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC
from ledger import Refusal, outbox
from settlement.money import RATE_DECIMALS_MAX, RATE_MINOR_MAX, Rounding

ANY: Final = 0
"""Stored in place of a party that a contract leaves open: NULLs would not be equal to each other under the unique keys."""

_CURRENCY: Final = re.compile("[A-Z]{3}")

ROUNDINGS: Final[tuple[Rounding, ...]] = ("half_up", "half_even", "down", "up")


class ContractInvalid(Refusal):
    """A term of the contract is outside its limits; `detail` names it."""

    code: ClassVar[str] = "contract-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The contract's terms are invalid."


class ContractOverlaps(Refusal):
    """Another version between the same parties covers days of this one, with other terms."""

    code: ClassVar[str] = "contract-overlaps"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another version of the contract covers the same days."


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of the terms between a home brand and a supplier; None stands for any party.

    Rates are exact decimals in minor units per use. `valid_until` is the first day on which the
    version no longer holds.
    """

    contract_id: int
    home_party_id: int | None
    supplier_party_id: int | None
    operator_party_id: int
    version: int
    coupon_cost_minor: Decimal
    platform_fee_minor: Decimal
    currency: str
    rounding: Rounding
    valid_from: date
    valid_until: date | None

    def covers(self, used_on: date) -> bool:
        """Whether the version holds on a day."""
        return self.valid_from <= used_on and (
            self.valid_until is None or used_on < self.valid_until
        )


class Terms:
    """A set of contracts, asked for the nearest one to a use."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._versions: dict[tuple[int | None, int | None], list[Contract]] = {}
        for contract in contracts:
            self._versions.setdefault(
                (contract.home_party_id, contract.supplier_party_id), []
            ).append(contract)

    def nearest(self, home_party_id: int, supplier_party_id: int, used_on: date) -> Contract | None:
        """The contract of both parties, else of the supplier with anyone (the price is the supplier's), else of the home brand, else of all."""
        for scope in (
            (home_party_id, supplier_party_id),
            (None, supplier_party_id),
            (home_party_id, None),
            (None, None),
        ):
            for contract in self._versions.get(scope, ()):
                if contract.covers(used_on):
                    return contract
        return None


_COLUMNS = """contract_id, nullif(home_party_id, 0), nullif(supplier_party_id, 0), operator_party_id, version,
    coupon_cost_minor, platform_fee_minor, currency, rounding, lower(validity), upper(validity)"""

_OF_SCOPE = text(
    f"SELECT {_COLUMNS} FROM settlement.contract WHERE home_party_id = :home AND supplier_party_id = :supplier ORDER BY version"
)

_CHANGE_TERMS = text("SELECT pg_advisory_xact_lock(hashtextextended('settlement.contract', 0))")
_HOLD_TERMS = text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('settlement.contract', 0))"
)

_OF_PARTIES = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.contract
    WHERE home_party_id = ANY(CAST(:homes AS integer[])) AND supplier_party_id = ANY(CAST(:suppliers AS integer[]))
      AND validity && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
    """
)

_NAME_COLUMNS: Final = ("home", "supplier", "version")
_TERM_COLUMNS: Final = (
    *("operator_party_id", "coupon_cost_minor", "platform_fee_minor", "currency", "rounding"),
    *("valid_from", "valid_until"),
)

_END = text(
    """
    UPDATE settlement.contract SET validity = daterange(lower(validity), CAST(:valid_from AS date)) WHERE contract_id = :contract_id
    """
)

_INSERT = text(
    f"""
    INSERT INTO settlement.contract (home_party_id, supplier_party_id, operator_party_id, version, coupon_cost_minor, platform_fee_minor,
        currency, rounding, validity)
    VALUES (:home, :supplier, :operator_party_id, :version, :coupon_cost_minor, :platform_fee_minor, :currency, :rounding,
        daterange(CAST(:valid_from AS date), CAST(:valid_until AS date)))
    RETURNING {_COLUMNS}
    """
)


async def set_contract(
    connection: AsyncConnection,
    *,
    home_party_id: int | None,
    supplier_party_id: int | None,
    operator_party_id: int,
    coupon_cost_minor: Decimal | int,
    platform_fee_minor: Decimal | int,
    currency: str,
    valid_from: date,
    valid_until: date | None = None,
    rounding: Rounding = "half_up",
) -> Contract:
    """State the terms from a day on; an open-ended version that began earlier ends that day.

    The same terms again change nothing.

    Terms with an end interrupt an open-ended version: it goes on from `valid_until`, as a version
    of its own. Lines that were rated before keep the version they were rated by. What waits to be
    rated is due at once: it may have waited for this.

    Raises:
        ContractInvalid: a rate, the currency, the rounding or the days are outside their limits.
        ContractOverlaps: a version that begins on `valid_from` or later, or has an end of its own,
            covers some of the days.
    """
    coupon_cost_minor, platform_fee_minor = Decimal(coupon_cost_minor), Decimal(platform_fee_minor)
    _require_terms(
        (coupon_cost_minor, platform_fee_minor), currency, rounding, valid_from, valid_until
    )
    home, supplier = home_party_id or ANY, supplier_party_id or ANY
    # Versions of one pair are numbered under this lock; the key WITHOUT OVERLAPS holds even against
    # a writer that does not take it. It waits for raters, whose postponements `hasten` then sees,
    # and holds off new ones until the terms can be seen.
    await connection.execute(_CHANGE_TERMS)
    versions = [
        _contract(row)
        for row in await connection.execute(_OF_SCOPE, {"home": home, "supplier": supplier})
    ]
    terms = (
        operator_party_id,
        coupon_cost_minor,
        platform_fee_minor,
        currency,
        rounding,
        valid_from,
        valid_until,
    )
    known = next((version for version in versions if _terms(version) == terms), None)
    if known is not None:
        return known
    standing = _standing(versions, valid_from, valid_until)
    if standing is not None:
        await connection.execute(
            _END, {"contract_id": standing.contract_id, "valid_from": valid_from}
        )
    stated = await _insert(connection, (home, supplier, len(versions) + 1), terms)
    if standing is not None and valid_until is not None:
        again = (*_terms(standing)[:-2], valid_until, None)
        await _insert(connection, (home, supplier, len(versions) + 2), again)
    await outbox.hasten(connection, (USED_TOPIC, USE_REVERSED_TOPIC))
    return stated


async def hold_contracts(connection: AsyncConnection) -> None:
    """Keep the contracts as they are until the caller's transaction ends.

    Taken before any message: who changes them waits for nothing else.
    """
    await connection.execute(_HOLD_TERMS)


async def load_contracts(
    connection: AsyncConnection,
    home_party_ids: Collection[int],
    supplier_party_ids: Collection[int],
    first: date,
    last: date,
) -> Terms:
    """Every contract that may apply between these parties from the first day to the last, both included."""
    rows = await connection.execute(
        _OF_PARTIES,
        {
            "homes": [ANY, *home_party_ids],
            "suppliers": [ANY, *supplier_party_ids],
            "first": first,
            "last": last,
        },
    )
    return Terms(_contract(row) for row in rows)


async def _insert(
    connection: AsyncConnection, name: tuple[int, int, int], terms: tuple[object, ...]
) -> Contract:
    """Add the version named by (home, supplier, version), its terms in the order of `_terms`."""
    parameters = dict(zip((*_NAME_COLUMNS, *_TERM_COLUMNS), (*name, *terms), strict=True))
    return _contract((await connection.execute(_INSERT, parameters)).one())


def _contract(row: Sequence[Any]) -> Contract:
    return Contract(*row)


def _terms(contract: Contract) -> tuple[object, ...]:
    return tuple(getattr(contract, name) for name in _TERM_COLUMNS)


def _standing(
    versions: Iterable[Contract], valid_from: date, valid_until: date | None
) -> Contract | None:
    """The version that these days end or interrupt: an open-ended one that began earlier.

    Raises:
        ContractOverlaps: they touch any other version.
    """
    touched = [version for version in versions if _overlap(version, valid_from, valid_until)]
    for version in touched:
        if version.valid_from >= valid_from or version.valid_until is not None:
            raise ContractOverlaps(
                f"Version {version.version} holds from {version.valid_from}.",
                version=version.version,
            )
    # Versions do not overlap each other, so one of them at most is open-ended.
    return touched[0] if touched else None


def _overlap(version: Contract, valid_from: date, valid_until: date | None) -> bool:
    begins_before_end = valid_until is None or version.valid_from < valid_until
    return begins_before_end and (version.valid_until is None or valid_from < version.valid_until)


def _require_terms(
    rates: tuple[Decimal, ...],
    currency: str,
    rounding: str,
    valid_from: date,
    valid_until: date | None,
) -> None:
    for rate in rates:
        if not rate.is_finite() or not 0 <= rate < RATE_MINOR_MAX:
            raise ContractInvalid(f"A rate is from 0 to below {RATE_MINOR_MAX} minor units.")
        if rate != round(rate, RATE_DECIMALS_MAX):
            raise ContractInvalid(
                f"A rate has at most {RATE_DECIMALS_MAX} decimals of a minor unit."
            )
    if _CURRENCY.fullmatch(currency) is None:
        raise ContractInvalid("A currency is three capital letters (ISO 4217).")
    if rounding not in ROUNDINGS:
        raise ContractInvalid(f"Rounding is one of {', '.join(ROUNDINGS)}.")
    if valid_until is not None and valid_until <= valid_from:
        raise ContractInvalid("A contract ends after it begins.")
