"""Rules that can be read from the source: imports, names, the environment, lengths."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["ledger", "catalog", "exchange", "settlement", "api"]
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 400
FORBIDDEN_NAMES = {"core", "utils", "util", "common", "helpers", "helper", "shared", "misc"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide from which room they import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("package", PACKAGES[:-1])
def test_tables_are_imported_by_their_owner_alone(package: str) -> None:
    others = [name for name in PACKAGES if name != package]
    guilty = [
        str(path)
        for path in sources(*others)
        if any(name.startswith(f"{package}.tables") for name in imported(parsed(path)))
    ]
    assert guilty == []


def test_only_settings_touches_the_environment() -> None:
    forbidden = {"environ", "environb", "getenv", "putenv", "unsetenv"}
    guilty = []
    for path in sources(*PACKAGES):
        tree = parsed(path)
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names = {name.rpartition(".")[2] for name in imported(tree) if name.startswith("os.")}
        if (attributes | names) & forbidden and path != ROOT / "api/settings.py":
            guilty.append(str(path))
    assert guilty == []


def test_no_room_has_a_name_that_says_nothing() -> None:
    names = {
        part for path in sources(*PACKAGES) for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert names & FORBIDDEN_NAMES == set()


def test_no_other_top_level_package() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in listed.stdout.decode().splitlines()}
    # hatchling looks for a project's build hook under this name.
    assert tops <= {*PACKAGES, "tests", "loadtests", "docs", "hatch_build.py"}


def test_functions_and_files_stay_readable() -> None:
    long = []
    for path in sources(*PACKAGES):
        if len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES_MAX:
            long.append(str(path))
        functions = (
            n
            for n in ast.walk(parsed(path))
            if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        long.extend(
            f"{path}: {function.name}"
            for function in functions
            if lines_of(function) >= FUNCTION_LINES_MAX
        )
    assert long == []
