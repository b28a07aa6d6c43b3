"""The whole showcase: start the processes, open the exchange, tell its story, and serve it.

When all is sent, the service is started anew. What its worker does once an hour or once a day
(figures, coupons past their last day) is then done at once, and whoever looks sees it.
"""

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from api.demo.processes import connecting, ending_on_sigterm, write_supplier_secrets
from api.demo.setup import SupplierSide
from api.demo.showcase.asking import JSON, Desk
from api.demo.showcase.billing import bill_months, set_rate_cards
from api.demo.showcase.history import History, send_history
from api.demo.showcase.liability import freeze_months
from api.demo.showcase.logins import Login, logins_of
from api.demo.showcase.opening import OPERATOR, Exchange, Keys, open_exchange, set_endpoint
from api.demo.showcase.partner_file import reconcile_a_month
from api.demo.showcase.people import email_of, let_in, password_of
from api.demo.showcase.story import Size, Story, tell_story
from api.demo.showcase.today import BEHAVIOURS, play_today
from api.demo.showcase.trade import set_prices, trade
from api.demo.showcase.world import load_world
from api.demo.supplier_process import running_supplier
from api.demo.tally import Tally
from api.embedded.services import temporary_data_dir
from api.process.children import running_service
from api.settings import OPERATOR_KEY_FILE, Settings

KEYS_FILE = "keys.json"
PEOPLE_FILE = "people.json"
_FIGURES = ("parties", "offers", "members", "purchases", "rights", "uses")
_WITH_STATES = {
    "offers_by_state": "/v1/offers",
    "open_orders_by_state": "/v1/orders",
    "cases_by_state": "/v1/cases",
    "statements_by_state": "/v1/statements",
    "disputes_by_state": "/v1/disputes",
    "nettings_by_state": "/v1/nettings",
}
"""Lists of the operator, of which the states are counted."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ShowcaseOptions:
    """The options of the command line."""

    data_dir: Path | None = None
    """None takes a temporary one, which is removed afterwards."""
    port: int | None = None
    """The port of the service. None takes a free one."""
    summary: Path | None = None
    keep: bool = False
    """Keep serving, until interrupted."""
    size: Size = field(default_factory=Size)


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to look at when all is sent."""

    figures: dict[str, JSON]
    logins: list[Login]


def run_showcase(options: ShowcaseOptions, console: Console) -> Shown:
    """Build the showcase in a data directory, or serve the one that is there.

    Raises:
        ChildFailed: the service or the suppliers' server did not start.
        DemoFailed: something was refused that must not be.
    """
    place = (
        nullcontext(options.data_dir)
        if options.data_dir
        else temporary_data_dir("comity-showcase-")
    )
    with ending_on_sigterm(), place as data_dir:
        return _Session(options, console, data_dir.resolve()).run()


def build_showcase(options: ShowcaseOptions, data_dir: Path, console: Console) -> JSON:
    """Build the showcase in a data directory, and stop its service. Returns its figures.

    Raises:
        ChildFailed: the service or the suppliers' server did not start.
        DemoFailed: something was refused that must not be.
    """
    return _Session(options, console, data_dir.resolve()).build()


async def _states(exchange: Exchange) -> JSON:
    """How many of everything that has states are in which."""
    found = {}
    for name, path in _WITH_STATES.items():
        items = await exchange.operator.pages(path)
        found[name] = dict(Counter(str(each["state"]) for each in items))
    return found


class _Session:
    """One run in one data directory. What is kept of it stands in the folder `showcase`."""

    def __init__(self, options: ShowcaseOptions, console: Console, data_dir: Path) -> None:
        self._options = options
        self._console = console
        self._data_dir = data_dir
        self._folder = data_dir / "showcase"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._world = load_world()
        self._tally = Tally()

    def build(self) -> JSON:
        """Build what is not built yet. Returns what is counted of it."""
        done = self._folder / "done.json"
        if not done.exists():
            figures = self._serve(self._build)
            done.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        return json.loads(done.read_text(encoding="utf-8"))

    def run(self) -> Shown:
        """Build the showcase, and serve it anew."""
        figures = self.build()
        return self._serve(lambda url, suppliers: self._show(url, suppliers, figures))

    def _serve(self, work: Callable[[str, SupplierSide], Coroutine[Any, Any, Result]]) -> Result:
        """Run the service and the suppliers' server, and do some work with their addresses."""
        secrets, behaviours = self._folder / "secrets.json", self._folder / "behaviours.json"
        made = write_supplier_secrets(secrets, [party.code for party in self._world.suppliers])
        behaviours.write_text(json.dumps(BEHAVIOURS), encoding="utf-8")
        with (
            self._console.status("Starting the service and the suppliers' server") as status,
            running_service(
                self._data_dir, self._folder / "service.log", self._options.port or 0
            ) as service_url,
            running_supplier(
                secrets,
                self._folder / "orders.sqlite3",
                self._folder / "supplier.log",
                behaviours,
            ) as supplier_url,
        ):
            status.stop()
            answer = asyncio.run(work(service_url, SupplierSide(supplier_url, made)))
            if self._options.keep and isinstance(answer, Shown):
                self._keep_serving()
        return answer

    async def _build(self, service_url: str, suppliers: SupplierSide) -> JSON:
        started = time.perf_counter()
        story = tell_story(self._world, self._begun(), self._options.size)
        async with connecting(service_url, self._tally) as connect:
            with self._console.status("Opening the exchange") as status:
                exchange = await open_exchange(
                    connect,
                    self._keys(),
                    self._world,
                    story,
                    suppliers,
                )
                await set_rate_cards(exchange)
                await set_prices(exchange)
                history = await send_history(
                    exchange, lambda month: status.update(f"Telling what happened in {month}")
                )
                status.update("Playing today")
                await play_today(exchange, history)
                await trade(exchange)
                status.update("Closing the months, and billing them")
                await bill_months(exchange)
                run = await reconcile_a_month(exchange, history)
                status.update("Freezing what is owed for points")
                await freeze_months(exchange)
                status.update("Letting people in")
                await let_in(
                    exchange.operator, service_url, logins_of(self._world), self._password()
                )
                states = await _states(exchange)
        figures = self._figures(story, history, time.perf_counter() - started)
        return {**figures, "breaks": run["breaks_by_category"], **states}

    def _figures(self, story: Story, history: History, seconds: float) -> JSON:
        return {
            "ends_at": story.now.isoformat(),
            "months": story.months,
            "parties": len(self._world.parties),
            "offers": len(self._world.offers),
            "members": sum(len(each) for each in story.members.values()),
            "purchases": sum(
                len(each) for half in story.halves for each in half.purchases.values()
            ),
            "rights": len(history.held),
            "uses": len(history.used),
            "refused": dict(history.refused),
            "requests": self._tally.requests,
            "seconds": round(seconds, 1),
        }

    async def _show(self, service_url: str, suppliers: SupplierSide, figures: JSON) -> Shown:
        """Tell the service where the suppliers are now, and say what there is to see."""
        keys = self._keys()
        operator_key = keys.find(OPERATOR, OPERATOR)
        assert operator_key is not None
        async with connecting(service_url, self._tally) as connect:
            operator = Desk(connect(operator_key))
            for supplier in suppliers.secrets:
                await set_endpoint(operator, supplier, suppliers)
        shown = Shown(figures, logins_of(self._world))
        self._print(service_url, shown)
        if self._options.summary is not None:
            self._options.summary.parent.mkdir(parents=True, exist_ok=True)
            self._options.summary.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        return shown

    def _password(self) -> str:
        return password_of(self._folder / PEOPLE_FILE)

    def _begun(self) -> datetime:
        """The instant at which the story ends. A run that goes on has that of the first."""
        kept = self._folder / "begun"
        if not kept.exists():
            kept.write_text(datetime.now(UTC).replace(microsecond=0).isoformat(), encoding="ascii")
        return datetime.fromisoformat(kept.read_text(encoding="ascii"))

    def _keys(self) -> Keys:
        keys = Keys(self._folder / KEYS_FILE)
        configured = Settings.load(data_dir=self._data_dir).operator_key.get_secret_value()
        made = self._data_dir / OPERATOR_KEY_FILE
        keys.keep(OPERATOR, OPERATOR, configured or made.read_text(encoding="ascii").strip())
        return keys

    def _print(self, service_url: str, shown: Shown) -> None:
        figures = shown.figures
        table = Table(title="The showcase", title_justify="left", show_header=False)
        table.add_column()
        table.add_column(justify="right")
        for name in _FIGURES:
            table.add_row(name, f"{figures[name]:,}")
        table.add_row("ends on", figures["ends_at"][:10])
        table.add_row("built in", f"{figures['seconds']:.0f} s")
        self._console.print(table)
        people = Table("sign in as", "role", "of", title="People", title_justify="left")
        for login in shown.logins:
            people.add_row(email_of(login), login.role, login.party)
        self._console.print(people)
        self._console.print(f"Their password is {self._password()}", highlight=False)
        self._console.print(
            f"Serving at {service_url}/console (API description at {service_url}/docs).\n"
            f"The API keys of all parties are in {self._folder / KEYS_FILE}.",
            soft_wrap=True,
            highlight=False,
        )

        if datetime.fromisoformat(figures["ends_at"]).date() < datetime.now(UTC).date():
            self._console.print(
                f"It was built earlier. For one that ends today, remove {self._data_dir}.",
                soft_wrap=True,
            )

    def _keep_serving(self) -> None:
        self._console.print("Ctrl-C ends it.")
        try:
            signal.pause()
        except KeyboardInterrupt:
            self._console.print("Stopping.")
