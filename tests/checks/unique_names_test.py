# SPDX-License-Identifier: Apache-2.0
"""Shows resources/checks/unique_names.py libraries whose files keep names of their own, and some that do not."""
import unittest

import check_in_tree

FILE = "#include <vector>\nnamespace lossscope {\nnamespace {\n%s\n}  // namespace\n\nint %s() { return 1; }\n}\n"
CMAKE = "lossscope_library(room\n  SOURCES one.cpp two.cpp  # both\n  LINK other.cpp UNITY PCH std)\n"


class UniqueNames(unittest.TestCase):
    def said(self, one, two, cmake=CMAKE):
        """Exit status and output for a library of two files that keep `one` and `two` to themselves."""
        files = {"CMakeLists.txt": cmake, "one.cpp": FILE % (one, "a"), "two.cpp": FILE % (two, "b")}
        return check_in_tree.said("unique_names.py", files)

    def test_names_of_their_own_pass(self):
        for one, two in (
            ("int size() { return 1; }", "int length() { return size_of(); }"),
            ("using Index = std::array<int, 3>;", "using Index = std::array<int,\n  3>;"),
            ("namespace t = testing;", "namespace t = testing;"),
            ("// int size();", "int size() { return 1; }"),
            ('const char* text = "int size() {";', "int size() { return 1; }"),
            ("struct Row { int size; };", "struct Line { int size; };"),
            ("void f() { int size = 1; use(size); }", "void g() { int size = 1; use(size); }"),
            ("TEST(Suite, One) { }", "TEST(Suite, Two) { }"),
        ):
            self.assertEqual(self.said(one, two), (0, ""), (one, two))

    def test_each_kind_of_shared_name_is_found(self):
        for name, one, two in (
            ("size", "int size() { return 1; }", "std::vector<std::array<int, 2>> size(int a, int b) { return {}; }"),
            ("size", "template <class T, int N>\nT size(T (&a)[N]) { return a[0]; }", "double size();"),
            ("Row", "struct Row { int a; };", "class Row final : public Line {\n public:\n  Row();\n};"),
            ("Row", "enum class Row : int { a };", "using Row = std::vector<int>;"),
            ("kSize", "constexpr int kSize = 3;", "const std::vector<int> kSize{1, 2};"),
            ("kSize", "constexpr std::array<int, 2> kSize[2] = {};", "[[maybe_unused]] int kSize;"),
            ("kSecond", "constexpr Tag kFirst{1, {2}}, kSecond{2};", "int kFirst_ = f(1, 2), kSecond = g({});"),
            ("kNext", "const std::vector<std::array<int, 2>> kOne{{{1, 2}}};\nint kNext = 1;", "int kNext;"),
            ("SIZE", "#define SIZE 1", "#define SIZE 2"),
            ("Index", "using Index = std::array<int, 3>;", "using Index = std::array<int, 4>;"),
            ("last", "int first() { return 1; }\nstruct A { int b() { return 2; } };\nint last;", "int last;"),
        ):
            status, output = self.said(one, two)
            self.assertEqual(status, 1, (one, two))
            self.assertIn(f"room: {name} is in one.cpp:", output)

    def test_what_a_header_declares_that_another_file_includes_is_found(self):
        header = "#pragma once\nnamespace lossscope {\nstruct Row {\n  int size;\n};\ninline constexpr int kA = 1, kB = 2;\nint f();\n}\n"
        for name, text in (("Row", "class Row {\n};"), ("kB", "int kB;"), ("f", "void f(int a) {\n}"), ("size", "int size;")):
            files = {
                "CMakeLists.txt": CMAKE,
                "row.h": header,
                "one.cpp": '#include "row.h"\n' + FILE % ("int one;", "a"),
                "two.cpp": FILE % (text, "b"),
            }
            output = check_in_tree.said("unique_names.py", files)[1]
            if name == "size":  # a member's
                self.assertEqual(output, "")
            else:
                self.assertIn(f"room: {name} is in two.cpp:4 and in row.h", output)

    def test_what_is_compiled_file_by_file_is_left_alone(self):
        status, output = self.said("int a;", "int a;", CMAKE.replace("UNITY", ""))
        self.assertEqual(status, 1)
        self.assertIn("nothing was checked", output)
        beside = CMAKE.replace(" UNITY", "") + "lossscope_program(tool SOURCES one.cpp UNITY)\n"
        self.assertEqual(self.said("int a;", "int a;", beside), (0, ""))


if __name__ == "__main__":
    unittest.main()
