"""The words of the lights: a light is always glyph, word and colour together."""

from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.logic.pictures.light import GLYPHS, Light

WORDS: dict[Light, "Promise | str"] = {
    Light.NORMAL: _("normal"),
    Light.NEAR: _("due soon"),
    Light.LATE: _("overdue"),
    Light.WATCHED: _("supervised"),
    Light.PAUSED: _("clock stopped"),
    Light.DONE: _("closed"),
    Light.NONE: _("no light yet"),
}


def light(name: str, words: str = "", glyph_only: bool = False) -> SafeString:
    """Return a light as markup; with ``glyph_only`` its word is for screen readers and the tooltip."""
    kind = Light(name)
    said = words or str(WORDS[kind])
    if glyph_only:
        return format_html(
            '<span class="light light-{}" title="{}"><span aria-hidden="true">{}</span>'
            '<span class="visually-hidden">{}</span></span>',
            kind.value,
            said,
            GLYPHS[kind],
            said,
        )
    return SafeString(
        f'<span class="light light-{kind.value}"><span aria-hidden="true">{GLYPHS[kind]}</span> {escape(said)}</span>'
    )
