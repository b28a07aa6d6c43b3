"""Run a module of ours with what it needs, and no more: `python lean.py module arguments…`.

A package's `__init__` imports all that it offers, and so the whole service: seconds of work, for a
process that lives for one file. Here it is only read for where each name comes from, and a name is
imported when it is asked for.
"""

import ast
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from runpy import run_module
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
OURS = frozenset({"ledger", "catalog", "exchange", "settlement"})


class _Face(Loader):
    """A package whose names come from where its `__init__` has them from."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def exec_module(self, module: ModuleType) -> None:
        tree = ast.parse(self._file.read_bytes())
        origins = {
            alias.asname or alias.name: (str(node.module), alias.name)
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

        def find(name: str) -> Any:
            if name not in origins:
                raise AttributeError(name)
            origin, original = origins[name]
            return getattr(import_module(origin), original)

        vars(module)["__getattr__"] = find


class _Faces(MetaPathFinder):
    """Finds our packages. All else is found as usual."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or fullname.partition(".")[0] not in OURS:
            return None
        if not str(spec.origin).endswith("__init__.py"):
            return None
        spec.loader = _Face(Path(str(spec.origin)))
        return spec


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.meta_path.insert(0, _Faces())
    sys.argv = sys.argv[1:]
    run_module(sys.argv[0], run_name="__main__", alter_sys=True)
