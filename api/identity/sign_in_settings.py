"""What the operator sets for users: second factors, the organisation's own service, and a limit.

The issuer is the OpenID Connect service of the operator's organisation. The operator chooses it, so
it is trusted: it may have a private address. Only on this machine may it do without TLS.
"""

import re
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo

from api.identity.roles import require_role_names

EXTRA = ("authlib", "joserfc")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")


def require_trusted_url(url: str) -> SplitResult:
    """The parts of an address to which secrets may be sent: https, or on this machine.

    Raises:
        ValueError: it is another one.
    """
    parts = urlsplit(url)
    is_plain = url.isprintable() and not parts.username and not parts.fragment
    if not is_plain or not parts.hostname or parts.port == 0:
        message = "must be an address like https://login.example.com"
        raise ValueError(message)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        message = "must start with https://"
        raise ValueError(message)
    return parts


def domains_of(text: str) -> frozenset[str]:
    """The domains of a list like "example.com, example.org".

    Raises:
        ValueError: a part of it is none.
    """
    listed = frozenset(part.strip().lower() for part in text.split(",") if part.strip())
    for each in sorted(listed):
        if _DOMAIN.fullmatch(each) is None:
            message = f"{each} is no domain like example.com"
            raise ValueError(message)
    return listed


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _require_issuer(value: str) -> str:
    if not value:
        return value
    if require_trusted_url(value).query:
        message = "must be an address without a query"
        raise ValueError(message)
    if any(find_spec(name) is None for name in EXTRA):
        message = "needs the extra oidc, which is not installed: pip install 'comity[oidc]'"
        raise ValueError(message)
    return value


def _require_client_id(value: str, info: ValidationInfo) -> str:
    issuer = info.data.get("oidc_issuer")  # missing if it was refused itself
    if issuer is not None and bool(issuer) != bool(value):
        message = "is set together with COMITY_OIDC_ISSUER, or not at all"
        raise ValueError(message)
    return value


def _require_domains(value: str) -> str:
    domains_of(value)
    return value


AdjustPointsMax = Annotated[
    int,
    Field(
        ge=0,
        description="the most points that a user with the role service adjusts or reverses at once",
    ),
]
TotpRoles = Annotated[
    str,
    AfterValidator(require_role_names),
    Field(
        description="roles of users who must set up a second factor, with commas between them, "
        "such as operator,finance"
    ),
]
Issuer = Annotated[
    str,
    AfterValidator(_require_issuer),
    Field(
        description="the OpenID Connect service of your organisation by which users sign in, such "
        "as https://login.example.com; if empty, there is none"
    ),
]
ClientId = Annotated[
    str,
    AfterValidator(_require_client_id),
    Field(description="the name by which oidc_issuer knows this service"),
]
ClientSecret = Annotated[
    SecretStr,
    Field(description="the secret that oidc_issuer gave to this service, if it gave one"),
]
Domains = Annotated[
    str,
    AfterValidator(_require_domains),
    Field(
        description="domains of the e-mail addresses with which users sign in by oidc_issuer, with "
        "commas between them; if empty, any"
    ),
]
