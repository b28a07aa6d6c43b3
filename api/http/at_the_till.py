"""What the addresses of tills have in common: whose shop it is, and how many codes may be wrong."""

from collections import Counter
from typing import Any, Protocol

from litestar import Response

from api.http.acting import require_import
from api.http.auth import Call, context_of
from api.http.deeds import deed_of
from api.http.idempotency import json_answer
from api.http.problems import ShopMismatch, TooManyMisses, problem_response
from catalog import Identity
from exchange import use
from exchange.coupons import CouponNotFound
from ledger import StoredRefusal


class Placed(Protocol):
    """A body that may say where it happens."""

    @property
    def shop(self) -> str | None:
        """One of the supplier's shops."""

    @property
    def store(self) -> str | None:
        """Any text."""


def shop_of(caller: Identity, shop: str | None) -> str | None:
    """The shop of a request that may name one. That of a till's key needs no name.

    Raises:
        ShopMismatch: the key is bound to another one.
    """
    bound = caller.grant.shop
    if bound is None:
        return shop
    if shop not in {None, bound}:
        raise ShopMismatch(f"this API key is bound to the shop {bound!r}", pointer="/shop")
    return bound if caller.grant.is_till or caller.party.require_shop else shop


def place_of(caller: Identity, data: Placed) -> tuple[str | None, str | None]:
    """The shop and the store of a use. A key that is bound to one names it by itself.

    Raises:
        ShopMismatch: the request names another one.
    """
    bound, shop = caller.grant.shop, shop_of(caller, data.shop)
    if bound is None:
        return shop, data.store
    if data.store not in {None, bound}:
        raise ShopMismatch(f"this API key is bound to the shop {bound!r}", pointer="/store")
    return shop, data.store if shop is not None else bound


async def answer_uses(
    request: Call, uses: list[use.UseRequest], verb: use.Verb
) -> tuple[dict[int, use.UseAnswer], float]:
    """The answers by their place, and after how many seconds to ask for those that are missing.

    What the shops may get wrong is counted before it is looked up. If a shop gets all of that
    wrong, more is counted, as long as there is any.
    """
    context, caller = context_of(request), request.user
    tokens = [each.token for each in uses if each.token is not None]
    signatures = await context.data_keys.signatures(tokens) if tokens else None
    answers: dict[int, use.UseAnswer] = {}
    while waiting := [place for place in range(len(uses)) if place not in answers]:
        shops = Counter(uses[place].place or "" for place in waiting)
        async with context.misses.allowed(caller.key_id, shops) as allowance:
            if not any(allowance.misses_max.values()):
                return answers, allowance.wait_seconds
            made = await use.answer_uses(
                context.database,
                caller.party,
                [uses[place] for place in waiting],
                verb,
                misses_max=allowance.misses_max,
                deed=deed_of(request),
                signatures=signatures,
            )
            allowance.wrong = Counter(
                uses[waiting[place]].place or ""
                for place, each in made.items()
                if not each.accepted and each.document["code"] == CouponNotFound.code
            )
            allowance.proven = {
                uses[waiting[place]].place or "" for place, each in made.items() if each.accepted
            }
        answers |= {waiting[place]: each for place, each in made.items()}
        context.uses.ring()
        if not made:
            return answers, allowance.wait_seconds
    return answers, 0.0


def too_many(wait_seconds: float) -> TooManyMisses:
    """The refusal of a shop that has been wrong too often."""
    return TooManyMisses(retry_after_seconds=max(1, round(wait_seconds)))


async def answer_one(
    request: Call, asked: use.UseRequest, verb: use.Verb, *, status: int = 201
) -> Response[Any]:
    """The answer to a single request, or its refusal.

    Raises:
        ImportNotPermitted: it gives a time, and the key lacks the scope.
        TooManyMisses: the shop has named too many unknown codes.
    """
    context, caller = context_of(request), request.user
    require_import(caller, asked.occurred_at)
    tokens = [] if asked.token is None else [asked.token]
    signatures = await context.data_keys.signatures(tokens) if tokens else None
    subject = asked.place or ""
    async with context.misses.allowed(caller.key_id, {subject: 1}) as allowance:
        if not allowance.misses_max[subject]:
            raise too_many(allowance.wait_seconds)
        made = await context.tills.answer(
            caller.party, asked, verb, deed=deed_of(request), signatures=signatures
        )
        if made.accepted:
            allowance.proven = {subject}
        elif made.document["code"] == CouponNotFound.code:
            allowance.wrong = {subject: 1}
    context.uses.ring()
    if not made.accepted:
        return problem_response(request, StoredRefusal(made.document), replayed=made.replayed)
    return json_answer(made.document, status=status, replayed=made.replayed)


async def look_up(
    request: Call, *, code: str | None, token: str | None, shop: str | None
) -> dict[str, Any]:
    """What a till is told of a coupon. An unknown code counts as in a use.

    Raises:
        TooManyMisses: the shop has named too many unknown codes.
        CouponNotFound: the supplier has no such coupon.
    """
    context, caller = context_of(request), request.user
    signatures = await context.data_keys.signatures([token]) if token is not None else None
    subject = shop or caller.grant.shop or ""
    async with context.misses.allowed(caller.key_id, {subject: 1}) as allowance:
        if not allowance.misses_max[subject]:
            raise too_many(allowance.wait_seconds)
        try:
            return await context.tills.look_up(
                caller.party, code=code, token=token, shop=shop, signatures=signatures
            )
        except CouponNotFound as unknown:
            # Raised in here, it would not be counted.
            allowance.wrong, missed = {subject: 1}, unknown
    raise missed
