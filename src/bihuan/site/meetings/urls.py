"""Addresses of the ladder and of meetings, under ``meetings/``."""

from django.urls import URLPattern, path

from bihuan.site.meetings import figure_pages, meeting, minuting, pages, planning, rule_pages

urlpatterns: list[URLPattern] = [
    path("", pages.meetings, name="meetings"),
    path("items/", pages.items, name="meetings_items"),
    path("items/<int:item>/rank/", planning.rank, name="meetings_rank"),
    path("ladder/", pages.ladder, name="meetings_ladder"),
    path("figures/", figure_pages.overview, name="meetings_figures"),
    path("figures/<str:ladder_figure>/", figure_pages.one, name="meetings_figure"),
    path("propose/<str:code>/", planning.propose, name="meetings_propose"),
    path("plan/", planning.plan, name="meetings_plan"),
    path("site/", minuting.on_site, name="meetings_site"),
    path("chairs/", rule_pages.chairs, name="meetings_chairs"),
    path("rules/", rule_pages.tables, name="meetings_rules"),
    path("rules/rung/", rule_pages.rung, name="meetings_rung"),
    path("rules/duty/", rule_pages.duty, name="meetings_duty"),
    path("rules/duty/<int:duty>/end/", rule_pages.duty_end, name="meetings_duty_end"),
    path("rules/away/", rule_pages.away, name="meetings_away"),
    path("rules/weight/", rule_pages.weight, name="meetings_weight"),
    path("rules/series/", rule_pages.series, name="meetings_series"),
    path("<int:meeting>/", meeting.meeting, name="meeting"),
    path("<int:meeting>/pack/", meeting.pack, name="meeting_pack"),
    path("<int:meeting>/pack/paper/", meeting.pack_paper, name="meeting_pack_paper"),
    path("<int:meeting>/agenda/", planning.agenda, name="meeting_agenda"),
    path("<int:meeting>/invite/", planning.invite, name="meeting_invite"),
    path("<int:meeting>/amend/", planning.amend, name="meeting_amend"),
    path("<int:meeting>/attend/", planning.attend, name="meeting_attend"),
    path("<int:meeting>/minutes/", minuting.minutes, name="meeting_minutes"),
    path("<int:meeting>/cancel/", planning.cancel, name="meeting_cancel"),
]
