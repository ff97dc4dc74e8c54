"""What the application's login may do: read and write rows, but never change what is only ever added to.

Each room names the tables of its history in ``insert_only`` of its app configuration.
The owner's login, which migrates, is used by nothing that serves.
"""

from django.apps import apps
from django.db import connection
from psycopg import sql


def insert_only_tables() -> list[str]:
    """Return the tables into which the application may only INSERT."""
    return sorted(table for config in apps.get_app_configs() for table in getattr(config, "insert_only", ()))


def grant(role: str) -> None:
    """Grant ``role`` what the application needs, and take back what it must not have. Safe to repeat."""
    name = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(name),
    ]
    revoke = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}")
    statements += [revoke.format(sql.Identifier(table), name) for table in insert_only_tables()]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.as_string(cursor.connection))


def excess() -> list[str]:
    """Return what the present login could do to tables of the history and should not be able to."""
    query = (
        "SELECT has_table_privilege(%s, 'UPDATE') OR has_table_privilege(%s, 'DELETE')"
        " OR has_table_privilege(%s, 'TRUNCATE')"
    )
    found = []
    with connection.cursor() as cursor:
        for table in insert_only_tables():
            cursor.execute(query, [table, table, table])
            if cursor.fetchone()[0]:
                found.append(table)
    return found
