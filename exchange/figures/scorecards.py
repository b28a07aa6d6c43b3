"""How a supplier and a brand do: a few figures side by side.

There is no grade: how much one figure counts against another is an opinion. Whoever ranks partners
compares the lower bounds of one figure, of those with enough trials.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.isolation import load_vetoes
from exchange.figures.figures import Figure, figures_of
from exchange.figures.funnel import Scope, Steps, Window, count_steps, oldest_open_seconds
from exchange.figures.rates import Rate, proportion, unknown
from exchange.figures.redemption import NOT_MEASURED, find_redemption
from exchange.figures.sources import SOURCES, Cases, Sources

OF_SUPPLIERS: tuple[Figure, ...] = (
    "delivery_success",
    "delivered_in_60_seconds",
    "use_30_days",
    "reversal",
    "complaint",
    "contradiction",
    "stock_refusal",
)


NO_KIT = "it has not passed the conformance kit"
NO_SWAPS = "it has no swap that is agreed and not over"
SEVERAL_CURRENCIES = "its swaps are in several currencies"


@dataclass(frozen=True, slots=True)
class SupplierCard:
    """A supplier's figures. What nothing tells is None, and `notes` says why."""

    figures: Mapping[Figure, Rate]
    open_orders: int
    oldest_open_seconds: int | None
    kit_age_days: int | None
    swap_balance_minor: int | None
    swap_currency: str | None
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BrandCard:
    """A brand's figures. `redemption` is of the members of all its programmes."""

    redemption: Rate
    claim: Rate
    payment_days: int | None
    vetoes: int
    notes: Mapping[str, str]


async def supplier_card(
    connection: AsyncConnection,
    supplier: Party,
    scope: Scope,
    window: Window,
    sources: Sources = SOURCES,
) -> SupplierCard:
    """A supplier's figures in the programmes of the scope."""
    counted = await count_steps(connection, scope, "supplier", window, sources)
    nothing = Steps(cases=None if sources.cases is None else Cases())
    steps = counted.get(str(supplier.party_id), nothing)
    figures = figures_of(steps, "supplier")
    notes: dict[str, str] = {}
    kit = balance = currency = None
    if sources.kit_age_days is None:
        notes["kit_age_days"] = NO_KIT
    else:
        kit = await sources.kit_age_days(connection, supplier.party_id)
        if kit is None:
            notes["kit_age_days"] = NO_KIT
    if sources.swap_balance is None:
        notes["swap_balance_minor"] = NO_SWAPS
    else:
        balances = await sources.swap_balance(connection, supplier.party_id)
        if len(balances) == 1:
            ((currency, balance),) = balances.items()
        else:
            notes["swap_balance_minor"] = SEVERAL_CURRENCIES if balances else NO_SWAPS
    return SupplierCard(
        {figure: figures[figure] for figure in OF_SUPPLIERS},
        steps.open,
        oldest_open_seconds(steps, window.as_of),
        kit,
        balance,
        currency,
        notes,
    )


async def brand_card(
    connection: AsyncConnection,
    brand: Party,
    scope: Scope,
    window: Window,
    sources: Sources = SOURCES,
) -> BrandCard:
    """A brand's figures in the programmes of the scope, which are its own."""
    counted = await count_steps(connection, scope, "brand", window, sources)
    steps = counted.get(str(brand.party_id), Steps())
    redeemed = able = 0
    notes: dict[str, str] = {}
    is_measured = False
    for programme in scope.programmes:
        found = await find_redemption(connection, programme, window.first_day, window.end_day)
        is_measured |= found.days_measured > 0
        redeemed += found.members.numerator or 0
        able += found.members.denominator or 0
    days = None
    if sources.payment_days is None:
        notes["payment_days"] = "how soon statements are paid is not kept yet"
    else:
        days = await sources.payment_days(connection, brand.party_id)
    return BrandCard(
        proportion(redeemed, able, "members") if is_measured else unknown("members", NOT_MEASURED),
        figures_of(steps, "brand")["claim"],
        days,
        len(await load_vetoes(connection, brand, window.as_of)),
        notes,
    )
