"""What is known of a shop, and what is refused. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from catalog.fields import CODE_LENGTH_MAX, OFFER_CODE_PATTERN, REGION_PATTERN, require_name
from ledger import Refusal

ShopState = Literal["open", "closed"]

GROUPS_MAX = 16
GROUP_LENGTH_MAX = 40
SEPARATOR = ";"
"""Between groups, where they are one text. So no group holds it."""

_CODE = re.compile(OFFER_CODE_PATTERN)
_REGION = re.compile(REGION_PATTERN)


class ShopInvalid(Refusal):
    """A shop's code, region or groups are not as they may be."""

    code: ClassVar[str] = "shop-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The shop is not valid."


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """What a party says of a shop.

    `region` is six digits of GB/T 2260. `online`: it is no place, but a way to buy.
    """

    code: str
    name: str
    region: str | None = None
    groups: Sequence[str] = ()
    state: ShopState = "open"
    online: bool = False


@dataclass(frozen=True, slots=True)
class Shop(ShopTerms):
    """A shop as it is stored."""

    shop_id: int = 0


def require_shop(terms: ShopTerms) -> None:
    """Refuse a malformed shop.

    Raises:
        ShopInvalid: the code, the region or the groups are malformed.
        NameInvalid: the name is.
    """
    if len(terms.code) > CODE_LENGTH_MAX or _CODE.fullmatch(terms.code) is None:
        raise ShopInvalid(
            f"a shop code is letters and digits with .-_ between, at most {CODE_LENGTH_MAX}"
            " characters",
            field="code",
        )
    require_name(terms.name, "name")
    if terms.region is not None and not is_region(terms.region):
        raise ShopInvalid("a region is six digits of GB/T 2260", field="region")
    if len(terms.groups) > GROUPS_MAX or not all(is_group(each) for each in terms.groups):
        raise ShopInvalid(
            f"a shop is in at most {GROUPS_MAX} groups, named by 1 to {GROUP_LENGTH_MAX} visible"
            f" characters without {SEPARATOR}",
            field="groups",
        )


def is_region(region: str) -> bool:
    """Whether it can be a code of GB/T 2260."""
    return _REGION.fullmatch(region) is not None


def is_group(group: str) -> bool:
    """Whether a group may have this name."""
    return (
        0 < len(group) <= GROUP_LENGTH_MAX
        and group == group.strip()
        and group.isprintable()
        and SEPARATOR not in group
    )
