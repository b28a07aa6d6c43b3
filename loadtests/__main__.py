"""Start a service, let the personas call it, print locust's table, and verify the book."""

import argparse
import subprocess
import sys
from pathlib import Path

import httpx2

from api.embedded.services import temporary_data_dir
from api.process.children import running_service

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


def main() -> int:
    """Return the exit code of locust, or that of `comity verify` if the book is not sound."""
    parser = argparse.ArgumentParser(prog="python -m loadtests", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--users", type=int, default=64)
    options = parser.parse_args()
    with (
        temporary_data_dir("comity-load-") as data_dir,
        running_service(data_dir, data_dir / "serve.log") as url,
    ):
        key = set_up(url, (data_dir / "operator.key").read_text(encoding="ascii").strip())
        command = [
            *(sys.executable, "-m", "locust", "-f", str(PERSONAS)),
            *("--headless", "--only-summary"),
            *("--host", url, "--run-time", f"{options.seconds}s"),
            *("--users", str(options.users), "--spawn-rate", str(options.users)),
            *("--programme", "tea-club", "--key", key),
        ]
        loaded = subprocess.run(command, check=False).returncode
        verify = [sys.executable, "-m", "api.cli", "verify", "--data-dir", str(data_dir)]
        return loaded or subprocess.run(verify, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
