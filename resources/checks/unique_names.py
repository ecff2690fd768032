#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that no two files of a library keep the same name in their unnamed namespaces, and none that of a header.

usage: unique_names.py [ROOT]

The presets `release` and `ci` compile the files of what is marked UNITY in CMake several at a time, and which of them
come together shifts whenever a file is added: a name that two of them have breaks the build far from the change that
gave it. So does what a header declares that another of them includes. An alias that reads the same in both
files may be in both.
"""
import functools
import pathlib
import re
import sys

LITERAL = re.compile(r"""//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
DECLARATION = re.compile(r"lossscope_(?:library|program|test)\(\s*(\w+)(.*?)\n?\)", re.S)
KEYWORDS = {"PUBLIC", "PRIVATE", "LINK", "WIRING", "LOOPS", "UNITY", "MOC", "PCH", "DISPLAY", "FAST", "SHARDS", "TIMEOUT"}


def libraries(cmake):
    """(name, source files) of each target of a CMakeLists.txt that is marked UNITY."""
    for name, rest in DECLARATION.findall(re.sub(r"#[^\n]*", "", cmake.read_text())):
        words, files, reading = rest.split(), [], False
        for word in words:
            reading = word == "SOURCES" or reading and word not in KEYWORDS
            if reading and word.endswith(".cpp"):
                files.append((cmake.parent / word).resolve())
        if "UNITY" in words:
            yield name, files


def blank(found):
    """Spaces in place of what was found, in as many lines."""
    return re.sub(r"[^\n]", " ", found[0])


def without_brackets(text):
    """`text` without what stands between < and >."""
    while (shorter := re.sub(r"<[^<>]*>", " ", text)) != text:
        text = shorter
    return text


def declared(statement):
    """(name, what must be the same) of what a declaration declares. Of its brackets the contents are left out."""
    words = " ".join(statement.split())
    if alias := re.match(r"(?:using|namespace) (\w+) = .*", words):
        return [(alias[1], words)]
    words = re.sub(r"\[\[.*?\]\]|^template(?: requires [^{;]*)?|\brequires .*|\balignas\(\)", " ", without_brackets(words)).strip()
    if kind := re.match(r"(?:struct|class|enum class|enum|union) (\w+)", words):
        return [(kind[1], None)]
    if words.startswith(("using ", "static_assert", "friend ", "Q_", "extern ")) or " operator" in words:
        return []
    if re.match(r"[A-Z][A-Z_]+\(\)", words):  # TEST(...) and the like
        return []
    names = [re.search(r"([A-Za-z_]\w*)\s*(?:\[\w*\]\s*)*(?:[=({]|$)", one) for one in words.split(",")]
    return [(name[1], None) for name in names if name]


def unnamed(text):
    """(name, line, what must be the same) of what a file keeps in its unnamed namespaces."""
    text = LITERAL.sub(blank, text)
    for line in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+).*", text, re.M):
        yield line[1], text.count("\n", 0, line.start()) + 1, None
    text = DIRECTIVE.sub(blank, text)
    for start in re.finditer(r"\bnamespace\s*\{", text):
        yield from members(text, start.end())


def members(text, at):
    """The declarations from `at` to the end of the namespace that was opened there."""
    depth, flat, line = 0, "", 0
    for place in range(at, len(text)):
        letter = text[place]
        depth -= letter in "})"
        if depth < 0:
            return
        if depth == 0 and letter != ";":
            if not flat.strip():
                line = text.count("\n", 0, place) + 1
            flat += letter
        depth += letter in "{("
        # A type's or variable's closing brace is followed by its semicolon or the next name; a function's is the end.
        ends = letter == "}" and not text[place + 1 :].lstrip().startswith((";", ","))
        if depth == 0 and (letter == ";" or ends):
            for name, same in declared(flat):
                yield name, line, same
            flat = ""


def shared(files):
    """(name, places) of what two files have."""
    where = {}
    for file in files:
        for name, line, same in unnamed(file.read_text()):
            where.setdefault(name, {}).setdefault(file, (line, same))
    for name, places in sorted(where.items()):
        texts = {same for _, same in places.values()}
        if len(places) > 1 and (None in texts or len(texts) > 1):
            yield name, [(file, line) for file, (line, _) in sorted(places.items())]


@functools.cache
def read(path):
    """A file's text without literals, comments and directives."""
    return DIRECTIVE.sub(blank, LITERAL.sub(blank, path.read_text()))


def room_of(text):
    """The namespace that a file opens first."""
    found = re.search(r"\bnamespace ([\w:]+)\s*\{", text)
    return found[1] if found else ""


@functools.cache
def includes_of(path):
    return re.findall(r'#include "([^"]+)"', path.read_text())


def included(root, files):
    """All headers of ours that the files include."""
    found, left = set(), list(files)
    while left:
        for name in includes_of(left.pop()):
            header = root / name
            if header.is_file() and header not in found:
                found.add(header)
                left.append(header)
    return found


def hidden_by_headers(root, files):
    """(name, its place in a file, the header) of what a header declares that the file itself does not include."""
    headers = included(root, files)
    declared_there = {}
    for header in sorted(headers):
        text = read(header)
        for start in re.finditer(r"\bnamespace ([\w:]+)\s*\{", text):
            for name, _, _ in members(text, start.end()):
                declared_there.setdefault((start[1], name), header)
    for file in files:
        room, own = room_of(read(file)), included(root, [file])
        for name, line, same in unnamed(file.read_text()):
            header = declared_there.get((room, name))
            if header and header not in own and not (same or "").startswith("using"):
                yield name, (file, line), header


def main(root):
    faults = looked_at = 0
    for cmake in sorted(root.rglob("CMakeLists.txt")):
        if "build" in cmake.relative_to(root).parts:
            continue
        for library, files in libraries(cmake):
            files = [file for file in files if file.is_file()]
            looked_at += len(files)
            for name, places in shared(files):
                faults += 1
                print(f"{library}: {name} is in " + " and in ".join(f"{f.relative_to(root)}:{line}" for f, line in places))
            for name, (file, line), header in hidden_by_headers(root, files):
                faults += 1
                print(f"{library}: {name} is in {file.relative_to(root)}:{line} and in {header.relative_to(root)}")
    if faults:
        print(f"{faults} names are there twice in what is compiled together: give them names of their own.")
    if not looked_at:
        print("No CMakeLists.txt has sources that are marked UNITY: nothing was checked.")
    return 0 if looked_at and not faults else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()))
