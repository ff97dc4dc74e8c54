"""For those who watch the machine: ``/healthz`` (this process lives), ``/readyz`` (it can serve)."""

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from bihuan.kernel.store.reading import alias
from bihuan.site.prepare import fingerprint

_EXPECTED = f"bihuan {fingerprint()}"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as this process does."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is there and of this version, else 503 and why."""
    try:
        with connections[alias("read")].cursor() as cursor:
            cursor.execute("SELECT obj_description(to_regclass('public.django_migrations'))")
            schema = cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    if schema is None or schema[0] != _EXPECTED:
        return JsonResponse({"ready": False, "database": "another version"}, status=503)
    return JsonResponse({"ready": True})


for _view in (healthz, readyz):
    _view.permit = "anyone"  # type: ignore[attr-defined]
