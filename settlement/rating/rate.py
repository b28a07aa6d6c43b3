"""Rate uses: each becomes one charge per leg, under the contract nearest to it, in a month that is open.

Round trips per chunk (claim and rate of up to 1,000 messages): terms, claim, contracts, two for the
periods, one insert of charges, two for reversals,
done: the number does not grow with the chunk.

Locks, in this order: the terms, shared (`contracts.hold_contracts`), the messages (SKIP LOCKED: two
raters never hold the same one), the periods FOR SHARE (`periods.stamp`), the lines' primary key.
The claim, the lines and the deletion of the messages are one transaction: a crash undoes all of
them, so a use is rated exactly once; a repeated message meets the primary key (book, use, leg,
kind) and changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC
from ledger import JSON, Database, driver, outbox
from ledger.outbox import Message
from settlement.months import month_of
from settlement.periods import Stamp, stamp
from settlement.rating.contracts import Contract, hold_contracts, load_contracts
from settlement.rating.rejected import reject
from settlement.rating.uses import TOPICS, Use, UseReversal, charges, read_reversal, read_use

CHUNK_MAX: Final = 10_000
UNREADABLE_ATTEMPTS_MAX: Final = 5
"""A quarter of an hour, in which a release under way may bring the rater that can read the message."""
POSTPONE_SECONDS: Final = 60.0
POSTPONE_SECONDS_MAX: Final = 3600.0

_NO_CHARGE: Final = "the use is not rated yet"

_Event = TypeVar("_Event", Use, UseReversal)

# Column names and array types of one insert of charges, in the order of `_row`.
_CHARGE_COLUMNS: Final = (
    ("book_id", "integer"),
    ("use_id", "text"),
    ("leg", "text"),
    ("month", "text"),
    ("late", "boolean"),
    ("home_party_id", "integer"),
    ("supplier_party_id", "integer"),
    ("operator_party_id", "integer"),
    ("payer_party_id", "integer"),
    ("payee_party_id", "integer"),
    ("coupon_id", "bigint"),
    ("coupon_code_sha256", "bytea"),
    ("coupon_code_tail", "text"),
    ("offer_id", "bigint"),
    ("offer_code", "text"),
    ("programme", "text"),
    ("member", "text"),
    ("reference", "text"),
    ("used_at", "timestamptz"),
    ("occurred_at", "timestamptz"),
    ("contract_id", "integer"),
    ("contract_version", "integer"),
    ("rate_minor", "numeric"),
    ("calculation", "text"),
    ("amount_minor", "bigint"),
    ("currency", "text"),
)
_NAMES: Final = ", ".join(name for name, _ in _CHARGE_COLUMNS)
_ARRAYS: Final = ", ".join(
    f"${number}::{kind}[]" for number, (_, kind) in enumerate(_CHARGE_COLUMNS, 1)
)

_INSERT_CHARGES: Final = f"""
    INSERT INTO settlement.line ({_NAMES}, kind)
    SELECT {_NAMES}, 'charge' FROM unnest({_ARRAYS}) AS charge ({_NAMES})
    ON CONFLICT (book_id, use_id, leg, kind) DO NOTHING
"""

_RATED: Final = text(
    """
    SELECT DISTINCT book_id, use_id FROM settlement.line
    JOIN unnest(CAST(:books AS integer[]), CAST(:uses AS text[])) AS sought (book_id, use_id) USING (book_id, use_id)
    WHERE kind = 'charge'
    """
)

# Everything but the month and the moment is the charge's: a reversal undoes what was billed, at the
# rate it was billed by.
_INSERT_REVERSALS: Final = """
    INSERT INTO settlement.line (book_id, use_id, leg, kind, month, late, home_party_id, supplier_party_id, operator_party_id,
        payer_party_id, payee_party_id, coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code, programme, member, reference, used_at, occurred_at,
        contract_id, contract_version, rate_minor, calculation, amount_minor, currency)
    SELECT book_id, use_id, leg, 'reversal', reversal.month, reversal.late, home_party_id, supplier_party_id, operator_party_id,
        payer_party_id, payee_party_id, coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code, programme, member, reference, used_at,
        reversal.occurred_at, contract_id, contract_version, rate_minor, 'reversal of ' || calculation, -amount_minor, currency
    FROM settlement.line AS charge
    JOIN unnest($1::integer[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[]) AS reversal (book_id, use_id, month, late, occurred_at)
        USING (book_id, use_id)
    WHERE charge.kind = 'charge'
    ORDER BY book_id, use_id, leg
    ON CONFLICT (book_id, use_id, leg, kind) DO NOTHING
"""


async def rate_pending(database: Database, limit: int = 1000) -> int:
    """Rate what waits in a transaction of its own: `rate_waiting`."""
    async with database.transaction() as connection:
        return await rate_waiting(connection, limit)


async def rate_waiting(connection: AsyncConnection, limit: int) -> int:
    """Rate the uses and reversals that wait in the outbox, up to `limit` messages, in the caller's transaction.

    Returns how many messages were handled; 0 means that none was due. A use without a contract, and
    a reversal whose use is not rated yet, stay in the outbox for a later attempt, with the reason;
    a message that cannot be read is set aside after UNREADABLE_ATTEMPTS_MAX attempts. They are
    handled in this sense, so a loop until 0 ends.
    """
    await hold_contracts(connection)
    messages = await outbox.claim(connection, TOPICS, min(limit, CHUNK_MAX))
    if messages:
        await _handle(connection, messages)
    return len(messages)


async def _handle(connection: AsyncConnection, messages: Sequence[Message]) -> None:
    faults: dict[int, str] = {}
    uses = _read(messages, USED_TOPIC, read_use, faults)
    reversals = _read(messages, USE_REVERSED_TOPIC, read_reversal, faults)
    last_attempt = UNREADABLE_ATTEMPTS_MAX - 1
    await reject(
        connection,
        [each for each in messages if each.outbox_id in faults and each.attempts >= last_attempt],
        faults,
    )
    messages = [
        each for each in messages if each.outbox_id not in faults or each.attempts < last_attempt
    ]
    contracts = await _contracts(connection, list(uses.values()))
    months = await _stamps(
        connection, [use.used_at for use in uses.values()], list(reversals.values())
    )
    await _charge(connection, list(uses.values()), contracts, months)
    faults |= {
        number: _no_contract(use) for number, use in uses.items() if _name(use) not in contracts
    }
    rated = await _rated(connection, list(reversals.values()))
    await _reverse(connection, list(reversals.values()), months)
    faults |= {
        number: _NO_CHARGE for number, reversal in reversals.items() if _name(reversal) not in rated
    }
    for message in messages:
        if message.outbox_id in faults:
            delay_seconds = min(
                POSTPONE_SECONDS * 2.0 ** min(message.attempts, 10), POSTPONE_SECONDS_MAX
            )
            await outbox.postpone(
                connection, message, delay_seconds=delay_seconds, error=faults[message.outbox_id]
            )
    await outbox.done(
        connection, [message for message in messages if message.outbox_id not in faults]
    )


def _read(
    messages: Sequence[Message],
    topic: str,
    read: Callable[[Mapping[str, JSON]], _Event],
    faults: dict[int, str],
) -> dict[int, _Event]:
    events: dict[int, _Event] = {}
    for message in messages:
        if message.topic == topic:
            try:
                events[message.outbox_id] = read(message.payload)
            except (KeyError, TypeError, ValueError) as error:
                faults[message.outbox_id] = f"unreadable payload: {error!r}"
    return events


async def _contracts(
    connection: AsyncConnection, uses: Sequence[Use]
) -> dict[tuple[int, str], Contract]:
    if not uses:
        return {}
    days = [use.used_on for use in uses]
    terms = await load_contracts(
        connection,
        {use.home_party_id for use in uses},
        {use.supplier_party_id for use in uses},
        min(days),
        max(days),
    )
    found = {
        _name(use): terms.nearest(use.home_party_id, use.supplier_party_id, use.used_on)
        for use in uses
    }
    return {name: contract for name, contract in found.items() if contract is not None}


async def _stamps(
    connection: AsyncConnection, used_at: Sequence[datetime], reversals: Sequence[UseReversal]
) -> dict[str, Stamp]:
    months = {month_of(moment) for moment in used_at} | {
        month_of(reversal.reversed_at) for reversal in reversals
    }
    return await stamp(connection, months)


async def _charge(
    connection: AsyncConnection,
    uses: Sequence[Use],
    contracts: Mapping[tuple[int, str], Contract],
    months: Mapping[str, Stamp],
) -> None:
    # Sorted by the primary key: two raters of the same uses meet in the same order and never wait
    # for each other in a circle.
    rows = [
        row
        for use in sorted(uses, key=_name)
        if (contract := contracts.get(_name(use))) is not None
        for row in _rows(use, contract, months[month_of(use.used_at)])
    ]
    if rows:
        raw = await driver(connection)
        await raw.execute(_INSERT_CHARGES, *zip(*rows, strict=True))


def _rows(use: Use, contract: Contract, stamped: Stamp) -> list[tuple[object, ...]]:
    return [
        (
            use.book_id,
            use.use_id,
            charge.leg,
            stamped.month,
            stamped.late,
            use.home_party_id,
            use.supplier_party_id,
            contract.operator_party_id,
            charge.payer_party_id,
            charge.payee_party_id,
            use.coupon_id,
            use.coupon_code_sha256,
            use.coupon_code_tail,
            use.offer_id,
            use.offer_code,
            use.programme,
            use.member,
            use.reference,
            use.used_at,
            use.used_at,
            contract.contract_id,
            contract.version,
            charge.rate_minor,
            charge.calculation,
            charge.amount_minor,
            contract.currency,
        )
        for charge in charges(use, contract)
    ]


async def _rated(
    connection: AsyncConnection, reversals: Sequence[UseReversal]
) -> set[tuple[int, str]]:
    if not reversals:
        return set()
    sought = {
        "books": [each.book_id for each in reversals],
        "uses": [each.use_id for each in reversals],
    }
    return {(row.book_id, row.use_id) for row in await connection.execute(_RATED, sought)}


async def _reverse(
    connection: AsyncConnection, reversals: Sequence[UseReversal], months: Mapping[str, Stamp]
) -> None:
    rows = [
        (each.book_id, each.use_id, stamped.month, stamped.late, each.reversed_at)
        for each in reversals
        for stamped in (months[month_of(each.reversed_at)],)
    ]
    if rows:
        raw = await driver(connection)
        await raw.execute(_INSERT_REVERSALS, *zip(*rows, strict=True))


def _no_contract(use: Use) -> str:
    """The same for all uses that one contract would cover, so that a reader sees what is missing and not how often."""
    return f"no contract covers uses of offer {use.offer_code} in programme {use.programme} in {month_of(use.used_at)}"


def _name(event: Use | UseReversal) -> tuple[int, str]:
    return event.book_id, event.use_id
