// SPDX-License-Identifier: Apache-2.0
// Whether and how a volume fits the grid of the case.
#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include "app/io/case.h"

namespace lossscope {
namespace {

constexpr double kSame = 1e-9, kAdopt = 0.05, kChoice = 1.0;  // corner deviation in voxels
constexpr double kOverlap = 0.5;                              // share of the smaller volume

/// Share of the points of a coarse lattice over `a` (voxel borders included) that lie inside `b`.
double share_inside(const Grid& a, const Grid& b) {
  constexpr int kPoints = 9;
  int inside = 0;
  for (int point = 0; point < kPoints * kPoints * kPoints; ++point) {
    const std::array<int, 3> step{point % kPoints, point / kPoints % kPoints, point / (kPoints * kPoints)};
    std::array<double, 3> index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index[axis] = (step[axis] + 0.5) / kPoints * static_cast<double>(a.size[axis]) - 0.5;
    }
    const auto at = b.to_index(a.to_world(index));
    bool in = true;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      in = in && at[axis] >= -0.5 && at[axis] <= static_cast<double>(b.size[axis]) - 0.5;
    }
    inside += in ? 1 : 0;
  }
  return static_cast<double>(inside) / (kPoints * kPoints * kPoints);
}

/// A mask may be a small part of its image, and the other way round.
double overlap(const Grid& a, const Grid& b) { return std::max(share_inside(a, b), share_inside(b, a)); }

/// Axis `axis` of the reordered grid is axis `from[axis]` of the old one, backwards where `flip` says so.
struct Reordering {
  std::array<std::size_t, 3> from{0, 1, 2};
  std::array<bool, 3> flip{};

  [[nodiscard]] Grid of(const Grid& old) const {
    Grid grid;
    std::array<double, 3> first{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      grid.size[axis] = old.size[from[axis]];
      grid.spacing[axis] = old.spacing[from[axis]];
      first[from[axis]] = flip[axis] ? static_cast<double>(grid.size[axis] - 1) : 0;
      for (std::size_t row = 0; row < 3; ++row) {
        grid.direction[3 * row + axis] = old.direction[3 * row + from[axis]] * (flip[axis] ? -1 : 1);
      }
    }
    grid.origin = old.to_world(first);
    return grid;
  }
};

/// The order of axes in which `other` is the reference's lattice, if there is one.
std::optional<Reordering> reordering(const Grid& reference, const Grid& other) {
  std::array<std::size_t, 3> from{0, 1, 2};
  do {
    for (unsigned flips = 0; flips < 8; ++flips) {
      const Reordering order{from, {(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0}};
      if (corner_deviation(reference, order.of(other)) <= kAdopt) {
        return order;
      }
    }
  } while (std::next_permutation(from.begin(), from.end()));
  return std::nullopt;
}

/// Which world axes would have to change their sign for the grids to coincide: "" when no change helps.
std::string mirrored_axes(const Grid& reference, const Grid& other) {
  constexpr std::array<std::string_view, 3> kNames{"x", "y", "z"};
  for (unsigned signs = 1; signs < 8; ++signs) {
    Grid mirrored = other;
    std::string names;
    for (std::size_t row = 0; row < 3; ++row) {
      if (((signs >> row) & 1) != 0) {
        names.append(names.empty() ? "" : " and ").append(kNames[row]);
        mirrored.origin[row] = -mirrored.origin[row];
        for (std::size_t column = 0; column < 3; ++column) {
          mirrored.direction[3 * row + column] = -mirrored.direction[3 * row + column];
        }
      }
    }
    if (corner_deviation(reference, mirrored) <= kAdopt) {
      return names;
    }
  }
  return {};
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

/// The ways to take a grid that does not fit; none is a default but the one that changes no voxel.
std::vector<Choice> ways_to_fit(const FitReport& report, bool same_size, Role role) {
  std::vector<Choice> ways;
  if (report.reorders) {
    ways.push_back({Question::grid, "reorder", "Reorder its voxels",
                    "Puts the voxels into the mask's order, as both headers say; none is changed.", true});
  }
  if (same_size && (report.mirrored || report.deviation_voxels <= kChoice || report.reorders)) {
    ways.push_back({Question::grid, "ignore", "Use as it is",
                    "Ignores the header of this file and lays its voxels on the case's grid one by one."});
  }
  if (report.fit == Fit::needs_choice && !report.reorders && !report.mirrored) {
    const char* how = role == Role::mask ? "nearest voxel" : "linear interpolation";
    ways.push_back({Question::grid, "resample", "Resample",
                    std::string("Interpolates this file onto the case's grid by its header (") + how +
                        "); results are marked as resampled."});
  }
  return ways;
}

Refusal grid_refusal(const FitReport& report, const Grid& reference, const LoadedVolume& loaded, Role role) {
  std::vector<Choice> ways = ways_to_fit(report, loaded.volume.grid.size == reference.size, role);
  std::string remedy = ways.empty() ? "are the files of the same case?" : "choose: ";
  for (const Choice& way : ways) {
    remedy += (&way == &ways.front() ? "" : ", or ") + way.flag();
  }
  return {"E_GRID", loaded.path, "it does not fit the grid of the mask: " + report.text, remedy, std::move(ways), role};
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
  const bool same_size = reference.size == other.size;
  if (report.deviation_voxels <= kSame) {
    return report;
  }
  std::ostringstream text;
  if (same_size) {
    text << "the corners lie up to " << report.deviation_voxels << " voxels apart";
  } else {
    text << "the sizes differ (" << reference.size[0] << " x " << reference.size[1] << " x " << reference.size[2]
         << " and " << other.size[0] << " x " << other.size[1] << " x " << other.size[2] << ")";
  }
  report.reorders = report.deviation_voxels > kAdopt && reordering(reference, other).has_value();
  const std::string mirrored = report.reorders ? std::string() : mirrored_axes(reference, other);
  if (report.deviation_voxels <= kAdopt) {
    report.fit = Fit::adopted;
  } else if (report.reorders) {
    report.fit = Fit::needs_choice;
    text << ": it is the same grid with its axes in another order or direction";
  } else if (!mirrored.empty()) {
    report.fit = Fit::needs_choice;
    report.mirrored = true;
    text << ": it would fit if " << mirrored << " had the other sign (RAS written as LPS?)";
  } else if (const double shared = overlap(reference, other); shared >= kOverlap) {
    report.fit = Fit::needs_choice;
  } else {
    report.fit = Fit::no;
    text << (shared > 0 ? ", and the volumes hardly overlap" : ", and the volumes do not overlap");
  }
  report.text = text.str();
  return report;
}

GridChoice grid_choice(const Answers& answers) {
  const std::string_view answer = answers.to(Question::grid);
  for (const auto& [name, choice] : {std::pair{"ignore", GridChoice::ignore_header},
                                     {"resample", GridChoice::resample},
                                     {"nearest", GridChoice::nearest},
                                     {"linear", GridChoice::linear},
                                     {"reorder", GridChoice::reorder}}) {
    if (answer == name) {
      return choice;
    }
  }
  return GridChoice::refuse;
}

Volume fit_to(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
              std::vector<Assumption>& assumptions) {
  const FitReport report = compare_grids(reference, loaded.volume.grid);
  const auto assumed = [&](const char* code, const std::string& what) {
    assumptions.push_back({code, displayable(loaded.path) + ": " + report.text + "; " + what});
  };
  if (report.fit == Fit::same) {
    return loaded.volume;
  }
  Volume fitted = loaded.volume;
  fitted.grid = reference;
  if (!loaded.has_grid && loaded.volume.grid.size == reference.size) {
    assumptions.push_back(
        {"W_GRID_ADOPTED", displayable(loaded.path) + ": it has no grid of its own, and took the case's"});
    return fitted;
  }
  if (report.fit == Fit::adopted) {
    assumed("W_GRID_ADOPTED", "the mask's grid was adopted");
    return fitted;
  }
  if (choice == GridChoice::ignore_header && loaded.volume.grid.size == reference.size) {
    assumed("W_GRID_IGNORED", "its own grid was ignored");
    return fitted;
  }
  if (report.reorders && choice != GridChoice::refuse) {  // any resampling would give just this
    assumed("W_REORDERED", "its voxels were put into the mask's order; none was changed");
    return resample(loaded.volume, reference, false);
  }
  const bool resamples =
      choice == GridChoice::resample || choice == GridChoice::nearest || choice == GridChoice::linear;
  if (resamples && report.fit != Fit::no && !report.mirrored) {
    const bool linear = choice == GridChoice::linear || (choice == GridChoice::resample && role != Role::mask);
    assumed("W_RESAMPLED", std::string("it was resampled (") + (linear ? "linear" : "nearest neighbour") +
                               "), results are of resampled data");
    return resample(loaded.volume, reference, linear);
  }
  throw grid_refusal(report, reference, loaded, role);
}

}  // namespace lossscope
