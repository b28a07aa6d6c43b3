"""The conformance kit: whether a supplier's server does what the wire asks, before members meet it.

Promises:

- Each of sixteen cases ends in pass, fail or not supported, with what proves it and a sentence that
  says what to do.
- A report is about one address, one secret and one version of the kit. Of others it proves nothing.
- The sandbox, a supplier that plays what an account's name says, passes the kit.

Never:

- It never believes an answer that the exchange would not believe.
- It never follows a redirect, and no secret is part of a report.

Start here:

- `report`: a whole check, from its plan to its report.
- `case`: the cases, and what is found.
- `play`: plays the cases.
- `story`: what was said about an order while a case was played.
- `judge`: what that has shown.
- `probe`: the requests of the kit, also those that must be refused.
- `inbox`: takes callbacks, on a socket or elsewhere.
- `digest`: what a report is about.
- `asked`: checks that the exchange was asked for, played by its worker.
- `staging`: a supplier goes to another stage.
- `sandbox`: a supplier to try with.
- `small_server`: the HTTP server of the inbox and the sandbox.
"""

from exchange.conformance.asked import (
    Checker,
    receive_check_callback,
    work_on_check,
)
from exchange.conformance.case import (
    ACCOUNTS,
    CONCURRENCY_DEFAULT,
    CONCURRENCY_MAX,
    ORDERS_DEFAULT,
    ORDERS_MAX,
    Finding,
    Pace,
    Plan,
)
from exchange.conformance.digest import (
    new_secret,
)
from exchange.conformance.inbox import (
    listening,
)
from exchange.conformance.report import (
    Report,
    check_supplier,
)
from exchange.conformance.sandbox import (
    Manner,
    Sandbox,
)
from exchange.conformance.staging import (
    stage_supplier,
)

__all__ = [
    "ACCOUNTS",
    "CONCURRENCY_DEFAULT",
    "CONCURRENCY_MAX",
    "ORDERS_DEFAULT",
    "ORDERS_MAX",
    "Checker",
    "Finding",
    "Manner",
    "Pace",
    "Plan",
    "Report",
    "Sandbox",
    "check_supplier",
    "listening",
    "new_secret",
    "receive_check_callback",
    "stage_supplier",
    "work_on_check",
]
