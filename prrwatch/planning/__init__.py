"""When each source is to be looked at next, so that relevant items are found as early as the budget of requests allows.

See docs/planning.md.
"""
