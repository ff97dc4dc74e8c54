"""The API: everything the pages do, one router a room and one a line, errors as problem+json."""
