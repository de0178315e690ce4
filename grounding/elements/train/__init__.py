"""Trains the icon model of `grounding/elements/icons`; see docs/icons.md.

    python -m handeye.grounding.elements.train

Needs the dependency group `train` and a network to the npm registry. Prevents: weights that no one
can make again.
"""
