"""Episodes: what happened, on disk, one event a line, readable after any crash."""
