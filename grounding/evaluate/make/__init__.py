"""Data sets of your own: pages rendered in the browser, boxes from what the page says of itself.

Prevents: grounders that are measured only on screens that somebody else chose years ago.
"""
