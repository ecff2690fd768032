// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "app/engine/case_loader.h"
#include "app/engine/loss_result.h"

namespace lossscope::testing {

/// How the mask is made worse, to be changed.
inline Degradation& degradation_of(Session& session) { return session.predict_from<FromMask>().degradation; }

/// Inputs that live in memory under a name, with a count of how often each was read.
class MemoryCase {
 public:
  explicit MemoryCase(std::array<std::int64_t, 3> size = {24, 20, 16}) {
    grid_.size = size;
    grid_.spacing = {0.9, 1.1, 1.6};
    grid_.origin = {-12, 7, 3};
    grid_.direction = {-1, 0, 0, 0, -1, 0, 0, 0, 1};
  }

  [[nodiscard]] const Grid& grid() const { return grid_; }

  /// A case with image, mask of two parts and a degraded prediction.
  [[nodiscard]] static Session session() {
    Session session;
    session.study.image.path = "image";
    session.study.mask.path = "mask";
    degradation_of(session).shift = {1, 0, 0};
    degradation_of(session).soften = 1;
    session.look.crosshair = {12, 10, 8};
    return session;
  }

  /// Reads as read_input does; "missing" is refused, "slow" waits until it is stopped or 30 s have passed.
  [[nodiscard]] FileReader reader() {
    return [this](const InputChoice& input, const ReadingHints&, Role role, const Progress& progress,
                  std::stop_token stop) {
      ++reads_;
      if (progress) {
        progress(0.5, input.path);
      }
      if (input.path == "missing") {
        throw Refusal("E_ABSENT", "missing", "there is no such file", "choose another");
      }
      if (input.path == "slow") {
        ++slow_begun_;
        wait_for_stop(stop);
      }
      if (input.path == "gated") {
        while (!open_) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
      }
      return make(input.path, role);
    };
  }

  [[nodiscard]] Sources sources() { return {.files = reader()}; }

  [[nodiscard]] int reads() const { return reads_; }
  [[nodiscard]] int slow_begun() const { return slow_begun_; }
  void open_gate() { open_ = true; }

 private:
  static void wait_for_stop(const std::stop_token& stop) {
    for (int ms = 0; ms < 30'000; ++ms) {
      if (stop.stop_requested()) {
        throw Cancelled();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  [[nodiscard]] LoadedVolume make(const std::string& path, Role role) const {
    LoadedVolume loaded;
    loaded.path = path;
    loaded.format = "memory";
    loaded.grid = grid_;
    loaded.volume = make_volume(grid_, role == Role::mask ? VoxelType::uint8 : VoxelType::float32);
    std::int64_t at = 0;
    for (std::int64_t k = 0; k < grid_.size[2]; ++k) {
      for (std::int64_t j = 0; j < grid_.size[1]; ++j) {
        for (std::int64_t i = 0; i < grid_.size[0]; ++i, ++at) {
          const double x = share(i, 0), y = share(j, 1), z = share(k, 2);
          const bool inside = std::hypot(x, y, z) < 0.6 || (x > 0.8 && y > 0.8);
          if (role == Role::mask) {
            loaded.volume.voxels<std::uint8_t>()[at] = inside ? 1 : 0;
          } else if (role == Role::image) {
            loaded.volume.voxels<float>()[at] = static_cast<float>(100 * x + 10 * y + z);
          } else {
            loaded.volume.voxels<float>()[at] = static_cast<float>(0.5 + 0.49 * std::sin(5 * x + 3 * y + z));
          }
        }
      }
    }
    if (role == Role::mask) {
      loaded.labels = {{0, 1}, {1, 1}};
    }
    loaded.values.maximum = role == Role::image ? 111 : 0.99;
    return loaded;
  }

  /// Position along an axis from -1 to 1.
  [[nodiscard]] double share(std::int64_t index, int axis) const {
    return 2.0 * (static_cast<double>(index) + 0.5) / static_cast<double>(grid_.size[axis]) - 1;
  }

  Grid grid_;
  std::atomic<int> reads_{0}, slow_begun_{0};
  std::atomic<bool> open_{false};
};

/// A map of a loss of a whole case, voxel by voxel.
inline std::vector<float> whole_map(const LossResult& result, MapKind kind) {
  std::vector<float> map(static_cast<std::size_t>(result.problem.mask.grid.voxels()));
  const std::span<float> out(map);
  result.loss->map_volume(result.parameters, result.problem, result.fields, result.reduction, {&kind, 1}, {&out, 1});
  return map;
}

}  // namespace lossscope::testing
