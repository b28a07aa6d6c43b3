"""Which column of a file is which of ours: by its heading, or as a mapping says.

Headings are compared without regard to case, spaces, hyphens and underscores. Each column of ours
has a name, a Chinese heading and further ones by which files know it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args
from zoneinfo import available_timezones

from catalog.imports.table_file import CELL_LENGTH_MAX, COLUMNS_MAX
from ledger import JSON, Refusal

Kind = Literal["offers", "shops", "members", "codes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Unit = Literal["yuan", "fen"]
UNITS: tuple[Unit, ...] = get_args(Unit)
DayFormat = Literal["year-first", "day-first", "month-first"]
DAY_FORMATS: tuple[DayFormat, ...] = get_args(DayFormat)

_IGNORED = re.compile(r"[\s_\-*]+")


class MappingInvalid(Refusal):
    """A mapping names a column, a unit or a form of days that there is not."""

    code: ClassVar[str] = "import-mapping-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The mapping of columns is not valid."


class HeaderMissing(Refusal):
    """The heading line lacks columns that the kind needs, or has one twice."""

    code: ClassVar[str] = "header-missing"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The heading line of the file lacks a column, or has one twice."


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ours. A `private` one is never shown, kept or logged as it was sent."""

    name: str
    chinese: str
    aliases: Sequence[str] = ()
    is_required: bool = False
    is_private: bool = False


def _column(name: str, chinese: str, *aliases: str, required: bool = False) -> Column:
    return Column(name, chinese, aliases, required)


def _private(name: str, chinese: str, *aliases: str, required: bool = False) -> Column:
    return Column(name, chinese, aliases, required, is_private=True)


COLUMNS: Mapping[Kind, Sequence[Column]] = {
    "offers": (
        _column("code", "券编号", "编号", "offer code", required=True),
        _column("name", "名称", "券名称", required=True),
        _column("kind", "类型", "券类型"),
        _column("category", "品类", "类目"),
        _column("presented_brand", "品牌", "brand"),
        _column("face_value", "面值", "value", required=True),
        _column("currency", "币种"),
        _column("points", "建议积分", "积分"),
        _column("fulfilment", "发放方式", "fulfillment", required=True),
        _column("valid_from", "开始", "开始时间", "from", required=True),
        _column("valid_until", "结束", "结束时间", "until"),
        _column("within_days", "领取后天数", "use within days"),
        _column("threshold", "门槛", "满减门槛"),
        _column("discount", "折扣"),
        _column("discount_cap", "封顶", "封顶金额"),
        _column("shop_groups", "可用门店组", "可用门店"),
        _column("per_member", "每人限领"),
        _column("per_member_per_day", "每人每日限领"),
        _column("per_day", "每日限量"),
        _column("quantity_max", "总量", "总限量"),
        _column("gift_hops", "可转赠", "转赠次数", "gift"),
        _column("return_within_days", "可退", "可退天数", "return"),
        _column("terms_text", "条款", "使用条款", "terms"),
    ),
    "shops": (
        _column("code", "门店编号", "编号", "shop", "shop code", "门店编码", required=True),
        _column("name", "名称", "门店名称", "shop name", required=True),
        _column("region", "行政区划", "区划", "行政区划代码"),
        _column("groups", "分组", "门店组", "group"),
        _column("state", "状态", "营业状态"),
        _column("online", "线上", "是否线上"),
    ),
    "members": (
        _private("member", "会员号", "会员编号", "member id", required=True),
        _private("phone", "手机号", "手机", "电话", "mobile"),
        _private("openid", "微信openid", "微信"),
        _private("email", "邮箱", "电子邮箱", "e-mail"),
        _column("tier", "等级", "会员等级", "level"),
        _column("tags", "标签", "tag"),
        _private("birthday", "生日", "出生日期"),
        _column("points", "期初积分", "积分", "opening points"),
        _column("expires_on", "积分到期", "积分到期日", "expires"),
    ),
    "codes": (
        _private("number", "卡号", "码", "code", required=True),
        _private("secret", "卡密", "密码", "password", "pin"),
        _column("expires_on", "有效期", "到期日", "expires"),
        _column("batch", "批次"),
    ),
}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """What a partner's files call our columns, and how they write money and days.

    `columns` gives the heading of some of our columns, and `constants` the value of some for every
    row. A column that is in neither is found by its own headings. A day begins at midnight in
    `time_zone`.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = "yuan"
    date_format: DayFormat = "year-first"
    time_zone: str = "Asia/Shanghai"

    def document(self) -> dict[str, JSON]:
        """The mapping as it is stored."""
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "unit": self.unit,
            "date_format": self.date_format,
            "time_zone": self.time_zone,
        }

    @staticmethod
    def of_document(document: Mapping[str, Any]) -> "FileMapping":
        """The mapping that is stored as this document."""
        return FileMapping(**document)


def require_mapping(kind: Kind, mapping: FileMapping) -> None:
    """Raise MappingInvalid unless the mapping can be one of this kind."""
    known = {column.name for column in COLUMNS[kind]}
    for part in (mapping.columns, mapping.constants):
        if len(part) > COLUMNS_MAX or any(len(each) > CELL_LENGTH_MAX for each in part.values()):
            raise MappingInvalid(f"a mapping has at most {COLUMNS_MAX} columns")
        for name in part:
            if name not in known:
                raise MappingInvalid(f"{kind} have no column {name[:100]}", column=name[:100])
    twice = sorted(mapping.columns.keys() & mapping.constants.keys())
    if twice:
        raise MappingInvalid(f"{twice[0]} has a heading and a constant", column=twice[0])
    if mapping.unit not in UNITS or mapping.date_format not in DAY_FORMATS:
        raise MappingInvalid(
            f"a unit is {' or '.join(UNITS)}, and the forms of days are {', '.join(DAY_FORMATS)}"
        )
    if mapping.time_zone not in available_timezones():
        raise MappingInvalid("there is no such time zone", field="time_zone")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which place of a row holds which of our columns. `unknown` headings are not read."""

    places: Mapping[str, int]
    headings: Mapping[str, str]
    unknown: Sequence[str]


def plan_columns(kind: Kind, headings: Sequence[str], mapping: FileMapping) -> Plan:
    """Find our columns in the heading line.

    Raises:
        HeaderMissing: a column that the kind needs is not there, or one is there twice.
    """
    by_heading: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        if heading:
            by_heading.setdefault(normal(heading), []).append(place)
    places: dict[str, int] = {}
    missing: list[str] = []
    taken: set[int] = set()
    for column in COLUMNS[kind]:
        if column.name in mapping.constants:
            continue
        found = _places_of(column, by_heading, mapping)
        found = [place for place in found if place not in taken]
        if len(found) > 1:
            raise HeaderMissing(
                f"the column {column.name} is there twice: state in a mapping which one it is",
                columns=[column.name],
                line=1,
            )
        if found:
            places[column.name] = found[0]
            taken.add(found[0])
        elif column.is_required or column.name in mapping.columns:
            missing.append(column.name)
    if missing:
        raise HeaderMissing(
            f"the heading line has no column for {', '.join(missing)}", columns=missing, line=1
        )
    unknown = [each for place, each in enumerate(headings) if each and place not in taken]
    return Plan(places, {name: headings[place] for name, place in places.items()}, unknown)


def _places_of(
    column: Column, by_heading: Mapping[str, list[int]], mapping: FileMapping
) -> list[int]:
    if column.name in mapping.columns:
        return by_heading.get(normal(mapping.columns[column.name]), [])
    found: list[int] = []
    for heading in dict.fromkeys(normal(e) for e in (column.name, column.chinese, *column.aliases)):
        found += by_heading.get(heading, [])
    return found


def normal(heading: str) -> str:
    """A heading as it is compared."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", heading)).casefold()
