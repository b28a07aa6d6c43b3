"""`comity explain` and `comity simulate`: why a use costs what it does, and what it could cost."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from ledger import Database
    from settlement.explain import Explained, Simulation


@click.command("explain")
@click.argument("programme")
@click.argument("use")
@data_dir_option
def explain(programme: str, use: str, data_dir: Path | None) -> None:
    """Explain what a USE in a PROGRAMME costs, step by step, and rate it again."""
    from api.process.bootstrap import OPERATOR
    from catalog import find_party
    from ledger.book import find_programme
    from settlement.explain import explain_use

    async def ask(database: "Database") -> "list[Explained]":
        async with database.transaction() as connection:
            book_id = (await find_programme(connection, programme)).book_id
            return await explain_use(
                connection, await find_party(connection, OPERATOR), book_id, use
            )

    for each in with_database(data_dir, ask):
        line = each.line
        output.print(
            f"{line.identity}: {line.amount_minor} {line.currency} minor, {line.month}"
            f"{', late' if line.late else ''}, statement {line.statement_number or 'not yet'}",
            highlight=False,
            soft_wrap=True,
        )
        for step in each.steps:
            told = ", ".join(f"{name} {value}" for name, value in step.items() if name != "op")
            output.print(f"  {step['op']}: {told}", highlight=False, soft_wrap=True)
        output.print(f"  rated again: {each.replay}", highlight=False)


@click.command("simulate")
@click.argument("card", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--months", required=True, help="A month, or the first and last: 2017-01..2017-03.")
@click.option("--home", help="Only uses by members of this brand.")
@click.option("--supplier", help="Only uses of this supplier's rights.")
@data_dir_option
@json_option
def simulate(
    card: Path,
    months: str,
    home: str | None,
    supplier: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Try a rate CARD, a JSON file, on the uses of past months. Nothing is stored."""
    import orjson

    from catalog import find_party
    from settlement.cards import RateCard, RateCardInvalid
    from settlement.explain import months_between, named_parties, try_card

    try:
        stated = RateCard.of_document(orjson.loads(card.read_bytes()))
    except orjson.JSONDecodeError as error:
        raise RateCardInvalid(f"{card.name} is no JSON: {error}") from error
    first, _, last = months.partition("..")
    wanted = months_between(first, last or first)

    async def ask(database: "Database") -> "tuple[Simulation, dict[int, str]]":
        from catalog import find_party_by_id

        async with database.transaction() as connection:
            ids = [
                None if code is None else (await find_party(connection, code)).party_id
                for code in (home, supplier)
            ]
            found = await try_card(
                connection,
                stated,
                wanted,
                home_party_id=ids[0],
                supplier_party_id=ids[1],
                named=await named_parties(connection, stated),
            )
            parties = {
                party
                for each in found.months
                for party in (each.payer_party_id, each.payee_party_id)
            }
            codes = {party: (await find_party_by_id(connection, party)).code for party in parties}
            return found, codes

    found, codes = with_database(data_dir, ask)
    _show(found, codes, as_json=as_json)


def _show(found: "Simulation", codes: dict[int, str], *, as_json: bool) -> None:
    rows = [
        {
            "month": each.month,
            "payer": codes[each.payer_party_id],
            "payee": codes[each.payee_party_id],
            "currency": each.currency,
            "now_minor": each.now_minor,
            "then_minor": each.then_minor,
            "difference_minor": each.difference_minor,
        }
        for each in found.months
    ]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        output.print(
            f"{row['month']} {row['payer']} -> {row['payee']}: {row['now_minor']} now,"
            f" {row['then_minor']} then, {row['difference_minor']:+} {row['currency']} minor",
            highlight=False,
            soft_wrap=True,
        )
    output.print(f"{found.uses} uses, {found.waiting} of them would wait.", highlight=False)
