"""The slow query: every matter read row by row and judged in Python, sharing nothing with the fast one."""

import json
from collections import defaultdict
from datetime import datetime, time, timedelta

from bihuan.kernel.clock.models import Clock, Extension, Stop
from bihuan.kernel.flow.models import Matter, Span
from bihuan.kernel.identity.models import Organisation
from bihuan.kernel.ledger.models import Entry
from bihuan.kernel.now import LOCAL, local, now, today
from bihuan.lines.projects.timetables.models import Node, Timetable
from bihuan.logic.days import Day


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
        if source["measure"] == "nodes":
            if question.subjects != "post":
                _nodes(question, source, since, min(end, known), known, found)
            continue
        for matter in Matter.objects.filter(
            kind=source["kind"], **{question.level: question.division}, **sample
        ):
            if any(matter.data.get(name) != value for name, value in source.get("where", {}).items()):
                continue
            judge = {"heard": _heard, "rated": _rated}.get(source["measure"], _clocks)
            for episode, outcome, unit, till in judge(matter, source, since, min(end, known), known):
                about = Matter.objects.get(id=matter.parent) if judge is _rated else matter
                subject = _subject(question.subjects, about, unit, till, known, matter)
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


def _subject(subjects, about, unit, till, known, matter):
    if subjects == "project":
        return about.subject
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
        if outcome == "bad" and source.get("ruled"):
            outcome, when = _ruling(matter, source["ruled"], at, known, when)
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


def _ruling(matter, ruled, at, known, when):
    for child in Matter.objects.filter(parent=matter.id, kind=ruled["kind"]):
        for entry in _entries(child, known):
            if entry.move == ruled["move"] and entry.at < at:
                side = json.loads(entry.text)["facts"]["data"][ruled["field"]]
                return ("bad" if side == "government" else "side"), entry.at
    return "unsettled", when


def _rated(matter, source, since, at, known):
    if matter.created >= at:
        return
    answers = [e for e in _entries(matter, known) if e.move in source["moves"] and e.at < at]
    unit = matter.data.get("rated", 0)
    if answers:
        data = json.loads(answers[0].text)["facts"]["data"]
        good = data[source["field"]] in source["good"] and not data.get("unsolved")
        if answers[0].at >= since:
            yield 1, "good" if good else "bad", unit, answers[0].at
        return
    over = [
        s for s in _spans(matter, known) if s.since < at and s.stage in (*source["silent"], *source["void"])
    ]
    if not over:
        yield 1, "open", unit, at
    elif over[-1].since >= since:
        yield 1, "unrated" if over[-1].stage in source["silent"] else "void", unit, over[-1].since


def _nodes(question, source, since, at, known, found):
    last = local(at - timedelta(microseconds=1)).date()
    for table in Timetable.objects.filter(**{f"project__{question.level}": question.division}):
        if not table.approved_at or table.approved_at >= at or (table.replaced_at and table.replaced_at < at):
            continue
        said = defaultdict(dict)
        for entry in Entry.objects.filter(chain_id=table.id).order_by("seq"):
            if entry.recorded < known:
                for key, values in json.loads(entry.text)["facts"].get("nodes", {}).items():
                    said[key] |= values
                    if "late_standing" in values:
                        said[key]["ruled"] = entry.at
        for node in Node.objects.filter(timetable=table, planned_finish__gte=local(table.approved_at).date()):
            outcome, day = _node(node, said[node.key], last)
            unit = said[node.key].get("unit_id", 0)
            subject = table.project_id if question.subjects == "project" else unit
            scored = question.subjects == "project" or Organisation.objects.filter(id=unit, kind="government")
            if subject and scored and day >= local(since).date():
                found[subject, source["criterion"]][outcome].append(f"{table.matter}.n{node.id}")


def _node(node, said, last):
    code = said.get("actual_finish")
    done = Day.decode(code).first if code else None
    done = done if done and done <= last else None
    limit = node.planned_finish
    for stop in node.stops.all():
        if stop.since <= last:
            until = stop.until if stop.until and stop.until <= last else last
            first = max(stop.since, node.planned_start)
            limit += timedelta(days=max(0, (min(until, done or last) - first).days + 1))
    if done and done <= limit:
        return "good", done
    if not done and any(s.since <= last and (not s.until or s.until > last) for s in node.stops.all()):
        return "stopped", last
    if not done and limit >= last:
        return "open", last
    if done and said.get("inferred"):
        return "unsettled", limit
    settled = said.get("late_standing") in {"agreed", "ruled"}
    if (said["late_side"] if settled else node.side) != "government":
        return "side", limit
    if not settled or node.side == "government":
        return "bad", limit
    day = local(said["ruled"]).date()
    return ("bad", day) if day <= last else ("side", limit)


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
