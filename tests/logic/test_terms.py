"""A text is found by every piece of itself, whatever its width or case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic import terms

_text = st.text(alphabet="园区项目用地手续办理〇龘aBc019-。 (ＡＢ１２", min_size=1, max_size=40)


def finds(text: str, asked: str) -> bool:
    """Whether a document of that text answers the query: what PostgreSQL does, in Python."""
    found = terms.terms_for(text)
    want = terms.query(asked)
    return all(t in found for t in want.exact) and all(
        any(t.startswith(p) for t in found) for p in want.prefixes
    )


@given(_text, st.integers(0, 39), st.integers(1, 12))
def test_every_piece_of_han_text_is_found(text: str, start: int, length: int) -> None:
    piece = "".join(run for run in text[start : start + length] if "\u3400" < run < "\u9fff")
    if piece and piece in text:
        assert finds(text, piece)


@given(_text)
def test_every_text_finds_itself(text: str) -> None:
    assert finds(text, text)


@given(_text)
def test_terms_are_sorted_unique_and_safe_to_quote(text: str) -> None:
    found = terms.terms_for(text)
    assert found == sorted(set(found))
    assert all(term and term.isalnum() and len(term) <= terms.WORD_CHARS for term in found)


def test_one_character_asks_for_the_character_two_for_the_pair() -> None:
    assert terms.query("水").exact == ("水",)
    assert terms.query("供水").exact == ("供水",)
    assert terms.query("供水管网").exact == ("供水", "水管", "管网")


def test_separate_runs_are_all_wanted() -> None:
    assert terms.query("供水 欠").exact == ("供水", "欠")
    assert finds("某小区欠费停止供水", "供水 欠")
    assert not finds("某小区停止供水", "供水 欠")


@pytest.mark.parametrize("asked", ["hy-2025-0012", "ＨＹ－２０２５", "2025", "001234", "Hy"])
def test_codes_are_found_by_their_beginning_in_any_width_and_case(asked: str) -> None:
    assert finds("HY-2025-001234 某项目用地手续", asked)


@pytest.mark.parametrize("asked", ["hz-2025", "1234", "HY-2025-0013"])
def test_another_code_is_not_found(asked: str) -> None:
    assert not finds("HY-2025-001234 某项目用地手续", asked)


def test_what_may_be_a_code() -> None:
    assert terms.query(" hy-2025-0012 ").code == "HY-2025-0012"
    assert terms.query("ＷＴ２０２５").code == "WT2025"
    assert terms.query("用地 2025").code == ""
    assert terms.query("water").code == ""


def test_nothing_asked() -> None:
    assert not terms.query(" ,。!'\\& ")
    assert terms.query("'; drop--").tsquery() == "'drop':*"


def test_long_texts_are_cut_but_titles_are_not() -> None:
    body = "甲" * terms.BODY_CHARS
    assert "丙丁" not in terms.terms_for("乙", body, "丙丁")
    assert "丙丁" in terms.terms_for(body + "丙丁")
    assert len(terms.query("道" * 500).exact) == 1


def test_broad_beginnings_are_split_off_unless_alone() -> None:
    asked = terms.query("供水 20 abc")
    assert asked.split(["20"]) == (terms.Query(("供水",), ("abc",)), terms.Query((), ("20",)))
    alone = terms.query("20")
    assert alone.split(["20"]) == (alone, terms.Query())


def test_traditional_and_simplified_characters_find_each_other() -> None:
    assert terms.terms_for("樓道滲漏請維修") == terms.terms_for("楼道渗漏请维修")
    assert terms.query("滲漏").exact == terms.query("渗漏").exact
    assert "漏水" in terms.terms_for("白沙花園漏水")
