// SPDX-License-Identifier: Apache-2.0
// A head-like phantom for where no real sample is installed: an ellipsoidal head, a brain and two lesions.
#include <algorithm>
#include <cmath>

#include "app/io/case.h"

namespace lossscope {
namespace {

Grid phantom_grid() {
  Grid grid;
  grid.size = {128, 152, 96};
  grid.spacing = {1, 1, 1.5};
  grid.origin = {-63.5, -75.5, -71.25};
  return grid;
}

struct Ellipsoid {
  double x, y, z, a, b, c;  ///< centre and half axes, mm

  /// Below 1 inside.
  [[nodiscard]] double at(const std::array<double, 3>& w) const {
    return std::hypot((w[0] - x) / a, (w[1] - y) / b, (w[2] - z) / c);
  }
};

constexpr Ellipsoid kHead{0, 0, 0, 58, 70, 64}, kBrain{0, 2, 6, 48, 58, 50}, kVentricle{0, 0, 8, 9, 22, 11};
constexpr Ellipsoid kLarge{24, -14, 12, 11, 9, 10}, kSmall{-22, 24, -6, 4, 4, 4};

template <class Value, class T>
LoadedVolume make_phantom(Value value, VoxelType type, T) {
  LoadedVolume loaded;
  loaded.path = "sample:phantom";
  loaded.format = "generated";
  loaded.grid = phantom_grid();
  loaded.volume = make_volume(loaded.grid, type);
  const auto voxels = loaded.volume.voxels<T>();
  const auto& size = loaded.grid.size;
  std::size_t i = 0;
  for (std::int64_t z = 0; z < size[2]; ++z) {
    for (std::int64_t y = 0; y < size[1]; ++y) {
      for (std::int64_t x = 0; x < size[0]; ++x, ++i) {
        voxels[i] = static_cast<T>(value(loaded.grid.to_world({double(x), double(y), double(z)})));
        loaded.values.minimum = std::min(loaded.values.minimum, static_cast<double>(voxels[i]));
        loaded.values.maximum = std::max(loaded.values.maximum, static_cast<double>(voxels[i]));
        loaded.values.sum += static_cast<double>(voxels[i]);
      }
    }
  }
  loaded.assumptions.push_back({"W_PHANTOM", "the case is a generated phantom, not a person"});
  return loaded;
}

int label_at(const std::array<double, 3>& w) {
  if (kLarge.at(w) < 1 || kSmall.at(w) < 1) {
    return 2;
  }
  return kBrain.at(w) < 1 ? 1 : 0;
}

double grey_at(const std::array<double, 3>& w) {
  const auto step = [](double r) { return 1 / (1 + std::exp((r - 1) * 40)); };
  const double folds = 8 * std::sin(w[0] * 0.35) * std::sin(w[1] * 0.31) * std::sin(w[2] * 0.29);
  double grey = 35 * step(kHead.at(w));
  grey += (75 + folds) * step(kBrain.at(w));
  grey -= 60 * step(kVentricle.at(w));
  grey += 45 * (step(kLarge.at(w)) + step(kSmall.at(w)));
  return grey;
}

}  // namespace

LoadedVolume phantom_image() {
  LoadedVolume loaded = make_phantom(grey_at, VoxelType::float32, float{});
  loaded.stored_type = "float32";
  return loaded;
}

LoadedVolume phantom_labels() {
  LoadedVolume loaded = make_phantom(label_at, VoxelType::uint8, std::uint8_t{});
  loaded.stored_type = "uint8";
  std::array<std::int64_t, 3> counts{};
  for (const std::uint8_t label : loaded.volume.voxels<std::uint8_t>()) {
    ++counts[label];
  }
  for (std::int64_t label = 0; label < 3; ++label) {
    loaded.labels.push_back({label, counts[static_cast<std::size_t>(label)]});
  }
  return loaded;
}

}  // namespace lossscope
