"""Isolation as a property: the decision against its specification, every read against the decision.

The reads are those of the catalogue, and the grant of an allotment.
"""

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, PartyNotFound, create_category, create_party
from catalog.fields import CategoryPathInvalid
from catalog.isolation import Rule, Side, add_rule, load_rules, remove_rule
from catalog.isolation.decide import Effect, decide, isolated_suppliers, rules_about
from catalog.isolation.rules import RuleExists, RuleInvalid, RuleNotFound, TooManyRules
from catalog.offers import Offer, explain_isolation
from catalog.offers.read import OfferNotFound, list_visible_offers, load_visible_offers
from catalog.procurement.allotments import grant_allotment
from ledger import Database, Refusal
from tests.catalog.fixtures import START, build_categories, offer_of, trader

# "ab" is not beneath "a", although it begins with it.
CATEGORIES = ("a", "a.b", "a.b.c", "a.b.d", "a.bb", "ab", "e")
CODES = tuple(f"party-{number}" for number in range(5))

categories = st.sampled_from(CATEGORIES)
sides = st.one_of(
    st.builds(Side, party=st.sampled_from(CODES)), st.builds(Side, category=categories)
)
rule_lists = st.lists(
    st.builds(
        Rule,
        st.integers(1, 99),
        st.sampled_from(("allow", "deny")),
        buyer=sides,
        supplier=sides,
        mutual=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda rule: rule.rule_id,
)
markets = st.lists(st.none() | categories, min_size=len(CODES), max_size=len(CODES)).map(
    lambda chosen: [
        Party(number, code, code, frozenset({"brand", "supplier"}), category)
        for number, (code, category) in enumerate(zip(CODES, chosen, strict=True), start=1)
    ]
)


def specified(buyer: Party, supplier: Party, rules: list[Rule]) -> bool:
    """The specification, read level by level.

    First come the named parties, then the depth, then a deny before an allow, then the default.
    """

    def covers(side: Side, party: Party) -> bool:
        if side.party:
            return side.party == party.code
        levels, wanted = (party.category or "").split("."), (side.category or "").split(".")
        return levels[: len(wanted)] == wanted

    def speaks(rule: Rule) -> bool:
        straight = covers(rule.buyer, buyer) and covers(rule.supplier, supplier)
        return straight or (
            rule.mutual and covers(rule.buyer, supplier) and covers(rule.supplier, buyer)
        )

    def level(rule: Rule) -> tuple[int, int]:
        both = (rule.buyer, rule.supplier)
        return sum(side.party is not None for side in both), sum(
            len((side.category or ".").split(".")) for side in both
        )

    speaking = [rule for rule in rules if speaks(rule)]
    for named, depth in sorted({level(rule) for rule in speaking}, reverse=True):
        return any(rule.effect == "deny" for rule in speaking if level(rule) == (named, depth))
    return buyer.code == supplier.code or (
        buyer.category is not None and buyer.category == supplier.category
    )


@given(markets, rule_lists)
def test_the_decision_is_the_specified_one_in_any_order_of_rules(
    market: list[Party], rules: list[Rule]
) -> None:
    reversed_rules = rules[::-1]
    for buyer, supplier in product(market, market):
        decision = decide(buyer, supplier, rules)
        assert decision.isolated == specified(buyer, supplier, rules)
        assert decision == decide(buyer, supplier, reversed_rules)


def test_the_nearest_rule_is_told_by_the_sum_of_depths_not_by_the_deeper_side() -> None:
    brand = Party(1, "brand", "brand", frozenset({"brand"}), "a.b")
    supplier = Party(2, "supplier", "supplier", frozenset({"supplier"}), "e.f")
    buyer = Side(category="a.b")
    shallow = Rule(1, "deny", buyer=buyer, supplier=Side(category="e"))
    deep = Rule(2, "allow", buyer=buyer, supplier=Side(category="e.f"))
    assert not decide(brand, supplier, [shallow, deep]).isolated
    assert decide(brand, supplier, [shallow]).isolated


@given(markets, rule_lists)
def test_the_decision_explains_itself(market: list[Party], rules: list[Rule]) -> None:
    texts = {rule.rule_id: str(rule) for rule in rules}
    for buyer, supplier in product(market, market):
        decision = decide(buyer, supplier, rules)
        if decision.rule_id is not None:
            assert decision.rule == texts[decision.rule_id]
        assert decision.rule in decision.explanation
        for party in (buyer, supplier):
            assert party.code in decision.explanation
            assert (party.category or "no category") in decision.explanation


@given(markets, rule_lists)
def test_mutual_rules_and_the_default_are_symmetrical(
    market: list[Party], rules: list[Rule]
) -> None:
    mutual = [rule for rule in rules if rule.mutual]
    for one, other in product(market, market):
        assert decide(one, other, mutual).isolated == decide(other, one, mutual).isolated


@given(markets, categories)
def test_a_node_rule_isolates_everything_beneath_it_and_nothing_else(
    market: list[Party], path: str
) -> None:
    node = Side(category=path)
    rule = Rule(1, "deny", node, node)
    assert str(rule) == f"category {path} isolates everything beneath it"
    for one, other in product(market, market):
        decision = decide(one, other, [rule])
        if node.covers(one) and node.covers(other):
            assert decision.isolated
            assert decision.rule_id == 1
        else:
            assert decision == decide(one, other, [])


@given(st.sampled_from(("allow", "deny")), st.permutations([1, 2]))
def test_the_deeper_node_decides(deeper_effect: Effect, ids: list[int]) -> None:
    shallow_effect: Effect = "deny" if deeper_effect == "allow" else "allow"
    shallow = Rule(ids[0], shallow_effect, Side(category="a"), Side(category="a"))
    deeper = Rule(ids[1], deeper_effect, Side(category="a.b"), Side(category="a.b"))
    one, other, outside = (
        Party(number, f"p{number}", "", frozenset(), category)
        for number, category in enumerate(("a.b.c", "a.b.d", "a"))
    )
    assert decide(one, other, [shallow, deeper]).rule_id == deeper.rule_id
    assert decide(one, outside, [shallow, deeper]).rule_id == shallow.rule_id


@given(markets, rule_lists)
def test_a_deny_between_two_parties_always_isolates_them(
    market: list[Party], rules: list[Rule]
) -> None:
    buyer, supplier = market[0], market[1]
    deny = Rule(100, "deny", Side(party=buyer.code), Side(party=supplier.code), mutual=False)
    assert decide(buyer, supplier, [*rules, deny]).isolated
    assert decide(supplier, buyer, [*rules, deny]) == decide(supplier, buyer, rules)


@given(markets, rule_lists)
def test_an_allow_between_two_parties_beats_all_but_a_deny_between_them(
    market: list[Party], rules: list[Rule]
) -> None:
    buyer, supplier = market[0], market[1]
    allow = Rule(100, "allow", Side(party=buyer.code), Side(party=supplier.code), mutual=False)
    named = [rule for rule in rules if rule.effect == "deny" and rule.applies(buyer, supplier)]
    assume(not any(rule.buyer.party and rule.supplier.party for rule in named))
    assert not decide(buyer, supplier, [*rules, allow]).isolated


@given(markets, rule_lists)
def test_the_rules_about_a_buyer_decide_as_all_rules_do(
    market: list[Party], rules: list[Rule]
) -> None:
    for buyer in market:
        about = rules_about(buyer, rules)
        for supplier in market:
            assert decide(buyer, supplier, about) == decide(buyer, supplier, rules)
        isolated = {party.party_id for party in market if decide(buyer, party, rules).isolated}
        assert set(isolated_suppliers(buyer, market, rules)) == isolated


@pytest.mark.parametrize("wrong", [{}, {"party": "p", "category": "a"}])
def test_a_side_is_a_party_or_a_category(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a party or a category"):
        Side(**wrong)


# Each example works in a transaction of its own and rolls it back, so sharing the database between
# examples is harmless.
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(markets, rule_lists)
async def test_list_get_explain_and_procurement_agree(
    database: Database, market: list[Party], rules: list[Rule]
) -> None:
    async with database.engine.connect() as connection:
        parties, offers = await _stored(connection, market, rules)
        stored = await load_rules(connection)
        for buyer in parties:
            listed = await _all_pages(connection, buyer)
            answers = await load_visible_offers(
                connection, buyer, [(offer.offer_id, None) for offer in offers]
            )
            for supplier, offer, answer in zip(parties, offers, answers, strict=True):
                decision = decide(buyer, supplier, stored)
                assert (offer in listed) == (not decision.isolated)
                assert isinstance(answer, OfferNotFound) == decision.isolated
                assert isinstance(answer, Offer) == (not decision.isolated)
            await _agree_one_by_one(connection, buyer, parties[0], offers[0])
        await connection.rollback()


async def test_rules_are_stored_and_removed(database: Database) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        await trader(connection, "one", None)
        one, grocery = Side(party="one"), Side(category="grocery")
        mutual = await add_rule(connection, effect="deny", buyer=grocery, supplier=one)
        directed = await add_rule(
            connection, effect="allow", buyer=grocery, supplier=one, mutual=False
        )
        assert await load_rules(connection) == [mutual, directed]
        for effect in ("allow", "deny"):
            with pytest.raises(RuleExists):
                await add_rule(connection, effect=effect, buyer=one, supplier=grocery)
        bad: list[tuple[type[Refusal], Side]] = [
            (PartyNotFound, Side(party="nobody")),
            (PartyNotFound, Side(party="")),
            (CategoryPathInvalid, Side(category="")),
        ]
        for refusal, side in bad:
            with pytest.raises(refusal):
                await add_rule(connection, effect="deny", buyer=one, supplier=side)
        await remove_rule(connection, mutual.rule_id)
        assert await load_rules(connection) == [directed]
        for rule_id in (mutual.rule_id, 0, 2**40):
            with pytest.raises(RuleNotFound):
                await remove_rule(connection, rule_id)


async def test_there_are_so_many_rules_and_two_effects(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.isolation.rules.ISOLATION_RULES_MAX", 1)
    async with database.transaction() as connection:
        await build_categories(connection)
        dining = Side(category="dining")
        with pytest.raises(RuleInvalid):
            await add_rule(connection, effect="maybe", buyer=dining, supplier=dining)  # type: ignore[arg-type]
        rule = await add_rule(connection, effect="allow", buyer=dining, supplier=dining)
        assert str(rule) == "category dining opens everything beneath it"
        with pytest.raises(TooManyRules):
            await add_rule(connection, effect="deny", buyer=dining, supplier=dining, mutual=False)


async def _stored(
    connection: AsyncConnection, market: list[Party], rules: list[Rule]
) -> tuple[list[Party], list[Offer]]:
    """Store the market with one offer of each party, and the rules whose sides differ."""
    for path in sorted(CATEGORIES):
        await create_category(connection, path)
    parties = [
        await create_party(
            connection, code=code, name=party.name, roles=party.roles, category=party.category
        )
        for code, party in zip(CODES, market, strict=True)
    ]
    for rule in rules:
        try:
            await add_rule(
                connection,
                effect=rule.effect,
                buyer=rule.buyer,
                supplier=rule.supplier,
                mutual=rule.mutual,
            )
        except RuleExists:
            continue
    return parties, [await offer_of(connection, party, "code") for party in parties]


async def _all_pages(connection: AsyncConnection, buyer: Party) -> list[Offer]:
    listed: list[Offer] = []
    while page := await list_visible_offers(
        connection, buyer, after=listed[-1].offer_id if listed else 0, limit=2
    ):
        listed += page
    return listed


async def _agree_one_by_one(
    connection: AsyncConnection, buyer: Party, supplier: Party, offer: Offer
) -> None:
    """The explanation and the grant of an allotment say what the decision says."""
    decision = decide(buyer, supplier, await load_rules(connection))
    explained = await explain_isolation(connection, buyer, offer.offer_id, to_buyer=False)
    assert explained == decision
    granting = grant_allotment(
        connection, buyer.party_id, buyer, offer.offer_id, quantity=1, window_from=START
    )
    if decision.isolated:
        with pytest.raises(OfferNotFound) as refused:
            await granting
        assert refused.value.extra == {}
    else:
        assert (await granting).remaining == 1
