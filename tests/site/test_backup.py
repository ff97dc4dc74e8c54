"""A restore drill: what comes back is what there was, and nothing is ever written over."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]

REGISTER = """项目名称,建设单位,总投资,计划投产时间,存在问题
产业项目甲,甲公司,1亿元,2027年6月,供水未通
产业项目乙,乙公司,2亿元,,
"""


def answer(done) -> dict:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def house(tmp_path_factory, program, installation) -> Path:
    """An installation in which something has happened, and its backup beside it."""
    folder = tmp_path_factory.mktemp("backup")
    installation(folder / "state")
    (folder / "台账.csv").write_text(REGISTER, encoding="utf-8")
    assert program(folder / "state", "import", "projects", str(folder / "台账.csv"), "--json").returncode in (
        0,
        1,
    )
    kept = folder / "state" / "files" / "ab" / "cd"
    kept.mkdir(parents=True)
    (kept / ("ab" + "cd" * 31)).write_bytes(b"encrypted")
    done = program(folder / "state", "backup", str(folder / "house.tar"), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert answer(done)["rows"]["ledger_entry"] > 2
    return folder


def test_what_was_backed_up_comes_back_and_is_proved(house: Path, program):
    there = house / "restored"
    there.mkdir(mode=0o700)
    shutil.copytree(house / "state" / "secrets", there / "secrets")
    done = program(there, "restore", str(house / "house.tar"), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = answer(done)
    assert told["ok"]
    assert told["ledger"]["findings"] == 0
    assert told["different"] == []
    assert (there / "files" / "ab" / "cd" / ("ab" + "cd" * 31)).read_bytes() == b"encrypted"
    tables = []
    for state in (house / "state", there):
        file = house / f"{state.name}.csv"
        assert program(state, "export", "projects", str(file)).returncode == 0
        tables.append(file.read_bytes())
    assert tables[0] == tables[1]
    again = program(there, "restore", str(house / "house.tar"), "--json")
    assert (again.returncode, answer(again)["error"]["code"]) == (3, "conflict")


def test_an_archive_is_not_replaced_unasked(house: Path, program):
    before = (house / "house.tar").read_bytes()
    assert program(house / "state", "backup", str(house / "house.tar")).returncode == 3
    assert (house / "house.tar").read_bytes() == before


def test_other_keys_are_refused_before_anything_is_written(house: Path, program):
    done = program(house / "stranger", "restore", str(house / "house.tar"), "--json")
    assert (done.returncode, answer(done)["error"]["where"]) == (2, "secrets")
    assert not (house / "stranger" / "files").exists()
    assert not (house / "stranger" / "postgres").exists(), "no database is made for what is refused"


def test_a_damaged_archive_is_refused(house: Path, program):
    (house / "short.tar").write_bytes((house / "house.tar").read_bytes()[:4000])
    (house / "no.tar").write_bytes(b"nothing of the kind")
    with tarfile.open(house / "house.tar") as whole, tarfile.open(house / "changed.tar", "w") as changed:
        for member in whole:
            file = whole.extractfile(member)
            if member.name == "database.dump":
                data = file.read()
                (house / "dump").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
                changed.add(house / "dump", member.name)
            else:
                changed.addfile(member, file)
    for name in ("short", "no", "changed"):
        done = program(house / "state2", "restore", str(house / f"{name}.tar"), "--json")
        assert (done.returncode, answer(done)["error"]["code"]) == (2, "bad_input"), name
