"""The terminal interface: travel through recordings, watch and steer runs, try grounding.

Only here is textual imported, and nothing below imports this. Prevents: a core that needs a
terminal, and a run that dies with the screen that shows it.
"""
