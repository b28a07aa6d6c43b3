"""The operator's first page: whether all is well, and what waits for somebody."""

from typing import Any

from litestar import Response

from api.console.run.system import STUCK_SECONDS, health
from api.console.run.words import LIGHTS, STAGES, WHY
from api.console.shell import Shell

STUCK_SHOWN_MAX = 10
COUNTED_MAX = 100


async def overview(shell: Shell) -> Response[bytes]:
    """Books, suppliers, months, orders that are stuck, disputes, and the newest deeds."""
    status: dict[str, Any] = await shell.need("/v1/status")
    stuck = await shell.get(
        "/v1/orders",
        {"state": "UNKNOWN", "older_than_seconds": STUCK_SECONDS, "limit": STUCK_SHOWN_MAX},
    )
    log = None
    if shell.may("audit.read"):
        log = (await shell.get("/v1/audit-log", {"limit": STUCK_SHOWN_MAX})).items
    disputes = await shell.get("/v1/disputes", {"state": "open", "limit": COUNTED_MAX})
    reviews = await shell.get("/v1/offers", {"state": "IN_REVIEW", "limit": COUNTED_MAX})
    lights = [each["light"] for each in status["suppliers"]]
    return shell.page(
        "run/overview.html",
        state=status,
        health=health(shell, status),
        stuck=stuck.items,
        more_stuck=stuck.next_cursor is not None,
        disputes=len(disputes.items),
        more_disputes=disputes.next_cursor is not None,
        reviews=len(reviews.items),
        more_reviews=reviews.next_cursor is not None,
        lights=LIGHTS,
        counts={name: lights.count(name) for name in LIGHTS},
        stages=STAGES,
        why=WHY,
        log=log,
    )
