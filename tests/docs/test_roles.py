"""The page about roles says what the tables say."""

from tests.docs.roles_page import PAGE, roles_page


def test_the_page_about_roles_is_made_of_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == roles_page(), "write it with `make document`"
