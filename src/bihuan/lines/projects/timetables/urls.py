"""Addresses of the timetable, under those of the line."""

from django.urls import path

from bihuan.lines.projects.timetables import guess_pages, node_pages, pages, rule_pages

urlpatterns = [
    path("quarter/", pages.quarter, name="projects_quarter"),
    path("templates/", rule_pages.templates, name="projects_templates"),
    path("templates/<slug:kind>/", rule_pages.template, name="projects_template"),
    path("templates/<slug:kind>/add/", rule_pages.template_node, name="projects_template_add"),
    path("templates/<slug:kind>/nodes/<slug:key>/", rule_pages.template_node, name="projects_template_node"),
    path(
        "templates/<slug:kind>/nodes/<slug:key>/remove/",
        rule_pages.template_remove,
        name="projects_template_remove",
    ),
    path("guesses/", guess_pages.guesses, name="projects_guesses"),
    path("guesses/set/", guess_pages.guess, name="projects_guess"),
    path("lights/", rule_pages.light_rules, name="projects_light_rules"),
    path("lights/set/", rule_pages.light_rule, name="projects_light_rule"),
    path("<int:project>/timetable/", pages.timetable, name="projects_timetable"),
    path("<int:project>/timetable/print/", pages.chart, name="projects_timetable_print"),
    path("<int:project>/timetable/draft/", pages.draft, name="projects_timetable_draft"),
    path("<int:project>/timetable/move/", pages.move_date, name="projects_timetable_move"),
    path("timetables/<int:timetable>/nodes/<slug:key>/", node_pages.node, name="projects_timetable_node"),
    path(
        "timetables/<int:timetable>/nodes/<slug:key>/<slug:act>/",
        node_pages.act,
        name="projects_timetable_act",
    ),
]
