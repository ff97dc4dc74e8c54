"""Pictures as SVG text, made without a database or a browser: the same on screen, wall, print and paper."""

from bihuan.logic.pictures.histogram import Mark, histogram_svg
from bihuan.logic.pictures.ladder import (
    Ladder,
    LadderRow,
    LadderStep,
    LadderWords,
    ladder_svg,
    ladder_table,
    stairs_svg,
)
from bihuan.logic.pictures.light import COLOURS, GLYPHS, Light
from bihuan.logic.pictures.mechanism import (
    MechanismPicture,
    MechanismWords,
    PictureMove,
    PictureStage,
    mechanism_picture,
    mechanism_table,
)
from bihuan.logic.pictures.mechanism_drawing import mechanism_svg
from bihuan.logic.pictures.stepper import PictureStep, stepper_svg
from bihuan.logic.pictures.timetable import Timetable, TimetableRow, TimetableWords, timetable_table
from bihuan.logic.pictures.timetable_drawing import timetable_svg
from bihuan.logic.pictures.trend import Point, trend_svg
from bihuan.logic.pictures.watched import WatchedDay, WatchedWords, watched_svg

__all__ = [
    "COLOURS",
    "GLYPHS",
    "Ladder",
    "LadderRow",
    "LadderStep",
    "LadderWords",
    "Light",
    "Mark",
    "MechanismPicture",
    "MechanismWords",
    "PictureMove",
    "PictureStage",
    "PictureStep",
    "Point",
    "Timetable",
    "TimetableRow",
    "TimetableWords",
    "WatchedDay",
    "WatchedWords",
    "histogram_svg",
    "ladder_svg",
    "ladder_table",
    "mechanism_picture",
    "mechanism_svg",
    "mechanism_table",
    "stairs_svg",
    "stepper_svg",
    "timetable_svg",
    "timetable_table",
    "trend_svg",
    "watched_svg",
]
