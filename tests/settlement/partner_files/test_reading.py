"""Files as partners really send them: each oddity is read, or refused with a sentence."""

import gzip
import io
import zipfile
from pathlib import Path

import duckdb
import pytest

from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.presets import PRESETS
from settlement.rating.uses import code_digest
from tests.settlement.fixtures import code_of
from tests.settlement.partner_files.files import OURS, ROW, TAKEN, Read, faults, known


def test_every_column_has_its_place_and_type(read: Read, tmp_path: Path) -> None:
    code = code_of(7)
    digest = code_digest(code)
    _, rows = read(
        "line_key,coupon_code,code_sha256,request_number,reference,offer,store,member,used_on,"
        "amount,refund_amount,kind,currency\n"
        f'12:u.1,{code[:5]}-{code[5:].lower()},,FO-1,"a, ""b""",o,s,m,2026-01-15,30.00,,use,CNY\n'
        f",,{digest.hex().upper()},,,,,,2026-01-16,30,0.5,,\n"
        ",,,FO-2,,,,,2026-01-17,7,,reversal,usd\n"
    )
    assert list(rows[0].values()) == [
        *(2, "12:u.1", digest, "FO-1", 'a, "b"', "o", "s", "m"),
        *(rows[0]["used_on"], 3000, "CNY"),
    ]
    assert [row["code_sha256"] for row in rows] == [digest, digest, None]
    assert [row["amount_minor"] for row in rows] == [3000, 2950, -700]
    assert [row["currency"] for row in rows] == ["CNY", None, "USD"]
    with duckdb.connect(":memory:") as connection:
        types = connection.execute(f"DESCRIBE SELECT * FROM '{tmp_path}/rows.parquet'").fetchall()
    assert [(name, kind) for name, kind, *_ in types] == [
        ("row", "BIGINT"),
        ("line_key", "VARCHAR"),
        ("code_sha256", "BLOB"),
        *((name, "VARCHAR") for name in ("request_number", "reference", "offer", "store")),
        ("member", "VARCHAR"),
        ("used_on", "DATE"),
        ("amount_minor", "BIGINT"),
        ("currency", "VARCHAR"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{OURS}\r\n{ROW}\r\n\r\n",
        f"{OURS}\r{ROW}\r",
        f"{OURS},\n{ROW},\n",
        f"{OURS},own column\n{ROW},x\n",
        f"{OURS}\n{ROW}\n".replace(",", ";"),
        f"{OURS}\n{ROW}\n".replace(",", "\t"),
        f"{OURS}\n{ROW}\n".replace(",", "|"),
        "Uses of January\nmade by hand,,,\n\n" + f"{OURS}\n{ROW}\n\n,,,,\n",
        f"{OURS}\n{ROW}\n合计,,,,3000\n",
        f"{OURS}\n{ROW}\n总计：1笔,,,,3000\n制表人：张三\n",
        f"{OURS}\n{ROW}\nTotal,,,,3000\n",
        "商户单号,商品编码,会员号,核销日期,金额（元）\nT-JAN,ticket,m1,2026-01-15,¥30.00\n",
        "商户单号,商品编码,会员号,核销日期,金额(分)\nT-JAN,ticket,m1,2026-01-15,3000\n",
        "Order No.;SKU;Member;Date;Amount\nT-JAN;ticket;m1;2026-01-15;+30.0\n",
    ],
)
def test_a_true_file_is_taken_however_it_is_written(read: Read, content: str) -> None:
    found, (row,) = read(content)
    assert known(row) == TAKEN
    assert content.splitlines()[row["row"] - 1].startswith("T-JAN")
    assert not found.rejected
    assert {each.code for each in found.findings} <= {"columns-ignored"}


def test_a_true_row_is_taken_however_it_is_written(read: Read) -> None:
    rows = (
        ROW,
        '"T-JAN"\t,"ticket",m1,"2026-01-15" ,3000',
        "`T-JAN,`ticket,`m1,`2026-01-15,`3000",
        '="T-JAN",ticket,m1,2026-01-15,"3,000"',
        "\u3000T-JAN ,ticket\u00a0, m1\t,2026/1/15,3000",
        "T-JAN,ticket,m1,2026-01-15 15:00:00,３０００",
        'T-JAN,ticket,m1,2026年1月15日,"３，０００"',
        "T-JAN,ticket,m1,46037,¥3000",
        "T-JAN,ticket,m1,46037.625,3000",
        "T-JAN,ticket,m1,20260115,3000",
        "T-JAN,ticket,m1,20260115093000,3000",
        "T-JAN,ticket,m1,2026.01.15 9:30,+3000",
        "T-JAN,ticket,m1,2026-01-15T23:30:00+08:00,3000",
        "T-JAN,ticket,m1,2026-01-14T23:30:00-0800,3000",
        "T-JAN,ticket,m1,２０２６－０１－１５,3000",
    )
    found, taken = read("\n".join([OURS, *rows]))
    assert [known(row) for row in taken] == [TAKEN] * len(rows)
    assert not found.rejected
    _, taken = read(
        f"{OURS},amount\n".replace("_minor", "_x")
        + "".join(
            f"T,o,m,2026-01-15,,{amount}\n"
            for amount in ("(30)", "30.00-", "-30.0元", '"-1,030.50"')
        )
    )
    assert [row["amount_minor"] for row in taken] == [-3000, -3000, -3000, -103050]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16")],
)
def test_the_encoding_is_found(read: Read, encoding: str, name: str) -> None:
    text = f"{OURS}\n单号-甲,ticket,会员一,2026-01-17,3000\n{ROW}\n"
    found, rows = read(text.encode(encoding))
    assert (found.encoding, rows[0]["reference"], rows[0]["member"]) == (name, "单号-甲", "会员一")


def test_an_encoding_can_be_stated_and_is_not_guessed(read: Read) -> None:
    text = f"{OURS}\n單號,ticket,會員一二三四五裡囉,2026-01-17,3000\n".encode("big5")
    assert "state its encoding" in str(faults(read, text + "，。、".encode("big5")))
    _, (row,) = read(text, FileMapping(encoding="big5"))
    assert row["reference"] == "單號"
    assert faults(read, f"{OURS}\n{ROW}\n".encode() + b"r,\xff\n") == [(3, "", "not UTF-8")]
    assert faults(read, f"{OURS}\n{ROW}\n".encode() + b"r,\xff\n", FileMapping(encoding="gb18030"))
    assert "NUL" in str(faults(read, f"{OURS}\n{ROW}\n" + "x\0y,,,," * 3))


def test_packed_files(read: Read) -> None:
    content = f"{OURS}\n{ROW}\n".encode()
    found, (row,) = read(gzip.compress(content))
    assert (found.packing, known(row)) == ("gzip", TAKEN)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("__MACOSX/._a.csv", b"\0\1")
        packed.writestr("sums.csv", "店铺,笔数\n一店,1\n" * 40)
        packed.writestr("detail.csv", content)
    found, (row,) = read(archive.getvalue())
    assert (found.packing, found.entry, known(row)) == ("zip", "detail.csv", TAKEN)
    assert "packed twice" in str(faults(read, gzip.compress(gzip.compress(content))))
    assert "cannot be opened" in str(faults(read, gzip.compress(content)[:-9]))
    assert "cannot be opened" in str(faults(read, b"PK\x03\x04nothing"))
    assert "save it as .xlsx" in str(faults(read, b"\xd0\xcf\x11\xe0" * 9))


def test_a_merchants_bill_with_backticks_and_totals(read: Read) -> None:
    heading = (
        "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易类型,交易状态,货币种类,"
        "应结订单金额,商户退款单号,退款金额,商品名称,手续费,订单金额"
    )
    rows = [
        "`2026-02-01 07:30:00,`wx0,`19,`42,`S1,`JSAPI,`SUCCESS,`CNY,`30.00,`0,`0.00,`tea,`0,`30.00",
        "`2026-02-02 23:30:00,`wx0,`19,`43,`S2,`JSAPI,`SUCCESS,`CNY,`30.00,`0,`0.00,`tea,`0,`30.00",
        "`2026-02-03 12:00:00,`wx0,`19,`43,`S2,`JSAPI,`REFUND,`CNY,`0.00,`R2,`30.00,`tea,`0,`0.00",
    ]
    totals = "总交易单数,应结订单总金额,退款总金额,手续费总金额\n`3,`{charged},`{refunded},`0.0\n"
    content = "\ufeff" + "\r\n".join([heading, *rows, ""])
    file = content + totals.format(charged="60.00", refunded="30.00")
    for mapping in (PRESETS["wechat-pay-bill"], None):
        found, taken = read(file, mapping, zone="Asia/Shanghai")
        assert [known(row)[0::3] for row in taken] == [
            ("S1", "2026-02-01"),
            ("S2", "2026-02-02"),
            ("S2", "2026-02-03"),
        ]
        assert [row["amount_minor"] for row in taken] == [3000, 3000, -3000]
        assert (found.refunds, [each.code for each in found.findings]) == (1, ["columns-ignored"])
        assert {(each.of, each.rows, each.amount_minor) for each in found.totals} == {
            ("all", 3, None),
            ("charges", None, 6000),
            ("refunds", None, 3000),
        }
    # The bill is of Beijing. By the calendar of UTC, the first payment was on the day before.
    _, taken = read(file, PRESETS["wechat-pay-bill"])
    assert [str(row["used_on"]) for row in taken] == ["2026-01-31", "2026-02-02", "2026-02-03"]
    found, _ = read(content + totals.format(charged="60.01", refunded="30.00"))
    assert [each.code for each in found.findings] == ["columns-ignored", "total-differs"]
    assert "6001 minor units" in found.findings[1].detail


def test_a_merchants_bill_with_remarks_and_padding(read: Read) -> None:
    remarks = "-----------------------------------------"
    content = f"""#支付平台业务明细查询
#账号：[20880000000]
#起始日期：[2026年02月01日 00:00:00]   终止日期：[2026年03月01日 00:00:00]
#{remarks}业务明细列表----------
平台交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,商家实收（元）,备注
20260201\t,S1\t,交易\t,tea,2026-02-01 10:00:00,2026-02-01 10:00:05,h-1,30.00,
20260202\t,S2\t,退款\t,tea,2026-02-02 10:00:00,2026-02-02 10:00:05,h-1,-30.00,
#{remarks}业务明细列表结束------
#交易合计：1笔，商家实收共30.00元，商家优惠共0.00元
#退款合计：1笔，商家实收退款共-30.00元，商家优惠退款共0.00元
#导出时间：[2026年03月02日 09:00:00]
""".replace("\n", "\r\n").encode("gb18030")
    found, rows = read(content, PRESETS["alipay-bill"], zone="Asia/Shanghai")
    assert [(row["reference"], row["amount_minor"], row["store"]) for row in rows] == [
        ("S1", 3000, "h-1"),
        ("S2", -3000, "h-1"),
    ]
    assert (found.encoding, found.heading_row, found.notes) == ("gb18030", 5, 4)
    assert [(each.of, each.rows, each.amount_minor) for each in found.totals] == [
        ("charges", 1, 3000),
        ("refunds", 1, 3000),
    ]
    assert not found.rejected
    assert [each.code for each in found.findings] == ["columns-ignored"]
