"""hotspotd killed and stopped."""
from harness import wait_for
from rounds import another, rounds


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


def test_hotspotd_stopped_for_longer_than_its_lease_does_not_act_when_it_wakes(world):
    def stop_and_wake(world, daemon, _):
        daemon.process.send_signal(19)
        second = another(world)
        daemon.process.send_signal(18)
        wait_for("the first gives the lead away", lambda: "does not lead any more" in daemon.text(), 20)
        tokens = [int(e["token"]) for e in second.journal()]
        assert tokens == sorted(tokens), f"an entry of an older leader came after one of a newer: {tokens}"
        daemon.stop()
        return second

    rounds(world, stop_and_wake)
