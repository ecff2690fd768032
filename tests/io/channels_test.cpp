// SPDX-License-Identifier: Apache-2.0
// All components of a file at once: the same volumes as one by one, from one decoding.
#include <set>

#include "app/io/safe_file.h"
#include "tests/corpus/packing.h"
#include "tests/io/helper_testing.h"
#include "tests/io/io_testing.h"
#include "tests/io/nifti_bytes.h"

namespace lossscope {
namespace {

using namespace testing;

constexpr int kChannels = 5;
constexpr std::size_t kVoxels = 9 * 7 * 4;

std::string bytes_of_file() {
  NiftiBytes file;
  file.size({9, 7, 4, kChannels}).type(16, 32).spacing(1, 1, 2).sform({0.8F, 0.1F, 0, 3, 0, 1, 0, 4, 0, 0, 2, 5});
  std::vector<float> values(kChannels * kVoxels);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(i % 977) / 977;
  }
  file.voxels(values);
  return {file.bytes().begin(), file.bytes().end()};
}

TEST(Channels, AreTheComponentsOneByOne) {
  const Folder folder;
  for (const bool is_packed : {false, true}) {
    for (const bool is_halved : {false, true}) {
      const std::string path = folder.file(is_packed ? "softmax.nii.gz" : "softmax.nii");
      write_file(path, is_packed ? corpus::gzipped(bytes_of_file()) : bytes_of_file());
      ReadRequest request{path, Role::prediction, {{Question::axes, "resample"}}, false};
      if (is_halved) {
        request.answers.set(Question::memory, "half");
      }
      request.answers.set(Question::component, "3");  // from before they were classes
      const std::vector<LoadedVolume> channels = read_channels(request);
      ASSERT_EQ(channels.size(), static_cast<std::size_t>(kChannels));
      for (int c = 0; c < kChannels; ++c) {
        request.answers.set(Question::component, std::to_string(c));
        const LoadedVolume one = read_volume(request);
        const LoadedVolume& channel = channels[static_cast<std::size_t>(c)];
        EXPECT_EQ(channel.components, kChannels);
        EXPECT_EQ(channel.sha256, one.sha256);
        EXPECT_EQ(channel.values.sum, one.values.sum);
        EXPECT_TRUE(channel.grid == one.grid && channel.volume.grid == one.grid);
        EXPECT_TRUE(std::ranges::equal(channel.volume.voxels<float>(), one.volume.voxels<float>())) << c;
      }
    }
  }
}

TEST(Channels, AreReadByOneHelper) {
  const Folder folder;
  const std::string path = folder.file("softmax.nii.gz");
  write_file(path, corpus::gzipped(bytes_of_file()));
  std::set<pid_t> readers;
  const auto count = [&](double, std::string_view) {
    const std::vector<pid_t> running = running_helpers("lossscope-reader");
    readers.insert(running.begin(), running.end());
  };
  (void)read_channels({path, Role::prediction, {{Question::axes, "resample"}}, false}, count);
  EXPECT_LE(readers.size(), 1U);
}

TEST(Channels, OfALargeVolumeAreAskedAboutForAllOfThem) {
  const Folder folder;
  const std::string path = folder.file("softmax.nii");
  NiftiBytes file;
  file.size({64, 64, 64, 20}).type(16, 32).spacing(1, 1, 1).sform({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
  std::string bytes(file.bytes().begin(), file.bytes().end());
  bytes.resize(bytes.size() + std::size_t{4} * 64 * 64 * 64 * 20);
  write_file(path, bytes);
  // 21 MB on disk: one channel takes 5 MB with all that works on it, twenty take 50.
  const Environment memory("LOSSSCOPE_MEMORY", "150");
  ReadRequest request{path, Role::prediction, {}, false};
  std::string code;
  try {
    (void)read_channels(request);
  } catch (const Refusal& refusal) {
    code = refusal.code;
  }
  EXPECT_EQ(code, "E_LARGE");
  request.answers.set(Question::memory, "accept");
  EXPECT_EQ(read_channels(request).size(), 20U);
  request.answers = {{Question::component, "7"}};
  EXPECT_EQ(read_volume(request).components, 20) << "and one alone is not";
}

}  // namespace
}  // namespace lossscope
