// SPDX-License-Identifier: Apache-2.0
// Which of a file's several volumes is meant. It is asked, never guessed: ITK's readers would mix the components of a
// vector, or take the first volume of four dimensions, without a word.
#include <algorithm>
#include <cmath>

#include "app/reader/gates/slices_choice.h"
#include "app/reader/gates/text_header.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

/// The component `which` of the voxel at `voxel`, scaled.
double value_at(const RawVolume& volume, std::size_t voxel, std::size_t which) {
  const auto n = static_cast<std::size_t>(volume.voxels()), side = static_cast<std::size_t>(volume.interleaved);
  const std::size_t at = (which / side) * n * side + voxel * side + which % side;
  return with_type(volume.scalar, [&](auto* example) {
    std::remove_cvref_t<decltype(*example)> value;
    std::memcpy(&value, volume.bytes.data() + at * sizeof(value), sizeof(value));
    return static_cast<double>(value) * volume.slope + volume.intercept;
  });
}

/// Whether the components look like the probabilities of classes, or one-hot: in [0, 1], with the sum 1 (or 255).
bool looks_like_softmax(const RawVolume& volume) {
  if (volume.bytes.empty() || volume.components() > 64) {
    return false;
  }
  const auto n = static_cast<std::size_t>(volume.voxels()), step = n / 4096 + 1;
  double unit = 0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(volume.components()); ++k) {
    unit += value_at(volume, 0, k);
  }
  unit = unit < 2 ? 1 : 255;
  for (std::size_t voxel = 0; voxel < n; voxel += step) {
    double sum = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(volume.components()); ++k) {
      const double value = value_at(volume, voxel, k) / unit;
      if (!(value >= -1e-3 && value <= 1 + 1e-3)) {
        return false;
      }
      sum += value;
    }
    if (!(std::abs(sum - 1) <= 1e-3)) {
      return false;
    }
  }
  return true;
}

std::string label_of(const RawVolume& volume, int component, bool softmax) {
  const auto at = static_cast<std::size_t>(component);
  if (at < volume.component_names.size() && !volume.component_names[at].empty()) {
    return volume.component_names[at];
  }
  if (softmax) {
    return "Class " + std::to_string(component);
  }
  constexpr const char* kColours[]{"Red", "Green", "Blue", "Alpha"};
  if (volume.is_colour && component < 4) {
    return kColours[component];
  }
  return (volume.stacked > 1 ? "Volume " : "Component ") + std::to_string(component);
}

/// Whether single slices that a file calls times or channels can be those of one volume.
bool may_be_slices(const RawVolume& volume) {
  return volume.interleaved == 1 && volume.stacked > 1 && volume.size[2] == 1 && !volume.has_two_counts;
}

/// Whether the last axis of an array was taken for that of classes, or of a mask for that of colours: it may be z.
bool may_have_z_last(const RawVolume& volume, const Wish& wish) {
  return volume.format == "NumPy" && volume.interleaved > 1 && volume.size[2] == 1 && !volume.is_complex &&
         (!volume.is_colour || wish.role == "mask");
}

/// Whether it is likelier that they are: as many as the mask has, or more than there are classes or colours as a rule.
bool are_likely_slices(const RawVolume& volume, const Wish& wish, bool softmax) {
  constexpr int kMostChannels = 4;
  const bool fits = wish.hints.beside == std::array<std::int64_t, 3>{volume.size[0], volume.size[1], volume.stacked};
  return fits || (!wish.hints.has_neighbour() && !softmax && volume.stacked > kMostChannels);
}

/// As many components as a file can have are listed; other meanings of its axes before them where they are likelier.
std::vector<Choice> choices_of(const RawVolume& volume, const Wish& wish, bool softmax) {
  constexpr int kMostChoices = 64;
  std::vector<Choice> choices;
  const Choice slices = choice_of_slices(volume.components(), false);
  const bool slices_first = may_be_slices(volume) && are_likely_slices(volume, wish, softmax);
  if (slices_first) {
    choices.push_back(slices);
  }
  if (may_have_components_first(volume)) {
    choices.push_back({Question::order, "components-first", "Its first axis holds them",
                       "Takes the first axis, which is " + std::to_string(volume.size[0]) +
                           " long, for components, and the others for x, y and z.",
                       false});
  }
  if (volume.is_colour && volume.interleaved >= 3 && wish.role == "image") {
    choices.push_back(
        {Question::component, "luminance", "Luminance", "Takes the brightness of the colours (Rec. 709).", true});
  }
  if (volume.is_complex) {
    choices.push_back(
        {Question::component, "magnitude", "Magnitude", "Takes the absolute value of the complex numbers."});
  }
  for (int k = 0; k < volume.components() && k < kMostChoices; ++k) {
    const std::string name = std::to_string(k);
    choices.push_back({Question::component, name, label_of(volume, k, softmax),
                       "Takes component " + name + " of " + std::to_string(volume.components()) + "."});
  }
  if (may_be_slices(volume) && !slices_first && !wish.hints.neighbour_is_flat()) {
    choices.push_back(slices);
  }
  if (may_have_z_last(volume, wish)) {
    choices.push_back({Question::order, "xyz", "Slices of one volume",
                       "Takes its axes for x, y and z: the last one is that of the slices.", false});
  }
  return choices;
}

[[noreturn]] void ask(const RawVolume& volume, const Wish& wish, const std::string& reason) {
  const bool softmax = looks_like_softmax(volume);
  std::vector<Choice> choices = choices_of(volume, wish, softmax);
  std::string other;
  for (const Choice& choice : choices) {
    if (choice.answer == "slices" || choice.question == Question::order) {
      other += ", or " + choice.flag() +
               (choice.answer == "components-first" ? " if its first axis holds them"
                                                    : " if they are the slices of one volume");
    }
  }
  throw Refused("E_COMPONENTS", reason + (softmax ? "; they look like the probabilities of classes" : ""),
                "choose a component from 0 to " + std::to_string(volume.components() - 1) + " (--component N)" + other,
                std::move(choices));
}

/// Single slices become those of one volume, as far apart as the file says or as its pixels are.
void take_as_slices(RawVolume& volume) {
  volume.size[2] = volume.stacked;
  volume.stacked = 1;
  check_sizes(volume);
  volume.component_names.clear();
  if (!volume.has_slice_distance) {
    volume.spacing[2] = volume.spacing[0];
    volume.notes.push_back({"W_NO_SPACING", "the file gives no distance between slices: that of pixels was taken"});
  }
  volume.notes.push_back(
      {"W_COMPONENT", "its " + std::to_string(volume.size[2]) + " pictures were taken as the slices of one volume"});
}

/// Replaces the voxels by f(voxel) as float64.
template <class F>
void replace_voxels(RawVolume& volume, F f) {
  const auto n = static_cast<std::size_t>(volume.voxels());
  std::vector<std::byte> made(n * sizeof(double));
  for (std::size_t i = 0; i < n; ++i) {
    const double value = f(i);
    std::memcpy(made.data() + i * sizeof(double), &value, sizeof(double));
  }
  volume.bytes = std::move(made);
  volume.scalar = Scalar::f64;
  volume.slope = 1;
  volume.intercept = 0;
}

/// Whether a picture in colour shows grey alone, and is opaque, as masks and pictures do that were saved as RGB.
bool is_grey(const RawVolume& volume) {
  if (!volume.is_colour || volume.interleaved < 3 || volume.stacked != 1 || volume.bytes.empty()) {
    return false;
  }
  const std::size_t width = bytes_of(volume.scalar), pixel = width * static_cast<std::size_t>(volume.interleaved);
  const std::byte* const first = volume.bytes.data();
  bool grey = true;
  for (std::size_t at = 0; grey && at < volume.bytes.size(); at += pixel) {
    const std::byte* here = first + at;
    grey = std::memcmp(here, here + width, width) == 0 && std::memcmp(here, here + 2 * width, width) == 0 &&
           (volume.interleaved == 3 || std::memcmp(here + 3 * width, first + 3 * width, width) == 0);
  }
  return grey;
}

std::vector<std::byte> bytes_of_component(const RawVolume& volume, std::size_t chosen) {
  const std::size_t width = bytes_of(volume.scalar), side = static_cast<std::size_t>(volume.interleaved);
  const auto n = static_cast<std::size_t>(volume.voxels());
  const std::byte* from = volume.bytes.data() + ((chosen / side) * n * side + chosen % side) * width;
  std::vector<std::byte> one(n * width);
  for (std::size_t i = 0; i < n; ++i) {
    std::memcpy(one.data() + i * width, from + i * side * width, width);
  }
  return one;
}

/// Names of labels that are not of this component go.
void leave_names_of(RawVolume& volume, int component) {
  std::erase_if(volume.label_names,
                [&](const LabelName& label) { return label.component >= 0 && label.component != component; });
}

}  // namespace

RawVolume component_of(const RawVolume& volume, int which) {
  RawVolume one(static_cast<const Layout&>(volume));
  one.stored_type = volume.stored_type;
  one.stored_components = volume.stored_components;
  one.files = volume.files;
  one.bytes = bytes_of_component(volume, static_cast<std::size_t>(which));
  one.interleaved = one.stacked = 1;
  one.component_names.clear();
  leave_names_of(one, which);
  return one;
}

void choose_component(RawVolume& volume, const Wish& wish) {
  const int count = volume.components();
  const bool keeps_all = wish.hints.every_channel && wish.answers.to(Question::component).empty() && !is_grey(volume);
  if (count == 1 || keeps_all) {
    return;
  }
  const std::string_view answer = wish.answers.take(Question::component);
  if (answer.empty() && is_grey(volume)) {
    volume.bytes = bytes_of_component(volume, 0);
    volume.interleaved = volume.stacked = 1;
    volume.notes.push_back({"W_GREY", "red, green and blue are the same everywhere: they were taken for grey values"});
    return;
  }
  const auto index = whole_number(answer);
  if (answer.empty() && !volume.is_colour &&
      (may_have_z_last(volume, wish) || (volume.format == "NumPy" && may_be_slices(volume)))) {
    ask(volume, wish,
        "its " + std::string(volume.interleaved > 1 ? "last" : "first") + " axis, of " + std::to_string(count) +
            ", may be that of classes, of which one must be chosen, or of slices");
  }
  if (answer.empty()) {
    ask(volume, wish,
        "the file holds " + std::to_string(count) +
            " components (4-D, vector, colour or complex) and one must be chosen");
  }
  if (answer == "slices" && may_be_slices(volume)) {
    take_as_slices(volume);
    return;
  }
  if (answer == "luminance" && volume.is_colour && volume.interleaved >= 3 && volume.stacked == 1) {
    replace_voxels(volume, [&](std::size_t i) {
      return 0.2125 * value_at(volume, i, 0) + 0.7154 * value_at(volume, i, 1) + 0.0721 * value_at(volume, i, 2);
    });
    volume.notes.push_back({"W_RGB", "the picture is in colour: its luminance was taken"});
  } else if (answer == "magnitude" && volume.is_complex && volume.stacked == 1) {
    replace_voxels(volume, [&](std::size_t i) { return std::hypot(value_at(volume, i, 0), value_at(volume, i, 1)); });
    volume.notes.push_back({"W_MAGNITUDE", "the voxels are complex numbers: their magnitude was taken"});
  } else if (index && *index < count) {
    const std::string name = label_of(volume, static_cast<int>(*index), looks_like_softmax(volume));
    leave_names_of(volume, static_cast<int>(*index));
    volume.bytes = bytes_of_component(volume, static_cast<std::size_t>(*index));
    volume.notes.push_back({"W_COMPONENT", "component " + std::to_string(*index) + " of " + std::to_string(count) +
                                               " was taken (" + name + ")"});
  } else {
    ask(volume, wish, "the file has no component '" + std::string(answer) + "'");
  }
  volume.interleaved = volume.stacked = 1;
}

}  // namespace lossscope::reader
