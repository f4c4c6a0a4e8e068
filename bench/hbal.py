#!/usr/bin/env python3
"""Balance against Ganeti's hbal on the same clusters: CPU time, score and number of moves.

  hbal.py BUILD [--seed N] [--nodes N] [--domains N] [--shape plain|mixed|even] [--data FILE --load FILE] [--only PART]

hbal runs until it finds no better move (30 to 80 s of CPU for 40 nodes of 480 instances), ours with as many moves as that.
Where ours leaves the instances is written in Ganeti's text form, and hbal prints the score of it: only that counts. PART:
small, or large, which takes no hbal: the score there is our own (the tests hold it to the formula). The effort of ours is
a number of evaluations, so that the same cluster gives the same plan; the numbers here are what a core of 2020 does in the
time. What breaks a condition beside a ratio (time, moves, limits) is said in a line that begins with "not held".
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).parent / "hbal"))
from cluster import make  # noqa: E402
from measuring import conclude  # noqa: E402

QUICK, SHORT, LONG = 120_000, 1_500_000, 15_000_000
LARGE = {1000: (30_000, 3_000, 27_000_000, 5), 10_000: (300_000, 30_000, 255_000_000, 60)}


def run(*command):
    """(output, CPU seconds) of one process, which must succeed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
        if process.returncode != 0:
            sys.exit(f"{command[0]} failed ({process.returncode}): {text[:2000]}")
    return text, usage.ru_utime + usage.ru_stime


class Bench:
    def __init__(self, build, folder, data, load):
        self.program, self.result, self.files = build / "bin" / "bench_hbal", folder / "result", (data, load)

    def ours(self, moves, evaluations, check=True):
        """The figures of one run; the score is the one that hbal prints of the result."""
        text, cpu = run(self.program, *self.files, moves, evaluations, self.result)
        figures = {key: float(value) for key, value in re.findall(r"(\w+)=([\d.]+)", text)}
        figures["cpu"] = cpu
        if check:
            figures["score"] = self.hbal("-l", 0, data=self.result)[0]
        print(f"  ours, {figures['moves']:.0f} moves: score {figures['score']:.5f}, the most CPU load"
              f" {figures['most']:.3f}, CPU {cpu:.3f} s, {figures['over']:.0f} moves over a limit", flush=True)
        return figures

    def hbal(self, *options, data=None):
        """(score at the end, moves, CPU seconds)"""
        text, cpu = run("hbal", "-t", data or self.files[0], "-U", self.files[1], "--no-disk-moves", "-C", *options)
        scores = re.findall(r"(?:Initial score:|improved from [\d.]+ to) ([\d.]+)", text)
        return float(scores[-1]), text.count("gnt-instance migrate"), cpu


def broken(name, *conditions):
    """Says which of the (does it hold, otherwise) do not; true if there is one."""
    missed = [otherwise for holds, otherwise in conditions if not holds]
    for one in missed:
        print(f"  not held by {name}: {one}", flush=True)
    return bool(missed)


def over(figures):
    return figures["over"] == 0, f"{figures['over']:.0f} moves over a limit"


def within(figures, seconds):
    return figures["cpu"] <= seconds, f"{figures['cpu']:.2f} s of CPU, more than {seconds}"


def small(bench):
    score, moves, cpu = bench.hbal()
    print(f"  hbal, {moves} moves: score {score:.5f}, CPU {cpu:.1f} s", flush=True)
    quick, short, long = (bench.ours(moves, effort) for effort in (QUICK, SHORT, LONG))
    failed = False
    for name, figures in (("hbal", quick), ("hbal-200ms", short), ("hbal-2s", long)):
        failed |= broken(name, over(figures), (figures["moves"] <= moves, "more moves than hbal's"))
    failed |= broken("hbal", (quick["score"] <= score, "a higher score than hbal's"))
    failed |= broken("hbal-200ms", within(short, 0.2)) | broken("hbal-2s", within(long, 2))
    fewest = moves
    for share in range(95, 40, -5):
        fewer = bench.ours(moves * share // 100, LONG)
        if fewer["score"] > score or broken("hbal-moves", over(fewer)):
            break
        fewest = int(fewer["moves"])
    failed |= conclude("hbal-moves", fewest, moves, 0.79, "moves", 0)
    failed |= conclude("hbal-200ms", short["score"], score, 0.86, "of score", 5)
    failed |= conclude("hbal-2s", long["score"], score, 0.77, "of score", 5)
    failed |= conclude("hbal", quick["cpu"], cpu, 0.001, "s of CPU", 4)
    return failed


def large(build, folder, options):
    failed = False
    for nodes, (domains, moves, evaluations, seconds) in LARGE.items():
        bench = Bench(build, folder, *written(folder, make(nodes, domains, options.seed, options.shape)))
        figures = bench.ours(moves, evaluations, check=False)
        failed |= broken(f"hbal-{nodes}", over(figures), within(figures, seconds))
        failed |= conclude(f"hbal-{nodes}", figures["score"], figures["before"], 0.23, "of score", 5)
    return failed


def written(folder, texts):
    for name, text in zip(("data", "load"), texts):
        (folder / name).write_text(text)
    return folder / "data", folder / "load"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=40)
    parser.add_argument("--domains", type=int, default=480)
    parser.add_argument("--shape", default="plain")
    parser.add_argument("--data")
    parser.add_argument("--load")
    parser.add_argument("--only", choices=["small", "large"])
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if options.only != "small" and not options.data:
            failed |= bool(large(options.build, folder, options))
        if options.only != "large":
            files = (options.data, options.load) if options.data else written(
                folder, make(options.nodes, options.domains, options.seed, options.shape))
            failed |= bool(small(Bench(options.build, folder, *files)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
