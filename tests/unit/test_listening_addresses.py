"""Addresses of a profile's listeners."""

from __future__ import annotations

import socket

import pytest

from crmkit.launcher.errors import LaunchRefused
from crmkit.listening.addresses import take


def test_an_address_is_host_and_port() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    taken = take("listen.ivr", f"127.0.0.1:{port}")
    assert (taken.host, taken.port, taken.public_url) == ("127.0.0.1", port, f"http://127.0.0.1:{port}")


def test_port_0_is_a_free_one() -> None:
    assert take("listen.ivr", "127.0.0.1:0").port > 0


def test_everywhere_is_reached_on_loopback() -> None:
    taken = take("listen.ivr", "0.0.0.0:0")
    assert taken.host == "0.0.0.0"
    assert taken.near_url == f"http://127.0.0.1:{taken.port}"


def test_the_public_url_is_what_others_call() -> None:
    taken = take("listen.ivr", "127.0.0.1:0", "https://kit.example:8443/ivr/")
    assert taken.public_url == "https://kit.example:8443/ivr"
    assert taken.near_url == f"http://127.0.0.1:{taken.port}"


@pytest.mark.parametrize("address", ["", "8090", "localhost", "localhost:", ":8090", "localhost:99999", "localhost:-1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(LaunchRefused) as refused:
        take("listen.landbase", address)
    assert str(refused.value) == f"[listen.landbase] address {address!r} is none such as 127.0.0.1:8090"


@pytest.mark.parametrize("url", ["kit.example", "ftp://kit.example", "http://", "http://kit.example:0", "http://a/?b"])
def test_what_is_no_public_url_is_refused(url: str) -> None:
    with pytest.raises(LaunchRefused, match=r"public_url .* is no URL such as https://kit.example:8443/ivr"):
        take("listen.ivr", "127.0.0.1:0", url)


def test_a_port_that_somebody_holds_is_refused() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen(1)
        port = holder.getsockname()[1]
        with pytest.raises(LaunchRefused) as refused:
            take("listen.ivr", f"127.0.0.1:{port}")
    said = f"[listen.ivr] address 127.0.0.1:{port}: the port is in use; choose another one, or 0 for a free one"
    assert (str(refused.value), refused.value.exit_code) == (said, 2)


@pytest.mark.parametrize("port", [8090, 0])
def test_an_address_of_somebody_else_is_refused(port: int) -> None:
    # TEST-NET-1: nobody has it.
    with pytest.raises(LaunchRefused) as refused:
        take("listen.results", f"192.0.2.1:{port}")
    assert str(refused.value).startswith("[listen.results] address 192.0.2.1")
    assert "this machine has no such address" in str(refused.value)


def test_a_host_that_nobody_knows_is_refused() -> None:
    with pytest.raises(LaunchRefused) as refused:
        take("listen.ivr", "no-such-host.invalid:8090")
    assert str(refused.value) == "[listen.ivr] address: nobody knows a host 'no-such-host.invalid'"
