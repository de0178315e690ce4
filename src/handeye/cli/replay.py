"""`handeye replay`: run a recorded episode again in a browser, without a model."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handeye.cli.console import err, out

if TYPE_CHECKING:
    from handeye.episodes import Episode, ReplayStep, RunResult


_EXIT_CODES = {"env_lost": 3, "recording_failed": 4, "interrupted": 130}


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
) -> None:
    """Run an episode again, without a model; stop where the screen has diverged."""
    from handeye.envs.browser import BrowserEnv
    from handeye.episodes import EpisodeWriter, find_episode, read_episode
    from handeye.episodes import replay as run_again

    found = read_episode(find_episode(episode))
    start = _start_url(found, url)
    with ExitStack() as stack:
        env = stack.enter_context(BrowserEnv(start, headless=not headed, **_screen(found)))
        task = found.started.task if found.started else ""
        writer = stack.enter_context(EpisodeWriter(task)) if record else None
        result = run_again(found, env, url=start, writer=writer, on_step=_tell)
    _print(result, as_json=as_json)
    if not result.ok:
        raise typer.Exit(_EXIT_CODES.get(result.reason.value, 1))


def _start_url(episode: "Episode", url: str) -> str:
    from handeye.actions.errors import UsageError

    started = episode.started
    if started is not None and started.env != "browser":
        raise UsageError(
            f"The episode was recorded in {started.env!r}, not in a browser.",
            "Replay it from Python with handeye.episodes.replay and that environment.",
        )
    start = url or (started.url if started else "")
    if not start:
        raise UsageError("The episode does not say where it started.", "Add --url http://…")
    return start


def _screen(episode: "Episode") -> dict[str, Any]:
    """The size and scale of the recorded screen, so that the page lays out alike."""
    from handeye.actions import Size

    space = next((step.observed.space for step in episode.steps if step.observed), None)
    if space is None:
        return {}
    width, height = space.size.width / space.scale_x, space.size.height / space.scale_y
    size = Size(width=round(width), height=round(height))
    return {"viewport": size, "device_scale": space.scale_x}


def _tell(step: "ReplayStep") -> None:
    """One progress line a step."""
    from rich.text import Text

    from handeye.actions import describe
    from handeye.episodes.show import plain

    failed = step.problem or (step.outcome and step.outcome.error)
    line = Text(f"{step.index + 1:>4}  ")
    line.append(plain(describe(step.action)), style="red" if failed else "")
    line.append(f"  divergence {step.divergence.score:.2f}", style="dim")
    err.print(line)


def _print(result: "RunResult", *, as_json: bool) -> None:
    from rich.text import Text

    from handeye.episodes.show import plain

    if as_json:
        print(result.model_dump_json())
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
