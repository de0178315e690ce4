"""The public names are these and no others; each is there when it is asked for."""

import re

import pytest

import handeye


def test_the_public_names() -> None:
    assert handeye.__all__ == [
        "HandeyeError",
        "RunResult",
        "StopReason",
        "__version__",
        "replay",
        "run",
    ]
    assert handeye.__all__ == sorted(handeye.__all__)
    assert dir(handeye) == handeye.__all__


@pytest.mark.parametrize("name", handeye.__all__)
def test_a_public_name_can_be_used(name: str) -> None:
    assert getattr(handeye, name).__doc__


def test_the_version_is_a_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", handeye.__version__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        handeye.runn  # noqa: B018
