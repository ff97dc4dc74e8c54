"""Writing who people are: the doors of this room, one file a subject."""

from bihuan.kernel.identity.actions.divisions import (
    DivisionReport,
    Fault,
    import_divisions,
    read_division_table,
)
from bihuan.kernel.identity.actions.links import enter_by_link, issue_link, note_link, revoke_link
from bihuan.kernel.identity.actions.organisations import (
    amend_organisation,
    checked_uscc,
    create_organisation,
)
from bihuan.kernel.identity.actions.posts import (
    appoint,
    close_user,
    create_user,
    delegate,
    end_delegation,
    end_post,
    set_password,
    sync_roles,
)
from bihuan.kernel.identity.actions.tokens import (
    issue_token,
    note_bad_token,
    note_login,
    note_token_use,
    revoke_token,
)
from bihuan.kernel.identity.actions.tree import add_division, amend_division, end_division

__all__ = [
    "DivisionReport",
    "Fault",
    "add_division",
    "amend_division",
    "amend_organisation",
    "appoint",
    "checked_uscc",
    "close_user",
    "create_organisation",
    "create_user",
    "delegate",
    "end_delegation",
    "end_division",
    "end_post",
    "enter_by_link",
    "import_divisions",
    "issue_link",
    "issue_token",
    "note_bad_token",
    "note_link",
    "note_login",
    "note_token_use",
    "read_division_table",
    "revoke_link",
    "revoke_token",
    "set_password",
    "sync_roles",
]
