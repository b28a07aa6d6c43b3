"""Rulings: what a person decided of a case, stored with whatever follows from it.

A ruling is stored in the transaction of what it brings about: the end of an order, a return of
points, a new coupon. That transaction locks the case first (`lock_case`), right after the member's
lane if it has one and before the order and the coupon. So of two decisions at once the second finds
the case decided, and brings nothing about.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import BIGINT, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, note
from exchange.cases.kinds import CaseKind, Decision
from exchange.coupons.receipt import Step
from ledger import JSON, Refusal, outbox

RESOLVED_TOPIC = "case.resolved"


class CaseNotOpen(Refusal):
    """The case was decided otherwise before."""

    code: ClassVar[str] = "case-not-open"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The case was decided before."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision of a case, and who made it.

    - `evidence`: what the decision rests on, such as a supplier's statement.
    - `waits_until`: when the wait ends of a decision to wait.
    """

    book_id: int
    number: str
    kind: CaseKind
    coupon_id: int | None
    decision: Decision
    reason: str
    deed: Deed
    evidence: str | None = None
    waits_until: datetime | None = None


_LOCK = text(
    """
    SELECT state FROM exchange.coupon_case
    WHERE book_id = :book_id AND case_number = :number FOR NO KEY UPDATE
    """
)

_DECIDE = text(
    """
    UPDATE exchange.coupon_case
    SET state = 'RESOLVED', decision = :decision, reason = :reason,
        decided_evidence = :evidence, waits_until = :waits_until, points = :points,
        decided_at = now(), decided_by = :decided_by
    WHERE book_id = :book_id AND case_number = :number AND state = 'OPEN'
    RETURNING decided_at
    """
).bindparams(
    bindparam("evidence", type_=TEXT),
    bindparam("waits_until", type_=TIMESTAMP(timezone=True)),
    bindparam("points", type_=BIGINT),
)

_STEP = text(
    f"""
    INSERT INTO exchange.receipt_step (book_id, coupon_id, step, detail, occurred_at, recorded_by)
    VALUES (:book_id, :coupon_id, '{Step.DECIDED}', CAST(:detail AS json), now(), :recorded_by)
    """
)


async def lock_case(connection: AsyncConnection, ruling: Ruling) -> CaseNotOpen | None:
    """Lock the case until the transaction ends. Returns why it can be decided no more, if so."""
    where = {"book_id": ruling.book_id, "number": ruling.number}
    if (await connection.execute(_LOCK, where)).scalar_one() == "OPEN":
        return None
    return CaseNotOpen("it was decided before", case=ruling.number)


async def store_ruling(
    connection: AsyncConnection,
    ruling: Ruling,
    *,
    points: int | None = None,
    more: dict[str, JSON] | None = None,
) -> datetime:
    """Store a ruling on a locked case that is open, tell the receipt, and send the message.

    `points` are those that moved because of it. `more` is added to the step of the receipt. Returns
    the time of the decision, which is that of the transaction.
    """
    parameters = {
        "book_id": ruling.book_id,
        "number": ruling.number,
        "decision": str(ruling.decision),
        "reason": ruling.reason,
        "evidence": ruling.evidence,
        "waits_until": ruling.waits_until,
        "points": points,
        "decided_by": ruling.deed.actor_id,
    }
    decided = await connection.execute(_DECIDE, parameters)
    decided_at: datetime | None = decided.scalar_one_or_none()
    assert decided_at is not None, "whoever stores a ruling has locked a case that is open"
    said = {
        "case": ruling.number,
        "kind": str(ruling.kind),
        "decision": str(ruling.decision),
        "reason": ruling.reason,
        **(more or {}),
    }
    if ruling.waits_until is not None:
        said["waits_until"] = ruling.waits_until.isoformat()
    if ruling.coupon_id is not None:
        step = {
            "book_id": ruling.book_id,
            "coupon_id": ruling.coupon_id,
            "detail": orjson.dumps(said).decode(),
            "recorded_by": ruling.deed.actor_id,
        }
        await connection.execute(_STEP, step)
    await outbox.append(
        connection, ruling.book_id, RESOLVED_TOPIC, [{**said, "coupon_id": ruling.coupon_id}]
    )
    await note(connection, ruling.deed, "case", [ruling.number])
    return decided_at
