// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/io/model_client.h"
#include "tests/app/models/model_files.h"
#include "tests/app/models/zip_file.h"
#include "tests/io/io_testing.h"

namespace lossscope::testing {

/// An image of 9 x 8 x 7 voxels, every one different.
inline LoadedVolume small_image() {
  LoadedVolume image;
  image.path = "image.nii";
  image.grid = {{9, 8, 7}, {1, 1.5, 2}};
  image.volume = make_volume(image.grid, VoxelType::float32);
  std::size_t i = 0;
  for (float& value : image.volume.voxels<float>()) {
    value = static_cast<float>(i++ % 97) / 97 - 0.3F;
  }
  return image;
}

inline bool trust_all(const std::string&) { return true; }

inline ModelChoice choice_of(const std::string& path) { return {path, inspect_model(path).sha256}; }

/// The code and reason that running a model is refused with; "ran" when it is not.
inline std::string outcome_of(const std::string& path, const ModelLimits& limits = {std::size_t{2} << 30, 60}) {
  try {
    (void)run_model(choice_of(path), small_image(), {trust_all, limits});
    return "ran";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.file, path);
    EXPECT_FALSE(refusal.remedy.empty());
    return refusal.code + ": " + refusal.reason;
  }
}

inline std::string bytes_of(const std::string& path) {
  const auto bytes = read_bytes(path);
  return {bytes.begin(), bytes.end()};
}

}  // namespace lossscope::testing
