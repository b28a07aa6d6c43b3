"""A leg of a rate card as it is read, and as it is written. Pure."""

from decimal import Decimal
from typing import Any, get_args

from settlement.cards.legs import (
    ALONE,
    COUNTING,
    OFFERS_MAX,
    QUANTITY_MAX,
    SHARES,
    TIERED,
    TIERS_MAX,
    Barter,
    Basis,
    Event,
    Free,
    Leg,
    Limit,
    Missing,
    Model,
    Package,
    Per,
    RoundAt,
    Scope,
    Tax,
    Tier,
)
from settlement.cards.reading import Reader
from settlement.money import Rounding, plain


def read_leg(read: Reader, rounding: Rounding, round_at: RoundAt) -> Leg:
    """The leg that a reader holds. The card's rounding holds where the leg states none.

    Raises:
        RateCardInvalid: something is unknown, unclear or beyond a limit.
    """
    model: Model = read.choice("model", get_args(Model), "flat")
    is_share = model in SHARES
    leg = Leg(
        leg=read.leg_name("leg"),
        payer=read.party("payer"),
        payee=read.party("payee"),
        event=read.choice("event", get_args(Event), "any"),
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
    if leg.counts_first and leg.model not in COUNTING:
        read.refuse("free.first", f"the model {leg.model} does not count uses")
    _require_limits(read, leg)


def _require_limits(read: Reader, leg: Leg) -> None:
    for name in ("min_minor", "max_minor"):
        if getattr(leg, name) is not None and leg.model not in ALONE:
            read.refuse(name, f"in the model {leg.model}, a use has no price of its own")
    if leg.min_minor is not None and leg.max_minor is not None and leg.max_minor < leg.min_minor:
        read.refuse("max_minor", "the highest price is below the lowest")
    by_contract = leg.scope == "contract" and (leg.model not in ALONE or leg.counts_first)
    for name in ("cap", "minimum"):
        limit = getattr(leg, name)
        if limit is not None and limit.per == "offer_month" and by_contract:
            read.refuse(name, "what is counted over a contract has no part for each offer")
    cap, minimum = leg.cap, leg.minimum
    if cap is None or minimum is None:
        return
    # Of a cap for each offer, many may come to the minimum of a contract.
    if cap.minor < minimum.minor and (cap.per == "contract_month" or minimum.per == "offer_month"):
        read.refuse("cap", "the cap is below the minimum")


def _rate(read: Reader, model: Model) -> Decimal | None:
    if model == "flat":
        return read.money("rate")
    if model == "percent":
        return read.share("rate")
    read.absent("rate", model)
    return None


def _tiers(read: Reader, model: Model) -> tuple[Tier, ...]:
    if model not in TIERED:
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
        rate = each.share("rate") if model in SHARES else each.money("rate")
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


def leg_document(leg: Leg, rounding: Rounding, round_at: RoundAt) -> dict[str, Any]:
    """What a leg says, without what it does not state and what the card's rounding says."""
    document: dict[str, Any] = {
        "leg": leg.leg,
        "payer": leg.payer,
        "payee": leg.payee,
        "event": leg.event if leg.event != "any" else None,
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
        "rounding": leg.rounding if leg.rounding != rounding else None,
        "round": leg.round_at if leg.round_at != round_at else None,
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
