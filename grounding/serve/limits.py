"""How much one client may ask for.

Prevents: a request that takes all memory, or the model for hours.
"""

from pydantic import Field

from handeye.actions import Value


class Limits(Value):
    """What a request may be at most.

    body: bytes of the request. images, pixels: of one request, all images together. tokens: of
    the answer; `usual_tokens` is what it may have when the request names no number. waiting:
    requests that wait while the model is busy.
    """

    body: int = Field(default=64_000_000, gt=0)
    images: int = Field(default=16, ge=0)
    pixels: int = Field(default=100_000_000, gt=0)
    tokens: int = Field(default=16_384, gt=0)
    usual_tokens: int = Field(default=4_096, gt=0)
    waiting: int = Field(default=16, ge=0)
