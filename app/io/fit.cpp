// SPDX-License-Identifier: Apache-2.0
// Whether and how a volume fits the grid of the case.
#include "app/io/fit.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "app/io/fit_choices.h"
#include "app/io/resample.h"
#include "basics/file_name.h"

namespace lossscope {
namespace {

constexpr std::size_t kFirstTurn = 64;  // behind the choices that have a name
constexpr double kSame = 1e-9;          // corner deviation in voxels
constexpr double kOverlap = 0.5;        // share of the smaller volume

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
    if (corner_deviation(reference, mirrored) <= kPlaceTolerance) {
      return names;
    }
  }
  return {};
}

std::string sizes(const std::array<std::int64_t, 3>& size) {
  return std::to_string(size[0]) + " x " + std::to_string(size[1]) + " x " + std::to_string(size[2]);
}

/// The sizes are each other's backwards, and the header says nothing of its own: nothing, or what the reference's says.
bool is_transposed(const Grid& reference, const Grid& other) {
  const bool backwards = std::equal(other.size.begin(), other.size.end(), reference.size.rbegin());
  const bool copied = other.origin == reference.origin && other.direction == reference.direction;
  return backwards && other.size != reference.size && (copied || has_default_place(other));
}

/// Axis a of the reference is the file's axis 2 - a.
Placement turned(const Grid& reference) { return {{2, 1, 0}, {}, {}, reference.size}; }

/// Of a part and its whole on one lattice, whether the part begins at the origin of the world while the whole lies
/// elsewhere: chance places hardly any so, and whoever loses a header all of them. A part that lies elsewhere was cut
/// out by a program that knows where.
bool is_inner_lost(const Grid& reference, const Grid& other, bool inside, bool around) {
  const bool reference_is = has_default_place(reference), other_is = has_default_place(other);
  return reference_is != other_is && (inside ? other_is : !around || reference_is);
}

/// How two grids lie to each other that are more than a hair apart.
void look_closer(FitReport& report, const Grid& reference, const Grid& other, std::ostream& text) {
  const bool same_size = reference.size == other.size;
  const bool placeless =
      has_default_place(other) || (has_default_place(reference) && report.deviation_voxels > kChoice);
  const bool both_are = has_default_place(reference) && has_default_place(other);
  report.block = placement(reference, other);
  const bool inside = report.block && report.block->is_within(reference);
  const bool around = report.block && report.block->covers(reference);
  const std::string mirrored = inside && around ? std::string() : mirrored_axes(reference, other);
  report.fit = Fit::needs_choice;
  if (inside && around) {
    report.lies = Lies::reordered;
    text << ": it is the same grid with its axes in another order or direction";
  } else if (!mirrored.empty()) {
    report.lies = Lies::mirrored;
    text << ": it would fit if " << mirrored << " had the other sign (RAS written as LPS?)";
  } else if (same_size && placeless) {
    report.lies = Lies::placeless;
    text << ": the header of " << (has_default_place(other) ? "this file" : "the mask")
         << " places the voxels at the origin, as programs write it that do not know where they lie";
  } else if (is_transposed(reference, other)) {
    report.lies = Lies::transposed;
    text << ": its axes seem to be in the order of an array, k, j, i";
  } else if (both_are) {
    report.lies = Lies::unknown_part;
    text << ", and neither header says where its voxels lie";
  } else if (same_size && may_have_lost_its_place(other, reference)) {
    report.lies = Lies::doubtful;
    text << ": spacing, origin or axes of this file are those that programs write that do not know them";
  } else if (report.block && is_inner_lost(reference, other, inside, around)) {
    report.lies = Lies::lost_part;
    text << ", and the header of " << (has_default_place(other) ? "this file" : "the mask")
         << " places the voxels at the origin, as programs write it that do not know where they lie";
  } else if (inside || around) {
    report.lies = Lies::part;
    report.fit = Fit::adopted;
    text << ": " << (inside ? "it covers a part of the mask's lattice" : "it goes beyond the mask, on its lattice");
  } else if (report.block && report.block->overlaps(reference)) {
    report.lies = Lies::beside;
    text << ": by their headers they are two parts of one lattice";
  } else if (const double shared = overlap(reference, other); shared < kOverlap) {
    report.fit = Fit::no;
    text << (shared > 0 ? ", and the volumes hardly overlap" : ", and the volumes do not overlap");
  }
}

/// Whether the voxels may be put where the header says without being interpolated. What lies outside a map of labels
/// is background; of probabilities somebody has to say so.
bool may_be_placed(const FitReport& report, const LoadedVolume& loaded, Role role, GridChoice choice, bool same_size) {
  const bool said = choice == GridChoice::pad || choice == GridChoice::reorder || interpolates(choice);
  switch (report.lies) {
    case Lies::reordered:
      return said;
    case Lies::part:
      return said || role != Role::prediction || !loaded.labels.empty();
    case Lies::beside:  // of one size, one header is as likely to be wrong
      return said || (role == Role::prediction && !loaded.labels.empty() && !same_size);
    default:
      return report.block && choice == GridChoice::pad;
  }
}

/// How a turn that was chosen lays the voxels, where it is one for this size.
std::optional<Placement> chosen_turn(GridChoice choice, const Grid& reference, const LoadedVolume& loaded) {
  const auto number = turn_in(choice);
  return number ? Turn::of_number(*number).on(reference, loaded.volume.grid.size) : std::nullopt;
}

/// How many voxels of a block lie outside the grid.
std::int64_t left_out(const Placement& block, const Grid& grid) {
  std::int64_t inside = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t low = std::max<std::int64_t>(0, block.first[axis]);
    inside *= std::max<std::int64_t>(0, std::min(grid.size[axis], block.first[axis] + block.size[axis]) - low);
  }
  return block.size[0] * block.size[1] * block.size[2] - inside;
}

/// What was done with a block, in words, and its code.
Assumption placing(const FitReport& report, const Grid& reference, Role role) {
  if (report.lies == Lies::reordered) {
    return {"W_REORDERED", "its voxels were put into the mask's order; none was changed"};
  }
  const std::int64_t out = left_out(*report.block, reference);
  std::string text = "its " + sizes(report.block->size) + " voxels were put into the " + sizes(reference.size) +
                     " of the case, on the same lattice; ";
  if (out > 0) {
    return {"W_CROPPED", text + std::to_string(out) + " of them lie outside and " +
                             (role == Role::image ? "are not shown" : "do not count")};
  }
  return {"W_PADDED", text + (role == Role::image ? "the rest is 0" : "the rest was taken as background")};
}

/// "From the first voxel on": of what has no place of its own, its voxels on the reference's lattice, first on first.
Placement first_on_first(const LoadedVolume& loaded) { return {{0, 1, 2}, {}, {}, loaded.volume.grid.size}; }

/// How a file lies to the grid of a case. Of two sizes, one of a file without a place, no header can tell it: where its
/// voxels would lie as if their numbers were millimetres means nothing.
FitReport report_of(const Grid& reference, const LoadedVolume& loaded, const MaskBeside* beside) {
  FitReport report = compare_grids(reference, loaded.volume.grid);
  const bool mask_has_none = beside != nullptr && beside->labels != nullptr && !beside->labels->has_grid;
  const bool is_turned = report.lies == Lies::transposed;
  if ((!loaded.has_grid || mask_has_none) && reference.size != loaded.volume.grid.size && !is_turned) {
    report.fit = Fit::needs_choice;
    report.lies = Lies::unplaced;
    report.block.reset();
    report.text = "the sizes differ (" + sizes(reference.size) + " and " + sizes(loaded.volume.grid.size) + "), and " +
                  (loaded.has_grid ? "the mask" : "this file") + " does not say where its voxels lie";
  }
  return report;
}

Volume fitted_volume(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
                     std::vector<Assumption>& assumptions, double outside, const MaskBeside* beside,
                     bool& is_answered) {
  const FitReport report = report_of(reference, loaded, beside);
  const auto assumed = [&](const std::string& code, const std::string& what) {
    assumptions.push_back({code, shown_name(loaded.path) + ": " + report.text + "; " + what});
  };
  const auto judge = [&] { is_answered = beside != nullptr && judge_axes(loaded, choice, *beside, assumptions); };
  const bool fits = report.fit == Fit::same || report.deviation_voxels <= kPlaceTolerance;
  const auto turn = chosen_turn(choice, reference, loaded);
  if (turn && (beside != nullptr || !fits)) {  // said of all files, it is not meant for an image that fits
    assumed("W_TURNED", "its axes were turned, and its own grid was ignored");
    is_answered = true;
    return placed(loaded.volume, reference, *turn, outside);
  }
  if (report.fit == Fit::same) {
    judge();
    return loaded.volume;
  }
  Volume fitted = loaded.volume;
  fitted.grid = reference;
  if (!loaded.has_grid && loaded.volume.grid.size == reference.size) {
    assumptions.push_back(
        {"W_GRID_ADOPTED", shown_name(loaded.path) + ": it has no grid of its own, and took the case's"});
    judge();
    return fitted;
  }
  if (report.deviation_voxels <= kPlaceTolerance) {
    assumed("W_GRID_ADOPTED", "the mask's grid was adopted");
    judge();
    return fitted;
  }
  const bool same_size = loaded.volume.grid.size == reference.size;
  if (choice == GridChoice::ignore_header && same_size) {
    assumed("W_GRID_IGNORED", "its own grid was ignored, and its voxels were taken to lie as the mask's do");
    judge();
    return fitted;
  }
  if (choice == GridChoice::transpose && report.lies == Lies::transposed) {
    assumed("W_TRANSPOSED", "its axes were turned, and its own grid was ignored");
    return placed(loaded.volume, reference, turned(reference), outside);
  }
  if (may_be_placed(report, loaded, role, choice, same_size)) {
    const Assumption done = placing(report, reference, role);
    assumed(done.code, done.text);
    return placed(loaded.volume, reference, *report.block, outside);
  }
  if (choice == GridChoice::pad && may_begin_together(report, reference, loaded)) {
    FitReport there = report;
    there.block = first_on_first(loaded);
    const Assumption done = placing(there, reference, role);
    assumed(done.code, "its first voxel was laid on the case's first; " + done.text);
    return placed(loaded.volume, reference, *there.block, outside);
  }
  const bool linear = choice == GridChoice::linear || (choice != GridChoice::nearest && role != Role::mask);
  const std::string how = linear ? "linear" : "nearest neighbour";
  const bool has_header = report.lies != Lies::mirrored && report.lies != Lies::unplaced;
  if (interpolates(choice) && report.fit != Fit::no && has_header) {
    assumed("W_RESAMPLED", "it was resampled (" + how + "), results are of resampled data");
    return resample(loaded.volume, reference, linear, outside);
  }
  if (choice == GridChoice::stretch && !same_size) {
    assumed("W_RESAMPLED", "it was stretched to the same field of view (" + how + "), results are of resampled data");
    fitted = loaded.volume;
    fitted.grid = stretched(reference, loaded.volume.grid);
    return resample(fitted, reference, linear, outside);
  }
  throw grid_refusal(report, reference, loaded, role, beside);
}

}  // namespace

Grid stretched(const Grid& reference, const Grid& other) {
  Grid grid = reference;
  grid.size = other.size;
  std::array<double, 3> first{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double ratio = static_cast<double>(reference.size[axis]) / static_cast<double>(other.size[axis]);
    grid.spacing[axis] = reference.spacing[axis] * ratio;
    first[axis] = (ratio - 1) / 2;  // the borders coincide, not the first centres
  }
  grid.origin = reference.to_world(first);
  return grid;
}

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
  if (report.deviation_voxels <= kSame) {
    return report;
  }
  std::ostringstream text;
  text << std::setprecision(3);
  if (reference.size == other.size) {
    text << "the corners lie up to " << report.deviation_voxels << " voxels apart";
  } else {
    text << "the sizes differ (" << sizes(reference.size) << " and " << sizes(other.size) << ")";
  }
  if (report.deviation_voxels <= kPlaceTolerance) {
    report.fit = Fit::adopted;
  } else {
    look_closer(report, reference, other, text);
  }
  report.text = text.str();
  return report;
}

GridChoice grid_choice(const Answers& answers) {
  const std::string_view answer = answers.to(Question::grid);
  for (const auto& [name, choice] : {std::pair{"ignore", GridChoice::ignore_header},
                                     {"pad", GridChoice::pad},
                                     {"resample", GridChoice::resample},
                                     {"nearest", GridChoice::nearest},
                                     {"linear", GridChoice::linear},
                                     {"reorder", GridChoice::reorder},
                                     {"transpose", GridChoice::transpose},
                                     {"stretch", GridChoice::stretch}}) {
    if (answer == name) {
      return choice;
    }
  }
  if (const auto turn = turn_number(answer)) {
    return choice_of_turn(*turn);
  }
  return GridChoice::refuse;
}

GridChoice choice_of_turn(std::size_t number) { return static_cast<GridChoice>(kFirstTurn + number); }

std::optional<std::size_t> turn_in(GridChoice choice) {
  const auto number = static_cast<std::size_t>(choice);
  return number < kFirstTurn ? std::nullopt : std::optional(number - kFirstTurn);
}

bool interpolates(GridChoice choice) {
  return choice == GridChoice::resample || choice == GridChoice::nearest || choice == GridChoice::linear;
}

bool lies_elsewhere(const Grid& reference, const LoadedVolume& loaded) {
  const Grid& own = loaded.volume.grid;
  const bool has_none = !loaded.has_grid && own.size == reference.size;
  return !has_none && corner_deviation(reference, own) > kPlaceTolerance;
}

Volume fit_to(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
              std::vector<Assumption>& assumptions, double outside) {
  bool is_answered = false;
  return fitted_volume(reference, loaded, role, choice, assumptions, outside, nullptr, is_answered);
}

FittedPrediction fit_prediction(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
                                std::vector<Assumption>& assumptions, double outside, const MaskBeside& beside) {
  FittedPrediction fitted;
  fitted.volume = fitted_volume(reference, loaded, role, choice, assumptions, outside, &beside, fitted.is_answered);
  return fitted;
}

}  // namespace lossscope
