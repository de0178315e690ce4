"""Addresses as people type them, and what a server may answer instead of a page."""

from pathlib import Path

import pytest

from handeye.actions import Goto
from handeye.actions.errors import NavigationError
from handeye.envs.browser import BrowserEnv, pages
from handeye.envs.browser.address import normalise_url, start_address


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("localhost/page", "http://localhost/page"),
        ("intranet:8080/x", "http://intranet:8080/x"),
        (" example.com/a ", "https://example.com/a"),
        ("about:blank", "about:blank"),
        ("HTTP://[::1]:80/", "HTTP://[::1]:80/"),
    ],
)
def test_what_people_type_becomes_a_url(typed: str, url: str) -> None:
    assert start_address(typed) == url


def test_a_path_of_a_file_becomes_a_url(tmp_path: Path) -> None:
    page = tmp_path / "ä page.html"
    page.write_text("x")
    assert normalise_url(str(page)) == page.as_uri()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "no address",
        "nowhere/page.html",
        "nowhere.html",
        "./nowhere",
        "http://",
        "http://[::1",
        "127.0.0.1:99999",
        "javascript:alert(1)",
        "chrome://settings",
        "ftp://example.com/x",
        "C:\\page.html",
        "a\0b",
        "~nobody-of-this-name/x",
        "x" * 5000,
    ],
)
def test_what_is_no_address_to_start_at_is_refused_with_a_fix(typed: str) -> None:
    with pytest.raises(NavigationError) as refused:
        start_address(typed)
    assert refused.value.fix


def test_an_answer_that_is_no_page_is_named(driven, site, reply):
    served = site(
        {
            "/none": reply("", 204),
            "/error": reply("", 500),
            "/file": reply("PK", 200, {"Content-Type": "application/zip"}),
        }
    )
    for path, words in (("/none", "sent no page"), ("/error", "answered with an error")):
        assert words in driven.env.act(Goto(url=served.url + path)).error.message
    assert driven.env.act(Goto(url=served.url + "/file")).note == pages.DOWNLOADED
    with pytest.raises(NavigationError, match="a file to download"):
        BrowserEnv(served.url + "/file")


def test_a_server_that_never_answers_holds_up_nothing_after_it(driven, site, reply, monkeypatch):
    monkeypatch.setattr(pages, "NAVIGATION_MS", 300)
    served = site({"/never": reply("late", delay=60), "/": "<button>Save</button>"})
    assert "did not load in time" in driven.env.act(Goto(url=f"{served.url}/never")).error.message
    assert driven.env.observe().settled.seconds < 5
    assert driven.env.act(Goto(url=served.url)).ok
