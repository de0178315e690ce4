"""Addresses, keys, headers and prices, as they are written in a spec and in the environment."""

import pytest

from handeye.actions.errors import UsageError
from handeye.grounding.calls import Usage
from handeye.grounding.remote.server import OPENAI, find_server


@pytest.mark.parametrize(
    ("address", "model", "url"),
    [
        ("qwen2.5vl:7b@http://h:11434/v1", "qwen2.5vl:7b", "http://h:11434/v1"),
        ("Qwen/Qwen3-VL@http://h:8000", "Qwen/Qwen3-VL", "http://h:8000/v1"),
        ("m@http://h:8000/", "m", "http://h:8000/v1"),
        ("m@HTTP://h:8000", "m", "http://h:8000/v1"),
        ("m@https://h/openai/deployments/m?api-version=1", "m", "https://h/openai/deployments/m?api-version=1"),
        ("gpt-5-mini", "gpt-5-mini", OPENAI),
        ("claude@20250929", "claude@20250929", OPENAI),
    ],
)  # fmt: skip
def test_a_name_and_an_address(address: str, model: str, url: str) -> None:
    server = find_server(address, {})
    assert (server.model, server.url) == (model, url)


def test_without_an_address_it_is_the_one_of_the_environment() -> None:
    assert find_server("m", {"OPENAI_BASE_URL": "http://h:1/v1"}).url == "http://h:1/v1"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "no name"),
        ("@http://h/v1", "no name"),
        ("m@127.0.0.1:8080", "http://"),
        ("m@localhost", "http://"),
        ("m@host:8080/v1", "http://"),
        ("m@http://", "no address"),
        ("m@ftp://h/v1", "no address"),
        ("m@http://h:99999999/v1", "no address"),
        ("m@http://me:secret@h/v1", "holds a password"),
        ("m@https://h/v1?api-version=1&subscription-key=secret", "holds a password or key"),
    ],
)
def test_what_cannot_be_an_address(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        find_server(address, {})
    assert "secret" not in str(caught.value)


def test_each_key_goes_only_where_it_belongs() -> None:
    both = {"HANDEYE_API_KEY": "mine", "OPENAI_API_KEY": "theirs"}
    assert find_server("m@http://h/v1", both).key == "mine"
    theirs = {"OPENAI_API_KEY": "theirs"}
    assert find_server("m@http://h/v1", theirs).key == ""
    assert find_server("m", theirs).key == "theirs"
    assert find_server("m@https://api.openai.com/v1", theirs).key == "theirs"
    based = theirs | {"OPENAI_BASE_URL": "http://h/v1"}
    assert find_server("m@http://h/v1", based).key == "theirs"
    assert find_server("m@http://h.evil/v1", based).key == ""


def test_secrets_are_not_shown() -> None:
    server = find_server("m", {"HANDEYE_API_KEY": "sk-123", "HANDEYE_HEADERS": "a: hidden"})
    assert "sk-123" not in repr(server)
    assert "hidden" not in repr(server)
    assert server.hidden("the key sk-123 is hidden") == "the key … is …"


def test_headers_are_read() -> None:
    text = "azureml-model-deployment: phi-4; X-Org: a:b\nlast: 1"
    assert find_server("m", {"HANDEYE_HEADERS": text}).headers == {
        "azureml-model-deployment": "phi-4",
        "X-Org": "a:b",
        "last": "1",
    }
    for wrong in ("deployment-7", "bad name: x", "a: ü"):
        with pytest.raises(UsageError, match="HANDEYE_HEADERS cannot be read") as caught:
            find_server("m", {"HANDEYE_HEADERS": wrong})
        assert wrong not in str(caught.value)


def test_the_first_price_that_fits_the_name_counts() -> None:
    prices = {"HANDEYE_PRICES": "gpt-5-mini=0.25/0.025/2, gpt-*=1/10"}
    usage = Usage(prompt_tokens=1_000_000, cached_tokens=400_000, completion_tokens=100_000)
    mini, other, none = (find_server(name, prices).price for name in ("gpt-5-mini", "gpt-5", "x"))
    assert mini is not None
    assert mini.of(usage) == pytest.approx(0.6 * 0.25 + 0.4 * 0.025 + 0.1 * 2)
    assert other is not None
    assert other.of(usage) == pytest.approx(1 + 0.1 * 10)
    assert none is None


@pytest.mark.parametrize("text", ["1/2", "m=1", "m=a/b", "m=1/2/3/4", "m=-1/2", "m=nan/1"])
def test_a_wrong_price_is_an_error(text: str) -> None:
    with pytest.raises(UsageError, match="HANDEYE_PRICES"):
        find_server("m", {"HANDEYE_PRICES": text})


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://localhost:1/v1", True),
        ("http://10.0.0.1/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_loopback_is_told_from_the_world(url: str, local: bool) -> None:
    assert find_server(f"m@{url}", {}).local is local
