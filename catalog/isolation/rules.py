"""The stored isolation rules. The operator adds and removes them; each decision loads them all."""

from collections.abc import Collection
from typing import ClassVar

from sqlalchemy import Row, and_, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.categories import require_category
from catalog.fields import INTEGER_MAX, is_whole
from catalog.isolation.decide import Decision, Effect, Rule, Side, decide
from catalog.parties import PARTY_COLUMNS, find_party, party_of
from catalog.tables import isolation_rule, party
from ledger import Refusal

ISOLATION_RULES_MAX = 2_000
EFFECTS: frozenset[Effect] = frozenset({"allow", "deny"})


class RuleInvalid(Refusal):
    """The rule's effect is neither allow nor deny."""

    code: ClassVar[str] = "isolation-rule-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "An isolation rule allows or denies."


class RuleExists(Refusal):
    """A rule with the same sides exists, with this effect or the other."""

    code: ClassVar[str] = "isolation-rule-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "An isolation rule with the same sides exists already."


class RuleNotFound(Refusal):
    """No rule has the id."""

    code: ClassVar[str] = "isolation-rule-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such isolation rule."


class TooManyRules(Refusal):
    """There are as many rules as there may be."""

    code: ClassVar[str] = "too-many-isolation-rules"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There are too many isolation rules."


_LOCK = text("LOCK TABLE catalog.isolation_rule IN SHARE ROW EXCLUSIVE MODE")


async def add_node_rule(connection: AsyncConnection, path: str) -> Rule:
    """Isolate the parties beneath the category `path` from each other. Refuses as `add_rule`."""
    node = Side(category=path)
    return await add_rule(connection, effect="deny", buyer=node, supplier=node)


async def add_rule(
    connection: AsyncConnection, *, effect: Effect, buyer: Side, supplier: Side, mutual: bool = True
) -> Rule:
    """Add a rule. Five round trips.

    A lock on the table makes the count and the insert one step for any other `add_rule`. Readers do
    not wait for it.

    Raises:
        RuleInvalid: the effect is unknown.
        PartyNotFound, CategoryPathInvalid, CategoryUnknown: a side names nothing that exists.
        TooManyRules: there are ISOLATION_RULES_MAX rules.
        RuleExists: a rule with these sides exists. Remove it first.
    """
    if effect not in EFFECTS:
        raise RuleInvalid(f"the effects are: {', '.join(sorted(EFFECTS))}", field="effect")
    buyer_party_id = await _party_id(connection, buyer)
    supplier_party_id = await _party_id(connection, supplier)
    await connection.execute(_LOCK)
    # The sides are stored as they were stated. So the unique key does not find a mutual rule that
    # was stated the other way round.
    turned_round = and_(
        isolation_rule.c.mutual,
        isolation_rule.c.buyer_party_id.is_not_distinct_from(supplier_party_id),
        isolation_rule.c.buyer_category.is_not_distinct_from(supplier.category),
        isolation_rule.c.supplier_party_id.is_not_distinct_from(buyer_party_id),
        isolation_rule.c.supplier_category.is_not_distinct_from(buyer.category),
    )
    there = select(func.count(), func.count().filter(turned_round)).select_from(isolation_rule)
    count, count_turned_round = (await connection.execute(there)).one()
    if count >= ISOLATION_RULES_MAX:
        raise TooManyRules(f"there are at most {ISOLATION_RULES_MAX} rules")
    if mutual and count_turned_round:
        raise RuleExists(f"a rule between {supplier} and {buyer} exists already")
    values = {
        "effect": effect,
        "buyer_party_id": buyer_party_id,
        "buyer_category": buyer.category,
        "supplier_party_id": supplier_party_id,
        "supplier_category": supplier.category,
        "mutual": mutual,
    }
    statement = (
        insert(isolation_rule)
        .values(values)
        .on_conflict_do_nothing()
        .returning(isolation_rule.c.rule_id)
    )
    rule_id = (await connection.execute(statement)).scalar_one_or_none()
    if rule_id is None:
        raise RuleExists(f"a rule between {buyer} and {supplier} exists already")
    return Rule(rule_id, effect, buyer, supplier, mutual)


async def remove_rule(connection: AsyncConnection, rule_id: int) -> None:
    """Remove a rule. One round trip.

    Raises:
        RuleNotFound: no rule has the id.
    """
    if not is_whole(rule_id, 1, INTEGER_MAX):
        raise RuleNotFound("no rule has an id of this form")
    statement = delete(isolation_rule).where(isolation_rule.c.rule_id == rule_id)
    if (await connection.execute(statement)).rowcount == 0:
        raise RuleNotFound(f"there is no rule {rule_id}")


async def load_rules(connection: AsyncConnection) -> list[Rule]:
    """Every rule, oldest first, at most ISOLATION_RULES_MAX. One round trip."""
    buyer, supplier = party.alias("buyer"), party.alias("supplier")
    statement = (
        select(
            isolation_rule.c.rule_id,
            isolation_rule.c.effect,
            isolation_rule.c.mutual,
            isolation_rule.c.buyer_category,
            isolation_rule.c.supplier_category,
            buyer.c.code.label("buyer_code"),
            supplier.c.code.label("supplier_code"),
        )
        .select_from(isolation_rule)
        .outerjoin(buyer, buyer.c.party_id == isolation_rule.c.buyer_party_id)
        .outerjoin(supplier, supplier.c.party_id == isolation_rule.c.supplier_party_id)
        .order_by(isolation_rule.c.rule_id)
    )
    return [_rule(row) for row in await connection.execute(statement)]


async def decide_pairs(
    connection: AsyncConnection, pairs: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Decision]:
    """What `decide` says now of each pair of a buyer's and a supplier's id. Both must exist.

    Two round trips for any number of pairs.
    """
    if not pairs:
        return {}
    wanted = {party_id for pair in pairs for party_id in pair}
    rows = await connection.execute(select(*PARTY_COLUMNS).where(party.c.party_id.in_(wanted)))
    parties = {row["party_id"]: party_of(row) for row in rows.mappings()}
    rules = await load_rules(connection)
    return {
        (buyer, supplier): decide(parties[buyer], parties[supplier], rules)
        for buyer, supplier in set(pairs)
    }


def _rule(row: Row[*tuple[object, ...]]) -> Rule:
    buyer = Side(row.buyer_code, row.buyer_category)
    supplier = Side(row.supplier_code, row.supplier_category)
    return Rule(row.rule_id, row.effect, buyer, supplier, row.mutual)


async def _party_id(connection: AsyncConnection, side: Side) -> int | None:
    """The id of the side's party, or None for a category. Either must exist."""
    if side.category is not None:
        await require_category(connection, side.category)
        return None
    return (await find_party(connection, side.party or "")).party_id
