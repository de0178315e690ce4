"""`handeye replay`: run a recorded episode again, once or for each row of a table."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from handeye.actions.errors import UsageError
from handeye.cli.console import err, exit_code, out, print_json
from handeye.cli.given import refuse_with, written
from handeye.cli.rules import AllowDomainOption, PolicyOption
from handeye.cli.secrets import DomainOption, SecretOption, SecretsOption

if TYPE_CHECKING:
    from handeye.episodes import ReplayStep, RunResult


def replay(
    context: typer.Context,
    episode: Annotated[
        str, typer.Argument(help='Folder, id, beginning of an id, or "last".', metavar="EPISODE")
    ],
    url: Annotated[
        str, typer.Option(help="Start here; addresses of the recorded origin move to this one.")
    ] = "",
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="Type another text than was recorded.", metavar="NAME=VALUE"),
    ] = None,
    secret: SecretOption = None,
    secret_domain: DomainOption = None,
    secrets: SecretsOption = None,
    table: Annotated[
        Path | None,
        typer.Option("--csv", help="Replay once for each row; the header names parameters."),
    ] = None,
    parameters: Annotated[
        bool, typer.Option("--parameters", help="Only list what --set can change.")
    ] = False,
    speed: Annotated[
        Literal["fast", "recorded"],
        typer.Option(help="As the page allows, or as recorded."),
    ] = "fast",
    heal: Annotated[
        str,
        typer.Option(help="A model to ask about a step that cannot be repeated.", metavar="MODEL"),
    ] = "",
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Do nothing; ask another at every recorded screen."),
    ] = False,
    grounder: Annotated[str, typer.Option(help="With --offline: who finds the targets.")] = "",
    planner: Annotated[str, typer.Option(help="With --offline: who decides.")] = "",
    model: Annotated[str, typer.Option(help="With --offline: a model that decides.")] = "",
    display: Annotated[
        str,
        typer.Option(
            help='Of a desktop: an X11 name, or "new" for a private one.',
            show_default="where it was recorded",
        ),
    ] = "",
    app: Annotated[
        str,
        typer.Option(help="Start this on a private display.", show_default="the recorded one"),
    ] = "",
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser.")] = False,
    record: Annotated[bool, typer.Option(help="Record the replay as an episode.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    allow_uploads: Annotated[
        list[Path] | None, typer.Option(help="A folder that files may be uploaded from.")
    ] = None,
    allow_domain: AllowDomainOption = None,
    policy: PolicyOption = None,
) -> None:
    """Run an episode again, without a model; stop where the screen has diverged."""
    from handeye import again
    from handeye.agent.secrets import vault_of
    from handeye.episodes import find_episode
    from handeye.episodes.replay.run import CUT
    from handeye.recording import pairs

    if offline:
        kept = ("offline", "grounder", "planner", "model", "as_json")
        refuse_with("--offline", written(context), kept)
        from handeye.cli.offline import offline as ask

        ask(episode, grounder=grounder, planner=planner, model=model, as_json=as_json)
    if grounder or planner or model:
        raise UsageError("Nobody is asked in a replay.", "Add --offline, or use --heal MODEL.")
    if parameters:
        refuse_with("--parameters", written(context), ("parameters", "as_json"))
        _list(episode, as_json=as_json)
        return
    given = pairs(values or ())
    vault = vault_of(secret or (), secret_domain or (), secrets)
    folder = find_episode(episode)  # "last" is another one after the first row
    rows = [given | row for row in again.rows_of(table)] if table else [given]
    results = []
    for number, row in enumerate(rows, 1):
        if table:
            err.print(f"Row {number} of {len(rows)}", style="bold", highlight=False)
        results.append(
            _once(folder, row, url=url, display=display, app=app, headless=not headed,
                  record=record, speed=speed, heal=heal, uploads=allow_uploads or (),
                  secrets=vault, policy=policy, allow_domains=allow_domain or ())
        )  # fmt: skip
        result = results[-1][0]
        if not as_json:
            _print(result)
            if result.reason == "diverged" and not heal and result.message.startswith("Step "):
                hint = f"Let a model repair it: handeye replay {_named(episode, folder)}"
                err.print(f"{hint} --heal MODEL", markup=False, highlight=False, soft_wrap=True)
        if result.reason.value == "interrupted" and result.message != CUT:
            break
    if as_json:
        told = [_data(*each) for each in results]
        print_json(told if table else told[0])
    raise typer.Exit(max((exit_code(result) for result, _ in results), default=0))


def _named(ref: str, folder: Path) -> str:
    """An episode as it can be named again, after its replay is the last one."""
    return shlex.quote(folder.name if ref == "last" else ref)


def _once(
    episode: Path, values: Mapping[str, str], **options: Any
) -> "tuple[RunResult, list[ReplayStep]]":
    from handeye import again

    steps: list[ReplayStep] = []

    def tell(step: "ReplayStep") -> None:
        steps.append(step)
        _tell(step)

    with err.status("Replaying …"):
        result = again.replay(episode, values=values, on_step=tell, **options)
    return result, steps


def _data(result: "RunResult", steps: "list[ReplayStep]") -> dict[str, Any]:
    """The result, and how far each step's screen had diverged."""
    told = [
        {
            "step": step.index + 1,
            "divergence": round(step.divergence.score, 4),
            "healed": step.healed,
            "problem": step.problem,
        }
        for step in steps
    ]
    return {**result.model_dump(mode="json"), "replayed": told}


def _list(ref: str, *, as_json: bool) -> None:
    from handeye.episodes import find_episode, read_episode
    from handeye.episodes.replay import parameters_of

    found = parameters_of(read_episode(find_episode(ref)))
    if as_json:
        print_json([each.model_dump(mode="json") for each in found.values()])
        return
    for each in found.values():
        value = "a secret" if each.recorded is None else repr(each.recorded)
        steps = ", ".join(str(step + 1) for step in each.steps)
        out.print(f"{each.name} = {value}  (step {steps})", markup=False, highlight=False)


def _tell(step: "ReplayStep") -> None:
    """One progress line a step."""
    from rich.text import Text

    from handeye.actions import describe
    from handeye.episodes.views.show import plain

    failed = (step.problem and not step.healed) or (step.outcome and step.outcome.error)
    line = Text(f"{step.index + 1:>4}  ")
    line.append(plain(describe(step.action)), style="red" if failed else "")
    told = "not done" if step.outcome is None else f"divergence {step.divergence.score:.2f}"
    line.append(f"  {plain(told)}", style="dim")
    if step.healed:
        line.append("  repaired by the model", style="yellow")
    err.print(line)


def _print(result: "RunResult") -> None:
    from rich.text import Text

    from handeye.episodes.views.show import plain

    if result.ok:
        head = f"Replayed {result.steps} steps in {result.timing.total:.1f} s."
    else:
        head = f"Stopped after {result.steps} steps: {result.reason.value.replace('_', ' ')}."
    out.print(Text(head, style="green" if result.ok else "red"))
    for line in (result.message, result.answer):
        if line:
            out.print(Text(plain(line)), soft_wrap=True)
    if result.episode:
        out.print(Text(f"Episode: {result.episode}"), soft_wrap=True)
