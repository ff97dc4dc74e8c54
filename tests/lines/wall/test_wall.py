"""The wall: its numbers equal the slow count and open to what they count; visitors get nothing they mustn't."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import translation
from tests.kernel import factories as make
from tests.lines.projects.park import Park

from bihuan.kernel.clock.selectors import light
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.now import LOCAL, now, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts as projects
from bihuan.lines.projects.contracts import Place
from bihuan.lines.projects.standings import selectors as standings
from bihuan.lines.projects.timetables import selectors as timetables
from bihuan.lines.wall import actions, selectors

MONDAY = date(2026, 3, 2)
TAX = "98765"


class County(Park):
    """A county around the park: a street, a leader of the county, problems in both places."""

    def __init__(self):
        super().__init__()
        self.county = make.make_division("云溪区", "county")
        self.street = make.make_division("青溪街道", "street", self.county)
        self.park = make.make_division("临江产业园", "park", self.county)
        self.chief = self.person("leader", 0, self.county)
        self.clerk = self.person("coordinator", 0, self.county)
        self.works = [
            self.project("滞后的电池工厂", place=self.park, investment_wan="120000", promised_tax_wan=TAX,
                         responsible_leader="欧阳负责", stage_class="building", problems="征地受阻"),
            self.project("安静的花木市场", place=self.street, investment_wan="9000", stage_class="building"),
        ]  # fmt: skip

    def problem(self, place, title, day, subject=0):
        """Register a problem and assign it."""
        with travel(datetime.combine(day, time(10), LOCAL)):
            scope = identity.scope_of(place)
            data = {"title": title, "category": "permit"}
            matter = flow.open(self.clerk, "projects.problem", data, scope=scope, subject=subject).matter
            flow.move(self.clerk, matter, "assign", {"unit": self.bureau})
        return matter

    def count(self):
        """Count everything the wall shows."""
        projects.RESTAND()
        actions.refresh_loads()
        actions.refresh_ranks()


@pytest.fixture
def county(db):
    """Return the county on a Monday."""
    registry.forget()
    with travel(datetime.combine(MONDAY, time(9), LOCAL)), translation.override("zh-hans"):
        yield County()


def filled(county):
    late = county.problem(county.park, "双回路供电未批", MONDAY - timedelta(days=40), county.works[0])
    fresh = county.problem(county.street, "外立面方案待会审", MONDAY, county.works[1])
    county.count()
    return late, fresh


def read(county, who, path, status=200):
    answer = county.client(who).get(path, headers={"accept-language": "zh-hans"})
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_counts_equal_the_slow_count(county):
    filled(county)
    for day in (3, 2, 1, 0):
        county.problem(county.park, f"第{day}天的问题", MONDAY - timedelta(days=day))
    actions.refresh_loads()
    parts, made = selectors.loads(Place("county", county.county))
    rows = by_ids(
        [row[0] for row in run("SELECT id FROM flow_matter WHERE open AND county = %s", (county.county,))]
    )
    moment = now()
    assert made == moment
    assert sum(part.open for part in parts) == len(rows)
    for name in ("late", "near", "paused"):
        slow = sum(light(row.due, row.clock, moment).value == name for row in rows.values())
        assert sum(getattr(part, name) for part in parts) == slow, name
        found, _more = selectors.matters(Place("county", county.county), light=name, limit=1000)
        assert len(found) == slow, f"the number of {name} opens to as many"
    assert {part.id for part in parts} == {county.park, county.street}


def test_standings_say_what_the_lights_say(county):
    filled(county)
    lights = timetables.lights_of(county.works)
    rows = {row.id: row for row in standings.worst(Place("county", county.county))}
    assert {key: lights[key].light.value.replace("none", "") for key in county.works} == {
        key: rows[key].light for key in county.works
    }
    worst = standings.worst(Place("county", county.county))[0]
    assert worst.id == county.works[0]
    assert worst.overdue == 1
    assert worst.points > 0
    assert rows[county.works[1]].points == 0, "nothing is late: no harm, however much is invested"
    assert standings.worst(Place("park", county.place)) == [], "a place shows its own projects only"


def test_the_wall_shows_what_is_wrong_and_each_number_opens(county):
    filled(county)
    page = read(county, county.chief, "/wall/")
    for words in ("滞后的电池工厂", "临江产业园", "青溪街道", "1 件逾期"):
        assert words in page
    part = f"part={county.park}"
    assert f"/wall/matters/?{part}&amp;light=late" in page
    behind = read(county, county.chief, f"/wall/matters/?{part}&light=late")
    assert "双回路供电未批" in behind
    assert "外立面方案" not in behind
    assert "滞后的电池工厂" in read(county, county.chief, f"/wall/projects/?{part}")
    assert "安静的花木市场" not in read(county, county.chief, f"/wall/projects/?{part}")
    assert 'hx-get="/wall/?turn=1"' in page, "goes on by itself"
    assert "<script>" not in page
    assert "onclick" not in page


def test_visitors_get_no_problem_no_tax_and_no_name(county):
    filled(county)
    page = read(county, county.chief, "/wall/visitors/")
    assert "滞后的电池工厂" in page
    hidden = (TAX, "98,765", "欧阳负责", "征地受阻", "双回路供电未批", "逾期", "红灯", "晚 ", "light-late", "tile-late",
              f"/projects/{county.works[0]}/", "/matters/", "/wall/matters", "/wall/projects")  # fmt: skip
    for words in hidden:
        assert words not in page, words
    told = county.client(county.chief).get("/api/v1/wall/visitors").json()
    assert told["projects"] == 2
    assert set(told) == {"projects", "investment_wan", "parts"}
    assert set(told["parts"][0]) == {"part", "name", "projects", "investment_wan"}


def test_the_api_tells_the_same_figures(county):
    filled(county)
    told = county.client(county.chief).get("/api/v1/wall/figures").json()
    by_name = {part["name"]: part for part in told["parts"]}
    assert by_name["临江产业园"]["late"] == 1
    assert by_name["青溪街道"]["late"] == 0
    assert told["works"][0]["name"] == "滞后的电池工厂"


def test_only_those_with_a_right_over_the_place(county):
    filled(county)
    for who in (county.officer, county.department, county.enterprise):
        read(county, who, "/wall/", 403)
        read(county, who, "/wall/visitors/", 403)
    page = read(county, county.stranger, "/wall/")
    assert "滞后的电池工厂" not in page
    assert "尚未登记项目" in page
    read(county, county.stranger, f"/wall/units/{county.bureau}/", 404)


def test_small_samples_are_not_ranked(county):
    place = Place("county", county.county)
    for number in range(3):
        county.problem(county.park, f"旧问题{number}", MONDAY - timedelta(days=40))
    county.count()
    (row,) = selectors.ranking(place)
    assert row.small
    assert (row.part, row.whole) == (0, 3)
    assert "件数过少" in read(county, county.chief, "/wall/")
    for number in range(8):
        county.problem(county.park, f"又一问题{number}", MONDAY - timedelta(days=40))
    county.count()
    assert not selectors.ranking(place)[0].small
    assert "旧问题0" in read(county, county.chief, f"/wall/units/{county.bureau}/")


def test_what_is_old_says_so(county):
    filled(county)
    with travel(now() + timedelta(hours=2)):
        assert "统计已中断" in read(county, county.chief, "/wall/")


def test_an_empty_place_says_what_it_is_for(county):
    page = read(county, county.chief, "/wall/")
    assert "正在首次统计" in page


def test_the_wall_asks_the_same_few_statements_at_any_size(county, django_assert_max_num_queries):
    filled(county)
    for number in range(6):
        county.problem(county.street, f"更多问题{number}", MONDAY)
        county.project(f"更多项目{number}", place=county.park)
    county.count()
    with django_assert_max_num_queries(24):
        read(county, county.chief, "/wall/")
