"""Stages of suppliers, and their checks by the kit."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import WordsAnswer
from api.http.schemas.profiles import TagCode
from api.http.schemas.types import NAME_PATTERN, Account, Body, Code
from catalog.stages import (
    CANARY_PER_DAY_MAX,
    FAILURE_PERMYRIAD,
    P95_SECONDS,
    P95_SECONDS_MAX,
    SHARE_PERMYRIAD_MAX,
    TAGS_MAX,
)
from exchange.conformance import (
    CONCURRENCY_DEFAULT,
    CONCURRENCY_MAX,
    ORDERS_DEFAULT,
    ORDERS_MAX,
)

REASON_LENGTH_MAX = 500
StageName = Literal["DECLARED", "CHECKED", "CANARY", "OPEN", "SUSPENDED"]
Limit = Annotated[int, Field(ge=1, le=CANARY_PER_DAY_MAX)]
Permyriad = Annotated[int, Field(ge=1, le=SHARE_PERMYRIAD_MAX)]


class AccountsBody(Body):
    """The test server's own accounts that play ours. One that is left out is named as ours."""

    ok: Account | None = None
    ok_async: Account | None = None
    refuse: Account | None = None
    slow: Account | None = None
    lost: Account | None = None
    out_of_stock: Account | None = None
    late: Account | None = None


class CheckBody(Body):
    """What to check the supplier's endpoint with. It should be a test server."""

    offer_code: Code
    accounts: AccountsBody = Field(default_factory=AccountsBody)
    orders: Annotated[int, Field(ge=1, le=ORDERS_MAX)] = ORDERS_DEFAULT
    concurrency: Annotated[int, Field(ge=1, le=CONCURRENCY_MAX)] = CONCURRENCY_DEFAULT


class CheckedCaseAnswer(TypedDict):
    """What a case has shown. `must`: without it no member meets the supplier."""

    case: int
    name: str
    must: bool
    verdict: Literal["pass", "fail", "not-supported"]
    sentence: str
    evidence: list[str]


class CaseCountsAnswer(TypedDict):
    """How many cases have shown what."""

    passed: int
    failed: int
    not_supported: int


class ReportAnswer(TypedDict):
    """What a check has found. It proves something of the address and the secret of its digest."""

    kit_version: int
    wire_version: int
    url: str
    offer_code: str
    secret_id: str
    digest: str
    began_at: datetime
    ended_at: datetime
    passed: bool
    p95_milliseconds: int | None
    counts: CaseCountsAnswer
    cases: list[CheckedCaseAnswer]


class CheckAnswer(TypedDict):
    """A check of a supplier."""

    check_id: int
    party: str
    state: Literal["waiting", "running", "done", "failed"]
    passed: bool | None
    digest: str | None
    problem: str | None
    asked_at: datetime
    ended_at: datetime | None


class CheckReportAnswer(CheckAnswer):
    """A check of a supplier, with its report."""

    report: ReportAnswer | None


class LimitsBody(Body):
    """What is good enough of a supplier."""

    failure_permyriad: Permyriad = FAILURE_PERMYRIAD
    p95_seconds: Annotated[int, Field(ge=1, le=P95_SECONDS_MAX)] = P95_SECONDS


class StageBody(Body):
    """The stage that a supplier goes to, and for a canary who is in it."""

    stage: StageName
    share_permyriad: Permyriad | None = None
    tags: Annotated[list[TagCode], Field(max_length=TAGS_MAX)] = Field(default_factory=list)
    per_day_max: Limit | None = None
    open_orders_max: Limit | None = None
    limits: LimitsBody = Field(default_factory=LimitsBody)
    is_automatic: bool = False
    reason: (
        Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=NAME_PATTERN)]
        | None
    ) = None


class StageStatsAnswer(TypedDict):
    """What became of the orders of a supplier. The share of failures is from `low` to `high`."""

    ended: int
    failed: int
    member_faults: int
    open: int
    low: float
    high: float
    p95_seconds: float | None


class StageAnswer(TypedDict):
    """The stage of a supplier, and what its figures say should follow."""

    party: str
    stage: StageName
    suspended_from: StageName | None
    since: datetime | None
    reason: str | None
    share_permyriad: int | None
    tags: list[str]
    per_day_max: int | None
    open_orders_max: int | None
    failure_permyriad: int
    p95_seconds: int
    is_automatic: bool
    stats: StageStatsAnswer | None
    next: Literal["promote", "suspend", "stay"] | None
    words: WordsAnswer | None
