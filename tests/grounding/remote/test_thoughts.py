"""Thoughts in the stream, cut anywhere."""

from hypothesis import given
from hypothesis import strategies as st

from handeye.grounding.remote.thoughts import ThoughtSplitter

words = st.text(alphabet="abc <>/", max_size=20).filter(lambda text: "think" not in text)


def split(text: str, cuts: list[int]) -> tuple[str, str, str]:
    """(thought, text, what was heard) of `text` fed in the pieces between `cuts`."""
    splitter, heard, start = ThoughtSplitter(), "", 0
    for end in [*sorted(cut % (len(text) + 1) for cut in cuts), len(text)]:
        heard += "".join(piece for _, piece in splitter.feed(text[start:end]))
        start = end
    heard += "".join(piece for _, piece in splitter.end())
    return splitter.thought, splitter.text, heard


@given(words, words, st.lists(st.integers(0, 99), max_size=6))
def test_a_thought_is_taken_out_wherever_the_pieces_are_cut(
    thought: str, text: str, cuts: list[int]
) -> None:
    assert split(f"<think>{thought}</think>{text}", cuts) == (thought, text, thought + text)


@given(words, st.lists(st.integers(0, 99), max_size=6))
def test_without_tags_nothing_is_taken_out(text: str, cuts: list[int]) -> None:
    assert split(text, cuts) == ("", text, text)


def test_where_the_opening_tag_was_swallowed_what_came_before_was_the_thought() -> None:
    assert split("hm, so</think>[1, 2]", [3])[:2] == ("hm, so", "[1, 2]")


def test_a_thought_without_an_end_stays_one() -> None:
    assert split("<think>and on and on", [])[:2] == ("and on and on", "")


def test_tags_inside_of_the_answer_are_text() -> None:
    assert split("a <think> b", [])[:2] == ("", "a <think> b")
    assert split("<think>a</think>b </think> c", [])[:2] == ("a", "b </think> c")
