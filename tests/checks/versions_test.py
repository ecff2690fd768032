# SPDX-License-Identifier: Apache-2.0
"""Shows resources/checks/versions.py trees whose files agree on the version, and others."""
import unittest

import check_in_tree

FILES = {
    "CMakeLists.txt": "project(LossScope VERSION 1.2.3 LANGUAGES CXX)\n",
    "losses/CMakeLists.txt": "project(LossScopeLosses VERSION 1.2.3 LANGUAGES CXX)\n",
    "CHANGELOG.md": "# Changes\n\n## 1.2.3 (not yet released)\n- New.\n\n## 1.2.2\n- Old.\n",
    "CITATION.cff": "cff-version: 1.2.0\nversion: 1.2.3\n",
    "README.md": "`apt install ./lossscope_1.2.3_amd64.deb`\n",
}


class Versions(unittest.TestCase):
    def said(self, changed):
        """Exit status and output for FILES with some of them changed."""
        return check_in_tree.said("versions.py", {**FILES, **changed})

    def test_files_that_agree_pass_and_older_versions_may_be_told(self):
        self.assertEqual(self.said({})[0], 0, self.said({})[1])

    def test_each_file_that_says_another_version_is_found(self):
        for name, text in FILES.items():
            if name != "CMakeLists.txt":
                status, output = self.said({name: text.replace("1.2.3", "1.3.0")})
                self.assertEqual(status, 1, name)
                self.assertIn(f"{name} says 1.3.0, the project is 1.2.3", output)

    def test_a_new_version_is_missed_everywhere_else(self):
        status, output = self.said({"CMakeLists.txt": FILES["CMakeLists.txt"].replace("1.2.3", "1.3.0")})
        self.assertEqual(status, 1)
        self.assertEqual(output.count("the project is 1.3.0"), len(FILES) - 1)

    def test_a_version_that_is_not_said_is_no_pass(self):
        for name in ("CMakeLists.txt", "losses/CMakeLists.txt", "CHANGELOG.md"):
            self.assertEqual(self.said({name: "\n"})[0], 1, name)


if __name__ == "__main__":
    unittest.main()
