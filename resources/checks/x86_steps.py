# SPDX-License-Identifier: Apache-2.0
"""Follows x86-64 functions step by step, without running them: which instruction is executed how often?

Integer registers, flags and the stack are worked out exactly; what comes from memory or from vectors is unknown, and a
branch on it is followed both ways. Any processor can thus be judged on any other.
"""
import collections
import re
import subprocess

MASK = (1 << 64) - 1
STACK = 0x7F0000000000
MOST_STEPS = 200_000
MOST_PATHS = 256
ARGUMENTS = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
VECTOR = re.compile(r"%([xyz])mm\d+")

Instruction = collections.namedtuple("Instruction", "at name operands size target after callee")
Path = collections.namedtuple("Path", "counts stores loops_on_data ends")


def _register_names():
    names = {}
    for old in "ax", "bx", "cx", "dx", "si", "di", "bp", "sp":
        full = "r" + old
        low = old[0] + "l" if old[1] == "x" else old + "l"
        names.update({full: (full, 64), "e" + old: (full, 32), old: (full, 16), low: (full, 8)})
        if old[1] == "x":
            names[old[0] + "h"] = (full, 0)  # bits 8 to 15: never worked out
    for number in range(8, 16):
        for suffix, bits in (("", 64), ("d", 32), ("w", 16), ("b", 8)):
            names[f"r{number}{suffix}"] = (f"r{number}", bits)
    return names


REGISTERS = _register_names()
SUFFIXES = {"b": 8, "w": 16, "l": 32, "q": 64}


def functions(path):
    """(demangled name, instructions) of each function of an object file."""
    command = ["objdump", "-d", "-r", "--no-show-raw-insn", "-w", path]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    blocks = re.findall(r"^[0-9a-f]+ <(.+)>:\n((?:.+\n?)*)", text, re.M)
    names = subprocess.run(["c++filt"], input="\n".join(name for name, _ in blocks), check=True, capture_output=True, text=True).stdout
    for name, (_, body) in zip(names.splitlines(), blocks):
        yield name, _decoded(body)


def _decoded(body):
    rows = []
    for line in body.splitlines():
        parts = line.split("\t")
        if len(parts) < 2 or not parts[0].strip().endswith(":"):
            continue
        at = int(parts[0].strip()[:-1], 16)
        text = parts[1].split("#")[0].strip()
        text = re.sub(r"^((notrack|bnd|lock|rep[a-z]*|data16|cs) )+", "", text)
        name, _, rest = text.partition(" ")
        symbol = parts[-1] if any("R_X86_64" in part for part in parts[2:]) else ""
        rows.append((at, name, rest.strip(), re.sub(r"[-+@].*", "", symbol)))
    code = {}
    for row, (at, name, rest, callee) in enumerate(rows):
        after = rows[row + 1][0] if row + 1 < len(rows) else None
        target = None
        if name.startswith("j") or name == "call":
            found = re.match(r"([0-9a-f]+)\b", rest)
            target = int(found[1], 16) if found and not rest.startswith("*") else None
        operands = re.findall(r"(?:[^,(]|\([^)]*\))+", rest)
        code[at] = Instruction(at, name, operands, _size(name, operands), target, after, callee)
    return code


def _size(name, operands):
    for operand in reversed(operands):
        if operand.startswith("%") and operand[1:] in REGISTERS:
            return REGISTERS[operand[1:]][1]
    return SUFFIXES.get(name[-1:], 64)


def _signed(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


class _Machine:
    """Registers, flags and stack at one point of a path; None is unknown."""

    def __init__(self, number):
        # As an int every argument is `number`, as a pointer each has a terabyte of its own.
        self.registers = {name: ((1 + i) << 40) | number for i, name in enumerate(ARGUMENTS)}
        self.registers["rsp"] = STACK
        self.number = number
        self.flags = None  # (first, second, result, bits, kind)
        self.memory = {}
        self.counts = collections.Counter()
        self.stores = collections.Counter()  # bytes by width, elsewhere than on the stack
        self.forks = set()
        self.loops_on_data = set()

    def copy(self):
        other = _Machine(self.number)
        for name, value in vars(self).items():
            setattr(other, name, value.copy() if hasattr(value, "copy") else value)
        return other

    def state(self):
        return frozenset(self.registers.items()), frozenset(self.memory.items()), self.flags

    def address(self, operand):
        found = re.fullmatch(r"(-?0x[0-9a-f]+|-?\d+)?\((%\w+)?(?:,(%\w+),(\d))?\)(\{.*\})?", operand)
        if not found or found[2] == "%rip":
            return None
        total = int(found[1] or "0", 0)
        for register, scale in ((found[2], 1), (found[3], int(found[4] or 1))):
            if register:
                value = self.registers.get(register[1:])
                if value is None:
                    return None
                total += value * scale
        return total & MASK

    def read(self, operand, bits):
        if operand.startswith("$"):
            return int(operand[1:], 0) & ((1 << bits) - 1)
        if operand.startswith("%"):
            name, width = REGISTERS.get(operand[1:], (None, 0))
            value = self.registers.get(name)
            return None if value is None or not width else value & ((1 << min(bits, width)) - 1)
        address = self.address(operand)
        if address is None:
            return None
        if address in self.memory:
            kept, value = self.memory[address]
            return None if value is None or bits > kept else value & ((1 << bits) - 1)
        slot = (address - STACK) // 8
        if 1 <= slot < 64 and (address - STACK) % 8 == 0:  # an argument on the stack
            return (((100 + slot) << 40) | self.number) & ((1 << bits) - 1)
        return None

    def write(self, operand, bits, value):
        if operand.startswith("%"):
            name, width = REGISTERS.get(operand[1:], (None, 0))
            if name is None:
                return
            if width >= 32:
                self.registers[name] = None if value is None else value & ((1 << width) - 1)
            else:
                old = self.registers.get(name)
                keep = None if old is None or value is None or not width else old >> width << width
                self.registers[name] = None if keep is None else keep | (value & ((1 << width) - 1))
            return
        self.store(self.address(operand), bits // 8, value)

    def store(self, address, size, value):
        if address is None or not STACK - (1 << 20) <= address < STACK + (1 << 12):
            self.stores[size] += size
            return
        for kept in [at for at in self.memory if at < address + size and address < at + self.memory[at][0] // 8]:
            del self.memory[kept]
        self.memory[address] = (8 * size, value)

    def holds(self, condition):
        """Whether a condition holds; None where it is not known."""
        if self.flags is None:
            return None
        first, second, result, bits, kind = self.flags
        if condition[:1] == "n" and condition != "n":
            holds = self.holds(condition[1:])
            return None if holds is None else not holds
        if condition in ("e", "z"):
            return result == 0
        if condition == "s":
            return _signed(result, bits) < 0
        if kind == "logic":
            first, second = result, 0
        elif kind != "compare":
            return None
        orders = {"b": first < second, "c": first < second, "ae": first >= second, "be": first <= second, "a": first > second}
        a, b = _signed(first, bits), _signed(second, bits)
        orders.update({"l": a < b, "ge": a >= b, "le": a <= b, "g": a > b})
        return orders.get(condition)


def _arithmetic(name, a, b, bits):
    """b OP a, as AT&T writes it; None where an operand is unknown."""
    if a is None or b is None:
        return None
    if name in ("shl", "sal", "shr", "sar"):
        a &= 63 if bits == 64 else 31
    results = {
        "add": lambda: b + a, "sub": lambda: b - a, "cmp": lambda: b - a, "and": lambda: b & a, "test": lambda: b & a,
        "or": lambda: b | a, "xor": lambda: b ^ a, "imul": lambda: _signed(b, bits) * _signed(a, bits),
        "shl": lambda: b << a, "sal": lambda: b << a, "shr": lambda: b >> a, "sar": lambda: _signed(b, bits) >> a,
    }
    return results[name]() & ((1 << bits) - 1)


BINARY = ("add", "sub", "cmp", "and", "test", "or", "xor", "imul", "shl", "sal", "shr", "sar")
FLAG_SETTERS = re.compile(r"v?u?comis[sd]|v?ptest|vtestp[sd]|kortest\w|ktest\w")
MOVES = re.compile(r"mov(abs)?[bwlq]?")
EXTENSIONS = re.compile(r"mov([zs])([bwl])([wlq])")


def _integer(machine, row):
    """Does one integer instruction. Returns False when it is not known here."""
    name, operands, bits = row.name, row.operands, row.size
    plain = name if name in BINARY else name[:-1] if name[-1:] in SUFFIXES and name[:-1] in BINARY else None
    if plain:
        if len(operands) == 1:  # shifts by one, and imul of the accumulator
            operands = ["$1"] + operands if plain != "imul" else operands + ["%rax"]
        a, b = machine.read(operands[0], bits), machine.read(operands[1], bits)
        result = 0 if plain == "xor" and operands[0] == operands[1] else _arithmetic(plain, a, b, bits)
        kind = {"cmp": "compare", "sub": "compare"}.get(plain, "logic" if plain in ("and", "or", "xor", "test") else "other")
        machine.flags = None if result is None else (b, a, result, bits, kind)
        if plain not in ("cmp", "test"):
            machine.write(operands[-1], bits, result)
    elif MOVES.fullmatch(name) and not VECTOR.search("".join(operands)):
        machine.write(operands[1], bits, machine.read(operands[0], bits))
    elif EXTENSIONS.fullmatch(name):
        sign, narrow, wide = EXTENSIONS.fullmatch(name).groups()
        value = machine.read(operands[0], SUFFIXES[narrow])
        if value is not None and sign == "s":
            value = _signed(value, SUFFIXES[narrow]) & ((1 << SUFFIXES[wide]) - 1)
        machine.write(operands[1], SUFFIXES[wide], value)
    elif name == "cltq":
        machine.registers["rax"] = None if machine.read("%eax", 32) is None else _signed(machine.read("%eax", 32), 32) & MASK
    elif name == "lea":
        machine.write(operands[1], bits, machine.address(operands[0]))
    elif name in ("inc", "dec", "neg", "not") or name[:-1] in ("inc", "dec", "neg", "not"):
        value = machine.read(operands[0], bits)
        change = {"inc": lambda v: v + 1, "dec": lambda v: v - 1, "neg": lambda v: -v, "not": lambda v: ~v}[name[:3]]
        result = None if value is None else change(value) & ((1 << bits) - 1)
        machine.write(operands[0], bits, result)
        if name[:3] != "not":
            machine.flags = None if result is None else (value, 1, result, bits, "other")
    elif name in ("shlx", "shrx", "sarx"):
        a, b = machine.read(operands[0], bits), machine.read(operands[1], bits)
        machine.write(operands[2], bits, _arithmetic(name[:3], a, b, bits))
    elif name.startswith("push"):
        machine.registers["rsp"] -= 8
        machine.store(machine.registers["rsp"], 8, machine.read(operands[0], 64))
    elif name.startswith("pop") and operands:
        machine.write(operands[0], 64, machine.read("(%rsp)", 64))
        machine.registers["rsp"] += 8
    elif name == "leave":
        machine.registers["rsp"] = machine.registers["rbp"]
        machine.write("%rbp", 64, machine.read("(%rsp)", 64))
        machine.registers["rsp"] += 8
    elif name.startswith("cmov"):
        holds = machine.holds(name[4:])
        if holds is not False:
            value = machine.read(operands[0], bits)
            machine.write(operands[1], bits, value if holds or value == machine.read(operands[1], bits) else None)
    else:
        return name.startswith(("nop", "endbr", "vzero", "prefetch", "xchg"))
    return True


def store_width(row):
    """Bytes that a vector instruction stores; 0 when it stores none."""
    if not row.operands or "(" not in row.operands[-1] or re.search(r"comis|ptest", row.name):
        return 0
    registers = VECTOR.findall("".join(row.operands[:-1]))
    if not registers or "scatter" in row.name:
        return 4 if "scatter" in row.name else 0
    whole = {"x": 16, "y": 32, "z": 64}[registers[-1]]
    if "extract" in row.name:
        return 16 if "128" in row.name or "x4" in row.name and registers[-1] == "y" else 32 if "64x4" in row.name or "32x8" in row.name else 4
    for names, size in ((("ss", "movd"), 4), (("movsd", "movq", "movlp", "movhp"), 8)):
        if any(part in row.name for part in names) and whole == 16:
            return size
    return whole


def _vector(machine, row):
    width = store_width(row)
    if width:
        machine.store(machine.address(row.operands[-1]), width, None)
    elif row.operands and row.operands[-1][1:] in REGISTERS:
        machine.write(row.operands[-1], 64, None)
    whole = "".join(row.operands)
    if FLAG_SETTERS.fullmatch(row.name) or not (VECTOR.search(whole) or "%k" in whole or row.name.startswith("set")):
        machine.flags = None  # by a vector, or by an integer instruction that is not worked out here


def paths(code, number):
    """All ways through a function whose integer arguments are `number`: how often each instruction is executed, the
    bytes it stores by the width of the stores, and the branches inside loops that depend on data. Where a way comes to
    a state in which another has been, it goes on as that one did: it `ends` there, and only what is new is told."""
    start = min(code)
    waiting, done, seen = [(start, _Machine(number))], [], set()
    while waiting:
        if len(done) + len(waiting) > MOST_PATHS:
            raise ValueError("too many paths")
        at, machine = waiting.pop()
        steps, ends = 0, True
        while at is not None:
            steps += 1
            if steps > MOST_STEPS:
                raise ValueError("no end")
            row = code[at]
            machine.counts[at] += 1
            at = row.after
            if row.name in ("ret", "ud2", "hlt") or row.name == "jmp" and row.target not in code:
                break
            if row.name == "jmp":
                at = row.target
            elif row.name.startswith("j"):
                holds = machine.holds(row.name[1:])
                if holds is None and row.at in machine.forks:
                    machine.loops_on_data.add(row.at)
                    break
                if holds is None:
                    machine.forks.add(row.at)
                    if row.target in code:
                        waiting.append((row.target, machine.copy()))
                elif holds:
                    at = row.target if row.target in code else None
            elif row.name == "call":
                for name in ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"):
                    machine.registers.pop(name, None)
                machine.flags = None
            elif not _integer(machine, row):
                _vector(machine, row)
            if machine.forks and row.name.startswith("j"):
                state = (at, machine.state())
                if state in seen:
                    ends = False
                    break
                seen.add(state)
        done.append(Path(machine.counts, machine.stores, machine.loops_on_data, ends))
    return done
