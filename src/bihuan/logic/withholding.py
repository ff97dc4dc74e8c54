"""What of small numbers may be told, so that nothing told lets anybody work out one that was not. Pure.

The places of a period are told apart by class. A number below ``least`` is withheld, nought as well: that nobody
complained can point at who did. Whatever else is told follows from two kinds of numbers only: those shown, and, for a
place, the sum of all that is withheld there. That sum is told only while it leaves every number in it free to be
anything from 0 to ``least - 1``; else it is withheld, too. No sum over places or periods holds anything withheld, and
each withheld number stands in one sum at most, so there is nothing to subtract from.
"""

from collections.abc import Mapping


def shown(counts: Mapping[int, int], least: int) -> tuple[dict[int, int], int]:
    """Return (the numbers of one place that may be told, the sum of all others or 0 where that would tell too much).

    ``counts`` names every class that could have been counted, with 0 where nothing was. ValueError for a ``least``
    under 2, which would withhold nothing.
    """
    if least < 2:
        raise ValueError("nothing would be withheld")
    told = {key: number for key, number in counts.items() if number >= least}
    held = [number for number in counts.values() if number < least]
    rest, most = sum(held), (len(held) - 1) * (least - 1)
    return told, rest if least <= rest <= most else 0
