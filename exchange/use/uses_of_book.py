"""The uses of one book, locked, judged and stored in one transaction.

`use` describes the statements, the locks and the races.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, Party, note_each
from catalog.shops import (
    Shop,
    ShopNotAllowed,
    ShopNotFound,
    UseTerms,
    judge_order,
    judge_place,
    load_shops,
    load_use_terms,
)
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lifecycle import (
    CouponState,
    Standing,
    judge_count,
    judge_hold,
    judge_reversal,
    judge_unlock,
    judge_use,
)
from exchange.coupons.receipt import given_as_goodwill, note_deactivated
from exchange.coupons.tokens import CouponToken
from exchange.use.changes import Change, store_answers, write_changes
from exchange.use.events import CouponUsed, UseReversed
from exchange.use.held import COUPON_COLUMNS, Held, event_of, held_of, lock_document, used_document
from exchange.use.new_users import count_new_users
from exchange.use.request import (
    LOCK_SECONDS,
    MissesLeft,
    ShopRequired,
    UseAnswer,
    UseRequest,
    Verb,
    accepted,
    refused,
)
from exchange.use.staff import tell_staff
from exchange.use.told import hand_over
from ledger import JSON, Refusal
from ledger.book import Programme, find_programme_by_book, programme_day
from ledger.idempotency import KeyReused

Named = str | CouponToken
"""How a request names its coupon: by the canonical code, or by what a token says."""
_LOCK_NAME_BYTES = 12

# One statement may lock and read here: after a wait PostgreSQL reads a locked row again, and only
# the locked row is read. The clock is read outside of what locks. The last coupon's time counts: it
# is later than that of any transaction that changed one of these coupons before.
_LOCK = """
    SELECT clock_timestamp() AS now, locked.*, (
        SELECT request_number FROM exchange.fulfilment_order AS o
        WHERE o.book_id = :book_id AND o.coupon_id = locked.coupon_id
    ) AS request_number FROM (
        SELECT {columns}
        FROM exchange.coupon
        WHERE book_id = :book_id AND supplier_id = :supplier_id AND code = ANY(:codes)
        ORDER BY coupon_id FOR NO KEY UPDATE {waiting}
    ) AS locked
"""
_LOCK_WAITING = text(_LOCK.format(columns=COUPON_COLUMNS, waiting="")).bindparams(
    bindparam("codes", type_=ARRAY(TEXT))
)
_LOCK_FREE = text(_LOCK.format(columns=COUPON_COLUMNS, waiting="SKIP LOCKED")).bindparams(
    bindparam("codes", type_=ARRAY(TEXT))
)

_CODES = text(
    """
    SELECT coupon_id, code FROM exchange.coupon
    WHERE book_id = :book_id AND supplier_id = :supplier_id AND coupon_id = ANY(:coupons)
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))

_STORED = text(
    """
    SELECT key, fingerprint, accepted, answer FROM exchange.use_request
    WHERE book_id = :book_id AND supplier_id = :supplier_id AND key = ANY(:keys)
    """
).bindparams(bindparam("keys", type_=ARRAY(TEXT)))


async def codes_of_tokens(
    connection: AsyncConnection, where: Mapping[str, int], named: Mapping[int, Named]
) -> dict[int, str]:
    """The codes that are named, by their place. At most one round trip.

    A coupon that the supplier does not have, or that has another code by now, has none.
    """
    tokens = [each for each in named.values() if isinstance(each, CouponToken)]
    if not tokens:
        return {place: each for place, each in named.items() if isinstance(each, str)}
    values = {**where, "coupons": sorted({each.coupon_id for each in tokens})}
    rows = (await connection.execute(_CODES, values)).all()
    code_of = {row.coupon_id: row.code for row in rows}
    found = {
        place: each if isinstance(each, str) else code_of.get(each.coupon_id)
        for place, each in named.items()
    }
    return {
        place: code
        for place, code in found.items()
        if code is not None and (named[place] == code or _is_of(named[place], code))
    }


def _is_of(named: Named, code: str) -> bool:
    return isinstance(named, CouponToken) and named.is_of(code)


class UsesOfBook:
    """The uses of one book in one transaction."""

    def __init__(
        self,
        connection: AsyncConnection,
        book_id: int,
        supplier: Party,
        verb: Verb,
        *,
        now: datetime | None = None,
        misses_left: MissesLeft | None = None,
        deeds: Mapping[int, Deed | None] | None = None,
        may_wait: bool = True,
    ) -> None:
        self._connection = connection
        self._now = now
        self._where = {"book_id": book_id, "supplier_id": supplier.party_id}
        self._supplier = supplier
        self._verb: Verb = verb
        self._misses_left = misses_left
        self._deeds = deeds or {}
        """By the place of the use."""
        self._may_wait = may_wait
        self._shops: Mapping[str, Shop] = {}
        self._goodwill: set[int] = set()
        """The coupons whose points went back: a use that is reversed leaves nothing to use."""
        self._programme: Programme | None = None
        self._noted: list[tuple[Deed, int, str]] = []
        """Deed, coupon and key of the requests that change something, in their order."""
        self._changes: list[Change] = []
        self._answers: list[dict[str, JSON]] = []
        self._events: list[CouponUsed | UseReversed] = []

    async def answer(
        self, uses: Mapping[int, UseRequest], named: Mapping[int, Named]
    ) -> dict[int, UseAnswer]:
        """Answer the uses by their place, given how each names its coupon.

        Those of shops without misses left are not looked at, and have no answer. Whoever may not
        wait has none for coupons that are locked by others, and for those that are unknown.

        Raises:
            KeyAlreadyStored: another transaction stored a key after it was looked for. The
                transaction is to be run again.
        """
        if shops := sorted({use.shop for use in uses.values() if use.shop is not None}):
            self._shops = await load_shops(self._connection, self._supplier, shops)
        codes = await codes_of_tokens(self._connection, self._where, named)
        held = await self._lock(codes)
        programme = (
            await find_programme_by_book(self._connection, self._where["book_id"]) if held else None
        )
        if self._verb == "reverse-use":
            locked = [each.row["coupon_id"] for each in held.values()]
            self._goodwill = await given_as_goodwill(
                self._connection, self._where["book_id"], locked
            )
        self._programme = programme
        terms = await load_use_terms(self._connection, [_version(each) for each in held.values()])
        known = await self._stored([use.key for use in uses.values()]) if held else {}
        answers: dict[int, UseAnswer] = {}
        for place, use in uses.items():
            if self._misses_left is not None and not self._misses_left.has_left(use):
                continue
            code = codes.get(place, "")
            coupon = held.get(code)
            if coupon is None and not self._may_wait:
                continue
            if coupon is None or programme is None:
                if self._misses_left is not None:
                    self._misses_left.miss(use)
                answers[place] = refused(use.key, CouponNotFound("there is no such coupon"))
                continue
            fingerprint = use.fingerprint(self._verb, code)
            if use.key in known:
                stored, answer = known[use.key]
                answers[place] = answer if stored == fingerprint else key_reused(use.key)
            elif passing := self._why_not_now(use, named[place], coupon.standing):
                answers[place] = refused(use.key, passing)
            else:
                deed = self._deeds.get(place)
                made = self._judge(use, coupon, programme, terms[_version(coupon)], deed)
                answers[place] = made
                known[use.key] = fingerprint, replace(made, replayed=True)
                self._answers.append(
                    {
                        "key": use.key,
                        "fingerprint": fingerprint.hex(),
                        "accepted": made.accepted,
                        "answer": made.document,
                        "recorded_by": None if deed is None else deed.actor_id,
                    }
                )
        await self._store()
        return answers

    def _why_not_now(self, use: UseRequest, named: Named, standing: Standing) -> Refusal | None:
        """What may be mended before the same is asked again, so that nothing is stored for it.

        Whoever ends a lock, takes back a use or uses what it has locked needs no fresh token:
        nobody is there any more to show one.
        """
        if use.shop is None and self._supplier.require_shop:
            return ShopRequired("this supplier's uses name one of its shops", field="shop")
        if use.shop is not None and use.shop not in self._shops:
            return ShopNotFound(f"{self._supplier.code} has no shop {use.shop}")
        if isinstance(named, str) or self._verb in {"unlock", "reverse-use"}:
            return None
        now = self._moment(use)
        if use.lock is not None and judge_unlock(standing, now, use.lock) is None:
            return None
        return named.why_stale(now)

    def _moment(self, use: UseRequest) -> datetime:
        assert self._now is not None, "whoever has locked a coupon knows the time"
        return use.occurred_at or self._now

    def _judge(
        self,
        use: UseRequest,
        coupon: Held,
        programme: Programme,
        terms: UseTerms,
        deed: Deed | None,
    ) -> UseAnswer:
        at = self._moment(use)
        day = programme_day(at, programme.time_zone)
        verdict = self._verdict(use, coupon, programme, terms)
        if isinstance(verdict, Refusal):
            return refused(use.key, verdict)
        before = coupon.stored
        is_use = verdict is CouponState.USED
        coupon.uses += is_use
        is_lock = verdict is CouponState.LOCKED
        held_for = timedelta(seconds=use.seconds or LOCK_SECONDS)
        coupon.stored = verdict
        coupon.standing = replace(
            coupon.standing,
            state=verdict,
            used_at=at if is_use else None,
            used_store=use.place if is_use else None,
            used_reference=use.reference if is_use else None,
            lock_key=secrets.token_hex(_LOCK_NAME_BYTES) if is_lock else None,
            lock_until=at + held_for if is_lock else None,
        )
        if deed is not None:
            self._noted.append((deed, coupon.row["coupon_id"], use.key))
        actor_id = None if deed is None else deed.actor_id
        self._changes.append(_change(use, coupon, before, at, day, actor_id))
        if self._verb in {"lock", "unlock"}:
            return accepted(use.key, lock_document(use, coupon, terms, programme))
        self._events.append(event_of(use, coupon, programme, self._where["book_id"], at))
        return accepted(use.key, used_document(use, coupon, programme, at))

    def _verdict(
        self, use: UseRequest, coupon: Held, programme: Programme, terms: UseTerms
    ) -> CouponState | Refusal:
        """The state that the coupon goes to, or why it goes to none."""
        at, standing = self._moment(use), coupon.standing
        now, day = self._now or at, programme_day(at, programme.time_zone)
        if self._verb == "reverse-use":
            is_used = standing.state is CouponState.USED
            if use.is_till and is_used and standing.used_store != use.shop:
                return ShopNotAllowed("another shop has used the coupon")
            within = use.reversible_for(terms.reverse_minutes)
            reached = judge_reversal(standing, day, now, within, at=at)
            is_goodwill = coupon.row["coupon_id"] in self._goodwill
            is_reversed = isinstance(reached, CouponState)
            return CouponState.DEACTIVATED if is_reversed and is_goodwill else reached
        if self._verb == "unlock":
            return judge_unlock(standing, now, use.lock) or CouponState.ACTIVE
        shop = None if use.shop is None else self._shops[use.shop]
        is_told_later = use.occurred_at is not None
        refusal = (
            judge_use(standing, at, day, now)
            or judge_place(terms, shop, at, programme.time_zone, is_told_later=is_told_later)
            or judge_hold(standing, now, use.lock)
        )
        if refusal is None and self._verb == "use":
            refusal = judge_order(terms, use.order_minor, must_be_told=shop is not None)
        reached = CouponState.USED if self._verb == "use" else CouponState.LOCKED
        return refusal or judge_count(coupon.uses) or reached

    async def _lock(self, codes: Mapping[int, str]) -> dict[str, Held]:
        parameters = {**self._where, "codes": sorted(set(codes.values()))}
        lock = _LOCK_WAITING if self._may_wait else _LOCK_FREE
        rows = (await self._connection.execute(lock, parameters)).mappings().all()
        if rows and self._now is None:
            self._now = rows[-1]["now"]
        return {row["code"]: held_of(dict(row)) for row in rows}

    async def _stored(self, keys: Sequence[str]) -> dict[str, tuple[bytes, UseAnswer]]:
        rows = await self._connection.execute(_STORED, {**self._where, "keys": list(keys)})
        return {
            row.key: (
                bytes(row.fingerprint),
                UseAnswer(row.key, row.answer, row.accepted, replayed=True),
            )
            for row in rows
        }

    async def _store(self) -> None:
        if self._changes:
            await write_changes(self._connection, self._where, self._verb, self._changes)
            ended = {
                each.coupon_id: each.recorded_by
                for each in self._changes
                if each.after is CouponState.DEACTIVATED
            }
            await note_deactivated(self._connection, self._where["book_id"], ended)
            await self._count_new()
        if self._answers:
            await store_answers(self._connection, self._where, self._answers)
        await note_each(self._connection, "coupon", self._noted)
        payloads = [event.to_payload() for event in self._events]
        states = {change.coupon_id: change.after for change in self._changes}
        uses = [(event, states[event.coupon_id]) for event in self._events]
        await hand_over(self._connection, self._where["book_id"], uses)
        await tell_staff(self._connection, self._where["book_id"], self._verb == "use", payloads)

    async def _count_new(self) -> None:
        """Count users who are said to be new, and tell so in the answers."""
        said = {
            change.coupon_id: (change.user, change.uses)
            for change in self._changes
            if change.new_member and change.after is CouponState.USED
        }
        if not said or self._programme is None:
            return
        supplier_id = self._supplier.party_id
        counted = await count_new_users(self._connection, self._programme, supplier_id, said)
        for stored in self._answers:
            document = stored["answer"]
            if stored["accepted"] and document["coupon"] in counted:
                document["counted_new"] = True


def key_reused(key: str) -> UseAnswer:
    """The answer to a key that was used for something else."""
    return refused(key, KeyReused(f"key {key!r} was first used with another request"))


def _version(coupon: Held) -> tuple[int, int]:
    return coupon.row["offer_id"], coupon.row["offer_version"]


def _change(  # noqa: PLR0917 - what one change is made of
    use: UseRequest,
    coupon: Held,
    before: CouponState,
    at: datetime,
    day: date,
    actor_id: int | None,
) -> Change:
    return Change(
        coupon_id=coupon.row["coupon_id"],
        user=coupon.row["holder"] or coupon.row["member"],
        before=before,
        after=coupon.standing.state,
        uses=coupon.uses,
        at=at,
        day=day,
        place=use.place,
        shop=use.shop,
        reference=use.reference,
        staff=use.staff,
        order_minor=use.order_minor,
        new_member=use.new_member,
        lock_key=coupon.standing.lock_key,
        lock_until=coupon.standing.lock_until,
        recorded_by=actor_id,
    )
