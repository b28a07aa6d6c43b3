"""Compile the ledger's hot path while a wheel is built, if `make wheel` asks for it.

Decision 0017 says why.
"""

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compiled(BuildHookInterface[BuilderConfig]):
    """Put extension modules made by mypyc into the wheel, beside their sources.

    Python prefers them to the sources.
    """

    _target: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the modules that `pyproject.toml` names.

        A checkout goes on running its sources: there, what is compiled would be old soon.
        """
        if version == "editable":
            return
        from mypyc.build import mypycify
        from setuptools import Distribution

        root = Path(self.root)
        target = self._target = Path(tempfile.mkdtemp(prefix="comity-compiled-"))
        with contextlib.chdir(root), contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, target)
            extensions = mypycify(
                self.config["modules"], opt_level="3", target_dir=str(target / "c")
            )
            command = Distribution({"name": "comity", "ext_modules": extensions}).get_command_obj(
                "build_ext"
            )
            command.build_lib, command.build_temp = str(target / "lib"), str(target / "objects")
            command.ensure_finalized()
            command.run()
            # hatchling packs it later.
            stack.pop_all()
        for path in (target / "lib").rglob("*.so"):
            build_data["force_include"][str(path)] = path.relative_to(target / "lib").as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(
        self,
        version: str,  # noqa: ARG002 - hatchling's
        build_data: dict[str, Any],  # noqa: ARG002 - hatchling's
        artifact_path: str,  # noqa: ARG002 - hatchling's
    ) -> None:
        """Remove what was compiled, now that it is packed."""
        if self._target is not None:
            shutil.rmtree(self._target)
