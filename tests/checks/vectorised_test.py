# SPDX-License-Identifier: Apache-2.0
"""Shows resources/checks/vectorised.py loops whose answer is known: vectorised_test.py COMPILER"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "resources/checks"))
import vectorised  # noqa: E402
import x86_steps  # noqa: E402

SOURCE = r"""
#include <cmath>
#define LOOP extern "C" __attribute__((noinline)) void
using In = const float* __restrict;
using Out = float* __restrict;

LOOP perfect(In x, const unsigned char* g, int n, Out y) {
  for (int i = 0; i < n; ++i) y[i] = (x[i] - float(g[i])) * x[i] / (1 + x[i]);
}
LOOP one_product(In x, int n, float by, Out y) {
  for (int i = 0; i < n; ++i) y[i] = x[i] * by;
}
LOOP fused(In x, int n, float by, Out y) {
  for (int i = 0; i < n; ++i) y[i] = __builtin_fmaf(x[i], by, x[i]);
}
LOOP settled_before(In x, int n, float by, Out y) {
  const float inverse = by > 0.5F ? 1 / by : std::sqrt(by + 2);
  for (int i = 0; i < n; ++i) y[i] = x[i] * inverse;
}
LOOP settled_in_many_ways(In x, int n, In by, Out y) {
  float product = 1;
  if (by[0] > 1) product /= by[0];
  if (by[1] > 1) product /= by[1] + product;
  if (by[2] > 1) product /= by[2] + product;
  if (by[3] > 1) product /= by[3] + product;
  if (by[4] > 1) product /= by[4] + product;
  if (by[5] > 1) product /= by[5] + product;
  if (by[6] > 1) product /= by[6] + product;
  if (by[7] > 1) product /= by[7] + product;
  if (by[8] > 1) product /= by[8] + product;
  for (int i = 0; i < n; ++i) y[i] = x[i] * product;
}

// Two loops of one body: the second is a chain, and stays scalar.
LOOP half_by_parts(In x, int n, float by, Out y, Out z) {
  for (int i = 0; i < n; ++i) y[i] = (x[i] * by + 1) * x[i];
  float held = 1;
  for (int i = 0; i < n; ++i) z[i] = held = held * 0.5F + x[i];
}
// One loop: vectors, and four numbers of each vector by themselves.
LOOP half_in_one(In x, int n, float by, Out y, Out z) {
  float held = 1;
  for (int i = 0; i < n; i += 16) {
    for (int k = 0; k < 16; ++k) y[i + k] = (x[i + k] * by + 1) * x[i + k];
    for (int k = 0; k < 4; ++k) z[i / 4 + k] = held = held * 0.5F + x[i + k];
  }
}
LOOP __attribute__((optimize("no-tree-vectorize"))) scalar(In x, int n, float by, Out y) {
  for (int i = 0; i < n; ++i) y[i] = x[i] * by + 1;
}
LOOP calls(In x, int n, float by, Out y) {
  for (int i = 0; i < n; ++i) y[i] = std::pow(x[i], by) * 2;
}
LOOP branches(In x, int n, float by, Out y) {
  for (int i = 0; i < n && x[i] < by; ++i) y[i] = x[i] * by;
}
LOOP short_vectors(In x, int n, float by, Out y) {
  using Four = float __attribute__((vector_size(16), aligned(4)));
  for (int i = 0; i < n; i += 4)
    *reinterpret_cast<Four*>(y + i) = *reinterpret_cast<const Four*>(x + i) * by + 1;
}
LOOP half_a_tile(In x, int n, float by, Out y) {
  for (int i = 0; i < n / 2; ++i) y[i] = x[i] * by + 1;
}
LOOP only_moves(In x, int n, Out y) {
  for (int i = 0; i < n; ++i) y[i] = x[i];
}
"""
GOOD = ("perfect", "one_product", "fused", "settled_before", "settled_in_many_ways")
BAD = {
    "half_by_parts": "ss ",
    "half_in_one": "ss ",
    "scalar": "ss ",
    "calls": "calls pow",
    "branches": "ss ",
    "short_vectors": "on 16 bytes",
    "half_a_tile": "bytes of a tile",
    "only_moves": "no arithmetic",
}
OPTIONS = "-std=c++20 -O3 -fno-math-errno -fno-trapping-math -ffp-contract=off -fno-tree-loop-distribute-patterns".split()
MACHINES = {32: ["-march=x86-64-v3"], 64: ["-march=x86-64-v4", "-mprefer-vector-width=512"]}


def judged(compiled_for, width):
    """name -> faults of every loop of SOURCE, compiled for one width of vectors and judged by another, in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = pathlib.Path(folder, "loops.cpp"), pathlib.Path(folder, "loops.o")
        source.write_text(SOURCE)
        subprocess.run([COMPILER, *OPTIONS, *MACHINES[compiled_for], "-c", source, "-o", made], check=True)
        return {name: vectorised.faults_of_function(code, width) for name, code in x86_steps.functions(made)}


class Loops(unittest.TestCase):
    def test_whole_vectors_pass_and_everything_else_is_named(self):
        for width in MACHINES:
            faults = judged(width, width)
            self.assertEqual(set(faults), set(GOOD) | set(BAD))
            for name in GOOD:
                self.assertEqual(faults[name], [], f"{name} at {width} bytes")
            for name, reason in BAD.items():
                self.assertIn(reason, "; ".join(faults[name]), f"{name} at {width} bytes")

    def test_code_for_shorter_vectors_fails(self):
        for name, faults in judged(32, 64).items():
            self.assertNotEqual(faults, [], name)


if __name__ == "__main__":
    COMPILER = sys.argv.pop(1)
    unittest.main()
