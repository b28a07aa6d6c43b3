"""What the description says of each operation: its id, its summary and its own problem types.

The rows stand together, so that names and problem types can be compared; those of the market stand
in `described_market`. Whoever adds a handler adds a row. What every operation of a sort is refused
with, such as a wrong API key or body, is no part of it (`foreseen`). The suite compares each answer
of each of its tests with the rows (`tests/http/conftest.py`).
"""

from api.http.described_breaks import BREAKS
from api.http.described_cards import CARDS
from api.http.described_disputes import DISPUTES
from api.http.described_earning import EARNING
from api.http.described_events import EVENTS
from api.http.described_liability import LIABILITY
from api.http.described_market import MARKET
from api.http.described_money import MONEY
from api.http.described_partner_files import PARTNER_FILES
from api.http.described_reads import READS
from api.http.described_row import described as _row
from api.http.described_swaps import SWAPS
from api.http.described_tills import TILLS
from api.http.described_users import USERS

_NAMES = "programme-not-found"
_ENDS = "coupon-not-found coupon-not-active coupon-already-used coupon-expired"
_POINTS = (
    "operation-invalid import-not-permitted occurred-in-future ledger-busy programme-not-found"
    " member-merged"
)
# A key that an aborted batch has used up says so, also when it comes alone.
_EVENT = f"{_POINTS} batch-aborted"
_MEMBER = f"{_EVENT} member-not-found"
_ROOM = "balance-too-large too-many-lots"
_HOLD = f"{_MEMBER} hold-not-found hold-closed operation-owned"
_ISSUE = f"{_EVENT} {_ROOM} already-expired cap-exceeded"
_REDEEM = f"{_MEMBER} insufficient-points cap-exceeded"
_CAPTURE = f"{_HOLD} hold-expired capture-too-large"
_REVERSE = f"{_MEMBER} operation-not-found not-reversible already-reversed issue-spent"
_GIFT = f"{_MEMBER} {_ROOM} insufficient-points"
_ADJUST = f"{_GIFT} already-expired"
_CONVERT = (
    f"{_MEMBER} insufficient-points balance-too-large conversion-rate-not-found"
    " conversion-too-small conversion-not-consented conversion-limit-reached"
)
_MERGE = f"{_MEMBER} {_ROOM} recipient-not-found holds-open"
_ALL_POINTS = f"{_ISSUE} {_REDEEM} {_CAPTURE} {_REVERSE} {_GIFT} {_ADJUST} {_CONVERT} {_MERGE}"
_PROFILE = (
    "identifier-invalid identifier-taken identifier-limit tag-unknown tag-limit tier-unknown"
    " birthday-invalid period-backwards name-invalid member-merged vault-broken"
)
_RIGHT = (
    f"{_POINTS} member-not-found insufficient-points cap-exceeded offer-not-found offer-not-listed"
    " offer-not-valid offer-undeliverable account-required account-invalid quote-stale"
    " supplier-suspended not-in-canary canary-full limit-per-member limit-per-day"
    " allotment-not-found allotment-closed allotment-exhausted codes-exhausted not-eligible"
    " swap-limit-reached placement-not-found placement-not-open supplier-unavailable"
    " too-many-free-rights"
)
_NEW_KEY = "name-invalid scope-unknown key-end-invalid key-exceeds-maker too-many-keys"
_DRAFT = "statement-not-drafted four-eyes-required"
_STEP = "statement-not-found statement-step-refused"

OPERATIONS = {
    **LIABILITY,
    **MARKET,
    **MONEY,
    **READS,
    **PARTNER_FILES,
    **EVENTS,
    **SWAPS,
    **DISPUTES,
    **BREAKS,
    **TILLS,
    **CARDS,
    **EARNING,
    **USERS,
    # The process
    "live": _row("get_liveness", "Ask whether the process answers"),
    "ready": _row("get_readiness", "Ask whether requests can be sent here"),
    # Parties and keys
    "add_party": _row(
        "add_party",
        "Add a party",
        "party-exists code-invalid name-invalid roles-invalid category-unknown"
        " category-path-invalid",
    ),
    "parties": _row("list_parties", "List the parties"),
    "own_party": _row("get_own_party", "Get the party of the API key"),
    "add_own_key": _row("add_own_key", "Make an API key for your own party", _NEW_KEY),
    "own_keys": _row("list_own_keys", "List the keys of your own party"),
    "rotate_own_key": _row(
        "rotate_own_key", "Replace a key of your own party", f"{_NEW_KEY} key-not-found"
    ),
    "remove_own_key": _row(
        "revoke_own_key", "Revoke a key of your own party", "key-not-found last-admin-key"
    ),
    "add_key": _row(
        "add_key",
        "Make an API key",
        f"party-not-found {_NEW_KEY}",
    ),
    "keys": _row("list_keys", "List the keys of a party", "party-not-found"),
    "remove_key": _row(
        "revoke_key", "Revoke a key", "party-not-found key-not-found last-admin-key"
    ),
    "rotate_key_of_party": _row(
        "rotate_key", "Replace a key of a party", f"party-not-found {_NEW_KEY} key-not-found"
    ),
    "put_endpoint": _row(
        "set_endpoint",
        "Set where a supplier takes orders",
        "party-not-found role-missing endpoint-invalid endpoint-not-allowed secret-invalid"
        " vault-broken",
    ),
    "change_categories_of_party": _row(
        "set_party_categories",
        "Set the categories of a party",
        "party-not-found category-unknown category-path-invalid too-many-categories",
    ),
    # Programmes
    "add_programme": _row(
        "add_programme",
        "Open a programme",
        "programme-exists programme-invalid programme-code-foreign party-not-found role-missing",
    ),
    "programmes": _row("list_programmes", "List the caller's programmes"),
    "programme_by_code": _row("get_programme", "Get a programme", _NAMES),
    "programme_totals": _row("get_programme_totals", "Get the totals of a programme", _NAMES),
    "trial_balance": _row("get_trial_balance", "Get the trial balance of a programme", _NAMES),
    "add_rate": _row("add_rate", "Publish a conversion rate", f"{_NAMES} conversion-rate-invalid"),
    "rates": _row("list_rates", "List the conversion rates of a programme", _NAMES),
    "add_consent": _row(
        "add_consent", "Consent to conversions from another programme", f"{_NAMES} consent-invalid"
    ),
    "consents": _row("list_consents", "List the consents of a programme", _NAMES),
    "remove_consent": _row("end_consent", "End a consent", f"{_NAMES} consent-not-found"),
    # Points
    "issue": _row("issue_points", "Issue points", _ISSUE),
    "redeem": _row("redeem_points", "Redeem points", _REDEEM),
    "hold": _row("hold_points", "Set points aside", _REDEEM),
    "capture": _row("capture_hold", "Spend the points of a hold", _CAPTURE),
    "release": _row("release_hold", "Give back the points of a hold", _HOLD),
    "expire": _row("expire_points", "Write off expired points", _MEMBER),
    "reverse": _row("reverse_operation", "Reverse an operation", f"{_REVERSE} operation-owned"),
    "gift": _row("gift_points", "Give points to another member", _GIFT),
    "adjust": _row("adjust_points", "Correct a balance by hand", _ADJUST),
    "convert": _row("convert_points", "Convert points into another programme's", _CONVERT),
    "merge": _row("merge_members", "Merge two members", _MERGE),
    "operate": _row(
        "submit_operations",
        "Do many operations",
        f"{_NAMES} ledger-busy",
        f"{_ALL_POINTS} idempotency-key-reused batch-stopped",
    ),
    "operation_by_key": _row("get_operation", "Get an operation", f"{_NAMES} operation-not-found"),
    "balance": _row("get_member", "Get a member's points", f"{_NAMES} member-not-found"),
    "balances": _row("read_balances", "Read the points of many members", _NAMES),
    "history": _row(
        "list_member_history", "List the operations of a member", f"{_NAMES} member-not-found"
    ),
    "put_profile": _row(
        "set_member_profile",
        "Say what is known of a member",
        f"{_NAMES} member-not-found {_PROFILE}",
    ),
    "put_profiles": _row(
        "set_member_profiles",
        "Say what is known of many members",
        f"{_NAMES} vault-broken",
        f"{_PROFILE} idempotency-key-reused",
    ),
    "profile": _row(
        "get_member_profile", "Get what is known of a member", f"{_NAMES} member-not-found"
    ),
    "resolve_member": _row(
        "resolve_member",
        "Find a member by identifiers",
        f"{_NAMES} member-not-found identities-differ identifier-invalid vault-broken",
    ),
    "remove_identifiers": _row(
        "remove_member_identifiers",
        "Remove the identifiers of a member",
        f"{_NAMES} member-not-found",
    ),
    "forget": _row("forget_member", "Forget a member", f"{_NAMES} member-not-found member-merged"),
    "put_tags": _row(
        "set_tags", "State the tags of a programme", f"{_NAMES} tag-invalid tag-in-use name-invalid"
    ),
    "tags_of_programme": _row("list_tags", "List the tags of a programme", _NAMES),
    "put_tiers": _row(
        "set_tiers",
        "State the tiers of a programme",
        f"{_NAMES} tier-invalid tier-in-use name-invalid",
    ),
    "tiers_of_programme": _row("list_tiers", "List the tiers of a programme", _NAMES),
    # Rights and coupons
    "add_launch": _row(
        "add_launch", "Let a member in to the member pages", f"{_NAMES} vault-broken"
    ),
    "add_right": _row("add_right", "Turn points into a right", f"{_RIGHT} vault-broken"),
    "add_rights": _row(
        "add_rights",
        "Make many rights",
        f"{_NAMES} ledger-busy vault-broken",
        f"{_RIGHT} idempotency-key-reused",
    ),
    "reveal_card_code": _row(
        "reveal_card_code",
        "Show a member the card code of a right",
        f"{_NAMES} coupon-not-found no-card-code coupon-not-active coupon-already-used"
        " coupon-not-yet-usable coupon-expired vault-broken seal-broken",
    ),
    "receipt": _row("get_coupon", "Get a coupon and its receipt", f"{_NAMES} coupon-not-found"),
    "coupons": _row(
        "list_member_coupons", "List the coupons of a member", f"{_NAMES} member-not-found"
    ),
    "return_coupon": _row(
        "return_coupon",
        "Give a right back",
        f"{_NAMES} {_ENDS} coupon-locked not-returnable already-reversed"
        " member-not-found member-merged operation-invalid ledger-busy",
    ),
    "gift_coupon": _row(
        "gift_coupon",
        "Offer a coupon to another member",
        f"{_NAMES} {_ENDS} coupon-locked gift-not-allowed member-is-giver",
    ),
    "cancel_gift": _row("cancel_gift", "Take a gift back", f"{_NAMES} coupon-not-found gift-gone"),
    "claim_gift": _row(
        "claim_gift", "Take a gift", f"{_NAMES} gift-gone member-is-giver member-merged"
    ),
    "deactivate": _row(
        "deactivate_coupon",
        "Withdraw a coupon",
        f"{_NAMES} {_ENDS} already-reversed member-not-found member-merged"
        " operation-invalid ledger-busy",
    ),
    "callback": _row(
        "report_delivery",
        "Report how a delivery ended",
        "callback-forged callback-malformed callback-not-concluded order-not-found vault-broken",
    ),
    # Billing
    "close": _row(
        "close_period",
        "Close a month",
        "month-invalid period-not-ended period-out-of-order period-has-pending-uses"
        " period-incomplete closing-invalid four-eyes-required",
    ),
    "issue_period": _row(
        "issue_period",
        "Issue the statements of a month",
        f"month-invalid {_DRAFT} period-not-found",
    ),
    "periods": _row("list_periods", "List the months"),
    "explained_lines": _row("get_explained_use", "Explain what a use costs", "use-not-billed"),
    "add_card_simulation": _row(
        "read_rate_card_simulation",
        "Try a rate card on past uses",
        "rate-card-invalid month-invalid party-not-found",
    ),
    "period_by_month": _row("get_period", "Get a month", "month-invalid period-not-found"),
    "dry_run": _row("get_dry_run", "See what a closing would bill", "month-invalid"),
    "drafts": _row("list_drafts", "List the drafts of a month", "month-invalid"),
    "review_draft": _row("review_statement", "Review a draft", f"{_DRAFT} statement-not-found"),
    "issue_draft": _row("issue_statement", "Issue a draft", f"{_DRAFT} statement-not-found"),
    "settlement_calendar": _row("get_settlement_calendar", "Get the calendar of all bills"),
    "set_settlement_calendar": _row(
        "set_settlement_calendar",
        "State the calendar of all bills",
        "calendar-invalid calendar-fixed four-eyes-required",
    ),
    "statements": _row("list_statements", "List the statements of the party", "month-invalid"),
    "statement_by_id": _row("get_statement", "Get a statement", "statement-not-found"),
    "download": _row("download_statement", "Download a statement", "statement-not-found"),
    "billing_profile": _row(
        "get_billing_profile",
        "Get who a party is on invoices",
        "party-not-found billing-profile-not-found",
    ),
    "put_billing_profile": _row(
        "set_billing_profile",
        "State who a party is on invoices",
        "party-not-found credit-code-invalid",
    ),
    "daily_bill": _row(
        "download_daily_bill",
        "Download the bill of a supplier's day",
        "party-not-found role-missing daily-bill-not-ready",
    ),
    "agree": _row("agree_statement", "Agree to a statement", _STEP),
    "dispute": _row(
        "dispute_statement",
        "Dispute a statement",
        f"{_STEP} statement-reason-invalid statement-term-ended",
    ),
    "finalise": _row("finalise_statement", "Make a statement final", _STEP),
    "settle": _row(
        "settle_statement", "Record that a statement is paid", f"{_STEP} payment-refused"
    ),
    "add_reconciliation": _row(
        "add_reconciliation",
        "Reconcile a supplier's file",
        "month-invalid party-not-found role-missing partner-file-invalid partner-file-too-large"
        " partner-file-not-found mapping-not-found too-many-uploads",
    ),
    # Who did what
    "audit_log": _row(
        "list_audit_entries",
        "List who did what",
        "actor-invalid object-invalid programme-not-found member-not-found operation-not-found"
        " party-not-found",
    ),
}
"""The rows, by the name of the handler."""

TAGS = {
    "health": "How the process is.",
    "parties": "Brands, suppliers and the operator; where suppliers take orders.",
    "users": "Users of the console: invited, given roles, and let in no more.",
    "keys": "API keys: what each may do, for how long, and when it was last used.",
    "categories": "The category tree.",
    "isolation": "Which parties must never see each other's offers: rules, vetoes and groups.",
    "programmes": "A brand's programmes, their rules and totals, and rates between programmes.",
    "points": "What happens to points: issued, redeemed, held, reversed, given, converted.",
    "members": "What members have, what happened to it, and what their brand says of them.",
    "offers": "What suppliers publish, and what brands see of it.",
    "allotments": "The stock of offers that brands procure.",
    "procurements": "What suppliers grant at once, and what waits for their yes.",
    "suppliers": "Checks of suppliers, and who meets one that is new.",
    "shops": "Where the coupons of a party are used.",
    "codes": "Card codes that a supplier sells, encrypted until they are given out.",
    "imports": "Files of offers, shops, members and card codes.",
    "leases": "Tills that take coupons without a connection, and what they tell of it later.",
    "swaps": "What two brands give each other: rights for rights, and traffic for rights.",
    "prices": "What offers cost a member, and who may have them.",
    "earning": "What members earn by events, product codes, and what they are given.",
    "rights": "Points turned into coupons of other parties, and the receipts of these.",
    "figures": "How well rights, members and parties do, with what each figure is worth.",
    "coupons": "The use of coupons at their supplier.",
    "fulfilment": "What suppliers report about deliveries.",
    "orders": "Orders at suppliers: which are open, and for how long.",
    "cases": "What no rule can decide, and what a person decided.",
    "money": "Payments, netting runs, and what is posted in the books of money.",
    "billing": "Contracts, months, statements, and the comparison with a supplier's file.",
    "disputes": "Which lines of a statement a party says are wrong, and what is answered.",
    "corrections": "What was billed, corrected forward or replaced, and the numbers of invoices.",
    "liability": "What a programme's members may still redeem, by month of issue and in money.",
    "events": "What your own party is told, in a log and as it comes.",
    "webhooks": "Where events are sent, and what became of that.",
    "audit": "Who did what to what.",
    "status": "How the exchange does, for whoever runs it.",
}
"""What the tags stand for, in the order of the description."""
