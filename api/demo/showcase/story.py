"""What members did in the months up to today: purchases, rights, uses. Pure, from one seed.

For the first months a brand's members can only get gifts in its own shop, and redeem little of what
they earn. Then the rights of the others arrive, and from month to month more is redeemed.

Wallets are counted as the programmes count them, so that nearly all of it is accepted: points of a
month end some months later, and the oldest go first. A member redeems what it had before the half
of the month in which it does.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.demo.showcase.world import POPULAR, ZONE, Member, Offer, World

SEED = 20_260
_OWN_GIFTS_RATE = 0.08
"""How much of what is issued goes into gifts of the brand's own shop, before rights arrive."""
_RATE_FIRST, _RATE_LAST = 0.14, 0.52
"""How much of it is redeemed in the first month with rights, and in the last."""
_FREE_SHARE, _USED_SHARE, _REVERSED_SHARE = 0.06, 0.82, 0.012
_DIRECT_USED_SHARE = 0.97
_OFTEN = 6
"""So much more often than elsewhere uses of one supplier are taken back."""
_USE_DAYS_MAX = 25
_MISSES_MAX = 4_000
_CHANNELS = ("app", "app", "app", "mini-programme", "shop")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the world is."""

    members: int = 2_000
    months: int = 12
    """The months before this one."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A member buys something, and is issued points."""

    key: str
    member: str
    at: datetime
    points: int
    channel: str


@dataclass(frozen=True, slots=True)
class Redemption:
    """A member turns points into a right. `used_at` is None if it does not use it."""

    key: str
    brand: str
    member: str
    offer: Offer
    points: int
    at: datetime
    is_free: bool
    channel: str
    account: str | None
    used_at: datetime | None
    is_reversed: bool
    shop: str | None
    order_minor: int


@dataclass(slots=True)
class Half:
    """A half of a month, by brand. Rights come first: they are of what members had before it."""

    first_day: date
    redemptions: dict[str, list[Redemption]] = field(default_factory=lambda: defaultdict(list))
    own_gifts: dict[str, list[Purchase]] = field(default_factory=lambda: defaultdict(list))
    purchases: dict[str, list[Purchase]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class Story:
    """All halves of months, up to today."""

    now: datetime
    rights_from: datetime
    """Since then rights of others can be redeemed."""
    members: Mapping[str, tuple[str, ...]]
    """By brand."""
    stocks: Mapping[str, tuple[Offer, ...]]
    """What each brand has procured."""
    halves: list[Half]

    def redemptions(self) -> Iterator[Redemption]:
        """All of them."""
        for half in self.halves:
            for each in half.redemptions.values():
                yield from each

    @property
    def months(self) -> list[str]:
        """The months that are over, in order, such as "2017-01"."""
        names = sorted({f"{half.first_day:%Y-%m}" for half in self.halves})
        return names[:-1]

    def taken(self) -> Counter[tuple[str, str]]:
        """How many rights of each offer each brand's members redeem."""
        return Counter((each.brand, each.offer.code) for each in self.redemptions())


def seeded(seed: str | int) -> random.Random:
    """Draws that are the same in each run."""
    return random.Random(seed)  # noqa: S311 - nothing is kept secret by them


def price_at(brand: Member, offer: Offer) -> int:
    """What an offer costs the members of a brand, in tens of points."""
    assert brand.programme is not None
    return max(10, round(offer.points * brand.programme.scale / 10) * 10)


def phone_of(member: str) -> str:
    """A number in the form of a mobile phone's, drawn from the member's code."""
    drawn = seeded(member).randrange(10**8)
    return f"140{drawn:08d}"


class _Wallet:
    __slots__ = ("lots", "spendable")

    def __init__(self) -> None:
        self.lots: dict[int, int] = {}
        self.spendable = 0

    def add(self, month: int, points: int) -> None:
        self.lots[month] = self.lots.get(month, 0) + points
        self.spendable += points

    def take(self, points: int) -> None:
        self.spendable -= points
        for month in list(self.lots):
            part = min(points, self.lots[month])
            self.lots[month] -= part
            points -= part
            if not self.lots[month]:
                del self.lots[month]
            if not points:
                return

    def expire(self, before: int) -> None:
        for month in [each for each in self.lots if each < before]:
            self.spendable -= self.lots.pop(month)


class _Teller:
    """Tells the story, half by half."""

    def __init__(self, world: World, now: datetime, size: Size) -> None:
        self._world = world
        self._draw = seeded(SEED)
        self._zone = ZoneInfo(ZONE)
        self._now = now.astimezone(self._zone)
        self._size = size
        self._wallets: dict[str, dict[str, _Wallet]] = {}
        self.members: dict[str, tuple[str, ...]] = {}
        self.stocks: dict[str, tuple[Offer, ...]] = {}
        for brand in world.brands:
            count = max(6, size.members * brand.share // 100)
            codes = tuple(f"{brand.code[:3]}{100_000 + 7 * each}" for each in range(count))
            self.members[brand.code] = codes
            self._wallets[brand.code] = {code: _Wallet() for code in codes}
            self.stocks[brand.code] = self._procured(brand)
        self.first_months = size.months // 4

    def _procured(self, brand: Member) -> tuple[Offer, ...]:
        """A good half of what is open to the brand, with two of each category at least."""
        found = self._world.open_to(brand)
        wanted = set(self._draw.sample([each.code for each in found], int(len(found) * 0.55)))
        by_top: dict[str, list[str]] = defaultdict(list)
        for each in found:
            by_top[each.category.partition(".")[0]].append(each.code)
        for codes in by_top.values():
            wanted |= set(codes[:2])
        wanted |= POPULAR
        return tuple(each for each in found if each.code in wanted)

    def tell(self) -> Story:
        """The whole story."""
        halves: list[Half] = []
        first = _month_before(self._now.date(), self._size.months)
        for number in range(self._size.months + 1):
            begin = _month_after(first, number)
            end = _month_after(begin, 1)
            middle = begin.replace(day=16)
            for since, until in ((begin, middle), (middle, end)):
                if since <= self._now.date():
                    halves.append(self._half(number, since, until))
        rights_from = self._at(_month_after(first, self.first_months), time(0))
        return Story(self._now, rights_from, self.members, self.stocks, halves)

    def _half(self, number: int, since: date, until: date) -> Half:
        half = Half(since)
        for brand in self._world.brands:
            assert brand.programme is not None
            wallets = self._wallets[brand.code]
            for wallet in wallets.values():
                wallet.expire(number - brand.programme.months)
            purchases = self._purchases(brand, since, until)
            issued = sum(each.points for each in purchases)
            self._spend(half, brand, number, (since, until), issued)
            for each in purchases:
                wallets[each.member].add(number, each.points)
            half.purchases[brand.code] = purchases
        return half

    def _purchases(self, brand: Member, since: date, until: date) -> list[Purchase]:
        assert brand.programme is not None
        found: list[Purchase] = []
        for member in self.members[brand.code]:
            for _ in range(self._draw.choices((0, 1, 2), (38, 48, 14))[0]):
                at = self._moment(since, until)
                if at is None:
                    continue
                spent = self._draw.lognormvariate(4.9, 0.7)
                points = max(1, round(spent * brand.programme.scale))
                channel = self._draw.choice(_CHANNELS)
                key = f"issue-{member}-{since:%y%m%d}-{len(found)}"
                found.append(Purchase(key, member, at, points, channel))
        return sorted(found, key=lambda each: each.at)

    def _spend(
        self, half: Half, brand: Member, number: int, days: tuple[date, date], issued: int
    ) -> None:
        """Redeem as much of what is issued as members do in this month."""
        wallets = self._wallets[brand.code]
        members = self.members[brand.code]
        stage = number - self.first_months
        rights = 0.0
        if stage >= 0:
            steps = max(1, self._size.months - self.first_months)
            rights = _RATE_FIRST + (_RATE_LAST - _RATE_FIRST) * min(stage / steps, 1)
        own = _OWN_GIFTS_RATE if stage < 0 else _OWN_GIFTS_RATE / 4
        spent, misses = 0.0, 0
        while spent < own * issued and misses < _MISSES_MAX:
            member, points = self._draw.choice(members), 10 * self._draw.randrange(5, 40)
            at = self._moment(*days)
            if at is None or wallets[member].spendable < points:
                misses += 1
                continue
            wallets[member].take(points)
            key = f"own-{member}-{days[0]:%y%m%d}-{len(half.own_gifts[brand.code])}"
            half.own_gifts[brand.code].append(Purchase(key, member, at, points, "shop"))
            spent += points
        spent = 0.0
        while spent < rights * issued and misses < _MISSES_MAX:
            redemption = self._redemption(brand, days, len(half.redemptions[brand.code]))
            wallet = None if redemption is None else wallets[redemption.member]
            if redemption is None or wallet is None or wallet.spendable < redemption.points:
                misses += 1
                continue
            if not redemption.is_free:
                wallet.take(redemption.points)
                spent += redemption.points
            half.redemptions[brand.code].append(redemption)

    def _redemption(self, brand: Member, days: tuple[date, date], number: int) -> Redemption | None:
        stock = self.stocks[brand.code]
        offer = self._draw.choices(stock, [1 / (each.points + 120) for each in stock])[0]
        at = self._moment(*days)
        # What is shown of a card code is told now, whenever it was redeemed: see `history`.
        if at is None or (offer.fulfilment == "card_code" and at.month != self._now.month):
            return None
        member = self._draw.choice(self.members[brand.code])
        is_free = self._draw.random() < _FREE_SHARE
        used_at = self._used_at(offer, at)
        shops = self._world.party(offer.supplier).shops
        is_reversed = used_at is not None and self._draw.random() < (
            _REVERSED_SHARE * (_OFTEN if offer.supplier == "noodle-lab" else 1)
        )
        return Redemption(
            key=f"right-{member}-{days[0]:%y%m%d}-{number}",
            brand=brand.code,
            member=member,
            offer=offer,
            points=price_at(brand, offer),
            at=at,
            is_free=is_free,
            channel=self._draw.choice(_CHANNELS),
            account=phone_of(member) if offer.fulfilment == "direct" else None,
            used_at=used_at,
            is_reversed=is_reversed and offer.fulfilment == "own_code",
            shop=f"{offer.supplier}-{self._draw.randrange(len(shops)) + 1}" if shops else None,
            order_minor=self._order_minor(offer),
        )

    def _order_minor(self, offer: Offer) -> int:
        least = offer.threshold_minor or offer.face_value_minor
        return round(least * self._draw.uniform(1.02, 2.4))

    def _used_at(self, offer: Offer, at: datetime) -> datetime | None:
        if offer.fulfilment == "card_code":
            return None
        if offer.fulfilment == "direct":
            used_at = at + timedelta(minutes=self._draw.randrange(1, 40))
            is_used = self._draw.random() < _DIRECT_USED_SHARE
        else:
            days = min(_USE_DAYS_MAX, (offer.lifetime_days or _USE_DAYS_MAX) - 2)
            waits = timedelta(days=self._draw.randrange(days), hours=self._draw.randrange(1, 8))
            used_at = at + waits
            is_used = self._draw.random() < _USED_SHARE
        return used_at if is_used and used_at < self._now - timedelta(minutes=30) else None

    def _moment(self, since: date, until: date) -> datetime | None:
        """A time on one of the days, when shops are open. None if it is not over yet."""
        day = since + timedelta(days=self._draw.randrange((until - since).days))
        at = self._at(day, time(self._draw.randrange(9, 21), self._draw.randrange(60)))
        return at if at < self._now - timedelta(minutes=10) else None

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self._zone)


def tell_story(world: World, now: datetime, size: Size) -> Story:
    """What happened until now."""
    return _Teller(world, now, size).tell()


def _month_after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _month_before(day: date, months: int) -> date:
    return _month_after(day, -months)
