"""The whole demo: start the processes, replay the year, settle it, check it and show it.

`comity demo` calls `run_demo`. It talks to the service only over HTTP.
"""

import asyncio
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.client import ComityError, Problem, Unreachable
from api.demo.bill import Bill, close_month, make_bill
from api.demo.dataset import Dataset, load_dataset
from api.demo.errors import DemoFailed
from api.demo.plan import Month, Plan, make_plan
from api.demo.processes import connecting, ending_on_sigterm, write_supplier_secrets
from api.demo.replay import Counted, Replay, Watcher
from api.demo.report import print_report
from api.demo.setup import Exchange, IsolationRefusal, SupplierSide, attempt_isolated_offers, set_up
from api.demo.summary import Outcome, Seconds, check_outcome, read_totals, summarise
from api.demo.supplier_process import running_supplier
from api.demo.tally import JSON, Tally, words_of
from api.embedded.services import temporary_data_dir
from api.process.children import running_service
from api.settings import OPERATOR_KEY_FILE, Settings


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of the command line."""

    output: Path
    summary: Path | None = None
    data_dir: Path | None = None
    """None takes a temporary one, which is removed afterwards."""
    keep: bool = False
    """Keep serving after the result is shown, until interrupted."""
    days: int | None = None
    """Replay only this many days of the year."""
    port: int | None = None
    """The port of the service. None takes a free one."""


def run_demo(options: DemoOptions, console: Console) -> Outcome:
    """Run the demo.

    Raises:
        DatasetMissing: the data package is not installed.
        ChildFailed: the service or the suppliers' server did not start.
        DemoFailed: something was refused, or does not add up.
    """
    started = time.perf_counter()
    with console.status("Reading the year of purchases and planning its replay"):
        dataset = load_dataset()
        plan = make_plan(dataset, options.days)
    place = (
        nullcontext(options.data_dir) if options.data_dir else temporary_data_dir("comity-demo-")
    )
    with ending_on_sigterm(), place as data_dir:
        session = _Session(options, console, dataset, plan, data_dir.resolve())
        return session.run(started)


class _Session:
    """One run in one data directory."""

    def __init__(
        self, options: DemoOptions, console: Console, dataset: Dataset, plan: Plan, data_dir: Path
    ) -> None:
        self._options = options
        self._console = console
        self._dataset = dataset
        self._plan = plan
        self._data_dir = data_dir
        self._settings = Settings.load(data_dir=data_dir)
        self._tally = Tally()

    def run(self, started: float) -> Outcome:
        folder = self._data_dir / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        signing, orders = folder / "secrets.json", folder / "orders.sqlite3"
        made = write_supplier_secrets(signing, [brand.code for brand in self._dataset.brands])
        with (
            self._console.status("Starting the service and the suppliers' server") as status,
            running_service(
                self._data_dir, folder / "service.log", self._options.port or 0
            ) as service_url,
            running_supplier(signing, orders, folder / "supplier.log") as supplier_url,
        ):
            status.stop()
            with _failing_with_a_sentence():
                outcome = asyncio.run(
                    self._play(service_url, SupplierSide(supplier_url, made), started)
                )
            check_outcome(outcome)
            print_report(self._console, outcome)
            self._write_summary(outcome)
            self._console.print(
                f"Statements and reconciliation files are in {self._options.output}"
            )
            if self._options.keep:
                self._keep_serving(service_url)
        return outcome

    async def _play(self, service_url: str, suppliers: SupplierSide, started: float) -> Outcome:
        async with connecting(service_url, self._tally) as connect:
            setup_started = time.perf_counter()
            with self._console.status("Setting up parties, programmes, offers and allotments"):
                exchange = await set_up(
                    connect, self._operator_key(), self._dataset, self._plan, suppliers
                )
                refusals = await attempt_isolated_offers(exchange, self._dataset)
            setup_seconds = time.perf_counter() - setup_started
            counted, closing_seconds = await self._replay(exchange)
            settlement_started = time.perf_counter()
            with self._console.status(
                "Checking every balance, fetching the statements, reconciling, settling"
            ):
                totals = await read_totals(exchange, self._plan, counted)
                bill = await make_bill(exchange, self._plan, self._options.output)
        ended = time.perf_counter()
        seconds = Seconds(
            setup=setup_seconds,
            issues=counted.issue_seconds,
            uses=counted.use_seconds,
            settlement=closing_seconds + ended - settlement_started,
            total=ended - started,
        )
        return self._outcome(counted, totals, bill, refusals, seconds)

    def _outcome(
        self,
        counted: Counted,
        totals: dict[str, JSON],
        bill: Bill,
        refusals: list[IsolationRefusal],
        seconds: Seconds,
    ) -> Outcome:
        return Outcome(self._plan, counted, totals, bill, refusals, seconds, self._tally)

    async def _replay(self, exchange: Exchange) -> tuple[Counted, float]:
        """Replay all months, and show progress bars.

        Returns what was counted, and how many seconds the closing of periods took.
        """
        closing_seconds = 0.0

        async def close(month: Month) -> None:
            nonlocal closing_seconds
            started = time.perf_counter()
            await close_month(exchange, month)
            closing_seconds += time.perf_counter() - started

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[month]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            issues = progress.add_task("Issues", total=self._plan.issue_count, month="")
            uses = progress.add_task("Coupons", total=self._plan.use_count, month="")
            watcher = Watcher(
                issued=lambda count: progress.advance(issues, count),
                used=lambda count: progress.advance(uses, count),
                month=lambda name: progress.update(issues, month=name),
            )
            counted = await Replay(exchange, watcher).run(self._plan, close)
        return counted, closing_seconds

    def _operator_key(self) -> str:
        configured = self._settings.operator_key.get_secret_value()
        return (
            configured or (self._data_dir / OPERATOR_KEY_FILE).read_text(encoding="ascii").strip()
        )

    def _write_summary(self, outcome: Outcome) -> None:
        if self._options.summary is not None:
            self._options.summary.parent.mkdir(parents=True, exist_ok=True)
            self._options.summary.write_text(
                json.dumps(summarise(outcome), indent=2) + "\n", encoding="utf-8"
            )

    def _keep_serving(self, service_url: str) -> None:
        self._console.print(
            f"\nStill serving at {service_url} (API description at {service_url}/docs). "
            f"The operator's key is in {self._data_dir / OPERATOR_KEY_FILE}, for example:\n"
            f'  curl -H "Authorization: Bearer $(cat {self._data_dir / OPERATOR_KEY_FILE})" '
            f"{service_url}/v1/statements\nCtrl-C ends it.",
            soft_wrap=True,
        )
        try:
            signal.pause()
        except KeyboardInterrupt:
            self._console.print("Stopping.")


@contextmanager
def _failing_with_a_sentence() -> Iterator[None]:
    """Turn what the client raises into DemoFailed."""
    try:
        yield
    except Unreachable as error:
        raise DemoFailed(
            f"the service stopped answering ({error}). "
            "Nothing is lost: run the demo again with the same --data-dir and it goes on."
        ) from error
    except Problem as problem:
        raise DemoFailed(words_of(problem)) from problem
    except ComityError as error:
        raise DemoFailed(str(error)) from error
