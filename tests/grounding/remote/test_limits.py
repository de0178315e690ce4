"""A server is hung up on as soon as the run may take no more, whatever it is doing then."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from handeye.actions.errors import SpentError
from handeye.agent.budget import Budget
from handeye.episodes import StopReason
from handeye.grounding.chat.limit import ask, limited
from handeye.grounding.chat.types import Message
from handeye.grounding.remote.server import Price

from .conftest import ChatServer, Sent, event, stream

SOMETHING = (Message("user", ("What now?",)),)


def pieces(count: int) -> Sent:
    """A stream that would go on for a minute."""
    one = event({"choices": [{"index": 0, "delta": {"content": "word " * 20}}]})
    return Sent([one] * count, delay=0.02)


def nothing() -> Sent:
    """Headers and then silence."""
    return Sent([b""], delay=60)


def slow_headers(_: dict[str, Any]) -> Sent:
    time.sleep(3)
    return Sent([b""])


@pytest.mark.parametrize(
    ("answer", "limits", "reason"),
    [
        (pieces(3000), {"seconds": 0.5}, StopReason.TIME_BUDGET),
        (nothing(), {"seconds": 0.5}, StopReason.TIME_BUDGET),
        (slow_headers, {"seconds": 0.5}, StopReason.TIME_BUDGET),
        (pieces(3000), {"tokens": 300}, StopReason.TOKEN_BUDGET),
        (pieces(3000), {"cost": 0.001}, StopReason.COST_BUDGET),
        (nothing(), {"stop": True}, StopReason.INTERRUPTED),
    ],
    ids=["writes", "is silent", "sends no headers", "tokens", "money", "stop"],
)
def test_an_answer_is_cut_where_a_limit_is_reached(
    chat_server: Callable[..., ChatServer],
    answer: Any,
    limits: dict[str, Any],
    reason: StopReason,
) -> None:
    server = chat_server(answer)
    price = Price(prompt=1, cached=1, completion=5)
    model = server.model(server={"price": price}, silence=30.0, patience=60.0)
    stop = threading.Event()
    if limits.pop("stop", False):
        threading.Timer(0.3, stop.set).start()
    budget = Budget(9, limits.pop("seconds", 60), stop, **limits)
    began = time.monotonic()
    with limited(budget), pytest.raises(SpentError) as cut:
        ask(model, SOMETHING)
    assert time.monotonic() - began < 6
    assert budget.cut(cut.value).reason is reason
    assert len(server.asked) == 1, "it is not asked again"
    tokens = budget.usage.prompt_tokens + budget.usage.completion_tokens
    assert "tokens" not in limits or 300 <= tokens < 400
    assert "cost" not in limits or 0.001 <= (budget.usage.cost or 0) < 0.0015


def test_nothing_is_asked_when_all_is_spent(chat_server: Callable[..., ChatServer]) -> None:
    server = chat_server(stream("a", usage={"prompt_tokens": 90, "completion_tokens": 20}))
    model, budget = server.model(), Budget(9, 60, tokens=100)
    with limited(budget):
        assert ask(model, SOMETHING, max_tokens=4096).usage.prompt_tokens == 90
        with pytest.raises(SpentError) as spent:
            ask(model, SOMETHING)
    assert server.asked[0]["max_tokens"] == 100, "no longer answer than is left"
    assert len(server.asked) == 1
    assert budget.cut(spent.value).reason is StopReason.TOKEN_BUDGET
    assert budget.usage.completion_tokens == 20


def test_a_model_that_was_hung_up_on_answers_again(chat_server: Callable[..., ChatServer]) -> None:
    server = chat_server(nothing(), stream("here"))
    model = server.model(silence=30.0)
    with limited(Budget(9, 0.2)), pytest.raises(SpentError):
        ask(model, SOMETHING)
    assert ask(model, SOMETHING).text == "here"
    model.hang_up()
    assert ask(model, SOMETHING).text == "here"
