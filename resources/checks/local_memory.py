#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads what ptxas reports of the kernels and fails where one has memory of its own beside its registers.

usage: local_memory.py REPORT [--table]

A stack frame means that an array of a thread could not be kept in registers: each access then goes through the memory
whose bandwidth the kernel is bound by. --table lists all kernels.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
from typing import NamedTuple

ENTRY = re.compile(r"Compiling entry function '(\w+)' for '(\w+)'")
MEMORY = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
REGISTERS = re.compile(r"Used (\d+) registers")


class Kernel(NamedTuple):
    """One kernel for one architecture; memory in bytes of a thread."""
    name: str
    architecture: str
    stack: int
    stores: int
    loads: int
    registers: int


def kernels_of(report):
    """The kernels of a report. ValueError where it has none, or says not everything of one."""
    kernels = []
    parts = ENTRY.split(report)
    for name, architecture, text in zip(parts[1::3], parts[2::3], parts[3::3]):
        memory, registers = MEMORY.search(text), REGISTERS.search(text)
        if not memory or not registers:
            raise ValueError(f"nothing is said of the memory of {name} for {architecture}")
        kernels.append(Kernel(name, architecture, *map(int, memory.groups()), int(registers[1])))
    if not kernels:
        raise ValueError("no kernel is in it")
    return kernels


def readable(names):
    """Names as the source has them, as far as c++filt is there: of kernel<K>(K::Arguments) the K."""
    if shutil.which("c++filt"):
        done = subprocess.run(["c++filt"], input="\n".join(names), text=True, capture_output=True, check=True)
        names = done.stdout.splitlines()
    names = [re.sub(r"^.*?\bkernel<(.*)>\(.*Arguments\)$", r"\1", name) for name in names]
    return [re.sub(r"lossscope::(cuda::)?", "", name).replace("> >", ">>").strip() for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    try:
        kernels = kernels_of(options.report.read_text())
    except (OSError, ValueError) as error:
        sys.exit(f"{options.report}: {error}")
    shown = kernels if options.table else [k for k in kernels if k.stack or k.stores or k.loads]
    if shown:
        print(f"{'registers':>9} {'stack':>6} {'stored':>6} {'loaded':>6}  for      kernel")
    for name, k in sorted(zip(readable([k.name for k in shown]), shown)):
        print(f"{k.registers:9} {k.stack:6} {k.stores:6} {k.loads:6}  {k.architecture:8} {name}")
    faulty = [k for k in kernels if k.stack or k.stores or k.loads]
    if faulty:
        sys.exit(f"{len(faulty)} of {len(kernels)} kernels have local memory (above)")
    print(f"{len(kernels)} kernels, none with local memory; at most {max(k.registers for k in kernels)} registers")


if __name__ == "__main__":
    main()
