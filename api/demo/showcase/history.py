"""Sends what members did, half a month after the other, with the dates of the past.

Rights of others are used by their supplier, which tells it later: the key may say when it happened.
What is shown of a card code counts as used when it is shown, which is now. So card codes are
redeemed this month only.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.demo.errors import require
from api.demo.showcase.asking import JSON, Desk, together
from api.demo.showcase.opening import Exchange
from api.demo.showcase.story import Half, Purchase, Redemption

_CODES_IN_FLIGHT = 24
_LONG_POLL_SECONDS = 10
_REVERSED_AFTER = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Held:
    """A right that a member has redeemed."""

    redemption: Redemption
    coupon: int
    code: str | None
    """None while it is not known: it is read where it is needed."""


@dataclass(slots=True)
class History:
    """What came of the story."""

    held: list[Held] = field(default_factory=list)
    used: list[Held] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    """What was refused, by problem type: mostly points that are gone."""


async def send_history(exchange: Exchange, told: Callable[[str], None]) -> History:
    """Send the whole story up to today."""
    history = History()
    month = ""
    for half in exchange.story.halves:
        name = f"{half.first_day:%Y-%m}"
        if name != month:
            month = name
            told(name)
            await together(_expire(exchange, brand.code, half) for brand in exchange.world.brands)
        await together(
            _play(exchange, brand.code, half, history) for brand in exchange.world.brands
        )
    await _use(exchange, history)
    return history


async def _expire(exchange: Exchange, brand: str, half: Half) -> None:
    """Let points end whose last day is past, on the first day of the month."""
    at = f"{half.first_day.isoformat()}T00:00:00+08:00"
    await exchange.of(brand).do(
        f"/v1/programmes/{brand}/expire",
        {"occurred_at": at},
        key=f"expire-{brand}-{half.first_day:%Y-%m}",
    )


async def _play(exchange: Exchange, brand: str, half: Half, history: History) -> None:
    """A half of a month of one brand: what members redeem, and then what they are issued."""
    desk, path = exchange.of(brand), f"/v1/programmes/{brand}"
    rights = half.redemptions[brand]
    items = [_right(exchange, each) for each in rights]
    for redemption, answer in zip(
        rights, await desk.batch(f"{path}/rights/batch", "rights", items), strict=True
    ):
        if answer["status"] == "accepted":
            history.held.append(Held(redemption, answer["coupon"], None))
        else:
            history.refused[answer["problem"]["type"].rpartition("/")[2]] += 1
    operations = [_operation("redeem", each) for each in half.own_gifts[brand]]
    operations += [_operation("issue", each) for each in half.purchases[brand]]
    for answer in await desk.batch(f"{path}/operations", "operations", operations):
        if answer["status"] != "accepted":
            history.refused[answer["problem"]["type"].rpartition("/")[2]] += 1


def _right(exchange: Exchange, each: Redemption) -> JSON:
    right = {
        "key": f"showcase-{each.key}",
        "member": each.member,
        "offer_id": exchange.offers[each.offer.code],
        "free": each.is_free,
        "occurred_at": each.at.isoformat(),
        "channel": each.channel,
    }
    return right if each.account is None else {**right, "account": each.account}


def _operation(kind: str, each: Purchase) -> JSON:
    return {
        "kind": kind,
        "key": f"showcase-{each.key}",
        "member": each.member,
        "points": each.points,
        "occurred_at": each.at.isoformat(),
        "channel": each.channel,
    }


async def read_code(exchange: Exchange, held: Held) -> Held:
    """A right with its code, once it is delivered."""
    brand = held.redemption.brand
    found = await exchange.of(brand).until(
        f"/v1/programmes/{brand}/coupons/{held.coupon}",
        lambda coupon: bool(coupon["code"]),
        "a right that is to be delivered",
        wait_seconds=_LONG_POLL_SECONDS,
    )
    return Held(held.redemption, held.coupon, found["code"])


async def _use(exchange: Exchange, history: History) -> None:
    """Use the rights at their suppliers, in the order in which they were used."""
    wanted = [each for each in history.held if each.redemption.used_at is not None]
    with_codes = await together(
        (read_code(exchange, each) for each in wanted), in_flight=_CODES_IN_FLIGHT
    )
    by_supplier: dict[str, list[Held]] = defaultdict(list)
    for each in sorted(with_codes, key=_used_at):
        by_supplier[each.redemption.offer.supplier].append(each)
    await together(
        _use_at(exchange.of(supplier), uses, history) for supplier, uses in by_supplier.items()
    )


def _used_at(held: Held) -> datetime:
    assert held.redemption.used_at is not None
    return held.redemption.used_at


async def _use_at(supplier: Desk, uses: Iterable[Held], history: History) -> None:
    own = list(uses)
    answers = await supplier.batch("/v1/coupons/use/batch", "uses", [_use_of(each) for each in own])
    reversed_uses = []
    for each, answer in zip(own, answers, strict=True):
        require(answer["status"] == "accepted", f"a use was refused: {answer}")
        history.used.append(each)
        if each.redemption.is_reversed:
            reversed_uses.append(each)
    for each in reversed_uses:
        undone = {
            "code": each.code,
            "occurred_at": (_used_at(each) + _REVERSED_AFTER).isoformat(),
        }
        await supplier.do("/v1/coupons/reverse-use", undone, key=f"reverse-{each.redemption.key}")


def _use_of(each: Held) -> JSON:
    redemption = each.redemption
    use = {
        "key": f"showcase-use-{redemption.key}",
        "code": each.code,
        "occurred_at": _used_at(each).isoformat(),
        "reference": reference_of(each),
        "order_minor": redemption.order_minor,
        "paid_minor": max(0, redemption.order_minor - redemption.offer.face_value_minor),
    }
    return use if redemption.shop is None else {**use, "shop": redemption.shop}


def reference_of(each: Held) -> str:
    """The supplier's own number of a use, as its till wrote it."""
    return each.redemption.key.removeprefix("right-")
