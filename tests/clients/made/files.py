"""What is written from the description for those who program against it, by file."""

import json
from pathlib import Path
from typing import Any

from tests.clients.made import python_types
from tests.clients.made.interface import interface
from tests.clients.made.typescript import typescript
from tests.http.compatibility import current

ROOT = Path(__file__).parents[3]
CLIENT = ROOT / "api" / "client"


def made(document: Any) -> dict[Path, str]:
    """Every file, and what must stand in it."""
    known = interface(document)
    return {
        CLIENT / "interface.json": json.dumps(known, ensure_ascii=False, indent=1) + "\n",
        CLIENT / "schemas.pyi": python_types.schemas(document),
        CLIENT / "methods.pyi": python_types.methods(document),
        CLIENT / "problems.pyi": python_types.problems(known["problems"]),
        ROOT / "docs" / "reference" / "comity.d.ts": typescript(document),
    }


if __name__ == "__main__":
    for path, text in made(current()).items():
        path.write_text(text, encoding="utf-8")
