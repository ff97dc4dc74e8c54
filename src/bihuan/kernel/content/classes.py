"""The classes of a value, from shown to all who see the row to shown to nobody yet."""

OPEN = "open"
PERSONAL = "personal"
SENSITIVE = "sensitive"
SEALED = "sealed"

CLASSES = (OPEN, PERSONAL, SENSITIVE, SEALED)

#: Showing one of these in clear is written down.
LOGGED = frozenset({PERSONAL, SENSITIVE, SEALED})
