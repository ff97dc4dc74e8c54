from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from bihuan.ui import format as fmt

DAY = date(2025, 10, 16)


@pytest.fixture
def zh():
    with override("zh-hans"):
        yield


def test_a_day_is_written_with_its_weekday(zh):
    assert fmt.day(DAY) == "2025年10月16日(周四)"
    assert fmt.day(date(2025, 10, 19)) == "2025年10月19日(周日)"
    assert fmt.day(DAY, weekday=False) == "2025年10月16日"


def test_a_day_is_never_written_more_precisely_than_it_is_known(zh):
    assert fmt.day(DAY, "month") == "2025年10月"
    assert fmt.day(DAY, "year") == "2025年"
    assert fmt.day("2025-10-16", "month") == "2025年10月"


def test_english_days():
    assert fmt.day(DAY) == "Thu 16 Oct 2025"
    assert fmt.day(DAY, "month") == "Oct 2025"


def test_a_moment_is_told_in_beijing_time(zh):
    assert fmt.moment(datetime(2025, 10, 15, 17, 5, tzinfo=UTC)) == "2025年10月16日(周四) 01:05"


def test_the_year_is_left_out_only_in_the_present_one(zh, travel):
    with travel(date(2025, 11, 1)):
        assert fmt.short_day(DAY) == "10月16日(周四)"
    with travel(date(2026, 1, 1)):
        assert fmt.short_day(DAY) == "2025年10月16日(周四)"


@pytest.mark.parametrize(
    ("value", "unit", "text", "exact"),
    [
        (9999, "yuan", "9,999元", "9,999.00元"),
        (10000, "yuan", "1万元", "10,000.00元"),
        ("99999999.99", "yuan", "10,000万元", "99,999,999.99元"),
        (10000, "wan", "1亿元", "100,000,000.00元"),
        ("3260.5", "wan", "3,260.5万元", "32,605,000.00元"),
        (235000, "wan", "23.5亿元", "2,350,000,000.00元"),
        (Decimal("-12000"), "wan", "-1.2亿元", "-120,000,000.00元"),
        (0, "wan", "0元", "0.00元"),
    ],
)
def test_money_suits_its_size_and_keeps_the_exact_value(zh, value, unit, text, exact):
    assert fmt.money(value, unit) == fmt.Amount(text, exact)


def test_money_in_a_given_unit_and_none(zh):
    assert fmt.money(5, "wan", to="wan").text == "5万元"
    assert fmt.money(5, "wan", to="yuan").text == "50,000元"
    assert fmt.money(None).text == fmt.DASH


def test_english_money():
    assert fmt.money(12000, "wan").text == "¥120 million"
    assert fmt.money(235000, "wan").text == "¥2.35 billion"


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=2))
def test_exact_money_loses_no_cent(value):
    with override("zh-hans"):
        exact = fmt.money(value).exact
    assert Decimal(exact.removesuffix("元").replace(",", "")) == value


def test_a_rate_shows_its_fraction():
    assert fmt.rate(1822, 2022) == "90.11% = 1,822 / 2,022"
    assert fmt.rate(0, 0) == "— = 0 / 0"
    assert fmt.percent(1, 8, 0) == "13%", "half goes up"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_rate_is_within_half_a_digit_of_the_truth(part, whole):
    shown = Decimal(fmt.percent(part, whole).rstrip("%").replace(",", ""))
    assert abs(shown - Decimal(part) * 100 / whole) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王建平", "王*平"),
        ("李娜", "李*"),
        ("欧阳修远", "欧**远"),
        ("王", "*"),
        ("", "—"),
        ("John Smith", "J*** S***"),
    ],
)
def test_names_are_masked(name, masked):
    assert fmt.masked_name(name) == masked


@given(st.text(alphabet="赵钱孙李周吴郑王甲乙丙丁", min_size=1, max_size=5))
def test_a_masked_name_never_gives_the_whole_name(name):
    assert fmt.masked_name(name) != name


def test_phones_are_masked():
    assert fmt.masked_phone("+86 138 1234 5678") == "138****5678"
    assert fmt.masked_phone("110") == "***"


def test_what_is_left():
    assert fmt.left(3) == "3 working days left"
    assert fmt.left(-1) == "1 working day overdue"
    assert fmt.left(0) == "due today"
    assert fmt.left(5, "wh") == "5 working hours left"
    assert fmt.left(30, "h") == "1 day left"
    assert fmt.left(0, "h") == "less than an hour left"


def test_ago(travel):
    at = datetime(2025, 10, 16, 1, 0, tzinfo=UTC)
    with travel(datetime(2025, 10, 16, 1, 0, 30, tzinfo=UTC)):
        assert fmt.ago(at) == "just now"
    with travel(datetime(2025, 10, 16, 4, 0, tzinfo=UTC)):
        assert fmt.ago(at) == "3 hours ago"
    with travel(datetime(2025, 10, 15, 1, 0, tzinfo=UTC)):
        assert fmt.ago(at) == "in 1 day"


def test_sizes():
    assert [fmt.size(n) for n in (0, 1023, 1536, 5 << 20, 3 << 30)] == [
        "0 B",
        "1,023 B",
        "1.5 KB",
        "5.0 MB",
        "3.0 GB",
    ]


def test_as_of_is_short(zh, travel):
    with travel(date(2025, 12, 1)):
        assert fmt.as_of(DAY) == "10月16日"
        assert fmt.as_of(datetime(2025, 10, 16, 9, 30, tzinfo=UTC)) == "10月16日 17:30"
        assert fmt.as_of(date(2024, 10, 16)) == "2024年10月16日"
