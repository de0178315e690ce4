"""Addresses: what people type made into a URL, and a browser's network error made into words."""

import os
import re
from urllib.parse import urlsplit

from handeye.actions.errors import NavigationError
from handeye.envs.paths import real_path

_START_SCHEMES = ("http", "https", "file", "data", "about")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
_LOCAL = re.compile(r"^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(:\d+)?(/|$)")
_FILE = re.compile(r"^\.|^[^/]+\.x?html?$", re.IGNORECASE)  # never a host
_PORT = re.compile(r"^[\w.-]+:\d+(/|$)")

_WORDS = {
    "ERR_NAME_NOT_RESOLVED": ("The host of {} is not known.", "Check the spelling."),
    "ERR_CONNECTION_REFUSED": ("Nothing listens at {}.", "Start the server, or check the port."),
    "ERR_INTERNET_DISCONNECTED": (
        "This machine is offline, {} is not.",
        "Check the network.",
    ),
    "ERR_ADDRESS_UNREACHABLE": ("{} cannot be reached.", "Check the network."),
    "ERR_CONNECTION_TIMED_OUT": ("{} did not answer.", "Check the address, or try later."),
    "ERR_TIMED_OUT": ("{} did not answer.", "Check the address, or try later."),
    "ERR_CONNECTION_RESET": (
        "The server of {} broke the connection.",
        "Try again, or check the server.",
    ),
    "ERR_EMPTY_RESPONSE": (
        "The server of {} sent nothing.",
        "Check that it speaks HTTP on this port.",
    ),
    "ERR_INVALID_HTTP_RESPONSE": ("The server of {} does not speak HTTP.", "Check the port."),
    "ERR_SSL_PROTOCOL_ERROR": ("The server of {} does not speak HTTPS.", "Try http:// instead."),
    "ERR_FILE_NOT_FOUND": ("There is no file {}.", "Check the path."),
    "ERR_UNSAFE_PORT": ("Browsers refuse the port of {}.", "Serve on another port."),
    "ERR_TOO_MANY_REDIRECTS": ("{} redirects in a circle.", "Check the server."),
    "ERR_INVALID_URL": ("{} is no valid address.", "Write it like https://example.com/page."),
    "ERR_ABORTED": ("The server of {} sent no page.", "Check the address."),
    "ERR_HTTP_RESPONSE_CODE_FAILURE": (
        "The server of {} answered with an error.",
        "Check the address.",
    ),
    "ERR_INVALID_AUTH_CREDENTIALS": (
        "The server of {} asks for a name and a password.",
        "Start at a page that is open to all.",
    ),
}


def normalise_url(text: str) -> str:
    """A URL for what a person typed: a URL, a host with or without port, or an existing file.

    Raises NavigationError when it can be none of these.
    """
    text = text.strip()
    if not text:
        raise NavigationError("The address is empty.", "Give one like https://example.com.")
    if _LOCAL.match(text) or (_PORT.match(text) and not text.startswith(("http:", "https:"))):
        return _checked(f"http://{text}")
    if _SCHEME.match(text):
        return _checked(text)
    path = real_path(text)
    if path is not None and os.path.exists(path):
        return path.as_uri()
    if "." in text.split("/")[0] and " " not in text and not _FILE.match(text):
        return f"https://{text}"
    raise NavigationError(
        f"{text!r} is neither an address nor a file here.", "Write it like https://example.com."
    )


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme not in ("http", "https") or (parts.hostname and parts.port != 0)
    except ValueError:  # half an IPv6 address, a port above 65535
        usable = False
    if not usable:
        raise NavigationError(f"{url!r} is no address.", "Write it like https://example.com.")
    return url


def start_address(text: str) -> str:
    """The URL to start a run at, for what a person typed. Raises NavigationError."""
    url = normalise_url(text)
    scheme = urlsplit(url).scheme
    if scheme not in _START_SCHEMES:
        raise NavigationError(
            f"{scheme}: addresses are not opened.", "Use http://, https:// or file://."
        )
    return url


def explain(url: str, error: str) -> tuple[str, str]:
    """What a `net::ERR_…` message means, and what to do: (message, fix)."""
    code = re.search(r"ERR_[A-Z_]+", error)
    name = code.group() if code else ""
    if name.startswith("ERR_CERT"):
        reason = name.removeprefix("ERR_CERT_").replace("_", " ").lower()
        return (
            f"{url} has a certificate that cannot be trusted ({reason}).",
            "Fix the certificate, or use http:// for a server of your own.",
        )
    if "Timeout" in error:
        return f"{url} did not load in time.", "Check that the server answers, or try later."
    if name in _WORDS:
        words, fix = _WORDS[name]
        return words.format(url), fix
    return f"{url}: {name or error.splitlines()[0]}.", "Check the address."
