# SPDX-License-Identifier: Apache-2.0
"""Installs the program into a folder of its own and looks at what is there: package_test.py CMAKE BUILD SOURCE [PYTHON]."""
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

CMAKE, BUILD, SOURCE = sys.argv[1:4]
PYTHON = sys.argv[4] if len(sys.argv) > 4 else ""


def array(values):
    """An .npy file of a row of float32."""
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': (2, {len(values) // 2}), }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + struct.pack(f"<{len(values)}f", *values)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name) / "usr"
        subprocess.run([CMAKE, "--install", BUILD, "--prefix", str(cls.root)], check=True, stdout=subprocess.DEVNULL)
        # Moved, for it must not matter where it was installed first.
        cls.root = cls.root.rename(pathlib.Path(cls.folder.name) / "elsewhere")
        cls.environment = {"PATH": f"{cls.root}/bin:/usr/bin:/bin", "HOME": cls.folder.name, "LC_ALL": "C.UTF-8",
                           "XDG_DATA_HOME": f"{cls.root}/share"}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_there(self, *command):
        return subprocess.run(command, env=self.environment, cwd=self.folder.name, capture_output=True, text=True)

    def need(self, tool):
        if not shutil.which(tool):
            self.skipTest(f"{tool} is not installed")

    def options_of(self, *command):
        said = self.run_there("lossscope", *command, "--help")
        self.assertEqual(said.returncode, 0, said.stderr)
        return set(re.findall(r"^ +(?:-\w,)?(--[a-z][a-z0-9-]*)", said.stdout, re.M))

    def subcommands(self):
        said = self.run_there("lossscope", "--help").stdout
        return re.findall(r"^  ([a-z]+)  ", said[said.index("\nSubcommands:"):], re.M)

    def test_it_runs_with_its_helpers_from_another_place(self):
        files = pathlib.Path(self.folder.name)
        (files / "mask.npy").write_bytes(array([0, 1, 1, 0]))
        (files / "half.npy").write_bytes(array([0.5, 0.5, 0.5, 0.5]))
        said = self.run_there("lossscope", "eval", "--mask", "mask.npy", "--prediction", "half.npy", "--loss", "bce")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("0.69314718", said.stdout, "-ln 0.5 at each voxel")

    def test_no_path_of_the_build_is_in_it(self):
        found = [str(file) for file in self.root.rglob("*") if file.is_file() and not file.is_symlink()
                 for place in (BUILD, SOURCE) if place.encode() in file.read_bytes()]
        self.assertEqual(found, [])
        for link in self.root.rglob("*"):
            if link.is_symlink():
                self.assertFalse(os.readlink(link).startswith("/"), link)
                self.assertTrue(link.exists(), link)

    def test_the_desktop_is_told_rightly(self):
        self.need("desktop-file-validate")
        said = self.run_there("desktop-file-validate", str(self.root / "share/applications/lossscope.desktop"))
        self.assertEqual((said.returncode, said.stdout), (0, ""), said.stdout)
        self.assertTrue((self.root / "share/icons/hicolor/scalable/apps/lossscope.svg").exists())

    def test_software_centres_are_told_rightly(self):
        self.need("appstreamcli")
        said = self.run_there("appstreamcli", "validate", "--no-net",
                              str(self.root / "share/metainfo/org.lossscope.LossScope.metainfo.xml"))
        self.assertEqual(said.returncode, 0, said.stdout)

    def test_files_are_known_by_their_content(self):
        self.need("update-mime-database")
        said = self.run_there("update-mime-database", str(self.root / "share/mime"))
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        globs = (self.root / "share/mime/globs2").read_text()
        for name in ("application/x-nifti:*.nii.gz", "application/x-lossscope-session:*.session.json"):
            self.assertIn(name, globs)

    def test_each_subcommand_has_a_page_with_all_its_options(self):
        self.need("help2man")
        for command in [[]] + [[one] for one in self.subcommands()]:
            page = self.root / "share/man/man1" / ("-".join(["lossscope", *command]) + ".1.gz")
            text = subprocess.run(["zcat", str(page)], capture_output=True, text=True, check=True).stdout
            shown = text.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "").replace("\\fI", "")
            for option in self.options_of(*command):
                self.assertIn(option, shown, f"{page.name}")

    def completed(self, *words):
        script = f"""source {self.root}/share/bash-completion/completions/lossscope
            COMP_WORDS=({' '.join(f"'{word}'" for word in words)}) COMP_CWORD={len(words) - 1}
            _lossscope; printf '%s\\n' "${{COMPREPLY[@]}}" """
        return set(self.run_there("bash", "-c", script).stdout.split())

    def test_the_shell_completes_subcommands_and_options(self):
        self.need("bash")
        self.assertEqual(self.completed("lossscope", "ev"), {"eval"})
        self.assertEqual(self.completed("lossscope", ""), set(self.subcommands()))
        for command in self.subcommands():
            self.assertLessEqual(self.options_of(command), self.completed("lossscope", command, "--"), command)
        self.assertIn("--sample", self.completed("lossscope", "--sa"))

    def test_a_program_of_ones_own_uses_the_losses(self):
        build = pathlib.Path(self.folder.name) / "example"
        said = self.run_there(CMAKE, "-S", f"{SOURCE}/resources/examples/losses", "-B", str(build),
                              f"-DCMAKE_PREFIX_PATH={self.root}")
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
        said = self.run_there(CMAKE, "--build", str(build))
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
        said = self.run_there(str(build / "loss_example"), "bce", "dice")
        # -ln 0.5 at each voxel; 1 - (2 * 1 + 1) / (2 + 2 + 1), with a smoothing of 1.
        self.assertEqual(said.stdout.splitlines()[0], "bce 0.69314718 = 0.173287 0.173287 0.173287 0.173287")
        self.assertTrue(said.stdout.splitlines()[1].startswith("dice 0.4 ="), said.stdout)

    def test_python_finds_the_module(self):
        if not PYTHON:
            self.skipTest("the Python module is not built")
        script = ("import sys; sys.path.insert(0, sys.argv[1]); import numpy, lossscope; print(lossscope.evaluate("
                  "numpy.array([[[0, 1]]]), numpy.array([[[.5, .5]]], dtype='f4'), 'bce').value)")
        said = self.run_there(PYTHON, "-c", script, str(self.root / "lib/python3/dist-packages"))
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertTrue(said.stdout.startswith("0.693147"), said.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
