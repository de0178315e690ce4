"""`handeye run`: do a task in a browser or on a desktop, show each step, record it.

Prevents: a run that ends in silence.
"""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from handeye.actions.errors import UsageError
from handeye.cli.console import err, exit_code, out, print_json
from handeye.cli.given import refuse_with, written
from handeye.cli.progress import Progress
from handeye.cli.rules import AllowDomainOption, PolicyOption
from handeye.cli.secrets import DomainOption, SecretOption, SecretsOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from handeye.episodes.events import Event
    from handeye.episodes.result import RunResult

_NEW_RUNS_ONLY = ("env", "view", "failsafe", "allow_uploads", "tui")


def run(
    context: typer.Context,
    task: Annotated[
        str,
        typer.Argument(
            help='What to do; in explicit steps where no model plans. "-" reads it from stdin.'
        ),
    ] = "",
    url: Annotated[str, typer.Option(help="Where to start, in a browser.")] = "",
    env: Annotated[
        Literal["browser", "desktop"], typer.Option(help="Where the task is done.")
    ] = "browser",
    display: Annotated[
        str,
        typer.Option(
            help='With --env desktop: "new" for a private one, or an X11 name.',
            show_default="the desktop you are on; of a recording its own",
        ),
    ] = "",
    app: Annotated[
        str, typer.Option(help='With --display new: what to start there, as in "mousepad a.txt".')
    ] = "",
    view: Annotated[
        str,
        typer.Option(help="With --env desktop: all, monitor:N, window:TITLE or region:X,Y,W,H."),
    ] = "all",
    failsafe: Annotated[
        bool,
        typer.Option(
            "--failsafe/--no-failsafe", help="A pointer moved into a corner stops the run."
        ),
    ] = True,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser.")] = False,
    max_steps: Annotated[int, typer.Option(min=1, help="Stop after this many steps.")] = 100,
    max_seconds: Annotated[float, typer.Option(help="Stop after this many seconds.")] = 600,
    max_tokens: Annotated[
        int | None, typer.Option(help="Stop when models have read and written so many tokens.")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(help="Stop when models have cost so many US dollars.")
    ] = None,
    max_actions_per_domain: Annotated[
        int | None, typer.Option(help="Do no more than so many actions on one host.")
    ] = None,
    max_download_mb: Annotated[
        float, typer.Option(min=0, help="Download no file that is larger, in a browser.")
    ] = 500,
    planner: Annotated[
        str,
        typer.Option(
            help="Decides what to do without a model: instructions, scripted:FILE.json.",
            show_default="instructions",
        ),
    ] = "",
    grounder: Annotated[
        str,
        typer.Option(
            help="Finds what a phrase means: elements, scripted:FILE.json.",
            show_default="the model where it sees, else elements",
        ),
    ] = "",
    model: Annotated[
        str, typer.Option(help="Decides what to do: remote:NAME@URL, phi4:FOLDER_OR_HUB_ID.")
    ] = "",
    profile: Annotated[
        str, typer.Option(help="The model's family.", show_default="by the model's name")
    ] = "",
    load: Annotated[
        Literal["full", "8bit", "4bit"], typer.Option(help="The precision of a local model.")
    ] = "full",
    mode: Annotated[
        Literal["hybrid", "think", "nothink"],
        typer.Option(help="Whether the model thinks before it answers; hybrid: as it likes."),
    ] = "hybrid",
    folder: Annotated[
        Path | None, typer.Option("--out", help="The episode's folder, a new one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    allow_uploads: Annotated[
        list[Path] | None, typer.Option(help="A folder that files may be uploaded from.")
    ] = None,
    secret: SecretOption = None,
    secret_domain: DomainOption = None,
    secrets: SecretsOption = None,
    allow_domain: AllowDomainOption = None,
    policy: PolicyOption = None,
    resume: Annotated[
        str,
        typer.Option(
            help="Continue a run that was cut off; its page or desktop must be there.",
            metavar="EPISODE",
        ),
    ] = "",
    in_flight: Annotated[
        Literal["ask", "done", "again"],
        typer.Option(help="With --resume: what became of the step that was under way."),
    ] = "ask",
    fork: Annotated[
        str,
        typer.Option(
            help="Repeat a recording's first steps, its application started anew, and go on.",
            metavar="EPISODE",
        ),
    ] = "",
    at: Annotated[int, typer.Option(min=0, help="With --fork: how many steps to repeat.")] = 0,
    tui: Annotated[
        bool, typer.Option("--tui", help="Watch and steer it in the terminal interface.")
    ] = False,
) -> None:
    """Do a task in a browser or on a desktop and record it.

    Exit code 0: done. 1: not done. 2 to 5: could not start, or lost browser, disk or model.
    """
    from handeye.agent.secrets import vault_of

    text = sys.stdin.read() if task == "-" else task
    vault = vault_of(secret or (), secret_domain or (), secrets)
    both: dict[str, Any] = {
        "planner": planner,
        "grounder": grounder,
        "model": model,
        "display": display,
        "app": app,
        "max_steps": max_steps,
        "max_seconds": max_seconds,
        "max_tokens": max_tokens,
        "max_cost": max_cost,
        "max_actions_per_domain": max_actions_per_domain,
        "max_download_mb": max_download_mb,
        "headless": not headed,
        "secrets": vault,
        "policy": policy,
        "allow_domains": allow_domain or (),
    }
    how = {"profile": profile, "load": load, "mode": mode}
    _refuse_lost(resume, fork, written(context))
    if resume or fork:
        anew = {"task": text, "url": url, "out": folder}
        result = _onward(resume, in_flight, fork, at, anew, both, how)
        _print(result, as_json=as_json)
        raise typer.Exit(exit_code(result))
    if not text.strip():
        raise UsageError("The run has no task.", "Write: handeye run TASK --url http://…")
    options = both | how | {
        "url": url,
        "env": env,
        "view": view,
        "failsafe": failsafe,
        "out": folder,
        "uploads": allow_uploads or (),
    }  # fmt: skip
    result = _watched(text, options) if tui else _told(text, options)
    _print(result, as_json=as_json)
    raise typer.Exit(exit_code(result))


def _refuse_lost(resume: str, fork: str, options: dict[str, str]) -> None:
    """Refuse what would be ignored."""
    if "at" in options and not fork:
        raise UsageError("--at says how much of a recording to repeat.", "Name one with --fork.")
    if "in_flight" in options and not resume:
        raise UsageError("--in-flight is about a run that was cut off.", "Name it with --resume.")
    if resume or fork:
        lost = {name: each for name, each in options.items() if name in _NEW_RUNS_ONLY}
        refuse_with("--resume or --fork", lost)


def _told(task: str, options: dict[str, Any]) -> "RunResult":
    """Run with one line a step."""
    from handeye import api

    return _telling(lambda tell, heard: api.run(task, **options, on_event=tell, heard=heard))


def _onward(
    resume: str,
    in_flight: Any,
    fork: str,
    at: int,
    anew: dict[str, Any],
    options: dict[str, Any],
    model: dict[str, Any],
) -> "RunResult":
    """Go on with a recording, with one line a step; `anew` is for a fork, a run of its own."""
    from handeye import onward
    from handeye.grounding.chat.backends import ModelOptions

    if resume and (fork or any(anew.values())):
        raise UsageError(
            "A run that is resumed has its task, its address and its folder.",
            "Give --resume alone, or --fork.",
        )

    def go(tell: Any, _: Any) -> "RunResult":
        how = onward.Onward(on_event=tell, options=ModelOptions(**model), **options)
        if resume:
            return onward.resume(resume, how, in_flight=in_flight)
        return onward.fork(fork, how, at=at, **anew)

    return _telling(go)


def _telling(run_with: "Callable[[Any, Any], RunResult]") -> "RunResult":
    with err.status("Starting …") as status:
        progress = Progress()

        def tell(event: "Event") -> None:
            status.update(progress.doing(event))
            for line in progress.lines(event):
                err.print(line, markup=False, highlight=False, soft_wrap=True)

        def heard(piece: str, _: object) -> None:
            status.update(progress.thinking(piece))

        return run_with(tell, heard)


def _watched(task: str, options: dict[str, Any]) -> "RunResult":
    """Run with a screen; the run goes on when the screen is left or fails."""
    from handeye.cli.tui import load, watch
    from handeye.episodes import episodes_home

    application = load()
    from handeye.tui.session import Session

    session = Session(task, **options)
    watch(application(episodes_home(), session=session))
    if session.error is not None:
        raise session.error
    assert session.result is not None
    return session.result


def _print(result: "RunResult", *, as_json: bool) -> None:
    if as_json:
        print_json(result.model_dump(mode="json"))
        return
    if result.answer:
        print(result.answer)
    from handeye.episodes import in_words

    head = "[green]Done[/]" if result.ok else f"[red]Not done: {result.reason.replace('_', ' ')}[/]"
    steps = f"{result.steps} step" + ("" if result.steps == 1 else "s")
    out.print(f"{head} after {steps} in {result.timing.total:.1f} s.", highlight=False)
    lines = [result.message] if result.message else []
    if result.usage.prompt_tokens:
        lines.append(f"Model: {in_words(result.usage)}.")
    if result.episode is not None:
        path = shlex.quote(str(result.episode))
        lines += [f"Episode: {result.episode}", f"Open it with: handeye show {path}"]
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
