"""Use (核销) and reverse use: the supplier's side of a coupon.

A batch is taken book by book, each in one transaction of six statements at most, whatever its size:

    1 lock the coupons of the codes, by id        4 change the accepted ones, each only from the
    state it was judged in, and write receipts 2 the programme, for its time zone            5 store
    the answers 3 answers stored under the same keys          6 append to the outbox for settlement

Races. Two uses of one coupon: the coupon's row lock orders them, the second is judged on what the
first left. The same key twice on one coupon: it waits at the row lock and then finds the stored
answer. The same key at once on two coupons: the primary key (book, supplier, key) lets one in, and
the other's transaction is run again and finds the key taken. Coupons are locked before keys and
each in order, so nobody waits in a circle.

A key is known within its supplier and the coupon's book, the shard. In one batch a key for coupons
of two books is refused as used again; in two batches nobody sees it, and each book answers for
itself.

An unknown code (malformed, never given, another supplier's) is refused without being stored: asked
again, it is still unknown.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from catalog import Party
from exchange.coupons.codes import CouponNotFound, normalise_code, parse_code
from exchange.use.request import UseAnswer, UseRequest, Verb, refused
from exchange.use.uses_of_book import USE_REVERSED_TOPIC, USED_TOPIC, Batch, KeyTaken, key_reused
from ledger import Database, Refusal

__all__ = [
    "USED_TOPIC",
    "USE_REVERSED_TOPIC",
    "UseAnswer",
    "UseRequest",
    "UsesContended",
    "reverse_use",
    "use_coupon",
    "use_coupons",
]

ATTEMPTS_MAX: Final = 5


class UsesContended(Refusal):
    """Other requests with the same keys kept coming first."""

    code: ClassVar[str] = "uses-contended"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The same keys are being used by other requests."


async def use_coupons(
    database: Database, supplier: Party, uses: Sequence[UseRequest], now: datetime
) -> list[UseAnswer]:
    """Use coupons, each by itself; answers in order.

    Refusals in an answer, in the order they are checked: coupon-not-found, idempotency-key-reused,
    coupon-already-used, coupon-not-active, coupon-expired. Each accepted use is handed to
    settlement by the outbox topic `coupon.used`.

    Raises:
        UsesContended: the same keys were in use elsewhere again and again; nothing of that book was
            changed.
    """
    return await _answer_all(database, supplier, uses, "use", now=now)


async def use_coupon(
    database: Database, supplier: Party, use: UseRequest, now: datetime
) -> UseAnswer:
    """Use one coupon: a batch of one."""
    return (await use_coupons(database, supplier, [use], now))[0]


async def reverse_use(
    database: Database, supplier: Party, use: UseRequest, now: datetime
) -> UseAnswer:
    """Reverse the standing use of a coupon; one whose last day is past becomes EXPIRED, any other ACTIVE.

    Refusals in the answer: coupon-not-found, idempotency-key-reused, coupon-not-used. Outbox topic:
    `coupon.use_reversed`.

    Raises:
        UsesContended: as for `use_coupons`.
    """
    return (await _answer_all(database, supplier, [use], "reverse-use", now=now))[0]


async def _answer_all(
    database: Database, supplier: Party, uses: Sequence[UseRequest], verb: Verb, *, now: datetime
) -> list[UseAnswer]:
    answers: dict[int, UseAnswer] = {}
    books: dict[int, dict[int, str]] = defaultdict(dict)
    book_of_key: dict[str, int] = {}
    for place, use in enumerate(uses):
        try:
            book_id = parse_code(use.code)
        except CouponNotFound as refusal:
            answers[place] = refused(use.key, refusal)
            continue
        if book_of_key.setdefault(use.key, book_id) != book_id:
            answers[place] = key_reused(use.key)
        else:
            books[book_id][place] = normalise_code(use.code)
    for book_id, codes in sorted(books.items()):
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                async with database.transaction() as connection:
                    batch = Batch(connection, book_id, supplier, verb, now)
                    answers |= await batch.answer({place: uses[place] for place in codes}, codes)
                break
            except KeyTaken as taken:
                if attempt == ATTEMPTS_MAX:
                    raise UsesContended(
                        f"{len(codes)} uses were tried {attempt} times", retry_after_seconds=1
                    ) from taken
    return [answers[place] for place in range(len(uses))]
