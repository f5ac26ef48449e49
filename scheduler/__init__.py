"""Composition: what runs when, by clock or by hand. The only home of APScheduler and click."""
