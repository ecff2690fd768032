# SPDX-License-Identifier: Apache-2.0
"""Shows resources/checks/named_files.py trees that name files rightly and wrongly."""
import unittest

import check_in_tree

FILES = {
    "losses/maths.h": "// See page.md, section 2.\n",
    "losses/page.md": "# A page\n```\nlosses/nowhere.h\n```\nBack to [the code](maths.h).\n",
    "resources/say.sh": "#!/bin/sh\n# Starts resources/checks/say.py\n",
    "resources/checks/say.py": '"""Says losses/maths.h."""\nprint("losses/nowhere.h")\n',
    "README.md": "All is in `losses`, e.g. `losses/maths.h`; it makes build/out.txt.\n",
}


class NamedFiles(unittest.TestCase):
    def said(self, changed):
        """Exit status and output for FILES with some of them changed."""
        return check_in_tree.said("named_files.py", {**FILES, **changed})

    def test_a_tree_whose_files_are_there_passes(self):
        self.assertEqual(self.said({})[0], 0, self.said({})[1])

    def test_each_kind_of_wrong_name_is_found(self):
        for name, text, missing in (
            ("losses/maths.h", "int i;  // as pages.md says\n", "losses/maths.h:1: there is no pages.md"),
            ("losses/maths.h", "/* Long\n   see losses/math.h */\n", "losses/maths.h:2: there is no losses/math.h"),
            ("losses/maths.h", "/// See losses/functions.\n", "there is no losses/functions"),
            ("losses/page.md", "[the code](math.h)\n", "there is no math.h"),
            ("resources/say.sh", "# Starts resources/check/say.py\n", "there is no resources/check/say.py"),
            ("resources/checks/say.py", '"""Says ../shared/page.md."""\n', "there is no ../shared/page.md"),
            ("README.md", "`resources/checks/said.py`\n", "there is no resources/checks/said.py"),
        ):
            status, output = self.said({name: text})
            self.assertEqual(status, 1, text)
            self.assertIn(missing, output)

    def test_a_tree_without_names_is_no_pass(self):
        self.assertEqual(self.said({name: "\n" for name in FILES})[0], 1)


if __name__ == "__main__":
    unittest.main()
