"""The body of a chat completion request: what is used of it, what is refused, what is ignored.

Source: https://platform.openai.com/docs/api-reference/chat/create. Prevents: tools, stop words
and other wishes that an answer silently does not follow.
"""

import base64
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from handeye.actions.errors import ImageError
from handeye.envs import Screenshot
from handeye.grounding.chat import Message
from handeye.grounding.images import decode_screenshot
from handeye.grounding.serve.limits import Limits
from handeye.grounding.serve.refusals import refusal

_REFUSED = (
    "tools", "functions", "stop", "logprobs", "top_logprobs", "logit_bias", "audio", "prediction",
    "web_search_options",
)  # fmt: skip
_DATA_URL = re.compile(r"data:image/[\w.+-]+(;[\w.+=-]+)*;base64,")


class _Wire(BaseModel):
    """What comes over the wire may have fields that nobody here knows."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")


class _Text(_Wire):
    type: Literal["text"]
    text: str


class _Url(_Wire):
    url: str


class _Image(_Wire):
    type: Literal["image_url"]
    image_url: _Url


def _in_parts(content: object) -> object:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


class _Turn(_Wire):
    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[
        tuple[Annotated[_Text | _Image, Field(discriminator="type")], ...],
        BeforeValidator(_in_parts),
    ]


class _Schema(_Wire):
    content: Mapping[str, Any] = Field(alias="schema")


class _AnyText(_Wire):
    type: Literal["text"]


class _AnyJson(_Wire):
    type: Literal["json_object"]


class _FollowsSchema(_Wire):
    type: Literal["json_schema"]
    json_schema: _Schema


class _StreamOptions(_Wire):
    include_usage: bool = False


class ChatRequest(_Wire):
    """A request for one chat completion, as `read` checked it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="allow")

    model: str
    messages: Annotated[tuple[_Turn, ...], Field(min_length=1)]
    n: Literal[1] | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    max_tokens: Annotated[int, Field(gt=0)] | None = None
    max_completion_tokens: Annotated[int, Field(gt=0)] | None = None
    response_format: (
        Annotated[_AnyText | _AnyJson | _FollowsSchema, Field(discriminator="type")] | None
    ) = None
    temperature: float | None = None

    @property
    def answer_schema(self) -> Mapping[str, Any] | None:
        """The JSON Schema that the answer has to follow."""
        match self.response_format:
            case _FollowsSchema(json_schema=schema):
                return schema.content
            case _AnyJson():
                return {"type": "object"}
        return None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with what the answer took."""
        return self.stream_options is not None and self.stream_options.include_usage

    @property
    def ignored(self) -> list[str]:
        """Fields that this request sets and that change nothing, at most 30. Answers are greedy.

        Names that are no words are left out: what is here is sent back in a header.
        """
        others = [name for name, value in (self.model_extra or {}).items() if value is not None]
        words = [name for name in others if re.fullmatch(r"[A-Za-z_]{1,40}", name)]
        return sorted(words[:30] + (["temperature"] if self.temperature else []))

    def answer_tokens(self, limits: Limits) -> int:
        """How many tokens the answer may have."""
        return self.max_completion_tokens or self.max_tokens or limits.usual_tokens


def read(body: bytes, limits: Limits) -> ChatRequest:
    """The request in `body`. Raises refusals with status 400; pictures are not looked at yet."""
    try:
        request = ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = f"{where or 'The body'}: {first['msg']}."
        raise refusal(400, message, param=where or None) from error
    for name in _REFUSED:
        if (request.model_extra or {}).get(name):
            raise refusal(400, f"{name} is not supported. Leave it out.", param=name)
    if request.answer_tokens(limits) > limits.tokens:
        message = f"max_tokens can be {limits.tokens} at most."
        raise refusal(400, message, param="max_tokens")
    return request


def messages(request: ChatRequest, limits: Limits) -> list[Message]:
    """The turns as the model takes them, their pictures decoded.

    Raises refusals with status 400 or 413.
    """
    pictures = _Pictures(limits)
    return [
        Message(
            role="system" if turn.role == "developer" else turn.role,
            parts=tuple(
                part.text if isinstance(part, _Text) else pictures.decode(part.image_url.url)
                for part in turn.content
            ),
        )
        for turn in request.messages
    ]


class _Pictures:
    """Decodes the pictures of one request and keeps count."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._number = 0
        self._pixels = 0

    def decode(self, url: str) -> Screenshot:
        self._number += 1
        name = f"Image {self._number}"
        if self._number > self._limits.images:
            raise refusal(413, f"The most images of a request are {self._limits.images}.")
        head = _DATA_URL.match(url)
        if head is None:
            raise refusal(
                400,
                f"{name} is no data URL, and this server fetches nothing. "
                "Send it as data:image/png;base64,…",
                param="messages",
            )
        try:
            data = base64.b64decode(url[head.end() :], validate=True)
            shot = decode_screenshot(data, name)
        except ImageError as error:
            raise refusal(400, str(error), param="messages") from error
        except ValueError as error:
            raise refusal(400, f"{name} is not base64.", param="messages") from error
        self._pixels += shot.space.size.width * shot.space.size.height
        if self._pixels > self._limits.pixels:
            most = f"{self._limits.pixels:,}"
            raise refusal(413, f"The images of a request may have {most} pixels together.")
        return shot
