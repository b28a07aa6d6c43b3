"""Isolation as a property: the decision against its specification, every read against the decision.

The reads are those of the catalogue, and the grant of an allotment.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, PartyNotFound, create_category, create_party
from catalog.fields import CategoryPathInvalid, PeriodBackwards
from catalog.isolation import (
    Rule,
    Side,
    accept_membership,
    add_rule,
    add_veto,
    create_group,
    decide_offers,
    end_rule,
    find_group,
    load_rules,
    put_member,
)
from catalog.isolation.decide import Offered, RulesInForce, decide
from catalog.isolation.groups import GroupNotFound
from catalog.isolation.known import read_known
from catalog.isolation.rules import RuleExists, RuleInvalid, RuleNotFound, TooManyRules
from catalog.isolation.sides import Effect, Group
from catalog.isolation.words import explain
from catalog.offers import Offer, explain_isolation
from catalog.offers.read import OfferNotFound, load_visible_offers
from catalog.procurement.allotments import grant_allotment
from ledger import Database, Refusal, read_clock
from tests.catalog.fixtures import START, build_categories, market_page, offer_of, trader
from tests.properties.worlds import (
    CATEGORIES,
    NOW,
    Reference,
    World,
    categories,
    markets,
    offers_of,
    rules,
    worlds,
)


@given(worlds, st.randoms(use_true_random=False))
def test_the_decision_is_the_specified_one_in_any_order(world: World, random: Random) -> None:
    reference = Reference(world)
    rules, groups = list(world.rules), list(world.groups)
    random.shuffle(rules)
    random.shuffle(groups)
    stated = RulesInForce(world.rules, world.groups, world.at)
    shuffled = RulesInForce(rules, [_reversed(group) for group in groups], world.at)
    for buyer, offered in product(world.parties, offers_of(world.parties)):
        verdict = stated.view_of(buyer).decide(offered)
        assert verdict.isolated == reference.isolates(buyer, offered)
        assert verdict == shuffled.view_of(buyer).decide(offered)


@given(worlds, rules(number=100))
def test_a_veto_or_a_deny_never_opens_and_an_allow_never_closes(world: World, rule: Rule) -> None:
    without = RulesInForce(world.rules, world.groups, world.at)
    added = RulesInForce([*world.rules, rule], world.groups, world.at)
    for buyer, offered in product(world.parties, offers_of(world.parties)):
        before = without.view_of(buyer).decide(offered).isolated
        after = added.view_of(buyer).decide(offered).isolated
        assert before >= after if rule.effect == "allow" else before <= after


@given(worlds)
def test_an_explanation_is_the_decision(world: World) -> None:
    texts = {rule.rule_id: str(rule) for rule in world.rules}
    for buyer, offered in product(world.parties, offers_of(world.parties)):
        verdict = decide(buyer, offered, world.rules, world.groups, world.at)
        told = explain(buyer, offered, world.rules, world.groups, world.at)
        assert (told.isolated, told.layer, told.facet) == (
            verdict.isolated,
            verdict.layer,
            verdict.facet,
        )
        assert told.rule in told.explanation
        assert buyer.code in told.explanation
        judged = offered.owner if told.facet == "owner" else offered.carrier
        assert judged.code in told.explanation
        if told.rule_id is not None:
            assert told.rule == texts[told.rule_id]
            assert told.rule_id in {each.rule_id for each in told.considered if each.applies}
        if not told.isolated and offered.owner != offered.carrier:
            carried = replace(offered, owner=offered.carrier, category=None)
            if "brand" in offered.carrier.roles:
                assert not decide(buyer, carried, world.rules, world.groups, world.at).isolated


@given(markets, categories)
def test_a_node_rule_isolates_everything_beneath_it_and_nothing_else(
    market: list[Party], path: str
) -> None:
    node = Side(category=path)
    rule = Rule(1, "deny", node, node)
    assert str(rule) == f"category {path} isolates everything beneath it"
    beneath = {
        party.code
        for party in market
        if any(f"{each}.".startswith(f"{path}.") for each in party.categories)
    }
    for one, other in product(market, market):
        told = explain(one, Offered(other, other), [rule], [], NOW)
        if one.code != other.code and {one.code, other.code} <= beneath:
            assert told.isolated
            assert told.rule_id == 1
        else:
            assert told.isolated == explain(one, Offered(other, other), [], [], NOW).isolated


def test_the_nearest_rule_is_told_by_the_sum_of_depths_not_by_the_deeper_side() -> None:
    brand = Party(1, "brand", "brand", frozenset({"brand"}), ("a.b",))
    supplier = Party(2, "supplier", "supplier", frozenset({"supplier"}), ("e.f",))
    buyer, offered = Side(category="a.b"), Offered(supplier, supplier, None)
    shallow = Rule(1, "deny", buyer=buyer, supplier=Side(category="e"))
    deep = Rule(2, "allow", buyer=buyer, supplier=Side(category="e.f"))
    assert not decide(brand, offered, [shallow, deep], [], NOW).isolated
    assert decide(brand, offered, [shallow], [], NOW).isolated


@given(st.sampled_from(("allow", "deny")), st.permutations([1, 2]))
def test_the_deeper_node_decides(deeper_effect: Effect, ids: list[int]) -> None:
    shallow_effect: Effect = "deny" if deeper_effect == "allow" else "allow"
    shallow = Rule(ids[0], shallow_effect, Side(category="a"), Side(category="a"))
    deeper = Rule(ids[1], deeper_effect, Side(category="a.b"), Side(category="a.b"))
    one, other, outside = (
        Party(number, f"p{number}", "", frozenset(), (category,))
        for number, category in enumerate(("a.b.c", "a.b.d", "a"))
    )
    both = [shallow, deeper]
    assert decide(one, Offered(other, other), both, [], NOW).rule == deeper
    assert decide(one, Offered(outside, outside), both, [], NOW).rule == shallow


@given(worlds)
def test_a_deny_between_two_parties_always_isolates_them(world: World) -> None:
    buyer, supplier = world.parties[0], world.parties[1]
    deny = Rule(100, "deny", Side(party=buyer.code), Side(party=supplier.code), mutual=False)
    rules = [*world.rules, deny]
    assert decide(buyer, Offered(supplier, supplier), rules, world.groups, world.at).isolated
    assert decide(supplier, Offered(buyer, buyer), rules, world.groups, world.at) == decide(
        supplier, Offered(buyer, buyer), world.rules, world.groups, world.at
    )


def test_a_side_is_a_party_a_group_a_category_or_everyone() -> None:
    assert str(Side()) == "everyone"
    for wrong in ({"party": "p", "category": "a"}, {"party": "p", "group": "g"}):
        with pytest.raises(ValueError, match="a party, a group, a category or everyone"):
            Side(**wrong)


# Each example works in a transaction of its own and rolls it back, so sharing the database between
# examples is harmless. That what is known survives it is a part of what is tested.
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds)
async def test_list_get_send_explain_and_procurement_agree_with_the_specification(
    database: Database, world: World
) -> None:
    async with database.engine.connect() as connection:
        parties, stored, offers = await _stored(connection, world)
        reference = Reference(stored)
        for buyer, party in zip(parties, world.parties, strict=True):
            listed = await _all_pages(connection, buyer)
            answers = await load_visible_offers(
                connection, buyer, [(offer.offer_id, None) for offer, _ in offers]
            )
            sent = await decide_offers(
                connection, [(buyer.party_id, offer.offer_id, 1) for offer, _ in offers]
            )
            for (offer, offered), answer, verdict in zip(offers, answers, sent, strict=True):
                isolated = reference.isolates(party, offered)
                assert (offer.offer_id in listed) == (not isolated)
                assert isinstance(answer, OfferNotFound) == isolated
                assert isinstance(answer, Offer) == (not isolated)
                assert verdict.isolated == isolated
            if offers:
                first, offered = offers[0]
                await _agree_one_by_one(
                    connection, buyer, first, reference.isolates(party, offered)
                )
        await connection.rollback()


async def test_rules_are_stored_ended_and_taken_back(database: Database) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        party = await trader(connection, "one", None)
        one, grocery = Side(party="one"), Side(category="grocery")
        mutual = await add_rule(connection, effect="deny", buyer=grocery, supplier=one)
        directed = await add_rule(
            connection, effect="allow", buyer=grocery, supplier=one, mutual=False, author=party
        )
        assert await load_rules(connection) == [mutual, directed]
        for effect in ("allow", "deny"):
            with pytest.raises(RuleExists):
                await add_rule(connection, effect=effect, buyer=one, supplier=grocery)
        bad: list[tuple[type[Refusal], Side]] = [
            (PartyNotFound, Side(party="nobody")),
            (PartyNotFound, Side(party="")),
            (GroupNotFound, Side(group="nobody")),
            (CategoryPathInvalid, Side(category="")),
        ]
        for refusal, side in bad:
            with pytest.raises(refusal):
                await add_rule(connection, effect="deny", buyer=one, supplier=side)
        assert mutual.since is not None
        await end_rule(connection, mutual.rule_id or 0)
        assert await load_rules(connection) == [directed]
        (ended, still) = await load_rules(connection, directed.since)
        assert (ended.rule_id, still) == (mutual.rule_id, directed)
        assert ended.until is not None
        again = await add_rule(connection, effect="deny", buyer=grocery, supplier=one)
        assert await load_rules(connection, mutual.since) == [replace(mutual, until=ended.until)]
        later = await add_rule(
            connection, effect="deny", buyer=Side(), supplier=one, since=NOW + timedelta(days=9000)
        )
        await end_rule(connection, later.rule_id or 0)
        assert await load_rules(connection) == [directed, again]
        assert await load_rules(connection, later.since) == [directed, again]
        for rule_id in (mutual.rule_id or 0, later.rule_id or 0, 0, 2**40):
            with pytest.raises(RuleNotFound):
                await end_rule(connection, rule_id)
        with pytest.raises(PeriodBackwards):
            await add_veto(connection, party, against=Side(), as_buyer=True, since=START)


async def test_there_are_so_many_rules_and_two_effects(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.isolation.rules.ISOLATION_RULES_MAX", 1)
    monkeypatch.setattr("catalog.isolation.rules.VETOES_PER_PARTY_MAX", 1)
    async with database.transaction() as connection:
        await build_categories(connection)
        dining = Side(category="dining")
        with pytest.raises(RuleInvalid):
            await add_rule(connection, effect="maybe", buyer=dining, supplier=dining)  # type: ignore[arg-type]
        rule = await add_rule(connection, effect="allow", buyer=dining, supplier=dining)
        assert str(rule) == "category dining opens everything beneath it"
        with pytest.raises(TooManyRules):
            await add_rule(connection, effect="deny", buyer=dining, supplier=dining, mutual=False)
        one = await trader(connection, "one", None)
        await add_veto(connection, one, against=dining, as_buyer=True)
        with pytest.raises(TooManyRules):
            await add_veto(connection, one, against=dining, as_buyer=False)
        await add_veto(
            connection, await trader(connection, "two", None), against=dining, as_buyer=False
        )
        await end_rule(connection, rule.rule_id or 0)
        await add_rule(connection, effect="deny", buyer=dining, supplier=dining)


def _reversed(group: Group) -> Group:
    return replace(group, members=group.members[::-1])


async def _stored(
    connection: AsyncConnection, world: World
) -> tuple[list[Party], World, list[tuple[Offer, Offered]]]:
    """Store the world as if its instant were now: its parties, what of it holds, and its offers."""
    shift = await read_clock(connection) - world.at

    def moved(instant: datetime | None) -> datetime | None:
        return None if instant is None else instant + shift

    for path in sorted(CATEGORIES):
        await create_category(connection, path)
    parties = [
        await create_party(
            connection,
            code=party.code,
            name=party.name,
            roles=party.roles,
            categories=party.categories,
        )
        for party in world.parties
    ]
    by_code = {party.code: party for party in parties}
    for group in world.groups:
        await create_group(connection, code=group.code, kind=group.kind, label=group.code)
        for member in group.members:
            since = member.since or world.at - timedelta(days=5)
            if member.until is not None and member.until <= since:
                since = member.until - timedelta(days=1)
            target = await find_group(connection, group.code)
            party = by_code[member.party]
            await put_member(
                connection, target, party, since=moved(since), until=moved(member.until)
            )
            has_ended = member.until is not None and member.until <= world.at
            accepted = member.accepted_at is not None and member.accepted_at <= world.at
            if group.kind == "alliance" and accepted and not has_ended:
                target = await find_group(connection, group.code)
                await accept_membership(connection, target, party)
    stored = [rule for rule in world.rules if await _add(connection, rule, by_code, world, shift)]
    # An offer without a category has its supplier's first.
    offered_here = [
        replace(each, category=each.category or each.carrier.category)
        for each in offers_of(world.parties)
        if "supplier" in each.carrier.roles
    ]
    offers = [
        (
            await offer_of(
                connection,
                by_code[offered.carrier.code],
                f"code-{number}",
                fulfilment="own_code",
                category=offered.category,
                presented_brand=None if offered.owner == offered.carrier else offered.owner.code,
            ),
            offered,
        )
        for number, offered in enumerate(offered_here)
    ]
    return parties, replace(world, rules=stored), offers


async def _add(
    connection: AsyncConnection,
    rule: Rule,
    parties: dict[str, Party],
    world: World,
    shift: timedelta,
) -> bool:
    """Whether the rule is stored, or could not make a difference now."""
    if rule.until is not None and rule.until <= world.at:
        return True
    since = None if rule.since is None or rule.since <= world.at else rule.since + shift
    until = None if rule.until is None else rule.until + shift
    try:
        if rule.effect != "veto":
            await add_rule(
                connection,
                effect=rule.effect,
                buyer=rule.buyer,
                supplier=rule.supplier,
                mutual=rule.mutual,
                since=since,
                until=until,
            )
            return True
        assert rule.author is not None
        as_buyer = rule.buyer.party == rule.author
        await add_veto(
            connection,
            parties[rule.author],
            against=rule.supplier if as_buyer else rule.buyer,
            as_buyer=as_buyer,
            since=since,
            until=until,
        )
    except Refusal:
        return False  # its sides are taken, or the party has not the role that the veto needs
    return True


async def _all_pages(connection: AsyncConnection, buyer: Party) -> set[int]:
    listed, cursor = await market_page(connection, buyer, limit=5)
    while cursor is not None:
        page, cursor = await market_page(connection, buyer, limit=5, cursor=cursor)
        listed += page
    return {offer.offer_id for offer in listed}


async def _agree_one_by_one(
    connection: AsyncConnection, buyer: Party, offer: Offer, isolated: bool
) -> None:
    """The explanation and the grant of an allotment say what the decision says."""
    known = await read_known(connection)
    explained = await explain_isolation(connection, buyer, offer.offer_id, to_buyer=False)
    assert explained.isolated == isolated
    assert explained.rules_version == known.version
    if "brand" not in buyer.roles:
        return
    granting = grant_allotment(
        connection, buyer.party_id, buyer, offer.offer_id, quantity=1, window_from=START
    )
    if isolated:
        with pytest.raises(OfferNotFound) as refused:
            await granting
        assert refused.value.extra == {}
    else:
        assert (await granting).remaining == 1
