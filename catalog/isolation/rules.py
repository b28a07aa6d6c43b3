"""The stored isolation rules: the operator's, and the vetoes of parties about themselves.

A rule holds in its period. One that is ended keeps what it said until then, so that the past can be
explained. One that has not begun is taken back as if it had never been stated.

Whoever adds or ends one locks the table first (`_LOCK`), so that it is counted and compared with
all others. Readers do not wait. A trigger of the table then changes the mark of the rules, which
readers compare (`catalog.isolation.known`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.categories import require_category
from catalog.fields import INTEGER_MAX, is_whole, require_period
from catalog.isolation.groups import find_group
from catalog.isolation.sides import Effect, Rule, Side
from catalog.parties import Party, find_party
from ledger import Refusal, read_clock

ISOLATION_RULES_MAX = 2_000
VETOES_PER_PARTY_MAX = 200
EFFECTS: frozenset[Effect] = frozenset({"allow", "deny"})


class RuleInvalid(Refusal):
    """The rule's effect is neither allow nor deny."""

    code: ClassVar[str] = "isolation-rule-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "An isolation rule allows or denies."


class RuleExists(Refusal):
    """A rule with the same sides holds in the period, with this effect or the other."""

    code: ClassVar[str] = "isolation-rule-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "An isolation rule with the same sides exists already."


class RuleNotFound(Refusal):
    """No rule that still holds has the id."""

    code: ClassVar[str] = "isolation-rule-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such isolation rule."


class VetoNotFound(Refusal):
    """No veto that still holds has the id, or it is another party's."""

    code: ClassVar[str] = "veto-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such veto."


class TooManyRules(Refusal):
    """There are as many rules, or as many vetoes of a party, as there may be."""

    code: ClassVar[str] = "too-many-isolation-rules"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There are too many isolation rules."


_LOCK = text("LOCK TABLE catalog.isolation_rule IN SHARE ROW EXCLUSIVE MODE")

_SIDES = ("party_id", "group_id", "category")
_NOT_ENDED = "upper(validity) > CAST(:now AS timestamptz) IS NOT FALSE"


def _same(one: str, other: str) -> str:
    """The condition that a stored rule has these sides."""
    return " AND ".join(
        f"{stored}_{name} IS NOT DISTINCT FROM CAST(:{stated}_{name} AS {kind})"
        for stored, stated in (("buyer", one), ("supplier", other))
        for name, kind in zip(_SIDES, ("integer", "integer", "text"), strict=True)
    )


# The sides are stored as they were stated. So the unique key does not find a mutual rule that was
# stated the other way round.
_THERE = text(
    f"""
    SELECT
        count(*) FILTER (WHERE effect <> 'veto' AND {_NOT_ENDED}) AS rules,
        count(*) FILTER (
            WHERE effect = 'veto' AND author_id = CAST(:author_id AS integer) AND {_NOT_ENDED}
        ) AS vetoes,
        coalesce(bool_or(mutual = :mutual AND {_same("buyer", "supplier")}) FILTER (WHERE
            (effect = 'veto') = (:effect = 'veto')
            AND validity && tstzrange(CAST(:since AS timestamptz), CAST(:until AS timestamptz))
        ), false) AS is_stated,
        coalesce(bool_or(mutual AND :mutual AND {_same("supplier", "buyer")}) FILTER (WHERE
            validity && tstzrange(CAST(:since AS timestamptz), CAST(:until AS timestamptz))
        ), false) AS is_stated_other_way_round
    FROM catalog.isolation_rule
    """
)

_ADD = text(
    """
    INSERT INTO catalog.isolation_rule (
        effect, buyer_party_id, buyer_group_id, buyer_category, supplier_party_id,
        supplier_group_id, supplier_category, mutual, validity, author_id
    )
    VALUES (
        :effect, :buyer_party_id, :buyer_group_id, :buyer_category, :supplier_party_id,
        :supplier_group_id, :supplier_category, :mutual,
        tstzrange(CAST(:since AS timestamptz), CAST(:until AS timestamptz)), :author_id
    )
    RETURNING rule_id
    """
)

_WANTED = f"""
    rule_id = :rule_id AND (effect = 'veto') = :is_veto AND {_NOT_ENDED}
        AND (CAST(:author_id AS integer) IS NULL OR author_id = :author_id)
"""
_TAKE_BACK = text(f"DELETE FROM catalog.isolation_rule WHERE {_WANTED} AND lower(validity) >= :now")
_END = text(
    f"""
    UPDATE catalog.isolation_rule SET validity = tstzrange(lower(validity), :now)
    WHERE {_WANTED} AND lower(validity) < :now IS NOT FALSE
    """
)

_SELECT = """
    SELECT r.rule_id, r.effect, r.mutual, lower(r.validity) AS since, upper(r.validity) AS until,
        r.buyer_category, r.supplier_category, b.code AS buyer_party, s.code AS supplier_party,
        bg.code AS buyer_group, sg.code AS supplier_group, a.code AS author
    FROM catalog.isolation_rule r
    LEFT JOIN catalog.party b ON b.party_id = r.buyer_party_id
    LEFT JOIN catalog.party s ON s.party_id = r.supplier_party_id
    LEFT JOIN catalog.party_group bg ON bg.group_id = r.buyer_group_id
    LEFT JOIN catalog.party_group sg ON sg.group_id = r.supplier_group_id
    LEFT JOIN catalog.party a ON a.party_id = r.author_id
    WHERE (r.effect = 'veto') = :is_veto
        AND (CAST(:author_id AS integer) IS NULL OR r.author_id = :author_id)
        AND CASE
            WHEN CAST(:at AS timestamptz) IS NULL
            THEN upper(r.validity) > clock_timestamp() IS NOT FALSE
            ELSE r.validity @> CAST(:at AS timestamptz)
        END
    ORDER BY r.rule_id
"""
_LOAD = text(_SELECT)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A rule or veto to be stated."""

    effect: Effect
    buyer: Side
    supplier: Side
    mutual: bool
    since: datetime | None
    until: datetime | None
    author: Party | None


async def add_node_rule(
    connection: AsyncConnection,
    path: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    author: Party | None = None,
) -> Rule:
    """Isolate the parties beneath the category `path` from each other. Refuses as `add_rule`."""
    node = Side(category=path)
    return await add_rule(
        connection,
        effect="deny",
        buyer=node,
        supplier=node,
        since=since,
        until=until,
        author=author,
    )


async def add_rule(
    connection: AsyncConnection,
    *,
    effect: Effect,
    buyer: Side,
    supplier: Side,
    mutual: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
    author: Party | None = None,
) -> Rule:
    """Add a rule that holds from `since`, or from now, until before `until`. Six round trips.

    Raises:
        RuleInvalid: the effect is unknown.
        TimeInvalid, PeriodBackwards: the period is none.
        PartyNotFound, GroupNotFound, CategoryPathInvalid, CategoryUnknown: a side names nothing
            that exists.
        TooManyRules: there are ISOLATION_RULES_MAX rules that hold or will.
        RuleExists: a rule with these sides holds in the period. End it first.
    """
    if effect not in EFFECTS:
        raise RuleInvalid(f"the effects are: {', '.join(sorted(EFFECTS))}", field="effect")
    stated = _Statement(effect, buyer, supplier, mutual, since, until, author)
    return await _add(connection, stated)


async def add_veto(
    connection: AsyncConnection,
    author: Party,
    *,
    against: Side,
    as_buyer: bool,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Rule:
    """State a party's own wish about itself, from `since`, or from now, until before `until`.

    `as_buyer`: it does not want to see the offers of those it is against. Else it does not want its
    own offers to be seen by them. Refuses as `add_rule`, and:

    Raises:
        RoleMissing: it is no brand, or no supplier.
        GroupNotFound: also if the party may not know of the group.
        PeriodBackwards: it would begin in the past.
        TooManyRules: the party has VETOES_PER_PARTY_MAX vetoes that hold or will.
    """
    author.require("brand" if as_buyer else "supplier")
    own = Side(party=author.code)
    buyer, supplier = (own, against) if as_buyer else (against, own)
    return await _add(connection, _Statement("veto", buyer, supplier, False, since, until, author))


async def end_rule(connection: AsyncConnection, rule_id: int) -> datetime:
    """End a rule of the operator now, or take one back that has not begun. Four round trips.

    Returns the instant of now.

    Raises:
        RuleNotFound: no rule that holds, or will hold, has the id.
    """
    return await _end(connection, rule_id, is_veto=False, author=None)


async def end_veto(connection: AsyncConnection, rule_id: int, author: Party | None) -> datetime:
    """End a veto as `end_rule` ends a rule. `author` may end its own alone; None may end any.

    Raises:
        VetoNotFound: there is no such veto.
    """
    return await _end(connection, rule_id, is_veto=True, author=author)


async def load_rules(connection: AsyncConnection, at: datetime | None = None) -> list[Rule]:
    """The operator's rules that hold at `at`, or that hold now or will; oldest first.

    At most ISOLATION_RULES_MAX at any instant. One round trip.
    """
    return await _load(connection, is_veto=False, author=None, at=at)


async def load_vetoes(
    connection: AsyncConnection, author: Party | None, at: datetime | None = None
) -> list[Rule]:
    """The vetoes of a party, or of all, as `load_rules` loads rules."""
    return await _load(connection, is_veto=True, author=author, at=at)


async def _add(connection: AsyncConnection, stated: _Statement) -> Rule:
    # The operator knows all groups. Who states a veto must not learn of any from it.
    knowing = stated.author if stated.effect == "veto" else None
    bound: dict[str, Any] = {
        **await _bound(connection, "buyer", stated.buyer, knowing),
        **await _bound(connection, "supplier", stated.supplier, knowing),
        "effect": stated.effect,
        "mutual": stated.mutual,
        "author_id": None if stated.author is None else stated.author.party_id,
    }
    await connection.execute(_LOCK)
    now = await read_clock(connection)
    since = stated.since or now
    require_period(since, stated.until, "until")
    if stated.effect == "veto" and since < now:
        require_period(now, since, "from")
    bound |= {"now": now, "since": since, "until": stated.until}
    there = (await connection.execute(_THERE, bound)).one()
    if stated.effect == "veto" and there.vetoes >= VETOES_PER_PARTY_MAX:
        raise TooManyRules(f"a party has at most {VETOES_PER_PARTY_MAX} vetoes")
    if stated.effect != "veto" and there.rules >= ISOLATION_RULES_MAX:
        raise TooManyRules(f"there are at most {ISOLATION_RULES_MAX} rules")
    if there.is_stated or there.is_stated_other_way_round:
        raise RuleExists(
            f"a rule between {stated.buyer} and {stated.supplier} exists already in this period"
        )
    rule_id = (await connection.execute(_ADD, bound)).scalar_one()
    return Rule(
        rule_id,
        stated.effect,
        stated.buyer,
        stated.supplier,
        stated.mutual,
        since,
        stated.until,
        None if stated.author is None else stated.author.code,
    )


async def _end(
    connection: AsyncConnection, rule_id: int, *, is_veto: bool, author: Party | None
) -> datetime:
    missing: Refusal = RuleNotFound(f"there is no rule {rule_id} that holds")
    if is_veto:
        missing = VetoNotFound(f"there is no veto {rule_id} that holds")
    if not is_whole(rule_id, 1, INTEGER_MAX):
        raise missing
    await connection.execute(_LOCK)
    bound = {
        "rule_id": rule_id,
        "is_veto": is_veto,
        "author_id": None if author is None else author.party_id,
        "now": (now := await read_clock(connection)),
    }
    if (await connection.execute(_END, bound)).rowcount:
        return now
    if (await connection.execute(_TAKE_BACK, bound)).rowcount == 0:
        raise missing
    return now


async def _load(
    connection: AsyncConnection, *, is_veto: bool, author: Party | None, at: datetime | None
) -> list[Rule]:
    bound = {
        "is_veto": is_veto,
        "author_id": None if author is None else author.party_id,
        "at": at,
    }
    return [_rule(row) for row in (await connection.execute(_LOAD, bound)).mappings()]


def _rule(row: RowMapping) -> Rule:
    return Rule(
        row["rule_id"],
        row["effect"],
        Side(row["buyer_party"], row["buyer_category"], row["buyer_group"]),
        Side(row["supplier_party"], row["supplier_category"], row["supplier_group"]),
        row["mutual"],
        row["since"],
        row["until"],
        row["author"],
    )


async def _bound(
    connection: AsyncConnection, role: str, side: Side, knowing: Party | None
) -> dict[str, int | str | None]:
    """A side's columns. What it names must exist, and `knowing` may know of the group."""
    values: dict[str, int | str | None] = dict.fromkeys(_SIDES)
    if side.party is not None:
        values["party_id"] = (await find_party(connection, side.party)).party_id
    if side.group is not None:
        values["group_id"] = (await find_group(connection, side.group, knowing)).group_id
    if side.category is not None:
        await require_category(connection, side.category)
        values["category"] = side.category
    return {f"{role}_{name}": value for name, value in values.items()}
