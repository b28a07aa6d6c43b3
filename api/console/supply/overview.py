"""The first page of a supplier: how deliveries do, what was used, and what waits for a yes."""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from api.console.shell import Shell
from api.console.supply import words
from api.console.supply.frame import offer_names
from api.pages.ask import Answer

DAYS = 7
CODES_LOW_MIN = 20
CODES_LOW_SHARE = 0.1
OFFERS_LOOKED_AT = 12
"""So many offers with card codes are asked for their stock. The page of card codes has all."""
ROWS = 5
_STANDING = ("issued", "disputed", "agreed", "final", "settled")
"""What waits for an answer comes first."""


async def overview(shell: Shell) -> Response[bytes]:
    """The overview of a supplier, as far as the user may see it."""
    deliveries = await _if_allowed(
        shell, "orders.read", f"/v1/parties/{shell.user.party.code}/deliveries", {"days": DAYS}
    )
    uses = await _if_allowed(shell, "uses.read", "/v1/coupons/uses", {"limit": ROWS})
    waiting = await _if_allowed(
        shell, "market.read", "/v1/procurements", {"state": "waiting", "limit": 100}
    )
    statements = await _if_allowed(shell, "statements.read", "/v1/statements", {"limit": 100})
    own = shell.user.party.code
    statement = next_statement([] if statements is None else statements.items, own)
    return shell.page(
        "supply/overview.html",
        words=words,
        deliveries=None if deliveries is None else _deliveries(deliveries.json),
        marks=[] if deliveries is None else [_mark(each) for each in deliveries.json["days"]],
        uses=[] if uses is None else uses.items,
        waiting=[] if waiting is None else waiting.items,
        waiting_is_more=waiting is not None and waiting.next_cursor is not None,
        statement=statement,
        statement_waits=statement is not None and waits_for(statement, own),
        names=await offer_names(shell),
        low=await low_codes(shell),
    )


async def _if_allowed(
    shell: Shell, permission: Any, path: str, query: dict[str, Any]
) -> Answer | None:
    if not shell.may(permission):
        return None
    answer = await shell.get(path, query)
    return answer if answer.is_good else None


def _deliveries(found: dict[str, Any]) -> dict[str, Any]:
    """The figures of deliveries, with the orders by their states."""
    orders = {each["state"]: each["orders"] for each in found["orders"]}
    return {
        **found,
        "counts": orders,
        "total": sum(orders.values()),
    }


def _mark(day: dict[str, Any]) -> str:
    """A day at the foot of the chart."""
    return str(day["day"])[5:].replace("-", "/")


def waits_for(statement: dict[str, Any], party: str) -> bool:
    """Whether the party has yet to agree to a statement, or to dispute it."""
    is_open = any(
        statement[f"{side}_party"] == party and statement[f"{side}_agreed_at"] is None
        for side in ("payer", "payee")
    )
    return is_open and bool(statement["state"] == "issued")


def next_statement(statements: Sequence[dict[str, Any]], party: str) -> dict[str, Any] | None:
    """The statement that waits most for the party's answer, else the newest one."""
    standing = [each for each in statements if each["state"] in _STANDING]
    if not standing:
        return None
    newest = max(standing, key=lambda each: each["issued_at"])
    urgent = [each for each in standing if waits_for(each, party)]
    return min(urgent, key=lambda each: each["term_ends_at"] or "9") if urgent else newest


async def low_codes(shell: Shell) -> list[dict[str, Any]]:
    """The offers whose card codes are nearly used up, the lowest first."""
    if not shell.may("offers.write"):
        return []
    offers = await shell.get("/v1/offers", {"limit": 200, "state": "LISTED"})
    own = [each for each in offers.items if each["fulfilment"] == "card_code"][:OFFERS_LOOKED_AT]
    found = []
    for each in own:
        answer = await shell.get("/v1/offers/{offer}/codes/summary", offer=each["offer_id"])
        if answer.is_good:
            stock = stock_of(answer.json)
            if stock["is_low"]:
                found.append({**each, **stock})
    return sorted(found, key=lambda each: int(each["available"]))


def stock_of(summary: dict[str, Any]) -> dict[str, Any]:
    """How many codes there were and are, and whether more should be sent."""
    codes = sum(part["codes"] for part in summary["parts"])
    available = summary["available"]
    is_low = available < max(CODES_LOW_MIN, codes * CODES_LOW_SHARE)
    return {"codes": codes, "available": available, "is_low": is_low}
