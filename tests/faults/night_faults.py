"""The night in short: the same guests, rules and account, in about two minutes. night.py is the long one."""
import night_troubles as troubles
from night import Plan, run_night

# Steps are over within seconds, so that several fit in.
QUICK = """lease: 3s
foreign_rest: 10s
limits: {settle_samples: 1}
shrink: {step: 16MiB, step_pause: 2s, watch: 8s}
"""


def test_two_minutes_of_random_work_and_trouble_kill_lose_and_double_nothing(world):
    run_night(world, Plan(watched_s=25, enforced_s=75, hurry=3, between_s=(8, 14), drain_limit_s=20, extra=QUICK,
                          troubles=(troubles.leader_killed, troubles.redis_killed, troubles.link_cut,
                                    troubles.operator_migrates, troubles.held)))
