"""What must hold after every injury, asked of the tables themselves: ``python -m bench.faults.truth JOURNAL SINCE``.

Every acknowledged move exists exactly once; nothing exists that nobody asked for; chains verify; rebuilt equals
live; no job is lost; every limit that ended was reminded of once, and everyone who had to be told was told once.
"""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bench.faults.furnish import inside
from bench.faults.journal import read

#: When things have settled, every limit that ended this many seconds ago must have been reminded of.
_SLACK = 5.0


class Truth:
    """Counts, and every sentence that does not hold."""

    def __init__(self, journal: Path, ended: float) -> None:
        self.ended = ended
        self.asked: dict[str, str] = {}
        self.acked: dict[str, dict[str, Any]] = {}
        self.planted: dict[str, float] = {}
        self.posts: list[int] = []
        for line in read(journal):
            if line["e"] == "ask":
                self.asked[line["key"]] = line["path"]
            elif line["e"] == "ack":
                self.acked[line["key"]] = line["receipt"]
            elif line["e"] == "planted":
                self.planted, self.posts = line["matters"], line["posts"]
        self.counts: dict[str, Any] = {
            "acknowledged": len(self.acked),
            "unacknowledged": len(self.asked) - len(self.acked),
        }
        self.broken: list[str] = []

    def say(self, what: str, found: list[Any]) -> None:
        """Count what breaks a sentence, and keep a few examples."""
        self.counts[what] = len(found)
        if found:
            self.broken.append(f"{what}: {len(found)}, such as {found[:3]}")

    def document(self) -> dict[str, Any]:
        """Look at everything."""
        self.moves()
        self.matters()
        self.chains()
        self.jobs()
        self.contacts()
        self.alarms()
        return {"counts": self.counts, "broken": self.broken}

    def moves(self) -> None:
        """Every acknowledged request is one entry, the very one that was acknowledged."""
        from bihuan.kernel.store.sql import run

        rows = run(
            "SELECT k.key, m.code, k.seq, encode(e.hash, 'hex')"
            " FROM flow_key k JOIN flow_matter m ON m.id = k.matter_id"
            " LEFT JOIN ledger_entry e ON e.chain_id = k.matter_id AND e.seq = k.seq"
        )
        held: dict[str, list[tuple[Any, ...]]] = {}
        for key, *rest in rows:
            held.setdefault(key, []).append(tuple(rest))
        self.say("acknowledged_lost", [key for key in self.acked if key not in held])
        self.say("acknowledged_twice", [key for key in self.acked if len(held.get(key, ())) > 1])
        different = [
            (key, held[key][0], said)
            for key, said in self.acked.items()
            if key in held and held[key][0] != (said["code"], said["seq"], said["hash"])
        ]
        self.say("acknowledged_otherwise", different)

    def matters(self) -> None:
        """No request made two matters or two entries, and every matter is what its entries make of it."""
        from bihuan.kernel.flow import rebuild
        from bihuan.kernel.store.sql import run

        titles = Counter(row[0] for row in run("SELECT title FROM flow_matter WHERE title LIKE 'F-%%'"))
        self.counts["matters"] = sum(titles.values())
        self.say("matters_twice", [title for title, count in titles.items() if count > 1])
        self.say("matters_nobody_asked_for", [title for title in titles if title not in self.asked])
        keyed = run(
            "SELECT m.code, (SELECT count(*) FROM ledger_entry e WHERE e.chain_id = m.id),"
            " (SELECT count(*) FROM flow_key k WHERE k.matter_id = m.id), m.seq"
            " FROM flow_matter m WHERE m.title LIKE 'F-%%'"
        )
        self.say("entries_without_request", [row for row in keyed if row[1] != row[2] or row[1] != row[3]])
        ids = [row[0] for row in run("SELECT id FROM flow_matter ORDER BY id")]
        different = [(one, found) for one in ids if (found := rebuild.differences(one))]
        self.say("rebuilt_is_not_live", different)
        backwards = run("SELECT matter_id, n FROM flow_span WHERE until < since")
        self.say("spans_backwards", backwards)
        unfound = run(
            "SELECT code FROM flow_matter m WHERE NOT EXISTS (SELECT FROM search_doc d WHERE d.matter_id = m.id)"
        )
        self.say("matters_search_lost", unfound)

    def chains(self) -> None:
        """The whole ledger verifies."""
        from bihuan.kernel.ledger.verifying import verify

        report = verify()
        self.counts["entries"], self.counts["unsealed"] = report.entries, report.unsealed
        self.say("ledger_findings", [(one.kind, one.where) for one in report.findings])

    def jobs(self) -> None:
        """No job that a move queued is left, stuck or given up."""
        from procrastinate.contrib.django import app

        from bihuan.kernel.store.sql import run

        periodic = {name for name, _id in app.periodic_registry.periodic_tasks}
        rows = run(
            "SELECT id, task_name, status::text, attempts FROM procrastinate_jobs WHERE status <> 'succeeded'"
        )
        self.say("jobs_lost", [row for row in rows if row[1] not in periodic])
        stuck = run(
            "SELECT j.id, j.task_name FROM procrastinate_jobs j WHERE j.status = 'doing' AND NOT EXISTS"
            " (SELECT FROM procrastinate_workers w WHERE w.id = j.worker_id"
            "  AND w.last_heartbeat > now() - interval '1 minute')"
        )
        self.say("jobs_stuck", stuck)
        self.counts["turns_failed"] = sum(row[2] == "failed" for row in rows if row[1] in periodic)

    def contacts(self) -> None:
        """What a sign-off sets going happened once: whom the matter was for is asked once."""
        from bihuan.kernel.store.sql import run

        signed = {said["code"] for key, said in self.acked.items() if self.asked[key].endswith("/sign_off")}
        rows = run(
            "SELECT p.code, count(*) FROM flow_matter c JOIN flow_matter p ON p.id = c.parent"
            " WHERE c.kind = 'callbacks.contact' GROUP BY p.code"
        )
        asked: dict[str, int] = dict(rows)
        self.counts["contacts"] = len(asked)
        self.say("contacts_lost", sorted(signed - asked.keys()))
        self.say("contacts_twice", [code for code, count in asked.items() if count > 1])

    def alarms(self) -> None:
        """Every planted limit that ended was reminded of once, and every coordinator told once."""
        from bihuan.kernel.store.sql import run

        raised = Counter(row[0] for row in run("SELECT matter_id FROM clock_alarm WHERE kind = 'due'"))
        told = Counter(
            (row[0], row[1])
            for row in run(
                "SELECT matter_id, to_post FROM notices_notice WHERE dedupe LIKE 'alarm:%%:due:%%'"
            )
        )
        due = [int(key) for key, moment in self.planted.items() if moment < self.ended - _SLACK]
        self.counts["limits_ended"] = len(due)
        self.say("alarms_lost", [key for key in due if not raised[key]])
        self.say("alarms_doubled", [key for key in map(int, self.planted) if raised[key] > 1])
        self.say("notices_lost", [(key, post) for key in due for post in self.posts if not told[key, post]])
        self.say("notices_doubled", [pair for pair, count in told.items() if count > 1])


if __name__ == "__main__":
    inside(lambda: Truth(Path(sys.argv[1]), float(sys.argv[2])).document())
