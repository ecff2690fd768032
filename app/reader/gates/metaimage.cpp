// SPDX-License-Identifier: Apache-2.0
// MetaImage. Format: https://itk.org/Wiki/ITK/MetaIO/Documentation
#include <cmath>
#include <functional>
#include <map>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged_metaimage(const std::string& reason) {
  throw Refused("E_HEADER", "the MetaImage header is damaged: " + reason, "export the volume again");
}

struct MetaFields {
  std::map<std::string, std::string> values;
  std::size_t data_offset = 0;

  /// The first of several names of one field; empty when there is none.
  [[nodiscard]] std::string_view get(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      if (const auto found = values.find(name); found != values.end()) {
        return found->second;
      }
    }
    return {};
  }
  [[nodiscard]] bool is_true(std::initializer_list<const char*> names) const {
    return lower(get(names)).starts_with('t');
  }

  [[nodiscard]] std::vector<double> numbers(std::initializer_list<const char*> names, std::size_t n) const {
    const std::string_view text = get(names);
    std::vector<double> result;
    for (const std::string_view word : words_of(text)) {
      const auto value = number(word);
      if (!value || !std::isfinite(*value)) {
        damaged_metaimage(std::string(*names.begin()) + " holds '" + std::string(word.substr(0, 20)) + "'");
      }
      result.push_back(*value);
    }
    if (!text.empty() && result.size() != n) {
      damaged_metaimage(std::string(*names.begin()) + " has " + std::to_string(result.size()) + " numbers, not " +
                        std::to_string(n));
    }
    return result;
  }
};

/// The header ends with the line that says where the data are.
MetaFields meta_fields(const Source& source) {
  HeaderLines lines(source);
  MetaFields result;
  while (const auto line = lines.next()) {
    const std::size_t sign = line->find('=');
    if (sign == std::string_view::npos) {
      if (trimmed(*line).empty()) {
        continue;
      }
      break;
    }
    const std::string key(trimmed(line->substr(0, sign)));
    if (!result.values.emplace(key, trimmed(line->substr(sign + 1))).second) {
      damaged_metaimage("'" + key.substr(0, 40) + "' is there twice");
    }
    if (key == "ElementDataFile") {
      result.data_offset = lines.position();
      return result;
    }
  }
  if (!result.values.contains("NDims")) {
    throw Refused("E_FORMAT", "this is not MetaImage", "is the name right?");
  }
  damaged_metaimage("it does not end with ElementDataFile");
}

Scalar meta_type(std::string_view name) {
  static const std::map<std::string, Scalar, std::less<>> kTypes{
      {"MET_CHAR", Scalar::i8},        {"MET_UCHAR", Scalar::u8},  {"MET_SHORT", Scalar::i16},
      {"MET_USHORT", Scalar::u16},     {"MET_INT", Scalar::i32},   {"MET_UINT", Scalar::u32},
      {"MET_LONG", Scalar::i32},       {"MET_ULONG", Scalar::u32}, {"MET_LONG_LONG", Scalar::i64},
      {"MET_ULONG_LONG", Scalar::u64}, {"MET_FLOAT", Scalar::f32}, {"MET_DOUBLE", Scalar::f64}};
  const auto found = kTypes.find(name);
  if (found == kTypes.end()) {
    throw Refused("E_TYPE", "the voxel type '" + std::string(name.substr(0, 40)) + "' is not supported",
                  "convert the volume to an integer or floating point type");
  }
  return found->second;
}

int dimensions_of(const MetaFields& f) {
  const std::string_view text = f.get({"NDims"});
  const auto n = whole_number(text);
  if (!n || *n < 2 || *n > 4) {
    damaged_metaimage("NDims is '" + std::string(text.substr(0, 20)) + "'; 2 to 4 can be read");
  }
  return static_cast<int>(*n);
}

void set_meta_sizes(Layout& layout, const MetaFields& f, int dimensions) {
  const auto words = words_of(f.get({"DimSize"}));
  if (words.size() != static_cast<std::size_t>(dimensions)) {
    damaged_metaimage("DimSize has not as many numbers as NDims says");
  }
  for (std::size_t axis = 0; axis < words.size(); ++axis) {
    const auto n = whole_number(words[axis]);
    if (!n || *n < 1 || *n > 32767) {
      damaged_metaimage("DimSize holds '" + std::string(words[axis].substr(0, 20)) + "'");
    }
    if (axis < 3) {
      layout.size[axis] = *n;
    } else {
      layout.stacked = static_cast<int>(*n);
    }
  }
  if (const std::string_view channels = f.get({"ElementNumberOfChannels"}); !channels.empty()) {
    const auto n = whole_number(channels);
    if (!n || *n < 1 || *n > 65535) {
      damaged_metaimage("ElementNumberOfChannels is '" + std::string(channels.substr(0, 20)) + "'");
    }
    layout.interleaved = static_cast<int>(*n);
  }
  check_sizes(layout);
}

void set_meta_geometry(Layout& layout, const MetaFields& f, int dimensions) {
  const auto n = static_cast<std::size_t>(dimensions), spatial = std::min<std::size_t>(n, 3);
  const auto spacing = f.numbers({"ElementSpacing", "ElementSize"}, n);
  const auto origin = f.numbers({"Offset", "Position", "Origin"}, n);
  const auto matrix = f.numbers({"TransformMatrix", "Rotation", "Orientation"}, n * n);
  for (std::size_t axis = 0; axis < spatial; ++axis) {
    if (!spacing.empty()) {
      layout.spacing[axis] = spacing[axis];
    }
    if (!origin.empty()) {
      layout.origin[axis] = origin[axis];
    }
    for (std::size_t row = 0; row < spatial && !matrix.empty(); ++row) {
      layout.direction[3 * row + axis] = matrix[axis * n + row];  // the file has the axes row by row
    }
  }
  if (spacing.empty()) {
    layout.notes.push_back({"W_NO_SPACING", "the file gives no spacing: 1 mm was taken"});
  }
  layout.has_orientation = spatial == 3 && !matrix.empty();
  if (!layout.has_orientation) {
    layout.notes.push_back(
        {"W_NO_ORIENT", "the file says nothing of left and right: no orientation letters are shown"});
  }
}

void set_meta_place(Layout& layout, const MetaFields& f) {
  const std::string data(f.get({"ElementDataFile"}));
  const bool local = data == "LOCAL" || data == "Local" || data == "local";
  if (!local) {
    layout.data_file = plain_data_name(data);
  }
  layout.packing = f.is_true({"CompressedData"})
                       ? Packing::deflated
                       : (f.get({"BinaryData"}).empty() || f.is_true({"BinaryData"}) ? Packing::raw : Packing::text);
  if (const std::string_view packed = f.get({"CompressedDataSize"}); !packed.empty()) {
    const auto bytes = whole_number(packed);
    if (!bytes || *bytes < 0) {
      damaged_metaimage("CompressedDataSize is '" + std::string(packed.substr(0, 20)) + "'");
    }
    layout.packed_bytes = static_cast<std::uint64_t>(*bytes);
  }
  layout.big_endian = f.is_true({"BinaryDataByteOrderMSB", "ElementByteOrderMSB"});
  layout.data_offset = local ? f.data_offset : 0;
  const std::string_view skip = f.get({"HeaderSize"});
  const auto bytes = skip.empty() ? std::optional<std::int64_t>(0) : whole_number(skip);
  if (!bytes || *bytes < -1 || (*bytes != 0 && (local || layout.packing != Packing::raw))) {
    damaged_metaimage("HeaderSize is '" + std::string(skip.substr(0, 20)) + "'");
  }
  if (*bytes != 0) {
    layout.data_offset = *bytes < 0 ? kAtTheEnd : static_cast<std::uint64_t>(*bytes);
  }
}

}  // namespace

Layout metaimage_gate(const Source& source) {
  const MetaFields f = meta_fields(source);
  Layout layout;
  layout.format = "MetaImage";
  const int dimensions = dimensions_of(f);
  layout.scalar = meta_type(f.get({"ElementType"}));
  set_meta_sizes(layout, f, dimensions);
  set_meta_geometry(layout, f, dimensions);
  set_meta_place(layout, f);
  return layout;
}

}  // namespace lossscope::reader
