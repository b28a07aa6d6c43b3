"""Single uses, and what belongs to them, that arrive together: one transaction for many.

`use` says what becomes of each. Here those of one book, supplier and verb share a transaction. Each
has its own key and answer, and names its own actor and request in what is stored for it.

A coupon that somebody else has locked is passed over, as nobody is to wait for another's coupon. It
is asked for again alone, and waits for its lock there. So is a code that is not found: a statement
that passes locked rows over cannot tell the two apart.

Look-ups of one supplier and book share their statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import Deed, Party
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.signatures import Signatures
from exchange.use.changes import KeyAlreadyStored
from exchange.use.look_up import Look, look_up_all
from exchange.use.request import UseAnswer, UseRequest, Verb, refused
from exchange.use.use import ATTEMPTS_MAX, UsesContended, read_named
from exchange.use.uses_of_book import Named, UsesOfBook
from ledger import JSON, PUT_OFF, Asking, Database, Gatherer, PutOff, Refusal

_OfBook = tuple[int, Party, Verb]


@dataclass(frozen=True, slots=True)
class _Asked:
    use: UseRequest
    named: Named
    deed: Deed


class GatheredUses:
    """Answers single uses, reversals, locks and look-ups of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._uses: Gatherer[_OfBook, _Asked, UseAnswer] = Gatherer(self._answer)
        self._looks: Gatherer[tuple[int, Party], Look, dict[str, JSON] | Refusal] = Gatherer(
            self._look_up
        )

    async def answer(
        self,
        supplier: Party,
        use: UseRequest,
        verb: Verb,
        *,
        deed: Deed,
        signatures: Signatures | None = None,
    ) -> UseAnswer:
        """The answer to one of them, as `answer_uses` gives it.

        Raises:
            UsesContended: the same key was in use elsewhere again and again.
        """
        try:
            book_id, named = read_named(use.code, use.token, signatures)
        except CouponNotFound as refusal:
            return refused(use.key, refusal)
        return await self._uses.ask((book_id, supplier, verb), _Asked(use, named, deed))

    async def look_up(
        self,
        supplier: Party,
        *,
        code: str | None = None,
        token: str | None = None,
        shop: str | None = None,
        signatures: Signatures | None = None,
    ) -> dict[str, JSON]:
        """What a till is told of a coupon, as `look_up` tells it.

        Raises:
            CouponNotFound: the supplier has none of this code or token. Who asks counts it.
            ShopRequired: the supplier wants a shop to be named.
            ShopNotFound: the supplier has no such shop.
        """
        look = Look(code, token, shop, signatures)
        found = await self._looks.ask((look.book_id, supplier), look)
        if isinstance(found, Refusal):
            raise found
        return found

    async def _answer(
        self, of_book: _OfBook, asked: Sequence[_Asked], asking: Asking
    ) -> list[UseAnswer | PutOff]:
        book_id, supplier, verb = of_book
        places = range(len(asked))
        for _ in range(ATTEMPTS_MAX):
            try:
                async with self._database.transaction() as connection:
                    uses = UsesOfBook(
                        connection,
                        book_id,
                        supplier,
                        verb,
                        deeds={place: asked[place].deed for place in places},
                        may_wait=asking is Asking.ALONE,
                    )
                    answers = await uses.answer(
                        {place: asked[place].use for place in places},
                        {place: asked[place].named for place in places},
                    )
            except KeyAlreadyStored:
                continue
            return [answers.get(place, PUT_OFF) for place in places]
        raise UsesContended(
            f"{len(asked)} uses were tried {ATTEMPTS_MAX} times", retry_after_seconds=1
        )

    async def _look_up(
        self, of_book: tuple[int, Party], looks: Sequence[Look], _: Asking
    ) -> list[dict[str, JSON] | Refusal | PutOff]:
        book_id, supplier = of_book
        async with self._database.transaction() as connection:
            return list(await look_up_all(connection, book_id, supplier, looks))
