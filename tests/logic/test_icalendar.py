"""A calendar as other programs read it: RFC 5545."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic.icalendar import Event, calendar, escape, fold

AT = datetime(2026, 3, 2, 17, 30, tzinfo=timezone(timedelta(hours=8)))


def _unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_event_has_what_programs_need():
    event = Event(
        "m-1@bihuan", AT, AT - timedelta(minutes=30), AT, "问题, 到期; 请办", url="https://b/x", sequence=3
    )
    lines = _unfolded(calendar("闭环", [event]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == ""
    assert "VERSION:2.0" in lines
    assert "DTSTART:20260302T090000Z" in lines
    assert "DTEND:20260302T093000Z" in lines
    assert "SUMMARY:问题\\, 到期\\; 请办" in lines
    assert "SEQUENCE:3" in lines
    assert "STATUS:CANCELLED" not in lines


def test_whole_days_and_cancelled_ones():
    text = calendar("x", [Event("a", AT, date(2026, 3, 2), None, "s", cancelled=True)])
    assert "DTSTART;VALUE=DATE:20260302\r\n" in text
    assert "STATUS:CANCELLED\r\n" in text


def test_the_same_events_are_the_same_text_in_any_order():
    events = [Event(f"{n}", AT, AT, AT, "s") for n in range(5)]
    assert calendar("x", events) == calendar("x", events[::-1])


@given(st.text(max_size=400))
def test_any_text_is_folded_at_75_octets_and_unfolds_to_itself(text: str):
    line = "SUMMARY:" + escape(text)
    folded = fold(line)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line
    assert "\n" not in folded.replace("\r\n", "")


@given(st.text(alphabet="a,;\\\nn中", max_size=60))
def test_escaping_is_undone_by_reading(text: str):
    out, chars = [], iter(escape(text))
    for char in chars:
        nxt = next(chars) if char == "\\" else ""
        out.append({"n": "\n"}.get(nxt, nxt) if nxt else char)
    assert "".join(out) == text


def test_moments_are_written_in_utc():
    assert datetime(2026, 3, 2, 9, 30, tzinfo=UTC) == AT
