"""The browser's way to the network: private addresses only where a person named the host."""

import gc
import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handeye.envs.browser import BrowserEnv
from handeye.envs.browser.tunnel import NOWHERE, Tunnel, is_private
from handeye.envs.reach import Host, Reach, fits, host_of, reach_from


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("169.254.169.254", True), ("192.168.0.1", True),
        ("100.64.0.1", True), ("0.0.0.0", True), ("::1", True), ("fe80::1", True),
        ("fd00::1", True), ("::ffff:127.0.0.1", True), ("64:ff9b::7f00:1", True),
        ("8.8.8.8", False), ("2606:4700::1111", False), ("224.0.0.1", True),
    ],
)  # fmt: skip
def test_which_addresses_are_private(address: str, private: bool) -> None:
    assert is_private(ipaddress.ip_address(address)) is private


@pytest.mark.parametrize(
    ("url", "pattern", "covered"),
    [
        ("https://a.shop.example/x", "shop.example", True),
        ("https://shop.example.evil.test", "shop.example", False),
        ("https://evilshop.example", "shop.example", False),
        ("https://shop.example@evil.test/", "shop.example", False),
        ("http://evil.test\\@shop.example/", "shop.example", False),
        ("http://ѕhop.example", "shop.example", False),
        ("http://SHOP.example.", "shop.example", True),
        ("http://127.0.0.1:9/", "127.0.0.1:8", False),
        ("http://127.0.0.1:8/", "127.0.0.1:8", True),
    ],
)
def test_what_a_domain_covers(url: str, pattern: str, covered: bool) -> None:
    host = host_of(url)
    assert host is not None
    assert fits(host, pattern) is covered


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("blob:https://shop.example/1-2", True),
        (" blob:https://shop.example/1-2", True),
        ("blob:https://evil.test/https://shop.example", False),
        ("blob:null/https://shop.example", False),
        ("blob:blob:https://shop.example/1-2", False),
        ("blob:file:///home/ann/shop.html", False),
        ("filesystem:https://shop.example/temporary/a", False),
    ],
)
def test_whose_a_page_without_a_request_is(url: str, covered: bool) -> None:
    """What is of `blob:` is its maker's; one in another is nobody's."""
    reach = Reach(domains=("shop.example",), files=Path("/home/ann"))
    assert reach.covers(url) is covered


def test_a_start_covers_its_site() -> None:
    reach = reach_from("https://www.shop.co.uk/x")
    assert reach.covers("https://pay.shop.co.uk")
    assert not reach.covers("https://other.co.uk")
    assert not reach.covers("file:///etc/passwd")


def test_a_public_name_does_not_become_a_private_one() -> None:
    tunnel = Tunnel(lambda _: True, lambda _: True, lambda *_: None)
    try:
        host = Host("shop.example", 80)
        assert not tunnel._refused(host, ipaddress.ip_address("8.8.8.8"))
        assert tunnel._refused(host, ipaddress.ip_address("127.0.0.1"))
    finally:
        tunnel.close()


def test_a_private_address_that_nobody_named_is_not_reached(
    site: Any, until: Callable[..., bool]
) -> None:
    page = "<script>fetch('OTHER/secret', {mode: 'no-cors'})</script><p>Hello</p>"
    served = site({})
    served.pages["/"] = page.replace("OTHER", served.other_origin)
    with BrowserEnv(served.url, reach=reach_from(served.url)) as env:
        blocked = list(env.observe().blocked)
        assert until(lambda: bool(blocked.extend(env.observe().blocked) or blocked))
    assert {each.what for each in blocked} == {"address"}
    assert all("/secret" not in path for _, path, _ in served.log)


def test_a_worker_has_websockets_to_allowed_hosts_only(
    site: Any, until: Callable[..., bool]
) -> None:
    """Other requests to the same host, in front of it, are none of its business."""
    does = "fetch('OTHER/fetched', {mode: 'no-cors'}).finally(() => ['OWN', 'OTHER'].map(at => "
    does += "new WebSocket(at.replace('http', 'ws') + '/socket')))"
    page = f"<script>new Worker(URL.createObjectURL(new Blob([`{does}`])))</script><p>Hello</p>"
    served = site({})
    served.pages["/"] = page.replace("OWN", served.url).replace("OTHER", served.other_origin)
    reach = Reach(domains=("127.0.0.1",), named=("*",))
    with BrowserEnv(served.url, reach=reach) as env:
        blocked = list(env.observe().blocked)
        assert until(lambda: bool(blocked.extend(env.observe().blocked) or blocked))
        assert until(lambda: "/socket" in [path for _, path, _ in served.log])
    assert {each.what for each in blocked} == {"websocket"}
    assert {each.host for each in blocked} == {served.other_origin.removeprefix("http://")}
    paths = [path for _, path, _ in served.log]
    assert (paths.count("/fetched"), paths.count("/socket")) == (1, 1)


def test_the_browser_asks_its_maker_for_nothing(
    site: Any, until: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    addresses = Tunnel._addresses

    async def noted(tunnel: Tunnel, host: Host) -> list[Any]:
        asked.append(host.name)
        return await addresses(tunnel, host)

    monkeypatch.setattr(Tunnel, "_addresses", noted)
    served = site({"/": "<p>Hello</p>"})
    with BrowserEnv(served.url, reach=reach_from(served.url)) as env:
        until(lambda: bool(env.observe() and asked.count(NOWHERE) >= 2), 3)  # not all versions ask
    assert "127.0.0.1" in asked
    assert set(asked) <= {NOWHERE, "127.0.0.1"}


def test_where_the_first_address_leads_to_may_be_opened(site: Any, reply: Any) -> None:
    served = site({"/": "<p>Here</p>"})
    served.pages["/go"] = reply("", 302, {"Location": f"{served.other_origin}/"})
    reach = Reach(domains=("127.0.0.1",), named=("*",))
    with BrowserEnv(f"{served.url}/go", reach=reach) as env:
        assert env.observe().url == f"{served.other_origin}/"


def test_a_connection_that_just_came_is_closed_with_it() -> None:
    for _ in range(20):  # what stays open is an error of this test when it is collected
        tunnel = Tunnel(lambda _: True, lambda _: True, lambda *_: None)
        with socket.create_connection(("127.0.0.1", tunnel.port)):
            tunnel.close()
        del tunnel
    gc.collect()
