"""The bill of the year: months are closed, files of suppliers reconciled, statements settled.

The files of the suppliers are made from the data of the tills (`coupon_redemptions`), never from
what the service answers. Every row in them must match a billed use, and every billed use a row.
That is the proof.
"""

import asyncio
import csv
import io
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from api.client import problems
from api.demo.errors import require, require_equal
from api.demo.plan import Month, Plan, PlannedUse
from api.demo.setup import COUPON_COST_MINOR, CURRENCY, PLATFORM_FEE_MINOR, Exchange
from api.demo.tally import JSON
from api.process.bootstrap import OPERATOR

RATING_TIMEOUT_SECONDS = 30.0
_RATING_POLL_SECONDS = 0.25
_DOWNLOADS_IN_FLIGHT = 8
_SETTLEMENTS_IN_FLIGHT = 16


@dataclass(frozen=True, slots=True)
class Bill:
    """All statements, and the results of the reconciliations."""

    statements: list[JSON]
    """What is owed for coupons, as it is in the end: settled."""
    fee_statements: list[JSON]
    """What is owed to the operator, settled too."""
    matched: int
    breaks: int
    reconciled: dict[str, tuple[int, int]]
    """Matched uses and breaks by supplier."""

    @property
    def billed_minor(self) -> int:
        """The coupon cost and the operator's fees, by the statements of both."""
        both = (*self.statements, *self.fee_statements)
        return sum(statement["billed_minor"] for statement in both)


async def close_month(exchange: Exchange, month: Month) -> None:
    """Close the period of a month as soon as its uses are rated.

    While uses wait to be rated this is refused. Such a refusal is not kept under the key, so the
    same key can be sent again.

    Raises:
        DemoFailed: it was refused for another reason, or for too long.
    """
    deadline = time.monotonic() + RATING_TIMEOUT_SECONDS
    while True:
        try:
            await exchange.operator.close_period(month.name, key=f"close-{month.name}")
            return
        except problems.PeriodHasPendingUses as problem:
            is_waiting = time.monotonic() < deadline
            require(is_waiting, f"{month.name} was not closed: {problem}")
        await asyncio.sleep(_RATING_POLL_SECONDS)


async def make_bill(exchange: Exchange, plan: Plan, output: Path) -> Bill:
    """Check the statements, write their files, reconcile and settle.

    Raises:
        DemoFailed: something does not add up.
    """
    statements: list[JSON] = [one async for one in exchange.operator.each_statements()]
    _check_statements(statements, plan)
    await _download(exchange, statements, output / "statements")
    reconciled = await _reconcile(exchange, plan, output / "reconciliation")
    await _settle(exchange, statements)
    settled: list[JSON] = [one async for one in exchange.operator.each_statements()]
    _check_settled(settled, statements)
    return Bill(
        statements=_of_kind(settled, "coupons"),
        fee_statements=_of_kind(settled, "fees"),
        matched=sum(matched for matched, _ in reconciled.values()),
        breaks=sum(breaks for _, breaks in reconciled.values()),
        reconciled=reconciled,
    )


def _check_statements(statements: list[JSON], plan: Plan) -> None:
    """Check that the statements have exactly the uses that the demo made.

    There is one of coupons for each home brand, supplier and month of use, and one of the
    operator's fees for each home brand and month.
    """
    expected: dict[tuple[str, str, str], int] = defaultdict(int)
    for month in plan.months:
        for use in month.uses():
            expected[use.home, use.supplier, month.name] += 1
            expected[use.home, OPERATOR, month.name] += 1
    found = {
        (one["payer_party"], one["payee_party"], one["month"]): one["uses"] for one in statements
    }
    require_equal("statements", len(statements), len(expected))
    require_equal("uses by payer, payee and month", found, dict(expected))
    for one in statements:
        name = f"statement {one['number']}"
        is_of_fees = one["payee_party"] == OPERATOR
        require_equal(f"{name}: kind", one["kind"], "fees" if is_of_fees else "coupons")
        rate_minor = PLATFORM_FEE_MINOR if is_of_fees else COUPON_COST_MINOR
        require_equal(f"{name}: billed", one["billed_minor"], one["uses"] * rate_minor)
        require_equal(f"{name}: currency", one["currency"], CURRENCY)


def _of_kind(statements: list[JSON], kind: str) -> list[JSON]:
    return [one for one in statements if one["kind"] == kind]


async def _settle(exchange: Exchange, statements: list[JSON]) -> None:
    """Let both parties agree to each statement, and the operator finalise and settle it."""
    slots = asyncio.Semaphore(_SETTLEMENTS_IN_FLIGHT)

    async def settle(statement: JSON) -> None:
        operator = exchange.operator
        payer = exchange.brands[statement["payer_party"]]
        payee = exchange.brands.get(statement["payee_party"], operator)
        which, number = statement["statement_id"], statement["number"]
        async with slots:
            await payer.agree_statement(which, key=f"agree-{number}")
            await payee.agree_statement(which, key=f"agree-{number}")
            await operator.finalise_statement(which, key=f"finalise-{number}")
            await operator.settle_statement(which, key=f"settle-{number}")

    await asyncio.gather(*(settle(statement) for statement in statements))


def _check_settled(settled: list[JSON], issued: list[JSON]) -> None:
    """Check that all statements are agreed and settled, and say what they said when issued."""
    for one in settled:
        name = f"statement {one['number']}"
        require_equal(f"{name}: state", one["state"], "settled")
        require(
            bool(one["payer_agreed_at"] and one["payee_agreed_at"]), f"{name}: not agreed by both"
        )
    digests = {one["number"]: one["file_sha256"] for one in issued}
    require_equal(
        "settled statements", {one["number"]: one["file_sha256"] for one in settled}, digests
    )


async def _download(exchange: Exchange, statements: list[JSON], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    slots = asyncio.Semaphore(_DOWNLOADS_IN_FLIGHT)

    async def download(statement: JSON) -> None:
        async with slots:
            parts = ("month", "payer_party", "payee_party", "number")
            path = folder / f"{'-'.join(statement[part] for part in parts)}.csv"
            await exchange.operator.save_statement(path, statement["statement_id"], format="csv")

    await asyncio.gather(*(download(statement) for statement in statements))


async def _reconcile(exchange: Exchange, plan: Plan, folder: Path) -> dict[str, tuple[int, int]]:
    """Hand in each supplier's own file of the year. Returns matches and breaks by supplier."""
    folder.mkdir(parents=True, exist_ok=True)
    by_supplier: dict[str, list[PlannedUse]] = defaultdict(list)
    for month in plan.months:
        for use in month.uses():
            by_supplier[use.supplier].append(use)
    reconciled: dict[str, tuple[int, int]] = {}
    for supplier, uses in sorted(by_supplier.items()):
        content = supplier_file(uses)
        (folder / f"{supplier}.csv").write_bytes(content)
        result = await exchange.brands[supplier].add_reconciliation(
            content=content, key=f"reconcile-{supplier}"
        )
        (folder / f"{supplier}-result.json").write_bytes(
            orjson.dumps(result, option=orjson.OPT_INDENT_2)
        )
        reconciled[supplier] = (result["matched"], result["break_count"])
    return reconciled


def supplier_file(uses: Iterable[PlannedUse]) -> bytes:
    """The supplier's own record of its uses, as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["reference", "offer_code", "member", "used_on", "amount_minor"])
    for use in uses:
        row = use.redemption
        writer.writerow(
            [row.reference, row.coupon, row.household, row.day.isoformat(), COUPON_COST_MINOR]
        )
    return text.getvalue().encode()
