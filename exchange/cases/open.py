"""Open: a case begins, with its evidence, a step on the receipt and a message.

Whoever finds something that a person must decide calls this in the transaction in which it was
found. Nothing is locked. Of two that find the same at once, one opens the case: a unique index
allows one open case for each subject and kind, and the other adds nothing.

What was decided is not asked again because a supplier repeats itself. A case whose kind and subject
were decided before is opened only once the wait is over that was decided then (`keep_waiting`). A
member may complain again.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.kinds import CaseKind
from exchange.coupons.codes import CouponNotFound, new_code, parse_code
from exchange.coupons.receipt import Step
from ledger import JSON, Refusal, outbox

OPENED_TOPIC = "case.opened"
CASE_NUMBER_PREFIX = "CS-"
LANES_OF_NUMBERS = 32
"""A case has no lane. The characters that stand for one in a code are drawn, as the others are."""


class CaseNotFound(Refusal):
    """There is no such case, or it is another party's."""

    code: ClassVar[str] = "case-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such case."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What is found.

    - `coupon_id`: the coupon that it is about. Without one, it is about an offer.
    - `subject`: of two open cases of a kind and a subject, there is only one. By default that is
      the coupon, or else the offer.
    - `evidence`: what was found, as plain JSON. It names no secret and no member.
    - `again`: it may be opened though the same was decided before.
    - `found_at`: when it was found, if the caller keeps a time of its own.
    """

    book_id: int
    kind: CaseKind
    supplier_id: int
    home_party_id: int
    evidence: Mapping[str, JSON]
    coupon_id: int | None = None
    offer_id: int | None = None
    subject: str | None = None
    again: bool = False
    found_at: datetime | None = None

    @property
    def is_about(self) -> str:
        """The subject as it is stored."""
        if self.subject is not None:
            return self.subject
        if self.coupon_id is not None:
            return f"coupon:{self.coupon_id}"
        assert self.offer_id is not None, "a case is about a coupon or an offer"
        return f"offer:{self.offer_id}"


_OPEN = text(
    """
    INSERT INTO exchange.coupon_case (
        book_id, case_number, kind, state, subject, coupon_id, offer_id, supplier_id,
        home_party_id, evidence
    )
    SELECT CAST(:book_id AS integer), :case_number, CAST(:kind AS text), 'OPEN',
        CAST(:subject AS text), CAST(:coupon_id AS bigint), CAST(:offer_id AS bigint),
        CAST(:supplier_id AS integer), CAST(:home_party_id AS integer), CAST(:evidence AS json)
    WHERE :again OR NOT EXISTS (
        SELECT FROM exchange.coupon_case AS before
        WHERE before.book_id = :book_id AND before.kind = :kind AND before.subject = :subject
            AND (before.waits_until IS NULL OR before.waits_until > coalesce(:found_at, now()))
    )
    ON CONFLICT (book_id, subject, kind) WHERE state = 'OPEN' DO NOTHING
    RETURNING case_number
    """
).bindparams(bindparam("found_at", type_=TIMESTAMP(timezone=True)))

_OPEN_NOW = text(
    """
    SELECT case_number FROM exchange.coupon_case
    WHERE book_id = :book_id AND subject = :subject AND kind = :kind AND state = 'OPEN'
    """
)

_DISPUTE = text(
    f"""
    INSERT INTO exchange.receipt_step (book_id, coupon_id, step, detail, occurred_at)
    VALUES (:book_id, :coupon_id, '{Step.DISPUTED}', CAST(:detail AS json), now())
    """
)


async def open_case(connection: AsyncConnection, found: NewCase) -> str | None:
    """Open a case in the caller's transaction. Three statements, or one.

    Returns its number. None: there is one of its subject and kind that is open, or that was decided
    and is not to be opened again.
    """
    number = new_case_number(found.book_id)
    parameters = {
        "book_id": found.book_id,
        "case_number": number,
        "kind": str(found.kind),
        "subject": found.is_about,
        "coupon_id": found.coupon_id,
        "offer_id": found.offer_id,
        "supplier_id": found.supplier_id,
        "home_party_id": found.home_party_id,
        "evidence": orjson.dumps(dict(found.evidence)).decode(),
        "again": found.again,
        "found_at": found.found_at,
    }
    opened = (await connection.execute(_OPEN, parameters)).one_or_none()
    if opened is None:
        return None
    if found.coupon_id is not None:
        detail = orjson.dumps({"case": number, "kind": str(found.kind)}).decode()
        step = {"book_id": found.book_id, "coupon_id": found.coupon_id, "detail": detail}
        await connection.execute(_DISPUTE, step)
    message = {
        "case": number,
        "kind": str(found.kind),
        "subject": found.is_about,
        "supplier_id": found.supplier_id,
        "home_party_id": found.home_party_id,
    }
    await outbox.append(connection, found.book_id, OPENED_TOPIC, [message])
    return number


async def find_open_case(connection: AsyncConnection, found: NewCase) -> str | None:
    """The number of the case of this kind and subject that is open. One statement."""
    where = {"book_id": found.book_id, "kind": str(found.kind), "subject": found.is_about}
    number: str | None = (await connection.execute(_OPEN_NOW, where)).scalar_one_or_none()
    return number


def new_case_number(book_id: int) -> str:
    """A fresh number. It says in which book the case is, and cannot be guessed."""
    return CASE_NUMBER_PREFIX + new_code(book_id, secrets.randbelow(LANES_OF_NUMBERS))


def book_of_case(number: str) -> int:
    """The book that a case's number names.

    Raises:
        CaseNotFound: it is not a number of a case.
    """
    if not number.startswith(CASE_NUMBER_PREFIX):
        raise CaseNotFound("this is not the number of a case")
    try:
        return parse_code(number.removeprefix(CASE_NUMBER_PREFIX)).book_id
    except CouponNotFound as error:
        raise CaseNotFound("this is not the number of a case") from error
