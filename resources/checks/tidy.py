#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy on the C++ files that changed: tidy.py [--base COMMIT] [--build FOLDER] [--seconds N] [FILE...]

The files are those that differ from BASE and are compiled in the build; a header stands for its own .cpp. Without
--base that is where this branch left origin/main, or, on main itself, the last commit a day before the newest. Those with
the most changed lines of code come first; what the time does not suffice for is named, and is no failure. A finding of
the checks that .clang-tidy takes for errors is; those of others are told.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = 24 * 3600


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def usual_base():
    left = git("merge-base", "HEAD", "origin/main")
    if left and left != git("rev-parse", "HEAD"):
        return left
    newest = int(git("log", "-1", "--format=%ct") or 0)
    return git("rev-list", "-1", f"--before={newest - DAY}", "HEAD") or git("rev-list", "--max-parents=0", "HEAD").splitlines()[0]


def changed_files(base):
    """Changed lines of code of each file that differs from a commit, committed or not; comments do not count."""
    lines, name = {}, ""
    for row in git("diff", "--unified=0", "--no-renames", base, "--", "*.cpp", "*.h").splitlines():
        if row.startswith("+++ ") or row.startswith("--- "):
            name = row[6:] if row.startswith("+++ b/") else name
        elif row[:1] in ("+", "-") and (ROOT / name).is_file() and row[1:].split("//")[0].strip():
            lines[name] = lines.get(name, 0) + 1
    return lines


def sources_of(lines, compiled):
    """The compiled files to look at, those with the most changed lines first."""
    weights = {}
    for name, changed in lines.items():
        path = ROOT / name
        source = path.with_suffix(".cpp") if path.suffix == ".h" else path
        if source in compiled:
            weights[source] = weights.get(source, 0) + changed
    return sorted(weights, key=lambda source: (-weights[source], source))


def without_precompiled(rows, folder):
    """A compilation database without GCC's precompiled headers, which clang cannot read."""
    for row in rows:
        row["command"] = re.sub(r"-Winvalid-pch|-include \S*cmake_pch\.hxx", "", row["command"])
    pathlib.Path(folder, "compile_commands.json").write_text(json.dumps(rows))


def look_at(tool, build, source, until):
    """(source, findings as text, remarks as text); no text where there is none, None where there was no time left."""
    left = until - time.monotonic()
    if left <= 0:
        return source, None, ""
    command = [tool, "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option", source]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=left, check=False)
    except subprocess.TimeoutExpired:
        return source, None, ""
    if "Error parsing" in done.stderr:  # with a configuration that it cannot read clang-tidy goes on, and finds nothing
        return source, done.stderr, ""
    if "-warnings-as-errors]" in done.stdout:
        return source, done.stdout, ""
    return source, "", done.stdout or (done.stderr if done.returncode else "")  # what clang 14 cannot compile is told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--base")
    parser.add_argument("--build", type=pathlib.Path, help="by default that which was configured last")
    parser.add_argument("--seconds", default=600, type=float)
    parser.add_argument("--tool", default="clang-tidy")
    options = parser.parse_args()
    built = [options.build / "compile_commands.json"] if options.build else list(ROOT.glob("build/*/compile_commands.json"))
    if not built:
        sys.exit("tidy.py: configure a build first, e.g. cmake --preset release")
    rows = json.loads(max(built, key=lambda path: path.stat().st_mtime).read_text())
    base = options.base or usual_base()
    lines = {name: 1 for name in options.files} or changed_files(base)
    sources = sources_of(lines, {pathlib.Path(row["file"]) for row in rows})
    until = time.monotonic() + options.seconds
    bad, late = 0, []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        without_precompiled(rows, folder)
        for source, findings, remarks in pool.map(lambda source: look_at(options.tool, folder, source, until), sources):
            name = source.relative_to(ROOT).as_posix()
            if findings is None:
                late.append(name)
            elif findings:
                bad += 1
            if findings or remarks:
                print(f"{name}:\n{findings}{remarks}")
    what = "named files" if options.files else f"files changed since {base[:10]}"
    print(f"clang-tidy: {len(sources) - len(late)} of {len(sources)} {what} looked at, {bad} with findings.")
    if late:
        print("Not looked at for lack of time: " + " ".join(late))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
