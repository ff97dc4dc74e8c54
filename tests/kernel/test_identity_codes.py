"""Codes of bodies and divisions: what is accepted, and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.identity import actions, codes, selectors
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, position, 31) for position in range(17)]


def sealed(first: str) -> str:
    """Return the code with its check digit, worked out from GB 32100-2015 and not by the code under test."""
    total = sum(LETTERS.index(letter) * weight for letter, weight in zip(first, WEIGHTS, strict=True))
    return first + LETTERS[-total % 31]


usccs = st.builds(
    lambda kind, region, body: sealed(kind + region + body),
    st.sampled_from(["91", "11", "12", "52", "92", "N2", "A1"]),
    st.integers(110000, 659999).map(str),
    st.text(LETTERS, min_size=9, max_size=9),
)


@given(usccs)
def test_a_right_code_passes_however_it_is_typed(code):
    assert codes.checked_uscc(f" {code[:8]} {code[8:].lower()}") == code


@given(usccs, st.integers(2, 17), st.sampled_from("0123456789"))
def test_any_single_slip_of_the_pen_is_found(code, place, digit):
    slip = code[:place] + digit + code[place + 1 :]
    if slip == code:
        assert codes.checked_uscc(slip) == code
    else:
        with pytest.raises(codes.BadCode):
            codes.checked_uscc(slip)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("9111000060003734", "length"),
        ("91110000600037341LX", "length"),
        ("9111000060003734IL", "shape"),
        ("B1110000600037341L", "shape"),
        ("91110000600037342L", "checksum"),
        ("", "length"),
    ],
)
def test_a_wrong_code_says_how(code, why):
    with pytest.raises(codes.BadCode) as wrong:
        codes.checked_uscc(code)
    assert wrong.value.code == why


@pytest.mark.parametrize(
    ("written", "trimmed"),
    [
        ("430000", "43"), ("43", "43"), ("430100", "4301"), ("4301", "4301"), ("430102", "430102"),
        ("430102001", "430102001"), ("430102001000", "430102001"), ("430102000000", "430102"),
        ("430000000000", "43"), ("430102001001", "430102001001"), ("441900003", "441900003"),
    ],
)  # fmt: skip
def test_padding_means_nothing(written, trimmed):
    assert codes.trimmed(written) == trimmed
    assert codes.trimmed(codes.written(trimmed)) == trimmed


@pytest.mark.parametrize(
    "code", ["", "4", "43010", "4301021", "43010a", "０３０１０２", "000000", "0301", "４３"]
)
def test_what_is_no_division_code_is_refused(code):
    with pytest.raises(codes.BadCode):
        codes.trimmed(code)


@pytest.mark.parametrize(
    ("name", "everyday", "stem"),
    [
        ("松江村委会", "松江村", "松江"),
        ("黄双溪村村委会", "黄双溪村", "黄双溪"),
        ("文艺新村社区居委会", "文艺新村社区", "文艺新村"),
        ("文艺路街道办事处", "文艺路街道", "文艺路"),
        ("湘西土家族苗族自治州", "湘西土家族苗族自治州", "湘西土家族苗族"),
        ("郊区", "郊区", "郊区"),
        ("芙蓉区", "芙蓉区", "芙蓉"),
    ],
)
def test_names_as_people_say_them(name, everyday, stem):
    assert (codes.everyday(name), codes.stem(name)) == (everyday, stem)


def test_a_wrong_code_keeps_the_organisation_out_and_says_why(db):
    with pytest.raises(BadInput) as wrong:
        actions.create_organisation(SYSTEM, "某公司", "enterprise", uscc="91110000600037342L")
    assert wrong.value.where == "uscc"
    assert selectors.units(q="某公司") == []


def test_one_code_one_organisation_and_one_name_a_division(db):
    county = make.make_division()
    unit = make.make_org("甲公司", "enterprise", county, "91110000600037341l")
    assert selectors.unit_by_uscc("91110000600037341L").id == unit
    with pytest.raises(Conflict) as taken:
        make.make_org("乙公司", "enterprise", county, "91110000600037341L")
    assert taken.value.where == "uscc"
    with pytest.raises(Conflict) as taken:
        make.make_org("甲公司", "enterprise", county)
    assert taken.value.where == "name"
    assert make.make_org("甲公司", "enterprise", make.make_division())


def test_the_database_refuses_a_code_of_wrong_shape(db):
    from django.db import IntegrityError

    unit = make.make_org()
    with pytest.raises(IntegrityError, match="identity_organisation_uscc"):
        run("UPDATE identity_organisation SET uscc = '91110000600037341I' WHERE id = %s", (unit,))


def test_organisations_are_found_by_name_pinyin_and_code(db):
    first = make.make_org("安仁县发展和改革局")
    second = make.make_org("宝庆科技有限公司", "enterprise", uscc="91110000600037341L")
    assert [row.id for row in selectors.units(q="发展和改革")] == [first]
    assert [row.id for row in selectors.units(q="baoqing")] == [second]
    assert [row.id for row in selectors.units(q="600037341l")] == [second]
    assert [row.id for row in selectors.units()] == [first, second], "sorted as a dictionary does"
    assert [row.id for row in selectors.units("enterprise")] == [second]
    assert selectors.units(q="%") == []
    named = selectors.units_named(["宝庆科技有限公司", "没有的"])
    assert {name: [row.id for row in rows] for name, rows in named.items()} == {
        "宝庆科技有限公司": [second],
        "没有的": [],
    }


def test_an_organisation_is_amended_within_reach_only(db):
    make.make_role("office_admin", "scope", ["admin.posts", "admin.organisations"])
    admin = make.make_actor("office_admin")
    inside, outside = make.make_org(division=admin.division), make.make_org(division=make.make_division())
    actions.amend_organisation(admin, inside, name="新名字局", contact="办公室 0731-0000000")
    assert selectors.unit(inside).name == "新名字局"
    assert [row.id for row in selectors.units(q="xinming")] == [inside]
    with pytest.raises(Refused):
        actions.amend_organisation(admin, outside, name="外面")
    with pytest.raises(Refused):
        actions.amend_organisation(admin, inside, division=make.make_division())
    with pytest.raises(BadInput):
        actions.amend_organisation(admin, inside, colour="red")
