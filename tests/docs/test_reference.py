"""The reference says exactly what the code says.

That is every address, problem, setting, command, table and limit, and nothing else.
"""

import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import pytest
import rich_click as click
from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from sqlalchemy import MetaData

from api.app import create_app
from api.cli.main import comity
from api.http import auth, operations
from api.http.schemas import operations as schemas
from api.http.schemas.programmes import ProgrammeBody
from api.http.scopes import ADDRESSES
from api.pages.translations import catalogue
from api.settings import PREFIX, Settings
from catalog import SCOPES, Key
from catalog.imports.row_codes import ROW_CODES
from catalog.parties import Role
from catalog.scopes import SCOPES_OF_ROLE
from exchange.coupons import CouponState
from exchange.coupons.lifecycle import OrderState
from exchange.coupons.receipt import Step
from ledger import Refusal, StoredRefusal
from ledger.asks import BatchMode
from ledger.book import ExpiryKind
from settlement.reconcile.outcome import Category
from tests.docs.pages import DOCS, REFERENCE, ROOT, anchors, blocks, pages, prose, rows, sections

PACKAGES = ("ledger", "catalog", "exchange", "settlement", "api")
CHAPTERS = ("roles", "how-to", "reference", "explanation", "decisions")
ROLES = {
    auth.OPERATOR: "operator",
    auth.BRAND: "brand or operator",
    auth.SUPPLIER: "supplier",
    auth.SUPPLIER_OR_OPERATOR: "supplier or operator",
    auth.PARTNER: "brand or supplier",
    auth.BRAND_ALONE: "brand",
}
METHODS = {"GET", "POST", "PUT", "DELETE"}
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@cache
def everything_imported() -> None:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations." not in module.name:
                importlib.import_module(module.name)


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    everything_imported()
    for child in kind.__subclasses__():
        if child.__module__.partition(".")[0] in PACKAGES:
            yield child
            yield from refusals(child)


def routes() -> Iterator[tuple[str, str, str, str]]:
    """What programs are served: method, address, who may call it, and where its keys are."""
    app = create_app(Settings.load(database_url=SecretStr("postgresql://nobody@/nothing")))
    for route in app.routes:
        path = getattr(route, "path_format", "")
        for handler in getattr(route, "route_handlers", ()):
            if handler.opt.get("page"):
                continue  # a page is for people, and made of addresses that are listed
            for method in sorted(set(handler.http_methods) - {"OPTIONS", "HEAD"}):
                yield str(getattr(method, "value", method)), path, _who(handler), _key(handler)


def _who(handler: Any) -> str:
    if handler.opt.get("public"):
        return "anyone"
    (who,) = [ROLES[guard] for guard in handler.guards or ()] or ["any party"]
    return who


def _key(handler: Any) -> str:
    # A callback is told apart by the order it is about.
    body = None if handler.opt.get("callback") else handler.opt.get("body")
    return "header" if handler.opt.get("changes") else "items" if isinstance(body, type) else ""


def constant(dotted: str) -> Any:
    """The value of a dotted name, in the module that states it or as a dataclass's default."""
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        source = Path(str(found.__file__)).read_text(encoding="utf-8")
        name = parts[length]
        pattern = rf"^(class {name}\b|([A-Z_]+, )*{name}\b[^=(]* = )"
        assert re.search(pattern, source, re.MULTILINE), f"{dotted} is stated elsewhere"
        for name in parts[length:]:
            fields = getattr(found, "__dataclass_fields__", {})
            found = fields[name].default if name in fields else getattr(found, name)
        return found
    raise AssertionError(dotted)


def test_every_address_is_listed_with_who_may_and_how_it_is_keyed() -> None:
    listed = [
        tuple(row[:4])
        for row in rows(REFERENCE / "http.md")
        if len(row) == 5 and row[1].startswith("/")
    ]

    assert sorted(listed) == sorted(routes())
    assert len(listed) == len(set(listed))


def test_every_limit_is_the_codes() -> None:
    limits = [row for row in rows(REFERENCE / "http.md") if len(row) == 3]

    assert len(limits) > 20
    for name, value, dotted in limits:
        assert constant(dotted) == int(value.replace(",", "")), name


def named(cell: str) -> set[str]:
    """The words of a cell that are names in the code."""
    return set(re.findall(r"`(\w+)`", cell))


def test_every_operation_is_listed_with_what_it_takes_and_answers() -> None:
    text = sections(REFERENCE / "points.md")["Operations on points"]
    listed = {name: (named(takes), named(tells)) for name, takes, tells in _cells(text)}
    about = set(schemas.EventBody.model_fields)

    assert listed.keys() == operations.KINDS
    for item, operation in operations.ITEMS.items():
        takes, tells = listed[operation.KIND.name.lower()]
        assert takes | {"member"} == set(item.model_fields) - about - {"kind", "key"} | {
            "member"
        }, item
        assert tells <= schemas.OperationAnswer.__annotations__.keys(), item
    told = set().union(*(tells for _, tells in listed.values()))
    assert told == schemas.OperationAnswer.__optional_keys__ - {"member"}
    assert all(f"`{name}`" in text for name in about)
    assert all(f"`{mode}`" in text for mode in BatchMode)


def _cells(text: str) -> list[list[str]]:
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [[cells[0].strip(" `"), *cells[1:]] for cells in lines]


def test_every_rule_of_a_programme_is_listed() -> None:
    text = sections(REFERENCE / "points.md")["Programmes"]
    rules, plans = text.split("\n\n`expiry` is")
    listed = set().union(
        *(named(line.split("|")[1]) for line in rules.splitlines() if line.startswith("| `"))
    )

    assert listed == set(ProgrammeBody.model_fields) - {"party"}
    assert {cells[0] for cells in _cells(plans)} == set(ExpiryKind)


def test_every_problem_is_listed_with_its_status() -> None:
    listed = [(row[0], row[1]) for row in rows(REFERENCE / "problems.md") if row[0] != "code"]
    declared = {(kind.code, str(kind.status)) for kind in refusals() if kind is not StoredRefusal}
    declared.add((Refusal.code, str(Refusal.status)))

    assert sorted(listed) == sorted(declared)
    assert len({kind.code for kind in refusals()}) == len(list(refusals())), (
        "two refusals share a code"
    )


def test_the_problems_that_leave_their_key_free_say_so() -> None:
    meaning = {row[0]: row[-1] for row in rows(REFERENCE / "problems.md")}

    for kind in refusals():
        if kind.is_transient:
            assert "(not stored)" in meaning[kind.code], kind.code


def test_every_setting_is_listed_with_its_default() -> None:
    listed = {
        row[0]: row[1] for row in rows(REFERENCE / "settings.md") if row[0].startswith(PREFIX)
    }

    assert listed.keys() == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        shown = listed[f"{PREFIX}{name.upper()}"]
        if isinstance(field.default, bool):
            assert shown == str(field.default).lower(), name
        elif isinstance(field.default, SecretStr):
            assert (shown == "none") == (field.default.get_secret_value() == ""), name
        elif field.default is not PydanticUndefined:
            assert shown == str(field.default), name


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_that_a_page_names_exist(page: Any) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", page.read_text(encoding="utf-8"))) - {
        f"{PREFIX}"
    }

    assert named <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command, with the words that run it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield from commands(child, f"{path} {name}")


def test_every_command_and_option_is_documented() -> None:
    text = sections(REFERENCE / "commands.md")
    found = dict(commands(comity, "comity"))

    assert {heading for heading in text if heading.startswith("comity")} == found.keys()
    for path, command in found.items():
        options = {
            each
            for known in command.params
            if isinstance(known, click.Option)
            for each in known.opts
            if each[:2] == "--"
        }
        listed = set(re.findall(r"^\| `(--[a-z-]+)`", text[path], re.MULTILINE))
        assert listed == options, path
        for known in command.params:
            if isinstance(known, click.Argument):
                assert (known.name or "").upper() in text[path], path


def test_a_listed_key_is_documented_with_all_its_fields() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    section = page.partition("## `comity keys list`")[2].partition("\n## ")[0]
    (row,) = (line for line in section.splitlines() if line.startswith("| `--json`"))
    assert re.findall(r"`(\w+)`", row) == [field.name for field in fields(Key)]


def test_every_problem_has_a_title_in_chinese() -> None:
    """A page tells of a problem by its title."""
    known = catalogue("zh-Hans")
    assert {kind.title for kind in refusals() if known.gettext(kind.title) == kind.title} == set()


def test_every_table_is_listed() -> None:
    listed = [row[0] for row in rows(REFERENCE / "data.md") if row[0] != "table"]
    metadata: list[MetaData] = [
        importlib.import_module(f"{name}.tables").metadata
        for name in ("ledger", "catalog", "exchange", "settlement", "api")
    ]

    assert sorted(listed) == sorted(table for each in metadata for table in each.tables)


def test_the_words_of_states_steps_and_breaks_are_explained() -> None:
    fulfilment = (DOCS / "explanation" / "fulfilment.md").read_text(encoding="utf-8")
    settlement = (DOCS / "explanation" / "settlement.md").read_text(encoding="utf-8")

    for word in (*OrderState, *CouponState):
        assert word in fulfilment, word
    for step in Step:
        assert f"`{step}`" in fulfilment, step
    for category in get_args(Category):
        assert f"`{category}`" in settlement, category


def test_make_help_lists_every_target_that_is_named() -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    listed = set(re.findall(r"^  ([a-z-]+) ", shown, re.MULTILINE))
    named = {
        target
        for page in pages()
        for target in re.findall(
            r"(?:`|^|&& )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }

    assert {"demo", "test", "serve", "check", "help"} <= named <= listed


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Any) -> None:
    for link in _LINK.findall(prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        for link in _LINK.findall(prose(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.is_dir():
                waiting += sorted(target.glob("*.md"))
            elif target.suffix == ".md" and target.exists():
                waiting.append(target)

    assert set(pages()) - reached <= {DOCS / "README.md"}, (
        "docs/README.md is what a visitor of the folder is shown"
    )


def test_the_four_kinds_of_documentation_stand() -> None:
    assert (DOCS / "tutorial.md").exists()
    assert all(list((DOCS / chapter).glob("*.md")) for chapter in CHAPTERS)
    assert inspect.cleandoc(comity.help or "").startswith("Loyalty points")


def test_marked_blocks_are_read() -> None:
    marks = [block.mark for block in blocks(DOCS / "tutorial.md")]

    assert marks.count("run") > 10
    assert set(marks) == {"serve", "run", "answer"}
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    assert len(marks) == text.count("```") // 2, "every block of the tutorial is run or compared"


def test_every_scope_is_listed_with_its_roles_and_addresses() -> None:
    page = REFERENCE / "scopes.md"
    text = sections(page)
    order: tuple[Role, ...] = ("brand", "supplier", "operator")

    assert {name: who.strip() for name, who, _ in _cells(text["Scopes"])} == {
        scope: ", ".join(role for role in order if scope in SCOPES_OF_ROLE[role])
        for scope in SCOPES
    }
    listed = [(row[0], f"{row[1]} {row[2]}") for row in rows(page) if row[1] in METHODS]
    assert listed == [
        (scope, address) for scope, addresses in ADDRESSES.items() for address in addresses
    ]


def test_every_reason_why_a_row_is_rejected_is_listed() -> None:
    listed = {row[0]: row[1] for row in rows(DOCS / "how-to" / "import-a-file.md")}
    assert {code: listed.get(code) for code in ROW_CODES} == {
        code: english for code, (english, _) in ROW_CODES.items()
    }
