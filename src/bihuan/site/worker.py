"""A job worker: ``python -m bihuan.site.worker``. Any number may run, on any number of machines."""

import os
import sys

import structlog

from bihuan.site import boot


def main() -> int:
    """Work until told to stop; whoever loses the database leaves and is started anew."""
    os.environ.setdefault("BIHUAN_PROCESS", "worker")
    with boot.surroundings():
        import django

        django.setup()
        from procrastinate.contrib.django import app

        from bihuan.site.jobs import put_back_unknown

        put_back_unknown(app)
        if address := os.environ.get("BIHUAN_WATCH", ""):
            from bihuan.site.watchport import open_port

            try:
                open_port(address)
            except OSError as error:  # another worker of this machine has it: work goes on
                structlog.get_logger("bihuan.worker").warning("the port to watch is taken", error=str(error))
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector):
            app.run_worker(concurrency=1, shutdown_graceful_timeout=20, delete_jobs="successful")
    return 0


if __name__ == "__main__":
    sys.exit(main())
