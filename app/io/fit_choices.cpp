// SPDX-License-Identifier: Apache-2.0
// What can be done with a volume that does not fit the grid of the case.
#include "app/io/fit_choices.h"

#include <algorithm>
#include <cmath>

#include "app/reader/gates/slices_choice.h"
#include "app/reader/gates/ways_out.h"
#include "basics/file_name.h"

namespace lossscope {
namespace {

Choice stretch() {
  return {Question::grid, "stretch", "Stretch it",
          "Takes both files to show the same field of view and interpolates; results are marked as resampled.", false};
}

Choice from_the_first_voxel() {
  return {Question::grid, "pad", "From the first voxel on",
          "Lays its first voxel on the case's first, none changed, and takes the rest as background: as networks give "
          "out what was filled up behind its last voxels.",
          false};
}

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
    case Lies::lost_part:
      return {pad, stretch()};
    case Lies::beside:
      return same_size ? std::vector{likely(ignore), pad} : std::vector{pad};
    case Lies::unknown_part:
      return {stretch(),
              {Question::grid, "resample", "From the first voxel on",
               "Lays first voxel on first voxel, as the headers say; results are marked as resampled.", false}};
    case Lies::unplaced:
      return {stretch(), from_the_first_voxel()};
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
  return report.lies != Lies::reordered && report.lies != Lies::part && report.lies != Lies::beside;
}

std::vector<Choice> choices_of_turns(const BetterTurns& better) {
  std::vector<Choice> turns;
  for (const Agreement& each : better.turns) {
    turns.push_back({Question::grid, each.turn.letters(), "Turn its axes: " + each.turn.letters(),
                     "Lays its voxels on the case's grid one by one, its axes in the order " + each.turn.words() +
                         "; " + agreement_text(each, better) + ".",
                     turns.empty() && better.evidence >= Evidence::strong});
  }
  return turns;
}

/// Whether a header tells how the axes run: programs that do not know it write the same as those that never asked.
bool is_placed(const LoadedVolume& loaded, const Grid& grid) { return loaded.has_grid && !has_default_place(grid); }

/// The orders of axes in which a volume has the size of the grid.
std::vector<Choice> orders_of_size(const Grid& grid, const LoadedVolume& loaded) {
  std::vector<Choice> orders;
  for (std::size_t number = 0; number < Turn::kAll; number += 8) {
    const Turn turn = Turn::of_number(number);
    if (turn.on(grid, loaded.volume.grid.size)) {
      orders.push_back({Question::grid, turn.letters(), "Turn its axes: " + turn.letters(),
                        "Lays its voxels on the case's grid one by one, its axes in the order " + turn.words() +
                            ", which has the mask's size.",
                        orders.empty()});
    }
  }
  return orders;
}

/// Turns in which the volume agrees much better with the mask come before everything else, others behind.
void add_turns(std::vector<Choice>& ways, const MaskBeside& beside, const LoadedVolume& loaded) {
  const BetterTurns better = better_turns(beside.volume, loaded, beside.labels, beside.is_class);
  const bool is_transposed =
      std::ranges::any_of(better.turns, [](const Agreement& each) { return each.turn.letters() == "kji"; });
  const bool by_name = std::ranges::any_of(ways, [](const Choice& way) { return way.answer == "transpose"; });
  if (is_transposed && by_name) {
    return;
  }
  std::vector<Choice> turns = choices_of_turns(better);
  const bool has_another_size = loaded.volume.grid.size != beside.volume.grid.size;
  const bool by_size = turns.empty() && has_another_size && !by_name && !is_placed(loaded, loaded.volume.grid);
  if (by_size) {
    turns = orders_of_size(beside.volume.grid, loaded);
  }
  const bool first = (by_size && !turns.empty()) || better.evidence >= Evidence::strong;
  for (Choice& way : ways) {
    way.safe = way.safe && !first;
  }
  ways.insert(first ? ways.begin() : ways.end(), turns.begin(), turns.end());
}

/// Nothing but the voxels tells how the axes of one of the two run.
Refusal turn_refusal(const LoadedVolume& loaded, const MaskBeside& beside, const BetterTurns& better,
                     bool mask_is_asked) {
  const Agreement& best = better.turns.front();
  std::vector<Choice> ways = choices_of_turns(better);
  const bool mask_is_reversed = mask_is_asked && best.turn.letters() == "kji" && beside.labels->format == "NumPy";
  if (mask_is_reversed) {
    ways = {{Question::order, "xyz", "Its axes are x, y and z",
             "Takes the first axis of the array for x; " + agreement_text(best, better) + ".", true}};
  }
  ways.push_back({Question::grid, "ignore", "Use as it is",
                  "Lays its voxels on the case's grid one by one, as the file has them.", false});
  const std::string turned = " in the order " + best.turn.words() + ", " + agreement_text(best, better);
  const std::string remedy = "say how they run: " + reader::flags_of(ways, ", or ");
  return {"E_GRID",
          mask_is_reversed ? beside.labels->path : loaded.path,
          mask_is_asked ? "no header says how the axes of the mask run: with those of the prediction" + turned
                        : "no header says how its axes run:" + turned,
          remedy,
          std::move(ways),
          mask_is_reversed ? Role::mask : Role::prediction};
}

/// Whether a mask says nothing of its place.
bool has_no_place(const LoadedVolume* labels) { return labels != nullptr && !labels->has_grid; }

/// An array whose axes were taken for z, y and x, and would be as long as the prediction's backwards.
bool is_reversed_array(const LoadedVolume& mask, const LoadedVolume& prediction) {
  const auto &own = mask.grid.size, &other = prediction.volume.grid.size;
  return mask.format == "NumPy" && !mask.taken.contains(Question::order) && own != other &&
         std::equal(own.begin(), own.end(), other.rbegin());
}

Refusal order_refusal(const LoadedVolume& mask, const LoadedVolume& prediction) {
  const Choice way{Question::order, "xyz", "Its axes are x, y and z",
                   "Takes the first axis of the array for x, so that it has the size of the prediction.", true};
  return {"E_GRID",
          mask.path,
          "its axes, taken for z, y and x, are as long as those of " + shown_name(prediction.path) + " backwards",
          "say how they run: " + way.flag(),
          {way},
          Role::mask};
}

}  // namespace

bool may_begin_together(const FitReport& report, const Grid& reference, const LoadedVolume& loaded) {
  const bool is_lost = report.fit == Fit::no && !report.block && !is_placed(loaded, loaded.volume.grid);
  return loaded.volume.grid.size != reference.size && (report.lies == Lies::unplaced || is_lost);
}

bool judge_axes(const LoadedVolume& loaded, GridChoice choice, const MaskBeside& beside,
                std::vector<Assumption>& assumptions) {
  const bool placed = is_placed(loaded, loaded.volume.grid);
  const bool mask_placed = beside.labels == nullptr || is_placed(*beside.labels, beside.labels->grid);
  const bool mask_is_asked = placed && !mask_placed;
  const BetterTurns better = better_turns(beside.volume, loaded, beside.labels, beside.is_class);
  const bool clear = better.evidence == Evidence::clear;
  constexpr double kOpposite = -0.5;
  const bool is_label_map = beside.is_class && !loaded.labels.empty();  // high where its other labels are
  if (better.is_opposite && better.as_it_is <= kOpposite && !is_label_map) {
    assumptions.push_back({"W_OPPOSITE", shown_name(loaded.path) + ": it is high where the mask is not (correlation " +
                                             rounded_text(better.as_it_is) +
                                             "): is it the channel of the background, or inverted?"});
  }
  if (better.evidence < (placed && mask_placed ? Evidence::clear : Evidence::strong)) {
    return false;
  }
  const bool may_ask = clear && beside.asks && !(placed && mask_placed);
  const bool is_answered = choice == GridChoice::ignore_header ||
                           (mask_is_asked && beside.choice == GridChoice::ignore_header) ||
                           loaded.taken.contains(Question::order);
  if (may_ask && !is_answered) {
    throw turn_refusal(loaded, beside, better, mask_is_asked);
  }
  const Agreement& best = better.turns.front();
  assumptions.push_back({"W_TURN_LIKELY", shown_name(loaded.path) + ": with its axes in the order " +
                                              best.turn.words() + ", " + agreement_text(best, better) + ": --grid " +
                                              best.turn.letters()});
  return may_ask;
}

Refusal grid_refusal(const FitReport& report, const Grid& reference, const LoadedVolume& loaded, Role role,
                     const MaskBeside* beside) {
  if (beside != nullptr && has_no_place(beside->labels) && is_reversed_array(*beside->labels, loaded)) {
    return order_refusal(*beside->labels, loaded);
  }
  std::vector<Choice> ways = ways_to_fit(report, loaded.volume.grid.size == reference.size,
                                         has_same_axes(loaded.volume.grid, reference), role);
  if (ways.empty() && may_begin_together(report, reference, loaded)) {
    ways = {stretch(), from_the_first_voxel()};  // as networks give it out that work at a size of their own
  }
  if (beside != nullptr && may_be_turned(report)) {
    add_turns(ways, *beside, loaded);
  }
  std::string remedy = report.fit == Fit::no ? "are the files of the same case?" : "";
  if (!ways.empty()) {
    remedy += (remedy.empty() ? "choose: " : " If they are: ") + reader::flags_of(ways, ", or ");
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
