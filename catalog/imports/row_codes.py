"""Why a row is rejected: each code with its sentence, in English and in Chinese.

A row may also be rejected with the code of a refusal that the same thing would meet over HTTP, such
as `offer-undeliverable`. Its sentence is then the refusal's own. No sentence holds what was in a
cell, because that may be a card number or a telephone number.
"""

from collections.abc import Mapping

ROW_CODES: Mapping[str, tuple[str, str]] = {
    "required-empty": ("the cell is empty, and the column is required", "该列为必填，不能为空"),
    "too-many-cells": ("the row has more cells than the heading line", "该行的列数多于表头"),
    "cell-too-long": ("the cell has more than 2,000 characters", "单元格超过 2000 个字符"),
    "control-character": ("the cell holds a control character", "单元格含有控制字符"),
    "digits-lost": (
        (
            "a number of more than 15 digits, of which the spreadsheet has lost some: format the"
            " column as text, and enter it again"
        ),
        "数字超过 15 位，表格软件已丢失精度；请将该列设为文本后重新填写",
    ),
    "row-repeated": ("an earlier row of the file has the same key", "与文件中前面的行重复"),
    "shop-code-invalid": (
        (
            "a shop code is letters and digits, with dots, hyphens and underscores between, at most"
            " 64 characters"
        ),
        "门店编号只能含字母、数字及中间的点、连字符、下划线，最多 64 个字符",
    ),
    "offer-code-invalid": (
        (
            "an offer code is letters and digits, with dots, hyphens and underscores between, at"
            " most 64 characters"
        ),
        "券编号只能含字母、数字及中间的点、连字符、下划线，最多 64 个字符",
    ),
    "name-invalid": ("the name is too long or holds control characters", "名称过长或含控制字符"),
    "region-invalid": (
        "not a code of GB/T 2260: six digits that begin with a province's",
        "不是 GB/T 2260 行政区划代码（6 位数字）",
    ),
    "group-invalid": (
        "groups are separated by semicolons: up to 16, each of 1 to 40 characters",
        "分组以分号分隔，最多 16 个，每个 1 至 40 个字符",
    ),
    "choice-invalid": ("not one of the words that the column takes", "不是该列允许的取值"),
    "money-invalid": (
        "not an amount: digits, and at most two decimals in yuan",
        "不是有效金额（以元计最多两位小数）",
    ),
    "discount-invalid": (
        "a discount is a number above 0 and below 10, such as 8.5 for 85 percent of the price",
        "折扣为 0 与 10 之间的数，例如 8.5 表示八五折",
    ),
    "number-invalid": ("not a whole number within the limits", "不是限定范围内的整数"),
    "day-invalid": ("not a day in the form that the mapping states", "日期格式与映射不符"),
    "time-invalid": (
        "neither a day nor an instant with its offset from UTC",
        "既不是日期，也不是带时区的时间",
    ),
    "currency-invalid": ("a currency is three capital letters", "币种为三个大写字母"),
    "card-number-invalid": (
        "card numbers and secrets have 1 to 128 visible characters",
        "卡号、卡密为 1 至 128 个可见字符",
    ),
    "card-expired": ("the card is past its last day", "卡已过有效期"),
    "member-invalid": (
        "a member is named by 1 to 100 visible characters",
        "会员号为 1 至 100 个可见字符",
    ),
    "identifier-invalid": (
        "not of the form of a phone number, an openid (appid:openid) or an e-mail address",
        "手机号、openid（appid:openid）或邮箱格式不正确",
    ),
    "identifier-repeated": (
        "an earlier row of the file has the same phone number, openid or e-mail address",
        "手机号、openid 或邮箱与文件中前面的行重复",
    ),
    "identifier-taken": ("it belongs to another member", "已属于其他会员"),
    "identifier-limit": ("the member would have too many identifiers", "会员的标识过多"),
    "tag-invalid": (
        "tags are separated by semicolons, each a class, a colon and a slug, such as brand:coffee",
        "标签以分号分隔，形如“品牌:coffee”",
    ),
    "tag-unknown": ("the programme has not declared the tag", "会员计划未声明该标签"),
    "tag-limit": ("the member would have too many tags", "会员的标签过多"),
    "tier-unknown": ("the programme has not declared the tier", "会员计划未声明该等级"),
    "birthday-invalid": (
        "a birthday is a month and a day of the calendar, such as 02-29",
        "生日应为存在的月日，例如 02-29",
    ),
    "member-merged": ("the member was merged into another", "该会员已合并到其他会员"),
    "already-expired": ("the points would never be spendable", "积分已过期，无法使用"),
    "points-not-permitted": (
        "points to begin with need a key with the scope import",
        "导入期初积分需要具有 import 权限的密钥",
    ),
    "batch-invalid": ("a batch is named by at most 64 characters", "批次最多 64 个字符"),
}


def sentences(code: str, detail: str | None = None) -> dict[str, str]:
    """What is wrong, in both languages. `detail` is the sentence of a refusal."""
    english, chinese = ROW_CODES.get(code, (detail or code, detail or code))
    return {"en": english, "zh": chinese}
