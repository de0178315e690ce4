"""One question and its answer, in the shape of the official result files.

Those hold {"details": [one of these each], "metrics": {…}}; the fields up to `correctness` are the
official ones. Source: eval_screenspot_pro.py of likaixin2000/ScreenSpot-Pro-GUI-Grounding.
Prevents: results that the official scripts cannot read, and official results that ours cannot.
"""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from handeye.actions import Box, Point, Value
from handeye.grounding.calls import ModelCall
from handeye.grounding.evaluate.items import (
    AbsentTarget,
    BoxTarget,
    Item,
    Target,
)

Correctness = Literal["correct", "wrong", "wrong_format"]
Corners = tuple[float, float, float, float]


class Detail(Value):
    """What was asked, what came, and whether that is right. Positions are pixels of the image.

    wrong_format: no point came where one was wanted. That is what official files call it when a
    grounder finds nothing, is torn between several things, or cannot be read; `reason` says which.

    Beyond the official fields: `target` where it is no box, all `points` where there are several,
    the predicted box, `seconds` from the question to the answer, and the calls of models with
    their tokens. An official file's own further fields are kept.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="allow")

    id: str
    img_path: str = ""
    group: str | None = None
    platform: str | None = None
    application: str | None = None
    lang: str | None = "en"
    instruction_style: str | None = "instruction"
    prompt_to_evaluate: str = ""
    gt_type: str | None = "positive"
    ui_type: str | None = None
    task_filename: str | None = None
    pred: tuple[float, float] | None = None
    raw_response: Any = ""
    bbox: Corners | None = None
    correctness: Correctness = "wrong_format"

    target: Target | None = None
    img_size: tuple[int, int] | None = None
    pred_bbox: Corners | None = None
    points: tuple[tuple[float, float], ...] = ()
    absent: bool = False
    choice: int | None = None
    reason: str = ""
    seconds: float | None = None
    calls: tuple[ModelCall, ...] = ()

    @property
    def goal(self) -> Target:
        """The target, also where the file has only the official fields."""
        if self.target is not None:
            return self.target
        return BoxTarget(box=box_of(self.bbox)) if self.bbox else AbsentTarget()

    @property
    def answered(self) -> tuple[Point, ...]:
        """The points that came, in order."""
        pairs = self.points or ((self.pred,) if self.pred else ())
        return tuple(Point(x=x, y=y) for x, y in pairs)

    @property
    def output_tokens(self) -> int | None:
        """Of all calls together; None where no model was asked."""
        return sum(call.usage.completion_tokens for call in self.calls) if self.calls else None


def box_of(corners: Corners) -> Box:
    """Corners in either order, as some annotations have them."""
    x1, y1, x2, y2 = corners
    return Box(x1=min(x1, x2), y1=min(y1, y2), x2=max(x1, x2), y2=max(y1, y2))


def corners_of(box: Box | None) -> Corners | None:
    return (box.x1, box.y1, box.x2, box.y2) if box else None


def unanswered(item: Item) -> Detail:
    """The detail of an item before there is an answer."""
    target = item.target
    box = target.box if isinstance(target, BoxTarget) else None
    return Detail(
        id=item.id,
        img_path=str(item.image),
        group=item.group,
        platform=item.platform,
        application=item.application,
        prompt_to_evaluate=item.instruction,
        gt_type="negative" if isinstance(target, AbsentTarget) else "positive",
        ui_type=item.ui_type,
        task_filename=item.split,
        bbox=corners_of(box),
        target=None if box else target,
    )
