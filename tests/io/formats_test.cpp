// SPDX-License-Identifier: Apache-2.0
// Formats are declared once: what people read of them follows from the table, or is held against it here.
#include "app/reader/gates/file_formats.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace lossscope {
namespace {

TEST(Formats, TheReadmeNamesEachWithItsEndings) {
  std::ifstream file(LOSSSCOPE_README);
  std::stringstream readme;
  readme << file.rdbuf();
  for (const FileFormat& row : file_formats()) {
    EXPECT_NE(readme.str().find(row.name), std::string::npos) << row.name;
    for (const std::string_view ending : row.endings) {
      const bool packed = ending.ends_with(".gz") && ending != ".nii.gz";  // "each also `.gz`"
      EXPECT_TRUE(packed || readme.str().find("`" + std::string(ending) + "`") != std::string::npos) << ending;
    }
  }
}

TEST(Formats, NoEndingBelongsToTwo) {
  std::set<std::string_view> endings;
  for (const FileFormat& row : file_formats()) {
    EXPECT_EQ(&info(row.format), &row);
    for (const std::string_view ending : row.endings) {
      EXPECT_TRUE(endings.insert(ending).second) << ending;
    }
  }
  EXPECT_GE(endings.size(), 20U);
}

TEST(Formats, ADialogOffersEveryEnding) {
  std::istringstream filter(format_endings("*", " "));
  std::set<std::string> patterns;
  for (std::string pattern; filter >> pattern;) {
    EXPECT_TRUE(pattern.starts_with("*.")) << pattern;
    patterns.insert(pattern);
  }
  for (const char* known : {"*.nii.gz", "*.dcm", "*.npz", "*.mgz", "*.jpg", "*.hdr", "*.bmp"}) {
    EXPECT_TRUE(patterns.contains(known)) << known;
  }
}

}  // namespace
}  // namespace lossscope
