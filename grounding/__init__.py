"""Grounding: from a phrase and a screen to a box and a point in screenshot pixels."""

from handeye.grounding.types import Candidate, Grounder, Grounding

__all__ = ["Candidate", "Grounder", "Grounding"]
