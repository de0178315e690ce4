"""The tasks are found in the wheel of miniwob without importing it."""

import subprocess
import sys

import pytest

from handeye.actions.errors import EnvError, UsageError
from handeye.envs.miniwob import all_tasks, browsergym_tasks
from handeye.envs.miniwob.tasks import page_of, pages


def test_there_are_130_tasks_and_browsergym_has_125_of_them():
    assert len(all_tasks()) == 130
    assert len(browsergym_tasks()) == 125
    left_out = set(all_tasks()) - set(browsergym_tasks())
    assert left_out == {"button-delay", "chase-circle", "hover-shape", "moving-items", "simon-says"}


def test_an_unknown_task_is_told_with_the_nearest_known_ones():
    with pytest.raises(UsageError, match=r"'click-buton'.*click-button"):
        page_of("click-buton")


def test_the_package_itself_is_not_imported():
    code = "import sys, handeye.envs.miniwob as m; m.all_tasks(); print('miniwob' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    pages.cache_clear()
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(EnvError, match=r"handeye\[miniwob\]"):
        pages()
