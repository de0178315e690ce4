"""Benchmarks of whole tasks: play them in worker processes, keep every result, report."""

from handeye.agent.bench.results import BenchResults, Played, Results, load_results

__all__ = ["BenchResults", "Played", "Results", "load_results"]
