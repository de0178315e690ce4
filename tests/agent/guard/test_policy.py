"""`handeye policy`: what is wrong with a file is named with its line; what was decided is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import handeye
from handeye.actions.errors import UsageError
from handeye.agent.guard import PolicyFile, Rule, read_policy
from handeye.agent.guard.explain import unreachable
from handeye.cli.app import app

RULE = '[[rule]]\nname = "a"\ndecision = "deny"\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[[rule]\n", 1, "no TOML"),
        (f'{RULE}\n[[rule]]\nname = "b"\ndecision = "maybe"\n', 7, "allow"),
        (f'{RULE}kinds = ["clack"]\n', 4, "clack"),
        (f'{RULE}names = "("\n', 4, "regular expression"),
        ('[[rule]]\nname = "a"\n', 1, "decision"),
        ('domains = ["http://x"]\n', 1, "no domain"),
        (f'{RULE}colour = "red"\n', 4, "colour: there is no such key"),
        ('domains = "x.example"\n', 1, "must be a list"),
        (f'{RULE}unless_asked = ["buy"]\n', 4, "must be one text"),
        (f'{RULE}to = ["https://x.example/pay"]\n', 4, "no domain"),
        (f'{RULE}pages = ["*.x.example"]\n', 4, "no domain"),
        (f'{RULE}pages = ["x.example:70000"]\n', 4, "no domain"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    text: str, line: int, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_policy(file)
    assert f"line {line}" in caught.value.message
    assert words in caught.value.message


def test_a_file_of_an_editor_that_marks_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('domains = ["x.example"]\n', encoding="utf-8-sig")
    assert read_policy(file).domains == ("x.example",)


def test_a_rule_that_never_decides_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    more = '[[rule]]\nname = "late"\nkinds = ["click"]\ndecision = "allow"\n'
    file.write_text(f"defaults = false\n{RULE}{more}", encoding="utf-8")
    done = CliRunner().invoke(app, ["policy", "check", str(file)])
    assert done.exit_code == 1
    assert "“late” never decides" in done.output


def test_the_shipped_rules_all_decide() -> None:
    assert unreachable(PolicyFile().rules) == []
    done = CliRunner().invoke(app, ["policy", "check"])
    assert done.exit_code == 0
    assert "pay or buy: ask any action" in done.output


def test_a_users_rules_come_first() -> None:
    own = PolicyFile(rule=(Rule(name="mine", decision="allow"),))
    assert own.rules[0].name == "mine"
    assert len(own.rules) == len(PolicyFile().rules) + 1


def test_what_was_decided_in_a_run_is_told(tmp_path: Path, site: Any) -> None:
    plan = [
        {"kind": "click", "target": {"phrase": "Details"}},
        {"kind": "click", "target": {"phrase": "Buy now"}},
        {"kind": "click", "target": {"phrase": "Send it"}},
        {"kind": "click", "target": {"phrase": "Delete"}},
    ]
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    url = site(
        {
            "/": "".join(
                map("<button>{}</button>".format, ("Details", "Buy now", "Send it", "Delete"))
            )
        }
    ).url
    planner = f"scripted:{tmp_path / 'plan.json'}"
    handeye.run(
        "Look around, send what you find, click 'Delete'",
        url=url,
        planner=planner,
        out=tmp_path / "episode",
    )
    done = CliRunner().invoke(app, ["policy", "explain", str(tmp_path / "episode")])
    assert done.exit_code == 0
    told = [line.strip() for line in done.output.splitlines()]
    assert told[0].startswith("Could open: 127.0.0.1:")
    assert told[1:9] == [
        "1  click Details",
        "allow by “everything else”",
        "2  click Buy now",
        "deny by “pay or buy”: This may spend money.",
        "3  click Send it",
        "allow by “send”: The task itself says “send”.",
        "4  click Delete",
        "allow by “delete”: The task itself says “delete”.",
    ]
