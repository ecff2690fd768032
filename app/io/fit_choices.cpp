// SPDX-License-Identifier: Apache-2.0
// What can be done with a volume that does not fit the grid of the case.
#include "app/io/fit_choices.h"

#include <algorithm>
#include <cmath>

#include "app/reader/gates/slices_choice.h"

namespace lossscope {
namespace {

/// The ways to take a grid that does not fit, the likeliest first.
std::vector<Choice> ways_to_fit(const FitReport& report, bool same_size, bool same_axes, Role role) {
  const Choice ignore{Question::grid, "ignore", "Use as it is",
                      "Ignores the header of this file and lays its voxels on the case's grid one by one.", false};
  const Choice pad{Question::grid, "pad", "Background around it",
                   "Puts its voxels where its header says, none changed, and takes the rest as background.", false};
  const Choice resample{Question::grid, "resample", "Resample",
                        std::string("Interpolates this file onto the case's grid by its header (") +
                            (role == Role::mask ? "nearest voxel" : "linear interpolation") +
                            "); results are marked as resampled.",
                        false};
  const auto likely = [](Choice choice) {
    choice.safe = true;
    return choice;
  };
  switch (report.lies) {
    case Lies::reordered: {
      std::vector<Choice> ways{
          likely({Question::grid, "reorder", "Reorder its voxels",
                  "Puts the voxels into the mask's order, as both headers say; none is changed.", false})};
      if (same_size) {
        ways.push_back(ignore);
      }
      return ways;
    }
    case Lies::placeless:
      return {likely(ignore)};
    case Lies::doubtful:
      return {likely(ignore), resample};
    case Lies::transposed:
      return {likely({Question::grid, "transpose", "Turn its axes",
                      "Takes its first axis for the last and lays its voxels on the case's grid one by one.", false})};
    case Lies::mirrored:
      return {ignore};
    case Lies::part:
      return {likely(pad)};
    case Lies::beside:
      return same_size ? std::vector{likely(ignore), pad} : std::vector{pad};
    case Lies::unknown_part:
      return {
          {Question::grid, "stretch", "Stretch it",
           "Takes both files to show the same field of view and interpolates; results are marked as resampled.", false},
          {Question::grid, "resample", "From the first voxel on",
           "Lays first voxel on first voxel, as the headers say; results are marked as resampled.", false}};
    case Lies::elsewhere:
      break;
  }
  if (report.fit == Fit::no) {
    std::vector<Choice> ways;
    if (same_size) {
      ways.push_back(ignore);
    }
    if (report.block) {
      ways.push_back(pad);
    }
    return ways;
  }
  if (!same_size) {
    return {resample};
  }
  const bool shifted_header = report.deviation_voxels <= kChoice || same_axes;
  return shifted_header ? std::vector{likely(ignore), resample} : std::vector{resample, ignore};
}

/// Whether spacing and axes are alike, wherever the two lie.
bool has_same_axes(const Grid& grid, const Grid& reference) {
  constexpr double kAlike = 1e-3;
  const auto alike = [](double a, double b) { return std::abs(a - b) <= kAlike; };
  return std::ranges::equal(grid.spacing, reference.spacing, alike) &&
         std::ranges::equal(grid.direction, reference.direction, alike);
}

/// Whether the headers leave open how the axes of a volume run.
bool may_be_turned(const FitReport& report) {
  return report.lies != Lies::reordered && report.lies != Lies::part && report.lies != Lies::beside &&
         report.lies != Lies::unknown_part;
}

/// Turns in which the volume agrees much better with the mask come before everything else.
void put_turns_first(std::vector<Choice>& ways, const Volume& mask, const LoadedVolume& loaded) {
  double as_it_is = 0;
  const std::vector<Agreement> better = better_turns(mask, loaded, as_it_is);
  const bool is_transposed =
      std::ranges::any_of(better, [](const Agreement& each) { return each.turn.letters() == "kji"; });
  if (is_transposed && std::ranges::any_of(ways, [](const Choice& way) { return way.answer == "transpose"; })) {
    return;  // it is offered by its name
  }
  for (Choice& way : ways) {
    way.safe = way.safe && better.empty();
  }
  std::vector<Choice> turns;
  for (const Agreement& each : better) {
    turns.push_back({Question::grid, each.turn.letters(), "Turn its axes: " + each.turn.letters(),
                     "Lays its voxels on the case's grid one by one, its axes in the order " + each.turn.words() +
                         "; " + agreement_text(each, as_it_is) + ".",
                     turns.empty()});
  }
  ways.insert(ways.begin(), turns.begin(), turns.end());
}

}  // namespace

Refusal grid_refusal(const FitReport& report, const Grid& reference, const LoadedVolume& loaded, Role role,
                     const Volume* mask) {
  std::vector<Choice> ways = ways_to_fit(report, loaded.volume.grid.size == reference.size,
                                         has_same_axes(loaded.volume.grid, reference), role);
  if (mask != nullptr && may_be_turned(report)) {
    put_turns_first(ways, *mask, loaded);
  }
  std::string remedy = report.fit == Fit::no ? "are the files of the same case?" : "";
  for (const Choice& way : ways) {
    remedy += (&way != &ways.front() ? ", or " : (remedy.empty() ? "choose: " : " If they are: ")) + way.flag();
  }
  return {"E_GRID", loaded.path, "it does not fit the grid of the mask: " + report.text, remedy, std::move(ways), role};
}

Refusal with_slices(const Refusal& refusal, const LoadedVolume& mask, const LoadedVolume& prediction) {
  const auto are_slices = [](const LoadedVolume& picture, const LoadedVolume& volume) {
    const auto &one = picture.volume.grid.size, &other = volume.volume.grid.size;
    return one[0] == other[0] && one[1] == other[1] && one[2] == 1 && other[2] > 1 && picture.components == other[2];
  };
  const bool of_mask = are_slices(mask, prediction);
  if (refusal.code != "E_GRID" || (!of_mask && !are_slices(prediction, mask))) {
    return refusal;
  }
  const LoadedVolume& picture = of_mask ? mask : prediction;
  std::vector<Choice> choices{choice_of_slices(picture.components, true)};
  choices.insert(choices.end(), refusal.choices.begin(), refusal.choices.end());
  return {refusal.code,
          picture.path,
          "one of its " + std::to_string(picture.components) + " pictures was taken, and the " +
              (of_mask ? "prediction" : "mask") + " has as many slices",
          "take them as slices: " + choices.front().flag(),
          std::move(choices),
          of_mask ? Role::mask : Role::prediction};
}

}  // namespace lossscope
