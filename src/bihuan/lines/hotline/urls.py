"""Addresses of the line, under ``hotline/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.hotline.doors import pages as doors
from bihuan.lines.hotline.pages import city, console, grids, keeping, order, past, queue, rates
from bihuan.lines.hotline.warning import pages as warning
from bihuan.lines.hotline.whistling import pages as whistling

#: Where an Open311 client finds a district; its shape is json or xml.
_V2 = "open311/<int:public_place>/v2"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="hotline"),
    path("parts/", queue.parts, name="hotline_parts"),
    path("console/", console.console, name="hotline_console"),
    path("console/hints/", console.hints, name="hotline_hints"),
    path("orders/<hotline_order>/caller/", order.caller, name="hotline_caller"),
    path("tables/<table_name>/", keeping.kept, name="hotline_kept"),
    path("tables/<table_name>/<int:kept_row>/", keeping.row, name="hotline_kept_row"),
    path("whistles/", whistling.whistles, name="hotline_whistles"),
    path("whistles/new/", whistling.blow, name="hotline_whistle"),
    path("hotspots/", warning.board, name="hotline_hotspots"),
    path("city/", city.city, name="hotline_city"),
    path("city/sheet/", city.sheet, name="hotline_city_sheet"),
    path("city/compare/", city.compare, name="hotline_city_compare"),
    path("past/", past.past, name="hotline_past"),
    path("rates/", rates.rates, name="hotline_rates"),
    path("limits/", keeping.limits, name="hotline_limits"),
    path("grids/", grids.grids, name="hotline_grids"),
    path("grids/new/", grids.new, name="hotline_grid_new"),
    path("grids/uncovered/", grids.uncovered, name="hotline_uncovered"),
    path("grids/uncovered/<int:building>/", grids.building, name="hotline_building"),
    path("grids/<int:hotline_grid>/", grids.grid, name="hotline_grid"),
    path("public/<int:public_place>/", doors.send_in, name="hotline_public"),
    path(f"{_V2}/services.<open311_shape>", doors.services, name="open311_services"),
    path(f"{_V2}/services/<service_code>.<open311_shape>", doors.service, name="open311_service"),
    path(f"{_V2}/requests.<open311_shape>", doors.requests, name="open311_requests"),
    path(f"{_V2}/requests/<service_request>.<open311_shape>", doors.one_request, name="open311_request"),
    path(f"{_V2}/tokens/<service_request>.<open311_shape>", doors.token, name="open311_token"),
]
