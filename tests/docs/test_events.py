"""The page about events lists the types that the service has, with their examples."""

import json
import re
from pathlib import Path

from api.events.catalogue import TYPES
from api.pages.translations import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "events.md"
ROW = re.compile(r"^\| `([a-z_.]+)` \| ([a-z, ]+) \| (.+) \|$", re.MULTILINE)
EXAMPLE = re.compile(r"^### `([a-z_.]+)`\n\n```json\n(.*?)\n```", re.MULTILINE | re.DOTALL)


def test_every_type_of_events_is_listed_with_its_example() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = {name: (", ".join(each.told), each.sentence) for name, each in TYPES.items()}
    assert {name: (roles, sentence) for name, roles, sentence in ROW.findall(text)} == told
    examples = {name: dict(each.example) for name, each in TYPES.items()}
    assert {name: json.loads(shown) for name, shown in EXAMPLE.findall(text)} == examples


def test_every_type_of_events_is_explained_in_chinese() -> None:
    known = catalogue("zh-Hans")
    assert [each for each in TYPES.values() if known.gettext(each.sentence) == each.sentence] == []
