"""Figures for Prometheus. Every process of a machine counts in a file of its own; ``/metrics`` adds them up.

The files lie in PROMETHEUS_MULTIPROC_DIR, which :mod:`bihuan.site.boot` sets for whatever serves; without
it (tests, commands) a process counts for itself. Labels are routes, tasks, kinds and moves: never an address,
a code or a name.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import Error
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from bihuan.site import vitals

_own = CollectorRegistry()

_QUICK = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 15)
_LONG = (0.05, 0.25, 1, 5, 15, 60, 300, 1800)

REQUESTS = Counter(
    "bihuan_requests", "Requests answered.", ("route", "method", "status"), registry=_own
)  # fmt: skip
REQUEST_SECONDS = Histogram(
    "bihuan_request_seconds", "Time until the answer.", ("route",), registry=_own, buckets=_QUICK
)
JOBS = Counter("bihuan_jobs", "Jobs run, by how they ended.", ("task", "outcome"), registry=_own)
JOB_SECONDS = Histogram("bihuan_job_seconds", "Time a job took.", ("task",), registry=_own, buckets=_LONG)
OPENED = Counter("bihuan_matters_opened", "Matters opened.", ("kind",), registry=_own)
MOVED = Counter("bihuan_matters_moved", "Moves made.", ("kind", "move"), registry=_own)

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_FILE = re.compile(r"_(\d+)\.db\Z")


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request. ``route`` is the pattern that led to a page, "" when none did."""
    asked = method if method in _METHODS else "other"
    REQUESTS.labels(route or "none", asked, str(status)).inc()
    REQUEST_SECONDS.labels(route or "none").observe(seconds)


def happened(event: str, facts: dict[str, Any]) -> None:
    """Count what the kernel tells those who watch."""
    if event == "job":
        JOBS.labels(facts["task"], facts["outcome"]).inc()
        JOB_SECONDS.labels(facts["task"]).observe(facts["seconds"])
    elif event == "opened":
        OPENED.labels(facts["kind"]).inc(facts["count"])
    elif event == "moved":
        MOVED.labels(facts["kind"], facts["move"]).inc(facts["count"])


def exposition() -> bytes:
    """Return all figures as Prometheus reads them: of all processes here, and of the database."""
    registry = CollectorRegistry()
    registry.register(_House())
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(_own)


def forget_the_dead(folder: Path) -> None:
    """Remove the files of processes that are gone; before a start, as while serving their counts still belong."""
    for file in folder.glob("*.db"):
        found = _FILE.search(file.name)
        if found and not psutil.pid_exists(int(found[1])):
            with suppress(FileNotFoundError):
                file.unlink()


class _House(Collector):
    """What is asked at the moment of reading: the same whichever process answers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures; without a database only those that need none."""
        info = GaugeMetricFamily("bihuan_info", "The version that runs.", labels=["version"])
        info.add_metric([version("bihuan")], 1)
        yield info
        with suppress(OSError):
            free = shutil.disk_usage(settings.STATE_DIR).free
            yield GaugeMetricFamily("bihuan_disk_free_bytes", "Free where the state folder lies.", free)
        try:
            found = vitals.look()
        except Error:
            yield GaugeMetricFamily("bihuan_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("bihuan_database_up", "Whether the database answers.", 1)
        yield from _gauges(found)


def _gauges(found: vitals.Vitals) -> Iterator[GaugeMetricFamily]:
    queue = GaugeMetricFamily("bihuan_queue_jobs", "Jobs in the queue.", labels=["state"])
    for state, count in (
        ("waiting", found.waiting),
        ("running", found.running),
        ("given_up", found.given_up),
    ):
        queue.add_metric([state], count)
    yield queue
    yield GaugeMetricFamily("bihuan_queue_oldest_seconds", "Age of the oldest job due.", found.oldest)
    yield GaugeMetricFamily("bihuan_workers", "Job workers alive, on all machines.", found.workers)
    yield GaugeMetricFamily(
        "bihuan_sweep_late_seconds", "Age of the oldest reminder not raised.", found.sweep_late
    )
    connections = GaugeMetricFamily(
        "bihuan_database_connections", "Connections to our database.", labels=["state"]
    )
    for state, count in sorted(found.connections.items()):
        connections.add_metric([state], count)
    yield connections
    yield GaugeMetricFamily(
        "bihuan_database_connections_most", "Connections the server allows.", found.connections_most
    )
