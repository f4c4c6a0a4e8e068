"""A guest that takes memory and gives it back, and the daemon that follows it with the balloon."""
import itertools
import re

from harness import Seen, wait_for

MIB = {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}


class Follower:
    def __init__(self, rig, name, daemon):
        self.rig, self.name, self.daemon = rig, name, daemon
        self.steps = 0  # of the balloon, that were looked at

    def balloon_mib(self):
        return int(self.rig.domstats(1, self.name)["balloon.current"]) >> 10

    def new_steps(self):
        """Up or down, of each change that was done since the last call."""
        sizes = [[float(number) * MIB[unit] for number, unit in re.findall(r"([0-9.]+) ([KMG]iB)", action["step"])]
                 for action in self.daemon.json("action", "list", "-n", "1000")
                 if action["domain"] == self.name and action["kind"] == "set_balloon" and action["state"] == "done"]
        new = ["up" if after > before else "down" for before, after in sizes[self.steps:]]
        self.steps = len(sizes)
        return new

    def wait_for_room(self, held_mib, used_ratio):
        def has_room():
            memory = self.rig.ask(self.name)["memory_kib"]
            if 1 - memory["available"] / memory["total"] < used_ratio:
                return True
            raise Seen(f"{memory}; {self.daemon.text()[-3000:]}")

        wait_for(f"{self.name} has room beside {held_mib} MiB", has_room, 60, 0.5)

    def wait_until_given_back(self, most_mib, limit_s):
        def given_back():
            # A step that is still watched would be taken back by what the guest takes next.
            if self.balloon_mib() <= most_mib and not self.daemon.status()["in_flight"]:
                return True
            raise Seen(f"{self.balloon_mib()} MiB; {self.daemon.text()[-3000:]}")

        wait_for(f"at most {most_mib} MiB are left", given_back, limit_s, 1)

    def take_and_give_back(self, steps_mib, used_ratio, grown_mib, given_back_mib, given_back_s=120):
        """The guest holds more and more, step by step, whenever its rules are content, and then nothing.

        It must go up only and then down only, nothing be swapped in and no process killed."""
        for held in steps_mib:
            self.rig.work(self.name, f"hold {held}")
            self.wait_for_room(held, used_ratio)
            said = self.rig.ask(self.name)
            assert said["work"]["held_mib"] == held, f"not {held} MiB are held: {said}; {self.daemon.text()[-3000:]}"
        grown = self.balloon_mib()
        assert grown >= grown_mib, f"{grown} MiB; {self.daemon.text()[-3000:]}"
        self.rig.work(self.name, "hold 0")
        self.wait_until_given_back(given_back_mib, given_back_s)
        moved = self.new_steps()
        turns = [direction for direction, _ in itertools.groupby(moved)]
        # The end of what was given back before may come first.
        assert turns.count("up") == 1, f"to and fro: {moved}"
        said = self.rig.ask(self.name)
        assert (said["oom_kill"], said["pswpin"]) == (0, 0), f"it swapped in, or had a process killed: {said}"
        print(f"     {moved.count('up')} times up to {grown} MiB, {moved.count('down')} times down, now {self.balloon_mib()} MiB",
              flush=True)
