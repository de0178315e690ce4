"""`handeye demo`: do a real task in the shop that ships with handeye; the shop is the judge.

Prevents: a demo that calls itself done. The exit code is what the shop's server says.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.status import Status

from handeye.actions import describe
from handeye.actions.errors import UsageError
from handeye.cli.console import err, exit_code, out
from handeye.envs.shop import DEMO, TASKS, Shop, ShopTask, serve

if TYPE_CHECKING:
    from handeye.episodes.events import Event
    from handeye.episodes.result import RunResult

PORT = 8765


def demo(
    port: Annotated[
        int | None, typer.Argument(help=f"With --serve: the port, {PORT} unless given.")
    ] = None,
    serve_only: Annotated[
        bool, typer.Option("--serve", help="Only run the shop, until Ctrl-C.")
    ] = False,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser.")] = False,
    name: Annotated[str, typer.Option("--task", help="Another task; see --list.")] = DEMO.name,
    listing: Annotated[bool, typer.Option("--list", help="List the tasks.")] = False,
) -> None:
    """Do a task in a small web shop, record it, and let the shop's server judge it.

    Exit code 0: the server agrees that it is done. 1: it does not.
    """
    if port is not None and not serve_only:
        raise UsageError("A port goes with --serve.", "Write `handeye demo --serve 9000`.")
    if listing:
        _list()
    elif serve_only:
        _serve(PORT if port is None else port)
    else:
        raise typer.Exit(_run(_task(name), headed=headed))


def _task(name: str) -> ShopTask:
    for task in TASKS:
        if task.name == name:
            return task
    names = ", ".join(task.name for task in TASKS)
    raise UsageError(f"The shop has no task called {name!r}.", f"Use one of: {names}.")


def _list() -> None:
    for task in TASKS:
        out.print(
            f"{task.name:<16} {task.instruction}", markup=False, highlight=False, soft_wrap=True
        )


def _serve(port: int) -> None:
    try:
        with serve(port) as shop:
            print(shop.url, flush=True)
            err.print("The shop runs until Ctrl-C. Its cart and orders are gone after that.")
            while not threading.Event().wait(1.0):  # short turns: Windows has no Ctrl-C in a wait
                pass
    except KeyboardInterrupt:
        err.print("The shop is closed.")


def _run(task: ShopTask, *, headed: bool) -> int:
    """The exit code: 0 when the server agrees that the task is done."""
    from handeye.api import run

    with serve() as shop:
        task.prepare(shop.state)
        err.print(f"Task: {task.instruction}", markup=False, highlight=False)
        with err.status("Starting the browser …") as status:
            result = run(
                task.instruction,
                url=shop.url + task.start,
                headless=not headed,
                on_event=lambda event: _tell(event, status),
            )
        done = result.ok and task.succeeded(shop.state, result.answer)
        _report(shop, result, done)
        return 0 if done else exit_code(result) or 1


def _tell(event: "Event", status: Status) -> None:
    """One line for each step, as it is planned, and one for each action that failed."""
    if event.kind == "planned":
        text = describe(event.action)
        err.print(f"{event.step + 1:>3}  {text}", markup=False, highlight=False)
        status.update(f"Step {event.step + 1}")
    elif event.kind == "acted" and event.error is not None:
        err.print(f"     {event.error.message}", markup=False, highlight=False, style="red")


def _report(shop: Shop, result: "RunResult", done: bool) -> None:
    verdict = "[bold green]Done[/]" if done else "[bold red]Not done[/]"
    out.print(f"{verdict}: {result.steps} steps in {result.timing.total:.1f} s", highlight=False)
    if not result.ok:
        out.print(f"Stopped: {result.message or result.reason}", markup=False, highlight=False)
    elif not done:
        out.print("The run ended well, but what the task asks for is not what the server has.")
    if result.answer:
        out.print(f"Answer:  {result.answer}", markup=False, highlight=False)
    out.print(f"Server:  {_memory(shop)}", markup=False, highlight=False, soft_wrap=True)
    if result.episode is not None:
        _how_to_open(result.episode)


def _memory(shop: Shop) -> str:
    """What the server remembers, in one line."""
    state = shop.state
    told = [
        f"order {order.number} for {order.name}: "
        + ", ".join(f"{x.quantity} × {x.product.name} ({x.colour})" for x in order.lines)
        for order in state.orders
    ]
    if state.cart:
        lines = ", ".join(f"{x.quantity} × {x.product.name} ({x.colour})" for x in state.cart)
        told.append(f"in the cart {lines}")
    return "; ".join(told) or "no orders, an empty cart"


def _how_to_open(episode: Path) -> None:
    short = "-".join(episode.name.split("-")[:3])
    lines = [
        f"Episode: {episode}",
        f"Read it: handeye show {short}",
        f"         handeye show {short} --html report.html",
        "Replay:  handeye demo --serve, and in another terminal",
        f"         handeye replay {short} --url http://127.0.0.1:{PORT}/",
    ]
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
