"""Looking up in arrays of numbers, against what NumPy says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.corpus.arrays import among, located

NEAR = st.integers(0, 40)
FAR = st.integers(0, 2**32 - 1)
FEW = NEAR | FAR | NEAR.map(lambda n: n << 20)  # some fall to one place of the sieve


@pytest.mark.parametrize("kind", [np.uint32, np.int64])
@given(values=st.lists(FEW), wanted=st.lists(FEW, unique=True))
def test_values_are_found_where_they_are(kind, values, wanted):
    values, wanted = np.array(values, kind), np.array(wanted, kind)
    at, where = located(values, wanted)
    assert at.tolist() == np.flatnonzero(np.isin(values, wanted)).tolist()
    assert values[at].tolist() == wanted[where].tolist()


@given(values=st.lists(FEW), wanted=st.lists(FEW))
def test_wanted_values_may_come_twice(values, wanted):
    values, wanted = np.array(values, np.int64), np.array(wanted, np.int64)
    assert among(values, wanted).tolist() == np.isin(values, wanted).tolist()
