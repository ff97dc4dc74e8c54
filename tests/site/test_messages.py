"""Words are found, kept and compiled without the system's gettext."""

import gettext
from pathlib import Path

import polib
import pytest
from tools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("Plain")
b = ngettext("%d day", "%d days", n)
c = pgettext("clock", "Stop")
d = _(variable)
e = _("two "
      "parts")
"""
TEMPLATE = """{% load i18n %}
{% translate "Title" %} {% translate "Open" context "state" %}
{% blocktranslate count n=rows|length %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
{% blocktranslate trimmed %}
  Two
  lines
{% endblocktranslate %}
<a title="{% translate 'Quoted' %}">{{ _("In an expression") }}</a>
"""


def test_finds_words_in_python():
    found = [word[:3] for word in messages.in_python(PYTHON)]
    assert found == [
        ("Plain", "", ""),
        ("%d day", "%d days", ""),
        ("Stop", "", "clock"),
        ("two parts", "", ""),
    ]


def test_finds_words_in_templates():
    found = {word[:3] for word in messages.in_template(TEMPLATE)}
    assert found == {
        ("Title", "", ""),
        ("Open", "", "state"),
        ("%(n)s row", "%(n)s rows", ""),
        ("Two lines", "", ""),
        ("Quoted", "", ""),
        ("In an expression", "", ""),
    }


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    source = tmp_path / "src"
    (source / "room" / "locale").mkdir(parents=True)
    (source / "site").mkdir()
    (source / "room" / "words.py").write_text('_("Kept"); _("New")')
    (source / "site" / "top.py").write_text('_("Top")')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", source)
    return source


def test_collect_keeps_translations_and_drops_what_is_gone(source: Path):
    path = source / "room" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Kept", msgstr="留"))
    old.append(polib.POEntry(msgid="Gone", msgstr="去"))
    old.save(str(path))
    messages.collect()
    found = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    assert found == {"Kept": "留", "New": ""}
    assert (source / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").exists(), "words of no room"
    before = path.read_text()
    messages.collect()
    assert path.read_text() == before, "collecting again changes nothing"


def test_compile(source: Path):
    messages.collect()
    path = source / "room" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path))
    catalogue.find("Kept").msgstr = "留"
    catalogue.save()
    messages.compile_all()
    translated = gettext.translation("django", source / "room" / "locale", ["zh_Hans"])
    assert translated.gettext("Kept") == "留"
    assert translated.gettext("New") == "New"
