"""The application for WSGI servers; pages are synchronous, so this is the one that serves."""

import gc
import os

from bihuan.site import boot

os.environ.setdefault("BIHUAN_PROCESS", "web")
boot.enter()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - settings read what was prepared above
from django.urls import get_resolver  # noqa: E402

application = get_wsgi_application()
_ = get_resolver().url_patterns  # pages are loaded now, not by whoever comes first

# What was loaded stays: looking through all of it again and again for garbage costs every request, and
# some of them a tenth of a second. What requests leave behind is looked through less often, too.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
