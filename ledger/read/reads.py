"""What the books say, read without a lock.

A reader never waits for a writer, nor a writer for a reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.operation import OperationKind
from ledger.asks.refusals import MemberNotFound, OperationNotFound
from ledger.book.calendar import programme_day
from ledger.book.programme import Programme
from ledger.decide.wallet import LANE_BITS, LANE_MASK, AccountKind, Lot, Wallet
from ledger.read import queries
from ledger.read.merged import heir_as_of
from ledger.refusal import JSON

PAGE_LINES_MAX = 500
LINES_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A member's points on a day.

    `spendable` may be spent. What is owed (`debt`) is taken off, so it is below zero where more is
    owed than there is. `held` is set aside, `pending` is not available yet, and `expired` is past
    its last day but not swept.

    `next_expiry` is the last day of the spendable points that expire first, and `expiring_points`
    tells how many they are. `expiring` has all such days with their points; only `balance` fills
    it. A member without a wallet has zero of everything.

    `merged_into` is the member who has the points now, where this one was merged into another.
    """

    member: str
    spendable: int = 0
    held: int = 0
    pending: int = 0
    expired: int = 0
    debt: int = 0
    next_expiry: date | None = None
    expiring_points: int = 0
    expiring: tuple[tuple[date, int], ...] = ()
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One business event of a member, and the wallet's figures after it.

    `balance` counts points whether spendable or not, without those that are `held`. `debt` is what
    was owed. `sequence` is the event's number in the member's lane. An event that came from another
    member's operation (a gift, a merge) has no key.
    """

    sequence: int
    operation: str
    kind: str
    key: str | None
    points: int
    balance: int
    held: int
    debt: int
    occurred_at: datetime
    recorded_at: datetime
    store: str | None
    channel: str | None
    staff: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """Points that an operation moved from one account to another.

    With the lot they belong to, and the wallet's figures afterwards. Points that are owed belong to
    no lot: their dates and funder are None.
    """

    source: str
    target: str
    points: int
    available_on: date | None
    expires_on: date | None
    funder: str | None
    balance: int
    held: int
    debt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRecord:
    """What was stored under a key.

    `subject` is the operation that this one ended or reversed, as `lane-seq`.
    """

    operation: str
    kind: str
    status: str
    key: str
    member: str | None
    points: int
    balance: int | None
    occurred_at: datetime
    recorded_at: datetime
    expires_on: date | None
    subject: str | None
    store: str | None
    channel: str | None
    staff: str | None
    reference: str | None
    refusal: dict[str, JSON] | None
    detail: dict[str, JSON] | None
    metadata: dict[str, str] | None
    entries: tuple[EntryRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A book in points.

    issued + converted_in + adjusted + owed = redeemed + converted_out + expired + held +
    converting + outstanding.

    Claw-backs are taken off what was issued, and reversals off what was redeemed. `members` counts
    wallets, including merged ones.
    """

    issued: int
    converted_in: int
    adjusted: int
    owed: int
    redeemed: int
    converted_out: int
    expired: int
    held: int
    converting: int
    outstanding: int
    members: int
    operations: int


def _as_of_day(wallet: Wallet, day: date) -> Balance:
    """What a wallet holds on a day of its programme."""
    pending = expired = 0
    expiring: dict[date, int] = {}
    for lot in wallet.lots:
        last_day = lot.expires_on or wallet.slides_until
        if last_day is not None and last_day < day:
            expired += lot.points
        elif lot.available_on is not None and lot.available_on > day:
            pending += lot.points
        elif last_day is not None:
            expiring[last_day] = expiring.get(last_day, 0) + lot.points
    days = tuple(sorted(expiring.items()))
    next_expiry, expiring_points = days[0] if days else (None, 0)
    return Balance(
        member=wallet.member,
        spendable=wallet.spendable(day),
        held=wallet.held,
        pending=pending,
        expired=expired,
        debt=wallet.debt,
        next_expiry=next_expiry,
        expiring_points=expiring_points,
        expiring=days,
        merged_into=wallet.merged_into,
    )


async def _load_balances(
    connection: AsyncConnection, programme: Programme, members: Sequence[str], at: datetime
) -> dict[str, Balance]:
    """What members hold on the programme's day of `at`, of those that have a wallet."""
    rows = await connection.execute(
        queries.WALLETS, {"book_id": programme.book_id, "members": list(set(members))}
    )
    wallets: dict[str, Wallet] = {}
    for member, held, debt, slides_until, merged_into, *lot in rows:
        wallet = wallets.get(member)
        if wallet is None:
            wallet = wallets[member] = Wallet(0, member)
            wallet.held, wallet.debt, wallet.slides_until = held, debt, slides_until
            wallet.merged_into = merged_into
        if lot[-1] is not None:
            wallet.lots.append(Lot(*lot))
    day = programme_day(at, programme.time_zone)
    return {member: _as_of_day(wallet, day) for member, wallet in wallets.items()}


def _not_found(programme: Programme, member: str) -> MemberNotFound:
    return MemberNotFound(
        f"member {member!r} has no points account in programme {programme.code!r}"
    )


async def balances(
    connection: AsyncConnection, programme: Programme, members: Sequence[str], at: datetime
) -> list[Balance]:
    """What members hold now, on the programme's day of `at`, in the order asked. One round trip."""
    found = await _load_balances(connection, programme, members, at)
    return [
        replace(found[member], expiring=()) if member in found else Balance(member=member)
        for member in members
    ]


async def balance(
    connection: AsyncConnection, programme: Programme, member: str, at: datetime
) -> Balance:
    """What one member holds now, on the programme's day of `at`.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    found = await _load_balances(connection, programme, [member], at)
    if member not in found:
        raise _not_found(programme, member)
    return found[member]


async def _chain_of(
    connection: AsyncConnection, programme: Programme, member: str
) -> dict[str, int | None]:
    """Where a member's records are: the parameters of `queries.CHAIN`, except `lines`."""
    where = {"book_id": programme.book_id, "member": member}
    row = (await connection.execute(queries.ACCOUNT, where)).one_or_none()
    if row is None:
        raise _not_found(programme, member)
    return {
        "book_id": programme.book_id,
        "account_id": row.account_id,
        "lane": row.account_id & LANE_MASK,
        "last_seq": row.last_seq,
    }


async def balance_as_of(
    connection: AsyncConnection, programme: Programme, member: str, instant: datetime
) -> Balance:
    """What the book said of a member at a past instant, from the journal alone.

    It is what `balance` would have answered then, on the programme's day of that instant. What was
    recorded up to `instant` counts, whenever it occurred. The rules are not asked: last days are
    those in the records, and the day until which undated points live is the last one recorded.

    Raises:
        MemberNotFound: the member had no wallet then.
    """
    where = {
        **await _chain_of(connection, programme, member),
        "lines": LINES_ALL,
        "instant": instant,
    }
    wallet = Wallet(0, member)
    rows = (await connection.execute(queries.LOTS_AS_OF, where)).all()
    if not rows:
        raise _not_found(programme, member)
    for available_on, expires_on, funder, points, held, debt in rows:
        wallet.held += held
        wallet.debt += debt
        if points:
            wallet.lots.append(Lot(available_on, expires_on, funder, points))
    wallet.merged_into = await heir_as_of(connection, programme, member, instant)
    if any(lot.expires_on is None for lot in wallet.lots):
        wallet.slides_until = await connection.scalar(queries.SLIDES_AS_OF, where)
    return _as_of_day(wallet, programme_day(instant, programme.time_zone))


async def history(
    connection: AsyncConnection,
    programme: Programme,
    member: str,
    *,
    before: int | None,
    limit: int,
) -> tuple[list[HistoryLine], int | None]:
    """A member's business events that moved points, the latest first, a page of them.

    Returns the page and the cursor of the next one, which is None at the end. `before` is the
    cursor that came with the page before. None starts with the latest event. A cursor of another
    member finds nothing.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    where = await _chain_of(connection, programme, member)
    if before is not None:
        where["last_seq"] = await connection.scalar(queries.BEFORE, {**where, "before": before})
    rows = (
        (await connection.execute(queries.HISTORY, {**where, "lines": limit + 1})).mappings().all()
    )
    lines = [HistoryLine(**{**row, "kind": _kind(row["kind"])}) for row in rows[:limit]]
    return lines, lines[-1].sequence if len(rows) > limit else None


def _kind(number: int) -> str:
    return OperationKind(number).name.lower()


def _account_kind(number: int) -> str:
    return AccountKind(number).name.lower()


def _place(subject: int | None) -> str | None:
    """A record's place in its book, as `lane-seq`."""
    return None if subject is None else f"{subject & LANE_MASK}-{subject >> LANE_BITS}"


async def operation(connection: AsyncConnection, programme: Programme, key: str) -> OperationRecord:
    """What was stored under a key, with what it moved.

    Raises:
        OperationNotFound: nothing was.
    """
    row = (
        await connection.execute(queries.OPERATION, {"book_id": programme.book_id, "key": key})
    ).one_or_none()
    if row is None:
        raise OperationNotFound(f"programme {programme.code!r} has no operation with key {key!r}")
    entries = await connection.execute(
        queries.ENTRIES, {"book_id": programme.book_id, "lane": row.lane, "seq": row.seq}
    )
    return OperationRecord(
        operation=f"{row.lane}-{row.seq}",
        kind=_kind(row.kind),
        status="accepted" if row.refusal is None else "rejected",
        key=row.key,
        member=row.member,
        points=row.points,
        balance=row.spendable,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        expires_on=row.last_day,
        subject=_place(row.subject),
        store=row.store,
        channel=row.channel,
        staff=row.staff,
        reference=row.reference,
        refusal=row.refusal,
        detail=row.detail,
        metadata=row.metadata,
        entries=tuple(
            EntryRecord(_account_kind(source), _account_kind(target), *rest)
            for source, target, *rest in entries
        ),
    )


async def totals(connection: AsyncConnection, programme: Programme) -> Totals:
    """The whole book, from the lanes' own accounts. One round trip."""
    row = (await connection.execute(queries.TOTALS, {"book_id": programme.book_id})).one()
    return Totals(
        issued=-row.issuance,
        converted_in=-row.converted_in,
        adjusted=-row.adjustment,
        owed=-row.debt,
        redeemed=row.redemption,
        converted_out=row.converted_out,
        expired=row.breakage,
        held=row.held,
        converting=row.clearing,
        outstanding=-(
            row.issuance
            + row.redemption
            + row.breakage
            + row.held
            + row.clearing
            + row.adjustment
            + row.debt
            + row.converted_out
            + row.converted_in
        ),
        members=row.members,
        operations=row.operations,
    )


async def trial_balance(
    connection: AsyncConnection, programme: Programme, as_of: datetime | None = None
) -> list[tuple[str, int]]:
    """The balance of every kind of account, all wallets as one; they sum to zero.

    With `as_of` it is what the book said at that instant. The journal is read from its beginning
    for it, so the time it takes grows with the book. Without `as_of` it is what lanes and wallets
    say now. One round trip.
    """
    statement = queries.TRIAL_BALANCE if as_of is None else queries.TRIAL_BALANCE_AS_OF
    where = {"book_id": programme.book_id} | ({} if as_of is None else {"as_of": as_of})
    found = {row.kind: row.balance for row in await connection.execute(statement, where)}
    return [(kind.name.lower(), found.get(kind, 0)) for kind in AccountKind]
