"""The bodies and answers of the service. `make document` writes this file."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NotRequired, TypedDict

class AcceptDisputeBody(TypedDict):
    """What the other side says. `claimed_minor` is needed where the dispute says none."""
    answer: NotRequired[str | None]
    claimed_minor: NotRequired[int | None]

class AcceptedProfileAnswer(TypedDict):
    """What is stored of a member of a batch."""
    member: str
    merged_into: str | None
    identifiers: list[IdentifierAnswer]
    tags: list[TagOfMemberAnswer]
    tier: TierOfMemberAnswer | None
    birthday: str | None
    consents: ConsentsOfMemberAnswer
    first_seen: str
    key: str
    status: Literal["accepted"]

class AccessAnswer(TypedDict):
    """Who of the programme's members may have an offer. Version 0 was never stated."""
    offer_id: int
    version: int
    open_to: WhoAnswer

class AccessBody(TypedDict):
    """Who of the programme's members may have an offer. Without conditions, everybody may."""
    open_to: WhoBody

class AccountsBody(TypedDict):
    """The test server's own accounts that play ours. One that is left out is named as ours."""
    ok: NotRequired[str | None]
    ok_async: NotRequired[str | None]
    refuse: NotRequired[str | None]
    slow: NotRequired[str | None]
    lost: NotRequired[str | None]
    out_of_stock: NotRequired[str | None]
    late: NotRequired[str | None]

class AddShopsAnswer(TypedDict):
    """One answer per shop, in the order of the request."""
    answers: list[ShopItemAnswer | RefusedAnswer]

class AddShopsBody(TypedDict):
    """Up to 1,000 shops, each with its own key."""
    shops: Sequence[ShopItem]

class AdjustBody(TypedDict):
    """Correct a balance by hand."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    reason: str
    actor: str
    funder: NotRequired[str | None]
    expires_on: NotRequired[str | date | None]

class AdjustItem(TypedDict):
    """One adjustment of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    reason: str
    actor: str
    funder: NotRequired[str | None]
    expires_on: NotRequired[str | date | None]
    kind: Literal["adjust"]

class AdjustedLineItem(TypedDict):
    """A line to correct: the `use` and its `leg`, or a `period_line`. And by how much."""
    use: NotRequired[str | None]
    leg: NotRequired[str | None]
    kind: NotRequired[Literal["charge", "reversal"] | None]
    period_line: NotRequired[str | None]
    amount_minor: NotRequired[int | None]

class AdjustmentAnswer(TypedDict):
    """A correction. Its amounts are below zero for a credit."""
    adjustment_id: int
    statement_id: int
    dispute_id: int | None
    kind: Literal["credit", "debit"]
    reason: str
    amount_minor: int
    tax_minor: int | None
    state: Literal["draft", "approved", "discarded"]
    month: str | None
    made_at: str
    decided_at: str | None
    lines: list[NamedLineAnswer]

class AdjustmentBody(TypedDict):
    """A correction of an issued statement. Without lines it is of the statement as a whole.
    One `amount_minor` for all lines is spread over them. Without any amount, a credit is of
    all that is left.
    """
    statement: int
    kind: NotRequired[Literal["credit", "debit"]]
    lines: NotRequired[Sequence[AdjustedLineItem] | None]
    amount_minor: NotRequired[int | None]
    reason: str

class AdjustmentPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[AdjustmentAnswer]
    next_cursor: str | None

class AgainstBody(TypedDict):
    """Whom a veto is against: a party, a group, or a category with everything beneath it."""
    party: NotRequired[str | None]
    category: NotRequired[str | None]
    group: NotRequired[str | None]

class AgreeSwapBody(TypedDict):
    """For the members of which programme the other party takes its part."""
    programme: str

class AllotmentAnswer(TypedDict):
    """An allotment. `granted` is the total quantity and `remaining` is what is left of it.
    `points` and the window are those of the batch that comes next. `points` is null if the
    offer's own price applies. `batches` are those with stock left, and the last ten that
    are used up, in the order in which they are taken.
    """
    offer_id: int
    name: str
    granted: int
    remaining: int
    points: int | None
    window_from: str
    window_until: str | None
    batches: list[BatchAnswer]

class AllotmentItem(TypedDict):
    """One allotment of a batch: stock of an offer, procured for a programme. It is granted at
    once if the supplier's terms allow it, and otherwise waits. What is granted is a batch
    with this price and this window. Without `points`, the offer's own price applies.
    """
    key: NotRequired[str]
    offer_id: int
    quantity: int
    points: NotRequired[int | None]
    unit_cost_minor: NotRequired[int | None]
    currency: NotRequired[str | None]
    window_from: str | datetime
    window_until: NotRequired[str | datetime | None]

class AllotmentItemAnswer(TypedDict):
    """A batch that was granted to an item of a request."""
    offer_id: int
    allotment_no: int
    granted: int
    remaining: int
    points: int | None
    window_from: str
    window_until: str | None
    key: str
    status: Literal["accepted"]
    procurement_id: int

class AllotmentPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[AllotmentAnswer]
    next_cursor: str | None

class AllotmentsAnswer(TypedDict):
    """One answer per allotment, in the order of the request."""
    answers: list[AllotmentItemAnswer | WaitingItemAnswer | RefusedAnswer]

class AllotmentsBody(TypedDict):
    """Up to 1,000 allotments, each with its own key."""
    allotments: Sequence[AllotmentItem]

class ApplyImportBody(TypedDict):
    """How an import that was checked is to be applied."""
    accept_partial: NotRequired[bool]

class AskedForAnswer(TypedDict):
    """Which events are told of a programme's points, and since when any are."""
    programme: str
    types: list[str]
    since: str | None

class AskedForBody(TypedDict):
    """Which events are told of a programme's points, of those that are asked for. None: none."""
    types: Sequence[str]

class AssignBreakBody(TypedDict):
    """Who works on the break; null for nobody."""
    assignee: str | None

class AttemptAnswer(TypedDict):
    """One attempt. `problem` says why there was no answer. Of an answer, the beginning is
    kept.
    """
    attempt: int
    started_at: str
    milliseconds: int
    status: int | None
    problem: str | None
    answer: str | None

class AuditEntryAnswer(TypedDict):
    """One change: when, by whom and what. `party` is the party that the actor acted for.
    `action` is the operation of the interface, the command, the work, or the kind of the
    operation on points.
    """
    recorded_at: str
    actor: str | None
    party: str | None
    action: str
    object: str
    key: str | None
    request_id: str | None

class AuditEntryPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[AuditEntryAnswer]
    next_cursor: str | None

class BackTestAnswer(TypedDict):
    """What the ladder would have said of a cohort's last period, and what came."""
    cohort: str
    predicted: int
    actual: int
    error: int

class BalanceAnswer(TypedDict):
    """A member's points. `spendable` is below zero if the member owes more than there is.
    `pending` points are not available yet. `expired` points are past their last day and not
    yet swept. `debt` is what the member owes. `expiring_points` is how many of the
    spendable points expire at the end of `next_expiry`. A member that was merged into
    another has no points left. `merged_into` is who has them: ask about that one.
    """
    member: str
    merged_into: str | None
    spendable: int
    held: int
    pending: int
    expired: int
    debt: int
    next_expiry: str | None
    expiring_points: int

class BalancePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[BalanceAnswer]
    next_cursor: str | None

class BalancesAnswer(TypedDict):
    """Balances in the order of the request."""
    balances: list[BalanceAnswer]

class BalancesBody(TypedDict):
    """Read the balances of many members at once. The answer is about the points they have now.
    `at` decides which of these are pending, spendable or expired.
    """
    members: Sequence[str]
    at: NotRequired[str | datetime | None]

class BatchAnswer(TypedDict):
    """What one grant gave. It keeps its price, its cost and its window. `granted` is as many
    as remain, went back to the supplier (`returned`), or are out in coupons. `points` is
    null if the offer's own price applies, `unit_cost_minor` if no cost was said. Nothing is
    taken from a batch that was closed.
    """
    allotment_no: int
    granted: int
    remaining: int
    returned: int
    points: int | None
    unit_cost_minor: int | None
    currency: str | None
    window_from: str
    window_until: str | None
    procurement_id: int | None
    closed_at: str | None

class BillingProfileAnswer(TypedDict):
    """What invoices say of a party, in its newest version."""
    party: str
    version: int
    legal_name: str
    credit_code: str | None
    address: str | None
    phone: str | None
    bank: str | None
    bank_account: str | None
    stated_at: str

class BillingProfileBody(TypedDict):
    """What invoices say of a party. It takes the place of what was stated before."""
    legal_name: str
    credit_code: NotRequired[str | None]
    address: NotRequired[str | None]
    phone: NotRequired[str | None]
    bank: NotRequired[str | None]
    bank_account: NotRequired[str | None]

class BirthdayGiftAnswer(TypedDict):
    """What came of a member's birthday: a coupon, or why there is none."""
    day: str
    member: str
    offer_id: int
    coupon: int | None
    refusal: str | None
    recorded_at: str

class BirthdayGiftPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[BirthdayGiftAnswer]
    next_cursor: str | None

class BookStateAnswer(TypedDict):
    """A book, and how far it is sealed."""
    programme: str
    records: int
    sealed: int
    sealed_at: str | None

class BrandCardAnswer(TypedDict):
    """How a brand does."""
    redemption: MeasureAnswer
    claim: MeasureAnswer
    payment_days: int | None
    vetoes: int
    notes: list[CardNoteAnswer]

class BreakAnswer(TypedDict):
    """A record on which the two sides do not agree. `category` is the first that holds, and
    `also` has the others. `line_number` is the partner's, `use_id` ours. The differences of
    all breaks are the difference of the totals.
    """
    break_id: int
    reconciliation_id: int
    category: Literal["duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate", "amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date", "missing_ours", "missing_theirs", "rejected"]
    also: list[Literal["duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate", "amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date", "missing_ours", "missing_theirs", "rejected"]]
    state: Literal["open", "matched", "explained", "adjusted", "written_off", "carried"]
    line_number: int | None
    brand: str | None
    book_id: int | None
    use_id: str | None
    is_reversal: bool | None
    month: str | None
    reference: str | None
    offer_code: str | None
    store: str | None
    used_on: str | None
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    currency: str | None
    theirs_currency: str | None
    claimed_by: int | None
    note: str | None
    suggestion: BreakSuggestionAnswer | None
    suggested_line_number: int | None
    opened_on: str
    open_days: int
    age_days: int
    assignee: str | None
    adjustment_id: int | None

class BreakPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[BreakAnswer]
    next_cursor: str | None

class BreakStepAnswer(TypedDict):
    """What a party did with a break, and when."""
    step_id: int
    break_id: int
    step: Literal["assigned", "commented", "reopened", "matched", "explained", "adjusted", "written_off", "carried"]
    party: str
    note: str | None
    assignee: str | None
    adjustment_id: int | None
    done_at: str

class BreakStepPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[BreakStepAnswer]
    next_cursor: str | None

class BreakSuggestionAnswer(TypedDict):
    """The uses that a row may be, and why. They match nothing until somebody says so."""
    reason: Literal["leading_zeros", "power_of_ten", "sum", "same_terms"]
    days_apart: int
    uses: list[SuggestedUseAnswer]

class BridgeStep(TypedDict):
    """What the breaks of a category come to in a currency, and what is unexplained after them."""
    currency: str
    category: Literal["duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate", "amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date", "missing_ours", "missing_theirs", "rejected"]
    breaks: int
    difference_minor: int
    left_minor: int

class BurnDownAnswer(TypedDict):
    """How the stock of an offer goes, at the pace of the last 14 days."""
    offer_id: int
    offer_code: str
    supplier: str
    granted: int
    remaining: int
    taken: int
    days: list[DayTakenAnswer]
    days_left: int | None
    runs_out_on: str | None
    is_low: bool

class BurnDownPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[BurnDownAnswer]
    next_cursor: str | None

class CallbackAnswer(TypedDict):
    """The state of the order after the callback, and whether the callback changed it."""
    request_number: str
    state: OrderState
    changed: bool

class CallbackBody(TypedDict):
    """How a delivery ended, or that a part of it was delivered. Other members are not read.
    This describes the body. It is read by `exchange.fulfil`, after its signature.
    """
    request_number: str
    status: Literal["SUCCESS", "FAILED", "PARTIAL"]
    reason: NotRequired[str | None]
    supplier_reference: NotRequired[str | None]

class CapAnswer(TypedDict):
    """A cap of a programme."""
    kind: Literal["issue", "redeem"]
    window: Literal["day", "month", "year"]
    points: int

class CapBody(TypedDict):
    """The most points for one member in one window of the programme's calendar. Points set
    aside count as redeemed.
    """
    kind: Literal["issue", "redeem"]
    window: Literal["day", "month", "year"]
    points: int

class CaptureBody(TypedDict):
    """Spend the points of a hold."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    hold_key: str
    points: NotRequired[int | None]

class CaptureItem(TypedDict):
    """One capture of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    hold_key: str
    points: NotRequired[int | None]
    kind: Literal["capture"]

class CardNoteAnswer(TypedDict):
    """Why a part of a scorecard is null."""
    about: str
    note: str

class CardSimulationAnswer(TypedDict):
    """What the card would have changed. Nothing was stored."""
    months: list[MonthChangeAnswer]
    legs: list[TriedLegAnswer]
    largest: list[UseChangeAnswer]
    uses: int
    waiting: int

class CaseAnswer(TypedDict):
    """A case. `allowed` is what may be decided now; `member` is null to the supplier."""
    case: str
    kind: Literal["late_success", "late_failure", "contradiction", "stuck", "complaint", "partial", "codes_short", "offline_conflict"]
    state: Literal["OPEN", "RESOLVED"]
    programme: str
    supplier: str
    coupon: int | None
    offer: int | None
    offer_code: str | None
    member: str | None
    request_number: str | None
    order_state: OrderState | None
    coupon_state: CouponState | None
    evidence: dict[str, Any]
    allowed: list[Literal["deliver", "return_points", "keep_waiting", "return_points_goodwill", "keep", "accept_supplier", "reject_supplier", "reinstate"]]
    opened_at: str
    decision: Literal["deliver", "return_points", "keep_waiting", "return_points_goodwill", "keep", "accept_supplier", "reject_supplier", "reinstate", None]
    reason: str | None
    decided_evidence: str | None
    waits_until: str | None
    points: int | None
    decided_at: str | None

class CaseCountsAnswer(TypedDict):
    """How many cases have shown what."""
    passed: int
    failed: int
    not_supported: int

class CasePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[CaseAnswer]
    next_cursor: str | None

class CashMonthAnswer(TypedDict):
    """What partners are expected to bill in a month."""
    month: str
    bill_minor: int

class CategoriesAnswer(TypedDict):
    """The categories of a party, and the offers that close by the change."""
    code: str
    categories: list[str]
    dry_run: bool
    closes: list[ClosedOfferAnswer]

class CategoriesBody(TypedDict):
    """The categories in which a party trades, its primary one first. `dry_run`: nothing is
    changed. The answer says what would be.
    """
    categories: Sequence[str]
    dry_run: NotRequired[bool]

class CategoryAnswer(TypedDict):
    """A node of the category tree."""
    path: str

class CategoryBody(TypedDict):
    """A node of the category tree. Its parent must exist."""
    path: str

class CategoryPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[CategoryAnswer]
    next_cursor: str | None

class CheckAnswer(TypedDict):
    """A check of a supplier."""
    check_id: int
    party: str
    state: Literal["waiting", "running", "done", "failed"]
    passed: bool | None
    digest: str | None
    problem: str | None
    asked_at: str
    ended_at: str | None

class CheckBody(TypedDict):
    """What to check the supplier's endpoint with. It should be a test server."""
    offer_code: str
    accounts: NotRequired[AccountsBody]
    orders: NotRequired[int]
    concurrency: NotRequired[int]

class CheckPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[CheckAnswer]
    next_cursor: str | None

class CheckReportAnswer(TypedDict):
    """A check of a supplier, with its report."""
    check_id: int
    party: str
    state: Literal["waiting", "running", "done", "failed"]
    passed: bool | None
    digest: str | None
    problem: str | None
    asked_at: str
    ended_at: str | None
    report: ReportAnswer | None

class CheckedCaseAnswer(TypedDict):
    """What a case has shown. `must`: without it no member meets the supplier."""
    case: int
    name: str
    must: bool
    verdict: Literal["pass", "fail", "not-supported"]
    sentence: str
    evidence: list[str]

class ClaimAnswer(TypedDict):
    """A gift that was taken: the coupon with its new code. `hop` is how many hands it went
    through after the first, and `hops_left` how many it still may. `counted_new` tells
    whether the member was counted as new by this gift.
    """
    coupon: int
    state: CouponState
    member: str
    code: str
    offer: int
    offer_code: str
    first_day: str | None
    last_day: str | None
    hop: int
    hops_left: int
    note: str | None
    counted_new: bool

class ClaimBody(TypedDict):
    """A member takes a gift. `new_member` says that the brand did not have this member before."""
    gift: str
    member: str
    new_member: NotRequired[bool | None]

class CloseBody(TypedDict):
    """How a month is closed. Without a body it is closed, and issued unless four eyes are
    wanted. What waits for a reason in `accept_waiting` holds up nothing. It is billed late,
    once it can be rated. Who accepts that gives a `reason`.
    """
    accept_waiting: NotRequired[Sequence[Literal["no-contract", "currency-differs", "basis-missing", "not-rated-yet", "unreadable", "other"]]]
    reason: NotRequired[str | None]
    issue: NotRequired[bool | None]

class ClosedOfferAnswer(TypedDict):
    """An offer of which a brand has stock, and which closes to it."""
    buyer: str
    offer_id: int
    supplier: str
    code: str
    words: WordsAnswer

class ClosingAnswer(TypedDict):
    """A closed month, with the totals over its statements. Drafts are among them."""
    month: str
    state: Literal["open", "closing", "closed"]
    closed_at: str | None
    statements: int
    drafts: int
    coupon_statements: int
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    tax_minor: int
    billed_minor: int
    currencies: list[str]

class ClosingStep(TypedDict):
    """A step of a closing, and how far it has come. One without `began_at` is still to come."""
    name: str
    done: int
    total: int
    began_at: str | None
    finished_at: str | None

class CodeItem(TypedDict):
    """One card code. `key` only names it in the answer."""
    key: NotRequired[str]
    number: str
    secret: NotRequired[str | None]
    expires_on: NotRequired[str | date | None]
    batch: NotRequired[str | None]

class CodesAnswer(TypedDict):
    """How many codes are new in the pool, how many were there, and which were not taken."""
    offer_id: int
    accepted: int
    existing: int
    rejected: list[RejectedCodeAnswer]

class CodesBody(TypedDict):
    """Up to 10,000 card codes of an offer."""
    codes: Sequence[CodeItem]

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

class CommentBreakBody(TypedDict):
    """What is said about the break."""
    note: str

class ComplainBody(TypedDict):
    """What the member says."""
    reason: str

class ConsentAnswer(TypedDict):
    """A version of a consent. `points` is what was credited under it. `ended_at` is null while
    the version stands. Of the versions between two programmes, only the highest can.
    """
    programme: str
    from_programme: str
    version: int
    numerator: int
    denominator: int
    member_month_points_max: int
    points_max: int
    price_minor: str
    valid_from: str
    valid_until: str | None
    points: int
    ended_at: str | None

class ConsentBody(TypedDict):
    """Consent to conversions from another programme. It replaces the consent before at once.
    `denominator` points of the other programme become at most `numerator` points of this
    one. The limits are in points of this programme. Its time zone has the days and the
    months.
    """
    from_programme: str
    numerator: int
    denominator: int
    member_month_points_max: int
    points_max: int
    price_minor: str | int
    valid_from: str | date
    valid_until: NotRequired[str | date | None]

class ConsentsAnswer(TypedDict):
    """The consents of a programme that the caller may see, by source and version."""
    consents: list[ConsentAnswer]

class ConsentsOfMemberAnswer(TypedDict):
    """What a member has agreed to; null where nobody has said."""
    rights_by_third_party: bool | None
    contact: bool | None

class ConsentsOfMemberBody(TypedDict):
    """What the member has agreed to. What is left out stays as it is."""
    rights_by_third_party: NotRequired[bool | None]
    contact: NotRequired[bool | None]

class ConsideredAnswer(TypedDict):
    """A rule that is about both parties. `applies` says whether it held at the instant."""
    rule_id: int | None
    rule: str
    facet: Literal["owner", "carrier"]
    applies: bool
    nearness: list[int]

class ContractAnswer(TypedDict):
    """A version of the terms between two parties. Null stands for any party."""
    contract_id: int
    home_party: str | None
    supplier_party: str | None
    version: int
    coupon_cost_minor: str
    platform_fee_minor: str
    currency: str
    rounding: Literal["half_up", "half_even", "down", "up"]
    valid_from: str
    valid_until: str | None
    rated_uses: int
    late_uses: int

class ContractBody(TypedDict):
    """What each use costs. Without `home_party` or `supplier_party`, the contract holds for
    any. Rates are minor units per use, as exact decimals.
    """
    home_party: NotRequired[str | None]
    supplier_party: NotRequired[str | None]
    coupon_cost_minor: str | int
    platform_fee_minor: str | int
    currency: str
    rounding: NotRequired[Literal["half_up", "half_even", "down", "up"]]
    valid_from: str | date
    valid_until: NotRequired[str | date | None]

class ContractEndAnswer(TypedDict):
    """A version that has an end now."""
    contract_id: int
    version: int
    valid_from: str
    valid_until: str | None
    rated_uses: int

class ContractEndBody(TypedDict):
    """On which day a version no longer holds."""
    on: str | date
    accept_late: NotRequired[bool]

class ContractVersionAnswer(TypedDict):
    """A version of the terms between two parties, as one of them sees it. The rates are null
    where a rate card says what a use costs, and where they concern others.
    """
    contract_id: int
    home_party: str | None
    supplier_party: str | None
    operator_party: str
    version: int
    coupon_cost_minor: str | None
    platform_fee_minor: str | None
    currency: str
    rounding: Literal["half_up", "half_even", "down", "up"]
    valid_from: str
    valid_until: str | None
    card_id: int | None
    card: dict[str, Any]
    sha256: str | None

class ContractVersionPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ContractVersionAnswer]
    next_cursor: str | None

class ControlTotalAnswer(TypedDict):
    """What a file itself says that its rows come to."""
    row: int
    of: Literal["all", "charges", "refunds"]
    rows: int | None
    amount_minor: int | None

class ConvertBody(TypedDict):
    """Turn points into points of another programme, at the rate between the two."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    to_programme: str
    to_member: NotRequired[str | None]
    rate_version: NotRequired[int | None]

class ConvertItem(TypedDict):
    """One conversion of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    to_programme: str
    to_member: NotRequired[str | None]
    rate_version: NotRequired[int | None]
    kind: Literal["convert"]

class CountsAnswer(TypedDict):
    """What became of the rows, or would become of them."""
    created: int
    updated: int
    unchanged: int
    rejected: int

class CouponAnswer(TypedDict):
    """A coupon with its steps: the member's receipt. `sentence` says it first, to the member.
    `promised_at`: by then the right is delivered or the points are back, or a person
    decides; null once nothing is under way.
    """
    coupon: int
    state: CouponState
    member: str
    merged_into: str | None
    offer: int
    offer_code: str
    supplier: str
    points: int
    free: bool
    code: str | None
    masked_account: str | None
    delivery: OrderState | None
    first_day: str | None
    last_day: str | None
    holder: str
    request_number: str | None
    sentence: SentenceAnswer
    promised_at: str | None
    points_are: Literal["held", "spent", "returned", "none"]
    steps: list[StepAnswer]

CouponState = Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED"]

class CouponSummaryAnswer(TypedDict):
    """How many of a programme's newest coupons are in each state now."""
    states: list[StateCountAnswer]
    counted: int
    oldest_at: str | None
    is_complete: bool

class CurrencySumItem(TypedDict):
    """All that would be billed in one currency, between so many pairs of parties."""
    currency: str
    pairs: int
    billed_minor: int

class CurrencyTotalAnswer(TypedDict):
    """What both sides come to in one currency."""
    currency: str
    ours_minor: int
    theirs_minor: int
    difference_minor: int

class DatedRulesAnswer(TypedDict):
    """The rules that hold from a day on, until the next of them. They follow in their order."""
    since: str | None
    point_value: str | None
    expiry: ExpiryAnswer
    available_after_days: int
    debt: Literal["refuse", "take", "owe"]

class DayTakenAnswer(TypedDict):
    """How many were taken on a day."""
    day: str
    taken: int

class DayUsesAnswer(TypedDict):
    """How many coupons were used on a day; null if there were too many to count."""
    day: str
    uses: int | None

class DeactivateBody(TypedDict):
    """Why an offer is taken out for good, and what becomes of its coupons."""
    reason: str
    coupons: NotRequired[Literal["honour", "withdraw"]]

class DeactivateCouponAnswer(TypedDict):
    """A coupon that was withdrawn, and the points that went back."""
    coupon: int
    state: CouponState
    points_back: int

class DeactivateCouponBody(TypedDict):
    """Which coupon is withdrawn, why, and whether its points go back or are kept."""
    programme: str
    coupon: int
    reason: str
    points: NotRequired[Literal["back", "keep"]]

class DecideBody(TypedDict):
    """What the operator decides, and why. `deliver` needs `evidence` or a
    `supplier_reference`, `keep_waiting` needs `until`, and `reinstate` needs
    `member_consents`.
    """
    decision: Literal["deliver", "return_points", "keep_waiting", "return_points_goodwill", "keep", "accept_supplier", "reject_supplier", "reinstate"]
    reason: str
    evidence: NotRequired[str | None]
    supplier_reference: NotRequired[str | None]
    until: NotRequired[str | datetime | None]
    member_consents: NotRequired[bool]

class DeclaredTagAnswer(TypedDict):
    """A tag that members may have."""
    code: str
    label: str

class DeclaredTagBody(TypedDict):
    """A tag that members of the programme may have."""
    code: str
    label: str

class DeclaredTagsAnswer(TypedDict):
    """All tags of a programme, in order of code."""
    tags: list[DeclaredTagAnswer]

class DeclaredTagsBody(TypedDict):
    """All tags of the programme."""
    tags: Sequence[DeclaredTagBody]

class DeclaredTierAnswer(TypedDict):
    """A tier that members may have."""
    code: str
    label: str
    rank: int

class DeclaredTierBody(TypedDict):
    """A tier that members of the programme may have. A higher rank is a better tier."""
    code: str
    label: str
    rank: int

class DeclaredTiersAnswer(TypedDict):
    """All tiers of a programme, the lowest first."""
    tiers: list[DeclaredTierAnswer]

class DeclaredTiersBody(TypedDict):
    """All tiers of the programme."""
    tiers: Sequence[DeclaredTierBody]

class DeliveriesAnswer(TypedDict):
    """How a supplier's deliveries do, and how many of its coupons are used by day."""
    party: str
    as_of: str
    since: str
    orders: list[OrderCountAnswer]
    success: MeasureAnswer
    p50_seconds: float | None
    p95_seconds: float | None
    unheard_of: int
    unheard_of_since: str | None
    time_zone: str
    days: list[DayUsesAnswer]

class DeliveryAnswer(TypedDict):
    """One event on its way to one endpoint, with what came of each attempt."""
    delivery_id: int
    endpoint_id: int
    event: str
    sequence: int
    type: str
    state: Literal["waiting", "delivered", "failed"]
    due_at: str | None
    created_at: str
    ended_at: str | None
    attempts: list[AttemptAnswer]

class DeliveryPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[DeliveryAnswer]
    next_cursor: str | None

class DisputeAnswer(TypedDict):
    """What a party says is wrong, and what became of it."""
    dispute_id: int
    statement_id: int
    party: str
    reason: Literal["not_used", "not_ours", "duplicate", "price", "amount", "tax", "other"]
    text: str
    lines: list[NamedLineAnswer]
    disputed_minor: int
    claimed_minor: int | None
    state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed"]
    opened_at: str
    answer: str | None
    closed_at: str | None
    closed_by_party: str | None
    adjustment_id: int | None

class DisputeBody(TypedDict):
    """Why a party does not agree with a statement."""
    reason: str

class DisputePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[DisputeAnswer]
    next_cursor: str | None

class DisputedLineItem(TypedDict):
    """A line: the `use` and its `leg`, or a `period_line`."""
    use: NotRequired[str | None]
    leg: NotRequired[str | None]
    kind: NotRequired[Literal["charge", "reversal"] | None]
    period_line: NotRequired[str | None]

class DraftAnswer(TypedDict):
    """What one party will owe another for one month, before the statement is issued. A draft
    has no number yet, and only the operator sees it.
    """
    statement_id: int
    month: str
    payer_party: str
    payee_party: str
    operator_party: str
    currency: str
    kind: Literal["coupons", "fees", "conversions", "other"]
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    added_tax_minor: int
    tax_minor: int
    billed_minor: int
    state: Literal["draft", "under_review"]
    replaces: int | None

class DraftPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[DraftAnswer]
    next_cursor: str | None

class DryRunAnswer(TypedDict):
    """What a closing would come to now, without the lines that depend on sums. `obstacles` are
    the codes of what would refuse it now.
    """
    month: str
    state: Literal["open", "closing", "closed"]
    obstacles: list[str]
    waiting: dict[str, int]
    waiting_errors: list[str]
    currencies: list[CurrencySumItem]
    pair_count: int
    pairs: list[OwedItem]
    suspicious: list[SuspiciousItem]

class DueAnswer(TypedDict):
    """What is left to pay of a statement. Below zero, the payee owes it to the payer."""
    statement_id: int
    billed_minor: int
    carried_minor: int
    paid_minor: int
    netted_minor: int
    written_off_minor: int
    due_minor: int
    netting_id: int | None

class EarnAnswer(TypedDict):
    """What an event has earned. No points are an answer, too: `why` says why. `base_points`
    and `earning_multiplier_percent` are null where nothing was given.
    """
    operation: str | None
    key: str
    status: Literal["accepted"]
    member: str
    event: str
    subject: str | None
    points: int
    why: Literal["given", "cap", "budget", "once", "closed", "not-eligible", "not-new", "waiting", "voided"]
    rule: str | None
    base_points: int | None
    earning_multiplier_percent: int | None
    balance: int | None
    occurred_at: str
    expires_on: NotRequired[str]

class EarnBody(TypedDict):
    """Something that a member has done. What it earns is up to the programme's rules."""
    event: str
    member: str
    subject: NotRequired[str | None]
    occurred_at: NotRequired[str | datetime | None]
    friend: NotRequired[IdentifierBody | None]
    code: NotRequired[str | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]

class EarnItem(TypedDict):
    """One event of a batch."""
    event: str
    member: str
    subject: NotRequired[str | None]
    occurred_at: NotRequired[str | datetime | None]
    friend: NotRequired[IdentifierBody | None]
    code: NotRequired[str | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    key: NotRequired[str]

class EarningRuleAnswer(TypedDict):
    """An earning rule."""
    rule: str
    event: str
    label: str
    points: int
    once_per: Literal["day", "subject", "ever", None]
    per_member_per_day: int | None
    per_member_total: int | None
    budget_points_per_day: int | None
    budget_points_total: int | None
    who: WhoAnswer
    funder: str | None
    after_use: bool
    valid_from: str
    valid_until: str | None
    ended_at: str | None

class EarningRuleBody(TypedDict):
    """A new earning rule. It never changes, and may be ended."""
    rule: str
    event: str
    label: str
    points: int
    once_per: NotRequired[Literal["day", "subject", "ever"] | None]
    per_member_per_day: NotRequired[int | None]
    per_member_total: NotRequired[int | None]
    budget_points_per_day: NotRequired[int | None]
    budget_points_total: NotRequired[int | None]
    who: NotRequired[WhoBody | None]
    funder: NotRequired[str | None]
    after_use: NotRequired[bool]
    valid_from: str | datetime
    valid_until: NotRequired[str | datetime | None]

class EarningRulePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[EarningRuleAnswer]
    next_cursor: str | None

class EarnsAnswer(TypedDict):
    """The answers to a batch of events, in the order of its items."""
    answers: list[EarnAnswer | RefusedAnswer]

class EarnsBody(TypedDict):
    """Up to 1,000 events, each with its own key."""
    events: Sequence[EarnItem]

class EffectAnswer(TypedDict):
    """What a rule makes of the price."""
    points: int | None
    percent: int | None
    floor: int | None
    free: bool

class EffectBody(TypedDict):
    """What a rule makes of the price: `points`, a `percent` of the ordinary price, or `free`."""
    points: NotRequired[int | None]
    percent: NotRequired[int | None]
    floor: NotRequired[int | None]
    free: NotRequired[Literal[True] | None]

class EndpointAnswer(TypedDict):
    """Where a supplier takes orders."""
    party: str
    url: str
    old_secret_until: str | None
    timeout_ms: int | None
    concurrency_max: int | None
    rate_per_second: int | None
    deadline_seconds: int | None
    absent_proves_after_seconds: int | None
    first_query_after_seconds: int | None
    waiting_max: int | None

class EndpointBody(TypedDict):
    """Where a supplier takes orders, and the shared secret that signs in both directions. What
    is left out of the others is as the service has it for all suppliers.
    """
    url: str
    secret: str
    overlap_seconds: NotRequired[int]
    timeout_ms: NotRequired[int | None]
    concurrency_max: NotRequired[int | None]
    rate_per_second: NotRequired[int | None]
    deadline_seconds: NotRequired[int | None]
    absent_proves_after_seconds: NotRequired[int | None]
    first_query_after_seconds: NotRequired[int | None]
    waiting_max: NotRequired[int | None]

class EntryAnswer(TypedDict):
    """Points that moved from one account to another. The dates and the funder are those of
    their lot. `balance`, `held` and `debt` are the wallet's figures afterwards.
    """
    source: Literal["issuance", "redemption", "breakage", "held", "transit", "clearing", "adjustment", "debt", "converted_out", "converted_in", "wallet"]
    target: Literal["issuance", "redemption", "breakage", "held", "transit", "clearing", "adjustment", "debt", "converted_out", "converted_in", "wallet"]
    points: int
    available_on: str | None
    expires_on: str | None
    funder: str | None
    balance: int
    held: int
    debt: int

class EstimateAnswer(TypedDict):
    """An estimate. It holds once it is approved."""
    programme: str
    version: int
    from_month: str
    cohort: str | None
    method: Literal["entered", "history", "chain_ladder"]
    redeem_rate: str
    use_rate: str
    value_minor_per_1000_points: str
    cost_minor_per_1000_points: str
    currency: str
    reason: str
    evidence: EstimateEvidenceAnswer | None
    proposed_at: str
    proposed_by: str | None
    approved_at: str | None
    approved_by: str | None

class EstimateBody(TypedDict):
    """What is expected of a programme's points, from a month on. With the methods `history`
    and `chain_ladder`, the redeem rate is computed from the frozen months. With `entered`,
    it has to be given.
    """
    from_month: str
    cohort: NotRequired[str | None]
    method: NotRequired[Literal["entered", "history", "chain_ladder"]]
    redeem_rate: NotRequired[str | int | None]
    use_rate: NotRequired[str | int | None]
    value_minor_per_1000_points: str | int
    cost_minor_per_1000_points: NotRequired[str | int | None]
    currency: str
    by: NotRequired[Literal["month", "quarter", "year"]]
    reason: str

class EstimateEvidenceAnswer(TypedDict):
    """What an estimate rests on."""
    by: Literal["month", "quarter", "year"]
    frozen_until: str | None
    rate: str
    warnings: list[str]
    back_test: list[BackTestAnswer]
    error_minor: int

class EstimatePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[EstimateAnswer]
    next_cursor: str | None

class EventAnswer(TypedDict):
    """An event, as webhooks and the stream have it, too."""
    id: str
    type: str
    timestamp: str
    sequence: int
    data: dict[str, Any]

class EventPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[EventAnswer]
    next_cursor: str | None

class EventTypeAnswer(TypedDict):
    """A type of events: what it means, which roles are told, and an example of its data.
    `asked_for`: it is told only of a programme that asks for it.
    """
    type: str
    sentence: str
    told: list[str]
    asked_for: bool
    example: dict[str, Any]

class EventTypePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[EventTypeAnswer]
    next_cursor: str | None

class ExchangeKeyAnswer(TypedDict):
    """A public key in the form of a JSON Web Key."""
    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    alg: Literal["EdDSA"]
    use: Literal["sig"]
    kid: str
    x: str
    holds_until: str | None

class ExchangeKeysAnswer(TypedDict):
    """The public keys of the exchange, the one that signs first."""
    keys: list[ExchangeKeyAnswer]

class ExpireBody(TypedDict):
    """Write off points past their last day. Without `member`, these are of the whole book."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: NotRequired[str | None]

class ExpireItem(TypedDict):
    """One member's expiry of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    kind: Literal["expire"]

class ExpiringPointsAnswer(TypedDict):
    """Points that expire at the end of a day."""
    expires_on: str
    points: int

class ExpiryAnswer(TypedDict):
    """When the points of a programme expire."""
    kind: Literal["none", "days", "months", "dates", "sliding"]
    count: int
    dates: list[str]

class ExpiryBody(TypedDict):
    """When points expire; `count` is a number of days, months or years. `none`: never. `days`:
    `count` days after the day of issue. `months`: at the end of the month that comes
    `count` months after the month of issue. `dates`: on the next of the dates, `count`
    years later. `sliding`: `count` days after the member's last activity.
    """
    kind: Literal["none", "days", "months", "dates", "sliding"]
    count: NotRequired[int]
    dates: NotRequired[Sequence[str]]

class ExplainedCardAnswer(TypedDict):
    """The version of the contract that a line was rated by, and the digest of its rate card.
    The digest is null for a party that does not see all legs of the card.
    """
    contract_id: int
    version: int
    card_id: int | None
    sha256: str | None

class ExplainedInputsAnswer(TypedDict):
    """What a line was rated from. Null is not known."""
    used_at: str
    used_on: str
    offer_code: str | None
    face_minor: int | None
    order_minor: int | None
    paid_minor: int | None
    points: int | None

class ExplainedLineAnswer(TypedDict):
    """A line, how it comes about, and whether it comes about in the same way today. What it
    comes to in the end is null until its month is closed.
    """
    line: str
    month: str
    late: bool
    statement: str | None
    payer_party: str
    payee_party: str
    currency: str
    card: ExplainedCardAnswer
    inputs: ExplainedInputsAnswer
    steps: list[dict[str, Any]]
    period_lines: list[SharedLineAnswer]
    calculation: str
    amount_minor: int
    effective_minor: int | None
    tax_minor: int | None
    net_minor: int | None
    replay: Literal["same", "differs"]

class ExplainedLinesAnswer(TypedDict):
    """The lines of a use that concern the calling party."""
    lines: list[ExplainedLineAnswer]

class FigureAnswer(TypedDict):
    """One of several figures, with its name."""
    numerator: int | None
    denominator: int | None
    rate: float | None
    low: float | None
    high: float | None
    method: Literal["wilson-95", None]
    unit: Literal["members", "coupons", "orders", "uses", "redemptions", "points", "pieces"]
    trials: int | None
    immature: int
    note: str | None
    figure: Literal["claim", "conversion", "delivery_success", "delivered_in_60_seconds", "use_7_days", "use_30_days", "use_life", "reversal", "new_members_reported", "new_members_measured", "complaint", "case", "contradiction", "stock_refusal", "sell_through"]

class FileColumnAnswer(TypedDict):
    """A column of the file. `column` names ours, or is null if it is not read."""
    heading: str
    column: str | None
    filled_percent: int

class FileMappingAnswer(TypedDict):
    """How files are to be read. A preset is everybody's, and stays as it is."""
    name: str
    preset: bool
    columns: dict[str, str]
    constants: dict[str, str]
    unit: Literal["yuan", "fen", None]
    sign: Literal["plain", "negated"]
    date_format: Literal["year-first", "day-first", "month-first"]
    time_zone: str | None
    encoding: Literal["utf-8", "utf-16", "gb18030", "big5", None]
    delimiter: Literal["comma", "semicolon", "tab", "bar", None]
    sheet: str | None

class FileMappingBody(TypedDict):
    """What a partner's files call our columns, and how they write money, days and text."""
    columns: NotRequired[Mapping[str, str]]
    constants: NotRequired[Mapping[str, str]]
    unit: NotRequired[Literal["yuan", "fen"] | None]
    sign: NotRequired[Literal["plain", "negated"]]
    date_format: NotRequired[Literal["year-first", "day-first", "month-first"]]
    time_zone: NotRequired[str | None]
    encoding: NotRequired[Literal["utf-8", "utf-16", "gb18030", "big5"] | None]
    delimiter: NotRequired[Literal["comma", "semicolon", "tab", "bar"] | None]
    sheet: NotRequired[str | None]

class FileMappingsAnswer(TypedDict):
    """The presets and the party's own mappings."""
    mappings: list[FileMappingAnswer]

class FindingAnswer(TypedDict):
    """Something about a file that people should know."""
    code: Literal["columns-ignored", "digits-lost", "total-differs"]
    detail: str

class ForgottenAnswer(TypedDict):
    """How many accounts of a forgotten member were wiped from its coupons."""
    member: str
    accounts_wiped: int

class FrameOriginsAnswer(TypedDict):
    """Whose pages may have the member pages of a brand in a frame."""
    party: str
    origins: list[str]

class FrameOriginsBody(TypedDict):
    """Whose pages may have the member pages in a frame. An empty list: nobody's."""
    origins: Sequence[str]

class FunnelAnswer(TypedDict):
    """What became of the rights of some days, in groups: those redeemed most come first."""
    by: Literal["offer", "supplier", "brand", "shop", "channel"]
    from_day: str
    until_day: str
    as_of: str
    groups: list[FunnelGroupAnswer]
    is_complete: bool

class FunnelGroupAnswer(TypedDict):
    """The rights of one offer, supplier, brand, shop or channel."""
    key: str | None
    label: str | None
    steps: FunnelStepsAnswer
    figures: list[FigureAnswer]
    refusals: list[FunnelRefusalAnswer]

class FunnelRefusalAnswer(TypedDict):
    """How often redemptions were refused with a code."""
    code: str
    times: int

class FunnelStepsAnswer(TypedDict):
    """How many rights took each step."""
    impressions: int
    shown: int
    redeemed: int
    redeemers: int | None
    points: int
    open: int
    oldest_open_seconds: int | None
    returned: int
    delivered: int
    uses: int
    used: int
    reversed: int

class GiftBackAnswer(TypedDict):
    """A coupon whose gift was taken back."""
    coupon: int
    state: CouponState

class GiftBody(TypedDict):
    """Give a member's points to another member, who may be new. The points keep their dates."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    to_member: str
    points: int

class GiftCouponAnswer(TypedDict):
    """A gift that waits. Its token is shown once: in a replay, `gift` is null."""
    coupon: int
    state: CouponState
    gift: str | None
    until: str
    already_shown: bool

class GiftCouponBody(TypedDict):
    """A member offers a coupon. Without `to_member`, whoever brings the token may have it."""
    from_member: str
    to_member: NotRequired[str | None]
    hours: NotRequired[int]
    note: NotRequired[str | None]

class GiftItem(TypedDict):
    """One gift of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    to_member: str
    points: int
    kind: Literal["gift"]

class GiftPlanAnswer(TypedDict):
    """The plan of a programme. Without one, nothing is given by itself."""
    birthday_offer_id: int | None
    birthday_hour: int
    free_rights_per_week: int | None
    birthdays_done_on: str | None

class GiftPlanBody(TypedDict):
    """The plan of a programme. It takes the place of the one before."""
    birthday_offer_id: int | None
    birthday_hour: NotRequired[int]
    free_rights_per_week: NotRequired[int | None]

class GiveBackAnswer(TypedDict):
    """A right that was given back: its points, the lots that they went to, and what there is
    now. A right that was free moves no points.
    """
    coupon: int
    state: CouponState
    points_back: int
    lots: list[LotBackAnswer]
    balance: int | None

class GiveBackBody(TypedDict):
    """Why a member gives a right back."""
    reason: str

class GroupAnswer(TypedDict):
    """A group, with the members that are in it or will be."""
    code: str
    kind: Literal["alliance", "competitors", "plain"]
    label: str
    members: list[GroupMemberAnswer]

class GroupBody(TypedDict):
    """A group of parties. The members of an `alliance` are open to each other, those of
    `competitors` are isolated from each other. A `plain` group is for rules alone.
    """
    code: str
    kind: Literal["alliance", "competitors", "plain"]
    label: str

class GroupMemberAnswer(TypedDict):
    """A party in a group. In an alliance, it is invited only until `accepted_at`."""
    party: str
    valid_from: str
    valid_until: str | None
    accepted_at: str | None

class GroupMemberBody(TypedDict):
    """When a party is in a group. One that is in it keeps its `valid_from`."""
    valid_from: NotRequired[str | datetime | None]
    valid_until: NotRequired[str | datetime | None]

class GroupPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[GroupAnswer]
    next_cursor: str | None

class HealthAnswer(TypedDict):
    """The status of the whole, and of each part."""
    status: Literal["ok", "degraded", "unready"]
    parts: dict[str, str]

class HistoryAnswer(TypedDict):
    """A page of a member's history, newest first. It ends with the merge where the member was
    merged into another. `merged_into` is who has the points now, and whose history goes on.
    """
    merged_into: str | None
    entries: list[HistoryEntryAnswer]
    next_cursor: str | None

class HistoryEntryAnswer(TypedDict):
    """One operation of a member. `balance` (spendable or not), `held` and `debt` are the
    member's figures after it. What came from another member's operation has no key: a
    received gift, or the points of a merged member.
    """
    operation: str
    kind: Literal["issue", "redeem", "hold", "capture", "release", "expire", "expire_book", "sweep", "reverse", "gift", "receive", "adjust", "convert", "credit", "end_conversion", "merge", "absorb"]
    key: str | None
    points: int
    balance: int
    held: int
    debt: int
    occurred_at: str
    recorded_at: str
    store: str | None
    channel: str | None
    staff: str | None
    reference: str | None
    recorded_by: str | None

class HoldBody(TypedDict):
    """Set a member's points aside until they are captured or released."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    expires_at: NotRequired[str | datetime | None]

class HoldItem(TypedDict):
    """One hold of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    expires_at: NotRequired[str | datetime | None]
    kind: Literal["hold"]

class HoursAnswer(TypedDict):
    """Hours of a day in the programme's time zone."""
    opens: str
    closes: str

class HoursBody(TypedDict):
    """Hours of a day in the programme's time zone, from `opens` until before `closes`."""
    opens: str
    closes: str

class IdentifierAnswer(TypedDict):
    """An identifier as it may be shown: its kind and its last characters."""
    kind: Literal["card", "email", "openid", "phone", "unionid"]
    tail: str
    since: str

class IdentifierBody(TypedDict):
    """How the member is known elsewhere. Of the value only a digest and the end are kept."""
    kind: Literal["card", "email", "openid", "phone", "unionid"]
    value: str

class ImportAnswer(TypedDict):
    """An import as it stands."""
    import_id: int
    kind: Literal["offers", "shops", "members", "codes"]
    state: Literal["received", "checked", "applying", "done", "refused"]
    sha256: str
    dry_run: bool
    offer_id: int | None
    programme: str | None
    file: ImportFileAnswer | None
    line_done: int
    counts: CountsAnswer
    rejected: list[ImportRowAnswer]
    refused: RefusedImportAnswer | None
    received_at: str
    ended_at: str | None

class ImportFileAnswer(TypedDict):
    """What was found in the file. What may be a secret is hidden in `first_rows`."""
    bytes: int
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rows: int
    columns: list[FileColumnAnswer]
    first_rows: list[list[str]]

class ImportPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ImportAnswer]
    next_cursor: str | None

class ImportRowAnswer(TypedDict):
    """What became of one row. `code` says why it was rejected."""
    line: int
    key: str | None
    status: Literal["created", "updated", "unchanged", "rejected"]
    code: str | None
    column: str | None
    message: WordsAnswer | None

class ImportRowPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ImportRowAnswer]
    next_cursor: str | None

class ImpressionsAnswer(TypedDict):
    """What became of each hour, in the order of the request."""
    placement_id: int
    hours: list[ToldHourAnswer]

class ImpressionsBody(TypedDict):
    """What the host tells of a placement, each hour once."""
    hours: Sequence[ImpressionsItem]

class ImpressionsItem(TypedDict):
    """How often the offer was shown in one hour, which is over."""
    hour: str | datetime
    impressions: int

class InvitedUserAnswer(TypedDict):
    """A user who was invited. The link is shown once: in a replay it is null."""
    user_id: int
    email: str
    name: str
    locale: str
    roles: list[str]
    asked_role: str | None
    state: Literal["invited", "active", "disabled"]
    has_second_factor: bool
    created_at: str
    disabled_at: str | None
    link: str | None
    expires_at: str
    already_shown: bool

class InvoiceAnswer(TypedDict):
    """An invoice that was recorded for a statement."""
    invoice_id: int
    statement_id: int
    kind: Literal["blue", "red"]
    number: str
    issued_on: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    cancels: str | None
    recorded_at: str

class InvoiceBody(TypedDict):
    """An invoice that the payee has issued for a statement. A red one names the blue one."""
    number: str
    issued_on: str | date
    net_minor: int
    tax_minor: int
    gross_minor: int
    cancels: NotRequired[str | None]

class InvoicePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[InvoiceAnswer]
    next_cursor: str | None

class IsolationAnswer(TypedDict):
    """Whether an offer is isolated from the programme's brand, and the rule that decides it."""
    offer_id: int
    isolated: bool
    rule: str
    explanation: str
    as_of: str | None
    layer: Literal["itself", "veto", "rule", "default", "none"]
    facet: Literal["owner", "carrier"]
    rule_id: int | None
    words: WordsAnswer
    considered: list[ConsideredAnswer]
    rules_version: int

class IsolationRuleAnswer(TypedDict):
    """A rule, in fields and in words."""
    rule_id: int
    effect: Literal["allow", "deny"]
    buyer: SideAnswer
    supplier: SideAnswer
    mutual: bool
    rule: str
    author: str | None
    valid_from: str | None
    valid_until: str | None

class IsolationRuleBody(TypedDict):
    """A rule about who may see whose offers. A `node` rule isolates all parties beneath
    `category` from each other. An `allow` or `deny` rule is about the offers of `supplier`
    to `buyer`. If it is `mutual`, it applies in both directions. It holds from
    `valid_from`, or from now, until before `valid_until`, or for ever.
    """
    valid_from: NotRequired[str | datetime | None]
    valid_until: NotRequired[str | datetime | None]
    kind: Literal["node", "allow", "deny"]
    category: NotRequired[str | None]
    buyer: NotRequired[SideBody | None]
    supplier: NotRequired[SideBody | None]
    mutual: NotRequired[bool]

class IsolationRulePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[IsolationRuleAnswer]
    next_cursor: str | None

class IssueBody(TypedDict):
    """Give points to a member."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    funder: NotRequired[str | None]
    available_on: NotRequired[str | date | None]
    expires_on: NotRequired[str | date | None]
    points_day: NotRequired[bool]

class IssueItem(TypedDict):
    """One issue of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    funder: NotRequired[str | None]
    available_on: NotRequired[str | date | None]
    expires_on: NotRequired[str | date | None]
    points_day: NotRequired[bool]
    kind: Literal["issue"]

class JournalEntryAnswer(TypedDict):
    """What one event of business moved."""
    entry: int
    kind: Literal["statement_issued", "statement_void", "payment", "write_off", "netting", "netting_taken_back"]
    posted_on: str
    document: str
    key: str
    transfers: list[TransferAnswer]
    sha256: str
    recorded_at: str

class JournalEntryPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[JournalEntryAnswer]
    next_cursor: str | None

class KeyAnswer(TypedDict):
    """A new API key. It is shown once: in a replay it is null, and `already_shown` is true."""
    party: str
    key_id: int
    label: str
    key: str | None
    scopes: list[Literal["read", "points", "rights", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"]]
    shop: str | None
    expires_at: str | None
    already_shown: bool

class KeyBody(TypedDict):
    """A new API key. What it does not name is as wide as the key that asks for it allows.
    `import`, which lets requests give the time when an operation happened, must be named.
    """
    label: str
    scopes: NotRequired[Sequence[Literal["read", "points", "rights", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"]] | None]
    shop: NotRequired[str | None]
    expires_at: NotRequired[str | datetime | None]

class LadderAnswer(TypedDict):
    """What a programme's frozen months say of how its points are redeemed."""
    programme: str
    frozen_until: str | None
    by: Literal["month", "quarter", "year"]
    cohorts: list[LadderCohortAnswer]
    factors: list[str]
    rate: str
    warnings: list[str]
    back_test: list[BackTestAnswer]
    history: LiabilityHistoryAnswer

class LadderCohortAnswer(TypedDict):
    """One cohort of the triangle."""
    cohort: str
    issued: int
    redeemed: list[int]
    ultimate: int
    to_come: int

class LastVerifyAnswer(TypedDict):
    """What the last `comity verify` on this machine has found."""
    verified_at: str
    defects: int

class LatestUseAnswer(TypedDict):
    """A coupon that is used. `uses` counts its reversed uses, too."""
    coupon: int
    programme: str
    offer: int
    offer_code: str
    code_tail: str
    face_value_minor: int
    currency: str
    used_at: str
    store: str | None
    reference: str | None
    uses: int

class LatestUsePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[LatestUseAnswer]
    next_cursor: str | None

class LaunchAnswer(TypedDict):
    """A link that lets the member in once. It is shown once: in a replay, `url` is null."""
    programme: str
    member: str
    url: str | None
    expires_at: str
    already_shown: bool

class LaunchBody(TypedDict):
    """Let a member in. `return_url` is where the pages lead back to. `account` is where
    recharges of this member go. It is kept encrypted, as long as the visit.
    """
    member: str
    account: NotRequired[str | None]
    locale: NotRequired[Literal["en", "zh-Hans"] | None]
    return_url: NotRequired[str | None]
    seconds: NotRequired[int]

class LeaseAnswer(TypedDict):
    """A lease. `signed` is the text that the till keeps. The exposure is what may still be
    told of: in uses, and in money at the highest face value.
    """
    lease_id: int
    supplier: str
    shop: str
    offers: list[int]
    quota: int
    used: int
    bearer: Literal["shop", "supplier"]
    valid_from: str
    valid_until: str
    upload_until: str
    closed_at: str | None
    exposure: int
    exposure_minor: int
    currency: str
    signed: str

class LeaseBody(TypedDict):
    """What a till of a shop may do without a connection. It may take so many coupons of these
    offers, for so many hours from now. `bearer` bears the loss where a coupon was taken
    twice.
    """
    shop: str
    offers: Sequence[int]
    quota: int
    hours: int
    bearer: NotRequired[Literal["shop", "supplier"]]

class LeaseExposureAnswer(TypedDict):
    """What is at stake in the open leases of one currency."""
    currency: str
    leases: int
    exposure: int
    exposure_minor: int

class LeaseExposuresAnswer(TypedDict):
    """What is at stake in all open leases."""
    as_of: str
    currencies: list[LeaseExposureAnswer]

class LeasePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[LeaseAnswer]
    next_cursor: str | None

class LeaseUseAnswer(TypedDict):
    """A use that was told of a lease. A use is TAKEN until its upload is sent again to the
    end.
    """
    number: int
    key: str
    state: Literal["TAKEN", "USED", "CONFLICT", "REFUSED"]
    occurred_at: str
    recorded_at: str
    coupon: int | None
    use: int | None
    borne_by: Literal["shop", "supplier", None]
    fault: dict[str, Any] | None

class LeaseUsePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[LeaseUseAnswer]
    next_cursor: str | None

class LiabilityAccountsAnswer(TypedDict):
    """What the accounts are called, each by its own name or the programme's."""
    liability: str
    deferred: str
    redeemed: str
    broken: str
    estimate_change: str
    cost: str
    payable: str
    opening: str

class LiabilityAccountsBody(TypedDict):
    """What the accounts are called in the books of the programme's party. Null: as they are."""
    liability: NotRequired[str | None]
    deferred: NotRequired[str | None]
    redeemed: NotRequired[str | None]
    broken: NotRequired[str | None]
    estimate_change: NotRequired[str | None]
    cost: NotRequired[str | None]
    payable: NotRequired[str | None]
    opening: NotRequired[str | None]

class LiabilityAnswer(TypedDict):
    """The roll-forward of a month."""
    programme: str
    month: str
    state: Literal["frozen", "freezing", "open"]
    as_of: str
    records_left: int
    points: LiabilityPointsAnswer
    money: LiabilityMoneyAnswer | None
    currency: str | None
    cohorts: list[LiabilityCohortAnswer]
    partners: list[LiabilityPartnerAnswer]
    partner_share: float | None
    late_points: int
    late_entries: int
    later: int
    balances: LiabilityBalancesAnswer
    coupons: LiabilityCouponsAnswer
    ties: bool
    tie_outs: list[TieOutAnswer]

class LiabilityBalancesAnswer(TypedDict):
    """What members had when the month was frozen, or have now: where their points were."""
    wallets: int
    held: int
    converting: int
    owed: int

class LiabilityCohortAnswer(TypedDict):
    """One cohort in a month: points of one month of issue, or with one month of their last
    day.
    """
    cohort: str
    points: LiabilityPointsAnswer
    money: LiabilityMoneyAnswer | None

class LiabilityCouponsAnswer(TypedDict):
    """What became of the coupons that points were spent on in the month."""
    redeemed: int
    used: int
    expired: int
    living: int
    use_rate: float | None

class LiabilityHistoryAnswer(TypedDict):
    """The cohorts of which no point is left."""
    cohorts: int
    issued: int
    redeemed: int
    rate: str | None
    is_short: bool

class LiabilityMoneyAnswer(TypedDict):
    """The contract liability of a month in minor units. Opening and the rows come to closing."""
    opening_minor: int
    deferred_minor: int
    redeemed_minor: int
    broken_minor: int
    estimate_change_minor: int
    closing_minor: int
    expected_cost_minor: int

class LiabilityMonthAnswer(TypedDict):
    """A month that is frozen, or is being frozen."""
    programme: str
    month: str
    state: Literal["frozen", "freezing", "open"]
    records_left: int
    opening: int | None
    closing: int | None
    later: int | None
    currency: str | None
    frozen_at: str | None

class LiabilityMonthPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[LiabilityMonthAnswer]
    next_cursor: str | None

class LiabilityPartnerAnswer(TypedDict):
    """What was redeemed at one partner, less what came back."""
    supplier: str
    points: int
    share: float

class LiabilityPointsAnswer(TypedDict):
    """The points of a month. Opening and the rows come to closing; what went out is below
    zero.
    """
    opening: int
    issued: int
    converted_in: int
    issue_reversed: int
    redeemed_own: int
    redeemed_partner: int
    redemption_reversed: int
    converted_out: int
    expired: int
    adjusted: int
    moved: int
    closing: int

class LiabilitySettingsAnswer(TypedDict):
    """What a programme asks of its liability."""
    programme: str
    four_eyes: bool
    accounts: LiabilityAccountsAnswer

class LiabilitySettingsBody(TypedDict):
    """What a programme asks of its liability."""
    four_eyes: bool
    accounts: NotRequired[LiabilityAccountsBody | None]

class LimitsBody(TypedDict):
    """What is good enough of a supplier."""
    failure_permyriad: NotRequired[int]
    p95_seconds: NotRequired[int]

class LinkAnswer(TypedDict):
    """A one-time link for a user. It is shown once: in a replay it is null."""
    user_id: int
    link: str | None
    expires_at: str
    already_shown: bool

class ListedCouponAnswer(TypedDict):
    """A coupon of a programme. To the operator, `member` and `holder` have dots in the middle.
    `code_tail` is null until the right is delivered, and once it was returned or withdrawn.
    `state` is judged by time. The receipt of the coupon tells the rest.
    """
    coupon: int
    state: CouponState
    member: str
    holder: str
    offer: int
    offer_code: str
    supplier: str
    points: int
    free: bool
    code_tail: str | None
    delivery: OrderState | None
    request_number: str | None
    redeemed_at: str
    first_day: str | None
    last_day: str | None
    used_at: str | None
    used_store: str | None
    uses: int

class ListedCouponPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ListedCouponAnswer]
    next_cursor: str | None

class ListedKeyAnswer(TypedDict):
    """An API key without its secret. `created_by` is the actor who made it."""
    key_id: int
    prefix: str
    label: str
    scopes: list[Literal["read", "points", "rights", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"]]
    shop: str | None
    expires_at: str | None
    recorded_at: str
    created_by: str | None
    last_used_at: str | None
    revoked_at: str | None

class ListedKeyPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ListedKeyAnswer]
    next_cursor: str | None

class LockAnswer(TypedDict):
    """A coupon that is held, or let go. `lock` names the lock for the use or the unlocking."""
    key: str
    status: Literal["accepted"]
    state: CouponState
    lock: str | None
    lock_until: str | None
    shop: str | None
    coupon: int
    offer_code: str
    name: str
    names: OfferNamesAnswer
    kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"]
    programme: str
    face_value_minor: int
    currency: str
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    first_day: str | None
    last_day: str | None
    member: str

class LockBody(TypedDict):
    """A till holds a coupon for a while, so that no other uses it."""
    code: NotRequired[str | None]
    token: NotRequired[str | None]
    shop: NotRequired[str | None]
    seconds: NotRequired[int]
    reference: NotRequired[str | None]

class LookUpAnswer(TypedDict):
    """How a coupon stands, and everything that speaks against its use there and now."""
    coupon: int
    offer_code: str
    name: str
    names: OfferNamesAnswer
    kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"]
    programme: str
    face_value_minor: int
    currency: str
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    first_day: str | None
    last_day: str | None
    member: str
    state: CouponState
    usable: bool
    why_not: list[str]
    lock_until: str | None
    used_at: str | None
    used_store: str | None
    reference_tail: str | None
    shop: str | None
    words: TillWordsAnswer

class LookUpBody(TypedDict):
    """A coupon that a member shows."""
    code: NotRequired[str | None]
    token: NotRequired[str | None]
    shop: NotRequired[str | None]

class LotBackAnswer(TypedDict):
    """Points that went back to a lot, with its last day; null if they do not expire."""
    expires_on: str | None
    points: int

class MappingAnswer(TypedDict):
    """A saved mapping."""
    name: str
    kind: Literal["offers", "shops", "members", "codes"]
    columns: dict[str, str]
    constants: dict[str, str]
    unit: Literal["yuan", "fen"]
    date_format: str
    time_zone: str

class MappingBody(TypedDict):
    """What a partner's files call our columns, and how they write money and days."""
    kind: Literal["offers", "shops", "members", "codes"]
    columns: NotRequired[Mapping[str, str]]
    constants: NotRequired[Mapping[str, str]]
    unit: NotRequired[Literal["yuan", "fen"]]
    date_format: NotRequired[Literal["year-first", "day-first", "month-first"]]
    time_zone: NotRequired[str]

class MarketOfferAnswer(TypedDict):
    """An offer as a brand's app shows it, perhaps to one member."""
    offer_id: int
    supplier: str
    code: str
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Literal["own_code", "direct", "card_code"]
    valid_from: str
    valid_until: str | None
    use_within_days: int | None
    version: int
    state: Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED"]
    paused_by: Literal["supplier", "operator", None]
    state_reason: str | None
    kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"]
    category: str | None
    presented_brand: str | None
    subtitle: str | None
    terms_text: str | None
    images: list[str]
    texts: TextsAnswer | None
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    usable: UsableAnswer | None
    use_times: list[UseTimeAnswer] | None
    closed_on: list[str]
    use_from: str | None
    use_until: str | None
    use_after_days: int | None
    per_member: int | None
    per_member_per_day: int | None
    per_day: int | None
    quantity_max: int | None
    gift_hops: int
    return_within_days: int
    reverse_minutes: int
    counts_as_used: Literal["use", "delivery"]
    account_pattern: str | None
    visible_from: str | None
    price: int
    price_rule: int | None
    eligible: bool | None
    why_not: Literal["closed", "undeliverable", "suspended", "canary", "limit-per-member", "limit-per-day", "no-allotment", "not-eligible:tier", "not-eligible:tag", "not-eligible:points", "not-eligible:new", "points", "no-codes", None]
    use_rate: MeasureAnswer | None

class MarketOfferPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[MarketOfferAnswer]
    next_cursor: str | None

class MatchAnswer(TypedDict):
    """A row of the file and the billed line that it agrees with."""
    line_number: int
    brand: str
    book_id: int
    use_id: str
    is_reversal: bool
    rule: Literal["line", "code", "request", "reference", "group", "terms", "day"]
    amount_minor: int

class MatchPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[MatchAnswer]
    next_cursor: str | None

class MatrixRowAnswer(TypedDict):
    """The decision about one class of offers for a brand."""
    owner: str
    supplier: str
    category: str | None
    offers: int
    isolated: bool
    layer: Literal["itself", "veto", "rule", "default", "none"]
    facet: Literal["owner", "carrier"]
    rule_id: int | None
    words: WordsAnswer

class MatrixRowPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[MatrixRowAnswer]
    next_cursor: str | None

class MeasureAnswer(TypedDict):
    """A figure, with what it takes to judge it."""
    numerator: int | None
    denominator: int | None
    rate: float | None
    low: float | None
    high: float | None
    method: Literal["wilson-95", None]
    unit: Literal["members", "coupons", "orders", "uses", "redemptions", "points", "pieces"]
    trials: int | None
    immature: int
    note: str | None

class MeasuredAnswer(TypedDict):
    """What the exchange has counted: only this is worth money."""
    claims: int
    uses: int
    new_members: int
    value_minor: int

class MemberAnswer(TypedDict):
    """A member's points, and how many expire on which day. For a balance in the past,
    `expiring` is empty.
    """
    member: str
    merged_into: str | None
    spendable: int
    held: int
    pending: int
    expired: int
    debt: int
    next_expiry: str | None
    expiring_points: int
    expiring: list[ExpiringPointsAnswer]

class MemberCouponAnswer(TypedDict):
    """A coupon of a member. `code` is null until the right is delivered, and once it was
    returned or withdrawn. `member` is who redeemed it. If that member was merged into
    another, `merged_into` names the other. `holder` is who has the coupon now, by a gift,
    too. `state` is judged by time. `masked_account` is where a direct recharge goes, with
    dots in the middle; null if there is none, or once it is wiped.
    """
    coupon: int
    state: CouponState
    member: str
    merged_into: str | None
    offer: int
    offer_code: str
    supplier: str
    points: int
    free: bool
    code: str | None
    masked_account: str | None
    delivery: OrderState | None
    first_day: str | None
    last_day: str | None
    holder: str
    request_number: str | None

class MemberCouponPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[MemberCouponAnswer]
    next_cursor: str | None

class MergeBody(TypedDict):
    """Move everything a member has to another member, permanently."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    into_member: str

class MergeItem(TypedDict):
    """One merge of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    into_member: str
    kind: Literal["merge"]

class MonthChangeAnswer(TypedDict):
    """What a payer owed a payee for these uses in a month, and what it would have owed."""
    month: str
    payer_party: str
    payee_party: str
    currency: str
    now_minor: int
    then_minor: int
    difference_minor: int

class MonthPointsAnswer(TypedDict):
    """The points of a month. What went out is below zero. `closing` is what members have at
    its end, and `opening` what they had before it.
    """
    month: str
    opening: int
    issued: int
    converted_in: int
    issue_reversed: int
    redeemed: int
    redeemed_partner: int
    redemption_reversed: int
    converted_out: int
    expired: int
    adjusted: int
    closing: int

class NamedLineAnswer(TypedDict):
    """A line, and an amount of it with tax. All names are null for a statement as a whole."""
    use: str | None
    leg: str | None
    kind: Literal["charge", "reversal", None]
    period_line: str | None
    amount_minor: int

class NettedStatementAnswer(TypedDict):
    """A statement of a run, and what was due for it."""
    statement_id: int
    number: str
    payer_party: str
    payee_party: str
    amount_minor: int
    state: Literal["planned", "netted", "taken_out"]

class NettedStatementPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[NettedStatementAnswer]
    next_cursor: str | None

class NettingAnswer(TypedDict):
    """A netting run. A party sees its own position alone, the operator all of them."""
    netting_id: int
    currency: str
    closure_on: str
    advice_on: str
    call_on: str
    state: Literal["draft", "advised", "confirmed", "paid", "cancelled"]
    revision: int
    drafted_at: str
    positions: list[NettingPositionAnswer]

class NettingBody(TypedDict):
    """A run of all final statements of a currency that were issued up to `closure_on`."""
    currency: str
    closure_on: str | date
    advice_on: str | date
    call_on: str | date

class NettingPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[NettingAnswer]
    next_cursor: str | None

class NettingPartyBody(TypedDict):
    """The party that is taken out of a run."""
    party: str

class NettingPositionAnswer(TypedDict):
    """What a party is owed and owes in a run, and what is still to be paid of the difference."""
    party: str
    claims_minor: int
    debts_minor: int
    position_minor: int
    paid_minor: int
    due_minor: int
    taken_out: Literal["removed", "defaulted", None]

class NewProductCodesAnswer(TypedDict):
    """Codes that were made. They are shown this once: only their digests are stored."""
    batch: str
    codes: list[str]

class NewProductCodesBody(TypedDict):
    """How many codes to make."""
    count: int

class NewWebhookEndpointAnswer(TypedDict):
    """A webhook endpoint with a new secret. It is shown once: in a replay it is null, and
    `already_shown` is true.
    """
    endpoint_id: int
    url: str
    description: str | None
    types: list[str]
    state: Literal["enabled", "disabled"]
    reason: str | None
    failing_since: str | None
    disabled_at: str | None
    created_at: str
    old_secret_until: str | None
    secret: str | None
    already_shown: bool

class OfferAnswer(TypedDict):
    """An offer."""
    offer_id: int
    supplier: str
    code: str
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Literal["own_code", "direct", "card_code"]
    valid_from: str
    valid_until: str | None
    use_within_days: int | None
    version: int
    state: Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED"]
    paused_by: Literal["supplier", "operator", None]
    state_reason: str | None
    kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"]
    category: str | None
    presented_brand: str | None
    subtitle: str | None
    terms_text: str | None
    images: list[str]
    texts: TextsAnswer | None
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    usable: UsableAnswer | None
    use_times: list[UseTimeAnswer] | None
    closed_on: list[str]
    use_from: str | None
    use_until: str | None
    use_after_days: int | None
    per_member: int | None
    per_member_per_day: int | None
    per_day: int | None
    quantity_max: int | None
    gift_hops: int
    return_within_days: int
    reverse_minutes: int
    counts_as_used: Literal["use", "delivery"]
    account_pattern: str | None
    visible_from: str | None

class OfferBody(TypedDict):
    """A new offer of the calling supplier."""
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Literal["own_code", "direct", "card_code"]
    valid_from: str | datetime
    valid_until: NotRequired[str | datetime | None]
    use_within_days: NotRequired[int | None]
    kind: NotRequired[Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"] | None]
    category: NotRequired[str | None]
    presented_brand: NotRequired[str | None]
    subtitle: NotRequired[str | None]
    terms_text: NotRequired[str | None]
    images: NotRequired[Sequence[str]]
    texts: NotRequired[TextsBody | None]
    threshold_minor: NotRequired[int | None]
    discount_permille: NotRequired[int | None]
    discount_cap_minor: NotRequired[int | None]
    usable: NotRequired[UsableBody | None]
    use_times: NotRequired[Sequence[UseTimeBody] | None]
    closed_on: NotRequired[Sequence[str | date]]
    use_from: NotRequired[str | date | None]
    use_until: NotRequired[str | date | None]
    use_after_days: NotRequired[int | None]
    per_member: NotRequired[int | None]
    per_member_per_day: NotRequired[int | None]
    per_day: NotRequired[int | None]
    quantity_max: NotRequired[int | None]
    gift_hops: NotRequired[int]
    return_within_days: NotRequired[int]
    reverse_minutes: NotRequired[int]
    counts_as_used: NotRequired[Literal["use", "delivery"] | None]
    account_pattern: NotRequired[str | None]
    visible_from: NotRequired[str | datetime | None]
    code: str
    state: NotRequired[Literal["DRAFT"] | None]

class OfferItem(TypedDict):
    """One offer of a batch."""
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Literal["own_code", "direct", "card_code"]
    valid_from: str | datetime
    valid_until: NotRequired[str | datetime | None]
    use_within_days: NotRequired[int | None]
    kind: NotRequired[Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"] | None]
    category: NotRequired[str | None]
    presented_brand: NotRequired[str | None]
    subtitle: NotRequired[str | None]
    terms_text: NotRequired[str | None]
    images: NotRequired[Sequence[str]]
    texts: NotRequired[TextsBody | None]
    threshold_minor: NotRequired[int | None]
    discount_permille: NotRequired[int | None]
    discount_cap_minor: NotRequired[int | None]
    usable: NotRequired[UsableBody | None]
    use_times: NotRequired[Sequence[UseTimeBody] | None]
    closed_on: NotRequired[Sequence[str | date]]
    use_from: NotRequired[str | date | None]
    use_until: NotRequired[str | date | None]
    use_after_days: NotRequired[int | None]
    per_member: NotRequired[int | None]
    per_member_per_day: NotRequired[int | None]
    per_day: NotRequired[int | None]
    quantity_max: NotRequired[int | None]
    gift_hops: NotRequired[int]
    return_within_days: NotRequired[int]
    reverse_minutes: NotRequired[int]
    counts_as_used: NotRequired[Literal["use", "delivery"] | None]
    account_pattern: NotRequired[str | None]
    visible_from: NotRequired[str | datetime | None]
    code: str
    state: NotRequired[Literal["DRAFT"] | None]
    key: NotRequired[str]

class OfferItemAnswer(TypedDict):
    """An offer that was published in a batch."""
    offer_id: int
    supplier: str
    code: str
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Literal["own_code", "direct", "card_code"]
    valid_from: str
    valid_until: str | None
    use_within_days: int | None
    version: int
    state: Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED"]
    paused_by: Literal["supplier", "operator", None]
    state_reason: str | None
    kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"]
    category: str | None
    presented_brand: str | None
    subtitle: str | None
    terms_text: str | None
    images: list[str]
    texts: TextsAnswer | None
    threshold_minor: int | None
    discount_permille: int | None
    discount_cap_minor: int | None
    usable: UsableAnswer | None
    use_times: list[UseTimeAnswer] | None
    closed_on: list[str]
    use_from: str | None
    use_until: str | None
    use_after_days: int | None
    per_member: int | None
    per_member_per_day: int | None
    per_day: int | None
    quantity_max: int | None
    gift_hops: int
    return_within_days: int
    reverse_minutes: int
    counts_as_used: Literal["use", "delivery"]
    account_pattern: str | None
    visible_from: str | None
    key: str
    status: Literal["accepted"]

class OfferNamesAnswer(TypedDict):
    """The name of an offer in two languages; its only one, where its supplier has said no
    other.
    """
    zh: str
    en: str

class OfferPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[OfferAnswer]
    next_cursor: str | None

class OfferStepBody(TypedDict):
    """What is said about a change of an offer's state."""
    reason: NotRequired[str | None]

class OffersAnswer(TypedDict):
    """One answer per offer, in the order of the request."""
    answers: list[OfferItemAnswer | RefusedAnswer]

class OffersBody(TypedDict):
    """Up to 1,000 offers, each with its own key."""
    offers: Sequence[OfferItem]

class OfflineUseAnswer(TypedDict):
    """What became of a use that was told. A `conflict` is a coupon that was true when it was
    taken, but that somebody else had used, or that its member had given away. One that is
    `refused` could not be used at that time. Both are borne by `borne_by`, and billed to
    nobody.
    """
    key: str
    status: Literal["recorded"]
    number: int
    outcome: Literal["used", "conflict", "refused"]
    coupon: int
    use: int | None
    occurred_at: str
    borne_by: Literal["shop", "supplier", None]
    fault: dict[str, Any] | None

class OfflineUseItem(TypedDict):
    """A use that a till has made without a connection, by the token that the member showed."""
    key: NotRequired[str]
    token: str
    occurred_at: str | datetime
    reference: NotRequired[str | None]
    staff: NotRequired[str | None]
    order_minor: NotRequired[int | None]

class OfflineUsesAnswer(TypedDict):
    """One answer per use, in the order of the request."""
    answers: list[OfflineUseAnswer | RefusedAnswer]

class OfflineUsesBody(TypedDict):
    """Up to 500 uses of a lease, each with its own key."""
    uses: Sequence[OfflineUseItem]

class OpenDisputeBody(TypedDict):
    """What a party says is wrong. Without lines it is the statement as a whole."""
    lines: NotRequired[Sequence[DisputedLineItem] | None]
    reason: Literal["not_used", "not_ours", "duplicate", "price", "amount", "tax", "other"]
    text: str
    claimed_minor: NotRequired[int | None]

class OpenHoldAnswer(TypedDict):
    """Points of a member that are set aside."""
    operation: str
    key: str
    points: int
    is_owned: bool
    occurred_at: str
    recorded_at: str
    expires_at: str | None
    reference: str | None

class OpenHoldPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[OpenHoldAnswer]
    next_cursor: str | None

class OperationAnswer(TypedDict):
    """An accepted operation. A replay is answered with the same bytes. `expires_on` is the
    last day of issued points. A partial capture says how many points it `released`. The
    reversal of an issue says what is `owed`. A gift and a conversion say where the points
    went (`to`). A conversion also says how many points are `credited` there, and at which
    version of the rate. The expiry of a whole book has no member; `wallets` is the number
    of wallets it touched. An issue that asks for `points_day` says what it asked for
    (`base_points`) and what that was multiplied by; `points` is what was given.
    """
    operation: str
    key: str
    kind: Literal["issue", "redeem", "hold", "capture", "release", "expire", "expire_book", "sweep", "reverse", "gift", "receive", "adjust", "convert", "credit", "end_conversion", "merge", "absorb"]
    status: Literal["accepted"]
    member: NotRequired[str]
    points: int
    balance: int | None
    occurred_at: str
    expires_on: NotRequired[str]
    released: NotRequired[int]
    owed: NotRequired[int]
    to: NotRequired[str]
    to_member: NotRequired[str]
    rate_version: NotRequired[int]
    credited: NotRequired[int]
    into: NotRequired[str]
    reason: NotRequired[str]
    actor: NotRequired[str]
    wallets: NotRequired[int]
    base_points: NotRequired[int]
    earning_multiplier_percent: NotRequired[int]

class OperationRecordAnswer(TypedDict):
    """What the book keeps of an operation, accepted or rejected. `member` is null if the
    operation had no wallet. `subject` is the operation that this one ended or reversed.
    `recorded_by` is the actor who asked for it.
    """
    operation: str
    key: str
    kind: Literal["issue", "redeem", "hold", "capture", "release", "expire", "expire_book", "sweep", "reverse", "gift", "receive", "adjust", "convert", "credit", "end_conversion", "merge", "absorb"]
    status: Literal["accepted", "rejected"]
    member: str | None
    points: int
    balance: int | None
    occurred_at: str
    recorded_at: str
    expires_on: str | None
    subject: str | None
    store: str | None
    channel: str | None
    staff: str | None
    reference: str | None
    metadata: dict[str, str] | None
    detail: dict[str, Any] | None
    problem: dict[str, Any] | None
    entries: list[EntryAnswer]
    recorded_by: str | None

class OperationsAnswer(TypedDict):
    """One answer per operation, in the order of the request."""
    answers: list[OperationAnswer | RefusedAnswer]

class OperationsBody(TypedDict):
    """Up to 1,000 operations, each with its own key. `mode` decides what happens to the others
    if one is refused. `independent`: nothing. `atomic`: they are refused with it.
    `stop_on_error`: those after it are not tried.
    """
    mode: NotRequired[Literal["independent", "atomic", "stop_on_error"]]
    operations: Sequence[IssueItem | RedeemItem | HoldItem | CaptureItem | ReleaseItem | ExpireItem | ReverseItem | GiftItem | AdjustItem | ConvertItem | MergeItem]

class OrderAnswer(TypedDict):
    """A fulfilment order. `member` is null to its supplier."""
    request_number: str
    coupon: int
    programme: str
    supplier: str
    offer_code: str
    member: str | None
    points: int
    state: OrderState
    submissions: int
    queries: int
    created_at: str
    submitted_at: str | None
    query_at: str | None
    deadline_at: str
    promised_at: str | None
    finished_at: str | None
    supplier_reference: str | None
    reason: str | None
    case: str | None
    parked_at: str | None
    parked_reason: str | None

class OrderCountAnswer(TypedDict):
    """How many orders are in a state."""
    state: OrderState
    orders: int

class OrderPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[OrderAnswer]
    next_cursor: str | None

OrderState = Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED"]

class OwedItem(TypedDict):
    """What a payer would owe a payee by the lines of a month."""
    payer_party: str
    payee_party: str
    currency: str
    uses: int
    reversals: int
    late_lines: int
    billed_minor: int

class PartnerFileAnswer(TypedDict):
    """A partner's file that is kept. The same bytes are the same file."""
    file: int
    supplier: str
    sha256: str
    bytes: int
    received_at: str

class PartnerFilePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[PartnerFileAnswer]
    next_cursor: str | None

class PartnerFilePreviewAnswer(TypedDict):
    """What a file would be read as. Nothing was compared or stored."""
    file: int
    supplier: str
    reading: ReadingAnswer
    refused: str | None
    time_zone: str
    source_time_zone: str
    currencies: list[PreviewedCurrencyAnswer]
    lines: list[PreviewedLineAnswer]

class PartnerFilePreviewBody(TypedDict):
    """By which saved mapping a file is to be read, or what is stated of it for once."""
    mapping: NotRequired[str | None]
    stated: NotRequired[FileMappingBody | None]

class PartyAnswer(TypedDict):
    """A party."""
    code: str
    name: str
    roles: list[Literal["operator", "brand", "supplier"]]
    category: str | None
    categories: list[str]

class PartyBody(TypedDict):
    """A new party of the exchange."""
    code: str
    name: str
    roles: Sequence[Literal["operator", "brand", "supplier"]]
    category: NotRequired[str | None]
    categories: NotRequired[Sequence[str] | None]

class PartyNameBody(TypedDict):
    """Another name for people to read."""
    name: str

class PartyPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[PartyAnswer]
    next_cursor: str | None

class PaymentAnswer(TypedDict):
    """Who paid whom how much, or what was written off of a statement."""
    payment_id: int
    kind: Literal["payment", "write_off"]
    statement_id: int | None
    netting_id: int | None
    party: str | None
    payer_party: str
    payee_party: str
    currency: str
    amount_minor: int
    paid_on: str
    reference: str | None
    recorded_at: str

class PaymentBody(TypedDict):
    """That one party has paid another: for a statement, or for its position in a netting run.
    It names either a `statement_id`, or a `netting_id` and the `party` whose position it
    is.
    """
    statement_id: NotRequired[int | None]
    netting_id: NotRequired[int | None]
    party: NotRequired[str | None]
    paid_on: str | date
    amount_minor: int
    reference: NotRequired[str | None]

class PaymentPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[PaymentAnswer]
    next_cursor: str | None

class PeriodAnswer(TypedDict):
    """A month and its state: open, closing or closed."""
    month: str
    state: Literal["open", "closing", "closed"]
    closed_at: str | None

class PeriodPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[PeriodAnswer]
    next_cursor: str | None

class PeriodProgressAnswer(TypedDict):
    """A month, the steps of its closing, and how many of its statements are issued."""
    month: str
    state: Literal["open", "closing", "closed"]
    closed_at: str | None
    opened_at: str
    closing_at: str | None
    accepted_waiting: dict[str, int]
    reason: str | None
    steps: list[ClosingStep]
    drafts: int
    statements: int

class PictureAnswer(TypedDict):
    """A picture that is kept."""
    picture: str
    media_type: Literal["image/svg+xml", "image/png", "image/jpeg", "image/webp"]
    bytes: int
    address: str

class PingAnswer(TypedDict):
    """A test event is on its way to the endpoint."""
    endpoint_id: int
    type: str

class PlacementAnswer(TypedDict):
    """A placement. `guest` has its offer shown in the app of `programme`, which is the host's."""
    placement_id: int
    guest: str
    host: str
    programme: str
    offer_id: int
    slot: str
    currency: str
    value_per_claim_minor: int
    promised_impressions: int | None
    window_from: str
    window_until: str
    swap_id: int | None
    made_at: str
    ended_at: str | None

class PlacementBody(TypedDict):
    """What the calling supplier wants shown in the app of a programme, and what a claim is
    worth. With `swap_id`, what claims are worth enters the balance of that swap of the two
    parties.
    """
    programme: str
    offer_id: int
    slot: str
    currency: str
    value_per_claim_minor: int
    promised_impressions: NotRequired[int | None]
    window_from: str | datetime
    window_until: str | datetime
    swap_id: NotRequired[int | None]

class PlacementFiguresAnswer(TypedDict):
    """A placement, what is reported and what is measured of it, side by side."""
    placement_id: int
    guest: str
    host: str
    programme: str
    offer_id: int
    slot: str
    currency: str
    value_per_claim_minor: int
    promised_impressions: int | None
    window_from: str
    window_until: str
    swap_id: int | None
    made_at: str
    ended_at: str | None
    reported: ReportedAnswer
    measured: MeasuredAnswer
    ratio: RatioAnswer

class PlacementPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[PlacementAnswer]
    next_cursor: str | None

class PointsAheadAnswer(TypedDict):
    """Points that expire by the end of a month, unless they are spent before."""
    month: str
    points: int

class PointsDayAnswer(TypedDict):
    """A day with price rules of its own."""
    day: str
    earning_multiplier_percent: int
    prices: list[PointsDayPriceAnswer]

class PointsDayPriceAnswer(TypedDict):
    """A price rule that applies on a points day."""
    price_id: int
    label: str
    words: WordsAnswer
    hours: HoursAnswer | None

class PointsDaysAnswer(TypedDict):
    """The points days of a programme, in order."""
    days: list[PointsDayAnswer]

class PoolPartAnswer(TypedDict):
    """The codes of one batch with one last day."""
    batch: str | None
    expires_on: str | None
    codes: int
    available: int
    withdrawn: int
    expired: int
    given: int
    revealed: int

class PositionAnswer(TypedDict):
    """What a party is owed in a currency, or owes if it is below zero."""
    party: str
    currency: str
    open_minor: int
    netted_minor: int

class PositionsAnswer(TypedDict):
    """The positions of the calling party, or those of all for the operator."""
    positions: list[PositionAnswer]

class PreviewedCurrencyAnswer(TypedDict):
    """What the rows of a currency come to."""
    currency: str | None
    rows: int
    amount_minor: int

class PreviewedLineAnswer(TypedDict):
    """A row as it is written, by our columns, and as it is understood."""
    row: int
    written: dict[str, str]
    used_on: str
    amount_minor: int
    currency: str | None

class PriceAnswer(TypedDict):
    """A price rule. `next_days` are the next three days of its schedule, today included."""
    price_id: int
    scope: ScopeAnswer
    price: EffectAnswer
    schedule: ScheduleAnswer
    hours: HoursAnswer | None
    who: WhoAnswer
    valid_from: str
    valid_until: str | None
    ended_at: str | None
    earning_multiplier_percent: int | None
    label: str
    words: WordsAnswer
    next_days: list[str]

class PriceBody(TypedDict):
    """A new price rule. It never changes, and may be ended."""
    scope: ScopeBody
    price: EffectBody
    schedule: NotRequired[ScheduleBody | None]
    hours: NotRequired[HoursBody | None]
    who: NotRequired[WhoBody | None]
    valid_from: str | datetime
    valid_until: NotRequired[str | datetime | None]
    earning_multiplier_percent: NotRequired[int | None]
    label: str

class PricePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[PriceAnswer]
    next_cursor: str | None

class PriceRateAnswer(TypedDict):
    """The programme's rate for prices. Version 0 was never stated."""
    version: int
    rate: PriceRateTermsAnswer | None

class PriceRateBody(TypedDict):
    """The programme's rate for prices. Null turns it off."""
    rate: PriceRateTermsBody | None

class PriceRateTermsAnswer(TypedDict):
    """So many points for so much."""
    points: int
    minor: int
    step_points: int
    currency: str

class PriceRateTermsBody(TypedDict):
    """So many `points` are worth so much (`minor`). Prices are rounded up to whole steps."""
    points: int
    minor: int
    step_points: NotRequired[int]
    currency: str

class Problem(TypedDict):
    """An RFC 9457 problem document. Some types have further members. The page of the type
    names them.
    """
    type: str
    title: str
    status: int
    detail: str
    instance: NotRequired[str]
    errors: NotRequired[list[ProblemField]]

class ProblemField(TypedDict):
    """A field that is not valid. `pointer` is a JSON pointer into the body, or names a
    parameter of the address. `detail` is one sentence.
    """
    pointer: str
    detail: str

class ProcurementAnswer(TypedDict):
    """What a brand asked for, and what came of it. `terms_id` names the supply terms that
    granted it at once. `reason` is why it was refused. `allotment_no` is the batch that it
    became, and `returned` how many of it went back.
    """
    procurement_id: int
    brand: str
    offer_id: int
    offer_code: str
    quantity: int
    points: int | None
    unit_cost_minor: int | None
    currency: str | None
    window_from: str
    window_until: str | None
    state: Literal["waiting", "granted", "refused", "cancelled", "closed"]
    allotment_no: int | None
    returned: int
    terms_id: int | None
    reason: str | None
    requested_at: str
    decided_at: str | None

class ProcurementBody(TypedDict):
    """What a brand asks of a supplier's offer. `points` is what it costs a member; without it,
    the offer's own price applies. `unit_cost_minor`, with its `currency`, is what it costs
    the brand; without it, what the supplier's terms say.
    """
    offer_id: int
    quantity: int
    points: NotRequired[int | None]
    unit_cost_minor: NotRequired[int | None]
    currency: NotRequired[str | None]
    window_from: str | datetime
    window_until: NotRequired[str | datetime | None]

class ProcurementPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ProcurementAnswer]
    next_cursor: str | None

class ProductBatchAnswer(TypedDict):
    """A batch of product codes, and what came of it."""
    batch: str
    label: str
    rule: str
    state: Literal["OPEN", "ENDED", "VOIDED"]
    codes: int
    earned: int
    points: int
    recorded_at: str
    closed_at: str | None

class ProductBatchBody(TypedDict):
    """A new batch of product codes, which give points by an earning rule."""
    batch: str
    label: str
    rule: str

class ProductBatchPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ProductBatchAnswer]
    next_cursor: str | None

class ProductCodesAnswer(TypedDict):
    """How many codes are new, how many the programme has already, and which cannot be codes."""
    batch: str
    accepted: int
    existing: int
    rejected: list[int]

class ProductCodesBody(TypedDict):
    """Up to 10,000 codes that are on goods already. Case, blanks and dashes do not matter."""
    codes: Sequence[str]

class ProfileAnswer(TypedDict):
    """What is stored of a member. Of identifiers only the last characters are shown. If the
    member was merged into another, that one has it all now: `merged_into`.
    """
    member: str
    merged_into: str | None
    identifiers: list[IdentifierAnswer]
    tags: list[TagOfMemberAnswer]
    tier: TierOfMemberAnswer | None
    birthday: str | None
    consents: ConsentsOfMemberAnswer
    first_seen: str

class ProfileBody(TypedDict):
    """What the brand says of a member. What is left out stays as it is. `tier` null ends the
    tier now, and `birthday` null removes the birthday.
    """
    identifiers: NotRequired[Sequence[IdentifierBody]]
    tags: NotRequired[TagsBody | None]
    tier: NotRequired[TierGrantBody | None]
    birthday: NotRequired[str | None]
    consents: NotRequired[ConsentsOfMemberBody | None]

class ProfileItem(TypedDict):
    """What the brand says of one member of a batch."""
    identifiers: NotRequired[Sequence[IdentifierBody]]
    tags: NotRequired[TagsBody | None]
    tier: NotRequired[TierGrantBody | None]
    birthday: NotRequired[str | None]
    consents: NotRequired[ConsentsOfMemberBody | None]
    key: NotRequired[str]
    member: str

class ProfilesAnswer(TypedDict):
    """One answer per member, in the order of the request."""
    answers: list[AcceptedProfileAnswer | RefusedAnswer]

class ProfilesBody(TypedDict):
    """Up to 1,000 members, each with a key of its own."""
    members: Sequence[ProfileItem]

class ProgrammeAnswer(TypedDict):
    """A programme with the rules that hold today. `point_value` is a decimal number as text."""
    code: str
    name: str
    party: str
    time_zone: str
    unit: str
    display_scale: int
    point_value: str | None
    currency: str | None
    expiry: ExpiryAnswer
    available_after_days: int
    debt: Literal["refuse", "take", "owe"]
    grace_days: int | None
    caps: list[CapAnswer]
    balance_max: int | None
    dated_rules: list[DatedRulesAnswer]

class ProgrammeBody(TypedDict):
    """A new programme: the points of one brand, kept in their own book."""
    code: str
    name: str
    time_zone: NotRequired[str]
    unit: NotRequired[str]
    display_scale: NotRequired[int]
    point_value: NotRequired[str | None]
    currency: NotRequired[str | None]
    expiry: NotRequired[ExpiryBody]
    available_after_days: NotRequired[int]
    debt: NotRequired[Literal["refuse", "take", "owe"]]
    grace_days: NotRequired[int | None]
    caps: NotRequired[Sequence[CapBody]]
    balance_max: NotRequired[int | None]
    party: NotRequired[str | None]

class ProgrammeOverviewAnswer(TypedDict):
    """A programme's last months, the oldest first, and what expires in the next ones.
    `records_left` are not counted yet: the background work reads them.
    """
    as_of: str
    records_left: int
    months: list[MonthPointsAnswer]
    expiring: list[PointsAheadAnswer]

class ProgrammePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ProgrammeAnswer]
    next_cursor: str | None

class PublicationAnswer(TypedDict):
    """A rate card that holds now, and what it touches."""
    card_id: int
    state: Literal["draft", "published", "withdrawn"]
    contract_id: int
    version: int
    valid_from: str
    valid_until: str | None
    rated_uses: int
    late_uses: int

class PublicationBody(TypedDict):
    """How a draft is published."""
    accept_late: NotRequired[bool]

class QuoteAnswer(TypedDict):
    """What an offer costs a member now. `points`, `quote` and what goes with them are null
    where the programme has no such offer to sell. `quote` and `expires_at` are null, too,
    where the request says `at`. `why_not` is the code of the problem that a redemption
    would meet.
    """
    offer_id: int
    points: int | None
    price_rule: int | None
    words: WordsAnswer | None
    eligible: bool
    why_not: str | None
    why: str | None
    stock: Literal["plenty", "few", "none"]
    quote: str | None
    expires_at: str | None

class QuotesAnswer(TypedDict):
    """The quotes of a member in the order of the request, and what the member can spend."""
    member: str
    spendable: int
    quotes: list[QuoteAnswer]

class QuotesBody(TypedDict):
    """Offers to quote to a member. `at` is the instant to quote for; by default, now. With
    `at`, prices are only told: no `quote` freezes them. An offer that is isolated now is
    not found for any instant.
    """
    member: str
    offer_ids: Sequence[int]
    at: NotRequired[str | datetime | None]

class RateAnswer(TypedDict):
    """A version of a rate. Of the versions between two programmes, the highest applies."""
    programme: str
    to_programme: str
    version: int
    numerator: int
    denominator: int

class RateBody(TypedDict):
    """A new version of the rate to another programme. It applies at once. One point of this
    programme becomes numerator/denominator points of the other, rounded down.
    """
    to_programme: str
    numerator: int
    denominator: int

class RateCardAnswer(TypedDict):
    """A rate card. Null stands for any party."""
    card_id: int
    state: Literal["draft", "published", "withdrawn"]
    home_party: str | None
    supplier_party: str | None
    operator_party: str
    valid_from: str
    valid_until: str | None
    card: dict[str, Any]
    sha256: str | None
    versions: list[int]
    written_at: str
    written_by: int | None
    published_at: str | None
    published_by: int | None

class RateCardBody(TypedDict):
    """A draft between two parties. Without one of them, it is for any brand or any supplier."""
    home_party: NotRequired[str | None]
    supplier_party: NotRequired[str | None]
    valid_from: str | date
    valid_until: NotRequired[str | date | None]
    card: dict[str, Any]

class RateCardPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[RateCardAnswer]
    next_cursor: str | None

class RatesAnswer(TypedDict):
    """The rates of a programme that the caller may see, by target and version."""
    rates: list[RateAnswer]

class RatioAnswer(TypedDict):
    """Claims for each impression that was reported. `rate` is null while there are none."""
    numerator: int
    denominator: int
    rate: float | None

class ReadingAnswer(TypedDict):
    """What was found in a file beside its rows. `rejected` lists the first rows of those."""
    rows: int
    total_minor: int
    refunds: int
    format: Literal["csv", "xlsx"]
    packing: Literal["gzip", "zip", None]
    entry: str | None
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    unit: Literal["yuan", "fen"]
    heading_row: int
    columns: dict[str, str]
    ignored: list[str]
    notes: int
    rejected_count: int
    rejected: list[RejectedRowAnswer]
    totals: list[ControlTotalAnswer]
    findings: list[FindingAnswer]

class ReconciliationAnswer(TypedDict):
    """How many records of the partner's file match a billed line, and which records do not.
    `break_count` and `breaks_by_category` cover all breaks. `breaks` lists only the first
    ones, up to a limit; the others can be listed page by page.
    """
    reconciliation_id: int
    supplier: str
    month: str | None
    state: Literal["open", "replaced", "signed"]
    ran_at: str
    ours: int | None
    theirs: int | None
    matched: int
    matched_minor: int | None
    break_count: int
    breaks_by_category: dict[str, int]
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    totals: list[CurrencyTotalAnswer]
    went_through_spreadsheet: bool
    open_breaks: int
    open_by_age: dict[str, int]
    replaces: int | None
    replaced_by: int | None
    supplier_signed_at: str | None
    operator_signed_at: str | None
    breaks: list[BreakAnswer]
    suggestions: list[SuggestionAnswer]
    reading: ReadingAnswer | None

class ReconciliationBody(TypedDict):
    """A file that was sent before, and what it is to be compared with."""
    file: int
    month: NotRequired[str | None]
    mapping: NotRequired[str | None]

class RedeemBody(TypedDict):
    """Take points from a member, those that expire soonest first."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int

class RedeemItem(TypedDict):
    """One redemption of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    points: int
    kind: Literal["redeem"]

class RedemptionRateAnswer(TypedDict):
    """How a programme's members redeem, in some days."""
    programme: str
    from_day: str
    until_day: str
    days_measured: int
    members: MeasureAnswer
    points_flow: MeasureAnswer
    points_cohort: MeasureAnswer

class RefuseBody(TypedDict):
    """Why a supplier refuses a procurement. The brand can read it."""
    reason: NotRequired[str | None]

class RefusedAnswer(TypedDict):
    """A refused item of a batch. `key` is null if the item has none. If the ledger refused the
    item, the answer also names the operation and its member.
    """
    key: str | None
    status: Literal["rejected"]
    problem: Problem
    operation: NotRequired[str]
    kind: NotRequired[Literal["issue", "redeem", "hold", "capture", "release", "expire", "expire_book", "sweep", "reverse", "gift", "receive", "adjust", "convert", "credit", "end_conversion", "merge", "absorb"]]
    member: NotRequired[str]
    points: NotRequired[int]
    balance: NotRequired[int | None]
    occurred_at: NotRequired[str]

class RefusedImportAnswer(TypedDict):
    """Why the file as a whole was refused."""
    code: str
    detail: str
    line: NotRequired[int]
    columns: NotRequired[list[str]]

class RejectBody(TypedDict):
    """Why an offer is not listed."""
    reason: str

class RejectDisputeBody(TypedDict):
    """Why the lines are right."""
    answer: str

class RejectedCodeAnswer(TypedDict):
    """A code that was not taken. `column` is the member of the item that is at fault."""
    key: str | None
    code: str
    column: str | None

class RejectedRowAnswer(TypedDict):
    """A row of a file that cannot be used, and why."""
    row: int
    column: str
    problem: str
    amount_minor: int | None

class RejectedUseAnswer(TypedDict):
    """A message about a use that cannot be read for the bill, and is set aside."""
    programme: str
    topic: str
    reason: str
    rejected_at: str

class RejectedUsePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[RejectedUseAnswer]
    next_cursor: str | None

class ReleaseBody(TypedDict):
    """Give back the points of a hold."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    hold_key: str

class ReleaseItem(TypedDict):
    """One release of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    hold_key: str
    kind: Literal["release"]

class RemovedUserAnswer(TypedDict):
    """A user who was taken out, and the API keys in force that this user made."""
    user_id: int
    keys: list[ListedKeyAnswer]

class ReplayFailedBody(TypedDict):
    """From when on what an endpoint did not get is sent again."""
    since: str | datetime

class ReplayedAnswer(TypedDict):
    """How many deliveries are sent again."""
    endpoint_id: int
    replayed: int

class ReportAnswer(TypedDict):
    """What a check has found. It proves something of the address and the secret of its digest."""
    kit_version: int
    wire_version: int
    url: str
    offer_code: str
    secret_id: str
    digest: str
    began_at: str
    ended_at: str
    passed: bool
    p95_milliseconds: int | None
    counts: CaseCountsAnswer
    cases: list[CheckedCaseAnswer]

class ReportedAnswer(TypedDict):
    """What the host says. It is worth no money."""
    impressions: int
    hours: int

class ResolveBody(TypedDict):
    """Identifiers of one person."""
    identifiers: Sequence[IdentifierBody]

class ResolveBreakBody(TypedDict):
    """How the break is resolved, and why. `adjusted` names its adjustment."""
    resolution: Literal["open", "matched", "explained", "adjusted", "written_off", "carried"]
    note: NotRequired[str | None]
    adjustment_id: NotRequired[int | None]

class ResolvedAnswer(TypedDict):
    """The member to whom the identifiers belong, and the kinds that say so."""
    member: str
    matched: list[Literal["card", "email", "openid", "phone", "unionid"]]

class RetriedUsesAnswer(TypedDict):
    """How many messages were handed back, to be rated again."""
    messages: int

class ReturnBody(TypedDict):
    """How many unsold pieces go back to the supplier."""
    quantity: int

class RevealedCodeAnswer(TypedDict):
    """A card code in clear. It is in no other answer, and nowhere in what is stored or logged."""
    coupon: int
    state: CouponState
    number: str
    secret: str | None
    expires_on: str | None
    revealed_at: str

class ReverseBody(TypedDict):
    """Undo an issue, a redemption or a capture."""
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    operation_key: str
    points: NotRequired[int | None]

class ReverseItem(TypedDict):
    """One reversal of a batch."""
    key: NotRequired[str]
    occurred_at: NotRequired[str | datetime | None]
    store: NotRequired[str | None]
    channel: NotRequired[str | None]
    staff: NotRequired[str | None]
    reference: NotRequired[str | None]
    metadata: NotRequired[Mapping[str, str] | None]
    member: str
    operation_key: str
    points: NotRequired[int | None]
    kind: Literal["reverse"]

class ReverseUseBody(TypedDict):
    """The use of a coupon is reversed."""
    code: NotRequired[str | None]
    token: NotRequired[str | None]
    occurred_at: NotRequired[str | datetime | None]
    shop: NotRequired[str | None]
    store: NotRequired[str | None]
    reference: NotRequired[str | None]

class RightAnswer(TypedDict):
    """Points turned into a right: the operation, and the coupon it made."""
    operation: str
    key: str
    kind: Literal["issue", "redeem", "hold", "capture", "release", "expire", "expire_book", "sweep", "reverse", "gift", "receive", "adjust", "convert", "credit", "end_conversion", "merge", "absorb"]
    status: Literal["accepted"]
    member: NotRequired[str]
    points: int
    balance: int | None
    occurred_at: str
    expires_on: NotRequired[str]
    released: NotRequired[int]
    owed: NotRequired[int]
    to: NotRequired[str]
    to_member: NotRequired[str]
    rate_version: NotRequired[int]
    credited: NotRequired[int]
    into: NotRequired[str]
    reason: NotRequired[str]
    actor: NotRequired[str]
    wallets: NotRequired[int]
    base_points: NotRequired[int]
    earning_multiplier_percent: NotRequired[int]
    coupon: int
    state: CouponState
    offer: int
    offer_code: str
    supplier: str
    free: bool
    price_rule: int | None
    first_day: str | None
    last_day: str | None

class RightBody(TypedDict):
    """A member turns points into a right. With `free`, the brand gives it as a benefit."""
    member: str
    offer_id: int
    free: NotRequired[bool]
    occurred_at: NotRequired[str | datetime | None]
    account: NotRequired[str | None]
    quote: NotRequired[str | None]
    placement: NotRequired[int | None]
    channel: NotRequired[str | None]

class RightItem(TypedDict):
    """One right of a batch."""
    member: str
    offer_id: int
    free: NotRequired[bool]
    occurred_at: NotRequired[str | datetime | None]
    account: NotRequired[str | None]
    quote: NotRequired[str | None]
    placement: NotRequired[int | None]
    channel: NotRequired[str | None]
    key: NotRequired[str]

class RightsAnswer(TypedDict):
    """One answer per right, in the order of the request."""
    answers: list[RightAnswer | RefusedAnswer]

class RightsBody(TypedDict):
    """Up to 1,000 rights, each with its own key."""
    rights: Sequence[RightItem]

class RolesBody(TypedDict):
    """All roles that a user has for the party from now on."""
    roles: Sequence[Literal["operator", "finance", "auditor", "marketer", "brand_finance", "service", "manager", "till"]]

class RotateBody(TypedDict):
    """How long the replaced key still holds. With 0 it is revoked at once."""
    overlap_seconds: NotRequired[int]

class RotateSecretBody(TypedDict):
    """How long the replaced secret still signs beside the new one. With 0 it ends at once."""
    overlap_seconds: NotRequired[int]

class RuleEndedAnswer(TypedDict):
    """A rule that was ended. If it had not begun, it is as if it had never been stated."""
    rule_id: int
    ended_at: str

class RulesBody(TypedDict):
    """What is changed at once. All of it is said: what is left out is as in a new programme.
    When points expire, their value and debts change from a day on (`add_programme_rules`).
    """
    name: str
    unit: NotRequired[str]
    available_after_days: NotRequired[int]
    caps: NotRequired[Sequence[CapBody]]
    balance_max: NotRequired[int | None]

class RulesFromDayBody(TypedDict):
    """What changes in a programme from a day on. What is left out stays as it is. Points that
    members have keep their last day. The currency is given with the first value. A plan
    that slides is neither begun nor changed.
    """
    since: NotRequired[str | date | None]
    point_value: NotRequired[str | None]
    currency: NotRequired[str | None]
    expiry: NotRequired[ExpiryBody | None]
    available_after_days: NotRequired[int | None]
    debt: NotRequired[Literal["refuse", "take", "owe"] | None]

class RulesVersionAnswer(TypedDict):
    """What holds in a programme, or did until it was replaced."""
    version: int
    name: str
    unit: str
    available_after_days: int
    caps: list[CapAnswer]
    balance_max: int | None
    currency: str | None
    dated_rules: list[DatedRulesAnswer]
    replaced_at: str | None
    replaced_by: str | None

class RulesVersionPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[RulesVersionAnswer]
    next_cursor: str | None

class RunAnswer(TypedDict):
    """A reconciliation, as the caller sees it. A brand sees what is about its own uses: totals
    are null to it, and counts are of those.
    """
    reconciliation_id: int
    supplier: str
    month: str | None
    state: Literal["open", "replaced", "signed"]
    ran_at: str
    ours: int | None
    theirs: int | None
    matched: int
    matched_minor: int | None
    break_count: int
    breaks_by_category: dict[str, int]
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    totals: list[CurrencyTotalAnswer]
    went_through_spreadsheet: bool
    open_breaks: int
    open_by_age: dict[str, int]
    replaces: int | None
    replaced_by: int | None
    supplier_signed_at: str | None
    operator_signed_at: str | None

class RunPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[RunAnswer]
    next_cursor: str | None

class RunReadAnswer(TypedDict):
    """A reconciliation with its bridge, and what was found in its file. The bridge leads from
    the difference of the totals to zero, in each currency. A brand is not told of the file.
    """
    reconciliation_id: int
    supplier: str
    month: str | None
    state: Literal["open", "replaced", "signed"]
    ran_at: str
    ours: int | None
    theirs: int | None
    matched: int
    matched_minor: int | None
    break_count: int
    breaks_by_category: dict[str, int]
    ours_minor: int | None
    theirs_minor: int | None
    difference_minor: int
    totals: list[CurrencyTotalAnswer]
    went_through_spreadsheet: bool
    open_breaks: int
    open_by_age: dict[str, int]
    replaces: int | None
    replaced_by: int | None
    supplier_signed_at: str | None
    operator_signed_at: str | None
    bridge: list[BridgeStep]
    reading: ReadingAnswer | None

class SalePartsAnswer(TypedDict):
    """What of a sale is deferred for its points."""
    now_minor: int
    then_minor: int

class ScheduleAnswer(TypedDict):
    """On which days a rule applies. Nothing in it: on every day."""
    monthly: list[int | str]
    weekly: list[int]
    dates: list[str]

class ScheduleBody(TypedDict):
    """On which days a rule applies, in one of three ways. Months without a day are skipped.
    `last` is the last day of every month. In `weekly`, 1 is Monday.
    """
    monthly: NotRequired[Sequence[int | Literal["last"]]]
    weekly: NotRequired[Sequence[int]]
    dates: NotRequired[Sequence[str | date]]

class ScopeAnswer(TypedDict):
    """Which offers a rule is for."""
    offer_id: int | None
    category: str | None
    all: bool

class ScopeBody(TypedDict):
    """Which offers a rule is for: one of the three."""
    offer_id: NotRequired[int | None]
    category: NotRequired[str | None]
    all: NotRequired[Literal[True] | None]

class ScorecardAnswer(TypedDict):
    """How a party does, as a supplier and as a brand."""
    party: str
    from_day: str
    until_day: str
    as_of: str
    supplier: SupplierCardAnswer | None
    brand: BrandCardAnswer | None

class SentenceAnswer(TypedDict):
    """A sentence in two languages."""
    zh: str
    en: str

class SettlementCalendarAnswer(TypedDict):
    """The calendar of all bills of this exchange."""
    time_zone: str
    four_eyes: bool
    dispute_days: int
    payment_days: int
    number_prefix: str

class SettlementCalendarBody(TypedDict):
    """The calendar. It takes the place of the one before."""
    time_zone: str
    four_eyes: NotRequired[bool]
    dispute_days: NotRequired[int]
    payment_days: NotRequired[int]
    number_prefix: NotRequired[str]

class SharedLineAnswer(TypedDict):
    """A line of the period of which this line has a share."""
    id: str
    kind: Literal["tier", "free", "package", "barter", "rounding", "cap", "minimum", "tax"]
    amount_minor: int
    calculation: dict[str, Any]

class ShopAnswer(TypedDict):
    """A shop."""
    code: str
    name: str
    region: str | None
    groups: list[str]
    state: Literal["open", "closed"]
    online: bool

class ShopBody(TypedDict):
    """A new shop of the party."""
    code: str
    name: str
    region: NotRequired[str | None]
    groups: NotRequired[Sequence[str]]
    state: NotRequired[Literal["open", "closed"]]
    online: NotRequired[bool]

class ShopItem(TypedDict):
    """One shop of a batch."""
    code: str
    name: str
    region: NotRequired[str | None]
    groups: NotRequired[Sequence[str]]
    state: NotRequired[Literal["open", "closed"]]
    online: NotRequired[bool]
    key: NotRequired[str]

class ShopItemAnswer(TypedDict):
    """A shop that was added in a batch."""
    code: str
    name: str
    region: str | None
    groups: list[str]
    state: Literal["open", "closed"]
    online: bool
    key: str
    status: Literal["accepted"]

class ShopPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ShopAnswer]
    next_cursor: str | None

class ShopUseAnswer(TypedDict):
    """One use in a shop."""
    coupon: int
    use: int
    offer_code: str
    programme: str
    face_value_minor: int
    currency: str
    order_minor: int | None
    used_at: str
    reversed_at: str | None
    staff: str | None
    reference: str | None

class ShopUsePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[ShopUseAnswer]
    next_cursor: str | None

class ShopsAnswer(TypedDict):
    """Shops by what they have in common, or by their codes."""
    groups: list[str]
    regions: list[str]
    codes: list[str]

class ShopsBody(TypedDict):
    """Shops by what they have in common, or by their codes."""
    groups: NotRequired[Sequence[str]]
    regions: NotRequired[Sequence[str]]
    codes: NotRequired[Sequence[str]]

class ShownAnswer(TypedDict):
    """How many counts were kept."""
    kept: int

class ShownBody(TypedDict):
    """What the brand's app has shown: up to 1,000 counts, never a member."""
    shown: Sequence[ShownItem]

class ShownItem(TypedDict):
    """How often an offer was shown on a day, in a channel or in all, and to how many members."""
    offer_id: int
    day: str | date
    channel: NotRequired[str | None]
    impressions: int
    members: int

class SideAnswer(TypedDict):
    """One side of a rule: a party, a group, a category with everything beneath it, or
    everyone.
    """
    party: NotRequired[str]
    category: NotRequired[str]
    group: NotRequired[str]
    everyone: NotRequired[bool]

class SideBody(TypedDict):
    """One side of a rule: a party, a group, a category with everything beneath it, or
    everyone.
    """
    party: NotRequired[str | None]
    category: NotRequired[str | None]
    group: NotRequired[str | None]
    everyone: NotRequired[Literal[True] | None]

class SimulateCardBody(TypedDict):
    """A rate card, and the months whose uses it is tried on. A party that is left out is any."""
    card: dict[str, Any]
    months: Sequence[str]
    home_party: NotRequired[str | None]
    supplier_party: NotRequired[str | None]

class SimulatedDayAnswer(TypedDict):
    """What the redemptions of a day came to, and would have come to under the rule."""
    day: str
    redemptions: int
    changed: int
    points_before: int
    points_after: int

class SimulatedStockAnswer(TypedDict):
    """How many pieces of an offer went at the rule's price, and how many are left now."""
    offer_id: int
    redemptions: int
    remaining: int

class SimulationAnswer(TypedDict):
    """What the redemptions of the last days would have come to under the rule."""
    redemptions: int
    changed: int
    points_before: int
    points_after: int
    value_before: str | None
    value_after: str | None
    currency: str | None
    is_complete: bool
    days: list[SimulatedDayAnswer]
    stock: list[SimulatedStockAnswer]

class SimulationBody(TypedDict):
    """A price rule to try on the redemptions of the last days. Nothing is stored."""
    rule: PriceBody
    days: int

class StageAnswer(TypedDict):
    """The stage of a supplier, and what its figures say should follow."""
    party: str
    stage: Literal["DECLARED", "CHECKED", "CANARY", "OPEN", "SUSPENDED"]
    suspended_from: Literal["DECLARED", "CHECKED", "CANARY", "OPEN", "SUSPENDED", None]
    since: str | None
    reason: str | None
    share_permyriad: int | None
    tags: list[str]
    per_day_max: int | None
    open_orders_max: int | None
    failure_permyriad: int
    p95_seconds: int
    is_automatic: bool
    stats: StageStatsAnswer | None
    next: Literal["promote", "suspend", "stay", None]
    words: WordsAnswer | None

class StageBody(TypedDict):
    """The stage that a supplier goes to, and for a canary who is in it."""
    stage: Literal["DECLARED", "CHECKED", "CANARY", "OPEN", "SUSPENDED"]
    share_permyriad: NotRequired[int | None]
    tags: NotRequired[Sequence[str]]
    per_day_max: NotRequired[int | None]
    open_orders_max: NotRequired[int | None]
    limits: NotRequired[LimitsBody]
    is_automatic: NotRequired[bool]
    reason: NotRequired[str | None]

class StageStatsAnswer(TypedDict):
    """What became of the orders of a supplier. The share of failures is from `low` to `high`."""
    ended: int
    failed: int
    member_faults: int
    open: int
    low: float
    high: float
    p95_seconds: float | None

class StateCountAnswer(TypedDict):
    """How many coupons are in a state."""
    state: CouponState
    coupons: int

class StatementAnswer(TypedDict):
    """What one party owes another for one month, in one currency. `billed_minor` is all
    together: coupon cost, platform fees, conversions, what other legs of a rate card come
    to, corrections of earlier statements, and tax that is added to prices.
    """
    statement_id: int
    number: str
    month: str
    payer_party: str
    payee_party: str
    operator_party: str
    currency: str
    kind: Literal["coupons", "fees", "conversions", "other"]
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    added_tax_minor: int
    tax_minor: int
    billed_minor: int
    state: Literal["issued", "agreed", "disputed", "final", "settled", "void"]
    file_sha256: str
    chain_sha256: str
    issued_at: str
    due_on: str
    payer_agreed_at: str | None
    payee_agreed_at: str | None
    dispute_reason: str | None
    disputed_minor: int
    term_ends_at: str | None
    replaces: int | None
    voided_at: str | None

class StatementLineAnswer(TypedDict):
    """A line of a statement: of a `use`, or of its month as a whole, then it is a
    `period_line`.
    """
    use: str | None
    period_line: str | None
    leg: str
    kind: Literal["charge", "reversal", "tier", "free", "package", "cap", "minimum", "barter", "rounding", "tax", "adjustment", "write_off"]
    amount_minor: int
    gross_minor: int
    tax_minor: int
    tax_rate: str | None
    calculation: str
    late: bool
    used_at: str | None
    occurred_at: str | None
    offer_code: str | None
    coupon_code_tail: str | None
    coupon_code_sha256: str | None
    reference: str | None
    request_number: str | None
    store: str | None
    programme: str | None
    face_minor: int | None
    order_minor: int | None
    paid_minor: int | None
    contract_id: int | None
    contract_version: int | None
    of_statement_id: int | None
    of_use: str | None
    member: str | None

class StatementLinePage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[StatementLineAnswer]
    next_cursor: str | None

class StatementPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[StatementAnswer]
    next_cursor: str | None

class StatementStepAnswer(TypedDict):
    """A step that was taken with a statement."""
    step: Literal["draft", "review", "issue", "agree", "dispute", "withdraw", "accept", "reject", "term", "finalise", "pay", "settle", "adjust", "approve", "discard", "void", "invoice"]
    party: str | None
    actor: str | None
    note: str | None
    done_at: str

class StatementStepPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[StatementStepAnswer]
    next_cursor: str | None

class StatusAnswer(TypedDict):
    """How the exchange does."""
    as_of: str
    books: list[BookStateAnswer]
    are_all_books: bool
    verify: LastVerifyAnswer | None
    outbox: list[TopicBacklogAnswer]
    workers: list[WorkerStateAnswer]
    open_months: list[str]
    rejected_uses: int
    suppliers: list[SupplierLightAnswer]
    are_all_suppliers: bool

Step = Literal["redeemed", "sent", "accepted", "unconfirmed", "waiting", "delivered", "returned", "used", "use-reversed", "expired", "revealed", "locked", "unlocked", "given", "gift-withdrawn", "received", "given-back", "deactivated", "disputed", "decided"]

class StepAnswer(TypedDict):
    """One step of a coupon: when it happened, and when it was recorded."""
    step: Step
    occurred_at: str
    recorded_at: str
    detail: dict[str, Any] | None

class SuggestedUseAnswer(TypedDict):
    """A use that a suggestion names."""
    book_id: int
    use_id: str

class SuggestionAnswer(TypedDict):
    """A row and the uses that it may be. `use_id` is the first of them."""
    line_number: int
    book_id: int
    use_id: str
    days_apart: int
    reason: Literal["leading_zeros", "power_of_ten", "sum", "same_terms"]
    uses: list[SuggestedUseAnswer]

class SupplierCardAnswer(TypedDict):
    """How a supplier does."""
    figures: list[FigureAnswer]
    open_orders: int
    oldest_open_seconds: int | None
    kit_age_days: int | None
    swap_balance_minor: int | None
    swap_currency: str | None
    notes: list[CardNoteAnswer]

class SupplierCouponAnswer(TypedDict):
    """A coupon of a supplier's offer. Its member is not told. `code_tail` is null until the
    right is delivered, and once it was returned or withdrawn. `state` is judged by time.
    """
    coupon: int
    programme: str
    state: CouponState
    offer: int
    offer_code: str
    code_tail: str | None
    face_value_minor: int
    currency: str
    delivery: OrderState | None
    redeemed_at: str
    first_day: str | None
    last_day: str | None
    used_at: str | None
    used_store: str | None
    uses: int

class SupplierCouponPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[SupplierCouponAnswer]
    next_cursor: str | None

class SupplierLightAnswer(TypedDict):
    """Whether a supplier is in trouble, by the newest of its orders of the last day."""
    supplier: str
    light: Literal["red", "amber", "green"]
    why: Literal["suspended", "failing", "unheard_of", "slow", "fine", "idle"]
    stage: Literal["DECLARED", "CHECKED", "CANARY", "OPEN", "SUSPENDED"]
    orders: int
    succeeded: int
    failed: int
    open_since: str | None
    unheard_of_since: str | None

class SupplyTermsAnswer(TypedDict):
    """Supply terms. `granted` is what was granted under them so far, less what went back."""
    terms_id: int
    offer_id: int | None
    brands: list[str] | None
    quantity_max: int
    quantity_per_brand_max: int | None
    unit_cost_minor: int | None
    currency: str | None
    granted: int
    valid_from: str
    valid_until: str | None
    withdrawn_at: str | None

class SupplyTermsBody(TypedDict):
    """What the calling supplier grants without being asked each time. `offer_id` null: any of
    its offers; the quantities then count all of them together. `brands` null: any brand.
    Without `quantity_per_brand_max`, one brand may have all. With `unit_cost_minor` and its
    `currency`, only what is asked for at this cost is granted.
    """
    offer_id: int | None
    brands: Sequence[str] | None
    quantity_max: int
    quantity_per_brand_max: NotRequired[int | None]
    unit_cost_minor: NotRequired[int | None]
    currency: NotRequired[str | None]
    valid_from: str | datetime
    valid_until: NotRequired[str | datetime | None]

class SupplyTermsPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[SupplyTermsAnswer]
    next_cursor: str | None

class SuspiciousItem(TypedDict):
    """Something unusual between two parties, for somebody to look at. It holds up nothing."""
    rule: Literal["rate-zero", "day-jump", "pair-missing", "currencies"]
    payer_party: str
    payee_party: str
    count: int
    leg: str | None
    day: str | None

class SwapAnswer(TypedDict):
    """A swap, from the side of the party that has proposed it. `other_programme` is null until
    the other party has agreed.
    """
    swap_id: int
    state: Literal["PROPOSED", "AGREED", "RUNNING", "ENDED"]
    proposer: str
    other: str
    programme: str
    other_programme: str | None
    gives: list[SwapLineAnswer]
    takes: list[SwapLineAnswer]
    currency: str
    window_from: str
    window_until: str
    limit_minor: int
    alert_percent: int
    proposed_at: str
    agreed_at: str | None
    ended_at: str | None

class SwapBody(TypedDict):
    """What the calling party proposes to another one. It gives to the members of the other
    party, and takes for those of its own `programme`. Each offer is named once. No
    direction may come to owe more than `limit_minor`.
    """
    other: str
    programme: str
    gives: Sequence[SwapLineItem]
    takes: Sequence[SwapLineItem]
    currency: str
    window_from: str | datetime
    window_until: str | datetime
    limit_minor: int
    alert_percent: NotRequired[int]

class SwapLineAnswer(TypedDict):
    """What a side gives of one offer, and what a used one is worth to both."""
    offer_id: int
    quantity: int
    unit_value_minor: int

class SwapLineItem(TypedDict):
    """What a side gives of one offer, and what a used one is worth to both."""
    offer_id: int
    quantity: int
    unit_value_minor: int

class SwapPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[SwapAnswer]
    next_cursor: str | None

class SwapPieceAnswer(TypedDict):
    """What a side has given of one offer, in pieces."""
    offer_id: int
    unit_value_minor: int
    granted: int
    outstanding: int
    used: int

class SwapSideAnswer(TypedDict):
    """How one side stands. A positive balance is what the other side owes it. The exposure is
    the balance, and what this side's rights are worth that are out and not used yet.
    `standing` says how near it is to the limit now. `stopped` is what redemptions of this
    side's rights meet: it is set and lifted by rounds, the last of them at `judged_at`.
    """
    party: str
    pieces: list[SwapPieceAnswer]
    granted: int
    outstanding: int
    used: int
    outstanding_minor: int
    used_minor: int
    traffic_minor: int
    balance_minor: int
    exposure_minor: int
    standing: Literal["ok", "alert", "stopped"]
    stopped: bool

class SwapStandingAnswer(TypedDict):
    """A swap, and how both sides stand: first the proposer, then the other party. Between two
    rounds, a side may go over the limit by what is redeemed in that time.
    """
    swap_id: int
    state: Literal["PROPOSED", "AGREED", "RUNNING", "ENDED"]
    proposer: str
    other: str
    programme: str
    other_programme: str | None
    gives: list[SwapLineAnswer]
    takes: list[SwapLineAnswer]
    currency: str
    window_from: str
    window_until: str
    limit_minor: int
    alert_percent: int
    proposed_at: str
    agreed_at: str | None
    ended_at: str | None
    as_of: str
    judged_at: str | None
    sides: list[SwapSideAnswer]

class TagBody(TypedDict):
    """A tag that a member gets from now on."""
    tag: str
    until: NotRequired[str | datetime | None]
    origin: NotRequired[str]

class TagOfMemberAnswer(TypedDict):
    """A tag of a member, and until when."""
    tag: str
    origin: str
    since: str
    until: str | None

class TagsBody(TypedDict):
    """What becomes of a member's tags: `set` takes the place of all, and goes alone."""
    set: NotRequired[Sequence[TagBody] | None]
    add: NotRequired[Sequence[TagBody]]
    remove: NotRequired[Sequence[str]]

class TextAnswer(TypedDict):
    """What an offer says in one language."""
    name: NotRequired[str]
    subtitle: NotRequired[str]
    terms_text: NotRequired[str]

class TextBody(TypedDict):
    """What an offer says in one language."""
    name: NotRequired[str | None]
    subtitle: NotRequired[str | None]
    terms_text: NotRequired[str | None]

class TextsAnswer(TypedDict):
    """What an offer says in other languages."""
    zh: NotRequired[TextAnswer]
    en: NotRequired[TextAnswer]

class TextsBody(TypedDict):
    """What an offer says in other languages."""
    zh: NotRequired[TextBody | None]
    en: NotRequired[TextBody | None]

class TieOutAnswer(TypedDict):
    """Two figures of different origin that have to be the same."""
    name: str
    left: int
    right: int
    holds: bool

class TierGrantBody(TypedDict):
    """The tier of a member, from now unless `valid_from` says otherwise."""
    code: str
    valid_from: NotRequired[str | datetime | None]
    valid_until: NotRequired[str | datetime | None]

class TierOfMemberAnswer(TypedDict):
    """The tier that a member has now, and in which period."""
    code: str
    valid_from: str
    valid_until: str | None

class TillKeyBody(TypedDict):
    """A new API key for a till of the shop."""
    label: str
    expires_at: NotRequired[str | datetime | None]

class TillWordsAnswer(TypedDict):
    """A sentence for whoever stands at the till."""
    zh: str
    en: str

class TodayAnswer(TypedDict):
    """What a programme's day has brought so far. A count stops at 100,000."""
    day: str
    as_of: str
    redeemed: int
    used: int
    failed: int

class TokenAnswer(TypedDict):
    """What a member shows at a till for two minutes, and the code for tills that scan nothing."""
    coupon: int
    token: str
    expires_at: str
    code: str

class ToldHourAnswer(TypedDict):
    """What became of one hour. It is `recorded` now, or `known` with the same number. It
    `differs` from what was recorded before, which stays. It is `not-yet` over, or `outside`
    the window.
    """
    hour: str
    outcome: Literal["recorded", "known", "differs", "not-yet", "outside"]

class TopicBacklogAnswer(TypedDict):
    """What waits in the outbox of a topic. Counts stop at 10,000."""
    topic: str
    waiting: int
    oldest_at: str | None
    parked: int

class TotalsAnswer(TypedDict):
    """The totals of a book since its beginning. issued + converted_in + adjusted + owed =
    redeemed + converted_out + expired + held + converting + outstanding. Reversed issues
    are subtracted from what was issued, and reversed redemptions from what was redeemed.
    """
    programme: str
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

class TransferAnswer(TypedDict):
    """An amount that one account gives and another one gains."""
    from_account: str
    to_account: str
    amount_minor: int

class TrialBalanceAnswer(TypedDict):
    """The balances of every kind of account. Their sum is zero."""
    programme: str
    as_of: str | None
    accounts: list[TrialBalanceLineAnswer]

class TrialBalanceLineAnswer(TypedDict):
    """The balance of one kind of account."""
    account: Literal["issuance", "redemption", "breakage", "held", "transit", "clearing", "adjustment", "debt", "converted_out", "converted_in", "wallet"]
    balance: int

class TriedLegAnswer(TypedDict):
    """What a leg would have come to in a month between two parties."""
    month: str
    leg: str
    payer_party: str
    payee_party: str
    currency: str
    uses: int
    lines_minor: int
    period_lines: list[TriedPartAnswer]
    then_minor: int

class TriedLineAnswer(TypedDict):
    """What a leg would have cost for one use by itself, step by step."""
    leg: str
    payer_party: str
    payee_party: str
    amount_minor: int
    steps: list[dict[str, Any]]
    calculation: str

class TriedPartAnswer(TypedDict):
    """A line of the period that the card would have made. An offer of null is all of them."""
    kind: Literal["tier", "free", "package", "barter", "rounding", "cap", "minimum", "tax"]
    offer_id: int | None
    amount_minor: int
    calculation: dict[str, Any]

class TrustAnswer(TypedDict):
    """Whether the offers of a supplier are listed without a review."""
    party: str
    trusted: bool

class TrustBody(TypedDict):
    """Whether the offers of a supplier are listed without a review."""
    trusted: bool

class UnlockBody(TypedDict):
    """A till lets go of a coupon."""
    code: NotRequired[str | None]
    token: NotRequired[str | None]
    lock: str
    shop: NotRequired[str | None]

class UsableAnswer(TypedDict):
    """Where a right can be used."""
    online: bool
    shops: Literal["none", "all"] | ShopsAnswer

class UsableBody(TypedDict):
    """Where a right can be used."""
    online: bool
    shops: Literal["none", "all"] | ShopsBody

class UseAnswer(TypedDict):
    """An accepted use or reversal, with the coupon's new state."""
    key: str
    status: Literal["accepted"]
    coupon: int
    state: CouponState
    use: int
    offer_code: str
    programme: str
    face_value_minor: int
    currency: str
    occurred_at: str
    store: str | None
    reference: str | None
    shop: NotRequired[str | None]
    staff: NotRequired[str | None]
    order_minor: NotRequired[int | None]
    price_rule: NotRequired[int | None]
    counted_new: NotRequired[bool]

class UseBody(TypedDict):
    """A coupon is used at the calling supplier."""
    code: NotRequired[str | None]
    token: NotRequired[str | None]
    occurred_at: NotRequired[str | datetime | None]
    shop: NotRequired[str | None]
    store: NotRequired[str | None]
    reference: NotRequired[str | None]
    staff: NotRequired[str | None]
    order_minor: NotRequired[int | None]
    paid_minor: NotRequired[int | None]
    new_member: NotRequired[bool | None]
    lock: NotRequired[str | None]

class UseChangeAnswer(TypedDict):
    """Uses that are alike, and what their lines come to by the card: `lines` are those of one."""
    month: str
    offer_code: str
    uses: int
    example: str
    now_minor: int
    then_minor: int
    lines: list[TriedLineAnswer]

class UseItem(TypedDict):
    """One use of a batch."""
    code: NotRequired[str | None]
    token: NotRequired[str | None]
    occurred_at: NotRequired[str | datetime | None]
    shop: NotRequired[str | None]
    store: NotRequired[str | None]
    reference: NotRequired[str | None]
    staff: NotRequired[str | None]
    order_minor: NotRequired[int | None]
    paid_minor: NotRequired[int | None]
    new_member: NotRequired[bool | None]
    lock: NotRequired[str | None]
    key: NotRequired[str]

class UseSettingsAnswer(TypedDict):
    """What a supplier asks of every use of its coupons."""
    party: str
    require_shop: bool

class UseSettingsBody(TypedDict):
    """What a supplier asks of every use of its coupons."""
    require_shop: bool

class UseTimeAnswer(TypedDict):
    """Hours of some weekdays in which a right can be used."""
    weekdays: list[int]
    opens: str
    closes: str

class UseTimeBody(TypedDict):
    """Hours of some weekdays in which a right can be used."""
    weekdays: Sequence[int]
    opens: str
    closes: str

class UserAnswer(TypedDict):
    """A user of a party. One who was asked to join has no roles yet."""
    user_id: int
    email: str
    name: str
    locale: str
    roles: list[str]
    asked_role: str | None
    state: Literal["invited", "active", "disabled"]
    has_second_factor: bool
    created_at: str
    disabled_at: str | None

class UserBody(TypedDict):
    """Somebody who is invited to act for a party."""
    email: str
    name: str
    role: Literal["operator", "finance", "auditor", "marketer", "brand_finance", "service", "manager", "till"]
    locale: NotRequired[Literal["en", "zh-Hans"]]

class UserPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[UserAnswer]
    next_cursor: str | None

class UserStateAnswer(TypedDict):
    """A user of a party, and the API keys in force that this user made for it."""
    user_id: int
    email: str
    name: str
    locale: str
    roles: list[str]
    asked_role: str | None
    state: Literal["invited", "active", "disabled"]
    has_second_factor: bool
    created_at: str
    disabled_at: str | None
    keys: list[ListedKeyAnswer]

class UsesAnswer(TypedDict):
    """One answer per use, in the order of the request."""
    answers: list[UseAnswer | RefusedAnswer]

class UsesBody(TypedDict):
    """Up to 1,000 uses, each with its own key."""
    uses: Sequence[UseItem]

class VersionBody(TypedDict):
    """What a version of an offer says."""
    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Literal["own_code", "direct", "card_code"]
    valid_from: str | datetime
    valid_until: NotRequired[str | datetime | None]
    use_within_days: NotRequired[int | None]
    kind: NotRequired[Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"] | None]
    category: NotRequired[str | None]
    presented_brand: NotRequired[str | None]
    subtitle: NotRequired[str | None]
    terms_text: NotRequired[str | None]
    images: NotRequired[Sequence[str]]
    texts: NotRequired[TextsBody | None]
    threshold_minor: NotRequired[int | None]
    discount_permille: NotRequired[int | None]
    discount_cap_minor: NotRequired[int | None]
    usable: NotRequired[UsableBody | None]
    use_times: NotRequired[Sequence[UseTimeBody] | None]
    closed_on: NotRequired[Sequence[str | date]]
    use_from: NotRequired[str | date | None]
    use_until: NotRequired[str | date | None]
    use_after_days: NotRequired[int | None]
    per_member: NotRequired[int | None]
    per_member_per_day: NotRequired[int | None]
    per_day: NotRequired[int | None]
    quantity_max: NotRequired[int | None]
    gift_hops: NotRequired[int]
    return_within_days: NotRequired[int]
    reverse_minutes: NotRequired[int]
    counts_as_used: NotRequired[Literal["use", "delivery"] | None]
    account_pattern: NotRequired[str | None]
    visible_from: NotRequired[str | datetime | None]

class VetoAnswer(TypedDict):
    """A veto, in fields and in words."""
    veto_id: int
    party: str
    role: Literal["buyer", "supplier"]
    against: SideAnswer
    rule: str
    valid_from: str | None
    valid_until: str | None

class VetoBody(TypedDict):
    """A party's wish about itself: whom it keeps apart from, in which of its two roles. As
    `buyer` it does not want to see their offers. As `supplier` it does not want them to see
    its own. No allow overrides it. It does not begin in the past.
    """
    valid_from: NotRequired[str | datetime | None]
    valid_until: NotRequired[str | datetime | None]
    against: AgainstBody
    role: Literal["buyer", "supplier"]

class VetoEndedAnswer(TypedDict):
    """A veto that was ended. If it had not begun, it is as if it had never been stated."""
    veto_id: int
    ended_at: str

class VetoPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[VetoAnswer]
    next_cursor: str | None

class VoidStatementBody(TypedDict):
    """Why a statement is taken back."""
    reason: str

class VoidedStatementAnswer(TypedDict):
    """A void statement, and the draft that replaces it."""
    statement_id: int
    number: str
    month: str
    payer_party: str
    payee_party: str
    operator_party: str
    currency: str
    kind: Literal["coupons", "fees", "conversions", "other"]
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    added_tax_minor: int
    tax_minor: int
    billed_minor: int
    state: Literal["issued", "agreed", "disputed", "final", "settled", "void"]
    file_sha256: str
    chain_sha256: str
    issued_at: str
    due_on: str
    payer_agreed_at: str | None
    payee_agreed_at: str | None
    dispute_reason: str | None
    disputed_minor: int
    term_ends_at: str | None
    replaces: int | None
    voided_at: str | None
    replaced_by: int

class WaitingItemAnswer(TypedDict):
    """A request of a batch that waits for the supplier's yes."""
    procurement_id: int
    brand: str
    offer_id: int
    offer_code: str
    quantity: int
    points: int | None
    unit_cost_minor: int | None
    currency: str | None
    window_from: str
    window_until: str | None
    state: Literal["waiting", "granted", "refused", "cancelled", "closed"]
    allotment_no: int | None
    returned: int
    terms_id: int | None
    reason: str | None
    requested_at: str
    decided_at: str | None
    key: str
    status: Literal["waiting"]

class WebhookEndpointAnswer(TypedDict):
    """A webhook endpoint. `reason` says why it is disabled. `failing_since`: everything has
    failed since then. `old_secret_until`: so long the secret before signs, too.
    """
    endpoint_id: int
    url: str
    description: str | None
    types: list[str]
    state: Literal["enabled", "disabled"]
    reason: str | None
    failing_since: str | None
    disabled_at: str | None
    created_at: str
    old_secret_until: str | None

class WebhookEndpointBody(TypedDict):
    """Where events are sent, and which. Without types, all that need not be asked for."""
    url: str
    description: NotRequired[str | None]
    types: NotRequired[Sequence[str]]
    state: NotRequired[Literal["enabled", "disabled"]]

class WebhookEndpointPage(TypedDict):
    """One page of a list. `next_cursor` is null on the last page."""
    items: list[WebhookEndpointAnswer]
    next_cursor: str | None

class WhatIfAnswer(TypedDict):
    """What would be owed and billed at another redeem rate. Nothing is stored."""
    programme: str
    month: str
    currency: str
    redeem_rate: str
    now_minor: int
    then_minor: int
    cost_minor_per_1000_points: str
    bill_now_minor: int
    bill_minor: int
    cohorts: list[WhatIfCohortAnswer]
    cash: list[CashMonthAnswer]
    sale: SalePartsAnswer | None

class WhatIfCohortAnswer(TypedDict):
    """One cohort now, and at the other rate."""
    cohort: str
    now_minor: int
    then_minor: int
    points_to_come: int
    bill_minor: int

class WhoAnswer(TypedDict):
    """Conditions on a member."""
    tiers: list[str]
    tags_any: list[str]
    tags_all: list[str]
    tags_none: list[str]
    points_at_least: int | None
    points_at_most: int | None
    member_for_days_at_most: int | None
    first_redemption: bool

class WhoBody(TypedDict):
    """Conditions on a member, all of which must hold. The tier "" is that of no tier."""
    tiers: NotRequired[Sequence[str]]
    tags_any: NotRequired[Sequence[str]]
    tags_all: NotRequired[Sequence[str]]
    tags_none: NotRequired[Sequence[str]]
    points_at_least: NotRequired[int | None]
    points_at_most: NotRequired[int | None]
    member_for_days_at_most: NotRequired[int | None]
    first_redemption: NotRequired[bool]

class WithdrawCodesBody(TypedDict):
    """Which codes to withdraw: those of a batch, or all of the offer."""
    batch: str | None

class WordsAnswer(TypedDict):
    """A sentence in two languages."""
    zh: str
    en: str

class WorkerStateAnswer(TypedDict):
    """A process with background loops."""
    process: str
    seen_at: str
    is_silent: bool
