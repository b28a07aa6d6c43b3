"""Start a service, let the personas call it, attack it, print both tables, verify the books."""

import argparse
import subprocess
import sys
from pathlib import Path

import httpx2

from api.embedded.services import temporary_data_dir
from api.process.children import running_service
from loadtests.attacks import run as attacks
from loadtests.attacks.attackers import ATTACKS

PERSONAS = Path(__file__).with_name("personas.py")


def set_up(url: str, operator_key: str) -> str:
    """Make a brand with a programme, and return the brand's key."""
    headers = {"Authorization": f"Bearer {operator_key}"}
    with httpx2.Client(base_url=url, headers=headers, trust_env=False) as client:
        for path, body in (
            ("/v1/categories", {"path": "dining"}),
            (
                "/v1/parties",
                {"code": "tea-house", "name": "Tea", "roles": ["brand"], "category": "dining"},
            ),
            (
                "/v1/programmes",
                {
                    "code": "tea-club",
                    "party": "tea-house",
                    "name": "Tea Club",
                    "time_zone": "UTC",
                    "expiry": {"kind": "months", "count": 12},
                },
            ),
        ):
            client.post(
                path, json=body, headers={"Idempotency-Key": f"load{path}"}
            ).raise_for_status()
        answer = client.post(
            "/v1/parties/tea-house/keys",
            json={"label": "tills"},
            headers={"Idempotency-Key": "load-key"},
        )
        key: str = answer.raise_for_status().json()["key"]
        return key


def call(url: str, key: str, seconds: int, users: int) -> int:
    """Let the personas call, print locust's table, and return locust's exit code."""
    command = [
        *(sys.executable, "-m", "locust", "-f", str(PERSONAS)),
        *("--headless", "--only-summary"),
        *("--host", url, "--run-time", f"{seconds}s"),
        *("--users", str(users), "--spawn-rate", str(users)),
        *("--programme", "tea-club", "--key", key),
    ]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Return the exit code of locust, or that of `comity verify` if a book is not sound."""
    parser = argparse.ArgumentParser(prog="python -m loadtests", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="for tills and apps; 0 for none")
    parser.add_argument("--users", type=int, default=64)
    parser.add_argument(
        "--attack-seconds", type=float, default=10.0, help="for each attack; 0 for none"
    )
    parser.add_argument("--strength", type=float, default=1.0, help="of each attack")
    parser.add_argument("--attack", action="append", choices=ATTACKS, help="only this one")
    options = parser.parse_args()
    with (
        temporary_data_dir("comity-load-") as data_dir,
        running_service(data_dir, data_dir / "serve.log") as url,
    ):
        operator_key = (data_dir / "operator.key").read_text(encoding="ascii").strip()
        called = 0
        if options.seconds:
            called = call(url, set_up(url, operator_key), options.seconds, options.users)
        if options.attack_seconds:
            names = options.attack or ATTACKS
            attacks.run(url, operator_key, options.attack_seconds, options.strength, names)
        verify = [sys.executable, "-m", "api.cli", "verify", "--data-dir", str(data_dir)]
        return called or subprocess.run(verify, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
