"""`python -m handeye`: the same as `handeye`."""

from handeye.cli import main

main()
