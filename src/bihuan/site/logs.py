"""Structured logs: one JSON line an event on standard error (plain words on a terminal).

Personal data and keys stay out: what the database says of a row's contents, phone and ID numbers, and
addresses that are keys are struck out of every line, whoever wrote it.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

#: What no line may keep, and what stands in its place: (pattern, replacement).
_STRUCK = (
    # Addresses that are keys: links without an account, calendars.
    (re.compile(r"(/l/|/calendar/)[^/\s\"'?]+"), r"\1…"),
    # Words of a row, as the database quotes them in its errors.
    (
        re.compile(
            r"(DETAIL: ).*?(?=\n(?:HINT|CONTEXT|QUERY|STATEMENT|LINE|Traceback|The above|During)\b|\n\s*\n|\Z)",
            re.DOTALL,
        ),
        r"\1…",
    ),
    (re.compile(r"(invalid input syntax for type [\w ]+: ).*"), r"\1…"),
    (re.compile(r"(?<![\w-])(?:\+?86[- ]?)?1[3-9]\d{9}(?!\w)"), "…"),  # a mobile number
    (re.compile(r"(?<![\w-])\d{17}[\dXx](?!\w)"), "…"),  # an ID number
)


#: What every one of them needs; most lines have none of it and are looked through once, not five times.
_SUSPECT = re.compile(r"/l/|/calendar/|DETAIL: |invalid input|\d{11}")


def struck(text: str) -> str:
    """Return a text as a log may keep it."""
    if not _SUSPECT.search(text):
        return text
    for pattern, instead in _STRUCK:
        text = pattern.sub(instead, text)
    return text


def _strike(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = struck(value)
        elif value is not None and not isinstance(value, (bool, int, float)):
            event[name] = struck(repr(value))
    return event


def configuration(*, debug: bool = False, quiet: bool = False) -> dict[str, Any]:
    """Return Django's LOGGING; sets structlog up to write through it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # No line of ours says where in the code, in which thread or process it was written, so nobody finds that out.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # the switch the standard library's documents name for it
    # Whoever sits before a terminal reads what the command says; a line an event would bury it.
    level = "DEBUG" if debug else "WARNING" if quiet or sys.stderr.isatty() else "INFO"
    handler = {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_ending(plain=sys.stderr.isatty()),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"lines": handler},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "bihuan": {"level": level},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
        },
    }


def _ending(*, plain: bool) -> list[Any]:
    said = [structlog.processors.format_exc_info, _strike]
    if plain:
        return [*said, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [*said, structlog.processors.JSONRenderer(ensure_ascii=False)]
