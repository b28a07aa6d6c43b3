"""Files by which WeChat sees whose the domain is: those, and nothing else of the directory."""

from pathlib import Path

import pytest

from api.kept_files import SettingsError
from api.pages.verification import FILE_BYTES_MAX
from tests.http.conftest import MakeSettings, serving

NAME = "aB3dEfGh1J.txt"
OFFICIAL = "MP_verify_a1B2c3D4e5F6g7H8.txt"


async def test_files_of_wechat_stand_at_the_root_and_nothing_else_does(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    folder = tmp_path / "wechat"
    folder.mkdir()
    (folder / NAME).write_text("5d41402abc4b2a76b9719d911017c592")
    (folder / OFFICIAL).write_text("a1B2c3D4e5F6g7H8")
    (folder / "secret.key").write_text("secret")
    (folder / "toolong123.txt").write_bytes(b"x" * (FILE_BYTES_MAX + 1))
    (folder / "adirectory.txt").mkdir()
    (tmp_path / "outside123.txt").write_text("secret")
    async with serving(make_settings(wechat_verify_dir=str(folder))) as (_, client):
        found = await client.get(f"/{NAME}")
        assert (found.status_code, found.text) == (200, "5d41402abc4b2a76b9719d911017c592")
        assert found.headers["content-type"].startswith("text/plain")
        assert found.headers["x-content-type-options"] == "nosniff"
        assert (await client.get(f"/{OFFICIAL}")).status_code == 200
        for path in (
            *("/secret.key", "/toolong123.txt", "/adirectory.txt", "/missing123.txt", "/wechat"),
            *("/..%2Foutside123.txt", "/%2e%2e/outside123.txt", "/..%5Coutside123.txt"),
            *(f"/{NAME}%00", f"/{NAME}%0a", f"/x/{NAME}"),
        ):
            refused = await client.get(path)
            assert refused.status_code in {404, 400}, (path, refused.text)
            assert refused.text != "secret"
        assert (await client.get("/livez")).status_code == 200
        (folder / NAME).unlink()
        assert (await client.get(f"/{NAME}")).status_code == 404


async def test_without_the_directory_nothing_is_served(make_settings: MakeSettings) -> None:
    async with serving(make_settings()) as (_, client):
        assert (await client.get(f"/{NAME}")).status_code == 404
    with pytest.raises(SettingsError, match="COMITY_WECHAT_VERIFY_DIR"):
        make_settings(wechat_verify_dir="/nowhere/at/all")
