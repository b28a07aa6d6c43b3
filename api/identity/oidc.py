"""Sign-in by the OpenID Connect service of the operator's organisation, the issuer.

It is the authorization code flow with PKCE. Nothing is stored here: the browser holds a text from
which, with a key of the vault, the state, the nonce and the verifier of one sign-in are made. So an
answer counts only in the browser that began, for SIGN_IN_SECONDS.
"""

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.identity.issuer_line import (
    IssuerAnswerInvalid,
    IssuerLine,
    IssuerRefused,
    shortened,
)
from api.identity.sign_in_settings import domains_of, require_trusted_url
from api.identity.users import EmailInvalid, read_email
from ledger import Refusal

CALLBACK_PATH = "/console/sign-in/oidc/callback"
SIGN_IN_SECONDS = 600
"""How long a user may take at the issuer."""
METADATA_SECONDS = 300
"""How long it is believed where the issuer said that its addresses are."""
LEEWAY_SECONDS = 60
"""How far the issuer's clock may be off."""
BACK_LENGTH_MAX = 1_000
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key that only the issuer has."""
_KEY_TYPES = frozenset({"RSA", "EC"})
_KEY_LENGTH_BYTES = 32
_PURPOSE = b"comity: sign in by the issuer"

JSON = Any


class SignInLost(Refusal):
    """The sign-in was begun in another browser, too long ago, or was ended already."""

    code: ClassVar[str] = "sign-in-lost"
    status: ClassVar[int] = HTTPStatus.BAD_REQUEST
    title: ClassVar[str] = "This sign-in was not begun here, or is too old. Begin again."


class NotInvited(Refusal):
    """The issuer knows the user, and nobody has invited this e-mail address."""

    code: ClassVar[str] = "not-invited"
    status: ClassVar[int] = HTTPStatus.FORBIDDEN
    title: ClassVar[str] = "Nobody with this e-mail address may sign in here."


@dataclass(frozen=True, slots=True)
class Registration:
    """What the operator and the issuer have agreed on."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    domains: frozenset[str]
    public_url: str

    @property
    def redirect_uri(self) -> str:
        """Where the issuer sends the browser back to."""
        return self.public_url + CALLBACK_PATH


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it holds meanwhile."""

    address: str
    held: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the issuer has let in, and where that user wanted to go."""

    email: str
    back: str


@dataclass(frozen=True, slots=True)
class _Secrets:
    """What is known of one sign-in to this service and to the browser that began it."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def of(cls, key: bytes, body: bytes) -> "_Secrets":
        return cls(*(_derived(key, name, body) for name in (b"state", b"nonce", b"verifier")))


@dataclass(frozen=True, slots=True)
class _Metadata:
    """The addresses of the issuer."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    auth_methods: tuple[str, ...]


class Oidc:
    """Signs users in by one issuer."""

    def __init__(self, registration: Registration, vault_keys: Sequence[bytes]) -> None:
        self.registration = registration
        self._keys = [
            HKDF(SHA256(), _KEY_LENGTH_BYTES, salt=None, info=_PURPOSE).derive(each)
            for each in vault_keys
        ]
        self._line = IssuerLine()
        self._metadata: tuple[float, _Metadata] | None = None

    async def begin(self, back: str, now: datetime) -> Begun:
        """Begin a sign-in that leads on to `back`.

        Raises:
            IssuerUnreachable: the issuer does not say where its users sign in.
            IssuerAnswerInvalid: what it says cannot be believed.
        """
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        metadata = await self._find_metadata()
        until = int(now.timestamp()) + SIGN_IN_SECONDS
        kept = back if len(back) <= BACK_LENGTH_MAX else ""
        body = orjson.dumps([secrets.token_urlsafe(32), until, kept])
        made = _Secrets.of(self._keys[0], body)
        query = {
            "response_type": "code",
            "client_id": self.registration.client_id,
            "redirect_uri": self.registration.redirect_uri,
            "scope": "openid email",
            "state": made.state,
            "nonce": made.nonce,
            "code_challenge": create_s256_code_challenge(made.verifier),
            "code_challenge_method": "S256",
        }
        sign = "&" if urlsplit(metadata.authorization).query else "?"
        return Begun(metadata.authorization + sign + urlencode(query), _text(body))

    async def finish(self, held: str, query: Mapping[str, str], now: datetime) -> Known:
        """Whom the issuer has let in, by what it gave the browser and what the browser holds.

        Raises:
            SignInLost: the answer is not for this browser, or comes too late.
            IssuerRefused: the issuer did not let the user in, or refuses the code.
            IssuerUnreachable: the issuer does not answer.
            IssuerAnswerInvalid: what it says cannot be believed.
            NotInvited: the address is not verified, or of another domain.
        """
        made, back = self._open(held, query.get("state", ""), now)
        if query.get("iss", self.registration.issuer) != self.registration.issuer:
            raise IssuerAnswerInvalid("another issuer has answered")
        if "error" in query:
            raise IssuerRefused(f"it says: {shortened(query['error'])}")
        metadata = await self._find_metadata()
        tokens = await self._exchange(metadata, query.get("code", ""), made.verifier)
        keys = await self._line.ask("GET", metadata.keys)
        claims = self._verify(tokens, keys, made.nonce, now)
        if "email" not in claims and metadata.userinfo is not None:
            claims = await self._ask_about(metadata.userinfo, tokens, claims)
        return Known(self._require_email(claims), back)

    def _open(self, held: str, state: str, now: datetime) -> tuple[_Secrets, str]:
        body = _bytes(held)
        for key in self._keys:
            made = _Secrets.of(key, body)
            # Who changes the text changes the state. So a state that fits says that it is ours.
            if hmac.compare_digest(made.state.encode(), state.encode()):
                _, until, back = orjson.loads(body)
                if now.timestamp() < until:
                    return made, str(back)
        raise SignInLost

    async def _find_metadata(self) -> _Metadata:
        from authlib.oidc.discovery import get_well_known_url

        if self._metadata is not None and self._metadata[0] > time.monotonic():
            return self._metadata[1]
        issuer = self.registration.issuer
        document = await self._line.ask("GET", get_well_known_url(issuer, external=True))
        if document.get("issuer") != issuer:
            raise IssuerAnswerInvalid("it has another name than COMITY_OIDC_ISSUER")
        methods = document.get("token_endpoint_auth_methods_supported")
        found = _Metadata(
            self._address(document, "authorization_endpoint"),
            self._address(document, "token_endpoint"),
            self._address(document, "jwks_uri"),
            self._address(document, "userinfo_endpoint")
            if "userinfo_endpoint" in document
            else None,
            tuple(map(str, methods)) if isinstance(methods, list) else (),
        )
        self._metadata = (time.monotonic() + METADATA_SECONDS, found)
        return found

    def _address(self, document: JSON, name: str) -> str:
        address = str(document.get(name, ""))
        try:
            parts = require_trusted_url(address)
        except ValueError as error:
            raise IssuerAnswerInvalid(f"its {name} {error}") from error
        if parts.scheme != urlsplit(self.registration.issuer).scheme:
            raise IssuerAnswerInvalid(f"its {name} must start as the issuer does")
        return address

    async def _exchange(self, metadata: _Metadata, code: str, verifier: str) -> JSON:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.registration.redirect_uri,
            "code_verifier": verifier,
        }
        name, secret = self.registration.client_id, self.registration.client_secret
        headers = {"content-type": "application/x-www-form-urlencoded"}
        methods = metadata.auth_methods
        by_form = "client_secret_post" in methods and "client_secret_basic" not in methods
        if secret and not by_form:
            pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": name, **({"client_secret": secret} if secret else {})}
        return await self._line.ask(
            "POST", metadata.token, content=urlencode(form).encode(), headers=headers
        )

    def _verify(self, tokens: JSON, keys: JSON, nonce: str, now: datetime) -> JSON:
        """What the ID token says of the user, if the issuer said it to us, now, and for this."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        client_id = self.registration.client_id
        try:
            # Keys of kinds that are not used here must not stand in the way of the others.
            known = [each for each in keys["keys"] if each.get("kty") in _KEY_TYPES]
            token = jwt.decode(
                tokens["id_token"], KeySet.import_key_set({"keys": known}), algorithms=ALGORITHMS
            )
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.registration.issuer},
                    "aud": {"essential": True, "value": client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise IssuerAnswerInvalid(shortened(f"its token: {error}")) from error
        return claims

    async def _ask_about(self, address: str, tokens: JSON, claims: JSON) -> JSON:
        """What the issuer tells of the user beside the ID token."""
        token = str(tokens.get("access_token", ""))
        about = await self._line.ask("GET", address, headers={"authorization": f"Bearer {token}"})
        if about.get("sub") != claims["sub"]:
            raise IssuerAnswerInvalid("it tells of another user")
        return about

    def _require_email(self, claims: JSON) -> str:
        if claims.get("email_verified") is not True:
            raise NotInvited("the sign-in service does not say that the address is verified")
        try:
            email = read_email(str(claims.get("email", "")))
        except EmailInvalid as error:
            raise NotInvited("the sign-in service names no e-mail address") from error
        domains = self.registration.domains
        if domains and email.rpartition("@")[2] not in domains:
            raise NotInvited("only addresses of other domains are let in")
        return email


def open_oidc(
    issuer: str,
    client_id: str,
    client_secret: str,
    domains: str,
    *,
    public_url: str,
    vault_keys: Sequence[bytes],
) -> Oidc | None:
    """Sign-in by the issuer that the settings name. None: they name none."""
    if not issuer:
        return None
    registration = Registration(issuer, client_id, client_secret, domains_of(domains), public_url)
    return Oidc(registration, vault_keys)


def _derived(key: bytes, name: bytes, body: bytes) -> str:
    return _text(hmac.digest(key, name + b"\x00" + body, "sha256"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
