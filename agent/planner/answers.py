"""From the text that a model wrote to actions, or to the reason why there is none.

Prevents: text of a model that raises, that runs, or that becomes another action than it says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from handeye.actions import Action, ScreenSpace, action_adapter
from handeye.agent.planner.aims import Aim, Unusable
from handeye.agent.planner.moves import AIMED, ENDS, Move, fits
from handeye.grounding import Grounding

_FENCED = re.compile(r"```(?:json)?[^\S\n]*+\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What a model decided; `named` has the elements that it named by number, by their phrase."""

    thought: str
    actions: tuple[Action, ...]
    named: Mapping[str, Grounding]


@dataclass(frozen=True)
class Reader:
    """What an answer is read against: the moves there are, the screen, the result wanted."""

    moves: Mapping[str, Move]
    aim: Aim
    space: ScreenSpace
    output: type[BaseModel] | None = None

    def read(self, text: str) -> Answer:
        """Raises Unusable, and nothing else whatever the text."""
        answered = _object_in(text)
        rows = answered.get("actions", [answered] if "kind" in answered else None)
        if not isinstance(rows, list) or not rows:
            raise Unusable('There is no action in it: "actions" must be a list with at least one.')
        thought = answered.get("thought")
        named: dict[str, Grounding] = {}
        actions = tuple(self._action(row, named) for row in _before_the_end(rows))
        return Answer(thought if isinstance(thought, str) else "", actions, named)

    def _action(self, row: Any, named: dict[str, Grounding]) -> Action:
        name = row.get("kind") if isinstance(row, dict) else None
        move = self.moves.get(name) if isinstance(name, str) else None
        if move is None:
            kinds = ", ".join(self.moves)
            raise Unusable(f"There is no kind {to_json(name).decode()}. The kinds are: {kinds}.")
        fields = {key: value for key, value in row.items() if key != "kind"}
        if set(fields) != set(move.fields):
            wanted = ", ".join(move.fields) or "no other field"
            raise Unusable(f"{move.name!r} needs these fields and no others: {wanted}.")
        for key, value in fields.items():
            if key in AIMED:
                fields[key] = self.aim.read(value, named)
            elif key == "answer":
                fields[key] = self._result(value)
            elif not fits(key, value):
                raise Unusable(f"{key!r} of {name!r} cannot be {to_json(value).decode()}.")
        return _made(move, fields, self.space)

    def _result(self, answer: Any) -> str:
        """The answer as text: as it is, or the JSON of what was asked for."""
        if self.output is None:
            return answer if isinstance(answer, str) else to_json(answer).decode()
        try:
            made = self.output.model_validate(answer)
        except ValidationError as error:
            raise Unusable(f'"answer" does not fit: {_first(error)}.') from error
        return made.model_dump_json(by_alias=True, round_trip=True)


def _object_in(text: str) -> dict[str, Any]:
    """The JSON object in a text: all of it, in a fence, or from the first brace to the last."""
    fenced = _FENCED.search(text)
    inner = fenced[1] if fenced else text[text.find("{") : text.rfind("}") + 1]
    for candidate in (text, inner):
        try:
            found = from_json(candidate, allow_inf_nan=False)
        except ValueError as error:
            problem = str(error)
            continue
        if isinstance(found, dict):
            return found
        problem = "it is no object"
    problem = problem if "{" in text else "no “{” is in it"
    raise Unusable(f"It is no JSON object: {problem}.")


def _before_the_end(rows: list[Any]) -> list[Any]:
    """What comes before a move that ends the run, if anything does.

    Nobody knows that a task is done before seeing what the last action did.
    """
    kinds = [row.get("kind") if isinstance(row, dict) else None for row in rows]
    end = next((place for place, kind in enumerate(kinds) if kind in ENDS), len(rows))
    if end == 0 and len(rows) > 1:
        raise Unusable(f"{kinds[0]!r} must be the only action.")
    return rows[:end] or rows


def _made(move: Move, fields: dict[str, Any], space: ScreenSpace) -> Action:
    try:
        return action_adapter.validate_python({"kind": move.kind, **move.make(fields, space)})
    except ValidationError as error:
        raise Unusable(f"{move.name!r} cannot be used: {_first(error)}.") from error
    except ValueError as error:
        raise Unusable(f"{move.name!r} cannot be used: {error}.") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"][-2:])
    return f"{place}: {first['msg']}" if place else str(first["msg"])
