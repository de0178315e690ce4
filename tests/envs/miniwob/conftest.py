"""One browser for the tests of a module, each of which begins an episode of its own."""

from collections.abc import Iterator

import pytest

from handeye.envs.miniwob import MiniwobEnv


@pytest.fixture(scope="module")
def miniwob() -> Iterator[MiniwobEnv]:
    with MiniwobEnv() as env:
        yield env
