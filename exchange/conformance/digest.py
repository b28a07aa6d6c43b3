"""What a report is about: an address, a secret, and the versions of kit and wire (pure).

A secret has at least 24 random bytes. So its id says nothing of it.
"""

import base64
import hashlib
import secrets

from exchange.conformance.case import KIT_VERSION, WIRE_VERSION
from exchange.fulfil.supplier import SECRET_PREFIX

ID_LENGTH = 16
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret that nobody else has."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def secret_id(secret: str) -> str:
    """The name of a secret. Nobody can find the secret by it."""
    return hashlib.sha256(f"secret id\n{secret}".encode()).hexdigest()[:ID_LENGTH]


def digest_of(url: str, secret: str) -> str:
    """What a report proves something of. Another address, secret or version has another digest."""
    about = f"kit {KIT_VERSION}\nwire {WIRE_VERSION}\n{url.rstrip('/')}\n{secret_id(secret)}"
    return hashlib.sha256(about.encode()).hexdigest()
