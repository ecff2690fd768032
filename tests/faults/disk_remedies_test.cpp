// SPDX-License-Identifier: Apache-2.0
// A disk that fails, is full or is not there: what the program says can be done about it works.
#include <cerrno>

#include "tests/app/models/model_files.h"
#include "tests/faults/faults.h"
#include "tests/io/remedies.h"

namespace lossscope {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class Disk : public ::testing::Test {
 protected:
  Disk() {
    const Volume mask = make_volume({{6, 5, 4}}, VoxelType::uint8);
    mask.voxels<std::uint8_t>()[40] = 1;
    write_volume(mask, faults_.mask());
    write_volume(mask, faults_.out("there.nii"));
    fs::create_directory(faults_.out("other"));
  }
  [[nodiscard]] std::vector<std::string> writing(const std::string& to) const {
    std::vector<std::string> all{"eval", "--mask", faults_.mask(), "--predict", "degrade:shift=1,0,0", "--loss", "bce"};
    all.insert(all.end(), {to.ends_with(".json") ? "--json" : "--contribution", to});
    return all;
  }
  [[nodiscard]] Told write(const std::string& to) const { return told_by(run_lossscope(writing(to))); }
  /// What is told with `remedy` where the first call that is refused with it fails with `error`.
  [[nodiscard]] Told told(const std::vector<std::string>& arguments, int error, const std::string& remedy, bool reads) {
    Told last;
    int calls = 0;
    for (int at = 1; at == 1 || calls >= at - 1; ++at) {  // a call that fails may be the last one
      last = told_by(faults_.run(arguments, at, error, calls, reads));
      if (last.remedy.find(remedy) != std::string::npos) {
        break;
      }
    }
    return last;
  }
  [[nodiscard]] Told told_writing(int error, const std::string& remedy, const char* name = "a.json") {
    return told(writing(faults_.out(name)), error, remedy, false);
  }

  Faults faults_;
};

TEST_F(Disk, FullIsFreedOrLeft) {
  const Told full = told_writing(ENOSPC, "Free some space");
  EXPECT_TRUE(remedy_works("E_WRITE", "Free some space, ", full, write(faults_.out("a.json"))));
  EXPECT_TRUE(remedy_works("E_WRITE", "or choose another folder.", full, write(faults_.out("other/a.json"))));
  EXPECT_TRUE(remedy_works("E_WRITE", "Free some space, ", told_writing(EDQUOT, "Free"), write(faults_.out("a.nii"))));
}

TEST_F(Disk, AFolderThatIsMissingIsMade) {
  for (const char* name : {"new/a.json", "new2/b.nii.gz"}) {
    const Told missing = write(faults_.out(name));
    EXPECT_TRUE(remedy_works("E_WRITE", "or choose another one.", missing, write(faults_.out("other/a.json"))));
    fs::create_directory(fs::path(faults_.out(name)).parent_path());
    EXPECT_TRUE(remedy_works("E_WRITE", "Create the folder", missing, write(faults_.out(name))));
  }
}

TEST_F(Disk, WhatCannotBeWrittenThereIsWrittenElsewhere) {
  const Told good = write(faults_.out("other/a.json"));
  EXPECT_TRUE(remedy_works("E_WRITE", "Choose another name.", write(faults_.out("other")), good));
  EXPECT_TRUE(
      remedy_works("E_WRITE", "Choose another name.", write(faults_.out(std::string(300, 'n') + ".json")), good));
  for (const int error : {EACCES, EROFS}) {
    EXPECT_TRUE(remedy_works("E_WRITE", "Choose another folder.", told_writing(error, "another folder"), good));
  }
  EXPECT_TRUE(remedy_works("E_WRITE", "Check the disk or the network share", told_writing(EIO, "Check the disk"),
                           write(faults_.out("a.json"))));
  EXPECT_TRUE(remedy_works("E_WRITE", "Use .nii, .nii.gz, .nrrd or .mha.", write(faults_.out("a.dcm")),
                           write(faults_.out("a.mha"))));
}

TEST_F(Disk, AVolumeThatTheDiskLosesIsNotTakenForWritten) {
  EXPECT_TRUE(remedy_works("E_WRITE", "Choose another folder.", told_writing(EIO, "Choose another folder.", "a.nrrd"),
                           write(faults_.out("other/a.nii"))));
  EXPECT_TRUE(remedy_works("E_WRITE", "Check the disk, or choose another folder.",
                           told_writing(0, "Check the disk, or", "a.nii"), write(faults_.out("other/a.nii"))));
}

TEST_F(Disk, AFileThatCannotBeReadIsReadWhenTheDiskIsBack) {
  const std::vector<std::string> reading{"info", faults_.out("there.nii"), "--json", "-"};
  const Told back = told_by(run_lossscope(reading));
  int opened = 0, read = 0;
  int calls = 0;
  for (int at = 1; at == 1 || calls >= at - 1; ++at) {
    const Outcome outcome = faults_.run(reading, at, EIO, calls, true);
    const bool at_opening = outcome.err.find("it cannot be opened") != std::string::npos;
    const bool at_reading = outcome.err.find("it cannot be read to its end") != std::string::npos;
    opened += at_opening ? 1 : 0;
    read += at_reading ? 1 : 0;
    // Where the sandbox could not look at the file, the reader is not let at it: that is no disk's fault in earnest.
    const bool at_sandbox = outcome.err.find("E_PERMISSION") != std::string::npos;
    EXPECT_TRUE(outcome.code == 0 || at_opening || at_reading || at_sandbox) << outcome.err;
    if (at_opening || at_reading) {
      EXPECT_TRUE(remedy_works("E_READ", "check the disk or the network share", told_by(outcome), back));
    }
  }
  EXPECT_GE(opened, 1);
  EXPECT_GE(read, 1);
}

/// "Copy it again": from the disk that failed to one that does not.
TEST_F(Disk, AModelThatCannotBeReadIsCopiedAgain) {
  save_model(faults_.out("net.pt"), "def forward(self, x):\n    return torch.sigmoid(x)\n");
  const Told refused = told({"info", faults_.out("net.pt"), "--as", "model", "--json", "-"}, EIO, "copy or", true);
  fs::copy_file(faults_.out("net.pt"), faults_.out("other/net.pt"));
  EXPECT_TRUE(remedy_works("E_READ", "copy or download it again", refused,
                           told_by(run_lossscope({"info", faults_.out("other/net.pt"), "--as", "model"}))));
}

}  // namespace
}  // namespace lossscope
