"""What a monitoring system reads from us: Prometheus' text format on loopback, `http://127.0.0.1:<port>/metrics`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Gauge, start_http_server

from prrwatch.errors import OperatorError, Problem
from scheduler.gauges import Reading

_HELP = {
    "backlog": ("prrwatch_backlog_documents", "Documents that wait to be judged."),
    "waiting": ("prrwatch_outbox_waiting", "Messages that wait to be sent."),
    "dead": ("prrwatch_outbox_dead", "Messages that were given up."),
    "oldest_waiting": ("prrwatch_outbox_oldest_seconds", "How long the oldest message that is due has waited."),
    "lag": ("prrwatch_lag_seconds", "How late the latest source is."),
    "running": ("prrwatch_passes_running", "Passes under way."),
    "failing": ("prrwatch_sources_failing", "Sources whose last pass failed."),
    "recycled": ("prrwatch_worker_recycled", "Times the crawl worker was replaced since the start."),
    "worker_bytes": ("prrwatch_worker_resident_bytes", "Memory of the crawl worker."),
}


class Metrics:
    """The gauges, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._gauges = {key: Gauge(name, text, registry=self.registry) for key, (name, text) in _HELP.items()}
        self._pulses = Gauge(
            "prrwatch_last_pulse_timestamp_seconds",
            "When the walk was last complete, the heartbeat answered, the canary arrived.",
            ["kind"],
            registry=self.registry,
        )

    def show(self, reading: Reading) -> None:
        """Set every gauge."""
        for key, gauge in self._gauges.items():
            gauge.set(getattr(reading, key))
        for kind, at in reading.pulses.items():
            self._pulses.labels(kind=kind).set(at)


@contextmanager
def served(port: int) -> Iterator[Metrics]:
    """Metrics at this port of 127.0.0.1, and nowhere else. Raises `OperatorError` when it is taken."""
    metrics = Metrics()
    try:
        server, thread = start_http_server(port, "127.0.0.1", metrics.registry)
    except OSError as error:
        problem = Problem("", "operations.metrics_port", f"port {port} cannot be listened on: {error.strerror}")
        raise OperatorError([problem]) from error
    try:
        yield metrics
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
