"""The default grounder: elements by name, role, order, relation, place and state; OCR elsewhere."""

from handeye.grounding.elements.grounder import ElementsGrounder, candidates, rank

__all__ = ["ElementsGrounder", "candidates", "rank"]
