"""A row of a file of members as values. Pure."""

from functools import partial
from typing import Any

from catalog.fields import CODE_LENGTH_MAX, PRICE_POINTS_MAX
from catalog.imports.cells import CellWrong, read_day, read_list, read_whole
from catalog.imports.headings import DayFormat
from catalog.imports.row_cells import Cells
from catalog.members.declared import TagInvalid, require_tag
from catalog.members.description import TAGS_MAX, BirthdayInvalid, require_birthday
from catalog.members.identifiers import IdentifierInvalid, normalise
from ledger.asks import MEMBER_LENGTH_MAX

IDENTIFIER_COLUMNS = ("phone", "openid", "email")
TAG_CLASSES_IN_CHINESE = {
    "行为": "behaviour",
    "品牌": "brand",
    "商品": "product",
    "平台": "platform",
}
MONTH_AND_DAY = len("01-31")


def read_member(cells: Cells) -> tuple[str, dict[str, Any]]:
    """The member's reference and what is said of it. Identifiers are in their one form."""
    member = cells.must("member", _reference)
    form = cells.mapping.date_format
    read = {kind: cells.read(kind, partial(_identifier, kind)) for kind in IDENTIFIER_COLUMNS}
    identifiers = [(kind, value) for kind, value in read.items() if value is not None]
    return member, {
        "identifiers": identifiers,
        "tier": cells.read("tier", str),
        "tags": cells.read("tags", _tags) or [],
        "birthday": cells.read("birthday", lambda cell: _birthday(cell, form)),
        "points": cells.read("points", lambda cell: read_whole(cell, 0, PRICE_POINTS_MAX)) or 0,
        "expires_on": cells.read("expires_on", lambda cell: read_day(cell, form)),
    }


def _reference(cell: str) -> str:
    if len(cell) > MEMBER_LENGTH_MAX or not cell.isprintable():
        raise CellWrong("member-invalid")
    return cell


def _identifier(kind: str, cell: str) -> str:
    try:
        return normalise(kind, cell)
    except IdentifierInvalid as refusal:
        raise CellWrong(refusal.code) from None


def _tags(cell: str) -> list[str]:
    found = read_list(cell.replace("：", ":"), CODE_LENGTH_MAX, TAGS_MAX, TagInvalid.code)
    tags = []
    for each in found:
        of, colon, slug = each.partition(":")
        tag = f"{TAG_CLASSES_IN_CHINESE.get(of, of)}{colon}{slug}"
        try:
            require_tag(tag)
        except TagInvalid as refusal:
            raise CellWrong(refusal.code) from None
        tags.append(tag)
    return list(dict.fromkeys(tags))


def _birthday(cell: str, form: DayFormat) -> str:
    """The month and the day. Of a whole date, the year is left out."""
    try:
        found = cell if len(cell) == MONTH_AND_DAY else f"{read_day(cell, form):%m-%d}"
        require_birthday(found)
    except (BirthdayInvalid, CellWrong):
        raise CellWrong(BirthdayInvalid.code) from None
    return found
