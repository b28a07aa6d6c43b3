"""The application: its routes, the context they share, and the background work beside them."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import structlog
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.plugins.pydantic import PydanticInitPlugin, PydanticSchemaPlugin
from pydantic import BaseModel, ValidationError

from api.console import pages as console
from api.http import health, openapi, problems
from api.http.auth import admit
from api.http.bodies import JsonRequest
from api.http.deeds import require_every_deed
from api.http.encoding import JsonResponse
from api.http.front_door import FrontDoor
from api.http.permissions import require_every_permission
from api.http.routes import (
    allotments,
    audit_log,
    bills,
    breaks,
    cases,
    categories,
    codes,
    consents,
    contracts,
    corrections,
    coupon_lists,
    coupons,
    disputes,
    drafts,
    earning,
    events,
    explained,
    figures,
    fulfilment,
    gift_plan,
    gifts,
    groups,
    import_lists,
    imports,
    isolation,
    journal,
    keys,
    launches,
    leases,
    liability,
    liability_estimates,
    market,
    member_lists,
    members,
    nettings,
    offer_states,
    offers,
    operations,
    orders,
    overviews,
    parties,
    partner_file_previews,
    partner_files,
    payments,
    periods,
    pictures,
    placements,
    prices,
    procurements,
    product_codes,
    profiles,
    programme_rules,
    programmes,
    quotes,
    rate_cards,
    rates,
    reconciliations,
    reveal,
    rights,
    settlement_calendar,
    shops,
    stages,
    statement_lines,
    statements,
    status,
    swaps,
    tills,
    tokens,
    users,
    webhooks,
)
from api.http.routes import problem_types as problem_pages
from api.http.schemas.types import Body
from api.http.scopes import require_every_scope
from api.http.side_door import side_door
from api.member import pages as member
from api.pages.assets import asset_file
from api.pages.verification import verification_routes
from api.process.context import open_context
from api.process.stopping import told_of_stop
from api.settings import Settings
from api.worker.loops import run_worker

NOUNS = (
    parties,
    keys,
    launches,
    categories,
    isolation,
    groups,
    programmes,
    programme_rules,
    quotes,
    rates,
    consents,
    operations,
    market,
    members,
    member_lists,
    offer_states,
    profiles,
    offers,
    pictures,
    allotments,
    prices,
    earning,
    explained,
    product_codes,
    gift_plan,
    procurements,
    shops,
    stages,
    codes,
    import_lists,
    imports,
    reveal,
    swaps,
    placements,
    rights,
    coupon_lists,
    gifts,
    coupons,
    leases,
    tills,
    tokens,
    users,
    fulfilment,
    figures,
    overviews,
    orders,
    cases,
    contracts,
    rate_cards,
    settlement_calendar,
    periods,
    drafts,
    bills,
    statements,
    corrections,
    disputes,
    journal,
    nettings,
    partner_file_previews,
    partner_files,
    payments,
    statement_lines,
    reconciliations,
    breaks,
    liability,
    liability_estimates,
    audit_log,
    status,
    events,
    webhooks,
    problem_pages,
)
PAGES = (
    health.live,
    health.ready,
    health.metrics,
    openapi.openapi_json,
    openapi.docs_page,
    openapi.static_router,
)

GARBAGE_OBJECTS = 100_000
"""How many more objects are made than freed before the cyclic collector looks."""

_log = structlog.get_logger("comity.app")


def _is_body(annotation: Any) -> bool:  # the annotation can be any object
    return isinstance(annotation, type) and issubclass(annotation, Body)


def _decode(model: type[BaseModel], value: object) -> BaseModel:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise problems.refusal_of(error) from error


class StrictPydanticPlugin(PydanticInitPlugin):
    """Bodies are validated as strictly as their models say.

    The framework's own plugin passes `strict=False`, and so accepts "5" and true as points.
    """

    @classmethod
    def decoders(
        cls,
        validate_strict: bool = True,  # noqa: FBT001, FBT002 - the framework's signature
    ) -> list[tuple[Callable[[Any], bool], Callable[[Any, Any], Any]]]:
        """How the `data` of a handler is made from decoded JSON."""
        del validate_strict
        return [(_is_body, _decode)]


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    async with open_context(settings) as context:
        app.state.context = context
        stop = asyncio.Event()
        worker = asyncio.create_task(run_worker(context, stop)) if settings.run_worker else None
        _log.info("started", worker=settings.run_worker)
        try:
            async with side_door(app, settings):
                with _calm_garbage_collection(), told_of_stop(context.live.end):
                    yield
        finally:
            stop.set()
            if worker is not None:
                await worker
            del app.state.context
            _log.info("stopped")


@contextmanager
def _calm_garbage_collection() -> Iterator[None]:
    """Let the cyclic collector look rarely, and never at what was there from the start.

    A batch of a thousand makes tens of thousands of objects. Their reference counts free them, so
    looking at them is useless, and it took nearly half of the time.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def create_app(settings: Settings | None = None) -> Litestar:
    """The ASGI application of one process. By default, its settings come from the environment.

    Raises:
        SettingsError: a setting is missing, unknown or malformed.
        RuntimeError: an address is missing in the table of scopes, or in those of deeds.
    """
    settings = settings or Settings.load()
    routes = [handler for noun in NOUNS for handler in noun.ROUTES]
    app = FrontDoor(
        route_handlers=[
            *PAGES,
            Router(path="/", route_handlers=routes),
            console.router,
            member.router,
            asset_file,
            *verification_routes(settings.wechat_verify_dir),
        ],
        guards=[admit],
        exception_handlers=problems.EXCEPTION_HANDLERS,
        plugins=[StrictPydanticPlugin(), PydanticSchemaPlugin()],
        request_class=JsonRequest,
        response_class=JsonResponse,
        openapi_config=openapi.openapi_config,
        request_max_body_size=settings.request_bytes_max,
        lifespan=[_lifespan],
        state=State({"settings": settings}),
        logging_config=None,
        debug=False,
    )
    require_every_scope(app)
    require_every_permission(app)
    require_every_deed(app)
    return app
