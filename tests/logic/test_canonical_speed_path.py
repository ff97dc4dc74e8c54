"""The fast encoder and the plain one give the same text, character by character."""

from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic.canonical import MAX_INT, dumps, plain_encode

texts = st.text(st.characters(exclude_categories=("Cs",)))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(values)
def test_both_encoders_agree(value):
    assert dumps(value) == plain_encode(value)
