"""Whatever JSON is sent is either a request or a refusal with a reason."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from handeye.grounding.serve import Limits
from handeye.grounding.serve.refusals import error_object
from handeye.grounding.serve.request import messages, read

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
parts = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "image_url", "other"])},
    optional={"text": st.text() | anything, "image_url": st.fixed_dictionaries({"url": st.text()})},
)
turns = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["system", "developer", "user", "assistant", "tool"]),
        "content": st.text() | st.lists(parts, max_size=3) | anything,
    }
)
requests = st.fixed_dictionaries(
    {"model": st.text(), "messages": st.lists(turns, max_size=3)},
    optional=dict.fromkeys(["n", "stream", "max_tokens", "response_format", "stop"], anything),
)


def refusal_of(sent: Any) -> HTTPException | None:
    """Why `sent` is refused; None when it was read and its messages say what was sent."""
    try:
        asked = read(json.dumps(sent).encode(), Limits())
        read_messages = messages(asked, Limits())
    except HTTPException as refused:
        return refused
    for message, turn in zip(read_messages, sent["messages"], strict=True):
        content = turn["content"]
        whole = content if isinstance(content, str) else "".join(each["text"] for each in content)
        assert message.text == whole
    return None


@given(requests | anything)
def test_a_request_or_a_refusal(sent: Any) -> None:
    refused = refusal_of(sent)
    if refused is not None:
        assert 400 <= refused.status_code < 500
        assert error_object(refused)["error"]["message"]


@given(st.dictionaries(st.text(), st.just(1), max_size=50))
def test_the_names_of_what_is_ignored_fit_into_a_header(extra: dict[str, int]) -> None:
    known = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
    try:
        asked = read(json.dumps(extra | known).encode(), Limits())
    except HTTPException:
        return
    assert len(asked.ignored) <= 31
    assert all(re.fullmatch(r"\w+", name, re.ASCII) for name in asked.ignored)


@pytest.mark.parametrize(
    ("wish", "tokens"),
    [
        ({}, 4096),
        ({"max_tokens": 7}, 7),
        ({"max_completion_tokens": 9}, 9),
        ({"max_tokens": 7, "max_completion_tokens": 9}, 9),
        ({"max_tokens": None}, 4096),
    ],
)
def test_the_tokens_of_an_answer(wish: dict[str, Any], tokens: int) -> None:
    known = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
    asked = read(json.dumps(known | wish).encode(), Limits())
    assert asked.answer_tokens(Limits()) == tokens
