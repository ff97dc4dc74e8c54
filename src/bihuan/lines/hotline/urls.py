"""Addresses of the line, under ``hotline/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.hotline.abroad import pages as abroad
from bihuan.lines.hotline.aside import pages as aside
from bihuan.lines.hotline.briefs import pages as briefs
from bihuan.lines.hotline.causes import pages as causes
from bihuan.lines.hotline.doors import pages as doors
from bihuan.lines.hotline.doors import public, told
from bihuan.lines.hotline.households import pages as households
from bihuan.lines.hotline.imports import pages as imports
from bihuan.lines.hotline.openmap import pages as openmap
from bihuan.lines.hotline.openmap import public as public_map
from bihuan.lines.hotline.pages import (
    bare,
    city,
    console,
    coverage,
    grids,
    keeping,
    order,
    past,
    pasting,
    queue,
    rates,
    recalls,
    rolls,
    sharing,
)
from bihuan.lines.hotline.patrols import pages as patrols
from bihuan.lines.hotline.phone import pages as phone
from bihuan.lines.hotline.telephony import pages as telephony
from bihuan.lines.hotline.warning import pages as warning
from bihuan.lines.hotline.whistling import pages as whistling

#: Where an Open311 client finds a district; its shape is json or xml.
_V2 = "open311/<int:public_place>/v2"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="hotline"),
    path("parts/", queue.parts, name="hotline_parts"),
    path("console/", console.console, name="hotline_console"),
    path("console/hints/", console.hints, name="hotline_hints"),
    path("console/paste/", pasting.paste, name="hotline_paste"),
    path("console/manifest.webmanifest", sharing.manifest, name="hotline_console_manifest"),
    path("console/worker.js", sharing.worker, name="hotline_console_worker"),
    path("console/share/", sharing.shared, name="hotline_console_share"),
    path("console/calls/", telephony.calls, name="hotline_calls"),
    path("console/calls/<int:hotline_call>/", console.call, name="hotline_call"),
    path("calls/", telephony.listed, name="hotline_call_list"),
    path("telephony/", telephony.exchange, name="hotline_telephony"),
    path("telephony/<int:public_place>/events/", telephony.events, name="hotline_telephony_events"),
    path("orders/<hotline_order>/caller/", order.caller, name="hotline_caller"),
    path("tables/<table_name>/", keeping.kept, name="hotline_kept"),
    path("tables/<table_name>/<int:kept_row>/", keeping.row, name="hotline_kept_row"),
    path("phone/", phone.phone, name="hotline_phone"),
    path("phone/manifest.webmanifest", phone.manifest, name="hotline_phone_manifest"),
    path("phone/worker.js", phone.worker, name="hotline_phone_worker"),
    path("phone/share/", phone.share, name="hotline_phone_share"),
    path("phone/read/", phone.read, name="hotline_phone_read"),
    path("phone/cases/", phone.cases, name="hotline_phone_cases"),
    path("phone/send/", phone.send, name="hotline_phone_send"),
    path("households/", households.households, name="hotline_households"),
    path("households/new/", households.new, name="hotline_household_new"),
    path("households/<int:hotline_resident>/", households.one, name="hotline_household"),
    path("briefs/", briefs.briefs, name="hotline_briefs"),
    path("briefs/new/", briefs.new, name="hotline_brief_new"),
    path("briefs/<int:hotline_brief>/", briefs.brief, name="hotline_brief"),
    path("briefs/<int:hotline_brief>/cases/<str:brief_figure>/", briefs.cases, name="hotline_brief_cases"),
    path("causes/", causes.causes, name="hotline_causes"),
    path("causes/new/", causes.new, name="hotline_cause"),
    path("patrols/", patrols.patrols, name="hotline_patrols"),
    path("patrols/new/", patrols.record, name="hotline_patrol"),
    path("whistles/", whistling.whistles, name="hotline_whistles"),
    path("whistles/new/", whistling.blow, name="hotline_whistle"),
    path("heaps/", aside.heaps, name="hotline_heaps"),
    path("heaps/<hotline_heap>/", aside.heap, name="hotline_heap"),
    path("hotspots/", warning.board, name="hotline_hotspots"),
    path("city/", city.city, name="hotline_city"),
    path("city/sheet/", city.sheet, name="hotline_city_sheet"),
    path("city/compare/", city.compare, name="hotline_city_compare"),
    path("abroad/", abroad.systems, name="hotline_abroad"),
    path("abroad/<int:foreign_system>/", abroad.system, name="hotline_abroad_one"),
    path("past/", past.past, name="hotline_past"),
    path("past/mappings/", imports.mappings, name="hotline_mappings"),
    path("past/mappings/new/", imports.new, name="hotline_mapping_new"),
    path("past/mappings/<str:column_mapping>/", imports.mapping, name="hotline_mapping"),
    path("rates/", rates.rates, name="hotline_rates"),
    path("recalls/", recalls.recalls, name="hotline_recalls"),
    path("limits/", keeping.limits, name="hotline_limits"),
    path("grids/", grids.grids, name="hotline_grids"),
    path("grids/new/", grids.new, name="hotline_grid_new"),
    path("grids/uncovered/", grids.uncovered, name="hotline_uncovered"),
    path("grids/uncovered/<int:building>/", grids.building, name="hotline_building"),
    path("grids/map/", coverage.coverage, name="hotline_coverage"),
    path("grids/map/orders/", bare.bare, name="hotline_bare"),
    path("grids/map/orders/<hotline_order>/", bare.building, name="hotline_bare_building"),
    path("grids/rolls/", rolls.workbook, name="hotline_rolls"),
    path("grids/rolls/apply/", rolls.apply, name="hotline_rolls_apply"),
    path("grids/rolls/<int:batch>/undo/", rolls.undo, name="hotline_rolls_undo"),
    path("grids/<int:hotline_grid>/", grids.grid, name="hotline_grid"),
    path("grids/<int:hotline_grid>/boundary/", coverage.boundary, name="hotline_boundary"),
    path("map/", public_map.maps, name="hotline_maps"),
    path("map/<int:public_place>/", public_map.shown, name="hotline_map"),
    path("map/settings/", openmap.settings, name="hotline_map_settings"),
    path("map/settings/preview/", openmap.preview, name="hotline_map_preview"),
    path("map/settings/classes/<int:map_class>/", openmap.one_class, name="hotline_map_class"),
    path("public/<int:public_place>/", public.send_in, name="hotline_public"),
    path("told/<int:public_place>/orders/", told.orders, name="hotline_told"),
    path(f"{_V2}/services.<open311_shape>", doors.services, name="open311_services"),
    path(f"{_V2}/services/<service_code>.<open311_shape>", doors.service, name="open311_service"),
    path(f"{_V2}/requests.<open311_shape>", doors.requests, name="open311_requests"),
    path(f"{_V2}/requests/<service_request>.<open311_shape>", doors.one_request, name="open311_request"),
    path(f"{_V2}/tokens/<service_request>.<open311_shape>", doors.token, name="open311_token"),
]
