"""The locks name versions and hashes of all that is installed, and no server's address."""

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "dev")}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")

# Written in two parts, so that this file does not name them either.
REGISTRIES = [
    "pypi" + ".org",
    "pypi" + ".python.org",
    "pythonhosted" + ".org",
    "anaconda" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "crates" + ".io",
    "docker" + ".io",
    "ghcr" + ".io",
]


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock, for the machines that its marker names."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def name_and_version(self) -> str:
        return f"{self.requirement.name}{self.requirement.specifier}"

    def is_for(self, python: str) -> bool:
        """Whether CPython of this version, on Linux, installs it."""
        machine = {
            "python_version": python,
            "python_full_version": f"{python}.9",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        marker = self.requirement.marker
        return marker is None or marker.evaluate(machine)


def locked(name: str) -> list[Locked]:
    """The packages of a lock, with a check of every line."""
    text = LOCKS[name].read_text(encoding="utf-8")
    found = []
    for entry in (
        re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "").splitlines()
    ):
        requirement, *hashes = re.split(r"\s+--hash=", entry.strip())
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement
        parsed = Requirement(requirement)
        assert re.fullmatch(r"==[^*,]+", str(parsed.specifier)), requirement
        assert parsed.url is None, requirement
        found.append(Locked(parsed, frozenset(hashes)))
    return found


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for(name: str) -> list[Requirement]:
    """What pyproject.toml asks for: to run; to develop, all besides."""
    settings = project()
    wanted = list(settings["project"]["dependencies"])
    if name == "dev":
        groups = (settings["project"]["optional-dependencies"], settings["dependency-groups"])
        wanted += [each for group in groups for members in group.values() for each in members]
        wanted += settings["build-system"]["requires"]
    return [Requirement(each) for each in wanted]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LOCKS)
def test_everything_that_is_asked_for_is_locked(name: str, python: str) -> None:
    here = [each for each in locked(name) if each.is_for(python)]
    versions = {canonicalize_name(each.requirement.name): each for each in here}
    assert len(versions) == len(here), "one version of each package on any one machine"
    for wanted in asked_for(name):
        found = versions[canonicalize_name(wanted.name)].requirement
        (version,) = found.specifier
        assert wanted.specifier.contains(version.version), wanted


def test_what_runs_is_what_was_developed_with() -> None:
    developed = {each.name_and_version: each.hashes for each in locked("dev")}
    for each in locked("run"):
        assert developed[each.name_and_version] == each.hashes


def test_no_file_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    guilty = [
        (str(path.relative_to(ROOT)), registry)
        for path in files
        if path.is_file()
        for registry in REGISTRIES
        if registry.encode() in path.read_bytes().lower()
    ]
    assert guilty == []


PIP_CONFIGURATION = """
[global]
index-url = https://name:secret@mirror.example/simple
extra-index-url =
    https://one.example/simple
    https://two.example/simple
[install]
trusted-host = one.example
find-links = /wheels /more
"""
HANDED_OVER = {
    "UV_DEFAULT_INDEX": "https://name:secret@mirror.example/simple",
    "UV_EXTRA_INDEX_URL": "https://one.example/simple https://two.example/simple",
    "UV_INSECURE_HOST": "one.example",
    "UV_FIND_LINKS": "/wheels,/more",
}


@pytest.mark.parametrize(
    ("environment", "uv_toml", "expected"),
    [
        ({}, "", HANDED_OVER),
        (
            {"PIP_INDEX_URL": "https://other.example/simple"},
            "",
            {**HANDED_OVER, "UV_DEFAULT_INDEX": "https://other.example/simple"},
        ),
        (
            {"UV_INDEX_URL": "https://uvs.example/simple"},
            "",
            {"UV_INDEX_URL": "https://uvs.example/simple"},
        ),
        ({}, 'index-url = "https://uvs.example/simple"', {}),
        ({}, "# no index here\noffline = false", HANDED_OVER),
    ],
)
def test_uv_is_handed_the_index_that_pip_is_set_to(
    tmp_path: Path, environment: dict[str, str], uv_toml: str, expected: dict[str, str]
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "uv").write_text("#!/bin/sh\nenv\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    (tmp_path / "pip.conf").write_text(PIP_CONFIGURATION)
    (tmp_path / "config" / "uv").mkdir(parents=True)
    (tmp_path / "config" / "uv" / "uv.toml").write_text(uv_toml)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"),
        **environment,
    }
    command = ["sh", str(ROOT / "requirements" / "uv.sh"), str(programs / "uv"), "pip", "list"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)
    assert {name: value for name, value in told.items() if name.startswith("UV_")} == expected
