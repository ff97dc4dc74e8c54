"""What those who are scored are called, and where their own pages are."""

from collections.abc import Sequence

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.registers import registry
from bihuan.kernel.store.sql import run

#: The register whose rows matters of projects are about.
PROJECTS = "projects"

_POSTS = """
SELECT p.id, u.name || '（' || coalesce(nullif(o.short_name, ''), o.name) || '）' FROM identity_post p
JOIN identity_user u ON u.id = p.user_id JOIN identity_organisation o ON o.id = p.organisation_id
WHERE p.id = ANY(%s)
"""


def names(subjects: str, ids: Sequence[int]) -> dict[int, str]:
    """Return the names of units, posts or projects."""
    if subjects == "unit":
        return names_of(list(ids))
    if subjects == "post":
        return dict(run(_POSTS, (list(ids),)))
    return project_names(ids)


def project_names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of projects; {} where no line keeps that register."""
    try:
        table = registry.find(PROJECTS).table
    except NotFound:
        return {}
    return dict(run(f"SELECT id, name FROM {table} WHERE id = ANY(%s)", (list(ids),)))  # noqa: S608 - a declared table
