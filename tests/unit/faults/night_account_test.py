#!/usr/bin/env python3
"""What the night counts, in figures that were made up."""
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
import night_account as account  # noqa: E402
import night_work  # noqa: E402


def balloon(at, step, domain="n1", state="done", action="a1"):
    return {"action": action, "domain": domain, "kind": "set_balloon", "state": state, "at": at, "node": "h1",
            "step": f"balloon {step}"}


def move(at, source, target, domain="n1", state="done", rule="NodeCpuHot"):
    return {"action": "a2", "domain": domain, "kind": "migrate", "rule": rule, "state": state, "at": at, "node": source,
            "step": f"migrate to {target}"}


UP, DOWN = "128 MiB → 144 MiB", "144 MiB → 128 MiB"


class NightAccount(unittest.TestCase):
    def test_a_step_back_within_three_minutes_is_a_reversal(self):
        self.assertEqual(account.reversals([balloon(0, UP), balloon(180, DOWN)]),
                         ["n1: balloon 128 MiB → 144 MiB, balloon 144 MiB → 128 MiB 180 s later"])
        self.assertEqual(len(account.reversals([balloon(0, UP), balloon(60, DOWN), balloon(120, UP)])), 2)
        self.assertEqual(len(account.reversals([balloon(60, "1 GiB → 1008 MiB"), balloon(0, "1008 MiB → 1 GiB")])), 1)

    def test_what_is_no_reversal(self):
        for actions in ([balloon(0, UP), balloon(181, DOWN)], [balloon(0, UP), balloon(60, "144 MiB → 160 MiB")],
                        [balloon(0, UP), balloon(60, DOWN, domain="n2")], [balloon(0, UP), balloon(60, DOWN, state="skipped")],
                        [balloon(0, DOWN), balloon(30, UP, action="a1-back")]):
            self.assertEqual(account.reversals(actions), [], actions)

    def test_a_domain_that_is_back_within_five_minutes_has_returned(self):
        self.assertEqual(account.returns([move(0, "h1", "h2"), move(161, "h2", "h1")]),
                         ["n1: left h1, back there 161 s later"])
        self.assertEqual(len(account.returns([move(0, "h1", "h2"), move(100, "h2", "h3"), move(200, "h3", "h1")])), 1)

    def test_what_is_no_return(self):
        for actions in ([move(0, "h1", "h2"), move(301, "h2", "h1")], [move(0, "h1", "h2"), move(9, "h2", "h3")],
                        [move(0, "h1", "h2"), move(9, "h2", "h1", state="failed")],
                        [move(0, "h1", "h2"), move(9, "h2", "h1", domain="n2")],
                        [move(0, "h1", "h2"), move(9, "h2", "h1", rule="NodeDrain")]):
            self.assertEqual(account.returns(actions), [], actions)

    def test_hot_time_is_the_time_that_was_measured_above_the_mark(self):
        samples = [(10, 1.0, 0.5), (11, 1.5, 0.5), (12, 1.0, 0.45), (13, None, 0.9), (14, 1.0, None), (20, 1.0, 0.9)]
        self.assertEqual(account.hot_seconds(samples, 0.45, 10, 10), 2.5)

    def test_actions_are_counted_by_kind_and_end(self):
        actions = [balloon(0, UP), balloon(1, UP), balloon(2, UP, action="a1-back"), move(3, "h1", "h2", state="started")]
        self.assertEqual(account.by_kind_and_end(actions),
                         [("migrate", "open", 1), ("set_balloon", "done", 2), ("set_balloon back", "done", 1)])


class NightWork(unittest.TestCase):
    def test_the_same_seed_gives_the_same_work_however_long_it_is(self):
        long, short = night_work.schedule(5, 600), night_work.schedule(5, 300)
        self.assertEqual([one for one in long if one[0] < 300], short)
        self.assertNotEqual(short, night_work.schedule(6, 300))

    def test_work_changes_every_15_to_40_s(self):
        for name in night_work.GUESTS:
            times = [at for at, of, _ in night_work.schedule(5, 900) if of == name]
            apart = [later - one for one, later in zip(times, times[1:])]
            self.assertGreaterEqual(min(apart), 15)
            self.assertLessEqual(max(apart), 40)


if __name__ == "__main__":
    unittest.main()
