"""Comparing runs: paired differences, the Pareto plot, and a gallery of errors in one HTML page.

Prevents: choosing between two grounders by a figure that hides their cost and their errors.
"""
