"""Earn: from events to points.

One read transaction looks whether the product codes are there. Each event of the others becomes one
issue, and a companion judges it in the ledger's transaction (`companion`). An event that earns
nothing is stored as a refused issue under its key, so a replay is told the same for good. A code
that is not there leaves no record: the key stays free, and who guesses writes nothing.
"""

from collections.abc import Sequence

from exchange.earning.companion import Earning, EarningCompanion
from exchange.earning.product_codes import load_known_codes
from exchange.earning.request import EarnRequest, ProductCodeNotFound
from ledger import Ledger, Refusal
from ledger.asks import Answer
from ledger.book import Programme


async def earn_events(
    ledger: Ledger,
    programme: Programme,
    requests: Sequence[EarnRequest],
    *,
    recorded_by: int | None = None,
) -> list[Answer | Refusal]:
    """Have each event earn by itself. Answers come in order, and none fails the others.

    The accepted answer's `detail` names the rule. One that earns nothing is refused with
    `not-earned`, which says why, or with `cap-exceeded`, the programme's own cap. An unknown
    product code is answered with its refusal, and nothing is stored for its key.
    """
    digests = {each.product_code for each in requests if each.product_code is not None}
    known: set[bytes] = set()
    if digests:
        async with ledger.database.transaction() as connection:
            known = await load_known_codes(connection, programme.book_id, digests)
    tried = [each for each in requests if each.product_code is None or each.product_code in known]
    made = iter(
        await ledger.submit(
            programme,
            [each.operation() for each in tried],
            companion=EarningCompanion(programme.book_id, programme.time_zone),
            payloads=[Earning(each) for each in tried],
            recorded_by=recorded_by,
        )
        if tried
        else ()
    )
    return [
        next(made)
        if each.product_code is None or each.product_code in known
        else ProductCodeNotFound("the programme has no such product code")
        for each in requests
    ]
