"""What the benches share: the rig, and the line that each ends with."""
import pathlib
import signal
import sys

sys.dont_write_bytecode = True
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the rig is taken down
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def conclude(name, ours, peer, bound, unit, digits=3):
    """Prints the last line; returns the exit code."""
    ratio = ours / peer
    print(f"{name}: ours={ours:.{digits}f} peer={peer:.{digits}f} ratio={ratio:.3f} bound={bound:.3f} {unit}", flush=True)
    return 0 if ratio <= bound else 1
