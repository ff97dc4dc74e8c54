"""The tables of the line, each declared where it is used."""

from bihuan.lines.hotline.abroad.models import Endpoint, Foreign
from bihuan.lines.hotline.aside.models import Aside, Heap
from bihuan.lines.hotline.callers.models import Caller
from bihuan.lines.hotline.doors.models import Knock
from bihuan.lines.hotline.duties.models import Duty, Knowledge, Refusal, Ruling, Scheme
from bihuan.lines.hotline.grids.models import Building, Grid, Helper
from bihuan.lines.hotline.households.models import Looked, Resident, Tag
from bihuan.lines.hotline.imports.models import Mapping, Past
from bihuan.lines.hotline.joining.models import Join
from bihuan.lines.hotline.openmap.models import OpenClass, OpenMap, Release, ReleaseCell
from bihuan.lines.hotline.phone.models import Sent
from bihuan.lines.hotline.telephony.models import Aim, Call, Extension
from bihuan.lines.hotline.upstream.models import CityOrder
from bihuan.lines.hotline.warning.models import (
    Cell,
    Event,
    Hotspot,
    HotspotOrder,
    Judged,
    Reply,
    Tally,
    Watched,
)

__all__ = [
    "Aim",
    "Aside",
    "Building",
    "Call",
    "Caller",
    "Cell",
    "CityOrder",
    "Duty",
    "Endpoint",
    "Event",
    "Extension",
    "Foreign",
    "Grid",
    "Heap",
    "Helper",
    "Hotspot",
    "HotspotOrder",
    "Join",
    "Judged",
    "Knock",
    "Knowledge",
    "Looked",
    "Mapping",
    "OpenClass",
    "OpenMap",
    "Past",
    "Refusal",
    "Release",
    "ReleaseCell",
    "Reply",
    "Resident",
    "Ruling",
    "Scheme",
    "Sent",
    "Tag",
    "Tally",
    "Watched",
]
