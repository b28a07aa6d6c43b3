"""`comity import`: checks a file, applies it once, and hands back what is to be mended."""

import json
from pathlib import Path

from catalog import create_party
from ledger import Database, read_clock
from ledger.book import create_programme
from ledger.read import balance
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


async def test_members_begin_with_points_in_their_programme(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        brand = await create_party(
            connection, code="tea", name="Tea", roles=["brand"], category=None
        )
        programme = await create_programme(
            connection, code="teas", party_id=brand.party_id, name="Tea", time_zone="UTC"
        )
    machine = Machine(database_url, redis_url, tmp_path)
    file = tmp_path / "members.csv"
    file.write_text("会员号,手机号,期初积分\nm-1,13800138000,500\n", encoding="utf-8")
    words = ("import", file, "--kind", "members", "--party", "tea", "--data-dir", tmp_path)
    answer = machine(*words)
    assert answer.returncode == 2
    assert "--programme is needed for members" in answer.stderr
    answer = machine(*words, "--programme", "none")
    assert (answer.returncode, "there is no programme" in answer.stderr) == (1, True)
    for _ in range(2):
        done = machine(*words, "--programme", "teas", "--apply")
        assert done.returncode == 0, done.stderr
        assert done.stdout == "Applied: 1 created, 0 updated, 0 unchanged, 0 rejected.\n"
    async with database.transaction() as connection:
        found = await balance(connection, programme, "m-1", await read_clock(connection))
    assert found.spendable == 500
