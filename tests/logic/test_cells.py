"""What offices write is read, or asked about; never guessed."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic import cells
from bihuan.logic.cells import AREA, MONEY, Amount, Problem, Read, parse_area, parse_count, parse_money
from bihuan.logic.days import STYLES, Day, Precision, format_day, format_precision, parse_day
from bihuan.logic.text import key, likeness, pairs, tidy


def value(read: object) -> object:
    assert isinstance(read, Read), read
    return read.value


def code(read: object) -> str:
    assert isinstance(read, Problem), read
    return read.code


@pytest.mark.parametrize(
    ("raw", "amount", "about"),
    [
        ("1亿元", "10000", False),
        ("21.716亿元", "217160", False),
        ("约60亿元", "600000", True),
        ("8000万元", "8000", False),
        ("50,000", "50000", False),
        ("100000", "100000", False),
        ("１０亿元", "100000", False),
        (" 1.2亿元 ", "12000", False),
        (51487.98, "51487.98", False),
        (100000, "100000", False),
        (0.1 + 0.2, "0.3", False),
        ("5000元", "0.5", False),
        ("人民币3亿元", "30000", False),
        ("3亿元左右", "30000", True),
        ("100余亿元", "1000000", True),
    ],
)
def test_money_is_read_in_wan(raw, amount, about):
    assert value(parse_money(raw)) == Amount(Decimal(amount), about)


@pytest.mark.parametrize(
    ("raw", "amount", "about"),
    [
        ("约300", "300", True),
        ("近5000", "5000", True),
        ("300亩", "300", False),
        ("３００", "300", False),
        ("105 ", "105", False),
        (350.78, "350.78", False),
        ("20公顷", "300", False),
        ("20000㎡", "30", False),
    ],
)
def test_areas_are_read_in_mu(raw, amount, about):
    assert value(parse_area(raw)) == Amount(Decimal(amount), about)


@pytest.mark.parametrize("raw", [None, "", "/", "—", "-", "无", "  ", "　", "——", "－"])
def test_not_stated_is_not_zero(raw):
    for read in (parse_money(raw), parse_day(raw), cells.parse_text(raw), cells.parse_uscc(raw)):
        assert value(read) is None


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("若干", "not_a_number"),
        ("30-50亿元", "range"),
        ("超20亿元", "bound"),
        ("2亿美元", "foreign_currency"),
        ("5个亿吨", "unknown_unit"),
        (-3, "negative"),
        (1e13, "too_large"),
        ("1,00", "not_a_number"),
        (True, "not_a_number"),
        (float("inf"), "not_a_number"),
        (datetime(2023, 1, 1), "range"),
    ],
)
def test_money_that_cannot_be_read_is_asked_about(raw, why):
    assert code(parse_money(raw)) == why


def test_the_unit_of_the_sheet_decides_bare_numbers():
    assert value(parse_money(3, "亿元")) == Amount(Decimal(30000))
    assert value(parse_money("3万元", "亿元")) == Amount(Decimal(3))


def test_people_are_whole():
    assert value(parse_count("1500人")) == Amount(Decimal(1500))
    assert code(parse_count("1.5")) == "not_whole"


decimals = st.decimals(min_value=0, max_value=Decimal("99999999"), places=6, allow_nan=False)


@given(decimals, st.booleans(), st.sampled_from(sorted(MONEY)))
def test_money_written_in_any_unit_reads_back(number, about, unit):
    amount = Amount(Decimal(cells.plain(number)), about)
    assert value(parse_money(cells.format_amount(amount, MONEY, unit))) == amount
    assert Amount.decode(amount.code) == amount


@given(
    st.decimals(min_value=0, max_value=999999, places=4),
    st.booleans(),
    st.sampled_from(["亩", "公顷", "平方米"]),
)
def test_areas_read_back(number, about, unit):
    amount = Amount(Decimal(cells.plain(number * AREA[unit])), about)
    read = parse_area(f"{'约' if about else ''}{cells.plain(number)}{unit}")
    assert value(read) == Amount(Decimal(cells.plain(amount.value.quantize(Decimal("0.000001")))), about)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("2025年10月", "2025-10"),
        ("2025.07", "2025-07"),
        ("2021/12", "2021-12"),
        ("2023/4/18", "2023-04-18"),
        ("2021.3.26", "2021-03-26"),
        ("2021-10-27", "2021-10-27"),
        ("2019/03/23", "2019-03-23"),
        ("2024年", "2024"),
        ("２０２２年１月２７日", "2022-01-27"),
        ("2018.12", "2018-12"),
        ("2023.6", "2023-06"),
        ("2025", "2025"),
        (2025, "2025"),
        ("20230418", "2023-04-18"),
        (20230418, "2023-04-18"),
        ("二〇二五年十月三十一日", "2025-10-31"),
        ("二○二一年二十月", None),
        ("2022年9月底", "2022-09"),
        ("2025年底", "2025"),
        ("预计2025年10月", "2025-10"),
        ("2023-04-18 00:00:00", "2023-04-18"),
        ("2023 年 4 月 18 日", "2023-04-18"),
        (44829, "2022-09-25"),
        (2025.07, "2025-07"),
        ("2025年13月", None),
        ("2023.2.30", None),
        ("2023-00", None),
        ("23.4.18", None),
        (2025.1, None),
        ("2025年第三季度", None),
        ("1812年", None),
        ("尽快", None),
        ("2025.3-2025.12", None),
        (True, None),
        ("2025年0月", None),
    ],
)
def test_dates_keep_their_precision(raw, said):
    read = parse_day(raw)
    assert (read.value.code if isinstance(read, Read) else None) == said


def test_a_real_date_means_what_its_format_shows():
    july = datetime(2025, 7, 1)
    assert value(parse_day(july, number_format='yyyy"年"m"月"')).code == "2025-07"
    assert value(parse_day(july, number_format='yyyy"年"m"月"d"日"')).code == "2025-07-01"
    assert value(parse_day(july, number_format="[$-804]yyyy;@")).code == "2025"
    assert format_precision("General") is Precision.DAY


def test_a_missing_year_comes_only_from_the_report():
    read = parse_day("8月底", report=Day.decode("2022-09"))
    assert value(read).code == "2022-08"
    assert [m.code for m in read.marks if m.ruled] == ["inferred_year"]
    assert code(parse_day("8月底")) == "year_missing"
    assert code(parse_day("2月30日", report=Day.decode("2023"))) == "no_such_day"


days = st.builds(
    lambda d, p: Day.decode(Day(d, p).code),
    st.dates(date(1950, 1, 1), date(2100, 12, 31)),
    st.sampled_from(Precision),
)


@given(days, st.sampled_from(sorted(STYLES)), st.sampled_from(["", " ", "\u3000", "\n"]))
def test_a_date_written_in_any_style_reads_back(day, style, padding):
    assert value(parse_day(padding + format_day(day, style) + padding)) == day


@given(days)
def test_days_cover_what_they_state(day):
    assert Day.decode(day.code) == day
    assert day.first <= day.last
    assert Day.decode(Day(day.last, day.precision).code) == day


@given(st.text(max_size=30))
def test_no_text_crashes_a_reader(text):
    for parse in (parse_money, parse_area, parse_count, parse_day, cells.parse_text, cells.parse_uscc,
                  cells.parse_project_code):  # fmt: skip
        assert isinstance(parse(text), (Read, Problem))


@pytest.mark.parametrize("good", ["91350100M000100Y43", "9144030071526726XG", "91330100799655058B"])
def test_credit_codes_are_checked(good):
    assert value(cells.parse_uscc(f" {good.lower()} ")) == good
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    assert code(cells.parse_uscc(wrong)) == "uscc_check"
    assert code(cells.parse_uscc(good[:-1])) == "uscc_shape"


def test_a_check_value_of_thirty_one_is_zero():
    found = []
    for n in range(400):
        stem = f"91430300MA4{n:06d}"
        weights = [3**i % 31 for i in range(17)]
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        if sum(alphabet.index(c) * w for c, w in zip(stem, weights, strict=True)) % 31 == 0:
            found.append(stem)
    assert found
    assert all(value(cells.parse_uscc(stem + "0")) == stem + "0" for stem in found)


def test_project_codes_are_checked_for_shape_only():
    assert value(cells.parse_project_code("2020-430302-35-03-012345")) == "2020-430302-35-03-012345"
    assert value(cells.parse_project_code("２０２０—430302—35—03—012345")) == "2020-430302-35-03-012345"
    assert code(cells.parse_project_code("430302")) == "project_code_shape"
    assert code(cells.parse_project_code(2.0204303e19)) == "code_as_number"


def test_text_is_tidied_without_changing_what_it_says():
    assert tidy("湖南(湘潭)万洋众创城一期 ") == "湖南（湘潭）万洋众创城一期"
    assert (
        tidy("中南大学新能源材料科技成果\n转化雨湖基地项目") == "中南大学新能源材料科技成果转化雨湖基地项目"
    )
    assert tidy("投 产") == "投产"
    assert tidy("年产量５０００吨，ＬＣＶ") == "年产量5000吨，LCV"
    assert tidy("Foo  Bar") == "Foo Bar"
    assert key("湖南(湘潭) ＡＢ") == key("湖南（湘潭）ab")
    assert likeness(pairs("万洋众创城一期"), pairs("万洋众创城二期")) > 0.6
    assert likeness(pairs("万洋众创城一期"), pairs("吉利轻型商用车")) == 0


@given(st.text(alphabet="湘潭 　(（)）a９\n，", max_size=20))
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)
    assert key(tidy(text)) == key(text)
