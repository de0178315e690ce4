"""Keys and values that grow: the same as transformers' own, without copying what is there."""

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import DynamicCache

from handeye.grounding.phi4.keys_values import ROOM, begun

lengths = st.lists(st.sampled_from([1, 2, 5, ROOM, ROOM + 1, 2 * ROOM]), min_size=1, max_size=6)


@settings(max_examples=60)
@given(lengths)
def test_what_grows_is_what_was_put_in(pieces: list[int]) -> None:
    ours, theirs = begun(2), DynamicCache()
    for length in pieces:
        for layer in range(2):
            keys, values = torch.randn(2, 1, 3, length, 4)
            got = ours.update(keys, values, layer)
            assert all(map(torch.equal, got, theirs.update(keys, values, layer)))
        assert ours.get_seq_length() == theirs.get_seq_length()
        assert ours.get_mask_sizes(4, 1) == theirs.get_mask_sizes(4, 1)


def test_what_is_there_stays_where_it_is() -> None:
    kept = tuple(torch.randn(2, 1, 3, 7, 4))
    before = [each.clone() for each in kept]
    cache = begun(1, (kept,))
    (layer,) = cache.layers
    place = layer.keys.data_ptr()
    assert place != kept[0].data_ptr()
    for _ in range(ROOM):
        cache.update(torch.zeros(1, 3, 1, 4), torch.zeros(1, 3, 1, 4), 0)
        assert layer.keys.data_ptr() == place
    cache.update(torch.zeros(1, 3, 1, 4), torch.zeros(1, 3, 1, 4), 0)
    assert layer.keys.data_ptr() != place
    assert layer.keys.shape == (1, 3, 7 + ROOM + 1, 4)
    assert torch.equal(layer.keys[:, :, :7], before[0])
    assert all(map(torch.equal, kept, before))
