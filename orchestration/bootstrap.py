"""Sets up .venv from the lock. Run by make with whatever python3 there is.

Hence the standard library only, and syntax that Python 3.6 reads.

Says at once, in one sentence, when no Python 3.11-3.13 is there or when venv is missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.13", "3.12", "3.11")


def stop(sentence: str) -> None:
    """End with one sentence and exit code 1."""
    sys.stderr.write("setup: " + sentence + "\n")
    raise SystemExit(1)


def find_python() -> str:
    """The first supported interpreter: the one that runs this, else one on the PATH."""
    candidates = [sys.executable, *(shutil.which("python" + version) for version in SUPPORTED)]
    for candidate in candidates:
        if not candidate:
            continue
        probe = "import sys; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([candidate, "-c", probe], capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip() in SUPPORTED:
            return candidate
    found = "%d.%d" % sys.version_info[:2]
    stop("found Python " + found + ", expected 3.11, 3.12 or 3.13; install one (Debian: python3.11).")
    return ""


def lock_digest(files: "list[Path]") -> str:
    """Hash over the files that decide what is installed."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def main(venv: Path, locks: "list[str]") -> None:
    """Make `venv` hold exactly what `locks` list, and the project itself; do nothing when it already does."""
    lock_files = [ROOT / lock for lock in locks]
    digest = lock_digest([*lock_files, ROOT / "pyproject.toml"])
    stamp = venv / "setup.stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    python = find_python()
    if subprocess.run([python, "-c", "import venv, ensurepip"], capture_output=True).returncode != 0:
        stop("this Python has no venv module; install it (Debian: apt-get install python3-venv) and run again.")
    print("Setting up " + venv.name + " (once; about a minute) …", flush=True)
    for args in (
        [python, "-m", "venv", "--clear", str(venv)],
        *(
            [str(venv / "bin/pip"), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(lock)]
            for lock in lock_files
        ),
        [str(venv / "bin/pip"), "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
    ):
        environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
        if subprocess.run(args, env=environment).returncode != 0:
            stop("this step failed: " + " ".join(args) + "; its own words stand above. Is the package index reachable?")
    stamp.write_text(digest)


if __name__ == "__main__":
    main(ROOT / sys.argv[1], sys.argv[2:])
