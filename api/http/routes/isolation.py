"""Who must never see whose offers: the operator's rules, and what parties wish about themselves."""

import csv
import io
from typing import Annotated, cast

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, OPERATOR, PARTNER, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.problems import invalid_at
from api.http.schemas.answers import Page, WordsAnswer
from api.http.schemas.isolation import (
    AgainstBody,
    IsolationRuleAnswer,
    IsolationRuleBody,
    MatrixRowAnswer,
    RuleEndedAnswer,
    SideAnswer,
    SideBody,
    VetoAnswer,
    VetoBody,
    VetoEndedAnswer,
)
from api.http.schemas.types import SLUG_PATTERN
from api.http.times import JudgedAt, instant_of
from catalog import CODE_LENGTH_MAX, Party, find_party
from catalog.isolation import (
    MatrixRow,
    Rule,
    Side,
    add_node_rule,
    add_rule,
    add_veto,
    end_rule,
    end_veto,
    load_matrix,
    load_rules,
    load_vetoes,
)
from ledger import JSON

TAGS = ["isolation"]

BuyerInQuery = Annotated[
    str | None, QueryParameter(name="buyer", max_length=CODE_LENGTH_MAX, pattern=SLUG_PATTERN)
]
CSV = "text/csv"
MATRIX_COLUMNS = (
    *("owner", "supplier", "category", "offers", "isolated", "layer", "facet", "rule_id"),
    *("zh", "en"),
)


def _side(side: SideBody | AgainstBody) -> Side:
    return Side(party=side.party, category=side.category, group=side.group)


def _render_side(side: Side) -> SideAnswer:
    kind, code = side.key
    return cast("SideAnswer", {kind: True if kind == "everyone" else code})


def _render(rule: Rule) -> IsolationRuleAnswer:
    assert rule.rule_id is not None, "it is stored"
    assert rule.effect != "veto", "it is no veto"
    return {
        "rule_id": rule.rule_id,
        "effect": rule.effect,
        "buyer": _render_side(rule.buyer),
        "supplier": _render_side(rule.supplier),
        "mutual": rule.mutual,
        "rule": str(rule),
        "author": rule.author,
        "valid_from": rule.since,
        "valid_until": rule.until,
    }


def _render_veto(rule: Rule) -> VetoAnswer:
    assert rule.rule_id is not None, "it is stored"
    assert rule.author is not None, "a veto has an author"
    is_buyer = rule.buyer.party == rule.author
    return {
        "veto_id": rule.rule_id,
        "party": rule.author,
        "role": "buyer" if is_buyer else "supplier",
        "against": _render_side(rule.supplier if is_buyer else rule.buyer),
        "rule": str(rule),
        "valid_from": rule.since,
        "valid_until": rule.until,
    }


@post("/v1/isolation-rules", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_isolation_rule(
    request: Call, data: JSONBody[IsolationRuleBody]
) -> Response[IsolationRuleAnswer]:
    """Isolate everything beneath a category, or allow or deny between two sides.

    The nearest rule decides. A deny takes precedence over an allow.
    """

    async def act(connection: AsyncConnection) -> JSON:
        author, since, until = request.user.party, data.valid_from, data.valid_until
        if data.kind == "node":
            path = data.category or ""
            return _render(
                await add_node_rule(connection, path, since=since, until=until, author=author)
            )
        assert data.buyer is not None, "checked on reading"
        assert data.supplier is not None, "checked on reading"
        rule = await add_rule(
            connection,
            effect=data.kind,
            buyer=_side(data.buyer),
            supplier=_side(data.supplier),
            mutual=data.mutual,
            since=since,
            until=until,
            author=author,
        )
        return _render(rule)

    return await answer_once(request, context_of(request).database, act)


@get("/v1/isolation-rules", guards=[OPERATOR], tags=TAGS)
async def isolation_rules(request: Call, as_of: JudgedAt = None) -> Page[IsolationRuleAnswer]:
    """The rules that hold or will hold, or those that held at an instant. Oldest first."""
    async with context_of(request).database.transaction() as connection:
        rules = await load_rules(connection, instant_of(as_of))
    return {"items": [_render(rule) for rule in rules], "next_cursor": None}


@post(
    "/v1/isolation-rules/{rule_id:int}/end",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def end_isolation_rule(request: Call, rule_id: FromPath[int]) -> Response[RuleEndedAnswer]:
    """End a rule now. What it said until then can still be explained."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        return {"rule_id": rule_id, "ended_at": await end_rule(connection, rule_id)}

    return await answer_once(request, context_of(request).database, act, status=200)


@delete("/v1/isolation-rules/{rule_id:int}", guards=[OPERATOR], tags=TAGS)
async def remove_isolation_rule(request: Call, rule_id: FromPath[int]) -> None:
    """End a rule now. What it said until then can still be explained."""
    async with changing(request, context_of(request).database) as connection:
        await end_rule(connection, rule_id)
        await note_change(request, connection, None)


@post("/v1/vetoes", guards=[PARTNER], opt=CHANGES, tags=TAGS)
async def add_veto_of_party(request: Call, data: JSONBody[VetoBody]) -> Response[VetoAnswer]:
    """Keep the calling party apart from others, whatever the operator allows."""

    async def act(connection: AsyncConnection) -> JSON:
        veto = await add_veto(
            connection,
            request.user.party,
            against=_side(data.against),
            as_buyer=data.role == "buyer",
            since=data.valid_from,
            until=data.valid_until,
        )
        return dict(_render_veto(veto))

    return await answer_once(request, context_of(request).database, act)


@get("/v1/vetoes", tags=TAGS)
async def vetoes(request: Call, as_of: JudgedAt = None) -> Page[VetoAnswer]:
    """The calling party's own vetoes that hold or will hold. The operator sees those of all."""
    async with context_of(request).database.transaction() as connection:
        found = await load_vetoes(connection, _own(request), instant_of(as_of))
    return {"items": [_render_veto(veto) for veto in found], "next_cursor": None}


@post("/v1/vetoes/{veto_id:int}/end", opt=CHANGES, status_code=200, tags=TAGS)
async def end_veto_of_party(request: Call, veto_id: FromPath[int]) -> Response[VetoEndedAnswer]:
    """End one of the calling party's vetoes now. The operator may end any."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        ended_at = await end_veto(connection, veto_id, _own(request))
        return {"veto_id": veto_id, "ended_at": ended_at}

    return await answer_once(request, context_of(request).database, act, status=200)


@get("/v1/isolation/matrix", guards=[OPERATOR], tags=TAGS)
async def isolation_matrix(
    request: Call, buyer: BuyerInQuery = None, as_of: JudgedAt = None
) -> Page[MatrixRowAnswer]:
    """What is decided about each class of offers for a brand, now or at an instant."""
    rows = await _matrix(request, buyer, as_of)
    return {"items": [_render_row(row) for row in rows], "next_cursor": None}


@get(
    "/v1/isolation/matrix/download",
    guards=[OPERATOR],
    opt={"answers": (CSV,)},
    tags=TAGS,
)
async def isolation_matrix_download(
    request: Call, buyer: BuyerInQuery = None, as_of: JudgedAt = None
) -> Response[bytes]:
    """The same as CSV, a row for each class of offers."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, MATRIX_COLUMNS)
    writer.writeheader()
    for row in await _matrix(request, buyer, as_of):
        cells = dict(_render_row(row))
        words = cast("WordsAnswer", cells.pop("words"))
        writer.writerow({**cells, **words})
    return Response(
        file.getvalue().encode(),
        headers={
            "Content-Type": CSV,
            "Content-Disposition": f'attachment; filename="isolation-{buyer}.csv"',
        },
    )


async def _matrix(request: Call, buyer: str | None, as_of: str | None) -> list[MatrixRow]:
    if buyer is None:
        raise invalid_at("/buyer", "Say for which brand")
    async with context_of(request).database.transaction() as connection:
        party = await find_party(connection, buyer)
        party.require("brand")
        return await load_matrix(connection, party, instant_of(as_of))


def _render_row(row: MatrixRow) -> MatrixRowAnswer:
    decision = row.decision
    return {
        "owner": row.owner,
        "supplier": row.supplier,
        "category": row.category,
        "offers": row.offers,
        "isolated": decision.isolated,
        "layer": decision.layer,
        "facet": decision.facet,
        "rule_id": decision.rule_id,
        "words": cast("WordsAnswer", decision.words),
    }


def _own(request: Call) -> Party | None:
    """The party whose vetoes the caller may know of and end. None: all."""
    return None if is_operator(request.user) else request.user.party


ROUTES = [
    add_isolation_rule,
    isolation_rules,
    end_isolation_rule,
    remove_isolation_rule,
    add_veto_of_party,
    vetoes,
    end_veto_of_party,
    isolation_matrix,
    isolation_matrix_download,
]
