"""Which addresses a browser may go to, as data: domains, and one folder of local files.

A domain covers all that lie below it; `127.0.0.1:8000` covers that port only; `*` covers all.
Prevents: `shop.example.evil.test` taken for `shop.example`, and two ideas of what an address means.
"""

import ipaddress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from handeye.actions import Value
from handeye.envs.paths import real_path

WEB = frozenset({"http", "https", "ws", "wss"})
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


class Host(NamedTuple):
    name: str
    port: int | None

    def __str__(self) -> str:
        return self.name if self.port is None else f"{self.name}:{self.port}"


class Reach(Value):
    """`domains` may be opened. Those of `named` were named by a person, so that they may be
    private addresses, such as 127.0.0.1; others may not. `files`: the folder of local pages."""

    domains: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    files: Path | None = None

    def covers(self, url: str) -> bool:
        """Whether a page at this address may be opened."""
        scheme = scheme_of(url)
        if scheme == "file":
            path = _path_of(url)
            return path is not None and self.files is not None and path.is_relative_to(self.files)
        host = host_of(url.strip()[5:] if scheme == "blob" else url)
        return host is not None and self.has(host)

    def has(self, host: Host) -> bool:
        return any(fits(host, each) for each in self.domains)

    def may_be_private(self, host: Host) -> bool:
        return any(fits(host, each) for each in self.named)

    def with_domain(self, url: str) -> "Reach":
        """The same, and the site of an address that a named one led to."""
        host = host_of(url)
        site = (site_of(host),) if host is not None and not self.covers(url) else ()
        return self.model_copy(update={"domains": (*self.domains, *site)})


def reach_from(start: str, domains: tuple[str, ...] = ()) -> Reach:
    """What a run that starts at `start` may open: that site, and `domains`."""
    host = host_of(start)
    path = _path_of(start) if scheme_of(start) == "file" else None
    files = None if path is None else path.parent
    if host is None:
        return Reach(domains=domains, named=domains, files=files)
    own = (f"={host}",)
    return Reach(domains=(site_of(host), *domains), named=(*own, *domains), files=files)


def fits(host: Host, pattern: str) -> bool:
    """Whether a domain pattern covers a host; a leading "=" leaves out what lies below it."""
    exact, pattern = pattern.startswith("="), pattern.removeprefix("=")
    if pattern == "*":
        return True
    wanted = _host(f"//{pattern}")
    if wanted is None or (wanted.port is not None and wanted.port != host.port):
        return False
    below = not exact and not _is_address(wanted.name) and host.name.endswith(f".{wanted.name}")
    return host.name == wanted.name or below


def host_of(url: str) -> Host | None:
    """The host and port of a web address, as a browser would write them; None for others."""
    scheme = scheme_of(url)
    found = _host(url.strip()) if scheme in WEB else None
    if found is None:
        return None
    return found if found.port is not None else Host(found.name, _PORTS[scheme])


def scheme_of(url: str) -> str:
    try:
        return urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return "invalid"


def site_of(host: Host) -> str:
    """What is taken for one owner's: the registrable domain, or the very host and port."""
    if is_local_name(host.name) or _is_address(host.name):
        return str(host)
    return _suffixes().privatesuffix(host.name) or str(host)


def is_local_name(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


def _host(url: str) -> Host | None:
    """Browsers take a backslash for a slash, so that Python's reading would find another host."""
    try:
        parts = urlsplit(url.replace("\\", "/"))
        name, port = (parts.hostname or "").rstrip("."), parts.port
        if not name.isascii():
            name = _ascii(name)
    except ValueError:
        return None
    return Host(name.lower(), port) if name else None


def _ascii(name: str) -> str:
    import idna

    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(str(error)) from error


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _path_of(url: str) -> Path | None:
    return real_path(unquote(urlsplit(url.strip()).path))


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
