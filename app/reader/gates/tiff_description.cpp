// SPDX-License-Identifier: Apache-2.0
// OME: https://docs.openmicroscopy.org/ome-model/6.3.1/ome-tiff/specification.html
// ImageJ: lines KEY=VALUE after "ImageJ=VERSION", as its TiffEncoder writes them. tifffile: {"shape": [...]}.
#include "app/reader/gates/tiff_description.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

/// Millimetres of a unit of length; 0 for one that is none ("pixel").
double millimetres(std::string_view unit) {
  constexpr std::pair<std::string_view, double> kUnits[]{
      {"mm", 1},        {"millimeter", 1}, {"cm", 10},         {"m", 1000},       {"nm", 1e-6},       {"um", 1e-3},
      {"micron", 1e-3}, {"microns", 1e-3}, {"µm", 1e-3},       {"\u03bcm", 1e-3}, {"\\u00B5m", 1e-3}, {"&#181;m", 1e-3},
      {"\xb5m", 1e-3},  {"&#xB5;m", 1e-3}, {"&micro;m", 1e-3}, {"inch", 25.4},    {"in", 25.4},       {"pm", 1e-9}};
  for (const auto& [name, mm] : kUnits) {
    if (unit == name) {
      return mm;
    }
  }
  return 0;
}

std::int64_t count_in(std::string_view text, std::int64_t otherwise) {
  const auto n = whole_number(text);
  return n && *n >= 1 && *n <= kMostPlanes ? *n : otherwise;
}

double length_in(std::string_view text) {
  const auto value = number(text);
  return value && std::isfinite(*value) ? std::abs(*value) : 0;
}

bool is_plausible(const TiffStack& stack) {
  return stack.channels * stack.slices <= kMostPlanes && stack.planes() <= kMostPlanes;
}

// ---- ImageJ

std::string_view imagej_value(std::string_view text, const std::string& key) {
  const std::string line = "\n" + key + "=";
  const auto at = text.find(line);
  if (at == std::string_view::npos) {
    return {};
  }
  const auto begin = at + line.size();
  return trimmed(text.substr(begin, text.find('\n', begin) - begin));
}

TiffStack imagej(std::string_view text) {
  TiffStack stack;
  stack.written_by = "ImageJ";
  stack.may_lack_directories = true;
  stack.channels = count_in(imagej_value(text, "channels"), 1);
  stack.slices = count_in(imagej_value(text, "slices"), 1);
  stack.times = count_in(imagej_value(text, "frames"), 1);
  const std::int64_t images = count_in(imagej_value(text, "images"), 1);
  if (is_plausible(stack) && stack.planes() != images && images > 1) {
    stack.channels = stack.times = 1;
    stack.slices = images;
  }
  stack.unit = millimetres(imagej_value(text, "unit"));
  stack.spacing[2] = length_in(imagej_value(text, "spacing")) * stack.unit;
  return stack;
}

// ---- OME

/// The attributes' text of each element of a name, whatever its namespace.
std::vector<std::string_view> elements(std::string_view xml, std::string_view name) {
  std::vector<std::string_view> found;
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const std::string_view tag = xml.substr(at + 1, xml.find('>', at) - at - 1);
    std::string_view word = tag.substr(0, tag.find_first_of(" \t\r\n/"));
    word.remove_prefix(word.find(':') == std::string_view::npos ? 0 : word.find(':') + 1);
    if (word == name) {
      found.push_back(tag);
    }
  }
  return found;
}

std::string_view attribute(std::string_view tag, std::string_view name) {
  for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    const std::size_t sign = tag.find_first_not_of(" \t\r\n", at + name.size());
    const bool whole = at > 0 && std::string_view(" \t\r\n").find(tag[at - 1]) != std::string_view::npos;
    if (!whole || sign == std::string_view::npos || tag[sign] != '=') {
      continue;
    }
    const std::size_t quote = tag.find_first_of("\"'", sign);
    const std::size_t end = quote == std::string_view::npos ? quote : tag.find(tag[quote], quote + 1);
    return end == std::string_view::npos ? std::string_view() : tag.substr(quote + 1, end - quote - 1);
  }
  return {};
}

/// Fills in which directory holds each plane; where nothing is said of it, one after the other.
void place_planes(TiffStack& stack, std::string_view xml) {
  const auto parts = elements(xml, "TiffData");
  std::vector<std::int64_t> directories(static_cast<std::size_t>(stack.planes()), -1);
  for (const std::string_view part : parts) {
    const auto from = [&](const char* name) {
      return std::max<std::int64_t>(0, whole_number(attribute(part, name)).value_or(0));
    };
    const std::int64_t channel = from("FirstC"), slice = from("FirstZ"), time = from("FirstT"), directory = from("IFD");
    if (channel >= stack.channels || slice >= stack.slices || time >= stack.times || directory > kMostPlanes) {
      continue;
    }
    const std::int64_t first = stack.plane(channel, slice, time);
    const bool says_which = !attribute(part, "IFD").empty();
    const std::int64_t count = count_in(attribute(part, "PlaneCount"), says_which ? 1 : stack.planes());
    for (std::int64_t n = 0; n < count && first + n < stack.planes(); ++n) {
      directories[static_cast<std::size_t>(first + n)] = directory + n;
    }
  }
  std::int64_t next = 0;
  const bool usual = std::ranges::all_of(directories, [&](std::int64_t directory) { return directory == next++; });
  if (!parts.empty() && !usual) {
    stack.directories = std::move(directories);
  }
  std::set<std::string_view> files;
  for (const std::string_view name : elements(xml, "UUID")) {
    files.insert(attribute(name, "FileName"));
  }
  files.erase(std::string_view());
  stack.needs_other_files = files.size() > 1;
}

std::optional<TiffStack> ome(std::string_view xml, const TiffPicture& picture) {
  const auto pixels = elements(xml, "Pixels");
  if (pixels.empty()) {
    return std::nullopt;
  }
  const std::string_view tag = pixels.front();
  TiffStack stack;
  stack.written_by = "OME";
  stack.has_several = pixels.size() > 1;
  stack.slices = count_in(attribute(tag, "SizeZ"), 1);
  stack.times = count_in(attribute(tag, "SizeT"), 1);
  stack.channels = std::max<std::int64_t>(1, count_in(attribute(tag, "SizeC"), 1) / picture.samples);
  const std::string_view order = attribute(tag, "DimensionOrder");
  if (order.size() == 5 && order.starts_with("XY")) {
    std::string sorted(order.substr(2));
    std::ranges::sort(sorted);
    if (sorted == "CTZ") {
      stack.order = order.substr(2);
    }
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::string name = std::string("PhysicalSize") + "XYZ"[axis];
    const std::string_view unit = attribute(tag, name + "Unit");
    stack.spacing[axis] = length_in(attribute(tag, name)) * (unit.empty() ? 1e-3 : millimetres(unit));
  }
  for (const std::string_view channel : elements(xml, "Channel")) {
    stack.channel_names.emplace_back(attribute(channel, "Name").substr(0, 80));
  }
  if (is_plausible(stack)) {
    place_planes(stack, xml);
  }
  return stack;
}

// ---- tifffile

/// The numbers between the first brackets after "shape".
std::vector<std::int64_t> shape_in(std::string_view json) {
  std::vector<std::int64_t> shape;
  const auto open = json.find('[', json.find("\"shape\""));
  if (open == std::string_view::npos) {
    return {};
  }
  std::string list(json.substr(open + 1, json.find(']', open) - open - 1));
  std::ranges::replace(list, ',', ' ');
  for (const std::string_view word : words_of(list)) {
    shape.push_back(whole_number(word).value_or(-1));
  }
  return shape;
}

std::optional<TiffStack> tifffile(std::string_view json, const TiffPicture& picture) {
  std::vector<std::int64_t> shape = shape_in(json);
  std::vector<std::int64_t> inner{picture.height, picture.width};
  if (picture.samples > 1) {
    inner.insert(picture.is_planar ? inner.begin() : inner.end(), picture.samples);
  }
  if (shape.size() < inner.size() || !std::equal(inner.rbegin(), inner.rend(), shape.rbegin())) {
    return std::nullopt;
  }
  shape.resize(shape.size() - inner.size());
  TiffStack stack;
  stack.written_by = "tifffile";
  stack.may_lack_directories = true;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 1 || shape[axis] > kMostPlanes || stack.planes() > kMostPlanes) {
      return std::nullopt;
    }
    (axis + 1 == shape.size() ? stack.slices : stack.times) *= shape[axis];
  }
  return stack;
}

}  // namespace

std::int64_t TiffStack::plane(std::int64_t channel, std::int64_t slice, std::int64_t time) const {
  std::int64_t index = 0;
  for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
    index = *axis == 'C' ? index * channels + channel : *axis == 'Z' ? index * slices + slice : index * times + time;
  }
  return index;
}

std::optional<TiffStack> tiff_stack(std::string_view description, const TiffPicture& picture) {
  std::optional<TiffStack> stack;
  const std::string_view text = trimmed(description);
  if (text.starts_with("ImageJ=")) {
    stack = imagej(description);
  } else if (text.starts_with("<") && text.find("OME") != std::string_view::npos) {
    stack = ome(text, picture);
  } else if (text.starts_with("{")) {
    stack = tifffile(text, picture);
  }
  return stack && is_plausible(*stack) ? stack : std::nullopt;
}

}  // namespace lossscope::reader
