"""`handeye episodes`: list, show, compare, verify, pack and remove recordings.

Prevents: recordings removed without having been named first.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handeye.cli.console import err, out, print_json
from handeye.cli.show import show

if TYPE_CHECKING:
    from handeye.episodes.keep import Entry, StepDiff

episodes = typer.Typer(
    help="List, compare, verify, pack and remove recordings.", add_completion=False
)
episodes.command(name="show")(show)

Ref = Annotated[
    str, typer.Argument(help='Folder, id, beginning of an id, or "last".', metavar="EPISODE")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@episodes.command(name="list")
def list_(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only those with all of these in task or address.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="The newest so many; 0: all.")] = 20,
    failed: Annotated[bool, typer.Option("--failed", help="Only runs that failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """List recordings, newest first."""
    from handeye.episodes import episodes_home
    from handeye.episodes.keep import list_entries, size_of

    home = episodes_home()
    found = list_entries(home)
    entries = [
        entry
        for entry in reversed(found)
        if not (failed and entry.ok)
        and all(
            word.casefold() in f"{entry.id} {entry.task} {entry.url}".casefold()
            for word in words or ()
        )
    ]
    shown = entries[:limit] if limit else entries
    if as_json:
        print_json(
            [
                {**each.model_dump(mode="json", exclude={"stamp"}), "size": size_of(home / each.id)}
                for each in shown
            ]
        )
        return
    if shown:
        print("\n".join(_row(entry) for entry in shown))
    else:
        print(f"None of the {len(found)} recordings in {home} is like that." if found
              else f"No recordings in {home}.")  # fmt: skip
    if len(shown) < len(entries):
        err.print(f"{len(entries) - len(shown)} more: --limit 0 lists all.", highlight=False)


def _row(entry: "Entry") -> str:
    """One line, made without a table: a list may be long."""
    from handeye.episodes.views.show import plain

    when = f"{datetime.fromtimestamp(entry.started):%Y-%m-%d %H:%M}" if entry.started else ""
    how = "ok" if entry.ok else entry.reason.replace("_", " ") or "unfinished"
    task = plain(entry.task)
    task = task if len(task) <= 60 else task[:59] + "…"
    return f"{entry.id:<57} {when:<16} {how:<12} {entry.steps:>4} steps  {task}"


@episodes.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="EPISODE")],
    second: Annotated[str, typer.Argument(metavar="EPISODE")],
    as_json: AsJson = False,
) -> None:
    """Compare two recordings step by step.

    Exit code 0: the same steps. 1: they differ.
    """
    from handeye.episodes import find_episode, read_episode
    from handeye.episodes.keep import diff_episodes

    rows = diff_episodes(*(read_episode(find_episode(ref)) for ref in (first, second)))
    if as_json:
        print_json([row.model_dump(mode="json") for row in rows])
    else:
        for row in rows:
            out.print(_diff_line(row), style=_STYLES[row.kind], markup=False, highlight=False)
    raise typer.Exit(0 if all(row.kind == "same" for row in rows) else 1)


_STYLES = {"same": "", "changed": "yellow", "only_first": "red", "only_second": "green"}
_MARKS = {"same": " ", "changed": "~", "only_first": "-", "only_second": "+"}


def _diff_line(row: "StepDiff") -> str:
    from handeye.episodes.views.show import plain

    numbers = f"{row.first or '':>4} {row.second or '':>4}"
    what = row.what_first or row.what_second
    if row.kind == "changed":
        what = f"{row.what_first}  ⇒  {row.what_second}"
    screens = f"  (screens differ by {row.screens:.0%})" if row.screens else ""
    return f"{_MARKS[row.kind]} {numbers}  {plain(what)}{screens}"


@episodes.command()
def verify(
    refs: Annotated[
        list[str] | None, typer.Argument(help="Which; without any, all.", metavar="EPISODE…")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of recordings against their checksums.

    Exit code 0: all are right. 4: some are damaged; each problem is named.
    """
    from handeye.episodes import episodes_home, find_episode
    from handeye.episodes.home import list_episodes
    from handeye.episodes.keep import verify_episode

    home = episodes_home()
    folders = [find_episode(ref) for ref in refs or ()] or [
        home / name for name in list_episodes(home)
    ]
    found = {str(folder): verify_episode(folder) for folder in folders}
    if as_json:
        print_json(found)
    else:
        for folder, problems in found.items():
            for problem in problems:
                out.print(f"{problem}", style="red", markup=False, highlight=False, soft_wrap=True)
            if not problems and refs:
                out.print(f"{folder}: every byte is right.", markup=False, highlight=False)
        bad = sum(map(bool, found.values()))
        err.print(f"{len(found)} checked, {bad} damaged.", highlight=False)
    raise typer.Exit(4 if any(found.values()) else 0)


@episodes.command()
def pack(
    episode: Ref,
    to: Annotated[
        Path | None, typer.Option("--out", help="The archive.", show_default="ID.handeye.zip here")
    ] = None,
) -> None:
    """Write a recording into one file."""
    from handeye.episodes import find_episode
    from handeye.episodes.keep import archive

    folder = find_episode(episode)
    made = archive.pack(folder, to or Path(folder.resolve().name + archive.SUFFIX))
    out.print(str(made), markup=False, highlight=False, soft_wrap=True)


@episodes.command()
def unpack(
    file: Annotated[Path, typer.Argument(help="A file that `pack` wrote.")],
    to: Annotated[
        Path | None,
        typer.Option(help="The folder of episodes.", show_default="where episodes live"),
    ] = None,
) -> None:
    """Make a recording's folder from one file, and check it."""
    from handeye.episodes import episodes_home
    from handeye.episodes.keep import archive

    made = archive.unpack(file, to or episodes_home())
    out.print(str(made), markup=False, highlight=False, soft_wrap=True)


@episodes.command()
def prune(
    keep: Annotated[int | None, typer.Option(min=0, help="Keep the newest so many.")] = None,
    older: Annotated[
        float | None, typer.Option("--older-than", min=0, help="Only older than so many days.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only runs that failed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Remove them; else they are named.")] = False,
) -> None:
    """Remove recordings: all that fit every option given. Without --yes it only names them."""
    from handeye.actions.errors import UsageError
    from handeye.episodes import episodes_home
    from handeye.episodes.keep import choose_doomed, remove

    if keep is None and older is None and not failed:
        raise UsageError(
            "Nothing says which recordings to remove.", "Add --keep, --older-than or --failed."
        )
    home = episodes_home()
    doomed = choose_doomed(home, keep=keep, days=older, failed=failed)
    if not yes:
        for each in doomed:
            print(_row(each.entry))
    else:
        remove(home, doomed)
    size = sum(each.size for each in doomed) / 1e6
    told = "removed" if yes else "would be removed; add --yes to do it"
    err.print(f"{len(doomed)} recordings, {size:.1f} MB: {told}.", highlight=False)


@episodes.command()
def schema() -> None:
    """Print the JSON Schema of the episode format."""
    import json

    from handeye.episodes.schema import json_schema

    print(json.dumps(json_schema(), indent=1, sort_keys=True))
