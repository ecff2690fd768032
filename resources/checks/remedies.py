#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that a test executes what each refusal says can be done about it.

usage: remedies.py [ROOT]

A refusal is a call or a list in braces in app/ that has a code ("E_CRC"). Its remedy counts as executed where a test says
remedy_works("CODE", "WORDS", ...) with words of that remedy (tests/io/remedies.h, which runs both), and where tests/corpus
knows the code: there a test goes through every refused file. What no file of the corpus can make fail by itself, a broken
disk or the program's own output, is BEYOND_FILES and needs the words. NOT_HERE are remedies that no test can execute.
"""
import pathlib
import re
import sys

BEYOND_FILES = {"E_READ", "E_WRITE"}
NOT_HERE = {
    "install the package mricron-data": "a test installs no packages",
    "install LossScope completely": "a test installs no packages",
    "simplify it; only what LibTorch documents": "no script is known that makes its process answer nonsense",
    "save the picture again, in grey values": "no picture is known that the gate and a library see differently",
}
STRING = r'"(?:[^"\\]|\\.)*"'
CODE = re.compile(r'"(E_[A-Z0-9_]+)"')
EXECUTED = re.compile(rf'remedy_works\(\s*"(E_[A-Z0-9_]+)",\s*((?:{STRING}\s*)+)')


def without_comments(text):
    """The same length, so that line numbers stay."""
    return re.sub(rf'({STRING})|//[^\n]*|/\*.*?\*/',
                  lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)


def words_of(code):
    """The literals of an expression; those side by side are one, what is computed between two is a gap."""
    joined = re.sub(r'"\s+"', "", code)
    return "\0".join(literal[1:-1].replace('\\"', '"') for literal in re.findall(STRING, joined))


def arguments_around(text, at):
    """What opens the call or list that holds the place, and its arguments."""
    strings = [(found.start(), found.end()) for found in re.finditer(STRING, text)]
    plain = list(text)
    for begin, end in strings:
        plain[begin:end] = "_" * (end - begin)
    depth, begin = 0, at
    while depth >= 0 and begin > 0:
        begin -= 1
        depth += {")": 1, "}": 1, "(": -1, "{": -1}.get(plain[begin], 0)
    depth, end, cuts = 0, begin + 1, [begin]
    while depth >= 0 and end < len(plain):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(plain[end], 0)
        if depth == 0 and plain[end] == ",":
            cuts.append(end)
        end += 1
    cuts.append(end - 1)
    name = re.search(r"(\w*)\s*$", text[:begin])[1]
    return name, text[begin], [text[a + 1:b].strip() for a, b in zip(cuts, cuts[1:])]


def meaning(argument, text, at):
    """An argument as words, through the name of a constant above it."""
    if not re.fullmatch(r"\w*", argument):
        return words_of(argument)
    values = re.findall(rf"\b{argument or 'remedy'}\s*=\s*((?:{STRING}\s*)+|\w+)\s*[;,)]", text[:at])
    return meaning(values[-1], text, at) if values else None


def refusals(root):
    """(file, line, code, remedy, whether ways out are offered)."""
    for path in sorted([*root.glob("app/**/*.cpp"), *root.glob("app/**/*.h")]):
        name, text = path.relative_to(root).as_posix(), without_comments(path.read_text())
        for found in CODE.finditer(text):
            callee, opens, arguments = arguments_around(text, found.start())
            place = next((n for n, argument in enumerate(arguments) if found[0] in argument), 0)
            if len(arguments) < place + 2 or not arguments[place].startswith('"'):
                continue  # a question about a code
            if callee == "guarded":  # its reason is what was thrown
                arguments.insert(place + 1, "")
            whole = callee == "Refusal" or opens == "{" and not name.startswith("app/reader")
            rest = arguments[place + (3 if whole else 2):] or [""]
            ways = len(rest) > 1 and rest[1] not in ("", "{}")
            yield name, text.count("\n", 0, found.start()) + 1, found[1], meaning(rest[0], text, found.start()), ways


def executed(root):
    """Code and words of what tests execute, and the codes that the corpus knows with the words that it mends by."""
    pairs, codes, mended = [], set(), []
    for path in sorted([*root.glob("tests/**/*.cpp"), *root.glob("tests/**/*.h")]):
        text = without_comments(path.read_text())
        pairs += [(code, words_of(words)) for code, words in EXECUTED.findall(text)]
        if "corpus" in path.parts:
            codes |= set(CODE.findall(text))
            mended += [words_of(words) for words in re.findall(STRING, text) if path.stem == "remedies" and len(words) > 12]
    return pairs, codes, mended


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    pairs, corpus, mended = executed(root)
    count, missing = 0, []
    for file, line, code, remedy, ways in refusals(root):
        count += 1
        said = any(each == code and (remedy is None or words in remedy) for each, words in pairs)
        by_corpus = code in corpus and (code not in BEYOND_FILES or any(w in (remedy or "") for w in mended))
        not_here = remedy is not None and any(words in remedy for words in NOT_HERE)
        if not said and not by_corpus and not not_here:
            missing.append(f"{file}:{line}: {code}: no test executes: {(remedy or 'its remedy').replace(chr(0), ' ... ')}")
    known = {code + more for _, _, code, _, _ in refusals(root) for more in ("", "_MEMORY")}  # as guarded() adds it
    missing += [f"tests execute a remedy of {code}, which nothing refuses with" for code, _ in pairs if code not in known]
    print(f"{count} refusals, {len(missing)} whose remedy nobody executes")
    print("\n".join(missing))
    sys.exit(1 if missing or not count else 0)


if __name__ == "__main__":
    main()
