"""What tests need from npm: pinned packages, without their scripts."""
import shutil
import subprocess


def bring(lists, folder, limit=180):
    """Installs what the two files of npm in the folder `lists` name into `folder`. Why it cannot be had, or nothing: a
    registry that is away or slow is no fault of what is tested."""
    if not shutil.which("npm"):
        return "there is no npm"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lists / name, folder / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=60000"]
    try:
        done = subprocess.run(command, cwd=folder, text=True, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"npm has not ended within {limit} s"
    return "npm brings nothing: " + done.stderr[-500:] if done.returncode != 0 else ""
