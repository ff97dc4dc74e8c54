"""Administration: places, units, people, calendars, limits and the ledger, one folder a subject.

Inside each folder: ``selectors`` (reads), ``forms``, ``pages`` and ``api`` (thin doors). What is
written is written by the kernel's rooms; here stands only what people need to do it well.
"""
