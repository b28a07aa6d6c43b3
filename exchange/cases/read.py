"""Cases as the operator and the parties read them: each party only its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.kinds import CaseKind, Decision, allowed_decisions
from exchange.cases.open import CaseNotFound, book_of_case
from exchange.cases.readers import Reader
from exchange.coupons.lifecycle import CouponState, OrderState
from ledger import JSON

PAGE_CASES_MAX = 1_000
OPERATOR = Reader()


@dataclass(frozen=True, slots=True)
class Case:
    """A case with what it is about as that stands now.

    - `allowed`: what may be decided. Nothing of a case that is decided.
    - `points`: the points that moved because of the decision.
    - `member`: for the member's brand and the operator alone.
    """

    book_id: int
    case_number: str
    case_id: int
    kind: CaseKind
    state: str
    coupon_id: int | None
    offer_id: int | None
    offer_code: str | None
    supplier_id: int
    home_party_id: int
    evidence: dict[str, JSON]
    opened_at: datetime
    decision: Decision | None
    reason: str | None
    decided_evidence: str | None
    waits_until: datetime | None
    points: int | None
    decided_at: datetime | None
    member: str | None
    coupon_state: CouponState | None
    order_state: OrderState | None
    request_number: str | None
    allowed: list[Decision]


_COLUMNS = """
    x.book_id, x.case_number, x.case_id, x.kind, x.state, x.coupon_id,
    coalesce(x.offer_id, c.offer_id) AS offer_id, c.offer_code, x.supplier_id, x.home_party_id,
    x.evidence, x.opened_at, x.decision, x.reason, x.decided_evidence, x.waits_until, x.points,
    x.decided_at, c.member, c.state AS coupon_state, o.state AS order_state, o.request_number
"""
_JOINED = """
    exchange.coupon_case x
    LEFT JOIN exchange.coupon c ON c.book_id = x.book_id AND c.coupon_id = x.coupon_id
    LEFT JOIN exchange.fulfilment_order o ON o.book_id = x.book_id AND o.coupon_id = x.coupon_id
"""

_FIND = text(
    f"SELECT {_COLUMNS} FROM {_JOINED} WHERE x.book_id = :book_id AND x.case_number = :number"
)

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM {_JOINED}
    WHERE x.case_id > :after
        AND (CAST(:supplier_id AS integer) IS NULL OR x.supplier_id = :supplier_id)
        AND (CAST(:party_id AS integer) IS NULL
            OR :party_id IN (x.supplier_id, x.home_party_id))
        AND (CAST(:state AS text) IS NULL OR x.state = :state)
        AND (CAST(:kind AS text) IS NULL OR x.kind = :kind)
        AND (CAST(:coupon_id AS bigint) IS NULL OR x.coupon_id = :coupon_id)
    ORDER BY x.case_id LIMIT :limit
    """
).bindparams(
    *(bindparam(name, type_=INTEGER) for name in ("supplier_id", "party_id")),
    bindparam("state", type_=TEXT),
    bindparam("kind", type_=TEXT),
    bindparam("coupon_id", type_=BIGINT),
)

CROSS_BOOK: tuple[TextClause, ...] = (_LIST,)
"""The statement here that names no book: suppliers and the operator have cases in many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesWanted:
    """Which cases are listed. None: all that the reader may see."""

    supplier_id: int | None = None
    state: str | None = None
    kind: CaseKind | None = None
    coupon_id: int | None = None


async def find_case(connection: AsyncConnection, number: str, reader: Reader = OPERATOR) -> Case:
    """A case by its number. One statement.

    Raises:
        CaseNotFound: there is none, or the reader may not see it.
    """
    where = {"book_id": book_of_case(number), "number": number}
    row = (await connection.execute(_FIND, where)).one_or_none()
    if row is None or not reader.may_see(row.supplier_id, row.home_party_id):
        raise CaseNotFound("there is no such case")
    return _case(row, reader)


async def list_cases(
    connection: AsyncConnection,
    reader: Reader,
    wanted: CasesWanted,
    *,
    after: int,
    limit: int,
) -> list[Case]:
    """A page of cases, the oldest first, after the case with the id `after`. One statement."""
    assert 0 < limit <= PAGE_CASES_MAX, limit
    parameters = {
        "party_id": reader.party_id,
        "supplier_id": wanted.supplier_id,
        "state": wanted.state,
        "kind": None if wanted.kind is None else str(wanted.kind),
        "coupon_id": wanted.coupon_id,
        "after": after,
        "limit": limit,
    }
    return [_case(row, reader) for row in await connection.execute(_LIST, parameters)]


def _case(row: Row[Any], reader: Reader) -> Case:
    """The case as the reader may see it."""
    fields = row._asdict()
    kind = CaseKind(fields["kind"])
    order = None if fields["order_state"] is None else OrderState(fields["order_state"])
    coupon = None if fields["coupon_state"] is None else CouponState(fields["coupon_state"])
    if not reader.may_see_members(fields["home_party_id"]):
        fields["member"] = None
    fields |= {
        "kind": kind,
        "order_state": order,
        "coupon_state": coupon,
        "decision": None if fields["decision"] is None else Decision(fields["decision"]),
    }
    is_returned = coupon in (None, CouponState.RETURNED)
    allowed = allowed_decisions(kind, order, returned=is_returned)
    return Case(**fields, allowed=allowed if fields["state"] == "OPEN" else [])
