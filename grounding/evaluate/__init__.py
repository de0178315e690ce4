"""Measuring grounders on public benchmarks: data sets, scores, runs that resume, comparisons.

Importing this package loads no data and no model. What a run writes is described in
docs/evaluate.md. Prevents: scores that nobody can make again, or that cannot be compared with
published ones.
"""
