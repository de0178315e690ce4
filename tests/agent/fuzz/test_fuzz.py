"""Whatever a model answers: only typed endings, only allowed actions, none of them twice.

A small part, always the same, of what `python -m tests.bench fuzz` does with 100,000 answers. What that
found is tested where it was mended.
"""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agent.fuzz.runs import Played, case_of, play


def test_nothing_that_a_model_answers_gets_past_the_guard(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    room, total = tmp_path_factory.mktemp("fuzz"), Played()

    @settings(max_examples=100, derandomize=True, database=None)
    @given(rng=st.randoms(use_true_random=True))
    def run(rng: Random) -> None:
        total.add(play(case_of(rng), room))

    run()
    # The answers do reach all of it: else nothing is shown.
    assert total.answers >= 300
    assert len(total.sent) >= 12, total.sent
    assert len(total.refused) >= 8, total.refused
    assert len(total.ended) >= 3, total.ended
    assert len(total.problems) >= 8, total.problems
