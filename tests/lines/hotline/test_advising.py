"""The console's classifier: a bad file is read and told once, a class that left the catalogue is never named."""

import os
from unittest.mock import Mock

import pytest
from tests.lines.hotline.test_learning_commands import messages

from bihuan.lines.hotline.learning import advising, keeping
from bihuan.logic.messages import classifier, training

pytest.importorskip("sklearn")
TEXT = "公交 站台 班次 司机 公交 班次"


@pytest.fixture(scope="module")
def trained():
    """A small model that is always sure."""
    texts, labels = zip(*messages(), strict=True)
    made = training.train(texts, labels).model
    return type(made)(
        **{name: getattr(made, name) for name in made.__slots__ if name != "threshold"}, threshold=0.0
    )


@pytest.fixture
def file(tmp_path, settings):
    """The file named in the settings, not there yet."""
    advising._unusable.clear()
    settings.BIHUAN_HOTLINE_MODEL = str(tmp_path / "model")
    return tmp_path / "model"


def logged(text=TEXT, names=("交通运输", "环境保护")):
    log = Mock()  # not structlog's own capture: a logger used before is kept as it was
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(advising, "log", log)
        found = advising.advise(text, names)
    return found, log.warning.call_count


def test_a_missing_or_damaged_file_is_told_once_and_used_as_soon_as_it_is_good(file, trained, monkeypatch):
    assert logged() == ([], 1)
    assert logged() == ([], 0), "told once"
    file.write_bytes(b"PK nothing")
    assert logged() == ([], 1), "the file changed"
    read = []
    monkeypatch.setattr(keeping, "model", read.append)
    assert logged() == ([], 0)
    assert read == [], "not read again"
    monkeypatch.undo()
    keeping.keep(trained, file)
    found, said = logged()
    assert (found[0][0], said) == ("交通运输", 0)
    assert found[0][2], "with reasons"


def test_a_model_older_than_its_features_is_refused_until_it_is_trained_again(file, trained, monkeypatch):
    monkeypatch.setattr(classifier, "FEATURES", classifier.FEATURES - 1)
    keeping.keep(trained, file)
    monkeypatch.undo()
    os.utime(file, ns=(1, 1))
    assert logged() == ([], 1)
    assert logged() == ([], 0)
    keeping.keep(trained, file)
    assert logged()[0]


def test_a_class_that_left_the_catalogue_is_never_named(file, trained):
    keeping.keep(trained, file)
    assert logged(names=("环境保护",)) == ([], 0)
    assert logged(text="")[0] == []
