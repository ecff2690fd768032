#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves from the object code that the loops of every loss are vectorised.

usage: vectorised.py OBJECT... [--registry losses/registry.h]

Of the objects, cpu_kernels_v3 and cpu_kernels_v4 are read. Each instantiation of each loop (tile_terms, tile_effect,
tile_both; per loss, kind of input and usual parameters) is followed through a whole tile of 512 voxels. All that is
done more than once there must be done on whole vectors of its instruction set, 32 bytes in v3 and 64 in v4: no number
is computed, loaded or stored by itself or in a shorter vector, no function is called, and no branch depends on a voxel.
What comes before and after the loop, for parameters and for tiles that are not whole, may be scalar.
"""
import argparse
import pathlib
import re
import sys

import x86_steps

WIDTHS = {"cpu_kernels_v3": 32, "cpu_kernels_v4": 64}
TILE = 512  # voxels: kTile of losses/drivers/cpu_kernels_impl.h
LOOP = re.compile(r"CpuKernels<[^>]*Isa, lossscope::(\w+)>::(tile_terms|tile_effect|tile_both)")
SCALAR = re.compile(r"(?!.*broadcast)v?(cvt\w*s[sdi]\w*|\w+s[sd])$")  # one float or double
PACKED = re.compile(r"v?(add|sub|mul|div|sqrt|max|min|fn?m(add|sub)\w*|cvt\w+|cmp\w*|round|rndscale|getexp|getmant|scalef)p[sd]$")
BYTES = {"x": 16, "y": 32, "z": 64}


def faults_of(path, code, width):
    """What keeps one way through a function from being whole vectors only: a list of sentences, empty when nothing."""
    faults, whole = [], 0
    for at in sorted(path.counts):
        row, times = code[at], path.counts[at]
        registers = x86_steps.VECTOR.findall("".join(row.operands))
        widest = max((BYTES[name] for name in registers), default=0)
        if row.name == "call" and times > 1:
            faults.append(f"calls {row.callee or 'a function'} {times} times")
        elif registers and times > 1 and SCALAR.fullmatch(row.name):
            faults.append(f"{row.name} {times} times")
        elif registers and times > 1 and PACKED.fullmatch(row.name):
            if widest == width:
                whole += 1
            else:
                faults.append(f"{row.name} on {widest} bytes {times} times")
    for size, stored in path.stores.items():
        if size != width:
            faults.append(f"stores {stored} bytes by {size}")
    if path.ends and path.stores[width] < 4 * TILE:
        faults.append(f"stores {path.stores[width]} bytes of a tile in whole vectors")
    if path.ends and not whole:
        faults.append("no arithmetic on whole vectors")
    faults += [f"a branch on a voxel at {at:x}" for at in sorted(path.loops_on_data)]
    return faults


def faults_of_function(code, width):
    """The faults of the worst way through a function; empty when all its ways are whole vectors only."""
    try:
        found = [faults_of(path, code, width) for path in x86_steps.paths(code, TILE)]
    except (ValueError, KeyError) as error:
        return [f"could not be followed: {error!r}"]
    return max(found, key=len)


def check(path, width, losses):
    seen, scalar = {}, []
    for name, code in x86_steps.functions(path):
        loop = LOOP.search(name)
        if loop and ".cold" not in name:
            seen[loop.groups()] = seen.get(loop.groups(), 0) + 1
            faults = faults_of_function(code, width)
            if faults:
                scalar.append(f"{name}: {'; '.join(faults[:6])}")
    missing = [(loss, loop) for loss in losses for loop in ("tile_terms", "tile_effect") if (loss, loop) not in seen]
    print(f"{pathlib.Path(path).name}: {sum(seen.values())} loops of {len(losses)} losses, {len(scalar)} not vectorised")
    for text in scalar:
        print("  not vectorised:", text)
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
    results = [check(path, width, losses) for path, width in chosen]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
