"""While a cluster is upgraded both versions are at work on one database: neither must step aside or spoil."""

import json

import pytest
from django.db import connection
from procrastinate import tasks
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from bihuan.site import prepare
from bihuan.site.jobs import put_back_unknown

pytestmark = pytest.mark.django_db


def ready(client) -> tuple[int, dict[str, object]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


def state(version: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE django_migrations IS '{version}'")


def test_a_site_is_ready_on_its_own_schema_and_on_a_later_one(client):
    with connection.cursor() as cursor:
        for version in (f"bihuan {prepare.fingerprint()}", "bihuan of a later version"):
            state(version)
            assert ready(client) == (200, {"ready": True})
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('flow', '9999_later', now())"
        )
        assert ready(client) == (200, {"ready": True})


def test_a_site_is_not_ready_before_its_migrations_are_done(client):
    state("bihuan of an earlier version")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'flow' AND name LIKE '0004%'")
    assert ready(client) == (503, {"ready": False, "database": "another version"})


def test_a_job_nobody_here_knows_is_put_back(monkeypatch):
    known = dict(app.tasks)
    monkeypatch.setattr(app, "tasks", known)
    put_back_unknown(app)
    assert app.tasks.get("clock.sweep") is known["clock.sweep"]
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="of.the.next.version")
    waits = app.tasks.get(job.task_name)
    assert isinstance(waits, tasks.Task)
    with pytest.raises(NotImplementedError) as raised:
        waits.func(anything=1)
    assert waits.get_retry_exception(exception=raised.value, job=job) is not None
