"""The rules of the replay, decided without I/O: from the year's events to each month's operations.

The plan follows the rules day by day. On the first of a month, points that are past their last day
expire. Then come the issues of the day. Then come the coupon uses of the day, in the order of the
file. Each use chooses its home brand by the points that the household has at that instant. The plan
keeps every wallet, so each planned operation also says which spendable balance the service must
answer. The service decides by itself, and the replay compares.

**Waves.** What happens to a wallet depends only on the order of its own operations and on the
monthly expiry of its programme. Within a month, wave *n* of a household has what happens to it up
to its *n*-th day with uses: first its issues, then the uses of that day. So sending wave by wave
keeps the order of every household, and needs a handful of large batches instead of a small batch
for every day. No balance, lot or choice of home brand can differ.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from api.demo.dataset import Brand, Dataset, Purchase, Redemption

COUPON_POINTS = 20
LIFETIME_MONTHS = 6
LAST_DAY = date(2018, 1, 1)

Event = TypeVar("Event", Purchase, Redemption)


class PlannedIssue(NamedTuple):
    """One issue, and the spendable balance that it must leave."""

    purchase: Purchase
    balance: int


class PlannedUse(NamedTuple):
    """One coupon use: the home brand's member redeems, and the supplier's till uses the coupon."""

    redemption: Redemption
    home: str
    supplier: str
    points: int
    """0 if the home brand gives the coupon as a benefit."""
    balance: int
    """The spendable balance that the redemption must leave."""


@dataclass(slots=True)
class Wave:
    """Operations that may be in flight together: first the issues, then the uses."""

    issues: dict[str, list[PlannedIssue]] = field(default_factory=lambda: defaultdict(list))
    """By brand. Those of one household are in order of time."""
    uses: list[PlannedUse] = field(default_factory=list)
    """In the order of days, and within a day in the order of the file."""


@dataclass(slots=True)
class Month:
    """One calendar month of the replay."""

    first_day: date
    expired: dict[str, int]
    """The points that must expire on the first day, by brand."""
    waves: list[Wave]
    issued: Counter[str] = field(default_factory=Counter)
    redeemed: Counter[str] = field(default_factory=Counter)
    complete: bool = False
    """False if the replay stops before the last day of the month."""

    @property
    def name(self) -> str:
        """The name of its period, such as "2017-01"."""
        return f"{self.first_day:%Y-%m}"

    def uses(self) -> Iterator[PlannedUse]:
        """Every use of the month."""
        for wave in self.waves:
            yield from wave.uses


@dataclass(slots=True)
class Plan:
    """All that the replay will do, and what must be in the wallets at the end."""

    brands: tuple[Brand, ...]
    months: list[Month]
    balances: dict[str, dict[int, int]]
    """The spendable points after the last day, by brand and household."""
    last_day: date

    @property
    def issue_count(self) -> int:
        """Issue operations of the whole plan."""
        return sum(
            len(batch)
            for month in self.months
            for wave in month.waves
            for batch in wave.issues.values()
        )

    @property
    def use_count(self) -> int:
        """Coupon uses of the whole plan."""
        return sum(len(wave.uses) for month in self.months for wave in month.waves)


class _Wallet:
    """One member's points at one brand, by the month in which they were issued."""

    __slots__ = ("lots", "spendable")

    def __init__(self) -> None:
        self.lots: dict[int, int] = {}
        self.spendable = 0

    def issue(self, month: int, points: int) -> int:
        self.lots[month] = self.lots.get(month, 0) + points
        self.spendable += points
        return self.spendable

    def redeem(self, points: int) -> int:
        """Take what expires first. Lots are in order of issue, which is also that of expiry."""
        self.spendable -= points
        for month in list(self.lots):
            taken = min(points, self.lots[month])
            self.lots[month] -= taken
            points -= taken
            if self.lots[month] == 0:
                del self.lots[month]
            if points == 0:
                break
        return self.spendable

    def expire(self, month: int) -> int:
        """Drop the lots whose last day is before the first day of `month`."""
        dead = [issued for issued in self.lots if issued + LIFETIME_MONTHS < month]
        points = sum(self.lots.pop(issued) for issued in dead)
        self.spendable -= points
        return points


class _Planner:
    """The wallets, day after day."""

    def __init__(self, dataset: Dataset) -> None:
        self._offers = dataset.offers
        self._brands = dataset.brands
        self._groups = {brand.code: brand.group for brand in dataset.brands}
        self.wallets: dict[str, dict[int, _Wallet]] = {
            brand.code: defaultdict(_Wallet) for brand in dataset.brands
        }
        self.months: list[Month] = []
        self._use_days: Counter[int] = Counter()
        """How many days with uses a household had in this month: the number of its wave."""

    def open_month(self, day: date) -> None:
        number = _month_number(day)
        expired = {
            code: sum(wallet.expire(number) for wallet in wallets.values())
            for code, wallets in self.wallets.items()
        }
        self.months.append(Month(first_day=day, expired=expired, waves=[]))
        self._use_days.clear()

    def issue(self, purchase: Purchase) -> None:
        month = self.months[-1]
        wallet = self.wallets[purchase.brand][purchase.household]
        balance = wallet.issue(_month_number(purchase.day), purchase.points)
        self._wave(purchase.household).issues[purchase.brand].append(
            PlannedIssue(purchase, balance)
        )
        month.issued[purchase.brand] += purchase.points

    def use(self, redemption: Redemption) -> None:
        supplier = self._offers[redemption.coupon]
        home = self._home_brand(redemption.household, supplier)
        wallet = self.wallets[home][redemption.household]
        points = COUPON_POINTS if wallet.spendable >= COUPON_POINTS else 0
        balance = wallet.redeem(points) if points else wallet.spendable
        self._wave(redemption.household).uses.append(
            PlannedUse(redemption, home, supplier, points, balance)
        )
        self.months[-1].redeemed[home] += points

    def close_day(self, redemptions: list[Redemption]) -> None:
        """Households that used coupons today continue in their next wave."""
        self._use_days.update({redemption.household for redemption in redemptions})

    def _wave(self, household: int) -> Wave:
        waves = self.months[-1].waves
        number = self._use_days[household]
        while len(waves) <= number:
            waves.append(Wave())
        return waves[number]

    def _home_brand(self, household: int, supplier: str) -> str:
        """The brand with the most points, of those that are not isolated from the supplier.

        Of brands with equally many points it is the first in the alphabet.
        """
        group = self._groups[supplier]
        candidates = [code for code in sorted(self._groups) if self._groups[code] != group]
        return max(candidates, key=lambda code: self.wallets[code][household].spendable)


def make_plan(dataset: Dataset, days: int | None = None) -> Plan:
    """Plan the year, or only its first `days` calendar days."""
    planner = _Planner(dataset)
    purchases = _by_day(dataset.purchases)
    redemptions = _by_day(dataset.redemptions)
    first = min(purchases)
    count = (LAST_DAY - first).days + 1
    if days is not None:
        count = min(days, count)
    for number in range(count):
        day = first + timedelta(days=number)
        if day.day == 1:
            planner.open_month(day)
        for purchase in purchases.get(day, ()):
            planner.issue(purchase)
        for redemption in redemptions.get(day, ()):
            planner.use(redemption)
        planner.close_day(redemptions.get(day, []))
        planner.months[-1].complete = (day + timedelta(days=1)).day == 1
    return Plan(
        brands=dataset.brands,
        months=planner.months,
        balances={
            code: {household: wallet.spendable for household, wallet in wallets.items()}
            for code, wallets in planner.wallets.items()
        },
        last_day=first + timedelta(days=count - 1),
    )


def _by_day(events: Sequence[Event]) -> dict[date, list[Event]]:
    days: dict[date, list[Event]] = defaultdict(list)
    for event in events:
        days[event.day].append(event)
    return days


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1
