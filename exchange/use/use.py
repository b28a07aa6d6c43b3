"""Use (核销) and reverse use: the supplier's side of a coupon.

A batch is taken book by book, each book in one transaction. It takes at most eight statements,
whatever its size:

    1  lock the coupons of the codes, in order of id, and then read the clock
    2  read the programme, for its time zone
    3  read the answers that are stored under the same keys
    4  change the accepted coupons, each only from the state it was judged in, and write receipts
    5  store the answers
    6  add to the audit log
    7  append to the outbox, for settlement

Before them, one states who acts.

Races:

- Two uses of one coupon: the coupon's row lock orders them, and the second is judged on what the
  first left.
- The same key twice on one coupon: the second waits at the row lock and then finds the stored
  answer.
- The same key at once on two coupons: the primary key (book, supplier, key) lets one in. The
  other's transaction is run again and finds the key stored.
- Deadlocks: coupons are locked before keys, and each of them in order, so nobody waits in a circle.

A key belongs to its supplier and to the coupon's book. A batch that uses one key for coupons of two
books is refused for the second. Two batches that do so are not noticed, and each book answers for
itself.

An unknown code is malformed, was never given out, or is another supplier's. It is refused and
nothing is stored: asked again, it is still unknown. `answer_uses` can be told how many unknown
codes each store may name. Once it has named so many, its other uses are not looked at, whether
their codes are right or wrong.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from catalog import Deed, Party
from exchange.coupons.codes import CouponNotFound, parse_code
from exchange.use.request import MissesLeft, UseAnswer, UseRequest, Verb, refused
from exchange.use.uses_of_book import KeyAlreadyStored, UsesOfBook, key_reused
from ledger import Database, Refusal

ATTEMPTS_MAX = 5


class UsesContended(Refusal):
    """Other requests with the same keys kept coming first."""

    code: ClassVar[str] = "uses-contended"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The same keys are being used by other requests."


async def answer_uses(
    database: Database,
    supplier: Party,
    uses: Sequence[UseRequest],
    verb: Verb,
    *,
    now: datetime | None = None,
    misses_max: Mapping[str, int] | None = None,
    deed: Deed | None = None,
) -> dict[int, UseAnswer]:
    """Use coupons or reverse uses, each by itself. The answers are told by their place.

    Refusals of a use, in the order they are checked: coupon-not-found, idempotency-key-reused,
    coupon-already-used, coupon-not-active, coupon-not-yet-usable, coupon-expired. Refusals of a
    reversal: coupon-not-found, idempotency-key-reused, coupon-not-used. A coupon whose use is
    reversed becomes ACTIVE, or EXPIRED if its last day is past. What is accepted is handed to
    settlement by the outbox topics `coupon.used` and `coupon.use_reversed`.

    The time is the database's, once the coupons are locked, unless the caller keeps a time of its
    own (`now`).

    `misses_max` is how many unknown codes each store may name; a use that names no store counts for
    the empty one. Places of uses that were not looked at are missing. Without it, all are answered.

    What is accepted is in the audit log, as the `deed` of whoever asks.

    Raises:
        UsesContended: the same keys were in use elsewhere again and again. Nothing of that book was
            changed.
    """
    misses_left = None if misses_max is None else MissesLeft(misses_max)
    answers, books = _by_book(uses, misses_left)
    for book_id, codes in sorted(books.items()):
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                async with database.transaction(
                    actor=None if deed is None else deed.actor_id
                ) as connection:
                    trial = None if misses_left is None else misses_left.copy()
                    of_book = UsesOfBook(
                        connection,
                        book_id,
                        supplier,
                        verb,
                        now=now,
                        misses_left=trial,
                        deed=deed,
                    )
                    made = await of_book.answer({place: uses[place] for place in codes}, codes)
                answers |= made
                misses_left = trial
                break
            except KeyAlreadyStored as stored:
                if attempt == ATTEMPTS_MAX:
                    raise UsesContended(
                        f"{len(codes)} uses were tried {attempt} times", retry_after_seconds=1
                    ) from stored
    return answers


def _by_book(
    uses: Sequence[UseRequest], misses_left: MissesLeft | None
) -> tuple[dict[int, UseAnswer], dict[int, dict[int, str]]]:
    """The answers that no database is needed for, and by book the codes of the others."""
    answers: dict[int, UseAnswer] = {}
    books: dict[int, dict[int, str]] = defaultdict(dict)
    book_of_key: dict[str, int] = {}
    for place, use in enumerate(uses):
        try:
            code = parse_code(use.code)
        except CouponNotFound as refusal:
            if misses_left is None or misses_left.has_left(use):
                answers[place] = _missed(use, refusal, misses_left)
            continue
        if book_of_key.setdefault(use.key, code.book_id) != code.book_id:
            answers[place] = key_reused(use.key)
        else:
            books[code.book_id][place] = code.text
    return answers, books


def _missed(use: UseRequest, refusal: CouponNotFound, misses_left: MissesLeft | None) -> UseAnswer:
    if misses_left is not None:
        misses_left.miss(use)
    return refused(use.key, refusal)
