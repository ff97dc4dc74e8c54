"""The page of words: what lines declare is shown, in both languages, from the menu that helps."""

import pytest
from django.urls import reverse
from django.utils import translation
from tests.site.admin_house import house, words

from bihuan.site.discovery import lines

__all__ = ["house"]

pytestmark = pytest.mark.django_db


def test_every_word_of_every_line_stands_on_the_page(house):
    page = words(house.admin.get(reverse("glossary")))
    terms = [term for line in lines() for term in line.glossary]
    assert terms
    assert [term.word for term in terms if term.word not in page] == []
    assert [term.chinese for term in terms if term.chinese not in page] == []


def test_words_are_sought_and_the_page_is_linked_from_the_menu(house):
    assert reverse("glossary") in house.admin.get(reverse("home")).content.decode()
    found = words(house.admin.get(reverse("glossary") + "?q=销号"))
    assert "销号" in found
    assert "缺佐证" not in found
    assert "No word fits" in words(house.admin.get(reverse("glossary") + "?q=没有这个词"))


def test_every_word_has_its_meaning_in_chinese():
    with translation.override("zh-hans"):
        missing = [
            term.word
            for line in lines()
            for term in line.glossary
            if translation.gettext(term.meaning) == term.meaning
        ]
    assert missing == []
