"""What happens today: rights in every state, orders that are stuck, cases, uses at tills.

Each state is brought about by who would do it: a till locks, a member gives back, the operator
withdraws, a supplier refuses or falls silent. The suppliers' server tells by the account what it is
to do (`BEHAVIOURS`).
"""

from dataclasses import dataclass
from datetime import timedelta

from api.demo.showcase.asking import JSON, Desk, together
from api.demo.showcase.history import Held, History, read_code
from api.demo.showcase.opening import Exchange
from api.demo.showcase.story import phone_of, price_at
from api.demo.showcase.world import Offer
from api.demo.supplier import BREAK, REFUSE, WAIT

SILENT, REFUSED, SLOW = "14000000001", "14000000002", "14000000003"
BEHAVIOURS = {SILENT: BREAK, REFUSED: REFUSE, SLOW: WAIT}
"""What the suppliers' server does with orders for these accounts."""
GIFT_HOURS = 72
LOCK_SECONDS = 86_400
_USES_AT_EACH_TILL = 3
_REVEALED_SHARE = 2 / 3


@dataclass(frozen=True, slots=True)
class _Right:
    brand: str
    coupon: int
    member: str


class _Day:
    """The requests of today. Members are taken in turn from the end of each brand's list."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._taken: dict[str, int] = {}

    def member(self, brand: str) -> str:
        """A member that nothing else happens to today."""
        self._taken[brand] = self._taken.get(brand, 0) + 1
        members = self._exchange.story.members[brand]
        return members[-self._taken[brand] % len(members)]

    def offer(self, code: str) -> Offer:
        """An offer by its code."""
        return next(each for each in self._exchange.world.offers if each.code == code)

    async def redeem(self, brand: str, code: str, name: str, account: str | None = None) -> _Right:
        """A member buys something, and redeems a right for it at once."""
        desk, member, offer = self._exchange.of(brand), self.member(brand), self.offer(code)
        path = f"/v1/programmes/{brand}"
        points = price_at(self._exchange.world.party(brand), offer) + 60
        await desk.do(
            f"{path}/issue",
            {"member": member, "points": points, "channel": "shop"},
            key=f"today-issue-{name}",
        )
        right: dict[str, JSON] = {
            "member": member,
            "offer_id": self._exchange.offers[code],
            "channel": "app",
        }
        if offer.fulfilment == "direct":
            right["account"] = account or phone_of(member)
        answer = await desk.do(f"{path}/rights", right, key=f"today-right-{name}")
        return _Right(brand, answer["coupon"], member)

    async def code_of(self, right: _Right) -> str:
        """The code of a right, once it is delivered."""
        found = await self._exchange.of(right.brand).until(
            _path(right), lambda coupon: bool(coupon["code"]), "a right of today", wait_seconds=10
        )
        return str(found["code"])


def _path(right: _Right) -> str:
    return f"/v1/programmes/{right.brand}/coupons/{right.coupon}"


async def play_today(exchange: Exchange, history: History) -> None:
    """Everything of today."""
    day = _Day(exchange)
    await _points(exchange, day)
    await _orders(exchange, day)
    await _states(exchange, day)
    await _tills(exchange, day)
    await _reveal(exchange, history)
    await _offer_states(exchange)


async def _orders(exchange: Exchange, day: _Day) -> None:
    """Orders in every state, and cases about them: some are open, one is decided."""
    stuck = await day.redeem("freshway", "mobile-50", "stuck", SILENT)
    slow = await day.redeem("oakline", "video-month", "slow", SLOW)
    refused = await day.redeem("bean-house", "mobile-30", "refused", REFUSED)
    good = await day.redeem("skylark", "video-season", "good")
    await exchange.of(refused.brand).until(
        _path(refused), lambda coupon: coupon["state"] == "RETURNED", "a right that is refused"
    )
    await exchange.of(stuck.brand).until(
        _path(stuck), lambda coupon: coupon["delivery"] == "UNKNOWN", "an order without an answer"
    )
    await day.code_of(good)
    complaints = (
        (stuck, "话费两小时未到账 The credit has not arrived for two hours."),
        (slow, "会员一直显示处理中 It has been under way all day."),
        (good, "会员没有生效 The membership does not show."),
    )
    cases = []
    for right, reason in complaints:
        desk = exchange.of(right.brand, "customer_service")
        path = f"{_path(right)}/complain"
        key = f"complaint-{right.brand}"
        cases.append((await desk.do(path, {"reason": reason}, key=key))["case"])
    decision = {"decision": "keep", "reason": "供应商已核实到账 The supplier shows it as active."}
    path = f"/v1/cases/{cases[-1]}/resolve"
    await exchange.operator.do(path, decision, key="resolve-good")


async def _states(exchange: Exchange, day: _Day) -> None:
    """Rights that are locked, given away, claimed, given back and withdrawn."""
    locked = await day.redeem("freshway", "noodle-20", "locked")
    lock = {
        "code": await day.code_of(locked),
        "seconds": LOCK_SECONDS,
        "reference": "桌 12 Table 12",
        "shop": "noodle-lab-1",
    }
    await exchange.of("noodle-lab", "till").do("/v1/coupons/lock", lock, key="lock")
    for number, is_claimed in enumerate((False, True)):
        given = await day.redeem("freshway", "ticket-2d", f"gift-{number}")
        body = {
            "from_member": given.member,
            "hours": GIFT_HOURS,
            "note": "生日快乐 Happy birthday",
        }
        desk = exchange.of("freshway")
        made = await desk.do(f"{_path(given)}/gift", body, key=f"gift-{number}")
        if is_claimed:
            claim = {"gift": made["gift"], "member": day.member("freshway")}
            await desk.do("/v1/programmes/freshway/gifts/claim", claim, key="gift-claimed")
    back = await day.redeem("skylark", "beef-noodles", "returned")
    reason = {"reason": "行程有变 The plan has changed."}
    await exchange.of("skylark").do(f"{_path(back)}/return", reason, key="return")
    recalled = await day.redeem("luming", "massage", "withdrawn")
    body = {
        "programme": "luming",
        "coupon": recalled.coupon,
        "reason": "门店装修 The shop is being rebuilt.",
        "points": "back",
    }
    await exchange.operator.do("/v1/coupons/deactivate", body, key="deactivate")


async def _tills(exchange: Exchange, day: _Day) -> None:
    """Uses of today, each at a till with a key of its own."""
    wanted = {
        "noodle-lab": ("freshway", "beef-noodles"),
        "bean-house": ("starlight", "americano"),
        "starlight": ("skylark", "popcorn"),
    }

    async def use(till: Desk, shop: str, number: int) -> None:
        brand, code = wanted[shop.rpartition("-")[0]]
        name = f"{shop}-{number}"
        right = await day.redeem(brand, code, name)
        body = {
            "code": await day.code_of(right),
            "reference": f"{exchange.story.now:%m%d}-{number:04d}",
            "staff": ("小李 Li", "小王 Wang")[number % 2],
            "order_minor": 4_800 + 700 * number,
            "paid_minor": 1_200 + 700 * number,
        }
        await till.do("/v1/coupons/use", body, key=f"use-{name}")

    await together(
        use(till, shop, number)
        for shop, till in exchange.tills.items()
        for number in range(_USES_AT_EACH_TILL)
    )


async def _reveal(exchange: Exchange, history: History) -> None:
    """Show card codes that were redeemed: that is their use."""
    cards = [each for each in history.held if each.redemption.offer.fulfilment == "card_code"]

    async def reveal(held: Held) -> None:
        read = await read_code(exchange, held)
        brand = read.redemption.brand
        path = f"/v1/programmes/{brand}/coupons/{read.coupon}/reveal"
        await exchange.of(brand).do(path, key=f"reveal-{read.redemption.key}")

    await together(reveal(each) for each in cards[: int(len(cards) * _REVEALED_SHARE)])


async def _points(exchange: Exchange, day: _Day) -> None:
    """Gifts of points, adjustments by customer service, a hold, and a debt."""
    desk, service = exchange.of("freshway"), exchange.of("freshway", "customer_service")
    path = "/v1/programmes/freshway"
    giver, taker, debtor = (day.member("freshway") for _ in range(3))
    bought = {"member": giver, "points": 2_400, "channel": "shop"}
    await desk.do(f"{path}/issue", bought, key="points-bought")
    given = {"member": giver, "to_member": taker, "points": 600}
    await desk.do(f"{path}/gift", given, key="points-given")
    for number, points in enumerate((500, -150), 1):
        adjusted = {
            "member": giver,
            "points": points,
            "reason": "投诉补偿 Goodwill" if points > 0 else "多记更正 Counted twice",
            "actor": "客服小陈 Chen",
        }
        await service.do(f"{path}/adjust", adjusted, key=f"points-adjusted-{number}")
    ends = (exchange.story.now + timedelta(days=2)).isoformat()
    held = {"member": taker, "points": 300, "expires_at": ends}
    await desk.do(f"{path}/hold", held, key="points-held")
    # The purchase is returned after its points, and all that the member had, are spent.
    bought = {"member": debtor, "points": 900, "channel": "shop"}
    await desk.do(f"{path}/issue", bought, key="points-returned")
    has = (await desk.read(f"{path}/members/{debtor}"))["spendable"]
    spent = {"member": debtor, "points": has, "channel": "shop"}
    await desk.do(f"{path}/redeem", spent, key="points-spent")
    undone = {"member": debtor, "operation_key": "showcase-points-returned"}
    await service.do(f"{path}/reverse", undone, key="points-owed")
    rule = {
        "rule": "sign-in",
        "event": "sign-in",
        "label": "每日签到 Daily sign-in",
        "points": 5,
        "once_per": "day",
        "valid_from": exchange.story.rights_from.isoformat(),
    }
    beans = exchange.of("bean-house", "marketing")
    await beans.do("/v1/programmes/bean-house/earning-rules", rule, key="earning-sign-in")
    events = [
        {"key": f"showcase-event-{member}", "event": "sign-in", "member": member}
        for member in exchange.story.members["bean-house"][:40]
    ]
    await beans.batch("/v1/programmes/bean-house/events/batch", "events", events)


async def _offer_states(exchange: Exchange) -> None:
    """Offers that are paused and ended."""
    reason = {"reason": "季节已过 Out of season"}
    for offer in exchange.world.offers:
        verb = {"PAUSED": "pause", "ENDED": "end"}.get(offer.state)
        if verb is not None:
            path = f"/v1/offers/{exchange.offers[offer.code]}/{verb}"
            desk = exchange.of(offer.supplier, "supplier")
            await desk.do(path, reason, key=f"{verb}-{offer.code}")
