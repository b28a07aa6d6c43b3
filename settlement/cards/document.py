"""What a rate card says: its legs, their models, limits, tax and rounding. Pure.

A card is data, and nothing else decides what a use costs. `of_document` reads what somebody wrote
and refuses what has no clear meaning. `to_document` gives it back in the one way to write it, so
equal cards have equal digests.

What a use's own line can say is told from what depends on sums (`Leg.counted`): tiers, the first N
free, packages, caps, minimums, quotas, and amounts that are rounded at the statement. Those are
lines of the period.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from settlement.cards.reading import RateCardInvalid, Reader
from settlement.money import Rounding, plain

Model = Literal["flat", "percent", "package", "volume", "graduated", "graduated_percent", "barter"]
Basis = Literal["count", "face", "order", "subsidy", "net"]
Scope = Literal["offer", "contract"]
Per = Literal["offer_month", "contract_month"]
Event = Literal["used", "delivered"]
RoundAt = Literal["line", "statement"]
Missing = Literal["wait", "zero"]

ROLES = ("home", "supplier", "operator")
"""Who pays and who is paid, by its part in the use. Any other name is a party's code."""
LEGS_MAX = 8
TIERS_MAX = 20
OFFERS_MAX = 200
QUANTITY_MAX = 10**12
"""The most uses, or minor units, that a tier, package or quota can name."""
_COUNTING = ("flat", "package", "volume", "graduated", "barter")
_TIERED = ("volume", "graduated", "graduated_percent")
_SHARES = ("percent", "graduated_percent")
_ALONE = ("flat", "percent")
"""Models in which each use has its own price, so it may have a lowest and a highest one."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A part of the scale. `to` is where it ends, and the next begins; the last has no end.

    A volume that reaches `to` has the next tier's rate. In a graduated scale, what lies beyond `to`
    has it, and `fee_minor` is due once anything lies in this tier.
    """

    to: int | None
    rate: Decimal
    fee_minor: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Package:
    """Every `size` uses that are begun cost `price_minor`."""

    size: int
    price_minor: Decimal


@dataclass(frozen=True, slots=True)
class Free:
    """Which uses cost nothing: of these offers, before a day, the first so many of a period.

    All that are stated must hold. A use that may be among the `first` has its rate on its line, and
    the line of the period takes it back.
    """

    first: int | None = None
    offers: tuple[str, ...] = ()
    until: date | None = None
    """The first day on which it no longer holds."""

    def covers(self, offer_code: str, day: date) -> bool:
        """Whether a use of this offer on this day is one of those meant, whatever its number."""
        return (not self.offers or offer_code in self.offers) and (
            self.until is None or day < self.until
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap or a minimum of a leg: per offer and month, or per contract and month."""

    per: Per
    minor: int


@dataclass(frozen=True, slots=True)
class Barter:
    """So many uses in a period cost nothing; each beyond them costs `rate` minor units."""

    quota: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of a leg. Inclusive: the amounts contain it. `code` and `item` are the invoice's."""

    rate: Decimal
    inclusive: bool
    code: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One thing that a use costs: who pays whom, and how much.

    `rate` is minor units for each use (`flat`), or a share of the basis (`percent`: 0.4 is 40 %).
    `basis_tax_rate` is the tax that is in the order, for the basis `net`.
    """

    leg: str
    payer: str
    payee: str
    model: Model = "flat"
    basis: Basis = "count"
    scope: Scope = "contract"
    reset: Literal["month"] = "month"
    rate: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    package: Package | None = None
    barter: Barter | None = None
    free: Free | None = None
    min_minor: Decimal | None = None
    max_minor: Decimal | None = None
    cap: Limit | None = None
    minimum: Limit | None = None
    tax: Tax | None = None
    basis_tax_rate: Decimal | None = None
    missing: Missing = "wait"
    rounding: Rounding = "half_up"
    round_at: RoundAt = "line"

    @property
    def base_rate(self) -> Decimal:
        """What a use's own line is rated by: the first tier's rate in a scale, else the rate.

        It is 0 where only the sum of a period has a price: packages and quotas.
        """
        if self.tiers:
            return self.tiers[0].rate
        return Decimal(0) if self.rate is None else self.rate

    @property
    def is_share(self) -> bool:
        """Whether rates are shares of the basis, and not minor units for each use."""
        return self.model in _SHARES

    @property
    def counted(self) -> bool:
        """Whether what it comes to depends on other uses, so that it has a line of the period.

        Tax is not meant: every leg with tax has a line of the period for it.
        """
        return (
            self.model not in _ALONE
            or _counts_first(self)
            or self.cap is not None
            or self.minimum is not None
            or self.round_at == "statement"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """What a use costs between the parties of a contract."""

    currency: str
    legs: tuple[Leg, ...]
    event: Event = "used"
    rounding: Rounding = "half_up"
    round_at: RoundAt = "line"

    @property
    def sha256(self) -> bytes:
        """The digest of `to_document`, as JSON with sorted keys, in UTF-8 and without spaces."""
        text = json.dumps(
            self.to_document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).digest()

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "RateCard":
        """The card in a document.

        Raises:
            RateCardInvalid: it says something unknown, nothing clear, or exceeds a limit. `at`
                names the place.
        """
        read = Reader(document)
        read.choice("priced_at", ("use",), "use")
        rounding: Rounding = read.choice("rounding", get_args(Rounding), "half_up")
        round_at: RoundAt = read.choice("round", get_args(RoundAt), "line")
        card = cls(
            currency=read.currency("currency"),
            event=read.choice("event", get_args(Event), "used"),
            rounding=rounding,
            round_at=round_at,
            legs=tuple(
                _leg(each, rounding, round_at) for each in read.readers("legs", 1, LEGS_MAX)
            ),
        )
        read.finish()
        names = [leg.leg for leg in card.legs]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise RateCardInvalid.at_place(f"legs[{number}].leg", "two legs have this name")
        return card

    def to_document(self) -> dict[str, Any]:
        """What the card says, as JSON. What is not stated, or is as if it were not, is left out."""
        return {
            "currency": self.currency,
            "event": self.event,
            "rounding": self.rounding,
            "round": self.round_at,
            "legs": [_leg_document(leg, self) for leg in self.legs],
        }

    def leg(self, name: str) -> Leg | None:
        """The leg of a name."""
        return next((leg for leg in self.legs if leg.leg == name), None)


def flat_card(
    currency: str, rounding: Rounding, coupon_cost_minor: Decimal, platform_fee_minor: Decimal
) -> RateCard:
    """The card of two flat legs: the brand pays the supplier its coupon, the operator a fee."""
    return RateCard(
        currency=currency,
        rounding=rounding,
        legs=(
            Leg(
                leg="coupon_cost",
                payer="home",
                payee="supplier",
                rate=coupon_cost_minor,
                rounding=rounding,
            ),
            Leg(
                leg="platform_fee",
                payer="home",
                payee="operator",
                rate=platform_fee_minor,
                rounding=rounding,
            ),
        ),
    )


def _leg(read: Reader, rounding: Rounding, round_at: RoundAt) -> Leg:
    model: Model = read.choice("model", get_args(Model), "flat")
    is_share = model in _SHARES
    leg = Leg(
        leg=read.leg_name("leg"),
        payer=read.party("payer"),
        payee=read.party("payee"),
        model=model,
        basis=read.choice("basis", get_args(Basis), "order" if is_share else "count"),
        scope=read.choice("scope", get_args(Scope), "contract"),
        reset=read.choice("reset", ("month",), "month"),
        rate=_rate(read, model),
        tiers=_tiers(read, model),
        package=_package(read, model),
        barter=_barter(read, model),
        free=_free(read),
        min_minor=read.optional_money("min_minor"),
        max_minor=read.optional_money("max_minor"),
        cap=_limit(read, "cap"),
        minimum=_limit(read, "minimum"),
        tax=_tax(read),
        basis_tax_rate=read.optional_share("basis_tax_rate"),
        missing=read.choice("missing", get_args(Missing), "wait"),
        rounding=read.choice("rounding", get_args(Rounding), rounding),
        round_at=read.choice("round", get_args(RoundAt), round_at),
    )
    read.finish()
    _require_sense(read, leg)
    return leg


def _require_sense(read: Reader, leg: Leg) -> None:
    """Refuse what contradicts itself."""
    if leg.payer == leg.payee:
        read.refuse("payee", "nobody pays itself")
    if (leg.basis == "count") is leg.is_share:
        read.refuse("basis", f"the model {leg.model} has another basis")
    if leg.basis == "net" and leg.basis_tax_rate is None and leg.tax is None:
        read.refuse("basis_tax_rate", "the basis net needs the rate of the tax in the order")
    if leg.basis != "net" and leg.basis_tax_rate is not None:
        read.refuse("basis_tax_rate", "only the basis net is less a tax")
    if _counts_first(leg) and leg.model not in _COUNTING:
        read.refuse("free.first", f"the model {leg.model} does not count uses")
    _require_limits(read, leg)


def _require_limits(read: Reader, leg: Leg) -> None:
    for name in ("min_minor", "max_minor"):
        if getattr(leg, name) is not None and leg.model not in _ALONE:
            read.refuse(name, f"in the model {leg.model}, a use has no price of its own")
    if leg.min_minor is not None and leg.max_minor is not None and leg.max_minor < leg.min_minor:
        read.refuse("max_minor", "the highest price is below the lowest")
    by_contract = leg.scope == "contract" and (leg.model not in _ALONE or _counts_first(leg))
    for name in ("cap", "minimum"):
        limit = getattr(leg, name)
        if limit is not None and limit.per == "offer_month" and by_contract:
            read.refuse(name, "what is counted over a contract has no part for each offer")
    if leg.cap is not None and leg.minimum is not None and leg.cap.minor < leg.minimum.minor:
        read.refuse("cap", "the cap is below the minimum")


def _counts_first(leg: Leg) -> bool:
    return leg.free is not None and leg.free.first is not None


def _rate(read: Reader, model: Model) -> Decimal | None:
    if model == "flat":
        return read.money("rate")
    if model == "percent":
        return read.share("rate")
    read.absent("rate", model)
    return None


def _tiers(read: Reader, model: Model) -> tuple[Tier, ...]:
    if model not in _TIERED:
        read.absent("tiers", model)
        return ()
    tiers: list[Tier] = []
    readers = read.readers("tiers", 1, TIERS_MAX)
    for number, each in enumerate(readers):
        is_last = number == len(readers) - 1
        to = each.optional_whole("to", 1, QUANTITY_MAX)
        if (to is None) is not is_last:
            each.refuse("to", "the last tier has no end, and every other has one")
        if to is not None and tiers and to <= (tiers[-1].to or 0):
            each.refuse("to", "tiers ascend")
        rate = each.share("rate") if model in _SHARES else each.money("rate")
        fee = each.optional_money("fee")
        if fee and number == 0:
            each.refuse("fee", "the first tier is not entered")
        each.finish()
        tiers.append(Tier(to, rate, fee or Decimal(0)))
    return tuple(tiers)


def _package(read: Reader, model: Model) -> Package | None:
    if model != "package":
        read.absent("package", model)
        return None
    each = read.reader("package")
    package = Package(each.whole("size", 1, QUANTITY_MAX), each.money("price"))
    each.finish()
    return package


def _barter(read: Reader, model: Model) -> Barter | None:
    if model != "barter":
        read.absent("barter", model)
        return None
    each = read.reader("barter")
    barter = Barter(each.whole("quota", 0, QUANTITY_MAX), each.money("rate"))
    each.finish()
    return barter


def _free(read: Reader) -> Free | None:
    each = read.optional_reader("free")
    if each is None:
        return None
    free = Free(
        each.optional_whole("first", 1, QUANTITY_MAX),
        each.names("offers", OFFERS_MAX),
        each.optional_day("until"),
    )
    each.finish()
    if free == Free():
        read.refuse("free", "it says which uses cost nothing: first, offers or until")
    return free


def _limit(read: Reader, name: str) -> Limit | None:
    each = read.optional_reader(name)
    if each is None:
        return None
    per: Per = each.choice("per", get_args(Per), None)
    limit = Limit(per, each.whole("minor", 0, QUANTITY_MAX))
    each.finish()
    return limit


def _tax(read: Reader) -> Tax | None:
    each = read.optional_reader("tax")
    if each is None:
        return None
    tax = Tax(
        each.share("rate"),
        each.flag("inclusive"),
        each.optional_text("code"),
        each.optional_text("item"),
    )
    each.finish()
    return tax


def _leg_document(leg: Leg, card: RateCard) -> dict[str, Any]:
    document: dict[str, Any] = {
        "leg": leg.leg,
        "payer": leg.payer,
        "payee": leg.payee,
        "model": leg.model,
        "basis": leg.basis,
        "scope": leg.scope,
        "reset": leg.reset,
        "rate": _plain(leg.rate),
        "tiers": [_tier_document(tier) for tier in leg.tiers] or None,
        "min_minor": _plain(leg.min_minor),
        "max_minor": _plain(leg.max_minor),
        "basis_tax_rate": _plain(leg.basis_tax_rate),
        "missing": leg.missing if leg.missing != "wait" else None,
        "rounding": leg.rounding if leg.rounding != card.rounding else None,
        "round": leg.round_at if leg.round_at != card.round_at else None,
    }
    if leg.package is not None:
        document["package"] = {
            "size": leg.package.size,
            "price": plain(leg.package.price_minor),
        }
    if leg.barter is not None:
        document["barter"] = {"quota": leg.barter.quota, "rate": plain(leg.barter.rate)}
    if leg.free is not None:
        until = leg.free.until
        document["free"] = _stated(
            first=leg.free.first,
            offers=list(leg.free.offers) or None,
            until=None if until is None else until.isoformat(),
        )
    for name, limit in (("cap", leg.cap), ("minimum", leg.minimum)):
        if limit is not None:
            document[name] = {"per": limit.per, "minor": limit.minor}
    if leg.tax is not None:
        document["tax"] = _stated(
            rate=plain(leg.tax.rate),
            inclusive=leg.tax.inclusive,
            code=leg.tax.code,
            item=leg.tax.item,
        )
    return _stated(**document)


def _tier_document(tier: Tier) -> dict[str, Any]:
    document: dict[str, Any] = {"to": tier.to, "rate": plain(tier.rate)}
    if tier.fee_minor:
        document["fee"] = plain(tier.fee_minor)
    return document


def _stated(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
