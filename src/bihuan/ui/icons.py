"""Icons: a few strokes on a 24 × 24 grid, drawn for this house; decoration only, so hidden from readers."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS: dict[str, str] = {
    "alert": "M12 3.5 21.5 20h-19zM12 10v4.5M12 17.2v.3",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
    "book": "M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zM12 6.5v13",
    "building": "M4 21V4h10v17M14 9h6v12M2.5 21h19M7.5 8h3M7.5 12h3M7.5 16h3M17 13v0M17 17v0",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8 3.5v4M16 3.5v4",
    "chart": "M4 4v16h16M8 16v-4M12.5 16V8M17 16v-6",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "chevron": "M9 6l6 6-6 6",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3 2",
    "comment": "M4 5h16v11h-9l-4.5 4v-4H4z",
    "dot": "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
    "down": "M6 9l6 6 6-6",
    "download": "M12 4v11M7 10.5l5 5 5-5M4 20h16",
    "edit": "M4 20h4L19.5 8.5l-4-4L4 16zM13.5 6.5l4 4",
    "file": "M6 3h8l4.5 4.5V21H6zM14 3v5h4.5",
    "filter": "M4 5h16l-6 8v6.5l-4-2V13z",
    "flag": "M6 21V4M6 4.5h12l-2.5 4 2.5 4H6",
    "flow": "M3 8h6v8H3zM15 4h6v6h-6zM15 14h6v6h-6zM9 12h3V7h3M12 12v5h3",
    "gear": "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 2.5v3.5M12 18v3.5M2.5 12H6M18 12h3.5M5.3 5.3l2.5 2.5"
    "M16.2 16.2l2.5 2.5M18.7 5.3l-2.5 2.5M7.8 16.2l-2.5 2.5",
    "globe": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M3.5 12h17"
    "M12 3.5c-5 5-5 12 0 17M12 3.5c5 5 5 12 0 17",
    "help": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M9.5 9.5a2.5 2.5 0 1 1 3.5 2.5c-.8.4-1 .8-1 1.7"
    "M12 16.5v.3",
    "home": "M3.5 11.5 12 4l8.5 7.5M6 9.5V20h12V9.5M10 20v-6h4v6",
    "inbox": "M4 13 6.5 5h11L20 13v6H4zM4 13h5l1 2.5h4l1-2.5h5",
    "link": "M10 14a4 4 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1-1",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6h.5M4.5 12h.5M4.5 18h.5",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "map": "M3.5 6.5 9 4l6 2.5L20.5 4v13.5L15 20l-6-2.5L3.5 20zM9 4v13.5M15 6.5V20",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "money": "M7 4l5 7 5-7M12 11v9M7.5 13h9M7.5 16.5h9",
    "moon": "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
    "more": "M5.5 12h.5M12 12h.5M18.5 12h.5",
    "pause": "M8.5 5v14M15.5 5v14",
    "people": "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M2.5 20a6.5 6.5 0 0 1 13 0M16 5.5a3.3 3.3 0 0 1 0 6.3"
    "M18 14.5a6 6 0 0 1 3.5 5.5",
    "phone": "M5 4h4l1.5 5-2.5 1.5a11 11 0 0 0 5.5 5.5L15 13.5l5 1.5v4a1.5 1.5 0 0 1-2 1.5"
    "A16 16 0 0 1 3.5 6 1.5 1.5 0 0 1 5 4z",
    "photo": "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9h.5",
    "plus": "M12 5v14M5 12h14",
    "print": "M7 8V3.5h10V8M7 17H4V8h16v9h-3M7 14h10v6.5H7z",
    "project": "M4 20V8l8-4 8 4v12M4 20h16M8 20v-6h8v6M8 10.5h8",
    "question": "M5 5h14v11h-6l-4 4v-4H5zM12 8v3M12 13.3v.2",
    "refresh": "M19.5 12A7.5 7.5 0 1 1 17 6.5L19.5 9M19.5 4v5h-5",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20.5 20.5",
    "send": "M4 12 20.5 4 15 20.5 11.5 13z",
    "shield": "M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6zM8.5 12l2.5 2.5 4.5-5",
    "star": "M12 4l2.5 5.3 5.7.7-4.2 4 1.1 5.7L12 16.8l-5.1 2.9L8 14l-4.2-4 5.7-.7z",
    "sun": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3"
    "l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
    "table": "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14",
    "undo": "M8 5 3.5 9.5 8 14M3.5 9.5H14a6 6 0 0 1 0 12H9",
    "upload": "M12 16V5M7 9.5l5-5 5 5M4 20h16",
    "user": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5a7.5 7.5 0 0 1 15 0",
    "wall": "M3 4h18v12H3zM9 20h6M12 16v4M7 12V9M11 12V7M15 12v-2",
    "x": "M6 6l12 12M18 6 6 18",
}


def icon(name: str) -> SafeString:
    """Return an icon as inline SVG; KeyError for one nobody drew."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', ICONS[name]
    )
