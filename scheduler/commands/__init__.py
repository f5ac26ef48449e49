"""One module a command; each has `command`. Heavy imports stand in the bodies."""
