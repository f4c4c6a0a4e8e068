"""hotspotd killed and stopped."""
import signal
import time

from harness import wait_for
from rounds import EXTRA, another, pause, rounds


def test_hotspotd_killed_at_random_moments_loses_and_doubles_nothing(world):
    def kill(world, daemon, _):
        daemon.kill()
        return another(world)

    rounds(world, kill)


def test_hotspotd_killed_again_while_it_finds_out_what_was_open_loses_and_doubles_nothing(world):
    def kill_again(world, daemon, chance):
        daemon.kill()
        for _ in range(chance.randint(1, 3)):
            daemon = another(world)
            daemon.kill()
        return another(world)

    rounds(world, kill_again)


def wake_beside_another(world, daemon, stopped_s, extra):
    began = time.monotonic()
    daemon.process.send_signal(signal.SIGSTOP)
    second = another(world, extra)
    pause(max(0, began + stopped_s - time.monotonic()))
    daemon.process.send_signal(signal.SIGCONT)
    wait_for("the first gives the lead away", lambda: "does not lead any more" in daemon.text(), 20)
    tokens = [int(e["token"]) for e in second.journal()]
    assert tokens == sorted(tokens), f"an entry of an older leader came after one of a newer: {tokens}"
    daemon.stop()
    return second


def test_hotspotd_stopped_for_longer_than_its_lease_does_not_act_when_it_wakes(world):
    def stop_and_wake(world, daemon, _):
        return wake_beside_another(world, daemon, 0, EXTRA)

    rounds(world, stop_and_wake)


def test_hotspotd_stopped_for_30_s_does_not_act_when_it_wakes(world):
    usual = EXTRA.replace("lease: 2s\n", "")

    def stop_for_30_s(world, daemon, _):
        return wake_beside_another(world, daemon, 30, usual)

    rounds(world, stop_for_30_s, usual, count=1)
