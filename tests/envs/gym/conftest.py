"""MiniWoB++ as it is, to compare with."""

from collections.abc import Iterator

import pytest

from handeye.envs.miniwob import MiniwobEnv


@pytest.fixture(scope="module")
def miniwob() -> Iterator[MiniwobEnv]:
    with MiniwobEnv() as env:
        yield env
