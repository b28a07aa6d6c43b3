"""Rate uses and conversions: each under the contract nearest to it, in a month that is open.

The round trips of a chunk of up to 1,000 messages do not grow with it: one each for the contracts'
lock, the calendar, the contracts and the charges, two each for the periods and the reversals.
Finding the books takes one for each topic, the claim one for each book and topic, the end one for
each book.

Locks are taken in this order: the contracts, shared (`hold_contracts`), then the messages, then the
periods FOR SHARE (`periods.stamp`), then the primary key of the lines. The messages are claimed
with SKIP LOCKED, so two raters never hold the same one.

The claim, the lines and the deletion of the messages are one transaction. A crash undoes all of
them, so a use is rated exactly once. A repeated message meets the primary key and changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC
from ledger import JSON, Database, outbox
from ledger.finish import CONVERTED
from ledger.outbox import Message
from settlement.calendar import load_calendar
from settlement.months import day_of, month_of
from settlement.periods import Stamps, stamp
from settlement.rating.contracts import hold_contracts, load_contracts
from settlement.rating.conversions import Conversion, read_conversion
from settlement.rating.lines import (
    load_charged,
    write_charges,
    write_conversions,
    write_reversals,
)
from settlement.rating.rejected import reject
from settlement.rating.terms import Contract
from settlement.rating.uses import TOPICS, Use, UseReversal, read_reversal, read_use

CHUNK_MAX = 10_000
UNREADABLE_ATTEMPTS_MAX = 5
"""About a quarter of an hour: time for a release under way to bring a rater that can read it."""
POSTPONE_SECONDS = 60.0
POSTPONE_SECONDS_MAX = 3600.0

_NO_CHARGE = "the use is not rated yet"

_Event = TypeVar("_Event", Use, UseReversal, Conversion)


async def rate_pending(database: Database, limit: int = 1000) -> int:
    """Rate what waits, in a transaction of its own: see `rate_waiting`."""
    async with database.transaction() as connection:
        return await rate_waiting(connection, limit)


async def rate_waiting(connection: AsyncConnection, limit: int) -> int:
    """Rate up to `limit` uses and reversals that wait in the outbox, in the caller's transaction.

    Returns how many messages were handled. 0 means that none was due
    that nobody else holds, so a loop until 0 ends.

    A use without a contract stays in the outbox for a later attempt, with the reason. So does a
    reversal whose use is not rated yet. A message that cannot be read is set aside after
    UNREADABLE_ATTEMPTS_MAX attempts. All of these count as handled.
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
    conversions = _read(messages, CONVERTED, read_conversion, faults)
    messages = await _set_aside(connection, messages, faults)
    billable: dict[int, Use | Conversion] = {**uses, **conversions}
    zone = (await load_calendar(connection)).zone
    contracts = await _contracts(connection, list(billable.values()), zone)
    happened = [each.used_at for each in billable.values()]
    happened += [each.reversed_at for each in reversals.values()]
    by_month = await stamp(connection, {month_of(instant, zone) for instant in happened})
    months = Stamps(by_month, zone)
    await write_charges(connection, _rated(uses, contracts), months)
    await write_conversions(connection, _rated(conversions, contracts), months)
    faults |= {
        number: _no_contract(each, zone)
        for number, each in billable.items()
        if each.identity not in contracts
    }
    charged = await load_charged(connection, list(reversals.values()))
    await write_reversals(connection, list(reversals.values()), months)
    faults |= {
        number: _NO_CHARGE
        for number, reversal in reversals.items()
        if reversal.identity not in charged
    }
    postponed = [
        (
            message,
            min(POSTPONE_SECONDS * 2.0 ** min(message.attempts, 10), POSTPONE_SECONDS_MAX),
            faults[message.outbox_id],
        )
        for message in messages
        if message.outbox_id in faults
    ]
    await outbox.postpone_each(connection, postponed)
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


async def _set_aside(
    connection: AsyncConnection, messages: Sequence[Message], faults: Mapping[int, str]
) -> list[Message]:
    """Set aside the unreadable messages whose attempts are used up. Returns the others."""
    last_attempt = UNREADABLE_ATTEMPTS_MAX - 1
    kept: list[Message] = []
    lost: list[Message] = []
    for message in messages:
        unreadable = message.outbox_id in faults and message.attempts >= last_attempt
        (lost if unreadable else kept).append(message)
    await reject(connection, lost, faults)
    return kept


def _rated(
    events: Mapping[int, _Event], contracts: Mapping[tuple[int, str], Contract]
) -> list[tuple[_Event, Contract]]:
    return [
        (event, contracts[event.identity])
        for event in events.values()
        if event.identity in contracts
    ]


async def _contracts(
    connection: AsyncConnection, uses: Sequence[Use | Conversion], zone: tzinfo
) -> dict[tuple[int, str], Contract]:
    """The contract of each use by the use's identity. A use without one is left out."""
    if not uses:
        return {}
    days = [day_of(use.used_at, zone) for use in uses]
    contracts = await load_contracts(
        connection,
        {use.home_party_id for use in uses},
        {use.supplier_party_id for use in uses},
        min(days),
        max(days),
    )
    found = {
        use.identity: contracts.nearest(use.home_party_id, use.supplier_party_id, day)
        for use, day in zip(uses, days, strict=True)
    }
    return {identity: contract for identity, contract in found.items() if contract is not None}


def _no_contract(use: Use | Conversion, zone: tzinfo) -> str:
    """The same text for all uses that one contract would cover: what is missing, not how often."""
    if isinstance(use, Conversion):
        return (
            f"no contract covers conversions from programme {use.from_programme} to"
            f" {use.programme} in {month_of(use.used_at, zone)}"
        )
    return (
        f"no contract covers uses of offer {use.offer_code} in programme {use.programme} "
        f"in {month_of(use.used_at, zone)}"
    )
