"""Which server is asked for which model, with which key, and at what price.

Prevents: keys that are sent to a server which they are not for, and keys in an address that is
written into an episode.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from handeye.actions import Value
from handeye.actions.errors import UsageError
from handeye.grounding.calls import Usage

OPENAI = "https://api.openai.com/v1"
_WAY = "Write remote:NAME@URL, as in remote:qwen2.5vl:7b@http://127.0.0.1:11434/v1."
_ADDRESS = re.compile(r"@(localhost\b|\d+\.\d+\.\d+\.\d+|[\w.-]+:\d+)", re.IGNORECASE)
_SECRET = re.compile(r"(?:key|token|secret|sig|password)=", re.IGNORECASE)


class Price(Value):
    """US dollars for a million tokens."""

    prompt: float
    cached: float
    completion: float

    def of(self, usage: Usage) -> float:
        fresh = max(0, usage.prompt_tokens - usage.cached_tokens)
        paid = fresh * self.prompt + usage.cached_tokens * self.cached
        return (paid + usage.completion_tokens * self.completion) / 1e6


@dataclass(frozen=True)
class Server:
    """A model of a server. `key` and `headers` are secrets and never shown."""

    model: str
    url: str
    key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    price: Price | None = None

    @property
    def local(self) -> bool:
        """Whether it runs on this machine, where no proxy is needed."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def hidden(self, text: str) -> str:
        """`text` without the secrets."""
        for secret in (self.key, *self.headers.values()):
            if len(secret) > 3:
                text = text.replace(secret, "…")
        return text


def find_server(address: str, variables: Mapping[str, str] = os.environ) -> Server:
    """The server of NAME@URL or NAME, with what `variables` of the environment say.

    HANDEYE_API_KEY goes to whatever server is named; OPENAI_API_KEY only to OPENAI_BASE_URL or
    OpenAI. Raises UsageError.
    """
    name, at, url = _split(address)
    usual = variables.get("OPENAI_BASE_URL", "").strip() or OPENAI
    url = _complete(url if at else usual)
    key = variables.get("HANDEYE_API_KEY", "").strip()
    if not key and urlsplit(url).netloc in (urlsplit(usual).netloc, urlsplit(OPENAI).netloc):
        key = variables.get("OPENAI_API_KEY", "").strip()
    return Server(
        model=name,
        url=url,
        key=key,
        headers=_headers(variables.get("HANDEYE_HEADERS", "")),
        price=_price(variables.get("HANDEYE_PRICES", ""), name),
    )


def _split(address: str) -> tuple[str, str, str]:
    """Names may hold colons and @ ("qwen2.5vl:7b", "claude@20250929")."""
    place = re.search(r"@(?=[a-z]+://)", address, re.IGNORECASE)
    if place is None and _ADDRESS.search(address):
        raise UsageError(f"The address in {address!r} does not begin with http://.", _WAY)
    name = address[: place.start()] if place else address
    if not name.strip():
        raise UsageError("The remote model has no name.", _WAY)
    return name, "@" if place else "", address[place.end() :] if place else ""


def _complete(url: str) -> str:
    """With the /v1 that servers have, where the address has no path of its own."""
    parts = urlsplit(url)
    try:
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(f"{url!r} is no address of a server.", _WAY)
    if parts.username is not None or parts.password is not None or _SECRET.search(parts.query):
        fix = "Put it into HANDEYE_API_KEY or HANDEYE_HEADERS: addresses are recorded."
        raise UsageError("The address of the model holds a password or key.", fix)
    return url if parts.path.strip("/") else parts._replace(path="/v1").geturl()


def _headers(text: str) -> dict[str, str]:
    """HANDEYE_HEADERS: "name: value", several separated by semicolons or lines."""
    found = {}
    for line in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[\w-]+", name.strip()) or not value.strip().isascii():
            fix = "Write it as in azureml-model-deployment: phi-4; other-name: value."
            raise UsageError("HANDEYE_HEADERS cannot be read.", fix)
        found[name.strip()] = value.strip()
    return found


def _price(text: str, model: str) -> Price | None:
    """HANDEYE_PRICES: "NAME=PROMPT/COMPLETION" or "NAME=PROMPT/CACHED/COMPLETION", by commas."""
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, amounts = entry.rpartition("=")
        try:
            numbers = [float(amount) for amount in amounts.split("/")]
            if not name or len(numbers) not in (2, 3) or min(numbers) < 0:
                raise ValueError
            price = Price(prompt=numbers[0], cached=numbers[-2], completion=numbers[-1])
        except ValueError as error:
            fix = "Write dollars for a million tokens: gpt-5-mini=0.25/0.025/2, qwen*=0/0."
            raise UsageError(f"HANDEYE_PRICES has {entry!r}.", fix) from error
        if fnmatchcase(model, name.strip()):
            return price
    return None
