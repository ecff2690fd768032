#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves from the object code that the loops of every loss are vectorised.

usage: vectorised.py OBJECT... [--registry losses/registry.h]

Of the objects, cpu_kernels_v3 and cpu_kernels_v4 are read. Each instantiation of each loop (tile_terms, tile_effect,
tile_both; per loss, kind of input and usual parameters) must load, compute and store whole vectors of its instruction
set: 32 bytes in v3, 64 in v4. A scalar loop does not.
"""
import argparse
import pathlib
import re
import subprocess
import sys

WIDTHS = {"cpu_kernels_v3": "ymm", "cpu_kernels_v4": "zmm"}
LOOP = re.compile(r"CpuKernels<[^>]*Isa, lossscope::(\w+)>::(tile_terms|tile_effect|tile_both)")
ARITHMETIC = re.compile(r"\tv(add|sub|mul|div|max|min|blend\w*|cvt\w+|and|xor|pxor)(ps|ps\w|dq2ps|d)?\b.*%(ymm|zmm)")


def functions(path):
    """(demangled name, lines of code) of each function of an object."""
    text = subprocess.run(["objdump", "-d", "-C", "--no-show-raw-insn", path], check=True, capture_output=True, text=True).stdout
    for block in re.split(r"\n(?=[0-9a-f]{16} <)", text):
        head, _, body = block.partition("\n")
        if ">:" in head:
            yield head, body.splitlines()


def is_vectorised(lines, register):
    stores = sum(re.search(rf"\tv(movups|movaps|movdqu\w*|movdqa\w*)\s+%{register}\d+,.*\(", line) is not None for line in lines)
    computes = sum(register in line and ARITHMETIC.search(line) is not None for line in lines)
    return stores >= 1 and computes >= 2


def check(path, register, losses):
    seen, scalar = {}, []
    for name, lines in functions(path):
        loop = LOOP.search(name)
        if loop and ".cold" not in name:
            seen.setdefault(loop.groups(), 0)
            seen[loop.groups()] += 1
            if not is_vectorised(lines, register):
                scalar.append(name)
    missing = [(loss, loop) for loss in losses for loop in ("tile_terms", "tile_effect") if (loss, loop) not in seen]
    print(f"{pathlib.Path(path).name}: {sum(seen.values())} loops of {len(losses)} losses, {len(scalar)} not vectorised")
    for name in scalar:
        print("  not vectorised:", name)
    for loss, loop in missing:
        print(f"  not found: {loop} of {loss}")
    return not scalar and not missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("objects", nargs="+")
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--registry", default=root / "losses/registry.h")
    options = parser.parse_args()
    listed = re.search(r"using Registry\s*=\s*LossList<([^>]*)>", pathlib.Path(options.registry).read_text())
    losses = [name.strip() for name in listed[1].split(",")]
    chosen = [(path, WIDTHS[stem]) for path in options.objects for stem in WIDTHS if stem in pathlib.Path(path).name]
    if len(chosen) != len(WIDTHS):
        sys.exit("vectorised.py: the objects of cpu_kernels_v3 and cpu_kernels_v4 are needed")
    results = [check(path, register, losses) for path, register in chosen]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
