"""Where a supplier may be reached: on the public internet, and where the operator says so."""

import pytest

from catalog import EndpointNotAllowed, SupplierNetworks, read_address, set_endpoint
from catalog.endpoints import EndpointInvalid, require_url
from ledger import Database, Refusal
from tests.catalog.fixtures import trader

INSIDE = [
    # Loopback, in every form that some resolver takes.
    "127.0.0.1",
    "127.0.0.1:6379",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0127.0.0.1",
    "0177.0.0.1",
    "0177.0.0.01",
    "0x7f.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f000001",
    "0X7F000001",
    "0x7f000001.",
    "017700000001",
    "2130706433",
    "2130706433:5432",
    "127.0x1",
    "127.0.0.0x",
    "999.1.1.1",
    "1.2.3.4.5",
    "0",
    "0.0.0.0",
    "[::]",
    "[::1]",
    "[::1]:8000",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[v1.abc]",
    "localhost",
    "localhost:6379",
    "LocalHost",
    "localhost.",
    "metadata.localhost",
    # Link-local, with the metadata of clouds.
    "169.254.169.254",
    "169.254.1.1",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[2606:4700::1%25eth0]",
    "[fd00:ec2::254]",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    # Private, shared and reserved.
    "10.0.0.1",
    "10.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.168.257",
    "100.64.0.1",
    "0.1.2.3",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "[fc00::1]",
    "[fec0::1]",
    "[ff0e::1]",
    "[2001:db8::1]",
    "[2001::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[64:ff9b:1::1]",
    "[::ffff:10.0.0.1]",
]
BROKEN = [
    "http:127.0.0.1",
    "https:///127.0.0.1",
    "127.0.0.1",
    "localhost:6379",
    "2130706433",
    "//127.0.0.1",
    "file:///etc/passwd",
    "gopher://127.0.0.1",
    "redis://localhost:6379",
    "https://rights.example\\@127.0.0.1",
    "https://rights.example@127.0.0.1",
    "https://%31%32%37.0.0.1",
    "https://127.0.0.1%00.example",
    "https://①②⑦.0.0.1",
    "https://rights,example",
    "https://rights.example\t",
]


async def refusal_of(database: Database, url: str, networks: SupplierNetworks) -> Refusal | None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        try:
            await set_endpoint(
                connection, supplier.party_id, url=url, encrypted_secret=b"x", networks=networks
            )
        except Refusal as refusal:
            return refusal
    return None


def judge(url: str, networks: str = "") -> None:
    SupplierNetworks.read(networks).require_endpoint(require_url(url))


def test_the_battery_is_large() -> None:
    assert len({*INSIDE}) >= 60
    assert len({*INSIDE}) == len(INSIDE)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_in_every_form(host: str, scheme: str) -> None:
    with pytest.raises(EndpointNotAllowed) as refused:
        judge(f"{scheme}://{host}/api")
    assert refused.value.extra == {"field": "url"}


@pytest.mark.parametrize("host", ["[127.0.0.1]", "[rights.example]"])
def test_brackets_are_for_ipv6(host: str) -> None:
    with pytest.raises((EndpointInvalid, EndpointNotAllowed)):  # some Pythons read no such URL
        judge(f"https://{host}")


@pytest.mark.parametrize("url", BROKEN)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(EndpointInvalid):
        judge(url)


async def test_setting_an_endpoint_asks_the_rule(database: Database) -> None:
    refusal = await refusal_of(database, "https://169.254.169.254", SupplierNetworks())
    assert isinstance(refusal, EndpointNotAllowed)
    assert str(refusal) == (
        "169.254.169.254 is a link-local address; an endpoint has an address of the public internet"
    )


async def test_setting_an_endpoint_asks_the_operators_list(database: Database) -> None:
    listed = SupplierNetworks.read("127.0.0.0/8")
    assert await refusal_of(database, "http://127.0.0.1:9000", listed) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://rights.example",
        "https://rights.example:8443/api",
        "https://93.184.216.34",
        "https://[2606:4700:4700::1111]:443/x",
        "https://[::ffff:93.184.216.34]",
        "https://[64:ff9b::93.184.216.34]",
        "https://xn--fiqs8s.example",
        "https://my_host.example.",
        "https://7.example",
        "https://0x7f.example",
    ],
)
def test_an_address_of_the_public_internet_is_taken(url: str) -> None:
    judge(url)


@pytest.mark.parametrize("url", ["http://rights.example", "http://93.184.216.34"])
def test_the_public_internet_is_reached_by_https_alone(url: str) -> None:
    with pytest.raises(EndpointNotAllowed, match="https://"):
        judge(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9000",
        "http://localhost:9000",
        "https://10.20.1.1",
        "http://[fd00::5]",
        "http://cinema.internal",
    ],
)
def test_the_operator_may_list_networks(url: str) -> None:
    judge(url, "127.0.0.0/8, 10.20.0.0/16,fd00::/8")


@pytest.mark.parametrize("url", ["http://127.1", "http://10.21.0.1", "http://93.184.216.34"])
def test_a_list_allows_nothing_else(url: str) -> None:
    with pytest.raises(EndpointNotAllowed):
        judge(url, "127.0.0.0/8,10.20.0.0/16")


def test_a_name_without_https_must_lead_into_a_listed_network() -> None:
    networks = SupplierNetworks.read("10.20.0.0/16")
    networks.require_address(read_address("10.20.0.1"), is_secure=False)
    with pytest.raises(EndpointNotAllowed):
        networks.require_address(read_address("93.184.216.34"), is_secure=False)
    with pytest.raises(EndpointNotAllowed):
        networks.require_address(read_address("fe80::1%eth0"), is_secure=True)


@pytest.mark.parametrize("text", ["10.0.0.1/8", "everything", "10.0.0.0/33"])
def test_a_list_that_cannot_be_read_is_no_list(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SupplierNetworks.read(text)
