// SPDX-License-Identifier: Apache-2.0
// Whether and how a volume fits the grid of the case.
#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "app/io/case.h"

namespace lossscope {
namespace {

constexpr double kSame = 1e-9, kAdopt = 0.05, kChoice = 1.0;  // corner deviation in voxels

struct Box {
  std::array<double, 3> low, high;
};

Box bounds(const Grid& grid) {
  Box box;
  box.low.fill(std::numeric_limits<double>::infinity());
  box.high.fill(-std::numeric_limits<double>::infinity());
  for (int corner = 0; corner < 8; ++corner) {
    std::array<double, 3> index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index[axis] = ((corner >> axis) & 1) != 0 ? static_cast<double>(grid.size[axis]) - 0.5 : -0.5;
    }
    const auto world = grid.to_world(index);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.low[axis] = std::min(box.low[axis], world[axis]);
      box.high[axis] = std::max(box.high[axis], world[axis]);
    }
  }
  return box;
}

bool overlap(const Grid& a, const Grid& b) {
  const Box x = bounds(a), y = bounds(b);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (x.high[axis] <= y.low[axis] || y.high[axis] <= x.low[axis]) {
      return false;
    }
  }
  return true;
}

/// A voxel of a source volume at a continuous index: nearest, or trilinear; 0 outside.
template <class T>
class Sampler {
 public:
  explicit Sampler(const Volume& volume) : grid_(volume.grid), voxels_(volume.voxels<T>()) {}

  [[nodiscard]] T nearest(const std::array<double, 3>& at) const {
    std::array<std::int64_t, 3> index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index[axis] = std::llround(at[axis]);
      if (index[axis] < 0 || index[axis] >= grid_.size[axis]) {
        return T{};
      }
    }
    return voxels_[static_cast<std::size_t>(grid_.offset(index[0], index[1], index[2]))];
  }

  [[nodiscard]] double linear(const std::array<double, 3>& at) const {
    std::array<std::int64_t, 3> below{};
    std::array<double, 3> share{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (!(at[axis] >= -0.5 && at[axis] <= static_cast<double>(grid_.size[axis]) - 0.5)) {
        return 0;
      }
      const double held = std::clamp(at[axis], 0.0, static_cast<double>(grid_.size[axis] - 1));
      below[axis] = std::min(static_cast<std::int64_t>(held), std::max<std::int64_t>(0, grid_.size[axis] - 2));
      share[axis] = held - static_cast<double>(below[axis]);
    }
    double value = 0;
    for (int corner = 0; corner < 8; ++corner) {
      double weight = 1;
      std::array<std::int64_t, 3> index = below;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const bool upper = ((corner >> axis) & 1) != 0;
        weight *= upper ? share[axis] : 1 - share[axis];
        index[axis] = std::min(index[axis] + (upper ? 1 : 0), grid_.size[axis] - 1);
      }
      if (weight > 0) {
        value +=
            weight * static_cast<double>(voxels_[static_cast<std::size_t>(grid_.offset(index[0], index[1], index[2]))]);
      }
    }
    return value;
  }

 private:
  const Grid& grid_;
  std::span<T> voxels_;
};

template <class T>
void resample_into(const Volume& out, const Volume& source, bool linear) {
  const Sampler<T> sampler(source);
  const auto voxels = out.voxels<T>();
  std::size_t i = 0;
  for (std::int64_t z = 0; z < out.grid.size[2]; ++z) {
    for (std::int64_t y = 0; y < out.grid.size[1]; ++y) {
      for (std::int64_t x = 0; x < out.grid.size[0]; ++x, ++i) {
        const auto at = source.grid.to_index(out.grid.to_world({double(x), double(y), double(z)}));
        voxels[i] = linear ? static_cast<T>(sampler.linear(at)) : sampler.nearest(at);
      }
    }
  }
}

Volume resample(const Volume& source, const Grid& grid, bool linear) {
  Volume out = make_volume(grid, source.type);
  if (source.type == VoxelType::uint8) {
    resample_into<std::uint8_t>(out, source, false);
  } else if (source.type == VoxelType::int32) {
    resample_into<std::int32_t>(out, source, false);
  } else {
    resample_into<float>(out, source, linear);
  }
  return out;
}

}  // namespace

std::string_view to_string(Fit fit) {
  switch (fit) {
    case Fit::same:
      return "same";
    case Fit::adopted:
      return "adopted";
    case Fit::needs_choice:
      return "needs-choice";
    case Fit::no:
      break;
  }
  return "no";
}

FitReport compare_grids(const Grid& reference, const Grid& other) {
  FitReport report;
  report.deviation_voxels = corner_deviation(reference, other);
  std::ostringstream text;
  if (reference.size != other.size) {
    text << "the sizes differ (" << reference.size[0] << " x " << reference.size[1] << " x " << reference.size[2]
         << " and " << other.size[0] << " x " << other.size[1] << " x " << other.size[2] << ")";
    report.fit = overlap(reference, other) ? Fit::needs_choice : Fit::no;
  } else if (report.deviation_voxels <= kSame) {
    report.fit = Fit::same;
  } else {
    text << "the corners lie up to " << report.deviation_voxels << " voxels apart";
    report.fit = report.deviation_voxels <= kAdopt ? Fit::adopted
                 : overlap(reference, other)       ? Fit::needs_choice
                                                   : Fit::no;
  }
  if (report.fit == Fit::no) {
    text << ", and the volumes do not overlap";
  } else if (report.fit == Fit::needs_choice && report.deviation_voxels > kChoice && reference.size == other.size) {
    text << ": are two axes flipped (RAS and LPS)?";
  }
  report.text = text.str();
  return report;
}

Volume fit_to(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
              std::vector<Assumption>& assumptions) {
  const FitReport report = compare_grids(reference, loaded.volume.grid);
  const std::string name = displayable(loaded.path);
  if (report.fit == Fit::same) {
    return loaded.volume;
  }
  Volume fitted = loaded.volume;
  fitted.grid = reference;
  if (report.fit == Fit::adopted) {
    assumptions.push_back({"W_GRID_ADOPTED", name + ": " + report.text + "; the mask's grid was adopted"});
    return fitted;
  }
  if (choice == GridChoice::ignore_header && loaded.volume.grid.size == reference.size) {
    assumptions.push_back({"W_GRID_IGNORED", name + ": " + report.text + "; its own grid was ignored"});
    return fitted;
  }
  if (choice == GridChoice::resample && report.fit != Fit::no) {
    const bool linear = role != Role::mask;
    assumptions.push_back({"W_RESAMPLED", name + ": " + report.text + "; it was resampled (" +
                                              (linear ? "linear" : "nearest neighbour") +
                                              "), results are of resampled data"});
    return resample(loaded.volume, reference, linear);
  }
  throw Refusal("E_GRID", loaded.path, "it does not fit the grid of the mask: " + report.text,
                report.fit == Fit::no
                    ? "are the files of the same case?"
                    : "choose: use its voxels as they are (--grid ignore), or resample (--grid resample)");
}

}  // namespace lossscope
