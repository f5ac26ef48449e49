"""Delivery: the only home of apprise. Takes a message, gives a delivery result."""
