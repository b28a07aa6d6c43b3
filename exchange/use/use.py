"""Use (核销) and reverse use, lock and unlock: the supplier's side of a coupon.

A batch is taken book by book, each book in one transaction. It takes at most eleven statements,
whatever its size, and reversals at most two more:

    1  read the shops that are named, if any are
    2  read the codes of the coupons of tokens, if there are tokens
    3  lock the coupons of the codes, in order of id, and then read the clock
    4  read the programme, for its time zone
    5  read what the offers say of their use, if the process does not know it yet
    6  read the answers that are stored under the same keys
    7  change the accepted coupons, each only from the state it was judged in, and write receipts
    8  store the answers
    9  add to the audit log
    10 append to the outbox, for settlement

Races:

- Two uses of one coupon: the coupon's row lock orders them, and the second is judged on what the
  first left.
- The same key twice on one coupon: the second waits at the row lock and then finds the stored
  answer.
- The same key at once on two coupons: the primary key (book, supplier, key) lets one in. The
  other's transaction is run again and finds the key stored.
- A use and a lock, and two locks: as two uses. A lock lapses by time, without a job: whoever has
  locked the row compares the lock's end with the clock that was read after it.
- A use and the sweep, a gift or a return: they lock or change the same row, and whoever is second
  is judged on what the first left.
- A use and the closing of its shop: a use that has read the shop before goes on.
- A token and a new code of its coupon: the code is read before the row is locked. If it is
  another one by then, the row is not found.
- Deadlocks: coupons are locked before keys, and each of them in order, so nobody waits in a circle.

A key belongs to its supplier and to the coupon's book. A batch that uses one key for coupons of two
books is refused for the second. Two batches that do so are not noticed, and each book answers for
itself.

A code is unknown if it is malformed, was never given out, or is another supplier's. A token that is
not ours is unknown, too. Both are refused and nothing is stored: asked again, they are still
unknown. `answer_uses` can be told how many of them each shop may name. Once it has named so many,
its other uses are not looked at, whether their codes are right or wrong.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from catalog import Deed, Party
from exchange.coupons.codes import CouponNotFound, parse_code
from exchange.coupons.signatures import Signatures
from exchange.coupons.tokens import CouponToken, read_token
from exchange.use.changes import KeyAlreadyStored
from exchange.use.request import MissesLeft, UseAnswer, UseRequest, Verb, refused
from exchange.use.uses_of_book import Named, UsesOfBook, key_reused
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
    signatures: Signatures | None = None,
) -> dict[int, UseAnswer]:
    """Use coupons, reverse uses, lock or unlock, each by itself. The answers are told by place.

    Refusals, in the order they are checked: coupon-not-found, idempotency-key-reused,
    shop-required, shop-not-found, token-expired; of a use and a lock further coupon-already-used,
    coupon-not-active, coupon-not-yet-usable, coupon-expired, shop-not-allowed, hours-closed,
    coupon-locked, threshold-not-met (of a use alone), reversed-too-often; of a reversal
    shop-not-allowed (of a till alone), coupon-not-used, reverse-too-late; of the end of a lock
    coupon-not-locked. A coupon whose use is reversed becomes ACTIVE, EXPIRED if its last day is
    past, or DEACTIVATED if its points went back as goodwill. Uses and reversals that are accepted
    are handed to settlement by the outbox topics `coupon.used` and `coupon.use_reversed`.

    The time is the database's, once the coupons are locked, unless the caller keeps a time of its
    own (`now`).

    `misses_max` is how many unknown codes each shop may name; a use that names none counts for the
    empty one. Places of uses that were not looked at are missing. Without it, all are answered.

    `signatures` reads tokens. Without it, every token is unknown.

    What is accepted is in the audit log, as the `deed` of whoever asks.

    Raises:
        UsesContended: the same keys were in use elsewhere again and again. Nothing of that book was
            changed.
    """
    misses_left = None if misses_max is None else MissesLeft(misses_max)
    answers, books = _by_book(uses, misses_left, signatures)
    for book_id, named in sorted(books.items()):
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                async with database.transaction() as connection:
                    trial = None if misses_left is None else misses_left.copy()
                    of_book = UsesOfBook(
                        connection,
                        book_id,
                        supplier,
                        verb,
                        now=now,
                        misses_left=trial,
                        deeds=dict.fromkeys(named, deed),
                    )
                    made = await of_book.answer({place: uses[place] for place in named}, named)
                answers |= made
                misses_left = trial
                break
            except KeyAlreadyStored as stored:
                if attempt == ATTEMPTS_MAX:
                    raise UsesContended(
                        f"{len(named)} uses were tried {attempt} times", retry_after_seconds=1
                    ) from stored
    return answers


def _by_book(
    uses: Sequence[UseRequest], misses_left: MissesLeft | None, signatures: Signatures | None
) -> tuple[dict[int, UseAnswer], dict[int, dict[int, Named]]]:
    """The answers that no database is needed for, and by book how the others name coupons."""
    answers: dict[int, UseAnswer] = {}
    books: dict[int, dict[int, Named]] = defaultdict(dict)
    book_of_key: dict[str, int] = {}
    for place, use in enumerate(uses):
        try:
            book_id, named = read_named(use.code, use.token, signatures)
        except CouponNotFound as refusal:
            if misses_left is None or misses_left.has_left(use):
                answers[place] = _missed(use, refusal, misses_left)
            continue
        if book_of_key.setdefault(use.key, book_id) != book_id:
            answers[place] = key_reused(use.key)
        else:
            books[book_id][place] = named
    return answers, books


def read_named(
    code: str | None, token: str | None, signatures: Signatures | None
) -> tuple[int, str | CouponToken]:
    """The book of a coupon, and its canonical code or what a token of it says.

    Raises:
        CouponNotFound: there can be no such code or token.
    """
    if code is not None:
        parsed = parse_code(code)
        return parsed.book_id, parsed.text
    if token is None or signatures is None:
        raise CouponNotFound("there is no such coupon")
    said = read_token(signatures, token)
    return said.book_id, said


def _missed(use: UseRequest, refusal: CouponNotFound, misses_left: MissesLeft | None) -> UseAnswer:
    if misses_left is not None:
        misses_left.miss(use)
    return refused(use.key, refusal)
