"""What is in the archives: the wheel runs the service, the source archive is the checkout."""

import email
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["ledger", "catalog", "exchange", "settlement", "api"]
NOT_IN_ARCHIVES = {".gitignore"}


def build(kind: str, source: Path, target: Path) -> Path:
    """Build with what is installed here, as `make setup` does. Nothing is downloaded."""
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("uv is not in this environment")
    command = [
        *(str(uv), "build", f"--{kind}", "--quiet", "--offline", "--no-build-isolation"),
        *("--python", sys.executable, "--cache-dir", str(target / "cache")),
        *("--out-dir", str(target / "dist"), str(source)),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (found,) = (target / "dist").glob("comity-*")
    return found


def test_the_wheel_holds_every_file_of_every_package(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in [*PACKAGES, "pyproject.toml", "README.md", "LICENSE"]:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, source / name)
    wheel = zipfile.ZipFile(build("wheel", source, tmp_path))
    held = set(wheel.namelist())
    expected = {
        path.relative_to(source).as_posix()
        for name in PACKAGES
        for path in (source / name).rglob("*")
        if path.is_file()
    }
    assert expected - held == set()
    assert {
        "api/migrations/env.py",
        "api/migrations/script.py.mako",
        "api/demo/departments.csv",
        *(f"{package}/py.typed" for package in PACKAGES),
    } <= held
    assert any(name.startswith("api/migrations/versions/0001") for name in held)
    assert any(name.startswith("api/http/static/") for name in held)
    assert not any(name.startswith(("tests/", "loadtests/")) for name in held)
    assert {"comity/__init__.py", "comity/client.py", "comity/py.typed"} <= held
    _import_client(wheel, tmp_path / "installed")

    (described,) = [name for name in held if name.endswith(".dist-info/METADATA")]
    facts = email.message_from_bytes(wheel.read(described))
    assert facts["License-Expression"] == "Apache-2.0"
    licences = facts.get_all("License-File", [])
    assert "LICENSE" in licences
    folder = described.removesuffix("METADATA")
    assert {f"{folder}licenses/{name}" for name in licences} <= held


def _import_client(wheel: zipfile.ZipFile, folder: Path) -> None:
    """Programs import the client by a name that no checkout has at its top."""
    wheel.extractall(folder)
    program = (
        "from comity.client import AsyncComity, Comity, problems\n"
        "import api.client, comity.client\n"
        "print(comity.client.__file__, api.client.__file__, problems.KeyNotFound.code)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    expected = [folder / "comity/client.py", folder / "api/client/__init__.py", "key-not-found"]
    assert done.stdout.split() == [*map(str, expected)], done.stderr


def test_the_source_archive_holds_every_file_of_the_checkout(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    expected = {line for line in listed.stdout.decode().splitlines() if (ROOT / line).is_file()}
    archive = build("sdist", ROOT, tmp_path)
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    assert expected - held <= NOT_IN_ARCHIVES
