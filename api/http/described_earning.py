"""What the description says of each operation by which members earn or are given something."""

from api.http.described_row import described as _row

_NAMES = "programme-not-found"
_RULE = (
    "code-invalid name-invalid earning-rule-invalid price-invalid operation-invalid"
    " period-backwards tag-unknown tier-unknown too-many-earning-rules earning-rule-exists"
)
_EVENT = (
    "operation-invalid identifier-invalid subject-required product-code-not-found"
    " import-not-permitted occurred-in-future member-merged already-expired balance-too-large"
    " too-many-lots too-many-code-misses"
)
_BATCH = f"{_NAMES} product-batch-not-found"

EARNING = {
    "add_rule": _row("add_earning_rule", "Make an earning rule", f"{_NAMES} {_RULE}"),
    "earning_rules": _row("list_earning_rules", "List the earning rules", _NAMES),
    "end_rule": _row("end_earning_rule", "End an earning rule", f"{_NAMES} earning-rule-not-found"),
    "tell_event": _row("submit_event", "Tell of an event that may earn", f"{_NAMES} {_EVENT}"),
    "tell_events": _row(
        "submit_events",
        "Tell of many events",
        f"{_NAMES} too-many-code-misses",
        f"{_EVENT} idempotency-key-reused",
    ),
    "add_batch": _row(
        "add_product_batch",
        "Make a batch of product codes",
        f"{_NAMES} code-invalid name-invalid earning-rule-not-found earning-rule-invalid"
        " product-batch-exists",
    ),
    "product_batches": _row("list_product_batches", "List the batches of product codes", _NAMES),
    "add_codes_of_goods": _row(
        "add_product_codes",
        "Put product codes into a batch",
        f"{_BATCH} product-batch-closed",
    ),
    "make_codes": _row(
        "issue_product_codes", "Make product codes", f"{_BATCH} product-batch-closed"
    ),
    "end_batch": _row("end_product_batch", "End a batch of product codes", _BATCH),
    "void_batch": _row("withdraw_product_batch", "Void a batch of product codes", _BATCH),
    "gift_plan": _row("get_gift_plan", "Get what is given by itself", _NAMES),
    "set_gift_plan": _row(
        "set_gift_plan",
        "State what is given by itself",
        f"{_NAMES} gift-plan-invalid offer-not-found offer-not-listed",
    ),
    "birthdays": _row("list_birthdays", "List the birthdays of a day", _NAMES),
}
