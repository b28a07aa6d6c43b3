"""What brands and suppliers agree on: prices, points days, procurements, swaps, isolation.

Prices hold from the beginning, so that what was redeemed on a points day of the past cost less.
What concerns the future is set when the story is told.
"""

from datetime import timedelta
from typing import Any

from api.demo.showcase.asking import JSON
from api.demo.showcase.opening import Exchange
from api.demo.showcase.story import price_at
from api.demo.showcase.world import CURRENCY

POINTS_DAY_PAST = timedelta(days=18)
POINTS_DAY_NEXT = timedelta(days=3)
_SWAP_DAYS = 180
_SHOWN_DAYS = 14


async def set_prices(exchange: Exchange) -> None:
    """State price rules: points days, prices for tiers, a rate, and a lowest price."""
    story = exchange.story
    days = [f"{story.now + shift:%Y-%m-%d}" for shift in (-POINTS_DAY_PAST, POINTS_DAY_NEXT)]
    begin = story.rights_from.isoformat()
    rules: dict[str, list[dict[str, Any]]] = {
        "bean-house": [
            {
                "label": "豆豆节 Points day",
                "scope": {"all": True},
                "price": {"percent": 50, "floor": 10},
                "schedule": {"dates": days},
                "earning_multiplier_percent": 200,
            },
            {
                "label": "金卡八折 20% off for gold",
                "scope": {"category": "video"},
                "price": {"percent": 80},
                "who": {"tiers": ["gold", "black"]},
            },
        ],
        "freshway": [
            {
                "label": "每月八日会员日 Members' day",
                "scope": {"category": "food"},
                "price": {"percent": 70, "floor": 50},
                "schedule": {"monthly": [8, 18, 28]},
            }
        ],
        "skylark": [
            {
                "label": "观影特价 Cinema special",
                "scope": {"offer_id": exchange.offers["ticket-2d"]},
                "price": {"points": 380},
            },
            {
                "label": "影视类九折 10% off films",
                "scope": {"category": "video"},
                "price": {"percent": 90},
            },
        ],
    }
    for brand, stated in rules.items():
        desk = exchange.of(brand, "marketing")
        for number, rule in enumerate(stated, 1):
            path = f"/v1/programmes/{brand}/prices"
            await desk.do(path, {**rule, "valid_from": begin}, key=f"price-{brand}-{number}")
    rate = {"rate": {"points": 20, "minor": 100, "step_points": 10, "currency": CURRENCY}}
    await exchange.of("starlight", "marketing").put("/v1/programmes/starlight/price-rate", rate)


async def trade(exchange: Exchange) -> None:
    """Everything that concerns the days to come."""
    await _isolate(exchange)
    await _procure(exchange)
    await _swap(exchange)
    await _show(exchange)
    await _stage(exchange)


async def _isolate(exchange: Exchange) -> None:
    """A veto of each side, and groups: an alliance, and competitors."""
    for party, against, role in (
        ("luming", {"party": "northgate"}, "buyer"),
        ("noodle-lab", {"party": "nova-telecom"}, "supplier"),
    ):
        veto = {"against": against, "role": role}
        await exchange.of(party).do("/v1/vetoes", veto, key=f"veto-{party}")
    groups = (
        ("weekend", "alliance", "周末生活联盟 Weekend Alliance", ("bean-house", "starlight")),
        ("clothes", "competitors", "服装同业 Clothes", ("oakline", "northgate", "luming")),
    )
    for code, kind, label, members in groups:
        body = {"code": code, "kind": kind, "label": label}
        await exchange.operator.do("/v1/groups", body, key=f"group-{code}")
        for member in members:
            await exchange.operator.put(f"/v1/groups/{code}/members/{member}", {})
            if kind == "alliance":
                key = f"accept-{code}-{member}"
                await exchange.of(member).do(f"/v1/groups/{code}/accept", key=key)


async def _procure(exchange: Exchange) -> None:
    """Two suppliers decide themselves from now on: some procurements wait for their yes."""
    for supplier in ("voyago", "suncare"):
        desk = exchange.of(supplier)
        for terms in await desk.pages("/v1/supply-terms"):
            if terms["withdrawn_at"] is None:
                await desk.remove(f"/v1/supply-terms/{terms['terms_id']}")
    wanted = (
        ("luming", "spring-night", 60, None),
        ("skylark", "breakfast", 200, None),
        ("freshway", "massage", 120, None),
        ("bean-house", "ride-20", 500, "approve"),
        ("starlight", "check-up", 40, "refuse"),
    )
    for brand, offer, quantity, answer in wanted:
        found = next(each for each in exchange.world.offers if each.code == offer)
        body = {
            "offer_id": exchange.offers[offer],
            "quantity": quantity,
            "points": price_at(exchange.world.party(brand), found),
            "unit_cost_minor": found.face_value_minor * 7 // 10,
            "currency": CURRENCY,
            "window_from": exchange.story.now.isoformat(),
        }
        asked = await exchange.of(brand, "marketing").do(
            f"/v1/programmes/{brand}/procurements", body, key=f"procurement-{brand}-{offer}"
        )
        if answer is not None:
            reason = {"reason": "名额已满 We are booked out."} if answer == "refuse" else {}
            await exchange.of(found.supplier, "supplier").do(
                f"/v1/procurements/{asked['procurement_id']}/{answer}",
                reason,
                key=f"{answer}-{brand}-{offer}",
            )


def _lot(exchange: Exchange, offer: str, quantity: int, value_minor: int) -> JSON:
    return {
        "offer_id": exchange.offers[offer],
        "quantity": quantity,
        "unit_value_minor": value_minor,
    }


async def _swap(exchange: Exchange) -> None:
    """A swap that is agreed, one that waits, and a placement that is counted."""
    now = exchange.story.now
    window = {
        "window_from": now.isoformat(),
        "window_until": (now + timedelta(days=_SWAP_DAYS)).isoformat(),
    }
    swaps = (
        ("bean-house", "starlight", "coconut-latte", "ticket-2d", True),
        ("freshway", "skylark", "freshway-20", "luggage", False),
    )
    agreed = 0
    for proposer, other, given, taken, is_agreed in swaps:
        body = {
            "other": other,
            "programme": proposer,
            "gives": [_lot(exchange, given, 400, 2_000)],
            "takes": [_lot(exchange, taken, 250, 3_200)],
            "currency": CURRENCY,
            "limit_minor": 400_000,
            **window,
        }
        made = await exchange.of(proposer).do("/v1/swaps", body, key=f"swap-{proposer}")
        if is_agreed:
            agreed = made["swap_id"]
            yes = {"programme": other}
            path = f"/v1/swaps/{agreed}/agree"
            await exchange.of(other).do(path, yes, key=f"swap-{other}-agrees")
    placement = {
        "programme": "starlight",
        "offer_id": exchange.offers["coconut-latte"],
        "slot": "首页第二位 Front page, second tile",
        "currency": CURRENCY,
        "value_per_claim_minor": 150,
        "promised_impressions": 80_000,
        "swap_id": agreed,
        "window_from": (now - timedelta(days=2)).isoformat(),
        "window_until": window["window_until"],
    }
    placed = await exchange.of("bean-house").do("/v1/placements", placement, key="placement")
    hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [
        {"hour": (hour - timedelta(hours=back)).isoformat(), "impressions": 900 - 12 * back}
        for back in range(2, 26)
    ]
    path = f"/v1/placements/{placed['placement_id']}/counts"
    await exchange.of("starlight").do(path, {"hours": hours}, key="placement-counts")


async def _show(exchange: Exchange) -> None:
    """How often offers were shown in the last days."""
    for brand in ("bean-house", "freshway", "skylark"):
        shown = [
            {
                "offer_id": exchange.offers[offer.code],
                "day": f"{exchange.story.now - timedelta(days=back):%Y-%m-%d}",
                "channel": "app",
                "impressions": 900 - 30 * back - 40 * place,
                "members": 300 - 9 * back - 10 * place,
            }
            for back in range(1, _SHOWN_DAYS + 1)
            for place, offer in enumerate(exchange.story.stocks[brand][:6])
        ]
        desk = exchange.of(brand, "marketing")
        await desk.do(f"/v1/programmes/{brand}/shown", {"shown": shown}, key=f"shown-{brand}")


async def _stage(exchange: Exchange) -> None:
    """A supplier of before is tried anew, with some members only."""
    canary = {
        "stage": "CANARY",
        "share_permyriad": 2_500,
        "tags": ["brand:staff"],
        "per_day_max": 200,
        "open_orders_max": 20,
        "limits": {"failure_permyriad": 300, "p95_seconds": 120},
        "is_automatic": True,
        "reason": "新平台上线 A new platform",
    }
    await exchange.operator.do("/v1/parties/tunefish/stage", canary, key="stage-tunefish")
