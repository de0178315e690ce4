"""The keys that steer a run, for the screen that shows it."""

from typing import Any, ClassVar

from pydantic import ValidationError
from textual.binding import Binding, BindingType

from handeye.actions import Action, Click, Press, Scroll, Target, Type, describe
from handeye.agent.steering import reject
from handeye.tui.control import Pending
from handeye.tui.live import Live
from handeye.tui.modals.confirm import Confirm
from handeye.tui.modals.edit_action import EditAction
from handeye.tui.modals.question import Question
from handeye.tui.screens.base import answered
from handeye.tui.session import Session
from handeye.tui.widgets.picture import Picture

_PAGE = 400.0  # input units that Page Down scrolls


class Steer:
    """Each answer goes to the run through its `Control`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause/continue", key_display="space"),
        Binding("enter", "send", "Send", priority=True),
        Binding("e", "edit", "Edit"),
        Binding("x", "reject", "Reject"),
        Binding("h", "hands", "By hand"),
        Binding("i", "type", "Type", show=False),
        Binding("p", "keys", "Keys", show=False),
        Binding("pagedown", "scroll(1)", "Scroll down", show=False, priority=True),
        Binding("pageup", "scroll(-1)", "Scroll up", show=False, priority=True),
        Binding("s", "stop", "Stop"),
    ]
    session: Session | None
    live: Live

    def check_action(self: Any, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys that would do nothing now are not offered."""
        if self.session is None or self.live.over:
            return action not in _STEERING
        if not self.session.steered and action != "stop":
            return action not in _STEERING
        pending = self.live.pending
        if action in ("send", "edit", "reject"):
            return pending is not None and pending.kind == "review" and self.app.screen is self
        if action in ("type", "keys", "scroll"):
            return bool(self.acting) and self.app.screen is self
        return True

    @property
    def acting(self) -> bool:
        """Whether what the person does goes to the page."""
        pending = self.live.pending
        hands = self.session is not None and self.session.control.hands
        return hands and pending is not None and pending.kind in ("hand", "review")

    def needed(self: Any, pending: Pending) -> None:
        """The run waits for a yes or an answer: ask at once."""
        control = self.session.control
        if pending.kind == "approve" and pending.action is not None:
            said = (
                f"{describe(pending.action)}\n\nThe guard asks before this is done: {pending.text}"
            )
            asked = Confirm("Allow this action?", said, "Allow", "Refuse")
            self.app.push_screen(asked, lambda yes: control.answer(yes is True))
        elif pending.kind == "ask":
            self.app.push_screen(Question("The agent asks", pending.text), control.answer)

    def _reply(self: Any, said: object) -> None:
        if self.live.pending is not None:
            self.live.pending = None
            self.session.control.answer(said)
            self._state()

    def action_pause(self: Any) -> None:
        control = self.session.control
        control.paused = not control.paused
        if not control.paused and self.live.pending and self.live.pending.kind == "review":
            self._reply(None)
        self._state()

    def action_send(self: Any) -> None:
        """Send this action and stay paused: one step."""
        self._reply(None)

    def action_edit(self: Any) -> None:
        self.app.push_screen(EditAction(self.live.pending.action), answered(self._reply))

    def action_reject(self: Any) -> None:
        def take(hint: str) -> None:
            self._reply(reject(hint))

        asked = Question("Reject this action", "A hint tells the planner what to do instead.")
        self.app.push_screen(asked, answered(take))

    def action_hands(self: Any) -> None:
        """Take over, or hand back: the planner then goes on with what it sees."""
        control = self.session.control
        control.hands = not control.hands
        pending = self.live.pending
        if not control.hands and pending is not None and pending.kind == "hand":
            self._reply(None)
        self._state()

    def _do(self: Any, action: Action) -> None:
        if self.acting:
            self._reply(action)

    def on_picture_clicked(self, message: Picture.Clicked) -> None:
        self._do(Click(target=Target(point=message.point)))

    def action_type(self: Any) -> None:
        def take(text: str) -> None:
            self._do(Type(text=text))

        self.app.push_screen(Question("Type", "It goes to where the focus is."), answered(take))

    def action_keys(self: Any) -> None:
        def take(chord: str) -> None:
            try:
                self._do(Press(keys=tuple(chord.split("+"))))
            except ValidationError as error:
                told = error.errors()[0]["msg"].removeprefix("Value error, ")
                self.notify(told, severity="error", markup=False)

        asked = Question("Press keys", "Such as Enter or Control+a.", "Enter")
        self.app.push_screen(asked, answered(take))

    def action_scroll(self: Any, way: int) -> None:
        self._do(Scroll(dy=way * _PAGE))

    def action_stop(self: Any) -> None:
        self.session.control.stop()
        self.notify("Stopping …")


_STEERING = ("pause", "send", "edit", "reject", "hands", "type", "keys", "scroll", "stop")
