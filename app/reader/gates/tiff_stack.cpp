// SPDX-License-Identifier: Apache-2.0
// From the pages of a TIFF to slices, channels and times.
#include "app/reader/gates/tiff_stack.h"

#include "app/reader/gates/tiff_description.h"

namespace lossscope::reader::tiff {
namespace {

using Offsets = std::vector<std::uint64_t>;

[[noreturn]] void refuse_planes(const std::string& reason) {
  throw Refused("E_TIFF_PAGES", reason,
                "save the stack as one TIFF with a page for every slice (ImageJ: File > Save As > Tiff)");
}

std::string told_by(const TiffStack& stack) {
  return stack.written_by + " wrote that it holds " + std::to_string(stack.planes()) + " planes";
}

bool is_planar(const Page& page) { return page.one(kPlanar, 1) == 2 && page.one(kSamples, 1) > 1; }

/// Where the pixels of a page begin when they lie in one piece, uncompressed; 0 otherwise.
std::uint64_t begin_of_pixels(const Page& page) {
  if (page.one(kCompression, 1) != 1 || page.has(kTileOffsets) || is_planar(page)) {
    return 0;
  }
  const auto offsets = page.all(kStripOffsets), counts = page.all(kStripBytes);
  for (std::size_t strip = 1; strip < offsets.size(); ++strip) {
    if (offsets[strip] != offsets[strip - 1] + counts[strip - 1]) {
      return 0;
    }
  }
  return offsets.front();
}

/// The directory of each plane as the file has them; of planes without one, where the pixels are. Empty when the
/// description does not suit the pages.
TiffPlanes planes_in_file(const TiffStack& stack, const Page& first, const Offsets& directories, const Source& source,
                          std::uint64_t bytes_of_plane) {
  const auto count = static_cast<std::uint64_t>(stack.planes());
  TiffPlanes planes{{}, false};
  for (const std::int64_t directory : stack.directories) {
    if (directory < 0 || directory >= static_cast<std::int64_t>(directories.size())) {
      refuse_planes(told_by(stack) + ", and not all of them can be found");
    }
    planes.offsets.push_back(directories[static_cast<std::size_t>(directory)]);
  }
  if (!planes.offsets.empty()) {
    return planes;
  }
  if (directories.size() > 1 || count == 1) {
    planes.offsets = directories.size() == count ? directories : Offsets{};
    return planes;
  }
  const std::uint64_t begin = stack.may_lack_directories ? begin_of_pixels(first) : 0;
  const std::uint64_t directory = directories.front();  // which no plane may run into
  const std::uint64_t end = directory > begin ? directory : source.size();
  if (begin == 0 || begin > end || end - begin < count * bytes_of_plane) {
    refuse_planes(told_by(stack) + ", and only the first can be found");
  }
  planes.are_pixels = true;
  for (std::uint64_t plane = 0; plane < count; ++plane) {
    planes.offsets.push_back(begin + plane * bytes_of_plane);
  }
  return planes;
}

std::string name_of_volume(const TiffStack& stack, std::int64_t channel, std::int64_t time) {
  const auto at = static_cast<std::size_t>(channel);
  const bool named = at < stack.channel_names.size() && !stack.channel_names[at].empty();
  std::string name = named ? stack.channel_names[at] : "";
  if (!named && stack.channels > 1) {
    name = "Channel " + std::to_string(channel);
  }
  return stack.times > 1 ? name + (name.empty() ? "Time " : ", time ") + std::to_string(time) : name;
}

/// Volume by volume and slice by slice, as a layout has them.
TiffPlanes sorted(const TiffStack& stack, const TiffPlanes& in_file, Layout& layout) {
  TiffPlanes planes{{}, in_file.are_pixels};
  layout.size[2] = stack.slices;
  layout.stacked = static_cast<int>(stack.channels * stack.times);
  layout.has_two_counts = stack.channels > 1 && stack.times > 1;
  for (std::int64_t time = 0; time < stack.times; ++time) {
    for (std::int64_t channel = 0; channel < stack.channels; ++channel) {
      if (layout.stacked > 1 && layout.interleaved == 1) {
        layout.component_names.push_back(name_of_volume(stack, channel, time));
      }
      for (std::int64_t slice = 0; slice < stack.slices; ++slice) {
        planes.offsets.push_back(in_file.offsets[static_cast<std::size_t>(stack.plane(channel, slice, time))]);
      }
    }
  }
  return planes;
}

/// Spacing in millimetres as the description or the resolution gives it.
void set_spacing(Layout& layout, const Page& page, const TiffStack& stack) {
  constexpr double kInch = 25.4, kCentimetre = 10;
  const std::uint64_t said = page.one(kResolutionUnit, 2);
  const double unit = stack.unit > 0 ? stack.unit : (said == 2 ? kInch : (said == 3 ? kCentimetre : 0));
  std::array<double, 3> spacing = stack.spacing;
  for (const auto& [axis, tag] : {std::pair{std::size_t{0}, kXResolution}, {std::size_t{1}, kYResolution}}) {
    const double resolution = page.ratio(tag);
    if (spacing[axis] == 0 && resolution > 0 && unit > 0) {
      spacing[axis] = unit / resolution;
    }
  }
  if (spacing[0] == 0 || spacing[1] == 0) {
    layout.has_grid = false;
    layout.notes.push_back({"W_NO_SPACING", "the file gives no spacing: 1 mm was taken"});
    return;
  }
  constexpr double kMicroscopic = 0.01, kSmallest = 1e-4;  // mm
  layout.has_slice_distance = spacing[2] != 0;
  if (spacing[2] == 0) {
    spacing[2] = layout.size[2] > 1 || spacing[0] < kMicroscopic ? spacing[0] : 1;
    if (layout.size[2] > 1) {
      layout.notes.push_back({"W_NO_SPACING", "the file gives no distance between slices: that of pixels was taken"});
    }
  }
  if (*std::ranges::min_element(spacing) < kSmallest) {
    std::ranges::for_each(spacing, [](double& mm) { mm *= 1000; });
    layout.notes.push_back({"W_UNITS", "its spacing is below 0.0001 mm: lengths are in micrometres instead"});
  }
  layout.spacing = spacing;
}

/// What the description says, or the tag of MetaMorph's stacks, whose planes have one directory in common.
std::optional<TiffStack> stack_of(const Page& page, const Layout& layout) {
  auto stack =
      tiff_stack(page.text(kDescription), {layout.size[0], layout.size[1], layout.interleaved, is_planar(page)});
  const std::uint64_t count = page.count(kMetaMorphPlanes);
  if (!stack && count > 1 && count <= static_cast<std::uint64_t>(kMostPlanes)) {
    stack.emplace();
    stack->written_by = "MetaMorph";
    stack->slices = static_cast<std::int64_t>(count);
    stack->may_lack_directories = true;
  }
  return stack;
}

}  // namespace

TiffPlanes arrange(Layout& layout, const Page& first, const Offsets& directories, const Source& source) {
  const std::optional<TiffStack> stack = stack_of(first, layout);
  TiffPlanes planes{directories, false};
  if (stack) {
    if (stack->has_several) {
      refuse_planes("it holds several images, and which one is meant cannot be said");
    }
    if (stack->needs_other_files) {
      refuse_planes(told_by(*stack) + ", some of them in other files");
    }
    const std::uint64_t bytes_of_plane = layout.bytes() / static_cast<std::uint64_t>(layout.size[2]);
    const TiffPlanes in_file = planes_in_file(*stack, first, directories, source, bytes_of_plane);
    if (in_file.offsets.empty()) {
      layout.notes.push_back({"W_TIFF_STACK", told_by(*stack) + ", but it has " + std::to_string(directories.size()) +
                                                  " pages: the pages were taken as slices"});
    } else {
      planes = sorted(*stack, in_file, layout);
    }
  }
  set_spacing(layout, first, stack.value_or(TiffStack{}));
  return planes;
}

}  // namespace lossscope::reader::tiff
