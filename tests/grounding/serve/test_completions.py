"""What a client of the real OpenAI library gets: completions, streams, pictures, schemas."""

import base64
from io import BytesIO
from typing import Any

import pytest
from openai import APIError, APIStatusError, BadRequestError, NotFoundError, OpenAI
from PIL import Image

from handeye.grounding.chat import Message

MODEL = "test/parrot"


def user(*content: Any) -> list[Any]:
    parts = [{"type": "text", "text": part} if isinstance(part, str) else part for part in content]
    return [{"role": "user", "content": parts}]


def image(width: int, height: int, form: str = "png") -> dict[str, Any]:
    packed = BytesIO()
    Image.new("RGB", (width, height), "teal").save(packed, form)
    data = base64.b64encode(packed.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{form};base64,{data}"}}


def url(text: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": text}}


def test_a_completion(client: OpenAI, parrot: Any) -> None:
    reply = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Hi"},
            {"role": "user", "content": "again"},
        ],
        max_tokens=50,
    )
    choice = reply.choices[0]
    assert choice.message.content == "Be brief. Hello Hi again"
    assert (choice.message.role, choice.finish_reason) == ("assistant", "stop")
    assert reply.model == MODEL
    assert reply.usage is not None
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (5, 2)
    assert reply.usage.total_tokens == 7
    assert reply.usage.prompt_tokens_details is not None
    assert reply.usage.prompt_tokens_details.cached_tokens == 1
    (asked,) = parrot.asked
    assert asked["max_tokens"] == 50
    assert asked["messages"][0] == Message("system", ("Be brief.",))


def test_the_thought_is_apart_from_the_text(client: OpenAI) -> None:
    reply = client.chat.completions.create(model=MODEL, messages=user("think hard"))
    message = reply.choices[0].message.model_dump()
    assert (message["reasoning_content"], message["content"]) == ("Let me think.", "think hard")


def test_a_stream(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL,
        messages=user("think in words"),
        stream=True,
        stream_options={"include_usage": True},
    )
    *chunks, end = stream
    deltas = [chunk.choices[0].delta.model_dump() for chunk in chunks]
    assert deltas[0]["role"] == "assistant"
    assert [delta.get("reasoning_content") for delta in deltas].count("Let me think.") == 1
    assert [delta["content"] for delta in deltas if delta["content"]] == ["think", " in", " words"]
    assert [chunk.choices[0].finish_reason for chunk in chunks][-2:] == [None, "stop"]
    assert len({chunk.id for chunk in (*chunks, end)}) == 1
    assert end.choices == []
    assert end.usage is not None
    assert end.usage.prompt_tokens == 3


def test_a_stream_of_a_model_that_does_not_tell_pieces(client: OpenAI) -> None:
    stream = client.chat.completions.create(model=MODEL, messages=user("mute bird"), stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "mute bird"


def test_an_answer_that_was_cut_says_so(client: OpenAI) -> None:
    reply = client.chat.completions.create(
        model=MODEL, messages=user("one two three"), max_completion_tokens=2
    )
    assert (reply.choices[0].message.content, reply.choices[0].finish_reason) == (
        "one two",
        "length",
    )


def test_pictures_keep_their_place_among_the_text(client: OpenAI, parrot: Any) -> None:
    content = ("before", image(64, 48), "between", image(10, 20, "jpeg"), "after")
    reply = client.chat.completions.create(model=MODEL, messages=user(*content))
    assert reply.choices[0].message.content == "before [64x48] between [10x20] after"
    shot = parrot.asked[0]["messages"][0].parts[1]
    assert shot.image.getpixel((0, 0)) == (0, 128, 128)


@pytest.mark.parametrize(
    ("form", "schema"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, {"type": "object"}),
        (
            {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "array"}}},
            {"type": "array"},
        ),
    ],
)
def test_the_model_is_given_the_schema(
    client: OpenAI, parrot: Any, form: Any, schema: dict[str, Any] | None
) -> None:
    client.chat.completions.create(model=MODEL, messages=user("x"), response_format=form)
    assert parrot.asked[0]["schema"] == schema


def test_the_models(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).id == MODEL
    with pytest.raises(NotFoundError):
        client.models.retrieve("gpt-5")


def test_another_model_is_not_here(client: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="only 'test/parrot'") as caught:
        client.chat.completions.create(model="gpt-5", messages=user("x"))
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


def test_what_changes_nothing_is_named(client: OpenAI) -> None:
    asked = client.chat.completions.with_raw_response
    told = asked.create(
        model=MODEL,
        messages=user("x"),
        temperature=0.7,
        seed=1,
        n=1,
        extra_body={"top_k": 3, "odd\r\nname": 1},
    )
    assert told.headers["x-handeye-ignored"] == "seed, temperature, top_k"
    plain = asked.create(model=MODEL, messages=user("x"), temperature=0)
    assert "x-handeye-ignored" not in plain.headers


@pytest.mark.parametrize(
    ("wish", "param"),
    [
        ({"n": 2}, "n"),
        ({"stop": ["END"]}, "stop"),
        ({"logprobs": True}, "logprobs"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"max_tokens": 10**6}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "user", "content": None}]}, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "messages"),
    ],
)
def test_what_would_change_the_answer_is_refused(
    client: OpenAI, parrot: Any, wish: dict[str, Any], param: str
) -> None:
    with pytest.raises(BadRequestError) as caught:
        client.chat.completions.create(**({"model": MODEL, "messages": user("x")} | wish))
    assert str(caught.value.param).startswith(param)
    assert param in caught.value.message
    assert caught.value.type == "invalid_request_error"
    assert parrot.asked == []


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (url("http://127.0.0.1:9/a.png"), "fetches nothing"),
        (url("file:///etc/passwd"), "fetches nothing"),
        (url("data:image/png;base64,%%%"), "Image 1 is not base64"),
        (url("data:image/png;base64,"), "Image 1 is empty"),
        (url("data:image/png;base64,aGVsbG8="), "Image 1 is no picture"),
        (url(image(80, 80)["image_url"]["url"][:-80]), "damaged"),
    ],
)
def test_a_picture_that_cannot_be_used(client: OpenAI, picture: Any, says: str) -> None:
    with pytest.raises(BadRequestError, match=says):
        client.chat.completions.create(model=MODEL, messages=user("look", picture))


def test_a_model_that_fails(client: OpenAI) -> None:
    with pytest.raises(APIStatusError, match=r"flew away\. Close the window") as caught:
        client.chat.completions.create(model=MODEL, messages=user("break"))
    assert (caught.value.status_code, caught.value.type) == (500, "server_error")
    # Nothing was said yet, so the status can still tell it.
    with pytest.raises(APIStatusError, match="flew away"):
        client.chat.completions.create(model=MODEL, messages=user("break"), stream=True)
    with pytest.raises(APIError, match="flew away") as late:  # noqa: PT012
        for chunk in client.chat.completions.create(
            model=MODEL, messages=user("hello break"), stream=True
        ):
            assert chunk.choices[0].delta.content in ("", "hello")
    assert not isinstance(late.value, APIStatusError)
    reply = client.chat.completions.create(model=MODEL, messages=user("still here"))
    assert reply.choices[0].message.content == "still here"
