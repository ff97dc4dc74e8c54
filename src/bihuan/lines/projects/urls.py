"""Addresses of the line, under ``projects/``."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.lines.projects.pages import editing, exports, imports, lists, project, registering

urlpatterns: list[URLPattern | URLResolver] = [
    path("", lists.projects, name="projects"),
    path("new/", editing.new, name="project_new"),
    path("import/", imports.upload, name="projects_import"),
    path("import/<int:work>/", imports.one, name="projects_import_one"),
    path("import/<int:work>/answer/", imports.answer, name="projects_import_answer"),
    path("import/<int:work>/apply/", imports.apply, name="projects_import_apply"),
    path("import/<int:work>/undo/", imports.undo, name="projects_import_undo"),
    path("export/", exports.ask, name="projects_export"),
    path("export/<int:work>/", exports.one, name="projects_export_one"),
    path("export/<int:work>/file/", exports.file, name="projects_export_file"),
    path("<int:project>/", project.project, name="project"),
    path("<int:project>/history/", project.history, name="project_history"),
    path("<int:project>/edit/", editing.edit, name="project_edit"),
    path("<int:project>/problem/", registering.problem, name="project_problem"),
    path("<int:project>/spot/", registering.on_the_spot, name="project_spot"),
    path("<int:project>/promise/", registering.promise, name="project_promise"),
    path("", include("bihuan.lines.projects.reports.urls")),
    path("plans/", include("bihuan.lines.projects.staffing.urls")),
    path("", include("bihuan.lines.projects.timetables.urls")),
]
