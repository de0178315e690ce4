"""`handeye policy`: look at rules before they are relied on, and at what they decided.

Prevents: a rule that never decides anything, and a refusal that nobody can explain.
"""

from pathlib import Path
from typing import Annotated

import typer

from handeye.cli.console import err, out

policy = typer.Typer(
    help="Rules for what a run may do: check a file, explain an episode.",
    no_args_is_help=True,
    add_completion=False,
)

_TOLD = {
    "domains": "Could open",
    "rules": "Rules besides the shipped ones",
    "shipped_rules": "The shipped rules",
}


@policy.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A policy in TOML.", show_default="the shipped rules")
    ] = None,
) -> None:
    """Check a file of rules, and say what each of them does.

    Exit code 0: all rules can decide. 1: some never do. 2: it is no policy.
    """
    from handeye.agent.guard import PolicyFile, read_policy
    from handeye.agent.guard.explain import in_words, unreachable

    own = PolicyFile() if file is None else read_policy(file)
    for number, rule in enumerate(own.rules, 1):
        _print(f"{number:>3}  {in_words(rule)}")
    if own.domains:
        _print(f"     Domains besides the start's own: {', '.join(own.domains)}")
    _print("     What no rule fits is asked about, and refused where nobody is there.")
    never = unreachable(own.rules)
    for later, earlier in never:
        err.print(f"“{later}” never decides: “{earlier}” fits all of it first.", style="red")
    raise typer.Exit(1 if never else 0)


@policy.command()
def explain(
    episode: Annotated[
        str, typer.Argument(help='Folder, id, beginning of an id, or "last".', metavar="EPISODE")
    ],
) -> None:
    """Say of each action of an episode what was decided, by which rule, and why."""
    from handeye.actions import describe
    from handeye.episodes import find_episode, read_episode

    found = read_episode(find_episode(episode))
    settings = found.started.settings if found.started is not None else {}
    for name, words in _TOLD.items():
        if name in settings:
            _print(f"{words}: {settings[name]}")
    decided = 0
    for step in found.steps:
        if step.planned is None or step.planned.action.kind in ("done", "ask_user"):
            continue
        decided += 1
        verdict = step.verdict
        said = "not judged" if verdict is None else f"{verdict.decision} by “{verdict.rule}”"
        why = f": {verdict.reason}" if verdict is not None and verdict.reason else ""
        _print(f"{step.index + 1:>3}  {describe(step.planned.action)}")
        _print(f"     {said}{why}")
        for blocked in step.observed.blocked if step.observed is not None else ():
            _print(f"     before it, a request was blocked to {blocked}")
    if not decided:
        err.print("It did nothing, so there was nothing to decide.", highlight=False)


def _print(line: str) -> None:
    out.print(line, markup=False, highlight=False, soft_wrap=True)
