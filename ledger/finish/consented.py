"""A conversion is credited only as far as the programme that takes it has consented.

This is the companion of credits: it is part of their transaction in the book that takes the points,
and touches no other book. The order of its locks: the lanes, which the transaction has already;
then the rows of the consents, in the order of the books they are for. Under these locks the points
so far are read, all of the consent and those of the member's month. So neither two conversions of
one member nor those of several can exceed a limit together, and none is credited under a consent
that has ended.

The row of a consent is locked by every conversion under it. That makes it a hot row, which is as
intended: a limit in all needs one place to count, and conversions are rare beside other operations.

A credit that the decision then refuses, such as one into a full wallet, has counted against the
limits for the credits after it in the same transaction. These may come back though they would have
fitted. None is let in that does not fit.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import outbox
from ledger.asks.companion import Item
from ledger.asks.kinds import Credit
from ledger.book.calendar import programme_day
from ledger.book.consents import (
    COLUMNS,
    Consent,
    load_of_month,
    month_of_day,
    require_consent,
)
from ledger.book.programme import Programme
from ledger.finish.converted import CONVERTED, Converted
from ledger.refusal import Refusal

# A consent that ends while this waits for its row is left out. One that takes its place meanwhile
# is not seen by a statement that began before it: so the statement is run again.
_LOCK = text(
    f"""
    SELECT {COLUMNS} FROM ledger.consent
    WHERE book_id = :book_id AND from_book_id = ANY(:sources) AND ended_at IS NULL
    ORDER BY from_book_id FOR UPDATE
    """
).bindparams(bindparam("sources", type_=ARRAY(INTEGER)))
_NOW = text("SELECT clock_timestamp()")
_COUNT = text(
    """
    UPDATE ledger.consent SET points = points + :points
    WHERE book_id = :book_id AND from_book_id = :from_book_id AND version = :version
    """
)
_COUNT_OF_MONTH = text(
    """
    INSERT INTO ledger.consent_month (book_id, from_book_id, member, month, points)
    VALUES (:book_id, :from_book_id, :member, :month, :points)
    ON CONFLICT (book_id, from_book_id, member, month)
        DO UPDATE SET points = consent_month.points + excluded.points
    """
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a credit comes from: the programme, and the points that were given for it there.

    `points` is None where the message does not say. No consent covers that.
    """

    source: Programme
    points: int | None


@dataclass(frozen=True, slots=True)
class Consented:
    """The companion of credits in the book of `target`."""

    target: Programme

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Lock the consents, and refuse what they do not let in."""
        sources = {_incoming(item).source.book_id for item in items}
        consents = await self._lock(connection, sources)
        now: datetime = (await connection.execute(_NOW)).scalar_one()
        day = programme_day(now, self.target.time_zone)
        month = month_of_day(day)
        members = [item.operation.member for item in items]
        of_month = Counter(
            await load_of_month(connection, self.target, sorted(sources), members, month)
        )
        for item in items:
            incoming, operation = _incoming(item), cast("Credit", item.operation)
            book_id, credited = incoming.source.book_id, operation.points
            counted = (book_id, operation.member)
            try:
                consent = require_consent(
                    None if incoming.points is None else consents.get(book_id),
                    incoming.points or 0,
                    credited,
                    day,
                    of_month[counted],
                )
            except Refusal as refusal:
                item.refuse(refusal)
                continue
            consents[book_id] = replace(consent, points=consent.points + credited)
            of_month[counted] += credited
            item.detail = {
                "from": incoming.source.code,
                "consent_version": consent.version,
                "month": month,
                "price_minor": str(consent.price_minor),
            }

    async def _lock(self, connection: AsyncConnection, sources: set[int]) -> dict[int, Consent]:
        where = {"book_id": self.target.book_id, "sources": sorted(sources)}
        found: dict[int, Consent] = {}
        for _ in range(2):
            rows = (await connection.execute(_LOCK, where)).mappings()
            found = {row["from_book_id"]: Consent(**row) for row in rows}
            if len(found) == len(sources):
                break
        return found

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Count what was credited, and write the messages that have it billed."""
        in_all: Counter[tuple[int, int]] = Counter()
        of_month: Counter[tuple[int, str, str]] = Counter()
        for item in items:
            detail = item.detail or {}
            book_id, credited = _incoming(item).source.book_id, item.answer.points
            in_all[book_id, detail["consent_version"]] += credited
            of_month[book_id, item.operation.member, detail["month"]] += credited
        for (source, version), points in sorted(in_all.items()):
            counted = {"from_book_id": source, "version": version, "points": points}
            await connection.execute(_COUNT, counted | {"book_id": self.target.book_id})
        for (source, member, month), points in sorted(of_month.items()):
            where = {"book_id": self.target.book_id, "from_book_id": source}
            of_member = {"member": member, "month": month, "points": points}
            await connection.execute(_COUNT_OF_MONTH, {**where, **of_member})
        # What costs nothing is not billed, and nobody owes anything to itself.
        payloads = [
            event.to_payload()
            for event in map(self._event, items)
            if event.price_minor and event.from_party_id != event.to_party_id
        ]
        await outbox.append(connection, self.target.book_id, CONVERTED, payloads)

    def _event(self, item: Item) -> Converted:
        source, operation = _incoming(item).source, item.operation
        return Converted(
            book_id=self.target.book_id,
            credit=str(item.answer.operation),
            programme=self.target.code,
            member=operation.member,
            points=item.answer.points,
            price_minor=Decimal((item.detail or {})["price_minor"]),
            from_programme=source.code,
            from_party_id=source.party_id,
            to_party_id=self.target.party_id,
            reference=str(operation.reference),
            converted_at=item.answer.occurred_at,
        )


def _incoming(item: Item) -> Incoming:
    return cast("Incoming", item.payload)
