#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that whatever says the version of LossScope says that of the project in CMakeLists.txt.

usage: versions.py [ROOT]
"""
import pathlib
import re
import sys

NUMBER = r"(\d+\.\d+\.\d+)"
PROJECT = "CMakeLists.txt", rf"^project\(LossScope VERSION {NUMBER} "
# File, what stands around the version in it, and whether each tree has that file. The changelog begins with the newest one.
PLACES = (
    ("losses/CMakeLists.txt", rf"^project\(LossScopeLosses VERSION {NUMBER} ", True),
    ("CHANGELOG.md", rf"\A# Changes\n+## {NUMBER}\b", True),
    ("CITATION.cff", rf"^version: {NUMBER}$", False),
    ("README.md", rf"\blossscope_{NUMBER}_\w+\.deb\b", False),
)


def said(root, name, pattern):
    """Every version that a file says; none where it is not there."""
    path = root / name
    return re.findall(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) if path.exists() else []


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    project = said(root, *PROJECT)
    if len(project) != 1:
        print("CMakeLists.txt does not say the project's version")
        return 1
    faults = 0
    for name, pattern, needed in PLACES:
        versions = said(root, name, pattern)
        if needed and not versions:
            print(f"{name} says no version")
            faults += 1
        for version in sorted(set(versions) - set(project)):
            print(f"{name} says {version}, the project is {project[0]}")
            faults += 1
    print(f"The project is {project[0]}, {faults} places say otherwise")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
