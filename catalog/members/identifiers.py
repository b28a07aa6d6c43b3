"""How a brand knows a member: phone, openid, unionid, e-mail, card. Pure.

A value is brought into one form and turned into a keyed digest, which is all that is stored, beside
the last characters. Without a key, a digest of a phone number could be undone by trying all phone
numbers. With a key for each book, one person's digests in two books have nothing in common.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger import Refusal

VALUE_LENGTH_MAX = 254
DIGEST_LENGTH_BYTES = 16
KEY_LENGTH_BYTES = 32
TAIL_LENGTH_MAX = 4
_TAIL_SHARE = 3
"""A tail is a third of the value at most, so that a short one is not given away."""

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_NATIONAL_PHONE = re.compile(r"1[0-9]{10}")
_BETWEEN_DIGITS = re.compile(r"[\s().-]")
_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}:[A-Za-z0-9_-]{1,128}")
_UNIONID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_CARD = re.compile(r"[A-Z0-9]{4,64}")


class IdentifierInvalid(Refusal):
    """An identifier is of no known kind, or its value has not the form of its kind."""

    code: ClassVar[str] = "identifier-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The identifier is of no known kind, or not of the form of its kind."


def _phone(value: str) -> str:
    digits = _BETWEEN_DIGITS.sub("", value)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+86{digits}" if _NATIONAL_PHONE.fullmatch(digits) else digits


def _card(value: str) -> str:
    return _BETWEEN_DIGITS.sub("", value).upper()


FORMS: Mapping[str, tuple[Callable[[str], str], re.Pattern[str]]] = {
    "card": (_card, _CARD),
    "email": (str.lower, _EMAIL),
    "openid": (str, _OPENID),
    "phone": (_phone, _PHONE),
    "unionid": (str, _UNIONID),
}
"""Each kind: how its value is brought into one form, and the pattern of that form."""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier as it is stored: its kind, its digest in one book, and the end of its value."""

    kind: str
    digest: bytes
    tail: str = field(compare=False)


def normalise(kind: str, value: str) -> str:
    """The one form of a value, so that two spellings of it are the same.

    A phone number is in E.164; a Chinese mobile number may lack its +86. The refusal does not
    repeat the value.

    Raises:
        IdentifierInvalid: there is no such kind, or the value has not its form.
    """
    if kind not in FORMS:
        raise IdentifierInvalid(f"a kind is one of {', '.join(FORMS)}", field="kind")
    clean, pattern = FORMS[kind]
    found = clean(unicodedata.normalize("NFKC", value).strip())
    if len(found) > VALUE_LENGTH_MAX or not found.isprintable() or not pattern.fullmatch(found):
        raise IdentifierInvalid(f"a value is not of the form of the kind {kind}", kind=kind)
    return found


def tail_of(kind: str, value: str) -> str:
    """The last characters of a value: enough for the brand to know it again, not to find it."""
    shown = value.partition("@")[0] if kind == "email" else value
    return shown[len(shown) - min(TAIL_LENGTH_MAX, len(shown) // _TAIL_SHARE) :]


class Digester:
    """Makes identifiers for one book, with the key of that book."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes, book_id: int) -> None:
        if len(key) != KEY_LENGTH_BYTES:
            raise ValueError(f"a key has exactly {KEY_LENGTH_BYTES} bytes")
        derived = HKDF(SHA256(), KEY_LENGTH_BYTES, None, f"comity members {book_id}".encode())
        self._key = derived.derive(key)

    def identify(self, kind: str, value: str) -> Identifier:
        """The identifier that is stored of a value.

        Raises:
            IdentifierInvalid: there is no such kind, or the value has not its form.
        """
        known = normalise(kind, value)
        return Identifier(kind, self.digest(kind, known), tail_of(kind, known))

    def digest(self, kind: str, value: str) -> bytes:
        """The digest of a value that has its one form."""
        return hmac.digest(self._key, f"{kind}\0{value}".encode(), "sha256")[:DIGEST_LENGTH_BYTES]
