// SPDX-License-Identifier: Apache-2.0
#include "app/io/case.h"

#include <filesystem>

namespace lossscope {

std::optional<SamplePaths> mni_head() {
  const std::filesystem::path folder = "/usr/share/mricron/templates";
  const SamplePaths paths{folder / "ch2.nii.gz", folder / "ch2bet.nii.gz", folder / "aal.nii.gz"};
  std::error_code error;
  for (const auto& path : {paths.image, paths.mask, paths.labels}) {
    if (!std::filesystem::exists(path, error)) {
      return std::nullopt;
    }
  }
  return paths;
}

}  // namespace lossscope
