// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::cuda {

/// The stretches of maps that were asked for last, in this machine's memory. Whoever walks through a volume in small
/// pieces gets them from here: the device computes and copies large ones.
class MapWindow {
 public:
  static constexpr std::int64_t kVoxels = std::int64_t{1} << 21;  ///< of a stretch
  static constexpr std::int64_t kWorthIt = 4096;                  ///< a piece of fewer voxels is no walk
  /// Two of each of the eight losses that a sum may have: threads that walk together are in two at a time.
  static constexpr std::size_t kMost = 16;

  /// What maps are of. Nothing is kept alive by it.
  struct Of {
    const Loss* loss = nullptr;
    std::vector<double> numbers;                     ///< parameters, sums and coefficients
    std::vector<std::weak_ptr<const void>> volumes;  ///< mask, prediction, voxels that count, fields
    std::vector<MapKind> kinds;
    PredictionKind prediction{};
  };
  /// Writes the maps of the voxels from `begin` on.
  using Compute = std::function<void(std::int64_t begin, std::span<const std::span<float>> out)>;

  /// Maps of voxels [begin, begin + n) of a volume of `voxels`, n the size of each span. Threads may call it together.
  void read(const Of& of, std::int64_t voxels, std::int64_t begin, std::span<const std::span<float>> out,
            const Compute& compute);
  void clear();

 private:
  struct Stretch {
    Of of;
    std::int64_t begin;
    std::vector<std::vector<float>> maps;
  };
  const Stretch& stretch(const Of& of, std::int64_t begin, std::int64_t voxels, const Compute& compute);

  std::mutex mutex_;
  std::list<Stretch> stretches_;  ///< the latest first
};

}  // namespace lossscope::cuda
