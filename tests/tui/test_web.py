"""`handeye tui --web`: only who has the token gets in."""

import http.client
import http.cookiejar
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-c", "from handeye.cli import main; main()", "tui", str(tmp_path)]
    with subprocess.Popen([*command, "--web"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def status(address: str, *, token: bool, until: object, **headers: str) -> int:
    """What a visitor without cookies is answered."""
    parts = urlsplit(address)
    answered = []

    def ask() -> bool:
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        try:
            connection.request("GET", f"/?{parts.query}" if token else "/", headers=headers)
            answered.append(connection.getresponse().status)
        except ConnectionRefusedError:  # it has told the address and is about to listen
            return False
        finally:
            connection.close()
        return True

    assert until(ask)  # type: ignore[operator]
    return answered[-1]


def test_the_token_opens_it_on_this_machine_only(address: str, until: object) -> None:
    assert urlsplit(address).hostname == "127.0.0.1"
    assert status(address, token=False, until=until) == 403
    assert status(address, token=True, until=until) == 302
    assert status(address, token=True, until=until, Origin="http://evil.test") == 403
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    with urllib.request.build_opener(cookies).open(address, timeout=10) as page:
        assert "handeye" in page.read().decode()
        assert "default-src 'self'" in page.headers["Content-Security-Policy"], (
            "no font from outside"
        )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{address.split('?')[0]}ws", timeout=10)
