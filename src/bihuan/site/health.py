"""For those who watch: ``/healthz`` (this process lives), ``/readyz`` (it can serve), ``/metrics`` (how it goes)."""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from bihuan.kernel.store.reading import alias
from bihuan.site import metrics, prepare

_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as this process does."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is there and of this version or a later one, else 503 and why."""
    try:
        with connections[alias("read")].cursor() as cursor:
            served = prepare.serves(cursor)
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    if not served:
        return JsonResponse({"ready": False, "database": "another version"}, status=503)
    return JsonResponse({"ready": True})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Return Prometheus figures to whoever brings the token; nothing is said to anybody else."""
    if not _may_watch(request):
        return HttpResponse(status=404)
    answer = HttpResponse(metrics.exposition(), content_type=_EXPOSITION)
    answer["Cache-Control"] = "no-store"
    return answer


def _may_watch(request: HttpRequest) -> bool:
    """With a token its bearer; without one only this machine, where the site serves nobody else."""
    if token := settings.BIHUAN_METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    return settings.LOOPBACK and request.META.get("REMOTE_ADDR", "") in {"127.0.0.1", "::1", ""}


def figures_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer ``/metrics`` before sessions and posts are looked at: its bearer token is no token of a post."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path != "/metrics":
            return get_response(request)
        request.get_host()  # as for every page: a name that is not ours is refused
        return figures(request)

    return handle


for _view in (healthz, readyz, figures):
    _view.permit = "anyone"  # type: ignore[attr-defined]
