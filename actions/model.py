"""The base of every value that handeye passes around: frozen, and strict about unknown fields."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value. A misspelt field is an error at once, not a silent default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
