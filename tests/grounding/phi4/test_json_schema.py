"""Answers held to a JSON Schema: whatever is chosen, the text is JSON of the schema."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

for needed in ("torch", "tokenizers", "llguidance"):
    pytest.importorskip(needed)

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from handeye.actions import Click, Done, Target, Type, action_adapter
from handeye.actions.errors import UsageError
from handeye.grounding.phi4.json_schema import schema_constraint, schema_tokens

ACTIONS = action_adapter.json_schema()
SPARE = 5  # scores that the model has more than the tokenizer has tokens
CLOSING = ('"', "}", "]")


def trained() -> Tokenizer:
    """A byte-level BPE tokenizer that has learnt from actions, with <|im_end|>."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    lines = [
        json.dumps(action.model_dump(mode="json"))
        for action in (Click(target=Target(phrase="Save")), Type(text="a 12"), Done(answer="b"))
    ]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=["<|im_end|>"],
        show_progress=False,
    )
    made.train_from_iterator(lines * 3, trainer)
    return made


TOKENIZER = trained()
END: int = TOKENIZER.token_to_id("<|im_end|>")
TOKENS = schema_tokens(TOKENIZER, TOKENIZER.get_vocab_size() + SPARE, END)
Choose = Callable[[list[int], list[int]], int]


def written(schema: dict[str, Any], choose: Choose) -> tuple[list[int], int]:
    """The ids of one answer, and how many of them were forced. `choose` gets the ids so far and
    those that may come next."""
    constraint = schema_constraint(schema, TOKENS)
    ids: list[int] = []
    forced = 0
    while not constraint.done:
        if ahead := constraint.forced():
            ids += ahead
            forced += len(ahead)
            continue
        mask = constraint.allowed()
        assert mask.shape == (TOKENIZER.get_vocab_size() + SPARE,)
        ids.append(choose(ids, mask.nonzero().flatten().tolist()))
        constraint.accept(ids[-1])
    return ids, forced


def at_random(random: Random, most: int) -> Choose:
    """Any of the allowed; after `most` tokens one that closes something, where there is one."""

    def choose(ids: list[int], allowed: list[int]) -> int:
        closing = [token for token in allowed if TOKENIZER.id_to_token(token) in CLOSING]
        return random.choice(closing if closing and len(ids) >= most else allowed)

    return choose


@given(random=st.randoms(use_true_random=False), most=st.integers(0, 60))
@settings(max_examples=40)
def test_any_choices_give_an_action(random: Random, most: int) -> None:
    ids, _ = written(ACTIONS, at_random(random, most))
    assert ids.pop() == END
    text = TOKENIZER.decode(ids)
    assert json.loads(text)["kind"] in ACTIONS["discriminator"]["mapping"]
    # What no schema says: a target needs a phrase or a point, a key must exist, …
    assert faults(text) <= {"value_error", "finite_number"}


def faults(text: str) -> set[str]:
    """What keeps `text` from being an action. A list is also too short for items with faults."""
    try:
        action_adapter.validate_json(text)
    except ValidationError as error:
        kinds = {fault["type"] for fault in error.errors()}
        return kinds - {"too_short"} if "value_error" in kinds else kinds
    return set()


printable = st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n\t\\"')


@given(phrase=st.text(printable), count=st.integers(1, 3))
@settings(max_examples=40)
def test_any_action_can_be_written_as_the_tokenizer_writes_it(phrase: str, count: int) -> None:
    batch = {
        "kind": "batch",
        "actions": [
            {"kind": "click", "target": {"phrase": phrase}, "count": count},
            {"kind": "batch", "actions": [{"kind": "back"}]},
        ],
    }
    wanted = TOKENIZER.encode(json.dumps(batch, ensure_ascii=False), add_special_tokens=False).ids
    ids, forced = written(ACTIONS, lambda ids, _: wanted[len(ids)])
    assert ids == [*wanted, END]
    assert forced > 40  # braces, names and colons: all but the phrase, the count and the choices


class Reading(BaseModel):
    """What `oneOf` and `discriminator` are called in a schema may be called so in its data."""

    oneOf: list[int]
    discriminator: str


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (ACTIONS, '{"kind": "crash"}'),
        (ACTIONS, '{"kind": "click"}'),
        (ACTIONS, '{"target": {"phrase": "Save"}}'),
        (ACTIONS, '{"kind": "click", "target": {"phrase": "Save"}, "count": 4}'),
        (ACTIONS, '{"kind": "back", "why": ""}'),
        (ACTIONS, "Sure! {"),
        (ACTIONS, "null"),
        (Reading.model_json_schema(), '{"oneOf": ["a"], "discriminator": "a"}'),
        (Reading.model_json_schema(), '{"oneOf": [1]}'),
    ],
)
def test_what_the_schema_forbids_is_never_allowed(schema: dict[str, Any], text: str) -> None:
    left = TOKENIZER.encode(text, add_special_tokens=False).ids
    constraint = schema_constraint(schema, TOKENS)
    while left:
        if ahead := constraint.forced():
            if list(ahead) != left[: len(ahead)]:
                return
            left = left[len(ahead) :]
        else:
            if not constraint.allowed()[left[0]]:
                return
            constraint.accept(left.pop(0))
    assert not constraint.done
    assert not constraint.allowed()[END]


def test_names_of_keywords_are_free_for_data() -> None:
    text = '{"oneOf": [1, 22], "discriminator": "a"}'
    wanted = TOKENIZER.encode(text, add_special_tokens=False).ids
    ids, _ = written(Reading.model_json_schema(), lambda ids, _: wanted[len(ids)])
    assert TOKENIZER.decode(ids) == text


def test_an_answer_that_could_go_on_ends_with_the_end_token() -> None:
    ids, _ = written({"type": "integer"}, lambda ids, _: END if ids else TOKENIZER.token_to_id("7"))
    assert ids == [TOKENIZER.token_to_id("7"), END]


def test_only_what_is_allowed_is_accepted() -> None:
    constraint = schema_constraint({"type": "integer"}, TOKENS)
    with pytest.raises(ValueError, match="may not come next"):
        constraint.accept(TOKENIZER.token_to_id("a"))


@pytest.mark.parametrize("schema", [{"type": "thing"}, {"$ref": "#/$defs/nothing"}])
def test_a_schema_that_cannot_be_followed(schema: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="cannot be followed"):
        schema_constraint(schema, TOKENS)
