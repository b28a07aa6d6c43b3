"""Tokens: what a member shows at a till instead of the code, for two minutes.

A token is a signed text (`signatures`) of the kind `cq1`. It says, in this order, after the number
of its key: the book, the coupon, the offer, its version, the coupon's last day or null, when the
token ends in seconds since 1970, and the mark of the coupon's code. A till without a line to us
reads all that and checks the signature by itself. The code is not in it, so a picture of a token is
worth nothing after two minutes. A code that was replaced takes its tokens with it: their mark is of
the code before.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from exchange.coupons.codes import BOOK_MAX, CouponNotFound
from exchange.coupons.lifecycle import CouponNotActive, CouponState, Ends, state_at
from exchange.coupons.read import Coupon
from exchange.coupons.signatures import SignatureInvalid, Signatures
from ledger import JSON, Refusal

TOKEN_KIND = "cq1"
TOKEN_SECONDS = 120
TOKEN_LENGTH_MAX = 400
_MARK_LENGTH_BYTES = 8
_FACTS = 7


class TokenExpired(Refusal):
    """The token was shown for too long. The member's app gets a new one."""

    code: ClassVar[str] = "token-expired"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The token has expired."


@dataclass(frozen=True, slots=True)
class CouponToken:
    """What a token says."""

    book_id: int
    coupon_id: int
    offer_id: int
    offer_version: int
    last_day: date | None
    expires_at: datetime
    mark: str

    def is_of(self, code: str) -> bool:
        """Whether it was made for the coupon while it had this code."""
        return hmac.compare_digest(self.mark, _mark_of(code))

    def why_stale(self, at: datetime) -> TokenExpired | None:
        """Why the token holds no more at that time. None means that it does."""
        if at < self.expires_at:
            return None
        return TokenExpired(
            f"a token holds for {TOKEN_SECONDS} seconds", expired_at=self.expires_at
        )


def new_token(
    signatures: Signatures,
    now: datetime,
    *,
    book_id: int,
    coupon_id: int,
    code: str,
    offer_id: int,
    offer_version: int,
    last_day: date | None,
) -> tuple[str, datetime]:
    """A token of a coupon, and when it ends."""
    expires_at = (now + timedelta(seconds=TOKEN_SECONDS)).replace(microsecond=0)
    says: list[JSON] = [
        book_id,
        coupon_id,
        offer_id,
        offer_version,
        None if last_day is None else last_day.isoformat(),
        int(expires_at.timestamp()),
        _mark_of(code),
    ]
    return signatures.sign(TOKEN_KIND, says), expires_at


def show_token(signatures: Signatures, coupon: Coupon, now: datetime) -> tuple[str, datetime]:
    """A token for the member of a coupon, and when it ends.

    Raises:
        CouponNotActive: the coupon is not there yet, or not any more.
    """
    state = state_at(coupon.state, Ends(coupon.gift_until, coupon.lock_until), now)
    if state not in {CouponState.ACTIVE, CouponState.LOCKED}:
        raise CouponNotActive(f"the coupon is {state}", state=str(state))
    return new_token(
        signatures,
        now,
        book_id=coupon.book_id,
        coupon_id=coupon.coupon_id,
        code=coupon.code,
        offer_id=coupon.offer_id,
        offer_version=coupon.offer_version,
        last_day=coupon.last_day,
    )


def read_token(signatures: Signatures, text: str) -> CouponToken:
    """What a token says. Whether it still holds is asked of it when the time is known.

    Raises:
        CouponNotFound: it is none of ours. As with a code, nobody is told why.
    """
    try:
        says = signatures.read(TOKEN_KIND, text)
        return _token(says)
    except (SignatureInvalid, TypeError, ValueError):
        raise CouponNotFound("there is no such coupon") from None


def _token(says: list[JSON]) -> CouponToken:
    if len(says) != _FACTS:
        raise ValueError("a token says something else")
    book_id, coupon_id, offer_id, version, last_day, ends, mark = says
    if not 0 < int(book_id) <= BOOK_MAX:
        raise ValueError("there is no such book")
    return CouponToken(
        book_id,
        coupon_id,
        offer_id,
        version,
        None if last_day is None else date.fromisoformat(last_day),
        datetime.fromtimestamp(ends, UTC),
        mark,
    )


def _mark_of(code: str) -> str:
    digest = hashlib.blake2b(
        code.encode(), digest_size=_MARK_LENGTH_BYTES, person=b"comity token"
    ).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
