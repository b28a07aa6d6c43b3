"""Earning: a programme's rules, and the events by which members earn."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme, require_import
from api.http.auth import BRAND, CHANGES, SLOW, Call, context_of, require_tokens
from api.http.batches import asked, batch_answer, read_items, rejected
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once, json_answer, key_of
from api.http.metrics import count_operations
from api.http.operations import render_item, render_one
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.price_terms import who_answer, who_of
from api.http.problems import TooManyMisses, problem_response
from api.http.schemas.answers import Page
from api.http.schemas.earning import (
    EarnAnswer,
    EarnBody,
    EarningRuleAnswer,
    EarningRuleBody,
    EarnItem,
    EarnsAnswer,
    EarnsBody,
)
from catalog.members import Digester
from exchange.earning import (
    EarningRule,
    EarningTerms,
    EarnRequest,
    ProductCodeNotFound,
    add_earning_rule,
    digest_of_code,
    earn_events,
    end_earning_rule,
    list_earning_rules,
    why_of,
)
from ledger import JSON, Refusal
from ledger.asks import Answer
from ledger.book import Programme

TAGS = ["earning"]
Wanted = Annotated[
    Literal["in_force", "all"],
    QueryParameter(name="state", description="By default, those that have not ended."),
]
Made = Answer | Refusal

_copy = Copier(EarningRuleAnswer, EarningRule, "who")


def _render(rule: EarningRule) -> EarningRuleAnswer:
    return _copy(rule, who=who_answer(rule.who))


@post("/v1/programmes/{programme:str}/earning-rules", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_rule(
    request: Call, code: ProgrammeInPath, data: JSONBody[EarningRuleBody]
) -> Response[EarningRuleAnswer]:
    """Make an earning rule: so many points for an event, within caps and budgets."""
    programme = await own_programme(request, code)
    terms = EarningTerms(**{**data.__dict__, "who": who_of(data.who)})

    async def act(connection: AsyncConnection) -> JSON:
        return _render(await add_earning_rule(connection, programme.book_id, terms))

    return await answer_once(request, context_of(request).database, act, book_id=programme.book_id)


@get("/v1/programmes/{programme:str}/earning-rules", guards=[BRAND], tags=TAGS)
async def earning_rules(
    request: Call,
    code: ProgrammeInPath,
    wanted: Wanted = "in_force",
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[EarningRuleAnswer]:
    """The programme's earning rules, oldest first."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        rows = await list_earning_rules(
            connection,
            programme.book_id,
            in_force=wanted == "in_force",
            after=after(cursor),
            limit=limit,
        )
    found: Page[EarningRuleAnswer] = page(rows, limit, _render, lambda row: row.rule_no)
    return found


@post(
    "/v1/programmes/{programme:str}/earning-rules/{rule:str}/end",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def end_rule(
    request: Call, code: ProgrammeInPath, rule: FromPath[str]
) -> Response[EarningRuleAnswer]:
    """End an earning rule for good, at once. One that has ended keeps its end."""
    await require_no_members(request)
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> JSON:
        return _render(await end_earning_rule(connection, programme.book_id, rule))

    return await answer_once(
        request, context_of(request).database, act, status=200, book_id=programme.book_id
    )


@post("/v1/programmes/{programme:str}/events", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def tell_event(
    request: Call, code: ProgrammeInPath, data: JSONBody[EarnBody]
) -> Response[EarnAnswer]:
    """Tell of something that a member has done, and have it earn what the rules say.

    An event that earns nothing is no error: `points` is 0 then, and `why` says why.
    """
    programme = await own_programme(request, code)
    digester = await context_of(request).data_keys.digester(programme.book_id)
    told = _request(request, digester, key_of(request), data)
    answers, wait_seconds = await _earn(request, programme, [told])
    if not answers:
        raise _too_many(wait_seconds)
    made = answers[0]
    if isinstance(made, Refusal):
        return problem_response(request, made)
    if why_of(made) is None:
        return render_one(request, made)
    return json_answer(_document(told, made), status=201, replayed=made.replayed)


@post(
    "/v1/programmes/{programme:str}/events/batch",
    guards=[BRAND],
    status_code=200,
    opt={"body": EarnsBody, **SLOW},
    tags=TAGS,
)
async def tell_events(request: Call, code: ProgrammeInPath, body: RawBody) -> Response[EarnsAnswer]:
    """Tell of up to 1,000 events, each with its own key, answered in order."""
    programme = await own_programme(request, code)
    digester = await context_of(request).data_keys.digester(programme.book_id)

    def ask(key: str, item: EarnItem) -> EarnRequest:
        return _request(request, digester, key, item)

    items = [asked(each, ask) for each in read_items(body, "events", EarnItem)]
    await require_tokens(request, len(items))
    requests = [each for each in items if isinstance(each, EarnRequest)]
    made, wait_seconds = await _earn(request, programme, requests)
    if requests and not made:
        raise _too_many(wait_seconds)
    refusal = _too_many(wait_seconds)
    answers = iter(_item(each, made.get(place, refusal)) for place, each in enumerate(requests))
    documents = [next(answers) if isinstance(each, EarnRequest) else each for each in items]
    replays = sum(isinstance(each, Answer) and each.replayed for each in made.values())
    return batch_answer(documents, replays)


def _request(request: Call, digester: Digester, key: str, data: EarnBody) -> EarnRequest:
    require_import(request.user, data.occurred_at)
    friend = data.friend
    typed = data.code
    return EarnRequest(
        key=key,
        member=data.member,
        event=data.event,
        subject=data.subject,
        occurred_at=data.occurred_at,
        friend=None if friend is None else digester.identify(friend.kind, friend.value),
        # What cannot be a code is a code that nobody has.
        product_code=None
        if typed is None
        else digest_of_code(digester, typed) or digester.digest("no-code", typed),
        store=data.store,
        channel=data.channel,
        staff=data.staff,
    )


async def _earn(
    request: Call, programme: Programme, requests: Sequence[EarnRequest]
) -> tuple[dict[int, Made], float]:
    """The answers by their place, and after how many seconds to ask for those that are missing.

    What members may get wrong of product codes is counted before it is looked up, for each member
    by itself, as unknown coupon codes are for each shop.
    """
    context, answers = context_of(request), dict[int, Made]()

    async def earn(places: Sequence[int]) -> dict[int, Made]:
        made = await earn_events(
            context.ledger,
            programme,
            [requests[place] for place in places],
            recorded_by=request.user.actor_id,
        )
        count_operations([each for each in made if isinstance(each, Answer)])
        return dict(zip(places, made, strict=True))

    while waiting := [place for place in range(len(requests)) if place not in answers]:
        scans = Counter(
            _guesser(requests[place]) for place in waiting if requests[place].product_code
        )
        if not scans:
            return answers | await earn(waiting), 0.0
        async with context.misses.allowed(request.user.key_id, scans) as allowance:
            left, tried = dict(allowance.misses_max), list[int]()
            for place in waiting:
                guesser = _guesser(requests[place])
                if requests[place].product_code is None:
                    tried.append(place)
                elif left[guesser] > 0:
                    left[guesser] -= 1
                    tried.append(place)
            if not tried:
                return answers, allowance.wait_seconds
            made = await earn(tried)
            allowance.wrong = Counter(
                _guesser(requests[place])
                for place, each in made.items()
                if isinstance(each, ProductCodeNotFound)
            )
            allowance.proven = {
                _guesser(requests[place])
                for place, each in made.items()
                if requests[place].product_code and isinstance(each, Answer) and each.accepted
            }
        answers |= made
    return answers, 0.0


def _guesser(told: EarnRequest) -> str:
    """Whose wrong product codes are counted together. No shop has such a name."""
    return f"product-code\n{told.member}"


def _too_many(wait_seconds: float) -> TooManyMisses:
    return TooManyMisses(retry_after_seconds=max(1, round(wait_seconds)))


def _document(told: EarnRequest, made: Answer) -> dict[str, Any]:
    """What an event has earned, or why it has not."""
    facts = (made.detail if made.accepted else made.refusal) or {}
    return {
        "operation": made.operation,
        "key": made.key,
        "status": "accepted",
        "member": made.member,
        "event": told.event,
        "subject": told.subject,
        "points": made.points if made.accepted else 0,
        "why": why_of(made),
        "rule": facts.get("rule"),
        "base_points": facts.get("base_points"),
        "earning_multiplier_percent": facts.get("earning_multiplier_percent"),
        "balance": made.balance,
        "occurred_at": made.occurred_at,
        **({} if made.expires_on is None else {"expires_on": made.expires_on}),
    }


def _item(told: EarnRequest, made: Made) -> JSON:
    if isinstance(made, Refusal):
        return rejected(told.key, made.document())
    return render_item(made) if why_of(made) is None else _document(told, made)


ROUTES = [add_rule, earning_rules, end_rule, tell_event, tell_events]
