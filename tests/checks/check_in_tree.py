# SPDX-License-Identifier: Apache-2.0
"""What a script of resources/checks says of a small tree that is made for it."""
import pathlib
import subprocess
import sys
import tempfile

CHECKS = pathlib.Path(__file__).resolve().parents[2] / "resources/checks"


def said(check, files):
    """Exit status and output of the script of that name for a tree of these files, {name: text}."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, CHECKS / check, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout
