# SPDX-License-Identifier: Apache-2.0
"""Runs resources/cuda/on_gpu.sh with programs that hang, fail and pass: no step may end the run."""
import os
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "resources/cuda/on_gpu.sh"
FINE = "echo '[  PASSED  ] 3 tests.'"
RIGHT = {"device_driver_test": FINE, "device_losses_test": FINE, "device_fields_test": FINE,
         "device_benchmark": "echo rows"}


class OnGpu(unittest.TestCase):
    def run_with(self, hour=60, **programs):
        """The exit status, the table and the log of a run of `hour` seconds at most with these programs, each the body of
        a shell script."""
        with tempfile.TemporaryDirectory() as folder:
            brought, out = pathlib.Path(folder) / "brought", pathlib.Path(folder) / "out"
            brought.mkdir()
            for name, body in {"python3": "exit 1", **programs}.items():  # PyTorch alone takes seconds to say no
                file = brought / name
                file.write_text(f"#!/bin/sh\n{body}\n")
                file.chmod(0o755)
            environment = {**os.environ, "OUT": "out", "ON_GPU_LIMIT": "2", "ON_GPU_HOUR": str(hour),
                           "PATH": f"{brought}:/usr/bin:/bin"}
            done = subprocess.run([SCRIPT, "--built", brought], env=environment, cwd=folder, capture_output=True)
            self.left = {file.name for file in out.iterdir()}
            return done.returncode, *((out / name).read_text(errors="replace") for name in ("table.txt", "log.txt"))

    def test_hanging_and_failing_steps_do_not_end_the_run(self):
        status, table, log = self.run_with(
            device_driver_test="echo '[  PASSED  ] 7 tests.'",
            device_losses_test="sleep 60",
            device_fields_test="echo '[  FAILED  ] a field'; exit 1",
            device_benchmark='echo "bce 1.0 ms of $2"',
            ncu="echo 'Duration 3'",
            **{"compute-sanitizer": "echo '========= ERROR SUMMARY: 0 errors'"})
        self.assertEqual(status, 1)
        for line in ("driver_test +done", "losses_on_gpu +stopped after 2 s", "fields_on_gpu +ended with 1",
                     "a field", "eager_pytorch +not run", "bce 1.0 ms of 512,512,512", "racecheck +done", "ERROR SUMMARY", "profile_Effects +done"):
            self.assertRegex(table, line)
        self.assertIn("== timings_512", log)

    def test_what_passes_passes(self):
        status, table, _ = self.run_with(**RIGHT)
        self.assertEqual(status, 0, table)
        self.assertRegex(table, "sanitizer +not run")

    def test_a_driver_that_fails_its_test_fails_the_run(self):
        status, table, _ = self.run_with(**RIGHT | {"device_driver_test": "echo '[  FAILED  ] 1 test'; exit 1"})
        self.assertEqual(status, 1, table)
        self.assertNotIn("configure", table)  # what runs, and fails, is not built anew
        self.assertRegex(table, "losses_on_gpu +done")

    def test_a_driver_test_that_crashes_or_hangs_is_a_failed_step_and_the_run_goes_on_with_what_was_brought(self):
        for body, verdict in (("kill -SEGV $$", "ended with 139"), ("sleep 60", "stopped after 2 s"),
                              ("exit 0", "done")):  # that says nothing proves nothing
            status, table, _ = self.run_with(**RIGHT | {"device_driver_test": body, "cmake": "exit 5"})
            self.assertEqual(status, 1, table)
            self.assertRegex(table, f"driver_test +{verdict}")
            self.assertNotIn("configure", table)
            self.assertRegex(table, "losses_on_gpu +done")
            self.assertRegex(table, "fields_on_gpu +done")

    def test_a_program_that_says_nothing_proves_nothing(self):
        for name in ("device_losses_test", "device_fields_test"):
            status, table, _ = self.run_with(**RIGHT | {name: "exit 0"})
            self.assertEqual(status, 1, table)

    def test_what_is_told_among_other_bytes_is_in_the_table(self):
        status, table, _ = self.run_with(**RIGHT | {
            "device_losses_test": "printf '\\000\\377[\\n[  FAILED  ] Gpu.One\\n'; exit 1"})
        self.assertEqual(status, 1)
        self.assertIn("[  FAILED  ] Gpu.One", table)
        status, table, _ = self.run_with(**RIGHT | {"device_losses_test": f"printf '\\000\\377\\n'; {FINE}"})
        self.assertEqual(status, 0, table)

    def test_what_cmake_says_of_an_error_is_in_the_table(self):
        cmake = ("echo 'CMake Error at LossScopeCuda.cmake:7 (message):'; echo '  LOSSSCOPE_CUDA is ON, but'; "
                 "echo '  nothing compiles'; echo; echo 'Call Stack'; exit 1")
        _, table, _ = self.run_with(cmake=cmake)
        self.assertRegex(table, "LOSSSCOPE_CUDA is ON, but\n +nothing compiles\n")
        self.assertNotIn("Call Stack", table)

    def test_what_is_built_there_is_found_wherever_the_folder_is_named_from(self):
        _, _, log = self.run_with(cmake="printf '%s\\n' \"$@\"", find="exit 0")  # no GoogleTest is installed
        self.assertRegex(log, "-DCMAKE_PREFIX_PATH=;/.*/out/installed")
        self.assertRegex(log, "-DCMAKE_INSTALL_PREFIX=/.*/out/installed")

    def test_a_search_for_pytorch_that_does_not_end_is_ended(self):
        _, table, _ = self.run_with(**RIGHT | {"python3": "trap '' TERM; sleep 20; touch out/late"})
        self.assertRegex(table, "eager_pytorch +not run")
        self.assertNotIn("late", self.left)

    def test_a_folder_that_cannot_be_written_is_told(self):
        done = subprocess.run([SCRIPT], env={**os.environ, "OUT": "/dev/null/out"}, text=True, capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, f"/dev/null/out cannot be written: name another folder, OUT=FOLDER {SCRIPT}\n")

    def test_without_a_gpu_it_says_so(self):
        status, table, _ = self.run_with(device_driver_test=f"echo 'CUDA: no NVIDIA driver is installed'; {FINE}",
                                         device_benchmark="echo 'device_benchmark: cuda:0: no NVIDIA driver'; exit 1")
        self.assertEqual(status, 1)
        self.assertRegex(table, "all else +not run: LossScope finds no GPU: no NVIDIA driver is installed")
        self.assertNotIn("losses_on_gpu", table)

    def test_what_was_not_brought_along_is_not_taken_for_a_gpu_that_does_not_answer(self):
        status, table, _ = self.run_with(device_driver_test=FINE, device_fields_test=FINE)
        self.assertEqual(status, 1)
        self.assertRegex(table, "first_timings +not run: /.*/device_benchmark is not there")
        self.assertRegex(table, "losses_on_gpu +not run: /.*/device_losses_test is not there")
        self.assertRegex(table, "fields_on_gpu +done")
        self.assertNotIn("no GPU", table)

    def test_programs_without_a_plug_in_that_fits_are_built_here(self):
        for reason in ("this copy of LossScope was built without a CUDA toolkit (there is no lossscope-cuda.so beside it)",
                       "the CUDA plug-in cannot be loaded: libm.so.6: version not found",
                       "the NVIDIA driver is too old: it knows CUDA up to 12.2, this build needs 13.0"):
            status, table, log = self.run_with(**RIGHT | {"device_driver_test": f"echo 'CUDA: {reason}'; {FINE}",
                                                          "cmake": "exit 5"})
            self.assertEqual(status, 1)
            self.assertRegex(table, "configure +ended with 5")
            self.assertIn("== build: ", log)

    def test_programs_that_cannot_be_started_here_are_built_here(self):
        for body in ("echo 'device_driver_test: error while loading shared libraries: libx.so: not there'; exit 127",
                     "echo \"./t: /lib/libc.so.6: version \\`GLIBC_2.99' not found (required by ./t)\"; exit 1",
                     "exit 126"):
            status, table, _ = self.run_with(**RIGHT | {"device_driver_test": body, "cmake": "exit 5"})
            self.assertEqual(status, 1)
            self.assertRegex(table, "configure +ended with 5")

    def test_a_benchmark_that_fails_does_not_keep_the_tests_from_running(self):
        status, table, _ = self.run_with(**RIGHT | {"device_benchmark": "kill -9 $$"})
        self.assertEqual(status, 0, table)
        self.assertRegex(table, "first_timings +ended with 137")
        self.assertRegex(table, "losses_on_gpu +done")

    def test_tests_that_are_skipped_or_not_there_prove_nothing(self):
        for nothing in ("[  PASSED  ] 0 tests.", "[  SKIPPED ] Gpu.EveryLoss (0 ms)"):
            status, table, _ = self.run_with(**RIGHT | {"device_losses_test": f"echo '{nothing}'"})
            self.assertEqual(status, 1, table)
            self.assertIn(nothing, table)

    def test_names_of_tests_that_pass_are_not_in_the_table(self):
        names = ["[ RUN      ] Room.WhateverADeviceThrowsIsItsFailure", "[       OK ] Room.NothingFAILED (0 ms)",
                 "[ RUN      ] CUDA: a name"]
        told = ["room_test.cpp:7: Failure", "[  FAILED  ] Room.One", "[  PASSED  ] 2 tests.", "CUDA_of_a_name",
                "room_test.cpp:9: Skipped"]
        body = "\n".join(f"echo '{line}'" for line in names + told)
        _, table, _ = self.run_with(device_driver_test=body, device_benchmark="echo rows")
        for line in names + ["CUDA_of_a_name"]:
            self.assertNotIn(line, table)
        for line in set(told) - {"CUDA_of_a_name"}:
            self.assertIn(line, table)

    def test_a_machine_without_nvidia_smi_is_not_called_done(self):
        _, table, _ = self.run_with(**RIGHT | {"nvidia-smi": "echo 'no devices were found'; exit 6"})
        self.assertRegex(table, "machine +ended with 6")
        self.assertIn("no devices were found", table)
        _, table, _ = self.run_with(**RIGHT | {"nvidia-smi": "echo 'GPU 0: of a test'"})
        self.assertRegex(table, "machine +done")
        self.assertIn("GPU 0: of a test", table)

    def test_all_steps_together_end_with_the_hour(self):
        status, table, _ = self.run_with(hour=9, device_driver_test=FINE, device_losses_test="sleep 60",
                                         device_fields_test="sleep 60", device_benchmark="sleep 60", ncu="echo late")
        self.assertEqual(status, 1)
        self.assertRegex(table, "driver_test +done")
        for late in ("timings_512", "profile_RowScan", "profile_Effects"):
            self.assertRegex(table, late + " +not run: the time for all is over")

    def test_a_folder_that_is_not_there_is_told(self):
        for option in ("--built", "--libtorch", "--googletest"):
            done = subprocess.run([SCRIPT, option, "/no/such/folder"], text=True, capture_output=True)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr, f"{option}: there is no folder /no/such/folder\n")

    def test_a_wrong_option_is_told(self):
        done = subprocess.run([SCRIPT, "--bult", "x"], text=True, capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--built FOLDER", done.stderr)


if __name__ == "__main__":
    unittest.main()
