"""Who calls the service all day: tills that issue and redeem, and members' apps that look.

`python -m loadtests` runs them. To run them by hand against a service that is up:

    locust -f loadtests/personas.py --host http://127.0.0.1:8000 --programme tea-club --key cmty_…
"""

import random
import uuid
from argparse import ArgumentParser
from typing import Any

from locust import FastHttpUser, constant, events, task

MEMBERS = 2_000


def add_arguments(parser: ArgumentParser, **_: Any) -> None:
    parser.add_argument("--programme", required=True, help="the programme whose tills these are")
    parser.add_argument("--key", required=True, help="an API key of the brand", is_secret=True)


events.init_command_line_parser.add_listener(add_arguments)  # type: ignore[no-untyped-call]  # locust's own


def some_member() -> str:
    """One of the members of the programme."""
    return f"member-{random.randrange(MEMBERS)}"


class Caller(FastHttpUser):
    """A caller with the key of the brand."""

    abstract = True
    wait_time = constant(0)

    def on_start(self) -> None:
        options = self.environment.parsed_options
        self.path = f"/v1/programmes/{options.programme}"
        self.bearer = {"Authorization": f"Bearer {options.key}"}

    def change(self, name: str, points: int) -> None:
        """One operation with its own key. A refusal for lack of points is an answer, too."""
        body = {"member": some_member(), "points": points}
        headers = {**self.bearer, "Idempotency-Key": uuid.uuid4().hex}
        with self.client.post(
            f"{self.path}/{name}", json=body, headers=headers, catch_response=True
        ) as response:
            if response.status_code in {404, 409}:
                response.success()


class Till(Caller):
    """Issues for most purchases, redeems for some."""

    weight = 4

    @task(7)
    def issue(self) -> None:
        """A purchase."""
        self.change("issue", random.randrange(1, 50))

    @task(3)
    def redeem(self) -> None:
        """A member pays with points."""
        self.change("redeem", random.randrange(1, 20))


class App(Caller):
    """Looks at a member's balance."""

    weight = 1

    @task
    def look(self) -> None:
        """A member opens the app."""
        path = f"{self.path}/members/{some_member()}"
        with self.client.get(
            path, headers=self.bearer, name=f"{self.path}/members", catch_response=True
        ) as response:
            if response.status_code == 404:
                response.success()
