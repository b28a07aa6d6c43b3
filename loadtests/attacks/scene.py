"""The parties of the attacks, what they sell to each other, and their keys."""

import base64
import os
import time
import uuid
from dataclasses import asdict, dataclass
from typing import Any

import httpx2
import orjson

from api.process.children import free_port

BEGIN = "2017-01-01T00:00:00Z"
STOCK = 1_000_000
POINTS = 1_000_000_000
ANSWER_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the service is, and who calls it."""

    url: str
    quiet_key: str
    """Of the brand whose tills and apps do ordinary work."""
    quiet_offer: int
    """Of the prompt supplier."""
    prompt_port: int
    loud_key: str
    """Of the brand that attacks."""
    tardy_key: str
    """Of the supplier that attacks."""
    tardy_offer: int
    tardy_port: int
    held_coupon: int
    """Of the loud brand. Its order never reaches the tardy supplier, so one can wait for it."""
    secret: str
    """With which both suppliers sign."""

    def dump(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def load(cls, text: bytes) -> "Scene":
        return cls(**orjson.loads(text))


class _Operator:
    """Sets everything up."""

    def __init__(self, client: httpx2.Client, key: str) -> None:
        self.client = client
        self.key = key

    def send(self, method: str, path: str, body: Any, key: str = "") -> Any:
        headers = {
            "Authorization": f"Bearer {key or self.key}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        response = self.client.request(method, path, json=body, headers=headers)
        return response.raise_for_status().json()

    def party(self, code: str, role: str) -> str:
        """Make a party in a category of its own, and return its key."""
        self.send("POST", "/v1/categories", {"path": code})
        party = {"code": code, "name": code.title(), "roles": [role], "category": code}
        self.send("POST", "/v1/parties", party)
        key: str = self.send("POST", f"/v1/parties/{code}/keys", {"label": "load"})["key"]
        return key

    def brand(self, code: str) -> str:
        """Make a brand with a programme of the same code and a member with many points."""
        key = self.party(code, "brand")
        self.send("POST", "/v1/programmes", {"code": code, "name": code.title()}, key)
        points = {"member": "m0", "points": POINTS}
        self.send("POST", f"/v1/programmes/{code}/issue", points, key)
        return key

    def supplier(self, code: str, port: int, secret: str) -> tuple[str, int]:
        """Make a supplier with a server and an offer, and return its key and the offer."""
        key = self.party(code, "supplier")
        endpoint = {"url": f"http://127.0.0.1:{port}", "secret": secret}
        self.send("PUT", f"/v1/parties/{code}/endpoint", endpoint, key)
        offer = {
            "code": "ticket",
            "name": "A ticket",
            "face_value_minor": 100,
            "currency": "CNY",
            "points": 1,
            "fulfilment": "direct",
            "valid_from": BEGIN,
        }
        offer_id: int = self.send("POST", "/v1/offers", offer, key)["offer_id"]
        terms = {"offer_id": None, "brands": None, "quantity_max": STOCK, "valid_from": BEGIN}
        self.send("POST", "/v1/supply-terms", terms, key)
        return key, offer_id

    def stock(self, brand: str, key: str, offer_id: int) -> None:
        """Let a brand have much of an offer."""
        item = {"key": "all", "offer_id": offer_id, "quantity": STOCK, "window_from": BEGIN}
        body = {"allotments": [item]}
        (answer,) = self.send("POST", f"/v1/programmes/{brand}/allotments", body, key)["answers"]
        if answer["status"] != "accepted":
            raise RuntimeError(f"the offer could not be had: {answer}")


def set_scene(url: str, operator_key: str) -> Scene:
    """Make two brands and two suppliers, one of each quiet and one to attack with."""
    secret = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    prompt_port, tardy_port = free_port(), free_port()
    with httpx2.Client(base_url=url, timeout=ANSWER_TIMEOUT_SECONDS, trust_env=False) as client:
        operator = _Operator(client, operator_key)
        quiet_key, loud_key = operator.brand("quiet"), operator.brand("loud")
        _, quiet_offer = operator.supplier("prompt", prompt_port, secret)
        tardy_key, tardy_offer = operator.supplier("tardy", tardy_port, secret)
        operator.stock("quiet", quiet_key, quiet_offer)
        operator.stock("loud", loud_key, tardy_offer)
        right = {"member": "m0", "offer_id": tardy_offer, "account": f"held-{time.time_ns()}"}
        held = operator.send("POST", "/v1/programmes/loud/rights", right, loud_key)
        return Scene(
            url=url,
            quiet_key=quiet_key,
            quiet_offer=quiet_offer,
            prompt_port=prompt_port,
            loud_key=loud_key,
            tardy_key=tardy_key,
            tardy_offer=tardy_offer,
            tardy_port=tardy_port,
            held_coupon=held["coupon"],
            secret=secret,
        )
