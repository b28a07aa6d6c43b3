"""The months that are over: rate cards, closing, statements in every state, payments, netting.

The older a month, the further its statements have come. All of the months before the last two are
settled. Of the month before the last, most are final: some are paid, and the rest is netted. Of the
last month each statement is in another state: issued, agreed by one side or both, disputed by its
lines, or void.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from api.demo.showcase.asking import JSON, together
from api.demo.showcase.opening import OPERATOR, Exchange
from api.demo.showcase.world import CURRENCY

OLD_PRICE, NEW_PRICE, NEW_PRICE_NET = "1180", "1250", "1179"
"""What noodles cost until the last month and in it, and the latter without its tax."""
_LEG = {"leg": "coupon_cost", "payer": "home", "payee": "supplier"}
_FEE = {
    "leg": "platform_fee",
    "payer": "home",
    "payee": "operator",
    "model": "graduated",
    "tiers": [{"to": 200, "rate": "50"}, {"to": None, "rate": "30"}],
}
_TAX = {"rate": "0.06", "inclusive": True, "code": "3070401", "item": "餐饮服务 Catering"}
_CARDS: Sequence[tuple[str, Mapping[str, str], Sequence[Mapping[str, Any]]]] = (
    ("anybody", {}, [{**_LEG, "model": "percent", "basis": "face", "rate": "0.72"}, _FEE]),
    (
        "cinema",
        {"supplier_party": "starlight"},
        [
            {
                **_LEG,
                "model": "volume",
                "tiers": [
                    {"to": 10, "rate": "2900"},
                    {"to": 40, "rate": "2650"},
                    {"to": None, "rate": "2400"},
                ],
            },
            _FEE,
        ],
    ),
)
"""Who is paid what: a share of the face value, a price with tax in it, and one in tiers."""
_NOT_RATED = "period-has-pending-uses"
_PAID_EACH = 3
"""Of the statements that are final, one of so many is paid by itself."""
_STATES = ("issued", "agreed-once", "agreed", "disputed", "accepted", "rejected", "issued")
"""What becomes of the statements of the last month, in turn."""
_COUPONS = "coupons"


async def set_rate_cards(exchange: Exchange) -> None:
    """Publish the rate cards, with which uses are rated as they come."""
    months = exchange.story.months
    for name, between, legs in _CARDS:
        await _publish(exchange, name, between, legs, f"{months[0]}-01")
    noodles = {"supplier_party": "noodle-lab"}
    contract = {
        **noodles,
        "coupon_cost_minor": OLD_PRICE,
        "platform_fee_minor": "50",
        "currency": CURRENCY,
        "valid_from": f"{months[0]}-01",
    }
    await exchange.operator.do("/v1/contracts", contract, key="contract-noodles")
    dearer: list[Mapping[str, Any]] = [
        {**_LEG, "model": "flat", "rate": NEW_PRICE, "tax": _TAX},
        _FEE,
    ]
    await _publish(exchange, "noodles", noodles, dearer, f"{months[-1]}-01")


async def _publish(
    exchange: Exchange,
    name: str,
    between: Mapping[str, str],
    legs: Sequence[Mapping[str, Any]],
    valid_from: str,
) -> None:
    body = {**between, "valid_from": valid_from, "card": {"currency": CURRENCY, "legs": list(legs)}}
    card = await exchange.operator.do("/v1/rate-cards", body, key=f"card-{name}")
    path = f"/v1/rate-cards/{card['card_id']}/publish"
    await exchange.operator.do(path, {}, key=f"card-{name}-published")


async def bill_months(exchange: Exchange) -> None:
    """Close all months that are over, and take their statements as far as they have come."""
    months = exchange.story.months
    for month in months:
        await exchange.operator.insist(
            f"/v1/periods/{month}/close", {}, key=f"close-{month}", while_refused=_NOT_RATED
        )
    statements = await exchange.operator.pages("/v1/statements")
    old = [each for each in statements if each["month"] in months[:-2]]
    await together(_settle(exchange, each) for each in old)
    recent = [each for each in statements if each["month"] == months[-2:][0]]
    await together(_finalise(exchange, each) for each in recent)
    await _pay_and_net(exchange, recent)
    last = [each for each in statements if each["month"] == months[-1]]
    await together(_last(exchange, each, place) for place, each in enumerate(last))


async def _agree(exchange: Exchange, statement: JSON, sides: Sequence[str]) -> None:
    for side in sides:
        party = statement[f"{side}_party"]
        desk = exchange.operator if party == OPERATOR else exchange.of(party, "finance")
        path = f"/v1/statements/{statement['statement_id']}/agree"
        await desk.do(path, key=f"agree-{statement['statement_id']}-{side}")


async def _finalise(exchange: Exchange, statement: JSON) -> None:
    await _agree(exchange, statement, ("payer", "payee"))
    path = f"/v1/statements/{statement['statement_id']}"
    await exchange.operator.do(f"{path}/finalise", key=f"finalise-{statement['statement_id']}")


async def _settle(exchange: Exchange, statement: JSON) -> None:
    await _finalise(exchange, statement)
    path = f"/v1/statements/{statement['statement_id']}"
    await exchange.operator.do(f"{path}/settle", key=f"settle-{statement['statement_id']}")


async def _pay_and_net(exchange: Exchange, statements: Sequence[JSON]) -> None:
    """Some statements are paid, in full or in part. What is left is netted, and called."""
    today = exchange.story.now.date()
    owed = [each for each in statements if each["billed_minor"] > 1]
    for place, statement in enumerate(owed[::_PAID_EACH]):
        billed = statement["billed_minor"]
        paid = {
            "statement_id": statement["statement_id"],
            "paid_on": today.isoformat(),
            "amount_minor": billed if place % 2 else billed // 2,
            "reference": f"ICBC {today:%y%m%d}{place:03d}",
        }
        await exchange.operator.do("/v1/payments", paid, key=f"pay-{statement['statement_id']}")
    days = {
        name: (today + timedelta(days=shift)).isoformat()
        for name, shift in (("closure_on", 0), ("advice_on", 0), ("call_on", 7))
    }
    body = {"currency": CURRENCY, **days}
    run = await exchange.operator.do("/v1/nettings", body, key="netting")
    path = f"/v1/nettings/{run['netting_id']}"
    await exchange.operator.do(f"{path}/advise", key="netting-advised")
    confirmed = await exchange.operator.do(f"{path}/confirm", key="netting-confirmed")
    payers = [each for each in confirmed["positions"] if each["due_minor"]]
    for position in payers[: len(payers) // 2]:
        paid = {
            "netting_id": run["netting_id"],
            "party": position["party"],
            "paid_on": today.isoformat(),
            "amount_minor": abs(position["due_minor"]),
        }
        await exchange.operator.do("/v1/payments", paid, key=f"netting-{position['party']}")


async def _last(exchange: Exchange, statement: JSON, place: int) -> None:
    """Take a statement of the last month to the state whose turn it is."""
    state, statement_id = _STATES[place % len(_STATES)], statement["statement_id"]
    if place == len(_STATES):
        path, reason = f"/v1/statements/{statement_id}/void", "开票抬头有误 Wrong legal name."
        await exchange.operator.do(path, {"reason": reason}, key="void")
    elif state == "agreed-once":
        await _agree(exchange, statement, ("payer",))
    elif state == "agreed":
        await _agree(exchange, statement, ("payer", "payee"))
    elif state != "issued" and statement["kind"] == _COUPONS:
        await _dispute(exchange, statement, state)


async def _dispute(exchange: Exchange, statement: JSON, state: str) -> None:
    """Dispute a line. It stays open, or the supplier accepts or rejects it."""
    payer = exchange.of(statement["payer_party"], "finance")
    payee = exchange.of(statement["payee_party"], "finance")
    statement_id = statement["statement_id"]
    path = f"/v1/statements/{statement_id}"
    lines = await payer.pages(f"{path}/lines")
    undone = {each["use"] for each in lines if each["kind"] == "reversal"}
    line = next((each for each in lines if each["use"] and each["use"] not in undone), None)
    if line is None:
        return
    body = {
        "lines": [{"use": line["use"], "leg": line["leg"]}],
        "reason": "price",
        "text": "合同价应更低 A lower price was agreed.",
        "claimed_minor": line["gross_minor"] * 4 // 5,
    }
    opened = await payer.do(f"{path}/disputes", body, key=f"dispute-{statement_id}")
    path = f"/v1/disputes/{opened['dispute_id']}"
    if state == "accepted":
        answer = {"answer": "已核实，同意调整 You are right."}
        await payee.do(f"{path}/accept", answer, key=f"accept-{statement_id}")
    elif state == "rejected":
        answer = {"answer": "与合同一致 It is what was agreed."}
        await payee.do(f"{path}/reject", answer, key=f"reject-{statement_id}")
