import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ConfigError
from ingest.models.files import load_model, read_model
from ingest.models.symmetric_trees import SymmetricTrees


def two_trees():
    """Tree one: bit 0 is x0 > 1, bit 1 is x1 > 5; tree two asks x1 > 2 alone."""
    return SymmetricTrees(
        feature=np.array([[0, 1], [1, 0]], np.int32),
        threshold=np.array([[1, 2], [5, np.inf]], np.float32),
        value=np.array([[10, 20, 30, 40], [1, 2, 0, 0]], np.float32),
        bias=0.5,
        names=("x0", "x1"),
    )


def test_trees_by_hand():
    items = np.array([[1, 5], [2, 5], [1, 6], [2, 6], [1, 2]], np.float32)
    assert two_trees().sums(items.T).tolist() == [12.5, 22.5, 32.5, 42.5, 11.5]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20), st.integers(1, 60))
def test_an_item_is_judged_alike_in_any_company(items, times):
    table = np.array(items * times, np.float32).T
    together = two_trees().sums(np.ascontiguousarray(table))
    alone = [float(two_trees().sums(table[:, k : k + 1])[0]) for k in range(len(items))]
    assert together.tolist() == alone * times


def test_an_unknown_model_says_what_to_do():
    with pytest.raises(ConfigError, match=r"no model .none.*training"):
        load_model(SymmetricTrees, "none")


def test_a_model_that_lacks_an_array():
    content = io.BytesIO()
    np.savez(content, feature=np.zeros((1, 1)))
    with pytest.raises(ConfigError, match="lacks threshold, value, bias, names; train it anew"):
        read_model(SymmetricTrees, "torn", content.getvalue())
