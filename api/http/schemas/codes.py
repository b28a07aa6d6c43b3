"""Card codes: the numbers that a supplier sells."""

from datetime import date
from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body, Day, Key
from catalog.codes import BATCH_LENGTH_MAX, CARD_LENGTH_MAX, CODES_MAX

CardPart = Annotated[
    str, Field(min_length=1, max_length=CARD_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]
BatchName = Annotated[
    str, Field(min_length=1, max_length=BATCH_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]


class CodeItem(Body):
    """One card code. `key` only names it in the answer."""

    key: Key
    number: CardPart
    secret: CardPart | None = None
    expires_on: Day | None = None
    batch: BatchName | None = None


class CodesBody(Body):
    """Up to 10,000 card codes of an offer."""

    codes: Annotated[list[CodeItem], Field(min_length=1, max_length=CODES_MAX)]


class WithdrawCodesBody(Body):
    """Which codes to withdraw: those of a batch, or all of the offer."""

    batch: BatchName | None


class RejectedCodeAnswer(TypedDict):
    """A code that was not taken. `column` is the member of the item that is at fault."""

    key: str | None
    code: str
    column: str | None


class CodesAnswer(TypedDict):
    """How many codes are new in the pool, how many were there, and which were not taken."""

    offer_id: int
    accepted: int
    existing: int
    rejected: list[RejectedCodeAnswer]


class PoolPartAnswer(TypedDict):
    """The codes of one batch with one last day."""

    batch: str | None
    expires_on: date | None
    codes: int
    available: int
    withdrawn: int
    expired: int
    given: int
    revealed: int


class CodesSummaryAnswer(TypedDict):
    """What became of the codes of an offer. `available` can still be given out."""

    offer_id: int
    available: int
    parts: list[PoolPartAnswer]


class CodesWithdrawnAnswer(TypedDict):
    """How many codes were withdrawn at once, and how many are asked back from programmes."""

    offer_id: int
    withdrawn: int
    recalled: int
