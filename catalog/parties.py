"""The parties: brands whose members hold points, suppliers of offers, and the operator."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, get_args

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.categories import require_categories
from catalog.fields import INTEGER_MAX, is_code, is_whole, require_code, require_name, require_page
from catalog.tables import party
from ledger import Refusal

Role = Literal["operator", "brand", "supplier"]
ROLES: frozenset[Role] = frozenset(get_args(Role))
CATEGORIES_PER_PARTY_MAX = 8


class PartyExists(Refusal):
    """Another party has the code."""

    code: ClassVar[str] = "party-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A party with this code exists already."


class PartyNotFound(Refusal):
    """No party has the code or id."""

    code: ClassVar[str] = "party-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such party."


class RolesInvalid(Refusal):
    """The roles are empty or hold an unknown one."""

    code: ClassVar[str] = "roles-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A party has one or more of the roles operator, brand and supplier."


class RoleMissing(Refusal):
    """The party lacks the role that the request needs."""

    code: ClassVar[str] = "role-missing"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "The party lacks the role for this request."


class ProgrammeCodeForeign(Refusal):
    """A party would take a programme's code that does not begin with its own code."""

    code: ClassVar[str] = "programme-code-foreign"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "A brand's programmes are named after the brand."


class TooManyCategories(Refusal):
    """A party would trade in more categories than it may."""

    code: ClassVar[str] = "too-many-categories"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A party has too many categories."


@dataclass(frozen=True, slots=True)
class Party:
    """A brand, a supplier, the operator, or several of these at once.

    `code` is its public name. `categories` are those it trades in, the first one is its primary.
    Without any it is outside the tree, as the operator is. `require_shop`: each use of its coupons
    names one of its shops.
    """

    party_id: int
    code: str
    name: str
    roles: frozenset[Role]
    categories: tuple[str, ...] = ()
    require_shop: bool = False

    @property
    def category(self) -> str | None:
        """The first of its categories."""
        return self.categories[0] if self.categories else None

    def require(self, role: Role) -> None:
        """Raise RoleMissing unless the party has `role`."""
        if role not in self.roles:
            raise RoleMissing(f"{self.code} does not have the role {role}", role=role)

    def require_programme_code(self, code: str) -> None:
        """Raise ProgrammeCodeForeign unless the party may take `code` for a programme of its own.

        It may take its own code, and any that begins with its own code and two hyphens. No code of
        a party has two hyphens in a row, so no other party can ever claim one of these. The answer
        depends on the two codes alone, and so says nothing about which others are taken.
        """
        if code != self.code and not code.startswith(f"{self.code}--"):
            raise ProgrammeCodeForeign(
                f"a programme of {self.code} has the code {self.code}, or one that begins with"
                f" {self.code}--",
                field="code",
            )


PARTY_COLUMNS = (
    party.c.party_id,
    party.c.code,
    party.c.name,
    party.c.roles,
    party.c.categories,
    party.c.require_shop,
)


def party_of(row: RowMapping) -> Party:
    """The party of a row that holds PARTY_COLUMNS under their own names."""
    return Party(
        row["party_id"],
        row["code"],
        row["name"],
        frozenset(row["roles"]),
        tuple(row["categories"]),
        row["require_shop"],
    )


async def create_party(
    connection: AsyncConnection,
    *,
    code: str,
    name: str,
    roles: Collection[Role],
    category: str | None = None,
    categories: Sequence[str] = (),
) -> Party:
    """Add a party that trades in `categories`, or in one `category`. Two round trips.

    Raises:
        CodeInvalid, NameInvalid, RolesInvalid, CategoryPathInvalid, TooManyCategories: the input is
            malformed.
        CategoryUnknown: a category does not exist.
        PartyExists: the code is taken. The unique key refuses one of two calls at once.
    """
    require_code(code)
    require_name(name, "name")
    if not roles or not ROLES.issuperset(roles):
        raise RolesInvalid(field="roles")
    named = categories or ((category,) if category is not None else ())
    values = {
        "code": code,
        "name": name,
        "roles": sorted(set(roles)),
        "categories": await _existing(connection, named),
    }
    statement = (
        insert(party)
        .values(values)
        .on_conflict_do_nothing(index_elements=[party.c.code])
        .returning(*PARTY_COLUMNS)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise PartyExists(f"party {code} exists already", party=code)
    return party_of(row)


async def change_categories(
    connection: AsyncConnection, changed: Party, categories: Sequence[str], *, dry_run: bool = False
) -> Party:
    """Let a party trade in these categories, the first being its primary. Two round trips.

    It holds from the transaction's commit on, for whatever is decided then. `dry_run`: the
    categories are checked, and the party is returned as it would be.

    Raises:
        CategoryPathInvalid, CategoryUnknown, TooManyCategories: as for a new party.
    """
    values = {"categories": await _existing(connection, categories)}
    if dry_run:
        return replace(changed, categories=tuple(values["categories"]))
    statement = (
        update(party)
        .where(party.c.party_id == changed.party_id)
        .values(values)
        .returning(*PARTY_COLUMNS)
    )
    return party_of((await connection.execute(statement)).mappings().one())


async def rename_party(connection: AsyncConnection, renamed: Party, name: str) -> Party:
    """Give a party another name for people to read. Its code never changes. One round trip.

    Raises:
        NameInvalid: the name is malformed.
    """
    require_name(name, "name")
    statement = (
        update(party)
        .where(party.c.party_id == renamed.party_id)
        .values(name=name)
        .returning(*PARTY_COLUMNS)
    )
    return party_of((await connection.execute(statement)).mappings().one())


async def find_party(connection: AsyncConnection, code: str) -> Party:
    """The party with this code, or PartyNotFound. One round trip."""
    if not is_code(code):
        raise PartyNotFound("no party has a code of this form")
    return await _one(connection, select(*PARTY_COLUMNS).where(party.c.code == code), code)


async def find_party_by_id(connection: AsyncConnection, party_id: int) -> Party:
    """The party with this id, or PartyNotFound. One round trip."""
    if not is_whole(party_id, 1, INTEGER_MAX):
        raise PartyNotFound("no party has an id of this form")
    return await _one(
        connection, select(*PARTY_COLUMNS).where(party.c.party_id == party_id), str(party_id)
    )


async def load_party_codes(
    connection: AsyncConnection, party_ids: Collection[int]
) -> dict[int, str]:
    """The codes of these parties. One statement."""
    query = select(party.c.party_id, party.c.code).where(party.c.party_id.in_(party_ids))
    return {row.party_id: row.code for row in await connection.execute(query)}


async def list_parties(
    connection: AsyncConnection, after: int = 0, limit: int = 100
) -> list[Party]:
    """A page of parties in order of id, those after the id `after`. One round trip.

    Raises:
        PageOutOfRange: `limit` or `after` is outside the limits.
    """
    require_page(after, limit, INTEGER_MAX)
    statement = (
        select(*PARTY_COLUMNS)
        .where(party.c.party_id > after)
        .order_by(party.c.party_id)
        .limit(limit)
    )
    return [party_of(row) for row in (await connection.execute(statement)).mappings()]


async def load_suppliers(connection: AsyncConnection, limit: int) -> list[Party]:
    """Up to `limit` suppliers in order of id. One round trip."""
    statement = (
        select(*PARTY_COLUMNS)
        .where(party.c.roles.contains(["supplier"]))
        .order_by(party.c.party_id)
        .limit(limit)
    )
    return [party_of(row) for row in (await connection.execute(statement)).mappings()]


async def _existing(connection: AsyncConnection, categories: Sequence[str]) -> list[str]:
    """The categories without repeats. All of them must exist."""
    found = list(dict.fromkeys(categories))
    if len(found) > CATEGORIES_PER_PARTY_MAX:
        raise TooManyCategories(f"a party has at most {CATEGORIES_PER_PARTY_MAX} categories")
    if found:
        await require_categories(connection, found)
    return found


async def _one(
    connection: AsyncConnection, statement: Select[*tuple[object, ...]], sought: str
) -> Party:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise PartyNotFound(f"there is no party {sought}")
    return party_of(row)
