"""The stages of suppliers: who meets a supplier that is new, and until when.

Promises:

- A supplier that nobody has staged is open.
- The market, quotes and redemptions agree on who is served: they all ask one function.
- The same member is in or out of a supplier's canary always and everywhere, while its share stays.
- No right is redeemed in a canary that has ended, and no more on a day than it may.
- A supplier that takes another address or secret meets no member until it is checked again.

Never:

- No stage lets anybody see what is isolated from them.
- What was redeemed before a suspension is not taken back: it is delivered and proven as ever.

Start here:

- `stage`: the stages, the ways between them, and who is in a canary.
- `stages`: the stages as they are stored.
- `checks`: checks of suppliers by the kit, and their reports.
"""

from catalog.stages.checks import (
    CALLBACKS_KEPT_MAX,
    CHECK_LEASE_SECONDS,
    CheckNotFound,
    SupplierCheck,
    add_check,
    checked_party,
    end_check,
    expect_callbacks,
    find_check,
    find_check_order,
    find_last_pass,
    has_passed,
    keep_callback,
    keep_check,
    list_checks,
    take_check,
)
from catalog.stages.stage import (
    CANARY_PER_DAY_MAX,
    FAILURE_PERMYRIAD,
    P95_SECONDS,
    P95_SECONDS_MAX,
    SHARE_PERMYRIAD_MAX,
    TAGS_MAX,
    Stage,
    StagePolicy,
    SupplierStage,
    require_step,
)
from catalog.stages.stages import (
    Serving,
    count_in_canaries,
    find_stage,
    load_serving,
    load_stages,
    open_supplier,
    set_stage,
    suspend,
)

__all__ = [
    "CALLBACKS_KEPT_MAX",
    "CANARY_PER_DAY_MAX",
    "CHECK_LEASE_SECONDS",
    "FAILURE_PERMYRIAD",
    "P95_SECONDS",
    "P95_SECONDS_MAX",
    "SHARE_PERMYRIAD_MAX",
    "TAGS_MAX",
    "CheckNotFound",
    "Serving",
    "Stage",
    "StagePolicy",
    "SupplierCheck",
    "SupplierStage",
    "add_check",
    "checked_party",
    "count_in_canaries",
    "end_check",
    "expect_callbacks",
    "find_check",
    "find_check_order",
    "find_last_pass",
    "find_stage",
    "has_passed",
    "keep_callback",
    "keep_check",
    "list_checks",
    "load_serving",
    "load_stages",
    "open_supplier",
    "require_step",
    "set_stage",
    "suspend",
    "take_check",
]
