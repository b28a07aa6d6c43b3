"""Redeem: from the requests of a brand to their answers.

One read transaction prices the requests: offers as the brand sees them, with the isolation
decision, and allotments. For rights that a supplier delivers, two statements more find out whether
it is away (`waiting`). Then each request becomes one ledger operation, and a companion commits
the rest with it:

    before  3 statements look again, as the transaction sees it: offers, with the mark of the
            isolation rules, the stages of suppliers (`canary`), and allotments. If the mark is new,
            1 more reads the rules. For offers
            with limits, 3 more count what was taken. What cannot be had is refused. 1 reads price
            rules, the rate and for whom the offers are; where these ask for it, `prices` says what
            else is read.
    ledger  has the price judged under the lane's lock, by what the member can spend then. Spends
            the points (own_code) or holds them (direct), or refuses.
    after   1 statement takes the stock of the accepted ones, 1 counts it on its day, 1 creates
            coupons, orders and receipt steps, 1 appends to the outbox.

Where offers give card codes out, 2 more before count them, 2 after lock them and 1 gives them to
their coupons (`cards`).

So one transaction decides on offer, isolation, stock, price and points. The price is that of the
request's own quote if it brings one. Else it is found in the transaction: by the price rules, or by
the batch from which the piece is taken. A request's fingerprint is what the caller asked for, not
the price that was found: a replay after a price change still gets the first answer. An account is
encrypted before the transaction, without a statement, by a key that the process has.

Races:

- The same key twice: the ledger's unique (book_id, key) answers the second from the first.
- The last piece of stock: see `companion`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from catalog import Deed, Party
from exchange.coupons.accounts import Accounts
from exchange.redeem.companion import RightsCompanion
from exchange.redeem.quote import Bid, Quote, quote_rights
from exchange.redeem.request import RightRequest
from exchange.redeem.sold_out import SoldOut, leave_hints, told_sold_out
from exchange.redeem.tokens import QuoteKeys
from exchange.redeem.waiting import unavailable
from ledger import Ledger
from ledger.asks import Answer
from ledger.book import Programme
from ledger.idempotency import KeyReused


async def redeem_rights(
    ledger: Ledger,
    programme: Programme,
    brand: Party,
    requests: Sequence[RightRequest],
    now: datetime | None = None,
    *,
    accounts: Accounts,
    deed: Deed | None = None,
    quote_keys: QuoteKeys | None = None,
    sold_out: SoldOut | None = None,
) -> list[Answer]:
    """Redeem each request by itself. Answers come in order, and no refusal fails the rest.

    With `sold_out`, what was sold out a moment ago is refused without a look at the rest.

    The time is the database's, unless the caller keeps a time of its own (`now`). `accounts`
    encrypts the accounts of the members. The records, and the audit log, name the `deed`.

    An accepted answer's `detail` names the coupon and its state: HELD while the supplier delivers,
    ACTIVE at once for the exchange's own codes. Refusals in an answer, in the order they are
    checked: supplier-unavailable, which is not stored, offer-not-found, offer-not-valid,
    offer-undeliverable, account-required, account-invalid, quote-stale, supplier-suspended,
    not-in-canary, canary-full, limit-per-member, limit-per-day, allotment-not-found,
    allotment-closed, allotment-exhausted, codes-exhausted, too-many-free-rights, not-eligible,
    member-not-found,
    insufficient-points.
    """
    if sold_out is not None:
        told = await told_sold_out(ledger, programme, requests, sold_out)
        asked = [request for place, request in enumerate(requests) if place not in told]
        answers = await redeem_rights(
            *(ledger, programme, brand, asked, now),
            accounts=accounts,
            deed=deed,
            quote_keys=quote_keys,
        )
        await leave_hints(programme, asked, answers, sold_out)
        rest = iter(answers)
        return [told[place] if place in told else next(rest) for place in range(len(requests))]
    marked = [_marked(request, programme.book_id, accounts) for request in requests]
    answers = await _redeem(ledger, programme, brand, marked, now, accounts, deed, keys=quote_keys)
    # Releases before this one took the account itself into the fingerprint. Where a key is known by
    # that, this is a replay. Nothing new can come of it: the key is used.
    plain = [
        place
        for place, (request, answer) in enumerate(zip(requests, answers, strict=True))
        if request.account is not None
        and answer.refusal is not None
        and answer.refusal["code"] == KeyReused.code
    ]
    if plain:
        old = [requests[place] for place in plain]
        again = await _redeem(ledger, programme, brand, old, now, accounts, deed, keys=quote_keys)
        for place, answer in zip(plain, again, strict=True):
            answers[place] = answer
    return answers


def _marked(request: RightRequest, book_id: int, accounts: Accounts) -> RightRequest:
    if request.account is None:
        return request
    return replace(request, account_mark=accounts.mark(book_id, request.account))


async def _redeem(  # noqa: PLR0917 - what `redeem_rights` is given
    ledger: Ledger,
    programme: Programme,
    brand: Party,
    requests: Sequence[RightRequest],
    now: datetime | None,
    accounts: Accounts,
    deed: Deed | None,
    *,
    keys: QuoteKeys | None = None,
) -> list[Answer]:
    async with ledger.database.transaction() as connection:
        quotes = await quote_rights(
            connection, programme.book_id, brand, requests, now, quote_keys=keys
        )
        away = await unavailable(connection, programme.book_id, programme.lanes, quotes)
    quotes = [quote for place, quote in enumerate(quotes) if place not in away]
    companion = RightsCompanion(programme.book_id, programme.lanes, brand, programme.time_zone)
    operations = [quote.operation() for quote in quotes]
    bids = [
        Bid(quote, deed, encrypted_account=_encrypted(quote, programme.book_id, accounts))
        for quote in quotes
    ]
    answers = await ledger.submit(
        programme,
        operations,
        companion=companion,
        payloads=bids,
        recorded_by=None if deed is None else deed.actor_id,
    )
    submitted = iter(answers)
    return [away[place] if place in away else next(submitted) for place in range(len(requests))]


def _encrypted(quote: Quote, book_id: int, accounts: Accounts) -> bytes | None:
    """The account of a right that its supplier delivers itself. For others, none is kept."""
    request = quote.request
    if quote.offer is None or quote.offer.fulfilment != "direct" or request.account is None:
        return None
    return accounts.encrypt(request.account, book_id, request.key)
