"""The pure core: records, readers of our own files, every decision. No network, no database, no clock, no logging."""

__version__ = "0.1.0"
