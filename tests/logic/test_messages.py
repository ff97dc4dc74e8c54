"""Messages: words, features, near copies, and a classifier that knows when it doesn't know."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.logic.messages import copies, grams, training
from bihuan.logic.messages.classifier import FEATURES, Model, ModelError
from bihuan.logic.messages.words import LONGEST, is_cut, words

TOPICS = {
    "噪音": ("搅拌站", "夜间", "施工", "噪音", "扬尘", "睡眠", "环保"),
    "公交": ("公交车", "站台", "线路", "司机", "调整", "班次", "拥堵"),
    "学校": ("学校", "老师", "补课", "学生", "招生", "食堂", "校车"),
}
#: Words that say nothing and keep messages from being copies of each other.
FILL = tuple(chr(0x6000 + n) * 2 for n in range(200))


def corpus(count: int = 40, seed: int = 1):
    chance = random.Random(seed)
    texts, labels = [], []
    for label, own in TOPICS.items():
        for _ in range(count):
            picked = chance.choices(own, k=5) + chance.choices(FILL, k=8)
            chance.shuffle(picked)
            texts.append(f"X 市 {chance.choice(own)} 问题        {' '.join(picked)}")
            labels.append(label)
    return texts, labels


@pytest.fixture(scope="module")
def trained():
    pytest.importorskip("sklearn")
    return training.train(*corpus(), "2026-11-29")


def test_words_of_cut_and_raw_text_fold_places_and_numbers():
    cut = words("A3 区 公交 120 路        司机 拒载 ２ 次")
    assert cut.all == ("X", "区", "公交", "0", "路", "司机", "拒载", "0", "次")
    assert cut.all[: cut.head] == ("X", "区", "公交", "0", "路")
    assert is_cut("公交 司机 拒载")
    assert not is_cut("公交司机拒载，请处理")
    assert not is_cut("")


def test_a_subject_is_guessed_where_no_gap_shows_it():
    read = words(" ".join(["问题"] * 100))
    assert read.head == 13
    assert len(words("字" * 100_000).all[0]) <= LONGEST


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=60)
def test_any_text_has_words_and_features(text):
    read = words(text)
    assert 0 <= read.head <= len(read.all)
    assert not any(" " in word or not word for word in read.all)
    for kind in grams.KINDS:
        counts = grams.counted(kind, [read, words("公交 司机")])
        assert (counts.count > 0).all()
        rows = grams.Vocabulary.of(kind, counts).rows(kind, counts)
        assert rows.starts[-1] == len(rows.columns) == len(rows.values)


def test_features_are_counted_as_a_slow_count_does():
    texts = [words("公交 公交 司机"), words("司机 公交 学校 司机"), words("")]
    kind = grams.Kind("words", chars=False, low=1, high=2, head=False, rare=1, weight=1.0)
    counts = grams.counted(kind, texts)
    totals = np.bincount(counts.message, counts.count, minlength=3)
    assert totals.tolist() == [3 + 2, 4 + 3, 0]
    assert np.bincount(counts.message, minlength=3).tolist() == [2 + 2, 3 + 3, 0]
    rows = grams.Vocabulary.of(kind, counts).rows(kind, counts)
    lengths = [np.sqrt((rows.values[rows.starts[n] : rows.starts[n + 1]] ** 2).sum()) for n in range(3)]
    assert lengths == pytest.approx([1, 1, 0], abs=1e-6)


def test_near_copies_share_a_group_and_a_fold():
    chance = random.Random(3)
    base = [frozenset(chance.sample([f"词{n}" for n in range(400)], 30)) for _ in range(60)]
    near = [one - {min(one)} | {"新"} for one in base[:20]]
    found = copies.groups([*base, *near])
    slow = [*base, *near]
    for i, one in enumerate(slow):
        for j, other in enumerate(slow):
            if len(one & other) >= 0.7 * len(one | other):
                assert found[i] == found[j]
    assert len(set(found)) == 60
    labels = [str(number % 3) for number in range(60)] + [str(number % 3) for number in range(20)]
    fold = copies.folds(labels, found, 5)
    assert all(fold[n] == fold[60 + n] for n in range(20))
    assert all(fold.count(n) in range(13, 20) for n in range(5))


def test_it_learns_judges_and_says_why(trained):
    assert trained.measured.accuracy > 0.95
    for text in ("A市搅拌站夜间施工噪音扰民\n居民睡眠受影响", "A 市 搅拌站 噪音        夜间 施工"):
        found = trained.model.judge(text, reasons=3)
        assert found.first == "噪音"
        assert sum(found.chances) == pytest.approx(1)
        assert {one.word for one in found.reasons} & set(TOPICS["噪音"])


@pytest.mark.parametrize("text", ["", "   ", "😀😀😀", "the quick brown fox", "\x00\ud800"])
def test_what_says_nothing_is_left_to_a_person(trained, text):
    found = trained.model.judge(text, reasons=3)
    assert not found.sure
    assert found.reasons == ()


def test_a_hundred_thousand_characters_are_judged(trained):
    assert trained.model.judge("搅拌站噪音" * 20_000).first == "噪音"


def test_wrong_labels_are_found():
    pytest.importorskip("sklearn")
    texts, labels = corpus(60)
    for row in (3, 70, 150):
        labels[row] = next(label for label in TOPICS if label != labels[row])
    found = training.train(texts, labels).suspicions
    assert {one.row for one in found} <= {3, 70, 150}
    assert found[0].label == labels[found[0].row]


def test_a_model_file_comes_back_as_it_was(trained):
    again = Model.from_bytes(trained.model.to_bytes())
    assert again.judge("公交车线路调整", 3) == trained.model.judge("公交车线路调整", 3)
    assert again.told["day"] == "2026-11-29"


def test_models_that_are_none_are_refused(trained, monkeypatch):
    data = trained.model.to_bytes()
    broken = bytearray(data)
    broken[len(broken) // 2] ^= 0xFF
    for bad, code in (
        (b"", "foreign"),
        (b"nonsense", "foreign"),
        (data[:-100], "damaged"),
        (bytes(broken), "damaged"),
    ):
        with pytest.raises(ModelError) as error:
            Model.from_bytes(bad)
        assert error.value.code == code
    for features, code in ((FEATURES + 1, "older"), (FEATURES - 1, "newer")):
        monkeypatch.setattr("bihuan.logic.messages.classifier.FEATURES", features)
        with pytest.raises(ModelError) as error:
            Model.from_bytes(data)
        assert error.value.code == code


def test_what_cannot_be_learned_is_said():
    with pytest.raises(training.TrainingError) as error:
        training.train(["a", "b"], ["x", "x"])
    assert error.value.code == "one_class"
    with pytest.raises(training.TrainingError) as error:
        training.train(
            [f"{n}公 {n}交 {n}车" for n in "一二三四五六七八九十百"] + ["学校"] * 20,
            ["甲"] * 11 + ["乙"] * 20,
        )
    assert (error.value.code, error.value.detail) == ("few", "乙")


def test_measures_by_hand():
    chances = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]])
    wanted = np.array([0, 1, 1, -1])
    found = training.measure(chances, wanted, 0.75)
    assert (found.n, found.accuracy, found.top2_accuracy) == (4, 0.5, 0.75)
    assert (found.precision, found.coverage) == (1.0, 0.5)
    assert found.calibration_error == pytest.approx((0.1 + 0.6 + 0.2 + 0.7) / 4)


@given(st.integers(0, 2**32 - 1), st.floats(0.5, 0.99))
@settings(deadline=None, max_examples=40)
def test_a_threshold_keeps_its_promise_on_what_it_was_set_on(seed, skill):
    chance = np.random.default_rng(seed)
    wanted = chance.integers(0, 2, 400)
    first = chance.uniform(0.5, 1, 400)
    right = chance.random(400) < skill
    guess = np.where(right, wanted, 1 - wanted)
    chances = np.where(np.arange(2)[None, :] == guess[:, None], first[:, None], 1 - first[:, None])
    threshold = training.threshold_for(chances, wanted)
    sure = chances.max(1) >= threshold
    assert not sure.any() or (chances.argmax(1) == wanted)[sure].mean() >= training.PRECISION
