"""The people of the showcase come to the console: invited over HTTP, each with the same password.

They accept their invitations as a browser does, by the form behind the link. The password is drawn
once for a data directory, and kept beside its API keys.
"""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

import httpx2

from api.demo.errors import DemoFailed
from api.demo.showcase.asking import Desk
from api.demo.showcase.logins import Login

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "jetty")
"""Short words that nobody misreads: three of them and a number are a password."""


def password_of(path: Path) -> str:
    """The password of all people of a showcase. It is drawn when it is first asked for."""
    if not path.exists():
        words = "-".join(secrets.choice(WORDS) for _ in range(3))
        path.touch(mode=0o600)
        path.write_text(json.dumps(f"{words}-{secrets.randbelow(9000) + 1000}"), encoding="utf-8")
    return str(json.loads(path.read_text(encoding="utf-8")))


def email_of(login: Login) -> str:
    """The address with which somebody signs in."""
    return f"{login.role}@{login.party}.example".replace("_", "-")


async def let_in(operator: Desk, url: str, logins: Iterable[Login], password: str) -> None:
    """Invite everybody, and have each set the password. Who was let in before stays so.

    Raises:
        DemoFailed: somebody was refused.
    """
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as browser:
        for login in logins:
            invited = await operator.do(
                f"/v1/users?party={login.party}",
                {
                    "email": email_of(login),
                    "name": login.name,
                    "role": login.role,
                    "locale": "zh-Hans",
                },
                key=f"user-{login.party}-{login.role}",
            )
            if invited["link"] is None:
                continue  # it was let in by an earlier run
            path = "/console" + invited["link"].partition("/console")[2]
            answer = await browser.post(
                path, data={"password": password}, headers={"Sec-Fetch-Site": "same-origin"}
            )
            if answer.status_code != httpx2.codes.SEE_OTHER:
                raise DemoFailed(f"{email_of(login)} was not let in: HTTP {answer.status_code}")
