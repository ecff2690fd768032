# SPDX-License-Identifier: Apache-2.0
"""Shows resources/checks/remedies.py trees whose remedies are executed, and some whose are not."""
import unittest

import check_in_tree

FILES = {
    "app/io/model.cpp": 'throw Refusal("E_MODEL_NAN", path, "it is NaN", "does it want" " a normalised image?", {}, role);\n',
    "app/reader/disk.cpp": 'const char* kWay = "check the disk";\n'
                           'throw Refused("E_READ", std::string("no: ") + strerror(errno), kWay);  // "E_NOTHING", "x", "y"\n',
    "app/reader/gates/cut.cpp": 'if (code == "E_MEMORY") { return; }\nthrow Refused("E_TRUNC", "cut", "copy it again");\n',
    "tests/model_test.cpp": 'EXPECT_TRUE(remedy_works("E_MODEL_NAN",\n  "a normalised image", a, b));\n'
                            'EXPECT_TRUE(remedy_works("E_READ", "check the disk", a, b));\n',
    "tests/corpus/cases.cpp": 'corpus.add("cut", "a.nii", bytes, "E_TRUNC");\n',
}


class Remedies(unittest.TestCase):
    def said(self, changed):
        """Exit status and output for FILES with some of them changed."""
        return check_in_tree.said("remedies.py", {**FILES, **changed})

    def test_a_tree_whose_remedies_are_executed_passes(self):
        status, output = self.said({})
        self.assertEqual(status, 0, output)
        self.assertTrue(output.startswith("3 refusals, 0 "), output)

    def test_what_nobody_executes_is_found(self):
        for name, text, missing in (
            ("app/io/new.cpp", 'throw Refusal("E_NEW", path, "it is new", "wait");\n', "app/io/new.cpp:1: E_NEW: no test executes: wait"),
            ("app/io/new.cpp", 'return {"E_MODEL_NAN", path, "again", "multiply it"};\n', "E_MODEL_NAN: no test executes: multiply it"),
            ("app/reader/new.cpp", 'throw Refused("E_READ", "no (\\"x\\")", "buy a disk");\n', "E_READ: no test executes: buy a disk"),
            ("app/reader/new.cpp", 'throw Refused("E_TRUNK", "cut", "copy it again");\n', "E_TRUNK: no test executes"),
            ("tests/model_test.cpp", 'remedy_works("E_MODEL_NAN", "a normalised picture"); remedy_works("E_READ", "check the disk");\n',
             "app/io/model.cpp:1: E_MODEL_NAN"),
            ("tests/more_test.cpp", 'remedy_works("E_GONE", "words");\n', "E_GONE, which nothing refuses with"),
        ):
            status, output = self.said({name: text})
            self.assertEqual(status, 1, text)
            self.assertIn(missing, output)


if __name__ == "__main__":
    unittest.main()
