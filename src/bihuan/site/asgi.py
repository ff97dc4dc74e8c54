"""The application for ASGI servers."""

import os

from bihuan.site import boot

os.environ.setdefault("BIHUAN_PROCESS", "web")
boot.enter()

from django.core.asgi import get_asgi_application  # noqa: E402 - settings read what was prepared above
from django.urls import get_resolver  # noqa: E402

application = get_asgi_application()
_ = get_resolver().url_patterns  # pages are loaded now, not by whoever comes first
