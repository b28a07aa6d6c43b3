"""Amounts in words, as invoices state them, in Chinese and English (pure)."""

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_THOUSAND = 1_000
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿", "亿亿")
_CURRENCIES = {"CNY": "人民币", "HKD": "港币", "USD": "美元", "EUR": "欧元", "JPY": "日元"}

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("", "", *["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
_THOUSANDS = ("", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion")


def in_chinese(amount: Decimal, currency: str) -> str:
    """The amount in the capital numerals of cheques and invoices: 人民币壹拾元零伍分.

    Of a currency whose units are not called so, the name is its code. What stands beyond two
    decimals is written digit by digit.
    """
    sign = "负" if amount < 0 else ""
    whole, _, decimals = f"{abs(amount):f}".partition(".")
    name = _CURRENCIES.get(currency, currency)
    return f"{name}{sign}{_chinese_whole(int(whole))}{_chinese_decimals(decimals, int(whole))}"


def _chinese_whole(whole: int) -> str:
    if whole == 0:
        return ""
    text, gap = "", False
    for group in range((len(str(whole)) - 1) // 4, -1, -1):
        part = whole // 10_000**group % 10_000
        if part == 0:
            gap = bool(text)
            continue
        # A zero is read where a place is left out before other digits.
        read = _chinese_group(part)
        zero = "零" if text and (gap or part < _THOUSAND) else ""
        text += zero + read + _GROUPS[group]
        gap = False
    return f"{text}元"


def _chinese_group(part: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text


def _chinese_decimals(decimals: str, whole: int) -> str:
    if not decimals.strip("0"):
        return "整" if whole else "零元整"
    tenth, hundredth, rest = int(decimals[0]), int((decimals + "0")[1]), decimals[2:].rstrip("0")
    zero = "零" if whole and not tenth else ""
    text = f"{_DIGITS[tenth]}角" if tenth else zero
    text += f"{_DIGITS[hundredth]}分" if hundredth else ""
    if rest:
        return (text or "零") + "".join(_DIGITS[int(digit)] for digit in rest)
    return text if hundredth else f"{text}整"


def in_english(amount: Decimal, currency: str) -> str:
    """The amount as cheques state it: CNY one hundred twenty-three and 45/100."""
    sign = "minus " if amount < 0 else ""
    whole, _, decimals = f"{abs(amount):f}".partition(".")
    parts = f" and {decimals}/1{'0' * len(decimals)}" if decimals else ""
    return f"{currency} {sign}{_english_whole(int(whole))}{parts}"


def _english_whole(whole: int) -> str:
    groups = []
    rest, place = whole, 0
    while rest:
        rest, part = divmod(rest, 1_000)
        if part:
            groups.append(_english_group(part) + _THOUSANDS[place])
        place += 1
    return " ".join(reversed(groups)) or _ONES[0]


def _english_group(part: int) -> str:
    hundreds, rest = divmod(part, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= len(_ONES):
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_ONES[ones]}" if ones else ""))
    elif rest:
        words.append(_ONES[rest])
    return " ".join(words)
