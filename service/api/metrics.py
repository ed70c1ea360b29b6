"""What Prometheus reads: how long answers and their stages take, what waits, how old the bundle is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

__all__ = ["Gauge", "Metrics", "kept_for"]

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Gauge = Callable[[], float | Mapping[str, float] | None]
"""A figure asked for when Prometheus reads: a number, one number a label, or None while unknown."""


def kept_for(seconds: float, read: Gauge) -> Gauge:
    """The figure that `read` gives, read again only after so long: for what takes a look at many rows."""
    kept: list[tuple[float, float | Mapping[str, float] | None]] = []

    def figure() -> float | Mapping[str, float] | None:
        moment = monotonic()
        if not kept or moment >= kept[0][0] + seconds:
            kept[:] = [(moment, read())]
        return kept[0][1]

    return figure


class Metrics:
    """The figures of one application; each has a registry of its own, so that tests and replicas do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "reelmatch_request_seconds",
            "Time to answer a request, by route template.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "reelmatch_stage_seconds",
            "Time of one stage of an answer: authenticate, encode, match, record, ...",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._refused = Counter(
            "reelmatch_refused_total",
            "Requests that were refused before they were looked at: rate, origin, csrf.",
            ("reason",),
            registry=self._registry,
        )
        self._gauges = _Gauges()
        self._registry.register(self._gauges)

    def add_gauge(self, name: str, text: str, read: Gauge, *, label: str = "") -> None:
        """Show the figure `reelmatch_<name>`, read each time; `label` names the keys where it is a mapping."""
        self._gauges.add(f"reelmatch_{name}", text, read, label)

    def request(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def refused(self, reason: str) -> None:
        """Count one refusal."""
        self._refused.labels(reason).inc()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside as the stage `name`."""
        started = perf_counter()
        try:
            yield
        finally:
            self._stages.labels(name).observe(perf_counter() - started)

    def text(self) -> bytes:
        """All figures in the format of Prometheus 0.0.4."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    """Figures that are read, not counted. What cannot be read is left out, and the rest still shown."""

    def __init__(self) -> None:
        self._gauges: list[tuple[str, str, Gauge, str]] = []

    def add(self, name: str, text: str, read: Gauge, label: str) -> None:
        self._gauges.append((name, text, read, label))

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering reads no figure."""
        return ()

    def collect(self) -> Iterator[Metric]:
        for name, text, read, label in self._gauges:
            try:
                value = read()
            except Exception:
                continue
            family = GaugeMetricFamily(name, text, labels=[label] if label else None)
            for key, number in _by_label(value):
                family.add_metric([key] if label else [], number)
            yield family


def _by_label(value: float | Mapping[str, float] | None) -> Iterable[tuple[str, float]]:
    if value is None:
        return ()
    return value.items() if isinstance(value, Mapping) else (("", value),)
