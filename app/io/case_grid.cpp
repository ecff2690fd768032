// SPDX-License-Identifier: Apache-2.0
// The grid of a case: a mask that was cropped to its structures must not crop the prediction with it.
#include <algorithm>

#include "app/io/fit.h"
#include "app/io/fit_choices.h"

namespace lossscope {
namespace {

/// A grid may grow so far that it holds the prediction, not to what no memory takes.
bool is_reasonable(const Grid& grown, const Grid& one, const Grid& other) {
  constexpr double kMostVoxels = 2147483647.0, kGrowth = 8;
  double voxels = 1;
  for (const std::int64_t n : grown.size) {
    voxels *= static_cast<double>(n);
  }
  return voxels <= kMostVoxels &&
         voxels <= kGrowth * static_cast<double>(std::max({one.voxels(), other.voxels(), std::int64_t{1} << 16}));
}

/// The mask's grid grown to hold a block of its lattice: the file's own grid where that covers the mask, the image's
/// where that covers both, otherwise what both have.
Grid grown(const Grid& mask, const Grid& other, const Placement& block, const LoadedVolume* image) {
  if (block.covers(mask)) {
    return other;
  }
  const Grid both = united(mask, block);
  if (image != nullptr) {
    const auto around = placement(both, image->volume.grid);
    if (around && around->covers(both)) {
      return image->volume.grid;
    }
  }
  return is_reasonable(both, mask, other) ? both : mask;
}

/// A picture or an array has no grid of its own, and takes that of a volume of its size.
const LoadedVolume* grid_for_picture(const CaseFiles& files) {
  for (const LoadedVolume* other : {files.prediction, files.image}) {
    if (!files.mask->has_grid && other != nullptr && other->has_grid &&
        other->volume.grid.size == files.mask->volume.grid.size) {
      return other;
    }
  }
  return nullptr;
}

bool takes_the_others_grid(const CaseFiles& files, const Grid& other) {
  const Grid& mask = files.mask->volume.grid;
  const bool mask_alone = files.prediction_choice != GridChoice::ignore_header;
  return files.mask_choice == GridChoice::ignore_header && mask.size == other.size &&
         (mask_alone || (has_default_place(mask) && !has_default_place(other)));
}

/// A mask that says nothing of its place and is of another size, stretched to the field of view of what does.
bool shows_the_others_field(const CaseFiles& files) {
  const LoadedVolume* other = files.prediction;
  return other != nullptr && files.prediction_choice == GridChoice::stretch && !files.mask->has_grid &&
         other->has_grid && other->volume.grid.size != files.mask->volume.grid.size;
}

/// Whether both say where their voxels lie, so that one can go on where the other ends.
bool have_places(const LoadedVolume& mask, const LoadedVolume& other) { return mask.has_grid && other.has_grid; }

/// The lattice that a mask and a prediction share from their first voxels on, where that was chosen because one of them
/// says nothing of its place: it is that of the other, and holds the voxels of both.
std::optional<Grid> from_the_first_voxel_on(const CaseFiles& files) {
  const LoadedVolume* other = files.prediction;
  if (other == nullptr || files.prediction_choice != GridChoice::pad) {
    return std::nullopt;
  }
  const Grid &mask = files.mask->volume.grid, &own = other->volume.grid;
  if (have_places(*files.mask, *other) && !may_begin_together(compare_grids(mask, own), mask, *other)) {
    return std::nullopt;
  }
  const bool is_the_others = !files.mask->has_grid && other->has_grid;
  const Placement second{{0, 1, 2}, {}, {}, is_the_others ? mask.size : own.size};
  const Grid both = united(is_the_others ? own : mask, second);
  return mask.size != own.size && is_reasonable(both, mask, own) ? std::optional(both) : std::nullopt;
}

/// The mask's grid with what a prediction needs.
Grid with_prediction(const CaseFiles& files) {
  const Grid &mask = files.mask->volume.grid, &other = files.prediction->volume.grid;
  const FitReport report = compare_grids(mask, other);
  const GridChoice choice = files.prediction_choice;
  const bool goes_there = choice == GridChoice::pad || interpolates(choice);
  if (report.block) {
    const bool labels = !files.prediction->labels.empty();
    const bool part =
        (report.lies == Lies::part || (report.lies == Lies::beside && labels && mask.size != other.size)) &&
        choice != GridChoice::ignore_header;
    const bool placed = part || (goes_there && report.fit != Fit::no) || choice == GridChoice::pad;
    return placed && !report.block->is_within(mask) ? grown(mask, other, *report.block, files.image) : mask;
  }
  if (report.fit == Fit::needs_choice && interpolates(choice)) {
    const Grid grid = covering(mask, other);
    return is_reasonable(grid, mask, other) ? grid : mask;
  }
  return mask;
}

}  // namespace

Grid case_grid(const CaseFiles& files) {
  if (files.mask == nullptr) {
    const LoadedVolume* first = files.image != nullptr ? files.image : files.prediction;
    return first == nullptr ? Grid{} : first->volume.grid;
  }
  const Grid& mask = files.mask->volume.grid;
  const LoadedVolume* other = files.prediction != nullptr ? files.prediction : files.image;
  if (other == nullptr) {
    return mask;
  }
  if (const LoadedVolume* volume = grid_for_picture(files)) {
    return volume->volume.grid;
  }
  if (takes_the_others_grid(files, other->volume.grid)) {
    return other->volume.grid;
  }
  if (shows_the_others_field(files)) {
    return stretched(other->volume.grid, mask);
  }
  if (const auto grid = from_the_first_voxel_on(files)) {
    return *grid;
  }
  if (!have_places(*files.mask, *other)) {
    return mask;
  }
  if (files.prediction != nullptr) {
    return with_prediction(files);
  }
  const FitReport report = compare_grids(mask, other->volume.grid);
  return report.lies == Lies::part && report.block->covers(mask) ? other->volume.grid : mask;
}

LoadedVolume labels_on(const Grid& grid, const LoadedVolume& labels, GridChoice choice,
                       std::vector<Assumption>& assumptions) {
  LoadedVolume fitted = labels;
  if (labels.volume.grid == grid) {
    return fitted;
  }
  const bool same_size = labels.volume.grid.size == grid.size;  // otherwise the grid was grown from the mask's own
  fitted.volume = fit_to(grid, labels, Role::mask, same_size ? choice : GridChoice::pad, assumptions);
  const std::int64_t more = grid.voxels() - labels.volume.grid.voxels();
  const auto background = std::ranges::find_if(fitted.labels, [](const LabelCount& label) { return label.value == 0; });
  if (background != fitted.labels.end()) {
    background->voxels += more;
  } else if (more > 0) {
    const auto at = std::ranges::find_if(fitted.labels, [](const LabelCount& label) { return label.value > 0; });
    fitted.labels.insert(at, {0, more});
  }
  return fitted;
}

}  // namespace lossscope
