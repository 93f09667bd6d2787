"""What every kind of fingerprint must hold to; a new kind inherits this and answers three questions.

After ThreatExchange's `signal_type_test_helper`: the class is not collected by its own name.
"""

import io

import numpy as np
import pytest

from copse.kit.hashing import Unreadable
from tests.kit.drawn import encoded, shapes


class FingerprintConformance:
    """Inherit, and say how a fingerprint is made, compared, and what is known of it."""

    #: (bytes of a file, its fingerprint) from another implementation.
    known: tuple = ()
    #: how far a fingerprint may be from the known one.
    allowed = 0
    #: whether decoded pixels have one, too.
    of_pixels = False

    def make(self, source):
        """The fingerprint of a source, or None where it has none."""
        raise NotImplementedError

    def distance(self, one, other):
        """0 for equal, more for less alike."""
        raise NotImplementedError

    @pytest.fixture
    def data(self):
        return encoded(shapes(), "PNG")

    def test_it_is_what_another_implementation_says(self):
        assert self.known
        for data, expected in self.known:
            assert self.distance(self.make(data), expected) <= self.allowed

    def test_it_is_the_same_every_time(self, data):
        assert len({self.make(data) for _ in range(3)}) == 1

    def test_path_bytes_and_file_give_the_same(self, data, tmp_path):
        path = tmp_path / "picture.png"
        path.write_bytes(data)
        expected = self.make(data)
        assert expected
        with path.open("rb") as file:
            assert self.make(file) == expected
        sources = (path, str(path), bytearray(data), memoryview(data), io.BytesIO(data))
        for source in sources:
            assert self.make(source) == expected

    def test_pixels_give_the_same_as_their_lossless_file(self, data):
        expected = self.make(data) if self.of_pixels else None
        assert self.make(np.asarray(shapes())) == expected

    def test_it_survives_nothing_and_too_little(self, data):
        for length in (0, 1, 7, 8, 20, len(data) // 2):
            made = self.make(data[:length])
            assert made is None or isinstance(made, str)

    def test_a_missing_file_is_an_error_and_no_fingerprint(self, tmp_path):
        with pytest.raises(Unreadable):
            self.make(tmp_path / "missing.png")

    def test_distance_is_zero_to_itself_and_the_same_both_ways(self, data):
        one, other = self.make(data), self.make(encoded(shapes(seed=9), "PNG"))
        assert self.distance(one, one) == self.distance(other, other) == 0
        assert self.distance(one, other) == self.distance(other, one) > 0
