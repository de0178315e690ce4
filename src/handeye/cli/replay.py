"""`handeye replay`: run a recorded episode again in a browser, without a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handeye.cli.console import err, exit_code, out, print_json

if TYPE_CHECKING:
    from handeye.episodes import ReplayStep, RunResult


def replay(
    episode: Annotated[
        str, typer.Argument(help='Folder, id, beginning of an id, or "last".', metavar="EPISODE")
    ],
    url: Annotated[
        str, typer.Option(help="Start here; addresses of the recorded origin move to this one.")
    ] = "",
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser.")] = False,
    record: Annotated[bool, typer.Option(help="Record the replay as an episode.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    allow_uploads: Annotated[
        list[Path] | None, typer.Option(help="A folder that files may be uploaded from.")
    ] = None,
) -> None:
    """Run an episode again, without a model; stop where the screen has diverged."""
    from handeye import api

    with err.status("Replaying …"):
        result = api.replay(
            episode,
            url=url,
            headless=not headed,
            record=record,
            uploads=allow_uploads or (),
            on_step=_tell,
        )
    _print(result, as_json=as_json)
    raise typer.Exit(exit_code(result))


def _tell(step: "ReplayStep") -> None:
    """One progress line a step."""
    from rich.text import Text

    from handeye.actions import describe
    from handeye.episodes.views.show import plain

    failed = step.problem or (step.outcome and step.outcome.error)
    line = Text(f"{step.index + 1:>4}  ")
    line.append(plain(describe(step.action)), style="red" if failed else "")
    told = step.problem if step.outcome is None else f"divergence {step.divergence.score:.2f}"
    line.append(f"  {plain(told)}", style="dim")
    err.print(line)


def _print(result: "RunResult", *, as_json: bool) -> None:
    from rich.text import Text

    from handeye.episodes.views.show import plain

    if as_json:
        print_json(result.model_dump(mode="json"))
        return
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
