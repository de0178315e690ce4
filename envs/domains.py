"""Where a secret may be typed: the site of an address, and patterns that name sites.

Stricter than the domains of `Reach`: a name is that host alone. Prevents: a secret that is typed
into `shop.example.evil.test` because its name begins like the shop's.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from handeye.envs.reach import host_of, is_local_name, scheme_of

_PORTS = {"http": 80, "https": 443}
_WINDOW = "window:"


def origin_of(url: str) -> str:
    """Scheme, host and port, as a pattern that fits this site alone; "" where there is no host."""
    scheme, host = scheme_of(url), host_of(url)
    if host is None or scheme not in _PORTS:
        return ""
    name = f"[{host.name}]" if ":" in host.name else host.name
    return f"{scheme}://{name}" + (f":{host.port}" if host.port != _PORTS[scheme] else "")


def window_called(title: str) -> str:
    """A window of a desktop, as a place and as a pattern."""
    return _WINDOW + title.removeprefix("*")  # which many put there for what is not saved


def fits(pattern: str, url: str) -> bool:
    """Whether `pattern` names the site of `url`.

    `shop.example` is that host alone, `*.shop.example` every host below it, and `*` every site; a
    port may follow. Plain http fits only on this machine, unless the pattern begins with http://.
    `window:TITLE` is a window of a desktop with that in its title, and `window:*` any.
    """
    if _WINDOW in (url[: len(_WINDOW)], pattern[: len(_WINDOW)]):
        part, title = pattern.removeprefix(_WINDOW), url.removeprefix(_WINDOW)
        both = part != pattern and title != url
        return both and (part == "*" or part.casefold() in title.casefold())
    scheme, site = scheme_of(url), host_of(url)
    wanted = _parts(pattern if "://" in pattern else f"any://{pattern}")
    if site is None or scheme not in _PORTS or wanted is None:
        return False
    if wanted.scheme not in ("any", scheme):
        return False
    if wanted.scheme == "any" and scheme == "http" and not _is_local(site.name):
        return False
    if (wanted.port or _PORTS.get(wanted.scheme)) not in (None, site.port):
        return False
    host = (wanted.hostname or "").rstrip(".")
    if host == "*":
        return True
    return site.name.endswith(host[1:]) if host.startswith("*.") else site.name == host


def is_pattern(text: str) -> bool:
    """Whether a text can be a pattern: a window, or a host, perhaps with a scheme, a port and a
    leading `*.`."""
    if text.startswith(_WINDOW):
        return bool(text[len(_WINDOW) :].strip())
    parts = _parts(text if "://" in text else f"any://{text}")
    if parts is None or parts.scheme not in ("any", "http", "https") or parts.path.strip("/"):
        return False
    host = (parts.hostname or "").removeprefix("*.")
    return host == "*" or (bool(host) and not set(host) & set(" *?#@"))


def _parts(url: str) -> SplitResult | None:
    """None where the address cannot be taken apart, its port included."""
    try:
        parts = urlsplit(url.strip().lower())
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return is_local_name(host)
