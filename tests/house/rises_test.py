#!/usr/bin/env python3
"""The reckoning of the bench `reaction`. Run alone: tests/house/rises_test.py [-v]"""
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
from rises import Sample, disturbances, holds_at, verdict  # noqa: E402


def read(*values):
    return [Sample(float(second), value, 0.9, 0.25) for second, value in enumerate(values)]


class Rises(unittest.TestCase):
    def test_three_of_three_hold_at_the_third_hot_sample_in_a_row(self):
        self.assertEqual(holds_at(read(0.1, 0.9, 0.9, 0.9, 0.9), 0.8, 3, 3), 3.0)

    def test_hot_samples_that_are_not_in_a_row_do_not_make_three_of_three(self):
        self.assertEqual(holds_at(read(0.9, 0.9, 0.7, 0.9, 0.9), 0.8, 3, 3), None)
        self.assertEqual(holds_at(read(0.9, 0.7, 0.9, 0.9, 0.9), 0.8, 3, 3), 4.0)

    def test_three_of_five_hold_over_a_sample_that_is_not_hot(self):
        self.assertEqual(holds_at(read(0.9, 0.9, 0.7, 0.9), 0.8, 3, 5), 3.0)

    def test_what_is_as_large_as_the_threshold_or_was_not_measured_is_not_hot(self):
        self.assertEqual(holds_at(read(0.9, 0.8, 0.9, None, 0.9), 0.8, 2, 2), None)

    def test_a_disturbance_names_the_sample_its_value_and_the_nodes_load(self):
        self.assertEqual(disturbances(read(0.1, 0.9, 0.7, 0.9), 0.8, 0.5),
                         ["the sample read 1.500 s after the rise was not hot (70%; node's CPU 90%, steal 25%)"])

    def test_a_rise_without_any_hot_sample_says_so(self):
        self.assertEqual(disturbances(read(0.1, None), 0.8, 0.0), ["none of 2 samples was hot"])

    def test_the_worst_of_the_rises_that_the_rule_would_have_seen_is_held(self):
        self.assertEqual(verdict([3.02, 3.09, 9.0, 4.05], [3.0, 3.0, None, 4.0]), (3.09, 3.0))
        self.assertEqual(verdict([9.0], [None]), None)


if __name__ == "__main__":
    unittest.main()
