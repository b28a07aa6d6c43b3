"""Points as a liability: what is expected of them, and the months that are frozen."""

from api.demo.showcase.asking import together
from api.demo.showcase.opening import Exchange
from api.demo.showcase.world import CURRENCY, Member

_FEN_OF_1000_POINTS = 100_000


async def freeze_months(exchange: Exchange) -> None:
    """Freeze all months that are over in all books, after an estimate is approved."""
    await together(_freeze(exchange, brand) for brand in exchange.world.brands)


async def _freeze(exchange: Exchange, brand: Member) -> None:
    assert brand.programme is not None
    desk = exchange.of(brand.code, "finance")
    path = f"/v1/programmes/{brand.code}/liability"
    value_minor = round(float(brand.programme.value) * _FEN_OF_1000_POINTS)
    estimate = {
        "from_month": exchange.story.months[0],
        "method": "entered",
        "redeem_rate": "0.45",
        "use_rate": "0.85",
        "value_minor_per_1000_points": str(value_minor),
        "cost_minor_per_1000_points": str(value_minor * 7 // 10),
        "currency": CURRENCY,
        "reason": "同类项目首年经验 As similar programmes did in their first year",
    }
    await desk.do(f"{path}/estimates", estimate, key=f"estimate-{brand.code}")
    await desk.do(f"{path}/estimates/1/approve", key=f"estimate-approved-{brand.code}")
    month = exchange.story.months[-1]
    await desk.do(f"{path}/{month}/freeze", key=f"freeze-{brand.code}-{month}")
