#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the files of this repository that comments and pages name are there.

usage: named_files.py [ROOT]

Read are the comments of source files, scripts and CMake files, and Markdown outside its blocks of code. A name with
folders must lead to a file or folder, from the root, from the file that names it, or as the end of a path ("fields/
cache.cpp"). A name without folders must be that of some file. Files of libraries are told from ours by FOREIGN.
"""
import io
import pathlib
import re
import subprocess
import sys
import tokenize

SLASHES = {".cpp", ".h", ".c", ".cu", ".cuh", ".mjs"}
HASHES = {".py", ".sh", ".cmake", ".yml", ""}
OURS = r"(?:h|cuh?|cpp|c|md|py|sh|mjs|cmake|txt)"
FILE = re.compile(rf"(?<![\w./<{{*-])((?:\.\./|\./)*(?:[\w-]+/)*[\w-]+\.{OURS})(?![\w/*]|\.\w)")
ROOM = re.compile(r"(?<![\w./<-])((?:app|basics|losses|resources|tests|widgets|\.ci)(?:/[\w.-]*[\w-])+)(?![\w/*{])")
LINK = re.compile(r"\]\(([^)#:\s]+)\)")
# Of other projects, made by a build or by a user, or standing for any name.
FOREIGN = re.compile(
    r"(monai|losses_pytorch)/|(^|/)(loss_functions|loss_segmentation|combo_loss|losses)\.py$|^(torch|c10|ATen|nlohmann)/"
    r"|^build/|^(vtk|itk|gdcm|jpeg|Q)\w+\.h$|^(my|FILE)\.md$"
    r"|^losses/functions/brier\.h$|(^|/)[A-Z]{2,}_?\w*\.cpp$")


def source_files(root):
    """The files of a clone that git does not ignore; of an unpacked archive all but the build's."""
    command = ["git", "-C", root, "ls-files", "-co", "--exclude-standard"]
    try:
        names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.relative_to(root).parts[0] != "build"]
    return [name for name in names if (root / name).is_file()]


def comments(path, text):
    """(line number, words) of what people read in a file."""
    return {".md": outside_code, ".py": of_python}.get(path.suffix, of_slashes if path.suffix in SLASHES else of_hashes)(text)


def outside_code(text):
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*(```|~~~)", line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def of_python(text):
    """Comments, and strings that are statements by themselves."""
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        alone = before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type == tokenize.COMMENT or token.type == tokenize.STRING and alone:
            yield from ((token.start[0] + row, words) for row, words in enumerate(token.string.splitlines()))
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            before = token.type


def of_slashes(text):
    block = False
    for number, line in enumerate(text.splitlines(), 1):
        words = line if block else "".join(re.findall(r"(?:(?<!:)//|/\*).*", line)[:1])
        block = "*/" not in words and (block or "/*" in words)
        if words:
            yield number, words


def of_hashes(text):
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, words) for words in re.findall(r"(?:^|\s)#(?!!).*", line)[:1])


def names_in(path, words):
    found = FILE.findall(words) + ROOM.findall(words)
    if path.suffix == ".md":
        found += LINK.findall(words)
    return {name for name in found if not FOREIGN.search(name)}


def is_there(name, path, root, files, bases):
    if (root / name).exists() or (path.parent / name).exists():
        return True
    return name in bases if "/" not in name else any(file.endswith("/" + name) for file in files)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    files = source_files(root)
    bases = {pathlib.Path(name).name for name in files}
    named, missing = 0, []
    for name in files:
        path = root / name
        if name.startswith("tests/fuzz/corpus/") or path.suffix not in SLASHES | HASHES | {".md", ".txt"}:
            continue
        if path.suffix == ".txt" and path.name != "CMakeLists.txt":
            continue
        for number, words in comments(path, path.read_text(errors="replace")):
            for wanted in sorted(names_in(path, words)):
                named += 1
                if not is_there(wanted, path, root, files, bases):
                    missing.append(f"{name}:{number}: there is no {wanted}")
    print(f"{named} names of files in comments and pages, {len(missing)} of files that are not there")
    print("\n".join(missing))
    sys.exit(1 if missing or not named else 0)


if __name__ == "__main__":
    main()
