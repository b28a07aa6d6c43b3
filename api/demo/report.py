"""The result for a reader at a terminal: tables, and a chart of points by month."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from api.demo.summary import Outcome

_BAR_CELLS = 30


def print_report(console: Console, outcome: Outcome) -> None:
    """Print everything that the demo found."""
    console.print()
    for table in (
        _points(outcome),
        _by_month(outcome),
        _bill(outcome),
        _reconciliation(outcome),
        _isolation(outcome),
    ):
        console.print(table)
        console.print()
    _print_closing(console, outcome)


def _points(outcome: Outcome) -> Table:
    table = Table(
        title="Points by programme: issued = redeemed + expired + outstanding", title_justify="left"
    )
    table.add_column("programme")
    for name in ("issued", "redeemed", "expired", "outstanding"):
        table.add_column(name, justify="right")
    sums: Counter[str] = Counter()
    for brand, totals in outcome.totals.items():
        figures = [totals[name] for name in ("issued", "redeemed", "expired", "outstanding")]
        sums.update(
            {name: totals[name] for name in ("issued", "redeemed", "expired", "outstanding")}
        )
        table.add_row(brand, *(f"{figure:,}" for figure in figures))
    table.add_section()
    table.add_row("all", *(f"{figure:,}" for figure in sums.values()), style="bold")
    return table


def _by_month(outcome: Outcome) -> Table:
    table = Table(
        title="Points by month",
        title_justify="left",
        caption="█ issued  ▒ expired",
        caption_justify="left",
    )
    table.add_column("month")
    table.add_column("issued", justify="right")
    table.add_column("redeemed", justify="right")
    table.add_column("expired", justify="right")
    table.add_column("")
    largest = max(month.issued.total() for month in outcome.plan.months)
    for month in outcome.plan.months:
        issued, expired = month.issued.total(), sum(month.expired.values())
        bars = f"[green]{_bar('█', issued, largest)}[/]"
        if expired:
            bars += f"\n[red]{_bar('▒', expired, largest)}[/]"
        table.add_row(
            month.name, f"{issued:,}", f"{month.redeemed.total():,}", f"{expired:,}", bars
        )
    return table


def _bar(cell: str, value: int, largest: int) -> str:
    return cell * max(1 if value else 0, round(_BAR_CELLS * value / largest))


def _bill(outcome: Outcome) -> Table:
    title = "The bill: what home brands pay for used coupons, and to whom"
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column("home brand")
    for name in ("statements", "used", "suppliers", "operator", "in all"):
        table.add_column(name, justify="right")
    columns = ("statements", "uses", "coupon_cost_minor", "platform_fee_minor", "billed_minor")
    sums: dict[str, Counter[str]] = {}
    for statement in outcome.bill.statements:
        row = sums.setdefault(statement["payer_party"], Counter())
        row.update({"statements": 1, "uses": statement["uses"]})
    for statement in (*outcome.bill.statements, *outcome.bill.fee_statements):
        sums[statement["payer_party"]].update({name: statement[name] for name in columns[2:]})
    for brand in sorted(sums):
        table.add_row(brand, *_money_row(sums[brand], columns))
    table.add_section()
    everything: Counter[str] = sum(sums.values(), Counter())
    table.add_row("all", *_money_row(everything, columns), style="bold")
    count, fees = len(outcome.bill.statements), len(outcome.bill.fee_statements)
    # If this were not true of all of them, the demo would have failed before.
    noun = "statement" if count == 1 else "statements"
    table.caption = (
        f"{count:,} {noun} of coupons and {fees:,} of fees, all agreed by both parties and settled"
    )
    return table


def _money_row(row: Counter[str], columns: tuple[str, ...]) -> list[str]:
    return [
        f"{row[name] / 100:,.2f}" if name.endswith("_minor") else f"{row[name]:,}"
        for name in columns
    ]


def _reconciliation(outcome: Outcome) -> Table:
    table = Table(title="Reconciled with suppliers' files", title_justify="left")
    table.add_column("supplier")
    table.add_column("matched", justify="right")
    table.add_column("breaks", justify="right")
    for supplier, (matched, breaks) in sorted(outcome.bill.reconciled.items()):
        table.add_row(supplier, f"{matched:,}", f"{breaks:,}")
    table.add_section()
    table.add_row("all", f"{outcome.bill.matched:,}", f"{outcome.bill.breaks:,}", style="bold")
    return table


def _isolation(outcome: Outcome) -> Table:
    """All refusals with their rules, and one explanation in full."""
    shown = outcome.refusals[0]
    table = Table(
        title="Offers refused for isolation", title_justify="left", caption_justify="left"
    )
    table.caption = f"For example: {shown.explanation}"
    for name in ("brand", "asked supplier", "because"):
        table.add_column(name)
    for refusal in outcome.refusals:
        table.add_row(refusal.brand, refusal.supplier, refusal.rule)
    return table


def _print_closing(console: Console, outcome: Outcome) -> None:
    seconds, tally = outcome.seconds, outcome.tally
    console.print(
        f"{outcome.counted.issue_operations:,} issues in {seconds.issues:.1f} s "
        f"({outcome.issue_ops_per_s:,.0f}/s through HTTP), "
        f"{len(outcome.counted.used):,} coupons redeemed, "
        f"delivered and used in {seconds.uses:.1f} s; set-up {seconds.setup:.1f} s, settlement "
        f"{seconds.settlement:.1f} s, {seconds.total:.1f} s in all."
    )
    console.print(
        f"{tally.changes:,} changes in {tally.requests:,} requests, "
        f"{tally.replayed:,} of them replays of an earlier run."
    )
