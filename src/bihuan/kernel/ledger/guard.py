"""Tables that only grow: a trigger that refuses everything else, for every role."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION bihuan_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""


def create_function() -> migrations.RunSQL:
    """Return the operation that creates the trigger function (in the ledger's first migration)."""
    return migrations.RunSQL(FUNCTION, "DROP FUNCTION IF EXISTS bihuan_insert_only()")


def insert_only(table: str) -> migrations.RunSQL:
    """Return the operation that lets ``table`` only grow: UPDATE, DELETE and TRUNCATE fail.

    The migration that uses it depends on ``("ledger", "0001_initial")``, and the
    room names the table in its AppConfig's ``insert_only`` too, so that the
    application's role loses the right as well. A superuser can still switch a
    trigger off: that is what the sealed tree is there to show.
    """
    return migrations.RunSQL(
        f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION bihuan_insert_only()",
        f"DROP TRIGGER IF EXISTS insert_only ON {table}",
    )
