"""Product codes: printed on goods, one on each piece, and each earns once.

Only keyed digests are stored, another one in each book: who reads the database cannot earn with
what it finds, and short codes cannot be tried out. A batch names the earning rule by which its
codes give points, with the caps and the budget of that rule.

Locks. Whoever earns locks the codes, in the order of their digests, under the lane's lock and
before the ledger decides. Whoever adds codes locks the batch first, then inserts in the order of
the digests. Of two who add the same code at once, one waits and then finds it there.

To end a batch locks no codes. What has read the batch as open before the end is committed may
still earn.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import LABEL_LENGTH_MAX, is_code, require_code, require_name, require_page
from catalog.members import Digester
from exchange.coupons.codes import ALPHABET
from exchange.earning.rules import find_earning_rule
from exchange.earning.terms import PRODUCT_CODE, EarningInvalid
from ledger import Refusal

PRODUCT_CODES_MAX = 10_000
"""The most codes of one request."""
PRODUCT_CODE_LENGTH_MIN = 8
PRODUCT_CODE_LENGTH_MAX = 64
MADE_LENGTH = 16
"""A code that is made here has 80 bits, which nobody guesses."""

State = Literal["OPEN", "ENDED", "VOIDED"]
_CODE = re.compile(f"[0-9A-Z]{{{PRODUCT_CODE_LENGTH_MIN},{PRODUCT_CODE_LENGTH_MAX}}}")
_BETWEEN = frozenset({"Zs", "Cf", "Pd"})
"""Categories of Unicode that are left out: spaces, what has no width, and dashes."""

_DIGESTS = bindparam("digests", type_=ARRAY(BYTEA))

_ADD_BATCH = text(
    """
    INSERT INTO exchange.product_batch (book_id, batch, label, rule)
    VALUES (:book_id, :batch, :label, :rule)
    ON CONFLICT (book_id, batch) DO NOTHING
    RETURNING batch
    """
)
_LOCK_BATCH = text(
    """
    SELECT state FROM exchange.product_batch
    WHERE book_id = :book_id AND batch = :batch FOR NO KEY UPDATE
    """
)
# A batch that was voided stays so, and one that has ended can still be voided.
_CLOSE = text(
    """
    UPDATE exchange.product_batch
    SET state = :state, closed_at = coalesce(closed_at, clock_timestamp())
    WHERE book_id = :book_id AND batch = :batch
        AND (state = 'OPEN' OR state = 'ENDED' AND :state = 'VOIDED')
    """
)
_BATCHES = """
    SELECT b.batch_no, b.batch, b.label, b.rule, b.state, b.codes, b.recorded_at, b.closed_at,
        figures.earned, figures.points
    FROM exchange.product_batch AS b CROSS JOIN LATERAL (
        SELECT count(*) AS earned, CAST(coalesce(sum(c.points), 0) AS bigint) AS points
        FROM exchange.product_code AS c
        WHERE c.book_id = :book_id AND c.batch = b.batch AND c.earned_at IS NOT NULL
    ) AS figures
    WHERE b.book_id = :book_id
"""
_ONE = text(f"{_BATCHES} AND b.batch = :batch")
_PAGE = text(f"{_BATCHES} AND b.batch_no > :after ORDER BY b.batch_no LIMIT :limit")
_ADD_CODES = text(
    """
    INSERT INTO exchange.product_code (book_id, digest, batch)
    SELECT :book_id, digest, :batch FROM unnest(:digests) AS given(digest) ORDER BY digest
    ON CONFLICT (book_id, digest) DO NOTHING
    RETURNING digest
    """
).bindparams(_DIGESTS)
_COUNT_CODES = text(
    """
    UPDATE exchange.product_batch SET codes = codes + :added
    WHERE book_id = :book_id AND batch = :batch
    """
)
_THERE = text(
    """
    SELECT digest FROM exchange.product_code
    WHERE book_id = :book_id AND digest = ANY (:digests)
    """
).bindparams(_DIGESTS)
_LOCK = text(
    """
    SELECT c.digest, c.batch, c.earned_at IS NOT NULL AS is_taken
    FROM exchange.product_code AS c
    WHERE c.book_id = :book_id AND c.digest = ANY (:digests)
    ORDER BY c.digest FOR NO KEY UPDATE
    """
).bindparams(_DIGESTS)
_STATES = text(
    """
    SELECT batch, rule, state FROM exchange.product_batch
    WHERE book_id = :book_id AND batch = ANY (:batches)
    """
).bindparams(bindparam("batches", type_=ARRAY(TEXT)))
_TAKE = text(
    """
    UPDATE exchange.product_code AS c
    SET member = given.member, points = given.points, earned_at = clock_timestamp()
    FROM unnest(:digests, :members, :points) AS given(digest, member, points)
    WHERE c.book_id = :book_id AND c.digest = given.digest AND c.earned_at IS NULL
    RETURNING c.digest
    """
).bindparams(
    _DIGESTS, bindparam("members", type_=ARRAY(TEXT)), bindparam("points", type_=ARRAY(BIGINT))
)


class ProductBatchNotFound(Refusal):
    """The programme has no batch of product codes of this code."""

    code: ClassVar[str] = "product-batch-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such batch of product codes."


class ProductBatchExists(Refusal):
    """The programme has a batch of product codes of this code."""

    code: ClassVar[str] = "product-batch-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is a batch of product codes of this code."


class ProductBatchClosed(Refusal):
    """The batch has ended or was voided, and takes no more codes."""

    code: ClassVar[str] = "product-batch-closed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The batch of product codes takes no more codes."


@dataclass(frozen=True, slots=True)
class ProductBatch:
    """A batch of product codes with its figures: how many codes it has, and what they gave."""

    batch_no: int
    batch: str
    label: str
    rule: str
    state: State
    codes: int
    recorded_at: datetime
    closed_at: datetime | None
    earned: int
    points: int


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A locked code: its batch, that one's rule and state, and whether it has earned."""

    batch: str
    rule: str
    state: State
    is_taken: bool


def read_product_code(typed: str) -> str | None:
    """The one spelling of a code, in capitals and without blanks and dashes. None: it is none."""
    plain = unicodedata.normalize("NFKC", typed)
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in _BETWEEN).upper()
    return kept if _CODE.fullmatch(kept) else None


def digest_of_code(digester: Digester, typed: str) -> bytes | None:
    """By what a code is known in the digester's book. None: it cannot be a code."""
    code = read_product_code(typed)
    return None if code is None else digester.digest(PRODUCT_CODE, code)


def new_product_codes(count: int) -> list[str]:
    """Fresh codes of 80 random bits."""
    return ["".join(secrets.choice(ALPHABET) for _ in range(MADE_LENGTH)) for _ in range(count)]


async def add_product_batch(
    connection: AsyncConnection, book_id: int, batch: str, label: str, rule: str
) -> ProductBatch:
    """Make an empty batch, whose codes give points by an earning rule.

    Raises:
        CodeInvalid, NameInvalid: the code or the label is malformed.
        EarningRuleNotFound: there is no such rule.
        EarningInvalid: the rule is for another event.
        ProductBatchExists: there is a batch of this code.
    """
    require_code(batch)
    require_name(label, "label", LABEL_LENGTH_MAX)
    if (await find_earning_rule(connection, book_id, rule)).event != PRODUCT_CODE:
        raise EarningInvalid(f"the rule {rule!r} is not for {PRODUCT_CODE}", field="rule")
    values = {"book_id": book_id, "batch": batch, "label": label, "rule": rule}
    if (await connection.execute(_ADD_BATCH, values)).one_or_none() is None:
        raise ProductBatchExists(f"there is a batch {batch!r}")
    return await find_product_batch(connection, book_id, batch)


async def find_product_batch(connection: AsyncConnection, book_id: int, batch: str) -> ProductBatch:
    """One batch with its figures.

    Raises:
        ProductBatchNotFound: the programme has none of this code.
    """
    where = {"book_id": book_id, "batch": batch}
    found = await connection.execute(_ONE, where) if is_code(batch) else None
    row = None if found is None else found.mappings().one_or_none()
    if row is None:
        raise ProductBatchNotFound(f"the programme has no batch {batch!r}")
    return ProductBatch(**row)


async def list_product_batches(
    connection: AsyncConnection, book_id: int, *, after: int = 0, limit: int = 100
) -> list[ProductBatch]:
    """A page of a programme's batches, oldest first."""
    require_page(after, limit)
    where = {"book_id": book_id, "after": after, "limit": limit}
    return [ProductBatch(**row) for row in (await connection.execute(_PAGE, where)).mappings()]


async def close_product_batch(
    connection: AsyncConnection, book_id: int, batch: str, state: State
) -> ProductBatch:
    """End a batch, or void it: none of its codes earns from now on. What was given stays.

    Raises:
        ProductBatchNotFound: the programme has none of this code.
    """
    if is_code(batch):
        where = {"book_id": book_id, "batch": batch, "state": state}
        await connection.execute(_CLOSE, where)
    return await find_product_batch(connection, book_id, batch)


async def add_product_codes(
    connection: AsyncConnection, book_id: int, batch: str, digests: Iterable[bytes]
) -> int:
    """Put codes into a batch. Returns how many are new to the programme; the others are there.

    Raises:
        ProductBatchNotFound: the programme has none of this code.
        ProductBatchClosed: it takes no more codes.
    """
    where = {"book_id": book_id, "batch": batch}
    known = is_code(batch)
    state = (await connection.execute(_LOCK_BATCH, where)).scalar() if known else None
    if state is None:
        raise ProductBatchNotFound(f"the programme has no batch {batch!r}")
    if state != "OPEN":
        raise ProductBatchClosed(f"the batch {batch!r} is {state}", state=state)
    added = await connection.execute(_ADD_CODES, {**where, "digests": list(set(digests))})
    count = len(added.all())
    await connection.execute(_COUNT_CODES, {**where, "added": count})
    return count


async def load_known_codes(
    connection: AsyncConnection, book_id: int, digests: Collection[bytes]
) -> set[bytes]:
    """Which of these codes the programme has. One round trip."""
    rows = await connection.execute(_THERE, {"book_id": book_id, "digests": list(digests)})
    return {bytes(digest) for digest in rows.scalars()}


async def lock_codes(
    connection: AsyncConnection, book_id: int, digests: Collection[bytes]
) -> dict[bytes, HeldCode]:
    """Lock these codes until the transaction ends. Two round trips, or none for no codes."""
    if not digests:
        return {}
    bound = {"book_id": book_id, "digests": sorted(set(digests))}
    rows = (await connection.execute(_LOCK, bound)).all()
    asked = {"book_id": book_id, "batches": sorted({row.batch for row in rows})}
    batches = {row.batch: row for row in await connection.execute(_STATES, asked)}
    return {
        bytes(row.digest): HeldCode(
            row.batch, batches[row.batch].rule, batches[row.batch].state, row.is_taken
        )
        for row in rows
    }


async def take_codes(
    connection: AsyncConnection, book_id: int, taken: Mapping[bytes, tuple[str, int]]
) -> None:
    """Mark locked codes as earned, each with its member and points. None for no codes."""
    if not taken:
        return
    digests: Sequence[bytes] = sorted(taken)
    bound = {
        "book_id": book_id,
        "digests": digests,
        "members": [taken[digest][0] for digest in digests],
        "points": [taken[digest][1] for digest in digests],
    }
    marked = (await connection.execute(_TAKE, bound)).all()
    assert len(marked) == len(digests), "a locked code was taken by somebody else"
