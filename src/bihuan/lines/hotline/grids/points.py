"""A point as the hotline writes it: ``WGS-84 28.201000,112.903000``, latitude first, the system beside the numbers.

It stands in an address like any other word, so that no door needs a column of its own. Pure.
"""

import re

from bihuan.logic.shapes import Point

_NUMBER = r"(-?\d{1,3}(?:\.\d{1,20})?)"
_NUMBERS = rf"{_NUMBER}\s{{0,3}}[,，\s]\s{{0,3}}{_NUMBER}(?![\d.])"
_SYSTEM = r"WGS-?84\s{0,3}"
_TYPED = re.compile(rf"(?:{_SYSTEM})?{_NUMBERS}", re.IGNORECASE)
#: Two numbers in an address are a point only where the system is said: 3,12 may be a house.
_INSIDE = re.compile(_SYSTEM + _NUMBERS, re.IGNORECASE)


def of(north: object, east: object) -> str:
    """Return latitude and longitude as they are written; "" for what are no numbers.

    ValueError for numbers that are no place on earth.
    """
    try:
        lat, long = float(str(north)), float(str(east))
    except ValueError:
        return ""
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise ValueError("no place on earth")
    return f"WGS-84 {lat:.6f},{long:.6f}"


def typed(text: str) -> str:
    """Return a point as it is written from what somebody typed or a phone put in; "" for what is none."""
    found = _TYPED.fullmatch(text.strip())
    try:
        return of(found[1], found[2]) if found else ""
    except ValueError:
        return ""


def beside(address: str, point: str, most: int = 200) -> str:
    """Return an address with its point, in at most so many characters; the point is whole."""
    return f"{address.strip()[: most - len(point) - 1]} {point}".strip()


def part(address: str) -> tuple[str, Point | None]:
    """Return an address without its point, and the point as shapes hold it, (longitude, latitude); None without one.

    What is no place on earth stays part of the address.
    """
    found = _INSIDE.search(address)
    if not found or not typed(found[0]):
        return address, None
    rest = f"{address[: found.start()].rstrip()} {address[found.end() :].lstrip()}"
    return rest.strip(), (float(found[2]), float(found[1]))
