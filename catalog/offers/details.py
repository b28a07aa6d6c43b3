"""What the terms of an offer may say, and what contradicts what (pure).

Each refusal names the field that is wrong, and those of two fields name the one to change.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, get_args

from catalog.fields import (
    FACE_VALUE_MINOR_MAX,
    QUANTITY_MAX,
    REGION_PATTERN,
    is_code,
    is_whole,
    require_category_path,
    require_currency,
    require_face_value,
    require_name,
    require_period,
    require_price,
    require_time,
    require_use_within,
)
from catalog.offers.account_pattern import PATTERN_LENGTH_MAX, pattern_fault
from catalog.offers.terms import CountsAsUsed, Fulfilment, Kind, Language, OfferTerms
from ledger import Refusal

SUBTITLE_LENGTH_MAX = 100
TERMS_TEXT_LENGTH_MAX = 5_000
IMAGES_MAX = 5
IMAGE_LENGTH_MAX = 500
USE_TIMES_MAX = 21
CLOSED_DAYS_MAX = 50
USABLE_SHOPS_MAX = 1_000
PLACE_LENGTH_MAX = 64
USE_AFTER_DAYS_MAX = 365
LIMIT_PER_MEMBER_MAX = 1_000_000
GIFT_HOPS_MAX = 3
RETURN_WITHIN_DAYS_MAX = 365
REVERSE_MINUTES_MAX = 10_080
DISCOUNT_PERMILLE_MAX = 999
IMAGE_PATTERN = r"(https://[!-~]+|/v1/pictures/[0-9a-f]{64})"
"""An address anywhere, or one of our own `catalog.pictures`."""
TIME_OF_DAY_PATTERN = "([01][0-9]|2[0-3]):[0-5][0-9]"
SHOP_GROUP_PATTERN = r"[^\x00-\x1f\x7f\s]([^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s])?"

_NUMBERS: Mapping[str, tuple[int, int]] = {
    "threshold_minor": (1, FACE_VALUE_MINOR_MAX),
    "discount_permille": (1, DISCOUNT_PERMILLE_MAX),
    "discount_cap_minor": (1, FACE_VALUE_MINOR_MAX),
    "use_after_days": (0, USE_AFTER_DAYS_MAX),
    "per_member": (1, LIMIT_PER_MEMBER_MAX),
    "per_member_per_day": (1, LIMIT_PER_MEMBER_MAX),
    "per_day": (1, QUANTITY_MAX),
    "quantity_max": (1, QUANTITY_MAX),
    "gift_hops": (0, GIFT_HOPS_MAX),
    "return_within_days": (0, RETURN_WITHIN_DAYS_MAX),
    "reverse_minutes": (0, REVERSE_MINUTES_MAX),
}
_ALWAYS_SAID = ("gift_hops", "return_within_days", "reverse_minutes")


class FulfilmentInvalid(Refusal):
    """The fulfilment kind is unknown."""

    code: ClassVar[str] = "fulfilment-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "There is no such kind of fulfilment."


class OfferTermsInvalid(Refusal):
    """A term of an offer is malformed, or contradicts another. `field` is the one to change."""

    code: ClassVar[str] = "offer-terms-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A term of the offer is malformed or contradicts another."


def require_terms(terms: OfferTerms) -> None:
    """Refuse malformed terms.

    Raises:
        NameInvalid, FaceValueOutOfRange, CurrencyInvalid, PriceOutOfRange, FulfilmentInvalid,
            UseWithinOutOfRange, TimeInvalid, PeriodBackwards: in this order.
        OfferTermsInvalid, CategoryPathInvalid: those of `require_details`, after them.
    """
    require_name(terms.name, "name")
    require_face_value(terms.face_value_minor)
    require_currency(terms.currency)
    require_price(terms.points)
    if terms.fulfilment not in get_args(Fulfilment):
        raise FulfilmentInvalid(
            f"the kinds are: {', '.join(get_args(Fulfilment))}", field="fulfilment"
        )
    if terms.use_within_days is not None:
        require_use_within(terms.use_within_days)
    require_period(terms.valid_from, terms.valid_until, "validity")
    require_details(terms)


def require_details(terms: OfferTerms) -> None:
    """Refuse details that are malformed or contradict each other.

    Raises:
        OfferTermsInvalid: `field` names the term.
        CategoryPathInvalid: the category is not a path.
        TimeInvalid: `visible_from` has no offset from UTC.
    """
    _require_words(terms)
    for name, (least, most) in _NUMBERS.items():
        value = getattr(terms, name)
        _require(
            (value is None and name not in _ALWAYS_SAID) or is_whole(value, least, most),
            name,
            f"is a whole number from {least} to {most}",
        )
    _require_places(terms)
    _require_hours(terms)
    _require_accord(terms)


def _require(holds: object, field: str, sentence: str) -> None:
    if not holds:
        raise OfferTermsInvalid(f"{field} {sentence}", field=field)


def is_text(text: object, length_max: int, *, lines: bool = False) -> bool:
    """Whether it is unpadded visible text of 1 to `length_max` characters, perhaps in `lines`."""
    if not isinstance(text, str) or not 0 < len(text) <= length_max or text != text.strip():
        return False
    return all(
        unicodedata.category(sign) not in ("Cc", "Cs") or (lines and sign == "\n") for sign in text
    )


_TEXTS: Mapping[str, Callable[[object], bool]] = {
    "name": lambda text: is_text(text, SUBTITLE_LENGTH_MAX),
    "subtitle": lambda text: is_text(text, SUBTITLE_LENGTH_MAX),
    "terms_text": lambda text: is_text(text, TERMS_TEXT_LENGTH_MAX, lines=True),
}


def _require_words(terms: OfferTerms) -> None:
    for name, known in (("kind", Kind), ("counts_as_used", CountsAsUsed)):
        value, words = getattr(terms, name), get_args(known)
        _require(value is None or value in words, name, f"is one of {', '.join(words)}")
    if terms.category is not None:
        require_category_path(terms.category)
    brand = terms.presented_brand
    _require(brand is None or is_code(brand), "presented_brand", "is the code of a party")
    for name in ("subtitle", "terms_text"):
        text = getattr(terms, name)
        _require(text is None or _TEXTS[name](text), name, "is visible text of allowed length")
    _require(len(terms.images) <= IMAGES_MAX, "images", f"are at most {IMAGES_MAX}")
    for image in terms.images:
        fits = len(image) <= IMAGE_LENGTH_MAX and re.fullmatch(IMAGE_PATTERN, image)
        _require(fits, "images", "are https addresses or addresses of pictures")
    for language, said in (terms.texts or {}).items():
        _require(language in get_args(Language), "texts", "are in zh or en")
        for name, text in said.items():
            known_text = name in _TEXTS and _TEXTS[name](text)
            _require(known_text, "texts", "are names, subtitles and terms of allowed length")


def _require_places(terms: OfferTerms) -> None:
    usable = terms.usable
    if usable is None:
        return
    _require(set(usable) == {"online", "shops"}, "usable", "says online and shops")
    shops = usable["shops"]
    _require(isinstance(usable["online"], bool), "usable", "says whether it is online")
    if shops in ("none", "all"):
        _require(usable["online"] or shops == "all", "usable", "is usable somewhere")
        return
    names = ("groups", "regions", "codes")
    known = isinstance(shops, Mapping) and set(shops) <= set(names)
    _require(known, "usable", "names shops by groups, regions and codes")
    listed = [place for name in names for place in shops.get(name, ())]
    _require(0 < len(listed) <= USABLE_SHOPS_MAX, "usable", f"names 1 to {USABLE_SHOPS_MAX} places")
    for name in names:
        pattern = REGION_PATTERN if name == "regions" else SHOP_GROUP_PATTERN
        for place in shops.get(name, ()):
            fits = len(place) <= PLACE_LENGTH_MAX and re.fullmatch(pattern, place)
            _require(fits, "usable", "names regions by six digits, and shops and groups")


def _require_hours(terms: OfferTerms) -> None:
    times: Sequence[Mapping[str, Any]] = terms.use_times or ()
    _require(len(times) <= USE_TIMES_MAX, "use_times", f"are at most {USE_TIMES_MAX}")
    for time in times:
        _require(set(time) == {"weekdays", "opens", "closes"}, "use_times", "say days and hours")
        days = time["weekdays"]
        fits = 0 < len(days) == len(set(days)) and all(is_whole(day, 1, 7) for day in days)
        _require(fits, "use_times", "name weekdays from 1 (Monday) to 7, each once")
        for name in ("opens", "closes"):
            fits_time = re.fullmatch(TIME_OF_DAY_PATTERN, time[name])
            _require(fits_time, "use_times", "name hours like 09:30")
        _require(time["opens"] < time["closes"], "use_times", "close after they open")
    days = terms.closed_on
    fits = len(days) == len(set(days)) <= CLOSED_DAYS_MAX
    _require(fits, "closed_on", f"names at most {CLOSED_DAYS_MAX} days, each once")


def _require_accord(terms: OfferTerms) -> None:
    """Refuse terms that contradict each other."""
    is_discount = terms.kind == "discount"
    share, cap = terms.discount_permille, terms.discount_cap_minor
    _require(not is_discount or share is not None, "discount_permille", "belongs to a discount")
    _require(is_discount or share is None, "discount_permille", "belongs to kind discount alone")
    _require(is_discount or cap is None, "discount_cap_minor", "belongs to kind discount alone")
    above = cap is not None and terms.face_value_minor > cap
    _require(not above, "face_value_minor", "is not above the cap of the discount")
    is_card = terms.fulfilment == "card_code"
    _require(terms.kind != "code" or is_card, "kind", "code belongs to the fulfilment card_code")
    _require(
        terms.return_within_days == 0 or terms.fulfilment != "direct",
        "return_within_days",
        "is 0 for what the supplier delivers to an account",
    )
    dated = terms.use_from is not None or terms.use_until is not None
    counted = terms.use_after_days is not None or terms.use_within_days is not None
    _require(not (dated and counted), "use_from", "and use_until exclude days that are counted")
    if terms.use_after_days is not None and terms.use_within_days is not None:
        fits = terms.use_after_days <= terms.use_within_days
        _require(fits, "use_after_days", "is not above use_within_days")
    if terms.use_from is not None and terms.use_until is not None:
        _require(terms.use_from <= terms.use_until, "use_until", "is not before use_from")
    daily = terms.per_member_per_day
    for name in ("per_member", "per_day"):
        most = getattr(terms, name)
        fits = daily is None or most is None or daily <= most
        _require(fits, "per_member_per_day", f"is not above {name}")
    if terms.visible_from is not None:
        require_time(terms.visible_from, "visible_from")
        _require(terms.visible_from <= terms.valid_from, "visible_from", "is not after valid_from")
    pattern = terms.account_pattern
    if pattern is not None:
        _require(terms.fulfilment == "direct", "account_pattern", "belongs to direct offers alone")
        _require(len(pattern) <= PATTERN_LENGTH_MAX, "account_pattern", "is too long")
        fault = pattern_fault(pattern)
        _require(fault is None, "account_pattern", str(fault))
