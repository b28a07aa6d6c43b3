"""Who may see what: the cases in which the rule was agreed on, one by one, and when rules hold.

Four more are about what goes on around a decision: orders that wait, in
`tests/exchange/fulfil/test_isolation.py`; stock that is there, in
`tests/exchange/redeem/test_isolation.py`; another category, in `tests/http/test_isolation.py`; and
the instant at which a rule ends, here.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from catalog.isolation.decide import Offered, decide
from catalog.isolation.sides import Effect, Group, GroupKind, Member, Rule, Side
from catalog.isolation.words import explain
from catalog.parties import Party, Role

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


def party(code: str, *categories: str, roles: frozenset[Role] = frozenset({"brand"})) -> Party:
    return Party(len(code), code, code.title(), roles, categories)


PLATFORM: frozenset[Role] = frozenset({"supplier"})
PARTIES = {
    each.code: each
    for each in (
        party("joeone", "apparel.menswear"),
        party("hla", "apparel.menswear"),
        party("yinger", "apparel.womenswear"),
        party("parkson", "apparel"),
        party("lip", "beauty.makeup"),
        party("luckin", "food.coffee"),
        party("starbucks", "food.coffee"),
        party("beans", "food.coffee-beans"),
        party("hotel", "travel.hotel"),
        party("iqiyi", "video", roles=PLATFORM),
        party("meituan", "food.delivery", "travel.hotel", roles=PLATFORM),
        party("fulu", "bills", roles=PLATFORM),
        party("house", "apparel.womenswear", "apparel.menswear", "beauty"),
    )
}


def side(text: str) -> Side:
    """A party by its code, `#` and a group, `/` and a category, or `*`."""
    if text == "*":
        return Side()
    if text[0] == "#":
        return Side(group=text[1:])
    return Side(category=text[1:]) if text[0] == "/" else Side(party=text)


def rule(rule_id: int, effect: Effect, buyer: str, supplier: str, *, mutual: bool = False) -> Rule:
    author = buyer if buyer in PARTIES else supplier
    return Rule(rule_id, effect, side(buyer), side(supplier), mutual, author=author)


def group(code: str, *members: str, kind: GroupKind = "plain", until: str = "") -> Group:
    """A group. `until` has left it yesterday."""
    return Group(
        1 + len(code),
        code,
        kind,
        tuple(
            Member(each, YESTERDAY - timedelta(9), YESTERDAY if each == until else None, YESTERDAY)
            for each in members
        ),
    )


NODE = rule(1, "deny", "/apparel", "/apparel", mutual=True)
PAIR = rule(2, "allow", "joeone", "yinger", mutual=True)
SKY = rule(4, "allow", "#sky", "#sky", mutual=True)
FOES = rule(5, "deny", "#foes", "#foes", mutual=True)
VETO = rule(6, "veto", "joeone", "/apparel")
TRIAL = replace(rule(2, "allow", "joeone", "hla", mutual=True), since=YESTERDAY, until=NOW)

Case = tuple[int, str, str, str, str, list[Rule], list[Group], bool, str, int | None]

# The number of the case, buyer, carrier, category, owner, rules, groups: isolated, layer, rule.
CASES: list[Case] = [
    (1, "joeone", "hla", "apparel.menswear", "", [], [], True, "default", None),
    (2, "joeone", "yinger", "apparel.womenswear", "", [], [], False, "none", None),
    (3, "joeone", "yinger", "apparel.womenswear", "", [NODE], [], True, "rule", 1),
    (4, "joeone", "parkson", "apparel", "", [], [], True, "default", None),
    (5, "joeone", "joeone", "apparel.menswear", "", [], [], True, "itself", None),
    (
        *(6, "joeone", "joeone", "apparel.menswear", ""),
        *([rule(2, "allow", "/apparel.menswear", "/apparel.menswear", mutual=True)], []),
        *(True, "itself", None),
    ),
    (
        *(7, "joeone", "joeone", "apparel.menswear", ""),
        *([rule(2, "allow", "joeone", "joeone")], [], False, "rule", 2),
    ),
    (8, "yinger", "joeone", "apparel.menswear", "", [NODE, PAIR], [], False, "rule", 2),
    (
        *(9, "yinger", "joeone", "apparel.menswear", ""),
        *([NODE, rule(2, "allow", "joeone", "yinger")], [], True, "rule", 1),
    ),
    (10, "luckin", "fulu", "food.coffee", "starbucks", [], [], True, "default", None),
    (
        *(11, "luckin", "fulu", "food.coffee", "starbucks"),
        *([rule(2, "allow", "luckin", "fulu", mutual=True)], [], True, "default", None),
    ),
    (
        *(12, "luckin", "fulu", "food.coffee", "starbucks"),
        *([rule(2, "allow", "luckin", "starbucks")], [], False, "rule", 2),
    ),
    (
        *(13, "lip", "fulu", "food.coffee", "starbucks"),
        *([rule(3, "deny", "lip", "fulu")], [], True, "rule", 3),
    ),
    (14, "hotel", "meituan", "travel.hotel", "", [], [], True, "default", None),
    (15, "hotel", "meituan", "food.delivery", "", [], [], False, "none", None),
    (16, "joeone", "hla", "food.coffee", "", [], [], True, "default", None),
    (
        *(17, "beans", "luckin", "food.coffee", ""),
        *([rule(7, "deny", "/food.coffee", "/food.coffee", mutual=True)], [], False, "none", None),
    ),
    (
        *(18, "joeone", "yinger", "apparel.womenswear", "", [NODE, SKY]),
        *([group("sky", "joeone", "yinger", until="yinger")], True, "rule", 1),
    ),
    (
        *(19, "joeone", "yinger", "apparel.womenswear", "", [NODE, SKY]),
        *([group("sky", "joeone", "yinger")], False, "rule", 4),
    ),
    (
        *(20, "joeone", "lip", "beauty.makeup", "", [SKY, FOES]),
        *([group("sky", "joeone", "lip"), group("foes", "joeone", "lip")], True, "rule", 5),
    ),
    (21, "joeone", "yinger", "apparel.womenswear", "", [VETO, PAIR], [], True, "veto", 6),
    (22, "yinger", "joeone", "apparel.menswear", "", [VETO], [], False, "none", None),
    (24, "joeone", "hla", "apparel.menswear", "", [TRIAL], [], True, "default", None),
    (
        *(25, "lip", "iqiyi", "video", "", [rule(8, "deny", "lip", "*"), SKY]),
        *([group("sky", "lip", "iqiyi")], True, "rule", 8),
    ),
    (
        *(26, "lip", "joeone", "apparel.menswear", ""),
        [
            rule(9, "deny", "/beauty", "/apparel"),
            rule(10, "allow", "/beauty.makeup", "/apparel.menswear"),
        ],
        *([], False, "rule", 10),
    ),
    (
        *(27, "lip", "joeone", "apparel.menswear", ""),
        [
            rule(9, "deny", "/beauty", "/apparel.menswear"),
            rule(10, "allow", "/beauty.makeup", "/apparel"),
        ],
        *([], True, "rule", 9),
    ),
    (28, "house", "hla", "apparel.menswear", "", [], [], True, "default", None),
    (29, "lip", "house", "apparel.womenswear", "", [], [], True, "default", None),
    (
        *(30, "joeone", "lip", "beauty.makeup", ""),
        *([rule(3, "veto", "/apparel.menswear", "lip")], [], True, "veto", 3),
    ),
]


def offered(carrier: str, category: str | None, owner: str = "") -> Offered:
    return Offered(PARTIES[owner or carrier], PARTIES[carrier], category)


@pytest.mark.parametrize("case", CASES, ids=[str(case[0]) for case in CASES])
def test_case(case: Case) -> None:
    number, buyer, carrier, category, owner, rules, groups, *expected = case
    asked = offered(carrier, category, owner)
    for stated in (rules, rules[::-1]):
        decision = explain(PARTIES[buyer], asked, stated, groups, NOW)
        assert [decision.isolated, decision.layer, decision.rule_id] == expected
        assert decision.facet == ("carrier" if number == 13 else "owner")


def test_a_rule_holds_from_its_first_instant_until_before_its_last() -> None:
    """Cases 23 and 24, and 34: instants decide, not days, also at midnight of a programme."""
    midnight = datetime(2026, 5, 21, tzinfo=ZoneInfo("Asia/Shanghai"))
    since = midnight - timedelta(days=3)
    trial = replace(TRIAL, since=since, until=midnight)
    hla = offered("hla", "apparel.menswear")
    moment = timedelta(microseconds=1)
    for at, isolated in (
        (since - moment, True),
        (since, False),
        (midnight.astimezone(UTC) - moment, False),
        (midnight.astimezone(UTC), True),
    ):
        assert decide(PARTIES["joeone"], hla, [trial], [], at).isolated == isolated


def test_an_alliance_opens_those_who_accepted_and_competitors_need_nobodys_consent() -> None:
    asked = offered("hla", "apparel.menswear")
    invited = (Member("joeone", accepted_at=YESTERDAY), Member("hla", accepted_at=NOW))
    alliance = Group(1, "sky", "alliance", invited)
    before = decide(PARTIES["joeone"], asked, [], [alliance], NOW - timedelta(microseconds=1))
    assert (before.isolated, before.layer) == (True, "default")
    now = decide(PARTIES["joeone"], asked, [], [alliance], NOW)
    assert (now.isolated, str(now.rule)) == (
        False,
        "group sky (alliance) opens its members to each other",
    )
    never = replace(alliance, members=(invited[0], Member("hla")))
    assert decide(PARTIES["joeone"], asked, [], [never], NOW).isolated
    rivals = Group(2, "foes", "competitors", (Member("joeone"), Member("lip")))
    assert decide(PARTIES["joeone"], offered("lip", None), [], [rivals], NOW).isolated
    both = replace(
        alliance, members=(Member("joeone", accepted_at=NOW), Member("lip", None, None, NOW))
    )
    assert decide(PARTIES["joeone"], offered("lip", None), [], [rivals, both], NOW).isolated


def test_an_explanation_says_who_was_judged_and_which_rules_were_looked_at() -> None:
    ended = replace(rule(3, "deny", "lip", "starbucks"), until=YESTERDAY)
    rules = [ended, rule(7, "deny", "lip", "fulu"), rule(8, "allow", "lip", "/food")]
    decision = explain(
        PARTIES["lip"], offered("fulu", "food.coffee", "starbucks"), rules, [], NOW, rules_version=9
    )
    assert decision.explanation == (
        "lip (category beauty.makeup) is isolated from fulu (no category), which carries the offer"
        " of starbucks: lip is denied the offers of fulu."
    )
    assert decision.words["zh"] == (
        " lip（品类 beauty.makeup）不可看到 fulu（无品类）代供 starbucks 的权益："
        "禁止 lip 看 fulu 的权益。"
    )
    assert [(each.rule_id, each.facet, each.applies) for each in decision.considered] == [
        (8, "owner", True),
        (7, "carrier", True),
        (3, "owner", False),
    ]
    assert decision.considered[0].nearness == (1, 0, 1)
    assert decision.rules_version == 9


def test_an_explanation_names_twenty_rules_at_most() -> None:
    rules = [rule(each, "deny", "lip", "*") for each in range(1, 40)]
    decision = explain(PARTIES["lip"], offered("hla", None), rules, [], NOW)
    assert [each.rule_id for each in decision.considered] == list(range(1, 21))
