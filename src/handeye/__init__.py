"""handeye: a computer-use agent that sees, acts, records, replays and measures itself."""
