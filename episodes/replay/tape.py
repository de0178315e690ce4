"""The recording of a replay: an episode like any other, without the secrets that were filled in.

Prevents: a replay whose recording tells the password that the first recording left out.
"""

from collections.abc import Mapping, Sequence

from handeye.actions import Action, targets
from handeye.envs import Env, Observation, Outcome
from handeye.envs.redact import Redactor
from handeye.episodes.events import Grounded, Intent, Judged, Planned, RunStarted
from handeye.episodes.reader import Episode
from handeye.episodes.replay.divergence import Divergence
from handeye.episodes.replay.heal import Healed
from handeye.episodes.replay.refind import Found, Lost
from handeye.episodes.result import RunResult, Verdict
from handeye.episodes.writer import EpisodeWriter, end_run
from handeye.grounding import Grounding

Places = Sequence[Found | Lost]


class Tape:
    """Writes to `writer`; to nowhere where there is none. All methods raise RecordingError."""

    def __init__(
        self,
        writer: EpisodeWriter | None,
        secrets: Mapping[str, str],
        started: RunStarted | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._writer = writer
        self._settings = settings or {}
        self._started = started
        self._redactor = Redactor(secrets)

    def begin(self, episode: Episode, env: Env, url: str, values: Mapping[str, str]) -> None:
        if self._writer is None:
            return
        env.save_downloads_to(self._writer.downloads)
        if self._started is not None:
            self._writer.emit(self._started)
            return
        started = episode.started
        recorded = started.parameters if started else {}
        self._writer.emit(
            RunStarted(
                task=started.task if started else "",
                url=url or (started.url if started else ""),
                env=env.name,
                planner="replay",
                grounder="replay",
                settings={**self._settings, "replay_of": episode.id},
                parameters={name: values.get(name, value) for name, value in recorded.items()},
                secrets=started.secrets if started else (),
            )
        )

    def look(
        self, step: int, seen: Observation, action: Action, places: Places, divergence: Divergence
    ) -> None:
        """What was on the screen, what is to be done there, and where it was found."""
        if self._writer is None:
            return
        self._writer.emit(self._writer.observed(step, self._redactor.observation(seen)))
        self._writer.emit(Planned(step=step, action=self._redactor.value(action)))
        for target, place in zip(targets(action), places, strict=False):
            answer = _grounding(str(target), place, 1.0 - divergence.score)
            self._writer.emit(Grounded(step=step, grounding=self._redactor.value(answer)))

    def repaired(self, step: int, seen: Observation, healed: Healed) -> None:
        """The same for a step that a model has repaired."""
        if self._writer is None:
            return
        self._writer.emit(self._writer.observed(step, self._redactor.observation(seen)))
        action, told = self._redactor.value(healed.action), healed.thought
        self._writer.emit(Planned(step=step, thought=told, action=action, calls=healed.calls))
        for grounding in healed.groundings:
            self._writer.emit(Grounded(step=step, grounding=self._redactor.value(grounding)))

    def judged(self, step: int, verdict: Verdict) -> None:
        if self._writer is not None:
            self._writer.emit(Judged(step=step, verdict=self._redactor.value(verdict)))

    def intent(self, intent: Intent) -> None:
        if self._writer is not None:
            self._writer.emit(self._redactor.value(intent))

    def acted(self, step: int, outcome: Outcome) -> None:
        if self._writer is not None:
            self._writer.emit(self._writer.acted(step, self.cleaned(outcome)))

    def clean(self, action: Action) -> Action:
        """The action as others may see it: secrets by name."""
        return self._redactor.value(action)

    def cleaned(self, outcome: Outcome) -> Outcome:
        return outcome.model_copy(update={"sent": self.clean(outcome.sent)})

    def end(self, result: RunResult) -> RunResult:
        """Record how the replay ended; what cannot be recorded becomes the result."""
        return result if self._writer is None else end_run(self._writer, result)


def _grounding(phrase: str, place: Found | Lost, confidence: float) -> Grounding:
    if isinstance(place, Lost):
        reason = f"{place.looked_for}: {place.reason}"
        return Grounding(phrase=phrase, status="missing", reason=reason)
    return Grounding(
        phrase=phrase,
        status="found",
        point=place.point,
        box=place.box,
        confidence=confidence,
        element=place.element,
    )
