"""The application for WSGI servers; pages are synchronous, so this is the one that serves."""

import os

from bihuan.site import boot

os.environ.setdefault("BIHUAN_PROCESS", "web")
boot.enter()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - settings read what was prepared above
from django.urls import get_resolver  # noqa: E402

application = get_wsgi_application()
_ = get_resolver().url_patterns  # pages are loaded now, not by whoever comes first
