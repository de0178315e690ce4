"""The guard: what may be done without asking, and that no rule means to ask."""

from pathlib import Path

import pytest

from handeye.actions import (
    Action,
    Batch,
    Box,
    Click,
    Goto,
    NewTab,
    Point,
    Press,
    ScreenSpace,
    Size,
    Target,
    Type,
    Upload,
)
from handeye.agent.guard import Policy, Rule, default_policy, judge
from handeye.agent.guard.files import parse_policy
from handeye.envs import Element, Observation, Screenshot

SCREEN = Observation(
    screenshot=Screenshot(data=b"", space=ScreenSpace(size=Size(width=1, height=1)))
)
HERE = Target(point=Point(x=0, y=0))


@pytest.mark.parametrize(
    ("address", "decision"),
    [
        ("https://example.com", "allow"),
        ("HTTP://example.com", "allow"),
        ("about:blank", "allow"),
        ("javascript:alert(1)", "deny"),
        (" JavaScript:alert(1)", "deny"),
        ("file:///etc/passwd", "deny"),
        ("data:text/html,x", "deny"),
        ("view-source:https://example.com", "deny"),
        ("http://[", "deny"),
        ("about:config", "deny"),
    ],
)
def test_only_web_addresses_are_opened(address: str, decision: str) -> None:
    for action in (Goto(url=address), NewTab(url=address)):
        policy = default_policy("https://example.com")
        assert judge(action, SCREEN, policy).decision == decision


def test_an_empty_tab_is_opened() -> None:
    assert judge(NewTab(), SCREEN, default_policy()).decision == "allow"


def test_local_files_are_opened_when_the_run_starts_on_one() -> None:
    local = default_policy("file:///tmp/a.html")
    assert judge(Goto(url="file:///tmp/b.html"), SCREEN, local).decision == "allow"
    assert judge(Goto(url="javascript:1"), SCREEN, local).decision == "deny"


def test_uploads_from_elsewhere_are_denied(tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "link").symlink_to(tmp_path)
    policy = default_policy(uploads=(allowed,))

    def decided(*paths: Path) -> str:
        upload = Upload(target=HERE, paths=tuple(str(path) for path in paths))
        return judge(upload, SCREEN, policy).decision

    assert decided(allowed / "a.txt") == "allow"
    assert decided(tmp_path / "b.txt") == "deny"
    assert decided(allowed / ".." / "b.txt") == "deny"
    assert decided(allowed / "link" / "b.txt") == "deny"
    assert decided(allowed / "a.txt", tmp_path / "b.txt") == "deny"


@pytest.mark.parametrize("path", ["a\0b", "~nobody-of-this-name/x", "\ud800", "x" * 5000, ""])
def test_what_can_be_no_file_is_denied(path: str, tmp_path: Path) -> None:
    policy = default_policy(uploads=(tmp_path,))
    assert judge(Upload(target=HERE, paths=(path,)), SCREEN, policy).decision == "deny"
    local = default_policy(f"file://{tmp_path}/index.html")
    assert judge(Goto(url="file:///%00"), SCREEN, local).decision == "deny"


def test_what_is_clicked_on_the_way_counts_as_clicked(tmp_path: Path) -> None:
    """Typing clicks its target first, and so does an upload on what is no field for files."""

    def decided(action: Action, role: str, name: str, *, editable: bool = False) -> str:
        box = Box(x1=0, y1=0, x2=1, y2=1)
        element = Element(role=role, name=name, box=box, editable=editable, submits="Send")
        seen = SCREEN.model_copy(update={"elements": (element,)})
        return judge(action, seen, default_policy(uploads=(tmp_path,))).decision

    typed = Type(target=HERE, text="x")
    assert decided(typed, "button", "Pay now") == "ask"
    assert decided(typed, "textbox", "Pay now", editable=True) == "allow"
    assert decided(Type(target=HERE, text="x\n"), "textbox", "To", editable=True) == "ask"
    file = Upload(target=HERE, paths=(str(tmp_path / "a.txt"),))
    assert decided(file, "button", "Pay now") == "ask"
    assert decided(file, "file", "Send us a picture") == "allow"


def test_a_host_without_a_scheme_is_known_to_rules_on_addresses() -> None:
    rules = '[[rule]]\nname = "never"\nto = ["admin.example.com"]\ndecision = "deny"'
    policy = default_policy("https://example.com", file=parse_policy(rules, "own.toml"))
    for address in ("admin.example.com", "admin.example.com/x", " https://admin.example.com "):
        assert judge(Goto(url=address), SCREEN, policy).rule == "never"
    assert judge(Goto(url="www.example.com"), SCREEN, policy).decision == "allow"


def test_a_rule_in_capitals_decides_as_well() -> None:
    rules = """
        [[rule]]
        name = "never"
        names = "^Delete"
        unless_asked = "Delete"
        decision = "deny"
    """
    shown = Element(role="button", name="Delete all", box=Box(x1=0, y1=0, x2=9, y2=9))
    seen = SCREEN.model_copy(update={"elements": (shown,)})
    for task, decision in (("Look around", "deny"), ("Delete all files", "allow")):
        policy = default_policy(task=task, file=parse_policy(rules, "own.toml"))
        assert judge(Click(target=HERE), seen, policy).decision == decision


@pytest.mark.parametrize(
    ("task", "decision"),
    [
        ("Type {{user}} into Email, type {{word}} into Password, click Sign in", "allow"),
        ("Look around, then type '{{word}}' into Password", "allow"),
        ("Enter the PIN", "allow"),
        ("Type {{word}} into Code", "allow"),
        ("Type 'Ann' into Name, click Password help", "ask"),
        ("Read what is said on passwords", "ask"),
        ("Do not type the password", "ask"),
    ],
)
def test_a_password_field_is_written_into_where_the_task_says_so(task: str, decision: str) -> None:
    box = Box(x1=0, y1=0, x2=9, y2=9)
    field = Element(role="textbox", name="Code", box=box, editable=True, private=True)
    seen = SCREEN.model_copy(update={"elements": (field,)})
    typed = Type(target=HERE, text="x")
    assert judge(typed, seen, default_policy(task=task)).decision == decision


def test_a_batch_is_judged_by_its_worst_part() -> None:
    policy = Policy(
        rules=(
            Rule(name="keys", kinds=("press",), decision="ask"),
            Rule(name="addresses", kinds=("goto",), decision="deny"),
            Rule(name="rest", kinds=("*",), decision="allow"),
        )
    )

    def decided(*parts: Action) -> str:
        return judge(Batch(actions=parts), SCREEN, policy).decision

    click, press, goto = Click(target=HERE), Press(keys=("Enter",)), Goto(url="x")
    assert decided(click, click) == "allow"
    assert decided(click, press) == "ask"
    assert decided(press, goto, click) == "deny"


def test_the_first_fitting_rule_decides_and_none_means_to_ask() -> None:
    rules = (
        Rule(name="no clicks", kinds=("click",), decision="deny", reason="Hands off."),
        Rule(name="clicks", kinds=("click",), decision="allow"),
    )
    verdict = judge(Click(target=HERE), SCREEN, Policy(rules=rules))
    assert (verdict.decision, verdict.rule, verdict.reason) == ("deny", "no clicks", "Hands off.")
    verdict = judge(NewTab(), SCREEN, Policy(rules=rules))
    assert (verdict.decision, verdict.rule) == ("ask", "no rule")
