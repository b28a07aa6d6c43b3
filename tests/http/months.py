"""Two months of everything that is billed, for the test of the whole: parties, cards and events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from catalog import scopes_of
from ledger import Database, Ledger
from ledger.finish import deliver_conversions
from settlement.rating import rate_pending
from tests.conftest import owner_transaction
from tests.http.conftest import BEGIN, Caller, accepted, stock
from tests.http.journey_swaps import proposal, swap_party
from tests.http.test_conversions import CONSENT

JANUARY, FEBRUARY = "2017-01", "2017-02"
_LEG = {"payer": "home", "payee": "supplier"}
_FEE = {"leg": "platform_fee", "payer": "home", "payee": "operator"}

CINEMA: list[dict[str, Any]] = [
    {"leg": "coupon_cost", **_LEG, "model": "volume",
     "tiers": [{"to": 4, "rate": "100"}, {"to": None, "rate": "90.5"}],
     "tax": {"rate": "0.06", "inclusive": True, "code": "3070401", "item": "Cinema tickets"}},
    {**_FEE, "model": "package", "package": {"size": 3, "price": "500"},
     "tax": {"rate": "0.2", "inclusive": False}},
    {"leg": "referral", "payer": "supplier", "payee": "home", "model": "percent",
     "basis": "order", "rate": "0.05", "missing": "zero",
     "cap": {"per": "offer_month", "minor": 700}},
    {"leg": "delivery", **_LEG, "event": "delivered", "rate": "7.5",
     "tax": {"rate": "0.06", "inclusive": False}},
    {"leg": "service", **_LEG, "rate": "0.5", "round": "statement",
     "minimum": {"per": "contract_month", "minor": 50}},
]  # fmt: skip
"""What the grocer pays for the cinema: five legs, of which four depend on the month's sums."""

ANYBODY: list[dict[str, Any]] = [
    {"leg": "coupon_cost", **_LEG, "model": "percent", "basis": "order", "rate": "0.033",
     "missing": "zero", "max_minor": "2000", "tax": {"rate": "0.13", "inclusive": True}},
    {**_FEE, "model": "graduated", "tiers": [{"to": 2, "rate": "10"}, {"to": None, "rate": "8"}]},
]  # fmt: skip


@dataclass
class Month:
    """The parties, and the codes of the coupons that they gave out, by a name of each."""

    operator: Caller
    grocer: Caller
    cinema: Caller
    tea: Caller
    films: Caller
    database: Database
    offers: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    async def give(self, brand: Caller, programme: str, offer: str, *names: str) -> None:
        """Give out a right of an offer under each name."""
        items = [
            {"key": name, "member": f"member-{name}", "free": True,
             "offer_id": self.offers[offer], "occurred_at": BEGIN}
            for name in names
        ]  # fmt: skip
        path = f"/v1/programmes/{programme}"
        sent = await brand.post(f"{path}/rights/batch", {"rights": items}, key=None)
        for name, answer in zip(names, accepted(sent, 200)["answers"], strict=True):
            assert answer["status"] == "accepted", answer
            found = accepted(await brand.get(f"{path}/coupons/{answer['coupon']}"), 200)
            self.codes[name] = found["code"]

    async def use(self, supplier: Caller, day: str, *names: str, **told: Any) -> None:
        """Use coupons at noon of a day."""
        for name in names:
            use = {"code": self.codes[name], "occurred_at": f"{day}T12:00:00Z", "reference": name}
            accepted(await supplier.post("/v1/coupons/use", {**use, **told}))

    async def take_back(self, supplier: Caller, day: str, name: str) -> None:
        """Take a use back at six of a day in the evening."""
        undone = {"code": self.codes[name], "occurred_at": f"{day}T18:00:00Z"}
        accepted(await supplier.post("/v1/coupons/reverse-use", undone))

    async def rate(self) -> None:
        """Rate what waits."""
        while await rate_pending(self.database):
            pass

    async def publish(self, legs: Sequence[dict[str, Any]], **between: str) -> None:
        """Let a card hold from 2017 on."""
        body = {**between, "valid_from": "2017-01-01", "card": {"currency": "CNY", "legs": legs}}
        card = accepted(await self.operator.post("/v1/rate-cards", body))["card_id"]
        accepted(await self.operator.post(f"/v1/rate-cards/{card}/publish", {}), 200)

    async def set_back(self, topic: str, key: str, at: str) -> None:
        """Date what waits under a topic, which the service has dated itself, into a month."""
        dated = text(
            "UPDATE ledger.outbox SET payload = jsonb_set(payload, ARRAY[:key], to_jsonb(CAST(:at"
            " AS text))) WHERE topic = :topic"
        )
        async with owner_transaction(self.database) as owner:
            await owner.execute(dated, {"topic": topic, "key": key, "at": at})


async def open_months(
    operator: Caller, grocer: Caller, cinema: Caller, database: Database
) -> Month:
    """The parties with their offers and cards. Tea and films swap rights."""
    tea, cup = await swap_party(operator, "teahouse", "drinks.tea")
    films, reel = await swap_party(operator, "filmhouse", "leisure.films")
    for caller, code in ((tea, "teahouse"), (films, "filmhouse")):
        # A key that may say when something happened.
        wanted = {"label": "import", "scopes": sorted(scopes_of(("brand", "supplier")))}
        made = accepted(await operator.post(f"/v1/parties/{code}/keys", wanted))
        caller.key = made["key"]
    month = Month(operator, grocer, cinema, tea, films, database)
    month.offers = {"cup": cup, "reel": reel}
    month.offers["ticket"] = await stock(cinema, grocer, quantity=100)
    month.offers["snack"] = await stock(cinema, grocer, quantity=100, code="snack")
    month.offers["card"] = await stock(
        cinema, grocer, code="card", fulfilment="card_code", kind="code"
    )
    month.offers["mug"] = await stock(tea, grocer, quantity=100, code="mug")
    swap = accepted(await tea.post("/v1/swaps", proposal(cup, reel)))["swap_id"]
    accepted(await films.post(f"/v1/swaps/{swap}/agree", {"programme": "filmhouse"}), 200)
    await month.publish(CINEMA, home_party="grocer", supplier_party="cinema")
    await month.publish(ANYBODY)
    return month


async def happen(month: Month) -> None:
    """January: uses of two brands at three suppliers, a swap, a delivery, a conversion."""
    grocer, cinema, tea, films = month.grocer, month.cinema, month.tea, month.films
    tickets = [f"t{number}" for number in range(8)]
    await month.give(grocer, "grocer", "ticket", *tickets)
    await month.give(grocer, "grocer", "snack", "s1", "s2", "s3")
    await month.give(grocer, "grocer", "mug", "m1", "m2", "m3")
    await month.give(films, "filmhouse", "cup", "c1", "c2")
    for number, name in enumerate(tickets[:6]):
        told = {"order_minor": 3333 * number, "paid_minor": 3000 * number, "store": "hall-1"}
        await month.use(cinema, f"2017-01-{10 + number}", name, **told)
    await month.use(cinema, "2017-01-20", "s1", "s2", order_minor=12_345)
    await month.use(tea, "2017-01-21", "m1", "m2", order_minor=9_999)
    await month.use(tea, "2017-01-22", "c1", order_minor=5_000)
    await month.take_back(cinema, "2017-01-25", "t1")
    await _deliver(month)
    await _convert(month)
    await month.rate()


async def happen_later(month: Month) -> None:
    """February: a use of January that is told late, reversals of January's uses, and new uses."""
    cinema, tea = month.cinema, month.tea
    await month.use(cinema, "2017-01-30", "t6", order_minor=2_000)
    await month.use(cinema, "2017-02-03", "t7", "s3", order_minor=7_777)
    await month.take_back(cinema, "2017-02-05", "t2")
    await month.take_back(cinema, "2017-02-05", "s1")
    await month.use(tea, "2017-02-06", "m3", order_minor=4_321)
    await month.take_back(tea, "2017-02-07", "m1")
    await month.use(cinema, "2017-02-08", "t2", order_minor=100)
    await month.rate()


async def _deliver(month: Month) -> None:
    """A code is shown in January, and so it counts as used."""
    offer = month.offers["card"]
    codes = [{"key": "1", "number": "60000001", "secret": "4711", "batch": "May"}]
    accepted(await month.cinema.post(f"/v1/offers/{offer}/codes", {"codes": codes}, key=None), 200)
    right = {"member": "member-card", "offer_id": offer, "free": True}
    path = "/v1/programmes/grocer"
    coupon = accepted(await month.grocer.post(f"{path}/rights", right))["coupon"]
    await month.rate()
    accepted(await month.grocer.post(f"{path}/coupons/{coupon}/reveal"), 200)
    await month.set_back("coupon.used", "used_at", "2017-01-23T12:00:00+00:00")


async def _convert(month: Month) -> None:
    """Points of the grocer become points of the teahouse, at a price."""
    path = "/v1/programmes/grocer"
    consent = {**CONSENT, "price_minor": "12.5", "numerator": 2, "denominator": 3}
    accepted(await month.tea.post("/v1/programmes/teahouse/consents", consent))
    rate = {"to_programme": "teahouse", "numerator": 2, "denominator": 3}
    accepted(await month.operator.post(f"{path}/rates", rate))
    accepted(await month.grocer.post(f"{path}/issue", {"member": "m1", "points": 900}))
    wanted = {"member": "m1", "points": 600, "to_programme": "teahouse", "to_member": "p-7"}
    accepted(await month.grocer.post(f"{path}/convert", wanted))
    await month.rate()
    assert await deliver_conversions(Ledger(month.database)) == 1
    await month.set_back("ledger.converted", "converted_at", "2017-01-24T12:00:00+00:00")
