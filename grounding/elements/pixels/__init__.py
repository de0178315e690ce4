"""What can be named on a screen of which there are only pixels."""

from handeye.grounding.elements.pixels.build import ROLE
from handeye.grounding.elements.pixels.parse import Parsed, parse, parsed

__all__ = ["ROLE", "Parsed", "parse", "parsed"]
