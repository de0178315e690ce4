"""OpenTelemetry spans of runs, for the endpoint that the user has set; without one, nothing."""

from handeye.agent.telemetry.sending import endpoint, together, traced

__all__ = ["endpoint", "together", "traced"]
