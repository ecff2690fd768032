# SPDX-License-Identifier: Apache-2.0
"""Shows resources/checks/local_memory.py reports of ptxas whose answer is known, and what keep_report.sh lets through."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECK = ROOT / "resources/checks/local_memory.py"
KEEP = ROOT / "resources/cuda/keep_report.sh"


def kernel(name, stack=0, spilled=0, architecture="sm_90"):
    return (f"ptxas info    : Compiling entry function '{name}' for '{architecture}'\n"
            f"ptxas info    : Function properties for {name}\n"
            f"    {stack} bytes stack frame, {spilled} bytes spill stores, {spilled} bytes spill loads\n"
            "ptxas info    : Used 30 registers, used 1 barriers, 4096 bytes smem\n")


class LocalMemory(unittest.TestCase):
    def check(self, report, *options):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "report.txt"
            file.write_text(report)
            return subprocess.run([sys.executable, CHECK, file, *options], text=True, capture_output=True)

    def test_registers_alone_pass(self):
        done = self.check("ptxas info    : 0 bytes gmem\n" + kernel("first") + kernel("second"), "--table")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("first", done.stdout)
        self.assertIn("2 kernels, none with local memory; at most 30 registers", done.stdout)

    def test_a_stack_frame_fails_for_any_architecture(self):
        done = self.check(kernel("first") + kernel("second") + kernel("second", stack=64, architecture="sm_80"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("second", done.stdout)
        self.assertNotIn("first", done.stdout)
        self.assertIn("1 of 3", done.stderr)

    def test_a_spill_fails(self):
        self.assertEqual(self.check(kernel("first", spilled=4)).returncode, 1)

    def test_what_says_nothing_fails(self):
        for report in ("", "nvcc fatal: no such file\n", kernel("first").replace("stack frame", "of something")):
            self.assertEqual(self.check(report).returncode, 1, report)

    def test_the_report_is_kept_and_the_rest_is_passed_on(self):
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "report.txt"
            script = "printf '%s' \"$1\" >&2; echo 'a.cu(3): warning: an unused variable' >&2; exit 7"
            done = subprocess.run([KEEP, report, "sh", "-c", script, "sh", kernel("first")], text=True, capture_output=True)
            self.assertEqual(done.returncode, 7)
            self.assertEqual(done.stderr, "a.cu(3): warning: an unused variable\n")
            self.assertEqual(report.read_text(), kernel("first"))


if __name__ == "__main__":
    unittest.main()
