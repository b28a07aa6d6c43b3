"""The legs of a rate card: what each means, and what depends on other uses. Pure.

What a use's own line can say is told from what depends on sums (`Leg.counted`): tiers, the first N
free, packages, caps, minimums, quotas, and amounts that are rounded at the statement. Those are
lines of the period.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from settlement.money import Rounding

Model = Literal["flat", "percent", "package", "volume", "graduated", "graduated_percent", "barter"]
Basis = Literal["count", "face", "order", "subsidy", "net"]
Scope = Literal["offer", "contract"]
Per = Literal["offer_month", "contract_month"]
Event = Literal["any", "used", "delivered"]
RoundAt = Literal["line", "statement"]
Missing = Literal["wait", "zero"]

ROLES = ("home", "supplier", "operator")
"""Who pays and who is paid, by its part in the use. Any other name is a party's code."""
LEGS_MAX = 8
TIERS_MAX = 20
OFFERS_MAX = 200
QUANTITY_MAX = 10**12
"""The most uses, or minor units, that a tier, package or quota can name."""
COUNTING = ("flat", "package", "volume", "graduated", "barter")
TIERED = ("volume", "graduated", "graduated_percent")
SHARES = ("percent", "graduated_percent")
ALONE = ("flat", "percent")
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
    `basis_tax_rate` is the tax that is in the order, for the basis `net`. `event`: a leg may be for
    rights that are used in a shop, or for those that count as used when they are delivered.
    `missing`: a use whose order is not known waits, or its basis is 0.
    """

    leg: str
    payer: str
    payee: str
    event: Event = "any"
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
    def order_tax_rate(self) -> Decimal:
        """The tax that is in the order: that of the leg where no other is stated."""
        if self.basis_tax_rate is not None:
            return self.basis_tax_rate
        return Decimal(0) if self.tax is None else self.tax.rate

    @property
    def is_share(self) -> bool:
        """Whether rates are shares of the basis, and not minor units for each use."""
        return self.model in SHARES

    @property
    def counts_first(self) -> bool:
        """Whether the first so many uses of a period cost nothing."""
        return self.free is not None and self.free.first is not None

    @property
    def counted(self) -> bool:
        """Whether what it comes to depends on other uses, so that it has a line of the period.

        Tax is not meant: every leg with tax has a line of the period for it.
        """
        return (
            self.model not in ALONE
            or self.counts_first
            or self.cap is not None
            or self.minimum is not None
            or self.round_at == "statement"
        )
