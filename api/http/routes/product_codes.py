"""Product codes: a brand has codes printed on goods, and each earns once.

No answer shows a code but the one that makes it.
"""

from typing import Literal

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, Call, context_of, require_tokens
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.product_codes import (
    NewProductCodesAnswer,
    NewProductCodesBody,
    ProductBatchAnswer,
    ProductBatchBody,
    ProductCodesAnswer,
    ProductCodesBody,
)
from exchange.earning import (
    ProductBatch,
    add_product_batch,
    add_product_codes,
    close_product_batch,
    digest_of_code,
    list_product_batches,
    new_product_codes,
)
from ledger import JSON

TAGS = ["earning"]

_render = Copier(ProductBatchAnswer, ProductBatch)


@post("/v1/programmes/{programme:str}/product-batches", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_batch(
    request: Call, code: ProgrammeInPath, data: JSONBody[ProductBatchBody]
) -> Response[ProductBatchAnswer]:
    """Make a batch of product codes, which give points by an earning rule."""
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> JSON:
        return _render(
            await add_product_batch(
                connection, programme.book_id, data.batch, data.label, data.rule
            )
        )

    return await answer_once(request, context_of(request).database, act, book_id=programme.book_id)


@get("/v1/programmes/{programme:str}/product-batches", guards=[BRAND], tags=TAGS)
async def product_batches(
    request: Call, code: ProgrammeInPath, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[ProductBatchAnswer]:
    """The programme's batches of product codes, oldest first, with what came of each."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        rows = await list_product_batches(
            connection, programme.book_id, after=after(cursor), limit=limit
        )
    found: Page[ProductBatchAnswer] = page(rows, limit, _render, lambda row: row.batch_no)
    return found


@post(
    "/v1/programmes/{programme:str}/product-batches/{batch:str}/codes",
    guards=[BRAND],
    status_code=200,
    tags=TAGS,
)
async def add_codes_of_goods(
    request: Call, code: ProgrammeInPath, batch: FromPath[str], data: JSONBody[ProductCodesBody]
) -> ProductCodesAnswer:
    """Put up to 10,000 codes that are on goods already into a batch.

    A code that the programme has already counts as existing: the request can be sent again.
    `rejected` says the places of those that cannot be codes, from 0.
    """
    await require_tokens(request, len(data.codes))
    programme = await own_programme(request, code)
    context = context_of(request)
    digester = await context.data_keys.digester(programme.book_id)
    digests = [digest_of_code(digester, each) for each in data.codes]
    good = [digest for digest in digests if digest is not None]
    async with changing(request, context.database) as connection:
        added = await add_product_codes(connection, programme.book_id, batch, good)
        await note_change(request, connection, None)
    return {
        "batch": batch,
        "accepted": added,
        "existing": len(good) - added,
        "rejected": [place for place, digest in enumerate(digests) if digest is None],
    }


@post(
    "/v1/programmes/{programme:str}/product-batches/{batch:str}/new-codes",
    guards=[BRAND],
    tags=TAGS,
)
async def make_codes(
    request: Call,
    code: ProgrammeInPath,
    batch: FromPath[str],
    data: JSONBody[NewProductCodesBody],
) -> NewProductCodesAnswer:
    """Make up to 10,000 codes, to be printed on goods. They are shown this once.

    A second request makes others. Codes whose answer was lost earn nothing: nobody knows them.
    """
    await require_tokens(request, data.count)
    programme = await own_programme(request, code)
    context = context_of(request)
    digester = await context.data_keys.digester(programme.book_id)
    codes = new_product_codes(data.count)
    digests = [digest for each in codes if (digest := digest_of_code(digester, each))]
    async with changing(request, context.database) as connection:
        await add_product_codes(connection, programme.book_id, batch, digests)
        await note_change(request, connection, None)
    return {"batch": batch, "codes": codes}


async def _close(
    request: Call, code: str, batch: str, state: Literal["ENDED", "VOIDED"]
) -> Response[ProductBatchAnswer]:
    await require_no_members(request)
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> JSON:
        return _render(await close_product_batch(connection, programme.book_id, batch, state))

    return await answer_once(
        request, context_of(request).database, act, status=200, book_id=programme.book_id
    )


@post(
    "/v1/programmes/{programme:str}/product-batches/{batch:str}/end",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def end_batch(
    request: Call, code: ProgrammeInPath, batch: FromPath[str]
) -> Response[ProductBatchAnswer]:
    """End a batch: its codes earn no more. What was given stays."""
    return await _close(request, code, batch, "ENDED")


@post(
    "/v1/programmes/{programme:str}/product-batches/{batch:str}/void",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def void_batch(
    request: Call, code: ProgrammeInPath, batch: FromPath[str]
) -> Response[ProductBatchAnswer]:
    """Void a batch, such as one that was stolen or misprinted: its codes earn no more.

    Whoever comes with one is told so. What was given stays, and can be reversed.
    """
    return await _close(request, code, batch, "VOIDED")


ROUTES = [
    add_batch,
    product_batches,
    add_codes_of_goods,
    make_codes,
    end_batch,
    void_batch,
]
