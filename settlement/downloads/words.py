"""What stands on the front page of a statement, in Chinese and English (pure)."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

_LABELS: Mapping[str, tuple[str, str]] = {
    "title": ("结算单", "Statement"),
    "number": ("结算单编号", "Number"),
    "month": ("结算月份", "Month"),
    "time_zone": ("时区", "Time zone"),
    "issued_at": ("出单时间", "Issued at"),
    "due_on": ("付款到期日", "Due on"),
    "currency": ("币种", "Currency"),
    "payer": ("购买方(付款方)", "Payer (buyer)"),
    "payee": ("销售方(收款方)", "Payee (seller)"),
    "operator": ("平台运营方", "Operator"),
    "name": ("名称", "Name"),
    "code": ("代码", "Code"),
    "credit_code": ("统一社会信用代码", "Company number"),
    "address": ("地址", "Address"),
    "phone": ("电话", "Telephone"),
    "bank": ("开户银行", "Bank"),
    "bank_account": ("银行账号", "Account"),
    "item": ("项目名称", "Item"),
    "model": ("规格型号", "Specification"),
    "unit": ("单位", "Unit"),
    "quantity": ("数量", "Quantity"),
    "price": ("单价", "Price"),
    "net": ("金额", "Amount"),
    "tax_rate": ("税率", "Tax rate"),
    "tax": ("税额", "Tax"),
    "gross": ("价税合计", "With tax"),
    "tax_code": ("税收分类编码", "Tax code"),
    "total": ("合计", "Total"),
    "in_words": ("价税合计(大写)", "Total in words"),
    "uses": ("用券笔数", "Uses"),
    "reversals": ("撤销笔数", "Reversals"),
    "late": ("补记明细条数", "Lines billed late"),
    "corrects": ("更正的结算单", "Corrects"),
    "sha256": ("明细文件 SHA-256", "SHA-256 of the detail file"),
    "answer": ("确认或争议", "Agree or dispute"),
    "drawer": ("开票人", "Drawn by"),
    "lines": ("明细", "Lines"),
}

_ITEMS: Mapping[str, tuple[str, str]] = {
    "coupon_cost": ("券核销结算", "Coupons used"),
    "platform_fee": ("平台服务费", "Platform fee"),
    "conversion": ("积分兑换结算", "Converted points"),
    "referral": ("推荐服务费", "Referral"),
}
_UNITS: Mapping[str, tuple[str, str]] = {
    "coupon_cost": ("张", "coupon"),
    "conversion": ("笔", "conversion"),
}
_UNIT = ("笔", "use")


def label(name: str, language: Language) -> str:
    """What a field is called."""
    return _LABELS[name][language == "en"]


def item_name(leg: str, language: Language) -> str:
    """What is billed by a leg. One that is not known here is called by its own name."""
    return _ITEMS[leg][language == "en"] if leg in _ITEMS else leg.replace("_", " ")


def unit_name(leg: str, language: Language) -> str:
    """In what a leg is counted."""
    return _UNITS.get(leg, _UNIT)[language == "en"]
