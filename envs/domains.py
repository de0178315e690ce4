"""Which site an address belongs to, and whether a pattern names it.

Prevents: a secret that is typed into `shop.example.evil.test` because its name begins like the
shop's.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit


def domain_of(url: str) -> str:
    """The host of a web address, in lower case; "" for other addresses."""
    parts = _parts(url)
    if parts is None or parts.scheme not in ("http", "https"):
        return ""
    return (parts.hostname or "").rstrip(".")


def origin_of(url: str) -> str:
    """Scheme, host and port, as a pattern that fits this site alone; "" where there is no host."""
    parts = _parts(url)
    if parts is None or not domain_of(url):
        return ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else domain_of(url)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def fits(pattern: str, url: str) -> bool:
    """Whether `pattern` names the site of `url`.

    `shop.example` is that host alone, `*.shop.example` every host below it, and `*` every site; a
    port may follow. Plain http fits only on this machine, unless the pattern begins with http://.
    """
    parts, domain = _parts(url), domain_of(url)
    wanted = _parts(pattern if "://" in pattern else f"any://{pattern}")
    if parts is None or wanted is None or not domain:
        return False
    if wanted.scheme != "any" and wanted.scheme != parts.scheme:
        return False
    if wanted.scheme == "any" and parts.scheme == "http" and not _is_local(domain):
        return False
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    usual = {"http": 80, "https": 443}.get(wanted.scheme)
    if (wanted.port or usual) not in (None, port):
        return False
    host = (wanted.hostname or "").rstrip(".")
    if host == "*":
        return True
    return domain.endswith(host[1:]) if host.startswith("*.") else domain == host


def is_pattern(text: str) -> bool:
    """Whether a text can be a pattern: a host, perhaps with a scheme, a port and a leading `*.`."""
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
        return host == "localhost" or host.endswith(".localhost")
