"""The files of this checkout, for the tests that read them."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked(*patterns):
    """Files that git knows or would add; outside a checkout, all."""
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, text=True,
                             capture_output=True)
    if listing.returncode == 0:
        return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).exists()]
    return [p for pattern in patterns for p in ROOT.rglob(pattern) if "build" not in p.parts]
