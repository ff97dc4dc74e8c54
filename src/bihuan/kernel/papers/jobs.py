"""What papers leave to the background."""

from bihuan.kernel.jobs import task
from bihuan.kernel.papers import bundles


@task("papers.bundle")
def write_bundle(bundle: int) -> None:
    """Write many papers as one PDF."""
    bundles.write(bundle)
