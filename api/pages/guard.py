"""What pages believe of a request: its cookie, and that its forms were sent from our own pages.

A page acts for whom its cookie names, so nobody else's page may send our forms. Browsers say where
a request comes from, in `Sec-Fetch-Site`, older ones in `Origin`. A form that says neither, or
another site, is refused. There is no token that could be lost with an old page.
"""

import ipaddress
from http import HTTPStatus
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import Cookie

from ledger import Refusal

Connection = Request[Any, Any, Any]
SAME_ORIGIN = "same-origin"


class ForeignForm(Refusal):
    """A form was sent from another site, or by a browser that does not say from where."""

    code: ClassVar[str] = "foreign-form"
    status: ClassVar[int] = HTTPStatus.FORBIDDEN
    title: ClassVar[str] = "The form was not sent from a page of this service."


def require_same_origin(request: Connection) -> None:
    """Refuse a form that was not sent from a page of ours.

    Raises:
        ForeignForm: it was not, or nobody can tell.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site == SAME_ORIGIN:
            return
        raise ForeignForm(f"the browser says that it comes from {site}")
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc == request.headers.get("host"):
        return
    raise ForeignForm("the browser does not say where it comes from")


def is_loopback(request: Connection) -> bool:
    """Whether the browser is at the machine itself, where there is no TLS."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def cookie_name(request: Connection, name: str) -> str:
    """How a cookie is called: bound to this host and to TLS, but for the machine itself."""
    return name if is_loopback(request) else f"__Host-{name}"


class PartitionedCookie(Cookie):
    """A cookie that a page in a frame has for the site around it alone.

    Python's own cookies know the attribute from 3.14 on.
    """

    def to_header(self, **kwargs: Any) -> str:
        """The value of the header."""
        return f"{super().to_header(**kwargs)}; Partitioned"


def cookie(
    request: Connection,
    name: str,
    value: str,
    *,
    seconds: int,
    same_site: Literal["lax", "strict", "none"] = "lax",
    partitioned: bool = False,
) -> Cookie:
    """A cookie that no script reads. With 0 seconds the browser forgets it.

    Browsers take a cookie for frames of other sites only with Secure, also at the machine itself.
    """
    made = PartitionedCookie if partitioned else Cookie
    return made(
        key=cookie_name(request, name),
        value=value,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=partitioned or not is_loopback(request),
        samesite=same_site,
    )


def read_cookie(request: Connection, name: str) -> str | None:
    """The value of a cookie."""
    return request.cookies.get(cookie_name(request, name)) or None
