"""The base of every value that handeye passes around: frozen, and strict about what it takes."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value. A misspelt field is an error at once, not a silent default.

    Infinity and NaN are refused: JSON has no words for them, so they would not come back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)
