"""`comity import`: checks a file, applies it once, and hands back what is to be mended."""

import json
from pathlib import Path

from catalog import create_party
from ledger import Database
from tests.api.cli.test_audit import Machine


async def test_a_file_is_checked_applied_and_mended(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        await create_party(connection, code="tea", name="Tea", roles=["supplier"], category=None)
    machine = Machine(database_url, redis_url, tmp_path)
    file, bad = tmp_path / "shops.csv", tmp_path / "bad.csv"
    file.write_bytes("门店编号;名称\n0001;西门店\n2!;东门店\n".encode("gb18030"))
    words = ("import", file, "--kind", "shops", "--party", "tea", "--data-dir", tmp_path)

    checked = machine(*words)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == (
        "Checked, and nothing was changed: 1 created, 0 updated, 0 unchanged, 1 rejected.\n"
    )
    assert "line 3, column code: a shop code is letters and digits" in checked.stderr
    applied = machine(*words, "--apply", "--accept-partial", "--rejected", bad, "--json")
    assert applied.returncode == 0, applied.stderr
    found = json.loads(applied.stdout)
    assert (found["state"], found["file"]["encoding"]) == ("done", "gb18030")
    assert found["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert found["rejected"][0]["message"]["zh"].startswith("门店编号")

    mended = bad.read_text(encoding="utf-8-sig").replace("2!", "2")
    bad.write_text(mended, encoding="utf-8")
    done = machine("import", bad, *words[2:], "--apply")
    assert done.stdout == "Applied: 1 created, 0 updated, 0 unchanged, 0 rejected.\n"

    file.write_text("code,title\n1,West\n", encoding="utf-8")
    refused = machine(*words)
    assert refused.returncode == 1
    assert refused.stderr == "The file was refused: the heading line has no column for name.\n"
    answer = machine(*words, "--map", "west")
    assert answer.returncode == 1
    assert "there is no mapping west" in answer.stderr
