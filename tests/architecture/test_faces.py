"""Reception desks and faces: each tells what is behind it, and offers only what somebody takes."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["ledger", "catalog", "exchange", "settlement", "api"]
PARTS = ("Promises:", "Never:", "Start here:")


def modules(*folders: str) -> dict[str, ast.Module]:
    """Every module below these folders by its dotted name, a package under its own name."""
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def desks() -> list[str]:
    """The packages and their wings. Versions of the schema are found by path, not by a desk."""
    paths = [path for name in PACKAGES for path in (ROOT / name).rglob("__init__.py")]
    return sorted(".".join(path.parent.relative_to(ROOT).parts) for path in paths)


@cache
def house() -> dict[str, ast.Module]:
    """Every module of the packages."""
    return modules(*PACKAGES)


def text_of(desk: str) -> str:
    """The docstring of a package or a wing."""
    return ast.get_docstring(house()[desk]) or ""


def offered(face: str) -> set[str]:
    """The names in a face's `__all__`."""
    for node in house()[face].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return set(names)
    return set()


@cache
def taken() -> dict[str, set[tuple[str, str]]]:
    """For each face: which module takes which name from it, by import or as its attribute."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for taker, tree in modules(*PACKAGES, "loadtests").items():
        aliases = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    found[node.module].add((taker, name.name))
                    aliases[name.asname or name.name] = f"{node.module}.{name.name}"
            elif isinstance(node, ast.Import):
                aliases |= {name.asname or name.name: name.name for name in node.names}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                face = aliases.get(node.value.id)
                if face is not None:
                    found[face].add((taker, node.attr))
    return found


@pytest.mark.parametrize("face", [name for name in desks() if not name.startswith("api")])
def test_a_face_offers_only_what_others_take(face: str) -> None:
    used = {name for taker, name in taken()[face] if not f"{taker}.".startswith(f"{face}.")}
    assert offered(face) - used == set()


@pytest.mark.parametrize("desk", desks())
def test_a_desk_says_what_it_promises_what_it_never_does_and_where_to_start(desk: str) -> None:
    places = [text_of(desk).find(part) for part in PARTS]
    assert places == sorted(places)
    assert -1 not in places, f"{desk} lacks {PARTS[places.index(-1)]}"


@pytest.mark.parametrize("desk", desks())
def test_a_desk_names_every_room(desk: str) -> None:
    _, _, start = text_of(desk).partition("Start here:")
    folder = ROOT.joinpath(*desk.split("."))
    rooms = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("__")}
    rooms |= {path.parent.name for path in folder.glob("*/__init__.py")}
    assert {room for room in sorted(rooms) if f"`{room}`" not in start} == set()
