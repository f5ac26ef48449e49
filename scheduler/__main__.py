"""`python -m scheduler`: the command line, where the console script is not on the path."""

from scheduler.cli import main

main()
