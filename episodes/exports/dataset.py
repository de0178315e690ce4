"""A recording as a Hugging Face dataset: parquet files with the images in them.

`grounding`: a screen, a phrase, and the box that answers it, in the prompt that Phi-4 was trained
with. `sequences`: records over several screens, see sequences.py. Prevents: training data whose
pictures lie somewhere else.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handeye.actions import targets
from handeye.actions.geometry import box_to_relative
from handeye.episodes.exports.sequences import sequences
from handeye.episodes.exports.steps import deeds, frame_of
from handeye.episodes.reader import Episode
from handeye.grounding.phi4.grounder import QUESTION

if TYPE_CHECKING:
    import pyarrow as pa

_CARD = """---
configs:
- config_name: grounding
  data_files: grounding.parquet
- config_name: sequences
  data_files: sequences.parquet
---
# {title}

Made by handeye from the recording `{id}`.

- `grounding`: {grounding} rows. `prompt` and `answer` are in the form that
  Phi-4-reasoning-vision was trained with; `bbox` is relative, 0 to 1.
- `sequences`: {sequences} rows. `kind` is `what_changed`, `order` or `caption`; `<image>`
  stands for the images in order.
"""


def write_dataset(episode: Episode, out: Path) -> None:
    """Raises ImportError where pyarrow is not installed."""
    import pyarrow.parquet as parquet

    pairs, records = list(grounding_pairs(episode)), list(sequences(episode))
    out.mkdir(parents=True)
    parquet.write_table(_table(pairs, _grounding_schema()), out / "grounding.parquet")
    parquet.write_table(_table(records, _sequence_schema()), out / "sequences.parquet")
    task = episode.started.task if episode.started else ""
    card = _CARD.format(
        title=task or episode.id, id=episode.id, grounding=len(pairs), sequences=len(records)
    )
    (out / "README.md").write_text(card, encoding="utf-8")


def grounding_pairs(episode: Episode) -> Iterator[dict[str, Any]]:
    """A row for each target that had a phrase and an element."""
    for deed in deeds(episode):
        shot = frame_of(episode, deed.observed)
        pairs = zip(targets(deed.action), deed.intent.elements, strict=False)
        for target, element in pairs:
            if element is None:
                continue
            phrase = target.phrase or f"{element.name} {element.role}".strip()
            box = box_to_relative(element.box, shot.space.size)
            corners = [min(max(edge, 0.0), 1.0) for edge in (box.x1, box.y1, box.x2, box.y2)]
            yield {
                "image": {"bytes": shot.data, "path": None},
                "phrase": phrase,
                "prompt": "<image>\n" + QUESTION.replace("{phrase}", phrase),
                "answer": "[" + ", ".join(f"{edge:.4f}" for edge in corners) + "]",
                "bbox": corners,
                "episode": episode.id,
                "step": deed.step.index,
            }


def _table(rows: list[dict[str, Any]], schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=schema)


def _image_type() -> "pa.DataType":
    import pyarrow as pa

    return pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def _grounding_schema() -> "pa.Schema":
    import pyarrow as pa

    fields = [
        ("image", _image_type()), ("phrase", pa.string()), ("prompt", pa.string()),
        ("answer", pa.string()), ("bbox", pa.list_(pa.float64())), ("episode", pa.string()),
        ("step", pa.int64()),
    ]  # fmt: skip
    features = {"image": {"_type": "Image"}, "bbox": _list_of("float64")}
    return _described(pa.schema(fields), features)


def _sequence_schema() -> "pa.Schema":
    import pyarrow as pa

    fields = [
        ("kind", pa.string()), ("images", pa.list_(_image_type())), ("prompt", pa.string()),
        ("answer", pa.string()), ("episode", pa.string()), ("step", pa.int64()),
    ]  # fmt: skip
    images = {"feature": {"_type": "Image"}, "_type": "Sequence"}
    return _described(pa.schema(fields), {"images": images})


def _list_of(kind: str) -> dict[str, Any]:
    return {"feature": {"dtype": kind, "_type": "Value"}, "_type": "Sequence"}


def _described(schema: "pa.Schema", special: dict[str, Any]) -> "pa.Schema":
    """The schema with the features that the library `datasets` reads from its metadata."""
    features = {
        field.name: special.get(field.name, {"dtype": str(field.type), "_type": "Value"})
        for field in schema
    }
    told = json.dumps({"info": {"features": features}})
    return schema.with_metadata({"huggingface": told})
