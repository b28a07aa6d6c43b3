"""The figures of the year, and the checks that they add up.

Points are counted from the answers of the service, and compared with its totals and balances. Money
is counted from the statements.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from api.demo.bill import Bill
from api.demo.errors import require_equal
from api.demo.plan import Plan
from api.demo.replay import Counted
from api.demo.setup import COUPON_COST_MINOR, PLATFORM_FEE_MINOR, Exchange, IsolationRefusal
from api.demo.tally import JSON, Tally


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time went."""

    setup: float
    issues: float
    uses: float
    settlement: float
    total: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the demo found, ready to be shown."""

    plan: Plan
    counted: Counted
    totals: dict[str, JSON]
    """The service's own totals of each programme, by brand."""
    bill: Bill
    refusals: list[IsolationRefusal]
    seconds: Seconds
    tally: Tally

    @property
    def issue_ops_per_s(self) -> float:
        """Issue operations per second spent on issues, including expiry."""
        return self.counted.issue_operations / self.seconds.issues if self.seconds.issues else 0.0


async def read_totals(exchange: Exchange, plan: Plan, counted: Counted) -> dict[str, JSON]:
    """Read the totals of all programmes. Compares them, and all balances, with the plan.

    Raises:
        DemoFailed: something differs.
    """
    totals: dict[str, JSON] = {}
    for brand, caller in exchange.brands.items():
        found: JSON = await caller.get_programme_totals(brand)
        outstanding = sum(plan.balances[brand].values())
        require_equal(f"{brand}: points issued", found["issued"], counted.issued.get(brand, 0))
        require_equal(
            f"{brand}: points redeemed", found["redeemed"], counted.redeemed.get(brand, 0)
        )
        require_equal(f"{brand}: points expired", found["expired"], counted.expired.get(brand, 0))
        require_equal(f"{brand}: points held", found["held"], 0)
        require_equal(f"{brand}: points outstanding", found["outstanding"], outstanding)
        spent = found["redeemed"] + found["expired"] + found["outstanding"]
        require_equal(f"{brand}: issued = redeemed + expired + outstanding", found["issued"], spent)
        await _check_balances(exchange, plan, brand)
        totals[brand] = found
    return totals


async def _check_balances(exchange: Exchange, plan: Plan, brand: str) -> None:
    """Compare the balance of every member at the end of the last day."""
    expected = plan.balances[brand]
    members = sorted(expected)
    answer = await exchange.brands[brand].read_balances(
        brand,
        members=[str(member) for member in members],
        at=f"{plan.last_day.isoformat()}T23:59:59Z",
    )
    for member, balance in zip(members, answer["balances"], strict=True):
        require_equal(
            f"{brand}: balance of member {member}", balance["spendable"], expected[member]
        )


def check_outcome(outcome: Outcome) -> None:
    """Check the sums across programmes, bill and reconciliation.

    Raises:
        DemoFailed: something does not add up.
    """
    counted, bill, plan = outcome.counted, outcome.bill, outcome.plan
    require_equal("issue operations", counted.issue_operations, plan.issue_count)
    require_equal("coupons used", len(counted.used), plan.use_count)
    require_equal(
        "billed", bill.billed_minor, plan.use_count * (COUPON_COST_MINOR + PLATFORM_FEE_MINOR)
    )
    require_equal("reconciled uses", bill.matched, plan.use_count)
    require_equal("breaks", bill.breaks, 0)


def summarise(outcome: Outcome) -> dict[str, Any]:
    """The figures as `--summary` writes them."""
    brands = [brand.code for brand in outcome.plan.brands]
    totals, used = outcome.totals, outcome.counted.used
    paid = sum(use.points > 0 for use in used)
    by_supplier = Counter(use.supplier for use in used)
    return {
        "issue_operations": outcome.counted.issue_operations,
        "points_issued": sum(totals[brand]["issued"] for brand in brands),
        "points_redeemed": sum(totals[brand]["redeemed"] for brand in brands),
        "points_expired": sum(totals[brand]["expired"] for brand in brands),
        "points_outstanding": sum(totals[brand]["outstanding"] for brand in brands),
        "coupons_used": len(used),
        "coupons_paid_with_points": paid,
        "coupons_free": len(used) - paid,
        "used_by_supplier": {brand: by_supplier[brand] for brand in brands if by_supplier[brand]},
        "issued_by_brand": {brand: totals[brand]["issued"] for brand in brands},
        "expired_by_brand": {brand: totals[brand]["expired"] for brand in brands},
        "statements": len(outcome.bill.statements),
        "fee_statements": len(outcome.bill.fee_statements),
        "billed_minor": outcome.bill.billed_minor,
        "reconciliation": {"matched": outcome.bill.matched, "breaks": outcome.bill.breaks},
        "isolation_refused": len(outcome.refusals),
        "seconds": {
            "setup": round(outcome.seconds.setup, 2),
            "issues": round(outcome.seconds.issues, 2),
            "uses": round(outcome.seconds.uses, 2),
            "settlement": round(outcome.seconds.settlement, 2),
            "total": round(outcome.seconds.total, 2),
        },
        "issue_ops_per_s": round(outcome.issue_ops_per_s),
        "changes": outcome.tally.changes,
        "replayed": outcome.tally.replayed,
    }
