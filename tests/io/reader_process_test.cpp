// SPDX-License-Identifier: Apache-2.0
// The boundary to lossscope-reader: refusals, cancelling, and real data.
#include <chrono>
#include <thread>

#include "losses/evaluate.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using namespace testing;

TEST(Reader, RefusesWhatIsNotThereOrNoVolume) {
  Folder folder;
  EXPECT_EQ(refusal_code(folder.file("absent.nii.gz")), "E_MISSING");
  write_bytes(folder.file("empty.nii"), {});
  EXPECT_NE(refusal_code(folder.file("empty.nii")), "read");
  const std::string words = "This is a text, and not a volume. ";
  std::vector<char> text;
  while (text.size() < 5000) {
    text.insert(text.end(), words.begin(), words.end());
  }
  for (const char* name : {"text.nii", "text.nii.gz", "text.nrrd", "text.mha", "text.png", "text.tif", "text.xyz"}) {
    write_bytes(folder.file(name), text);
    EXPECT_NE(refusal_code(folder.file(name)), "read") << name;
  }
}

TEST(Reader, NamesWithSpacesQuotesAndUmlautsAreFine) {
  Folder folder;
  const Volume volume = make_volume(anisotropic_grid(false), VoxelType::uint8);
  const std::string path = folder.file("k\u00f6pf \"A\" 'b' $HOME.nii.gz");
  write_volume(volume, path);
  EXPECT_EQ(read(path).path, path);
}

TEST(Reader, CancellingEndsTheProcess) {
  const auto sample = mni_head();
  ASSERT_TRUE(sample) << "mricron-data is part of the set-up";
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)read_volume({.path = sample->image, .role = Role::image, .answers = {}, .information_only = false},
                                 {}, source.get_token()),
               Cancelled);
  std::stop_source later;
  std::jthread stopper([&later] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    later.request_stop();
  });
  try {  // it may be through by then; it must not hang
    (void)read_volume({.path = sample->image, .role = Role::image, .answers = {}, .information_only = false}, {},
                      later.get_token());
  } catch (const Cancelled&) {
  }
}

TEST(Reader, ReadsTheSampleHead) {
  const auto sample = mni_head();
  ASSERT_TRUE(sample) << "mricron-data is part of the set-up";
  const LoadedVolume image = read(sample->image);
  EXPECT_EQ(image.grid.size, (std::array<std::int64_t, 3>{181, 217, 181}));
  EXPECT_EQ(image.grid.spacing, (std::array<double, 3>{1, 1, 1}));
  EXPECT_EQ(image.sha256.size(), 64U);
  const LoadedVolume labels = read(sample->labels, Role::mask);
  EXPECT_EQ(labels.labels.size(), 117U);  // 116 regions of the AAL atlas and the background
  EXPECT_EQ(compare_grids(image.grid, labels.grid).fit, Fit::same);
  double sum = 0;
  for (const float value : image.volume.voxels<float>()) {
    sum += static_cast<double>(value);
  }
  EXPECT_EQ(sum, image.values.sum);
}

}  // namespace
}  // namespace lossscope
