"""The uses of one book, locked, judged and stored in one transaction.

`use` describes the statements, the locks and the races.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, Party, note
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lifecycle import CouponState, Standing, judge_reversal, judge_use
from exchange.coupons.receipt import Step
from exchange.earning.staff import tell_staff
from exchange.use.events import USE_REVERSED_TOPIC, USED_TOPIC, CouponUsed, UseReversed
from exchange.use.request import MissesLeft, UseAnswer, UseRequest, Verb, accepted, refused
from ledger import JSON, Refusal, outbox
from ledger.book import Programme, find_programme_by_book, programme_day
from ledger.idempotency import KeyReused


class KeyAlreadyStored(Exception):
    """A key was stored by another transaction after it was looked for."""


@dataclass(slots=True)
class _Held:
    """A locked coupon. It changes as the requests of the batch are judged in order."""

    row: RowMapping
    standing: Standing
    uses: int


# One statement may lock and read here: after a wait PostgreSQL reads a locked row again, and only
# the locked row is read. The clock is read outside of what locks. The last coupon's time counts: it
# is later than that of any transaction that changed one of these coupons before.
_LOCK = text(
    """
    SELECT clock_timestamp() AS now, locked.* FROM (
        SELECT coupon_id, code, state, redeemed_at, usable_from, expires_on, used_at, uses,
            offer_id, offer_code, home_party_id, member, points, face_value_minor, currency
        FROM exchange.coupon
        WHERE book_id = :book_id AND supplier_id = :supplier_id AND code = ANY(:codes)
        ORDER BY coupon_id FOR NO KEY UPDATE
    ) AS locked
    """
).bindparams(bindparam("codes", type_=ARRAY(TEXT)))

_STORED = text(
    """
    SELECT key, fingerprint, accepted, answer FROM exchange.use_request
    WHERE book_id = :book_id AND supplier_id = :supplier_id AND key = ANY(:keys)
    """
).bindparams(bindparam("keys", type_=ARRAY(TEXT)))

# A coupon changes at most once in a batch: a second request for it is refused, because of the state
# that the first one left.
_CHANGE = text(
    f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS t(
            coupon_id bigint, before text, after text, uses integer, at timestamptz, store text,
            reference text
        )
    ), changed AS (
        UPDATE exchange.coupon AS c
        SET state = wanted.after, uses = wanted.uses,
            used_at = CASE wanted.after WHEN '{CouponState.USED}' THEN wanted.at END,
            used_store = CASE wanted.after WHEN '{CouponState.USED}' THEN wanted.store END,
            used_reference = CASE wanted.after WHEN '{CouponState.USED}' THEN wanted.reference END
        FROM wanted
        WHERE c.book_id = :book_id AND c.coupon_id = wanted.coupon_id AND c.state = wanted.before
        RETURNING c.coupon_id, wanted.at, wanted.store, wanted.reference
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at
        )
        SELECT :book_id, coupon_id, :step,
            json_strip_nulls(json_build_object('store', store, 'reference', reference)), at,
            greatest(now(), at)
        FROM changed
    )
    SELECT count(*) FROM changed
    """
).bindparams(bindparam("rows", type_=TEXT()), bindparam("step", type_=TEXT()))

# The rows that come back are counted: a cluster's row count of INSERT … SELECT … ON CONFLICT does
# not tell which rows were stored.
_STORE = text(
    """
    INSERT INTO exchange.use_request (book_id, supplier_id, key, fingerprint, accepted, answer)
    SELECT :book_id, :supplier_id, key, decode(fingerprint, 'hex'), accepted, answer
    FROM json_to_recordset(CAST(:rows AS json))
        AS t(key text, fingerprint text, accepted boolean, answer json)
    ORDER BY key
    ON CONFLICT DO NOTHING
    RETURNING key
    """
).bindparams(bindparam("rows", type_=TEXT()))


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
        deed: Deed | None = None,
    ) -> None:
        self._connection = connection
        self._now = now
        self._where = {"book_id": book_id, "supplier_id": supplier.party_id}
        self._supplier_id = supplier.party_id
        self._verb: Verb = verb
        self._misses_left = misses_left
        self._deed = deed
        self._keys: list[str] = []
        """Of the requests that change something, in their order."""
        self._changes: list[dict[str, JSON]] = []
        self._answers: list[dict[str, JSON]] = []
        self._events: list[CouponUsed | UseReversed] = []

    async def answer(
        self, uses: Mapping[int, UseRequest], codes: Mapping[int, str]
    ) -> dict[int, UseAnswer]:
        """Answer the uses by their place, given the canonical code of each.

        Those of stores without misses left are not looked at, and have no answer.

        Raises:
            KeyAlreadyStored: another transaction stored a key after it was looked for. The
                transaction is to be run again.
        """
        held = await self._lock(codes)
        programme = (
            await find_programme_by_book(self._connection, self._where["book_id"]) if held else None
        )
        known = await self._stored([use.key for use in uses.values()]) if held else {}
        answers: dict[int, UseAnswer] = {}
        for place, use in uses.items():
            if self._misses_left is not None and not self._misses_left.has_left(use):
                continue
            coupon = held.get(codes[place])
            fingerprint = use.fingerprint(self._verb, codes[place])
            if coupon is None or programme is None:
                if self._misses_left is not None:
                    self._misses_left.miss(use)
                answers[place] = refused(use.key, CouponNotFound("there is no such coupon"))
            elif use.key in known:
                stored, answer = known[use.key]
                answers[place] = answer if stored == fingerprint else key_reused(use.key)
            else:
                answers[place] = self._judge(use, coupon, programme)
                known[use.key] = (
                    fingerprint,
                    UseAnswer(use.key, answers[place].document, answers[place].accepted, True),
                )
                self._answers.append(
                    {
                        "key": use.key,
                        "fingerprint": fingerprint.hex(),
                        "accepted": answers[place].accepted,
                        "answer": answers[place].document,
                    }
                )
        await self._store()
        return answers

    def _judge(self, use: UseRequest, coupon: _Held, programme: Programme) -> UseAnswer:
        assert self._now is not None, "whoever has locked a coupon knows the time"
        at = use.occurred_at or self._now
        day = programme_day(at, programme.time_zone)
        if self._verb == "use":
            refusal: Refusal | None = judge_use(coupon.standing, at, day, self._now)
            state = CouponState.USED
        else:
            verdict = judge_reversal(coupon.standing, day)
            refusal, state = (
                (verdict, CouponState.USED) if isinstance(verdict, Refusal) else (None, verdict)
            )
        if refusal is not None:
            return refused(use.key, refusal)
        before = coupon.standing.state
        is_use = state is CouponState.USED
        coupon.uses += is_use
        coupon.standing = replace(coupon.standing, state=state, used_at=at if is_use else None)
        self._keys.append(use.key)
        self._changes.append(
            {
                "coupon_id": coupon.row["coupon_id"],
                "before": before,
                "after": state,
                "uses": coupon.uses,
                "at": at,
                "store": use.store,
                "reference": use.reference,
            }
        )
        self._events.append(self._event(use, coupon, programme, at))
        document = {
            "key": use.key,
            "status": "accepted",
            "coupon": coupon.row["coupon_id"],
            "state": state,
            "use": coupon.uses,
            "offer_code": coupon.row["offer_code"],
            "programme": programme.code,
            "face_value_minor": coupon.row["face_value_minor"],
            "currency": coupon.row["currency"],
            "occurred_at": at,
            "store": use.store,
            "reference": use.reference,
        }
        return accepted(use.key, document)

    def _event(
        self, use: UseRequest, coupon: _Held, programme: Programme, at: datetime
    ) -> CouponUsed | UseReversed:
        row = coupon.row
        facts = {
            "book_id": self._where["book_id"],
            "coupon_id": row["coupon_id"],
            "use": coupon.uses,
            "code": row["code"],
            "offer_id": row["offer_id"],
            "offer_code": row["offer_code"],
            "supplier_id": self._supplier_id,
            "home_party_id": row["home_party_id"],
            "programme": programme.code,
            "member": row["member"],
            "points": row["points"],
            "face_value_minor": row["face_value_minor"],
            "currency": row["currency"],
            "store": use.store,
            "reference": use.reference,
        }
        if self._verb == "use":
            return CouponUsed(**facts, used_at=at)
        return UseReversed(**facts, reversed_at=at)

    async def _lock(self, codes: Mapping[int, str]) -> dict[str, _Held]:
        parameters = {**self._where, "codes": sorted(set(codes.values()))}
        rows = (await self._connection.execute(_LOCK, parameters)).mappings().all()
        if rows and self._now is None:
            self._now = rows[-1]["now"]
        return {row["code"]: _Held(row, _standing(row), row["uses"]) for row in rows}

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
            step = Step.USED if self._verb == "use" else Step.USE_REVERSED
            parameters = {
                "book_id": self._where["book_id"],
                "rows": _text(self._changes),
                "step": str(step),
            }
            changed = (await self._connection.execute(_CHANGE, parameters)).scalar_one()
            assert changed == len(self._changes), (
                "a locked coupon was not in the state it was judged in"
            )
        if self._answers:
            answers = {**self._where, "rows": _text(self._answers)}
            stored = (await self._connection.execute(_STORE, answers)).all()
            if len(stored) < len(self._answers):
                raise KeyAlreadyStored
        if self._deed is not None:
            coupons = [change["coupon_id"] for change in self._changes]
            await note(self._connection, self._deed, "coupon", coupons, self._keys)
        topic = USED_TOPIC if self._verb == "use" else USE_REVERSED_TOPIC
        payloads = [event.to_payload() for event in self._events]
        await outbox.append(self._connection, self._where["book_id"], topic, payloads)
        await tell_staff(self._connection, self._where["book_id"], topic == USED_TOPIC, payloads)


def key_reused(key: str) -> UseAnswer:
    """The answer to a key that was used for something else."""
    return refused(key, KeyReused(f"key {key!r} was first used with another request"))


def _standing(row: RowMapping) -> Standing:
    return Standing(
        CouponState(row["state"]),
        row["redeemed_at"],
        row["expires_on"],
        row["used_at"],
        row["usable_from"],
    )


def _text(rows: Sequence[Mapping[str, JSON]]) -> str:
    return orjson.dumps(rows).decode()
