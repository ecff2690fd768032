# SPDX-License-Identifier: Apache-2.0
"""Runs resources/cuda/on_gpu.sh with programs that hang, fail and pass: no step may end the run."""
import os
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "resources/cuda/on_gpu.sh"


class OnGpu(unittest.TestCase):
    def run_with(self, **programs):
        """The exit status, the table and the log of a run with these programs, each the body of a shell script."""
        with tempfile.TemporaryDirectory() as folder:
            brought, out = pathlib.Path(folder) / "brought", pathlib.Path(folder) / "out"
            brought.mkdir()
            for name, body in programs.items():
                file = brought / name
                file.write_text(f"#!/bin/sh\n{body}\n")
                file.chmod(0o755)
            environment = {**os.environ, "OUT": str(out), "ON_GPU_LIMIT": "2", "PATH": f"{brought}:/usr/bin:/bin"}
            done = subprocess.run([SCRIPT, "--built", brought], env=environment, text=True, capture_output=True)
            return done.returncode, (out / "table.txt").read_text(), (out / "log.txt").read_text()

    def test_hanging_and_failing_steps_do_not_end_the_run(self):
        status, table, log = self.run_with(
            device_driver_test="echo '[  PASSED  ] 7 tests.'",
            device_losses_test="sleep 60",
            device_fields_test="echo '[  FAILED  ] a field'; exit 1",
            device_benchmark='echo "bce 1.0 ms of $2"',
            ncu="echo 'Duration 3'",
            **{"compute-sanitizer": "echo 'ERROR SUMMARY: 0 errors'"})
        self.assertEqual(status, 1)
        for line in ("driver_test +done", "losses_on_gpu +stopped after 2 s", "fields_on_gpu +ended with 1",
                     "a field", "bce 1.0 ms of 512,512,512", "racecheck +done", "ERROR SUMMARY", "profile_Effects +done"):
            self.assertRegex(table, line)
        self.assertIn("== timings_512", log)

    def test_what_passes_passes(self):
        fine = "echo '[  PASSED  ]'"
        status, table, _ = self.run_with(device_driver_test=fine, device_losses_test=fine, device_fields_test=fine,
                                         device_benchmark="echo rows")
        self.assertEqual(status, 0, table)
        self.assertRegex(table, "sanitizer +not run")

    def test_a_driver_that_fails_its_test_fails_the_run(self):
        fine = "echo '[  PASSED  ]'"
        status, table, _ = self.run_with(device_driver_test="echo '[  FAILED  ] 1 test'; exit 1",
                                         device_losses_test=fine, device_fields_test=fine,
                                         device_benchmark="echo rows")
        self.assertEqual(status, 1, table)
        self.assertNotIn("configure", table)  # what runs, and fails, is not built anew
        self.assertRegex(table, "losses_on_gpu +done")

    def test_without_a_gpu_it_says_so(self):
        status, table, _ = self.run_with(device_driver_test="echo 'CUDA: no NVIDIA driver is installed'",
                                         device_benchmark="echo 'device_benchmark: cuda:0: no NVIDIA driver'; exit 1")
        self.assertEqual(status, 1)
        self.assertRegex(table, "all else +not run: no GPU answered")
        self.assertIn("no NVIDIA driver", table)
        self.assertNotIn("losses_on_gpu", table)

    def test_a_wrong_option_is_told(self):
        done = subprocess.run([SCRIPT, "--bult", "x"], text=True, capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--built FOLDER", done.stderr)


if __name__ == "__main__":
    unittest.main()
