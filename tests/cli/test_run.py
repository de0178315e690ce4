"""Options of `handeye run` that would be lost without a word are refused before anything starts."""

import pytest
from typer.testing import CliRunner

from handeye.actions.errors import UsageError
from handeye.cli.app import app


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["click Save", "--at", "2"], "--at says how much of a recording"),
        (["click Save", "--in-flight", "done"], "--in-flight is about a run that was cut off"),
        (["--resume", "last", "--tui"], "--tui cannot be used with --resume"),
        (["--fork", "last", "--at", "2", "--no-failsafe"], "--no-failsafe cannot be used"),
        (["--fork", "last", "--view", "monitor:1", "--tui"], "--view, --tui cannot be used"),
        (["--resume", "last", "--env", "browser"], "--env cannot be used with --resume"),
        (["--fork", "last", "--allow-uploads", "."], "--allow-uploads cannot be used"),
    ],
)
def test_what_would_be_ignored_is_refused(words: list[str], says: str) -> None:
    refused = CliRunner().invoke(app, ["run", *words])
    assert isinstance(refused.exception, UsageError)
    assert says in str(refused.exception)
