# SPDX-License-Identifier: Apache-2.0
"""Configures a project of one line with resources/cmake/LossScopeCuda.cmake: whatever is wrong with a CUDA compiler is
said in one sentence, and the configure goes on without it.

usage: configure_cuda_test.py CMAKE GENERATOR
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

MODULE = pathlib.Path(__file__).resolve().parents[2] / "resources/cmake/LossScopeCuda.cmake"
PROJECT = f"""cmake_minimum_required(VERSION 3.25)
project(Tiny LANGUAGES NONE)
include("{MODULE}")
lossscope_find_cuda()
message(STATUS "went on, ${{LOSSSCOPE_HAS_CUDA}}")
"""
LEFT_OUT = "-- CUDA plug-in: not built, "
NVCC = shutil.which("nvcc") or shutil.which("/usr/local/cuda/bin/nvcc")


class ConfigureCuda(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "CMakeLists.txt").write_text(PROJECT)

    def program(self, name, body):
        """A compiler with this body of a shell script."""
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
        return file

    def configure(self, *options, **environment):
        """The exit status of a configure in one build folder, and all that it said."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CUDA")}
        done = subprocess.run([CMAKE, "-S", self.folder, "-B", self.folder / "build", "-G", GENERATOR, *options],
                              env={**clean, **environment}, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def expect_left_out(self, why, *options, **environment):
        """That one line says so, and why, and that nothing else is said of it."""
        status, said = self.configure(*options, **environment)
        self.assertEqual(status, 0, said)
        told = [line for line in said.splitlines() if line.startswith(LEFT_OUT)]
        self.assertEqual(len(told), 1, said)
        self.assertIn(why, told[0])
        self.assertIn("went on, OFF", said)
        self.assertNotIn("CMake Error", said)
        self.assertNotIn("CMake Warning", said)

    def test_a_compiler_that_fails_is_left_out_whoever_names_it(self):
        bad = self.program("bad-nvcc", "echo 'fatal error: it is broken' >&2; exit 1")
        why = f"{bad} cannot compile here: fatal error: it is broken"
        self.expect_left_out(why, f"-DCMAKE_CUDA_COMPILER={bad}")
        self.expect_left_out(why)  # the folder remembers what it was told
        self.expect_left_out(why, "-UCMAKE_CUDA_COMPILER", CUDACXX=str(bad))

    def test_a_compiler_that_is_not_there_is_left_out_whoever_names_it(self):
        for missing in ("/nowhere/nvcc", "no-such-nvcc"):
            with self.subTest(missing):
                self.expect_left_out(f"{missing}, which CMAKE_CUDA_COMPILER names, is not there",
                                     f"-DCMAKE_CUDA_COMPILER={missing}")
                self.expect_left_out(f"{missing}, which CUDACXX names, is not there", "-UCMAKE_CUDA_COMPILER",
                                     CUDACXX=missing)

    def test_a_program_that_says_nothing_is_left_out(self):
        silent = self.program("silent", "exit 3")
        self.expect_left_out("it ends with 3 and says nothing", f"-DCMAKE_CUDA_COMPILER={silent}")
        idle = self.program("idle", "exit 0")
        self.expect_left_out("it does not work with CMake, see ", f"-DCMAKE_CUDA_COMPILER={idle}")

    def test_whoever_insists_is_told_and_ends_there(self):
        status, said = self.configure("-DCMAKE_CUDA_COMPILER=/nowhere/nvcc", "-DLOSSSCOPE_CUDA=ON")
        self.assertEqual(status, 1)
        self.assertIn("LOSSSCOPE_CUDA is ON, but /nowhere/nvcc", " ".join(said.split()))
        status, said = self.configure("-DLOSSSCOPE_CUDA=off")
        self.assertEqual(status, 0, said)
        self.assertNotIn("CUDA plug-in", said)

    @unittest.skipUnless(NVCC, "no CUDA toolkit is here")
    def test_a_toolkit_that_was_found_and_is_gone_is_looked_for_anew(self):
        found = self.program("nvcc", f'exec "{NVCC}" "$@"')
        for _ in ("with it", "without it"):
            status, said = self.configure(f"-DLOSSSCOPE_NVCC={found}")
            self.assertEqual(status, 0, said)
            self.assertIn("went on, ON", said)
            found.unlink(missing_ok=True)

    @unittest.skipUnless(NVCC, "no CUDA toolkit is here")
    def test_a_folder_follows_what_comes_and_goes(self):
        mine = self.program("my-nvcc", f'exec "{NVCC}" "$@"')
        status, said = self.configure(CUDACXX=str(mine))
        self.assertEqual(status, 0, said)
        self.assertIn("went on, ON", said)
        mine.unlink()
        self.expect_left_out(f"{mine}, which CUDACXX names, is not there", CUDACXX=str(mine))
        self.expect_left_out("/nowhere/nvcc, which", "-DCMAKE_CUDA_COMPILER=/nowhere/nvcc")
        status, said = self.configure(f"-DCMAKE_CUDA_COMPILER={NVCC}")
        self.assertEqual(status, 0, said)
        self.assertIn("went on, ON", said)
        self.expect_left_out("compute_35", "-UCMAKE_CUDA_COMPILER", "-DCMAKE_CUDA_ARCHITECTURES=35-real",
                             CUDACXX=str(self.program("other-nvcc", f'exec "{NVCC}" "$@"')))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    GENERATOR, CMAKE = sys.argv.pop(2), sys.argv.pop(1)
    unittest.main()
