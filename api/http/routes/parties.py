"""Parties, and the endpoints of suppliers."""

from datetime import timedelta

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, OPERATOR, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.isolation import CategoriesAnswer, CategoriesBody
from api.http.schemas.parties import (
    EndpointAnswer,
    EndpointBody,
    PartyAnswer,
    PartyBody,
    PartyNameBody,
)
from catalog import (
    INTEGER_MAX,
    DeliveryTerms,
    EndpointNotFound,
    Party,
    PartyNotFound,
    change_categories,
    create_party,
    end_retired_secrets,
    find_endpoint,
    find_party,
    list_parties,
    rename_party,
    retire_secret,
    retired_until,
    set_endpoint,
)
from catalog.isolation import closing_offers
from exchange.fulfil import Vault, VaultBroken, encrypt, require_secret
from ledger import JSON, read_clock

TAGS = ["parties"]


_copy = Copier(PartyAnswer, Party, "roles", "categories")
_endpoint = Copier(EndpointAnswer, DeliveryTerms, "party", "url", "old_secret_until")


def _render(party: Party) -> PartyAnswer:
    return _copy(party, roles=sorted(party.roles), categories=list(party.categories))


@post("/v1/parties", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_party(request: Call, data: JSONBody[PartyBody]) -> Response[PartyAnswer]:
    """Add a brand, a supplier, or a party that is both."""

    async def act(connection: AsyncConnection) -> JSON:
        return _render(
            await create_party(
                connection,
                code=data.code,
                name=data.name,
                roles=data.roles,
                category=data.category,
                categories=data.categories or (),
            )
        )

    return await answer_once(request, context_of(request).database, act)


@get("/v1/parties", guards=[OPERATOR], tags=TAGS)
async def parties(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[PartyAnswer]:
    """The parties in the order they were added."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_parties(connection, after=after(cursor, INTEGER_MAX), limit=limit)
    found: Page[PartyAnswer] = page(rows, limit, _render, lambda row: row.party_id)
    return found


@get("/v1/parties/self", tags=TAGS)
async def own_party(request: Call) -> PartyAnswer:
    """The party this API key acts for."""
    return _render(request.user.party)


@get("/v1/parties/{party:str}", tags=TAGS)
async def party_by_code(request: Call, party: FromPath[str]) -> PartyAnswer:
    """A party by its code. Each party sees itself, the operator all."""
    async with context_of(request).database.transaction() as connection:
        return _render(await find_party(connection, _own(request, party)))


@put("/v1/parties/{party:str}/name", tags=TAGS)
async def put_party_name(
    request: Call, party: FromPath[str], data: JSONBody[PartyNameBody]
) -> PartyAnswer:
    """Give a party another name for people to read. Its code never changes.

    It holds for everybody within a few seconds. What is on invoices stands in the billing profile.
    """
    async with changing(request, context_of(request).database) as connection:
        found = await find_party(connection, _own(request, party))
        renamed = await rename_party(connection, found, data.name)
        await note_change(request, connection, None)
    return _render(renamed)


def _own(request: Call, party: str) -> str:
    """The party's code, if the caller may look at it.

    Raises:
        PartyNotFound: it may not.
    """
    if party != request.user.party.code and not is_operator(request.user):
        raise PartyNotFound(f"there is no party {party}")
    return party


@post(
    "/v1/parties/{party:str}/categories",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def change_categories_of_party(
    request: Call, party: FromPath[str], data: JSONBody[CategoriesBody]
) -> Response[CategoriesAnswer]:
    """Change in which categories a party trades, or look at what a change would close.

    The answer lists the offers of which a brand has stock and that close to it.
    """

    async def act(connection: AsyncConnection) -> JSON:
        found = await find_party(connection, party)
        closing = await closing_offers(connection, found, data.categories)
        changed = await change_categories(connection, found, data.categories, dry_run=data.dry_run)
        return {
            "code": changed.code,
            "categories": list(changed.categories),
            "dry_run": data.dry_run,
            "closes": [
                {
                    "buyer": each.buyer,
                    "offer_id": each.offer_id,
                    "supplier": each.supplier,
                    "code": each.code,
                    "words": dict(each.decision.words),
                }
                for each in closing
            ],
        }

    return await answer_once(request, context_of(request).database, act, status=200)


@put("/v1/parties/{party:str}/endpoint", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def put_endpoint(
    request: Call, party: FromPath[str], data: JSONBody[EndpointBody]
) -> EndpointAnswer:
    """Set where a supplier takes orders, and the secret that signs in both directions.

    A supplier can set its own. Callbacks that are signed with the secret before are still accepted
    for `overlap_seconds`. 0 ends that at once, also if the secret stays the same. A supplier that
    was staged is to be checked again if its address or its secret has changed.
    """
    if party != request.user.party.code and not is_operator(request.user):
        raise PartyNotFound(f"there is no party {party}")
    context = context_of(request)
    async with changing(request, context.database) as connection:
        owner = await find_party(connection, party)
        owner.require("supplier")
        require_secret(data.secret)
        # First, because it locks the key that encrypts: until this transaction has ended, nobody
        # forgets the key that the secret before is encrypted with.
        encrypted = await encrypt(connection, context.vault, data.secret, party_id=owner.party_id)
        now = await read_clock(connection)
        in_use = await _secret_in_use(connection, context.vault, owner.party_id)
        if data.overlap_seconds == 0:
            await end_retired_secrets(connection, owner.party_id)
        elif in_use not in {None, data.secret}:
            valid_until = now + timedelta(seconds=data.overlap_seconds)
            await retire_secret(connection, owner.party_id, valid_until=valid_until, now=now)
        endpoint = await set_endpoint(
            connection,
            owner.party_id,
            url=data.url,
            encrypted_secret=encrypted,
            networks=context.settings.networks,
            is_same_secret=in_use == data.secret,
            terms=data.terms(),
        )
        until = await retired_until(connection, owner.party_id, now)
        await note_change(request, connection, None)
    answer: EndpointAnswer = _endpoint(
        endpoint.terms, party=owner.code, url=endpoint.url, old_secret_until=until
    )
    return answer


async def _secret_in_use(connection: AsyncConnection, vault: Vault, party_id: int) -> str | None:
    """The secret that a new one would replace. Its endpoint is locked."""
    try:
        endpoint = await find_endpoint(connection, party_id, locked=True)
        return vault.decrypt(endpoint.encrypted_secret, party_id=party_id)
    except (EndpointNotFound, VaultBroken):
        return None  # there is none, or nobody can verify a signature with it


ROUTES = [
    add_party,
    parties,
    own_party,
    party_by_code,
    put_party_name,
    change_categories_of_party,
    put_endpoint,
]
