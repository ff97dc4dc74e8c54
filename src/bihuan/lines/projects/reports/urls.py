"""Addresses of reports, under those of the line."""

from django.urls import path

from bihuan.lines.projects.reports import figure_pages, import_pages, pages, rule_pages, table_pages

urlpatterns = [
    path("reports/", table_pages.table, name="projects_reports"),
    path("reports/export/", table_pages.export, name="projects_reports_export"),
    path("reports/missing/", table_pages.missing, name="projects_reports_missing"),
    path("reports/cutoffs/", rule_pages.rules, name="projects_report_cutoffs"),
    path("reports/cutoffs/set/", rule_pages.cutoff, name="projects_report_cutoff"),
    path("reports/import/", import_pages.upload, name="projects_reports_import"),
    path("reports/import/<int:work>/", import_pages.one, name="projects_reports_import_one"),
    path("reports/import/<int:work>/answer/", import_pages.answer, name="projects_reports_import_answer"),
    path("reports/import/<int:work>/apply/", import_pages.apply, name="projects_reports_import_apply"),
    path("reports/import/<int:work>/undo/", import_pages.undo, name="projects_reports_import_undo"),
    path("reports/<int:report>/", pages.one, name="projects_report_one"),
    path("reports/<int:report>/problem/", pages.register_problem, name="projects_report_problem"),
    path("figures/", figure_pages.all_figures, name="projects_figures"),
    path("figures/<str:name>/", figure_pages.one, name="projects_figure"),
    path("<int:project>/report/", pages.report, name="projects_report"),
    path("<int:project>/reports/", pages.of_project, name="projects_reports_of"),
]
