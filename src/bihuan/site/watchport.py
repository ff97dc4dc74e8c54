"""A port of its own for a machine that only works: ``/healthz``, ``/readyz`` and ``/metrics``, nothing else.

Opened by ``BIHUAN_WATCH=127.0.0.1:9101``. Who may read figures is as on the site: the bearer of the token, or
without one this machine alone.
"""

import threading
from collections.abc import Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpResponse

from bihuan.kernel.errors import BadInput
from bihuan.site import health
from bihuan.site.wording import _

_VIEWS = {"/healthz": health.healthz, "/readyz": health.readyz, "/metrics": health.figures}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 10  # seconds a client may keep a thread

    def log_message(self, *said: Any) -> None:
        """Say nothing: who watches asks every few seconds."""


def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer one of the three addresses; 404 for any other."""
    view = _VIEWS.get(environ.get("PATH_INFO", ""))
    try:
        answer = view(WSGIRequest(environ)) if view else HttpResponse(status=404)
    except DisallowedHost:
        answer = HttpResponse(status=400)
    finally:
        connections.close_all()  # this thread's
    start(f"{answer.status_code} {HTTPStatus(answer.status_code).phrase}", list(answer.items()))
    return [answer.content]


def open_port(address: str) -> WSGIServer:
    """Serve on ``host:port`` until the process ends. BadInput for what is no address."""
    host, _colon, port = address.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise BadInput(_("BIHUAN_WATCH must be like 127.0.0.1:9101."), where="BIHUAN_WATCH")
    server = make_server(host or "127.0.0.1", int(port), application, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, name="watch", daemon=True).start()
    return server
