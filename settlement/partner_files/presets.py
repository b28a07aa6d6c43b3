"""Mappings that are there from the start: the bills of merchants that two payment platforms make.

Both write the time of Beijing and amounts in yuan, and both name what the merchant knows a payment
by. The first one puts a backtick before each field, has refunds in a column of their own, and ends
with a line of totals. The second one has lines with a number sign above and below, pads its fields
with tabs, and writes refunds as negative amounts.
"""

from collections.abc import Mapping

from settlement.partner_files.mapping import FileMapping

_BEIJING = "Asia/Shanghai"

PRESETS: Mapping[str, FileMapping] = {
    "wechat-pay-bill": FileMapping(
        columns={
            "reference": "商户订单号",
            "offer": "商品名称",
            "used_on": "交易时间",
            "amount": "应结订单金额",
            "refund": "退款金额",
            "currency": "货币种类",
        },
        unit="yuan",
        time_zone=_BEIJING,
    ),
    "alipay-bill": FileMapping(
        columns={
            "reference": "商户订单号",
            "offer": "商品名称",
            "store": "门店编号",
            "used_on": "完成时间",
            "amount": "商家实收（元）",
        },
        constants={"currency": "CNY"},
        unit="yuan",
        time_zone=_BEIJING,
    ),
}
