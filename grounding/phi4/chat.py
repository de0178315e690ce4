"""The model "phi4:PATH" as a ChatModel: messages and screenshots in, one reply out.

Prevents: a planner that waits for the same screen to be read twice, as its grounder may share the
loaded model.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handeye.actions.errors import BackendError
from handeye.grounding.calls import Usage
from handeye.grounding.chat.types import Heard, Message, Reply
from handeye.grounding.phi4 import load as load_phi4

if TYPE_CHECKING:
    from handeye.grounding.phi4.constraint import Constraint
    from handeye.grounding.phi4.model import Phi4
    from handeye.grounding.phi4.prompt import Turn


def open_phi4(
    path: str | Path,
    *,
    load: Literal["full", "8bit", "4bit"] = "full",
    mode: Literal["hybrid", "think", "nothink"] = "hybrid",
    dtype: Literal["bf16", "fp16", "fp32"] = "bf16",
    device: str = "auto",
    resolution: str = "naflex",
) -> "Phi4Chat":
    """The model of a checkpoint, see `handeye.grounding.phi4.load`, and `Phi4Chat`.

    Raises BackendError, and UsageError for a resolution that the model cannot use.
    """
    model = load_phi4(path, dtype=dtype, device=device, load=load)
    return Phi4Chat(model, f"phi4:{path}", mode, resolution)


class Phi4Chat:
    """A loaded model that is talked to; it may share it with others.

    mode: whether it thinks before it answers; hybrid: as it likes. resolution: how it is shown each
    screen, see `screen_images`. Raises BackendError for a checkpoint without a tokenizer, and
    UsageError for a resolution that it cannot use.
    """

    def __init__(
        self,
        model: "Phi4",
        name: str = "phi4",
        mode: Literal["hybrid", "think", "nothink"] = "hybrid",
        resolution: str = "naflex",
    ) -> None:
        from handeye.grounding.phi4.resolution import check_resolution

        check_resolution(model.config, resolution)
        self._resolution = resolution
        self.name = name
        self.model = model
        self._mode = mode
        self._tokenizer = model.chat_tokenizer

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        max_tokens: int = 1024,
        heard: Heard | None = None,
    ) -> Reply:
        """One answer, greedy. With a schema the text follows it, unless `max_tokens` cuts it; the
        thought before it is free. `max_tokens` counts both.

        System messages go to the front of the first user message, as the model's own system
        prompt is fixed. Raises ImageError; UsageError for messages that do not fit the model or
        do not end with the user's, and for a schema that cannot be followed; BackendError when
        memory is too small.
        """
        answer = self.model.ask(
            [self._turn(message) for message in messages],
            mode=self._mode,
            max_new_tokens=max_tokens,
            heard=heard,
            constraint=None if schema is None else self._constraint(schema),
        )
        usage = Usage(
            prompt_tokens=answer.prompt_tokens,
            cached_tokens=answer.cached_tokens,
            completion_tokens=answer.tokens,
        )
        return Reply(
            text=answer.text,
            thought=answer.thought,
            usage=usage,
            seconds=answer.seconds,
            finish=answer.finish,
        )

    def _turn(self, message: Message) -> "Turn":
        from handeye.grounding.phi4.prompt import Turn
        from handeye.grounding.phi4.resolution import screen_images

        parts: list[Any] = []
        for part in message.parts:
            if isinstance(part, str):
                parts.append(part)
            else:
                parts += screen_images(part.image, self.model.config, self._resolution)
        return Turn(message.role, tuple(parts))

    def _constraint(self, schema: Mapping[str, Any]) -> "Constraint":
        try:
            from handeye.grounding.phi4.json_schema import schema_constraint
        except ModuleNotFoundError as error:
            raise BackendError(
                f"Answers that follow a schema need {error.name}, which is not installed.",
                "Run: pip install --upgrade 'handeye[phi4]'",
            ) from error
        from handeye.grounding.phi4.after_thought import AfterThought

        held = schema_constraint(schema, self._schema_tokens)
        if self._mode == "nothink":
            return held
        ends = self.model.config.end_tokens
        return AfterThought(held, self._tokenizer, ends, undecided=self._mode == "hybrid")

    @cached_property
    def _schema_tokens(self) -> Any:
        from handeye.grounding.phi4.json_schema import schema_tokens

        end = self._tokenizer.id_of("<|im_end|>")
        return schema_tokens(self._tokenizer.tokenizer, self._tokenizer.vocab_size, end)
