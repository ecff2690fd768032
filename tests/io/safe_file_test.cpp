// SPDX-License-Identifier: Apache-2.0
// What is written replaces the old file as a whole or not at all.
#include "app/io/safe_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

namespace fs = std::filesystem;
using testing::Folder;

std::string text_of(const std::string& path) {
  const auto bytes = testing::read_bytes(path);
  return {bytes.begin(), bytes.end()};
}

/// The names in a folder, sorted.
std::vector<std::string> names_in(const Folder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(folder.file("x")).parent_path())) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

TEST(SafeFile, ReplacesAFileAndKeepsItsPermissions) {
  const Folder folder;
  const std::string path = folder.file("result.json");
  write_file(path, "old");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  write_file(path, "new and longer");
  EXPECT_EQ(text_of(path), "new and longer");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  EXPECT_EQ(names_in(folder), std::vector<std::string>{"result.json"});
}

TEST(SafeFile, WithoutCommitTheOldFileStays) {
  const Folder folder;
  const std::string path = folder.file("result.nii.gz");
  write_file(path, "old");
  {
    SafeFile file(path);
    file.write("half of the n");
    EXPECT_TRUE(file.temporary().ends_with(".nii.gz"));
    EXPECT_EQ(text_of(path), "old");
  }
  EXPECT_EQ(text_of(path), "old");
  EXPECT_EQ(names_in(folder), std::vector<std::string>{"result.nii.gz"});
}

TEST(SafeFile, ALinkIsFollowed) {
  const Folder folder;
  write_file(folder.file("file"), "old");
  fs::create_symlink("file", folder.file("link"));
  write_file(folder.file("link"), "new");
  EXPECT_TRUE(fs::is_symlink(folder.file("link")));
  EXPECT_EQ(text_of(folder.file("file")), "new");
}

TEST(SafeFile, ADeviceIsWrittenDirectly) {
  write_file("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THROW(write_file("/dev/full", "too much"), WriteError);
}

/// The sentence that says what is wrong; empty when nothing is.
std::string complaint(const std::string& path) {
  try {
    write_file(path, "x");
    return {};
  } catch (const WriteError& error) {
    EXPECT_EQ(error.file, path);
    EXPECT_FALSE(error.remedy.empty());
    return error.reason;
  }
}

TEST(SafeFile, SaysWhatIsWrongWithThePlace) {
  const Folder folder;
  write_file(folder.file("file"), "old");
  EXPECT_EQ(complaint(folder.file("no/such/folder/x")), "its folder does not exist");
  EXPECT_EQ(complaint(folder.file("file/x")), "its folder does not exist");
  EXPECT_EQ(complaint(folder.file("")), "it is a folder");
  EXPECT_EQ(complaint(folder.file(std::string(300, 'n'))), "its name is too long");
  EXPECT_EQ(complaint(""), "it is a folder");
  EXPECT_EQ(complaint("/proc/x"), "its folder does not exist") << "what Linux says of a folder that takes no files";
}

TEST(SafeFile, AFolderOrFileThatIsReadOnlyIsLeftAlone) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write everywhere; tests/faults holds it, too";
  }
  const Folder folder;
  write_file(folder.file("file"), "old");
  fs::permissions(folder.file("file"), fs::perms::owner_read);
  EXPECT_EQ(complaint(folder.file("file")), "you may not write there");
  fs::permissions(folder.file("file"), fs::perms::owner_all);
  fs::permissions(folder.file(""), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(complaint(folder.file("file")), "you may not write there");
  fs::permissions(folder.file(""), fs::perms::owner_all);
  EXPECT_EQ(text_of(folder.file("file")), "old");
}

}  // namespace
}  // namespace lossscope
