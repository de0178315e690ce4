"""A backend is named, made lazily, and an unknown name is answered with those that there are."""

import sys
from pathlib import Path

import pytest

from handeye.actions.backends import build
from handeye.actions.errors import BackendError, UsageError

TABLE = {
    "counter": "collections:Counter",
    "fraction": "fractions:Fraction",
    "completed": "subprocess:CompletedProcess",
    "empty": "builtins:object",
    "broken": "a_package_that_nobody_has:Thing",
}


def test_a_name_makes_the_class() -> None:
    assert build("things", TABLE, "empty").__class__ is object


def test_what_follows_the_first_colon_is_the_argument() -> None:
    assert build("things", TABLE, "fraction:3/4").numerator == 3
    path = r"C:\plans\a.json"
    assert build("things", {"path": "pathlib:PurePath"}, f"path:{path}").parts[-1].endswith(".json")


@pytest.mark.parametrize(("wrong", "nearest"), [("fracton", "fraction"), ("zzz", "")])
def test_an_unknown_name_is_answered_with_all_the_nearest_first(wrong: str, nearest: str) -> None:
    with pytest.raises(UsageError, match=f"no thing called '{wrong}'") as caught:
        build("things", TABLE, wrong)
    assert caught.value.fix.startswith(f"Use one of: {nearest}")
    assert all(name in caught.value.fix for name in TABLE)


def test_an_argument_too_few_or_too_many_is_said() -> None:
    with pytest.raises(UsageError, match=r"'completed' needs an argument.*completed:ARGS"):
        build("things", TABLE, "completed")
    with pytest.raises(UsageError, match="'empty' takes no argument"):
        build("things", TABLE, "empty:x")


def test_a_missing_package_is_an_error_with_its_name() -> None:
    with pytest.raises(BackendError, match="a_package_that_nobody_has"):
        build("things", TABLE, "broken")


def test_entry_points_of_other_packages_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "plugin-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[handeye.things]\nmine = handeye_plugin:Mine\n")
    (tmp_path / "handeye_plugin.py").write_text("class Mine:\n    name = 'mine'\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "handeye_plugin" not in sys.modules
    assert build("things", TABLE, "mine").name == "mine"
    monkeypatch.delitem(sys.modules, "handeye_plugin")


def test_options_are_passed_on_and_unknown_ones_are_refused() -> None:
    made = build("things", {"parsed": "decimal:Decimal"}, "parsed:1.5", {"context": None})
    assert str(made) == "1.5"
    with pytest.raises(UsageError, match="'parsed' has no option 'speed'"):
        build("things", {"parsed": "decimal:Decimal"}, "parsed:1.5", {"speed": 9})
