"""A guest that takes memory and gives it back, and the daemon that follows it with the balloon."""
import itertools
import re

from harness import wait_for

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

    def has_room(self, used_ratio):
        memory = self.rig.ask(self.name)["memory_kib"]
        return 1 - memory["available"] / memory["total"] < used_ratio

    def take_and_give_back(self, steps_mib, used_ratio, given_back_mib):
        """The guest holds more and more, step by step, whenever its rules are content, and then nothing.

        It must go up only and then down only, nothing be swapped in and no process killed."""
        for held in steps_mib:
            self.rig.work(self.name, f"hold {held}")
            wait_for(f"{self.name} has room beside {held} MiB", lambda: self.has_room(used_ratio), 60, 0.5)
            said = self.rig.ask(self.name)
            assert said["work"]["held_mib"] == held, f"not {held} MiB are held: {said}; {self.daemon.text()[-3000:]}"
        grown = self.balloon_mib()
        assert grown > held, f"{grown} MiB; {self.daemon.text()[-3000:]}"
        self.rig.work(self.name, "hold 0")
        wait_for("the memory is given back", lambda: self.balloon_mib() <= given_back_mib, 300, 1)
        moved = self.new_steps()
        turns = [direction for direction, _ in itertools.groupby(moved)]
        # The end of what was given back before may come first.
        assert turns.count("up") == 1, f"to and fro: {moved}"
        said = self.rig.ask(self.name)
        assert (said["oom_kill"], said["pswpin"]) == (0, 0), f"it swapped in, or had a process killed: {said}"
        print(f"     {moved.count('up')} times up to {grown} MiB, {moved.count('down')} times down, now {self.balloon_mib()} MiB",
              flush=True)
