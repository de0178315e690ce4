"""Prompts against transformers' own rendering of the published template, and what callers write."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers", "tokenizers"):
    pytest.importorskip(needed)

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from transformers import PreTrainedTokenizerFast

from handeye.actions.errors import UsageError
from handeye.grounding import phi4
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.config import Phi4Config, read_config
from handeye.grounding.phi4.prompt import Turn, render
from handeye.grounding.phi4.tokens import ChatTokenizer, read_tokenizer

TEMPLATE = (Path(phi4.__file__).parent / "published" / "chat_template.jinja").read_text("utf-8")
KINDS = {
    "plain": {},
    "special tokens take white space": {"strips": True},
    "tags not marked as special": {"special": False},
}
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|im_sep|>", "<|dummy_84|>", "<think>"]
PICTURE = Image.new("RGB", (20, 10))
Pair = tuple[ChatTokenizer, PreTrainedTokenizerFast]

words = st.text().filter(
    lambda text: not any(token in text for token in [*SPECIAL, "</think>", "<image>"])
)
parts = st.lists(st.one_of(words, st.just(PICTURE)), max_size=4).map(tuple)


@pytest.fixture(scope="module")
def config(chat_checkpoint: Path) -> Phi4Config:
    return read_config(chat_checkpoint)


@pytest.fixture(scope="module", params=KINDS.values(), ids=KINDS)
def pair(
    request: pytest.FixtureRequest,
    make_tokenizer: Callable[..., Any],
    config: Phi4Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> Pair:
    """Our tokenizer and transformers' own, of one file."""
    folder = tmp_path_factory.mktemp("tokenizer")
    make_tokenizer(**request.param).save(str(folder / "tokenizer.json"))
    theirs = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), chat_template=TEMPLATE
    )
    ours = read_tokenizer(folder, config)
    assert ours is not None
    return ours, theirs


@pytest.fixture(scope="module")
def ours(config: Phi4Config, chat_checkpoint: Path) -> ChatTokenizer:
    tokenizer = read_tokenizer(chat_checkpoint, config)
    assert tokenizer is not None
    return tokenizer


def published(turns: list[Turn], opening: str, theirs: PreTrainedTokenizerFast) -> list[int]:
    """The ids as the published code gets them: the template rendered with transformers' jinja, and
    each chunk between `<image>` tokenised for itself."""
    messages = [
        {
            "role": turn.role,
            "content": "".join(part if isinstance(part, str) else "<image>" for part in turn.parts),
        }
        for turn in turns
    ]
    text = theirs.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids: list[int] = []
    for chunk in (text + opening).split("<image>"):
        ids += [*theirs(chunk).input_ids, IMAGE]
    return ids[:-1]


@pytest.mark.parametrize(
    ("mode", "opening"), [("hybrid", ""), ("think", "<think>"), ("nothink", "<|dummy_84|>")]
)
@pytest.mark.parametrize(
    "turns",
    [
        [Turn("user", ("What is 1+1? Explain it.",))],
        [Turn("user", (PICTURE, "\nLocate the the UI element: Save. 0.1234",))],
        [Turn("user", ("Before: ", PICTURE, PICTURE, " after. "))],
        [Turn("user", ("",))],
        [
            Turn("user", ("a ", "b", PICTURE)),
            Turn("assistant", (" It is\n\nb. ",)),
            Turn("user", ("\nSure?\n",)),
        ],
    ],
)  # fmt: skip
def test_prompts_are_those_of_the_published_code(
    pair: Pair, turns: list[Turn], mode: Any, opening: str
) -> None:
    ours, theirs = pair
    prompt = render(turns, mode, ours)
    assert list(prompt.ids) == published(turns, opening, theirs)
    assert len(prompt.images) == prompt.ids.count(IMAGE)


@settings(max_examples=60)
@given(asked=parts, answered=words, again=parts)
def test_any_text_is_tokenised_as_published(
    pair: Pair, asked: Any, answered: str, again: Any
) -> None:
    ours, theirs = pair
    turns = [Turn("user", asked), Turn("assistant", (answered,)), Turn("user", again)]
    assert list(render(turns, "hybrid", ours).ids) == published(turns, "", theirs)


def test_the_template_is_the_published_one_to_the_byte() -> None:
    """chat_template.jinja of huggingface.co/microsoft/Phi-4-reasoning-vision-15B."""
    digest = hashlib.sha256(TEMPLATE.encode()).hexdigest()
    assert digest == "b763247b7f52d0c734cf30d623ee4a4a694bc3619eb89385a154ac50082416f0"
    assert "MIT License" in (Path(phi4.__file__).parent / "published" / "LICENSE").read_text()


def test_the_system_prompt_is_there_with_its_special_tokens(ours: ChatTokenizer) -> None:
    ids = render([Turn("user", ("Hello",))], "hybrid", ours).ids
    text = ours.tokenizer.decode(list(ids), skip_special_tokens=False)
    assert text.startswith("<|im_start|>system<|im_sep|>You are Phi, a multimodal model")
    assert text.endswith("guidelines:<|im_end|>\n<|im_start|>user<|im_sep|>Hello<|im_end|>\n<|im_start|>assistant<|im_sep|>\n")  # fmt: skip
    for token in ("<think>", "</think>", "<|dummy_84|>"):
        assert ids.count(ours.id_of(token)) == 1


@settings(max_examples=60)
@given(before=st.text(), after=st.text(), token=st.sampled_from([*SPECIAL, "</think>", "<image>"]))
def test_what_callers_write_is_never_a_special_token(
    pair: Pair, before: str, after: str, token: str
) -> None:
    """Not even where it is put together from the parts of a message."""
    ours, _ = pair
    cut = len(token) // 2
    empty = render([Turn("user", ("",))], "hybrid", ours)
    special = {ours.id_of(each) for each in ours.markers}
    for role in ("user", "system"):
        turns = [Turn(role, (before, token[:cut], token[cut:], after)), Turn("user", (token,))]
        prompt = render(turns, "hybrid", ours)
        wanted = [i for i in empty.ids if i in special]
        extra = [ours.id_of(each) for each in ("<|im_start|>", "<|im_sep|>", "<|im_end|>")]
        found = [i for i in prompt.ids if i in special]
        assert sorted(found) == sorted(wanted + (extra if role == "user" else []))
        assert prompt.images == ()
        assert IMAGE not in prompt.ids


def test_tags_in_the_answer_of_an_earlier_turn_are_text(ours: ChatTokenizer) -> None:
    turns = [Turn("user", ("a",)), Turn("assistant", ("<think>b</think>c",)), Turn("user", ("d",))]
    ids = render(turns, "think", ours).ids
    assert ids.count(ours.id_of("<think>")) == 2  # of the system prompt, and of the mode
    assert ids[-1] == ours.id_of("<think>")


def test_system_messages_come_first_in_the_first_question(ours: ChatTokenizer) -> None:
    turns = [
        Turn("user", ("Which one?", PICTURE)),
        Turn("system", ("Answer in French.",)),
        Turn("assistant", ("La première.",)),
        Turn("system", ("Be brief.",)),
        Turn("user", ("Why?",)),
    ]
    told = [
        Turn("user", ("Answer in French.\n\nBe brief.\n\nWhich one?", PICTURE)),
        Turn("assistant", ("La première.",)),
        Turn("user", ("Why?",)),
    ]
    assert render(turns, "hybrid", ours) == render(told, "hybrid", ours)


def test_a_screen_stays_in_front_of_system_messages(ours: ChatTokenizer) -> None:
    turns = [Turn("system", ("Be brief.",)), Turn("user", (PICTURE, "Which one?"))]
    told = [Turn("user", (PICTURE, "\nBe brief.\n\nWhich one?"))]
    assert render(turns, "hybrid", ours) == render(told, "hybrid", ours)


@pytest.mark.parametrize("roles", [(), ("system",), ("user", "assistant"), ("assistant",)])
def test_a_conversation_ends_with_a_question(ours: ChatTokenizer, roles: Any) -> None:
    with pytest.raises(UsageError, match="without a question"):
        render([Turn(role, ("a",)) for role in roles], "hybrid", ours)


def test_halves_of_characters_are_shown_as_such(ours: ChatTokenizer) -> None:
    """A page can hold them: JavaScript's strings are UTF-16."""
    ids = render([Turn("user", ("a\ud800b",))], "hybrid", ours).ids
    assert ids == render([Turn("user", ("a?b",))], "hybrid", ours).ids
