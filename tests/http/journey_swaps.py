"""The parts of the journey that are about swaps and placements."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.http.conftest import BEGIN, Caller, accepted, add_party, offer

END = "2117-01-01T00:00:00Z"


async def swap_party(operator: Caller, code: str, category: str) -> tuple[Caller, int]:
    """A brand that is a supplier, too, with a programme and an offer of the same code."""
    caller = await add_party(operator, code, "brand", "supplier", category=category)
    accepted(await caller.post("/v1/programmes", {"code": code, "name": f"{code.title()} points"}))
    made = accepted(await caller.post("/v1/offers", offer(f"{code}-1")))
    return caller, int(made["offer_id"])


def proposal(gives: int, takes: int, **changes: Any) -> Any:
    """What `teahouse` proposes to `filmhouse`: cups at 6.00 for tickets at 5.00."""
    return {
        "other": "filmhouse",
        "programme": "teahouse",
        "gives": [{"offer_id": gives, "quantity": 1_000, "unit_value_minor": 600}],
        "takes": [{"offer_id": takes, "quantity": 1_000, "unit_value_minor": 500}],
        "currency": "CNY",
        "window_from": BEGIN,
        "window_until": END,
        "limit_minor": 3_000,
        **changes,
    }


async def proposed(operator: Caller) -> tuple[Caller, Caller, int, int]:
    """A swap that waits for the yes of `filmhouse`: both parties, the swap, and the cup."""
    tea, cup = await swap_party(operator, "teahouse", "drinks.tea")
    films, ticket = await swap_party(operator, "filmhouse", "leisure.films")
    swap_id = accepted(await tea.post("/v1/swaps", proposal(cup, ticket)))["swap_id"]
    return tea, films, int(swap_id), cup


def placing(programme: str, offer_id: int, **changes: Any) -> Any:
    """A placement of an offer in the app of a programme."""
    return {
        "programme": programme,
        "offer_id": offer_id,
        "slot": "Front page, second tile",
        "currency": "CNY",
        "value_per_claim_minor": 150,
        "window_from": BEGIN,
        "window_until": END,
        **changes,
    }


async def use_swaps(operator: Caller) -> None:
    """Use every operation on swaps and placements."""
    tea, films, swap_id, cup = await proposed(operator)
    path = f"/v1/swaps/{swap_id}"
    accepted(await films.get("/v1/swaps"), 200)
    accepted(await films.post(f"{path}/agree", {"programme": "filmhouse"}), 200)
    accepted(await tea.get(path), 200)
    more = {"promised_impressions": 100_000, "swap_id": swap_id}
    placement = placing("filmhouse", cup, **more)
    placed = accepted(await tea.post("/v1/placements", placement))["placement_id"]
    hour = (datetime.now(UTC) - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    told = {"hours": [{"hour": hour.isoformat(), "impressions": 1_200}]}
    accepted(await films.post(f"/v1/placements/{placed}/counts", told), 200)
    accepted(await tea.get("/v1/placements"), 200)
    accepted(await tea.get(f"/v1/placements/{placed}"), 200)
    accepted(await films.post(f"/v1/placements/{placed}/end", {}), 200)
    accepted(await tea.post(f"{path}/end", {}), 200)
