"""The slow query: every matter read row by row and judged in Python, sharing nothing with the fast one."""

import json
from collections import defaultdict
from datetime import datetime, time, timedelta

from bihuan.kernel.clock.models import Clock, Extension, Stop
from bihuan.kernel.flow.models import Matter, Span
from bihuan.kernel.identity.models import Organisation
from bihuan.kernel.ledger.models import Entry
from bihuan.kernel.now import LOCAL, now, today


def count(question, sources, ids=None):
    """Return {(subject, criterion): {outcome: sorted cases}}, of these matters only when ``ids`` are given."""
    end = datetime.combine(question.until + timedelta(days=1), time(), LOCAL)
    known = (
        datetime.combine(question.as_of + timedelta(days=1), time(), LOCAL)
        if question.as_of < today()
        else now()
    )
    since = datetime.combine(question.since, time(), LOCAL)
    found = defaultdict(lambda: defaultdict(list))
    sample = {} if ids is None else {"id__in": ids}
    for source in sources:
        for matter in Matter.objects.filter(
            kind=source["kind"], **{question.level: question.division}, **sample
        ):
            if any(matter.data.get(name) != value for name, value in source.get("where", {}).items()):
                continue
            judge = _heard if source["measure"] == "heard" else _clocks
            for episode, outcome, unit, till in judge(matter, source, since, min(end, known), known):
                subject = _subject(question.subjects, matter, unit, till, known)
                if subject:
                    found[subject, source["criterion"]][outcome].append(f"{matter.id}.{episode}")
    return {key: {o: sorted(c) for o, c in by.items()} for key, by in found.items()}


def _entries(matter, known):
    return [e for e in Entry.objects.filter(chain_id=matter.id).order_by("seq") if e.recorded < known]


def _spans(matter, known):
    there = {e.seq for e in _entries(matter, known)}
    return [s for s in Span.objects.filter(matter_id=matter.id).order_by("n") if s.n in there]


def _actor(entry):
    return json.loads(entry.text)["actor"]


def _subject(subjects, matter, unit, till, known):
    if subjects == "project":
        return matter.subject
    if not Organisation.objects.filter(id=unit, kind="government").exists():
        return 0
    if subjects == "unit":
        return unit
    mine = [_actor(e) for e in _entries(matter, known) if e.at <= till and _actor(e).get("unit") == unit]
    return mine[-1].get("post", 0) if mine else 0


def _clocks(matter, source, since, at, known):
    spans = _spans(matter, known)
    for clock in Clock.objects.filter(matter_id=matter.id, name=source["clock"]):
        if clock.started >= at:
            continue
        ended = clock.ended_at if clock.ended_at and clock.ended_at < at else None
        later = Extension.objects.filter(clock=clock, state="approved", decided_at__gte=at).order_by(
            "decided_at"
        )
        due = later[0].due_before if later else clock.due
        outcome = _outcome(matter, source, clock, ended, due, at, spans, known)
        when = None if outcome in {"open", "stopped"} else due if outcome == "bad" else ended
        if outcome == "bad" and ended:
            when = min(due, ended)
        if when is not None and when < since:
            continue
        held = [s.holder_unit for s in spans if s.holder_unit and clock.started <= s.since < (ended or at)]
        unit = held[-1] if held else 0
        if not unit and ended:
            unit = [_actor(e).get("unit", 0) for e in _entries(matter, known) if e.at == ended][-1]
        yield clock.episode, outcome, unit, ended or at


def _outcome(matter, source, clock, ended, due, at, spans, known):
    if ended is None:
        stops = Stop.objects.filter(clock=clock, began__lt=at, began__lte=due)
        if any(stop.ended is None or stop.ended >= at for stop in stops):
            return "stopped"
        return "bad" if due < at else "open"
    stage = [s.stage for s in spans if s.since <= ended][-1]
    if clock.state == "void" or stage in source.get("void", ()):
        return "void"
    if stage in source.get("fail", ()):
        return "bad"
    result = source["measure"] == "result"
    said = [
        json.loads(e.text)["facts"].get("data", {}).get("closing")
        for e in _entries(matter, known)
        if e.at <= ended
    ]
    closing = ([c for c in said if c] or [None])[-1]
    if result and closing in source.get("out", ()):
        return "policy"
    again = any(s.episode == clock.episode + 1 and s.since < at for s in spans)
    if clock.state != "met" or (result and (again or closing not in source["good"])):
        return "bad"
    return "good"


def _heard(matter, source, since, at, known):
    spans = _spans(matter, known)
    last = {}
    for entry in _entries(matter, known):
        if entry.move in source["moves"] and entry.at < at:
            episode = [s.episode for s in spans if s.n < entry.seq][-1]
            last[episode] = entry
    for episode, entry in last.items():
        if entry.at < since:
            continue
        said = json.loads(entry.text)["facts"].get("data", {}).get(source["field"])
        held = [s.holder_unit for s in spans if s.n < entry.seq and s.holder_unit]
        yield episode, "good" if said in source["good"] else "bad", held[-1] if held else 0, entry.at
