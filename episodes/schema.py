"""The JSON Schema of the format, from the models that read and write it.

`handeye episodes schema` prints it; docs/episode.schema.json is that text, and a test compares
them. Prevents: a description of the format that the code does not follow.
"""

from typing import Any

from pydantic.json_schema import models_json_schema

from handeye.envs import Element
from handeye.episodes.envelope import SCHEMA, Envelope, Meta


def json_schema() -> dict[str, Any]:
    """One schema: the document is a line of episode.jsonl; `$defs` has Meta and Element too."""
    models = [(model, "validation") for model in (Envelope, Meta, Element)]
    _, schema = models_json_schema(models, by_alias=True)  # type: ignore[arg-type]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A line of a handeye episode, schema {SCHEMA}",
        "$ref": "#/$defs/Envelope",
        **schema,
    }
