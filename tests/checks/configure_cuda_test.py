# SPDX-License-Identifier: Apache-2.0
"""Configures a project of one line with resources/cmake/LossScopeCuda.cmake: whatever is wrong with a CUDA compiler is
said in one sentence, and the configure goes on without it.

usage: configure_cuda_test.py CMAKE GENERATOR
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

MODULE = pathlib.Path(__file__).resolve().parents[2] / "resources/cmake/LossScopeCuda.cmake"
PROJECT = f"""cmake_minimum_required(VERSION 3.25)
project(Tiny LANGUAGES NONE)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${{CMAKE_BINARY_DIR}}/bin")
include("{MODULE}")
lossscope_find_cuda()
message(STATUS "went on, ${{LOSSSCOPE_HAS_CUDA}}")
message(STATUS "for ${{CMAKE_CUDA_ARCHITECTURES}} with ${{CMAKE_CUDA_COMPILER_ARG1}}")
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
        self.expect_left_out("CMake says: ", f"-DCMAKE_CUDA_COMPILER={idle}")

    def test_whoever_insists_is_told_and_ends_there(self):
        status, said = self.configure("-DCMAKE_CUDA_COMPILER=/nowhere/nvcc", "-DLOSSSCOPE_CUDA=ON")
        self.assertEqual(status, 1)
        self.assertIn("LOSSSCOPE_CUDA is ON, but /nowhere/nvcc", " ".join(said.split()))
        status, said = self.configure("-DLOSSSCOPE_CUDA=off")
        self.assertEqual(status, 0, said)
        self.assertNotIn("CUDA plug-in", said)

    def test_a_compiler_that_hangs_is_left_out(self):
        hanging = self.program("hanging", "exec sleep 400")
        self.expect_left_out("does not answer", "-DLOSSSCOPE_CUDA_PATIENCE=2", f"-DCMAKE_CUDA_COMPILER={hanging}")
        hanging = self.program("compiles-forever", '[ "$1" = --version ] || exec sleep 400; echo 13.0')
        self.expect_left_out("takes it more than ", "-DLOSSSCOPE_CUDA_PATIENCE=1", f"-DCMAKE_CUDA_COMPILER={hanging}")

    def test_a_plug_in_that_this_build_does_not_make_is_removed(self):
        for option in ("-DLOSSSCOPE_CUDA=OFF", "-DCMAKE_CUDA_COMPILER=/nowhere/nvcc"):
            plugin = self.folder / "build/bin/lossscope-cuda.so"
            plugin.parent.mkdir(parents=True, exist_ok=True)
            plugin.write_text("of an earlier build")
            status, said = self.configure(option)
            self.assertEqual(status, 0, said)
            self.assertFalse(plugin.exists(), option)

    @unittest.skipUnless(NVCC, "no CUDA toolkit is here")
    def test_a_compiler_that_worked_is_tried_again_where_anything_about_it_changed(self):
        mine = self.program("my-nvcc", f'exec "{NVCC}" "$@"')
        option = f"-DCMAKE_CUDA_COMPILER={mine}"
        status, said = self.configure(option)
        self.assertIn("went on, ON", said)
        self.assertEqual(status, 0, said)
        self.expect_left_out("compute_35", "-DCMAKE_CUDA_ARCHITECTURES=35-real")
        self.program("my-nvcc", "echo 'nvcc fatal : no licence' >&2; exit 1")
        self.expect_left_out("no licence", "-UCMAKE_CUDA_ARCHITECTURES")

    @unittest.skipUnless(NVCC, "no CUDA toolkit is here")
    def test_architectures_that_there_are_none_of_are_told_in_cmakes_words(self):
        self.expect_left_out("CMake says: CMAKE_CUDA_ARCHITECTURES: rubbish is not one of the following",
                             "-DCMAKE_CUDA_ARCHITECTURES=rubbish")

    @unittest.skipUnless(NVCC, "no CUDA toolkit is here")
    def test_the_environment_names_architectures_and_flags(self):
        mine = self.program("my-nvcc", f'exec "{NVCC}" "$@"')
        status, said = self.configure(CUDAARCHS="86-real", CUDACXX=f"{mine} -O2")
        self.assertEqual(status, 0, said)
        self.assertRegex(said, "CUDA plug-in: nvcc .* for 86-real")
        self.assertRegex(said, "-- for 86-real with +-O2")
        status, said = self.configure()  # as a build does it, in whatever environment
        self.assertRegex(said, "-- for 86-real with +-O2")
        self.assertIn(str(mine), (self.folder / "build/CMakeCache.txt").read_text())

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


class KernelSources(unittest.TestCase):
    def test_a_formula_that_is_edited_makes_another_number_and_a_copy_of_the_source_the_same(self):
        root = MODULE.parents[2]

        def number(of):
            with tempfile.TemporaryDirectory() as folder:
                out = pathlib.Path(folder) / "kernel_sources.cpp"
                subprocess.run([CMAKE, f"-DROOT={of}", f"-DOUT={out}", "-P", MODULE.with_name("KernelSources.cmake")],
                               check=True)
                return re.search("kKernelSources = 0x([0-9a-f]{16});", out.read_text())[1]

        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(root / "losses", pathlib.Path(folder) / "losses")
            self.assertEqual(number(folder), number(root))
            for name in ("functions/dice.h", "maths.h", "drivers/cuda/loss_kernels.h", "drivers/cuda/plugin.cu"):
                before = number(folder)
                with open(pathlib.Path(folder) / "losses" / name, "a") as file:
                    file.write("// edited\n")
                self.assertNotEqual(number(folder), before, name)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    GENERATOR, CMAKE = sys.argv.pop(2), sys.argv.pop(1)
    unittest.main()
