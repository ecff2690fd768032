// SPDX-License-Identifier: Apache-2.0
// NRRD. Format: http://teem.sourceforge.net/nrrd/format.html
#include <cmath>
#include <functional>
#include <map>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/segment_names.h"
#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

constexpr std::size_t kMostAxes = 5;

[[noreturn]] void damaged_nrrd(const std::string& reason) {
  throw Refused("E_HEADER", "the NRRD header is damaged: " + reason, "export the volume again");
}

/// "field: value" and "key:=value" lines.
struct NrrdFields {
  std::map<std::string, std::string> fields, keys;
  std::size_t data_offset = 0;
  bool ends = false;  ///< with an empty line, as it must where voxels follow

  [[nodiscard]] std::string_view get(const std::string& name, const std::string& other_name = {}) const {
    for (const std::string& wanted : {name, other_name}) {
      if (const auto found = fields.find(wanted); found != fields.end()) {
        return found->second;
      }
    }
    return {};
  }
  [[nodiscard]] std::string_view need(const std::string& name) const {
    const std::string_view value = get(name);
    if (value.empty()) {
      damaged_nrrd("'" + name + "' is missing");
    }
    return value;
  }
};

NrrdFields nrrd_fields(const Source& source) {
  HeaderLines lines(source);
  const auto magic = lines.next();
  if (!magic || !magic->starts_with("NRRD000") || magic->size() != 8 || (*magic)[7] < '1' || (*magic)[7] > '5') {
    throw Refused("E_FORMAT", "this is not NRRD", "is the name right?");
  }
  NrrdFields result;
  while (const auto line = lines.next()) {
    if (line->empty()) {
      result.ends = true;
      break;
    }
    const std::size_t colon = line->find(':');
    if (line->front() == '#') {
      continue;
    }
    if (colon == std::string_view::npos && result.get("data file", "datafile").starts_with("LIST")) {
      break;  // names of files follow
    }
    if (colon == std::string_view::npos) {
      damaged_nrrd("a line has no colon");
    }
    if (line->substr(colon).starts_with(":=")) {
      result.keys.emplace(line->substr(0, colon), line->substr(colon + 2));
    } else if (!result.fields.emplace(lower(trimmed(line->substr(0, colon))), trimmed(line->substr(colon + 1)))
                    .second) {
      damaged_nrrd("'" + std::string(line->substr(0, colon)) + "' is there twice");
    }
  }
  result.data_offset = lines.position();
  return result;
}

Scalar nrrd_type(std::string_view name) {
  static const std::map<std::string, Scalar, std::less<>> kTypes{{"signed char", Scalar::i8},
                                                                 {"int8", Scalar::i8},
                                                                 {"int8_t", Scalar::i8},
                                                                 {"uchar", Scalar::u8},
                                                                 {"unsigned char", Scalar::u8},
                                                                 {"uint8", Scalar::u8},
                                                                 {"uint8_t", Scalar::u8},
                                                                 {"short", Scalar::i16},
                                                                 {"short int", Scalar::i16},
                                                                 {"signed short", Scalar::i16},
                                                                 {"signed short int", Scalar::i16},
                                                                 {"int16", Scalar::i16},
                                                                 {"int16_t", Scalar::i16},
                                                                 {"ushort", Scalar::u16},
                                                                 {"unsigned short", Scalar::u16},
                                                                 {"unsigned short int", Scalar::u16},
                                                                 {"uint16", Scalar::u16},
                                                                 {"uint16_t", Scalar::u16},
                                                                 {"int", Scalar::i32},
                                                                 {"signed int", Scalar::i32},
                                                                 {"int32", Scalar::i32},
                                                                 {"int32_t", Scalar::i32},
                                                                 {"uint", Scalar::u32},
                                                                 {"unsigned int", Scalar::u32},
                                                                 {"uint32", Scalar::u32},
                                                                 {"uint32_t", Scalar::u32},
                                                                 {"longlong", Scalar::i64},
                                                                 {"long long", Scalar::i64},
                                                                 {"long long int", Scalar::i64},
                                                                 {"signed long long", Scalar::i64},
                                                                 {"signed long long int", Scalar::i64},
                                                                 {"int64", Scalar::i64},
                                                                 {"int64_t", Scalar::i64},
                                                                 {"ulonglong", Scalar::u64},
                                                                 {"unsigned long long", Scalar::u64},
                                                                 {"unsigned long long int", Scalar::u64},
                                                                 {"uint64", Scalar::u64},
                                                                 {"uint64_t", Scalar::u64},
                                                                 {"float", Scalar::f32},
                                                                 {"double", Scalar::f64}};
  const auto found = kTypes.find(lower(name));
  if (found == kTypes.end()) {
    throw Refused("E_TYPE", "the voxel type '" + std::string(name) + "' is not supported",
                  "convert the volume to an integer or floating point type");
  }
  return found->second;
}

/// An entry of "space directions": three numbers in brackets, or none for an axis of components.
using Vector = std::optional<std::vector<double>>;

std::vector<double> vector_of(std::string_view text) {
  if (!text.starts_with('(') || !text.ends_with(')')) {
    damaged_nrrd(std::string("'").append(text).append("' is not a vector"));
  }
  text = text.substr(1, text.size() - 2);
  std::vector<double> numbers;
  while (true) {
    const std::size_t comma = text.find(',');
    const auto value = number(trimmed(text.substr(0, comma)));
    if (!value || !std::isfinite(*value) || numbers.size() >= kMostAxes) {
      damaged_nrrd("a vector holds what is not a finite number");
    }
    numbers.push_back(*value);
    if (comma == std::string_view::npos) {
      return numbers;
    }
    text.remove_prefix(comma + 1);
  }
}

/// Vectors may hold spaces within their brackets.
std::vector<Vector> vectors_of(std::string_view text) {
  std::vector<Vector> vectors;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    if (vectors.size() >= kMostAxes) {
      damaged_nrrd("there are too many vectors");
    }
    if (lower(text.substr(0, 4)) == "none") {
      vectors.emplace_back(std::nullopt);
      text.remove_prefix(4);
      continue;
    }
    const std::size_t end = text.find(')');
    if (end == std::string_view::npos) {
      damaged_nrrd("a vector does not end");
    }
    vectors.emplace_back(vector_of(text.substr(0, end + 1)));
    text.remove_prefix(end + 1);
  }
  return vectors;
}

struct Axes {
  std::vector<std::int64_t> sizes;
  std::vector<Vector> directions;  ///< empty when the file has none
  int component = -1;              ///< the axis that is no direction in space
};

/// Which axis holds components: the one without a direction, else the one of such a kind, else the fourth.
int nrrd_component_axis(const NrrdFields& f, const Axes& axes) {
  const auto count = [](auto& list, auto holds) { return std::count_if(list.begin(), list.end(), holds); };
  if (!axes.directions.empty()) {
    const auto none = [](const Vector& v) { return !v; };
    if (count(axes.directions, none) > 1) {
      damaged_nrrd("more than one axis has no direction");
    }
    const auto found = std::find_if(axes.directions.begin(), axes.directions.end(), none);
    if (found != axes.directions.end()) {
      return static_cast<int>(found - axes.directions.begin());
    }
  }
  const auto kinds = words_of(f.get("kinds"));
  if (!kinds.empty() && kinds.size() != axes.sizes.size()) {
    damaged_nrrd("there are not as many kinds as axes");
  }
  for (std::size_t axis = 0; axis < kinds.size(); ++axis) {
    const std::string kind = lower(kinds[axis]);
    if (kind != "domain" && kind != "space" && kind != "???" && kind != "none" && kind != "time") {
      return static_cast<int>(axis);
    }
  }
  return axes.sizes.size() > 3 ? 3 : -1;
}

Axes nrrd_axes(const NrrdFields& f) {
  Axes axes;
  const auto dimension = whole_number(f.need("dimension"));
  if (!dimension || *dimension < 1 || *dimension > 4) {
    damaged_nrrd("dimension is '" + std::string(f.get("dimension")) + "'; 1 to 4 can be read");
  }
  for (const std::string_view word : words_of(f.need("sizes"))) {
    const auto n = whole_number(word);
    if (!n || *n < 1 || *n > 32767 || axes.sizes.size() >= kMostAxes) {
      damaged_nrrd("sizes is '" + std::string(f.get("sizes").substr(0, 60)) + "'");
    }
    axes.sizes.push_back(*n);
  }
  axes.directions = vectors_of(f.get("space directions"));
  if (axes.sizes.size() != static_cast<std::size_t>(*dimension) ||
      (!axes.directions.empty() && axes.directions.size() != axes.sizes.size())) {
    damaged_nrrd("there are not as many sizes or directions as dimensions");
  }
  axes.component = nrrd_component_axis(f, axes);
  return axes;
}

void set_components(Layout& layout, const NrrdFields& f, const Axes& axes) {
  if (axes.component < 0) {
    return;
  }
  const auto at = static_cast<std::size_t>(axes.component);
  const int n = static_cast<int>(axes.sizes[at]);
  const bool last = at + 1 == axes.sizes.size();
  if (at == 0) {
    layout.interleaved = n;
  } else if (last) {
    layout.stacked = n;
  } else if (n > 1) {
    throw Refused("E_COMPONENTS", "its components lie between its spatial axes", "move them to the first or last axis");
  }
  const auto kinds = words_of(f.get("kinds"));
  const std::string kind = at < kinds.size() ? lower(kinds[at]) : std::string();
  layout.is_colour = kind.starts_with("rgb");
  layout.is_complex = kind == "complex";
}

/// What the file's world axes have to be multiplied with to become LPS; none when the file does not say.
std::optional<std::array<double, 3>> signs_to_lps(std::string_view space) {
  std::string name = lower(space);
  if (const std::size_t time = name.rfind("-time"); time != std::string::npos && time + 5 == name.size()) {
    name.resize(time);
  }
  if (name == "left-posterior-superior" || name == "lps" || name == "lpst") {
    return std::array<double, 3>{1, 1, 1};
  }
  if (name == "right-anterior-superior" || name == "ras" || name == "rast") {
    return std::array<double, 3>{-1, -1, 1};
  }
  if (name == "left-anterior-superior" || name == "las" || name == "last") {
    return std::array<double, 3>{1, -1, 1};
  }
  return std::nullopt;
}

void set_plain_spacing(Layout& layout, const NrrdFields& f, const Axes& axes) {
  const auto spacings = words_of(f.get("spacings"));
  if (!spacings.empty() && spacings.size() != axes.sizes.size()) {
    damaged_nrrd("there are not as many spacings as axes");
  }
  std::size_t spatial = 0;
  for (std::size_t axis = 0; axis < axes.sizes.size(); ++axis) {
    if (static_cast<int>(axis) == axes.component || spacings.empty()) {
      continue;
    }
    const auto value = number(spacings[axis]);
    if (!value || !std::isfinite(*value) || *value <= 0) {
      damaged_nrrd("the spacing '" + std::string(spacings[axis]) + "' is no length");
    }
    layout.spacing[spatial++] = *value;
  }
  if (spacings.empty()) {
    layout.notes.push_back({"W_NO_SPACING", "the file gives no spacing: 1 mm was taken"});
  }
}

/// Numbers of a direction: ITK gives every axis a fourth one, for time.
std::size_t world_dimension(const Axes& axes, std::size_t spatial) {
  const Vector fourth = axes.component < 0 ? Vector() : axes.directions[static_cast<std::size_t>(axes.component)];
  if (!fourth) {
    return spatial;  // no fourth axis, or one without a direction
  }
  for (std::size_t row = 0; row + 1 < fourth->size(); ++row) {
    if ((*fourth)[row] != 0) {
      damaged_nrrd("its fourth axis is not at right angles to the others");
    }
  }
  return spatial + 1;
}

void set_nrrd_geometry(Layout& layout, const NrrdFields& f, const Axes& axes) {
  std::size_t spatial = 0;
  for (std::size_t axis = 0; axis < axes.sizes.size(); ++axis) {
    if (static_cast<int>(axis) != axes.component) {
      if (spatial == 3) {
        damaged_nrrd("there are more than three spatial axes");
      }
      layout.size[spatial++] = axes.sizes[axis];
    }
  }
  const auto signs = signs_to_lps(f.get("space"));
  layout.has_orientation = signs.has_value() && spatial == 3 && !axes.directions.empty();
  if (!layout.has_orientation) {
    layout.notes.push_back(
        {"W_NO_ORIENT", "the file says nothing of left and right: no orientation letters are shown"});
  }
  if (axes.directions.empty()) {
    set_plain_spacing(layout, f, axes);
    return;
  }
  const std::array<double, 3> sign = signs.value_or(std::array<double, 3>{1, 1, 1});
  const std::size_t world = world_dimension(axes, spatial);
  std::size_t column = 0;
  for (std::size_t axis = 0; axis < axes.directions.size(); ++axis) {
    const Vector& direction = axes.directions[axis];
    if (static_cast<int>(axis) == axes.component || !direction) {
      continue;
    }
    if (direction->size() != world || (world > spatial && direction->back() != 0)) {
      damaged_nrrd("a direction has not as many numbers as there are spatial axes, or is tilted in time");
    }
    double length = 0;
    for (std::size_t row = 0; row < spatial; ++row) {
      length = std::hypot(length, (*direction)[row]);
    }
    layout.spacing[column] = length;
    for (std::size_t row = 0; row < spatial; ++row) {
      layout.direction[3 * row + column] = sign[row] * (*direction)[row] / length;
    }
    ++column;
  }
  if (const std::string_view origin = f.get("space origin"); !origin.empty()) {
    const std::vector<double> place = vector_of(origin);
    if (place.size() != world) {
      damaged_nrrd("the origin has not as many numbers as there are spatial axes");
    }
    for (std::size_t row = 0; row < spatial; ++row) {
      layout.origin[row] = sign[row] * place[row];
    }
  }
}

void set_packing(Layout& layout, const NrrdFields& f) {
  const std::string encoding = lower(f.need("encoding"));
  if (encoding == "gzip" || encoding == "gz") {
    layout.packing = Packing::deflated;
  } else if (encoding == "ascii" || encoding == "text" || encoding == "txt") {
    layout.packing = Packing::text;
  } else if (encoding != "raw") {
    throw Refused("E_ENCODING", "its encoding '" + encoding.substr(0, 20) + "' is not supported",
                  "save it with the encoding raw or gzip");
  }
  const std::string endian = lower(f.get("endian"));
  if (endian != "little" && endian != "big" &&
      !(endian.empty() && (bytes_of(layout.scalar) == 1 || layout.packing == Packing::text))) {
    damaged_nrrd("endian is '" + endian.substr(0, 20) + "'");
  }
  layout.big_endian = endian == "big";
}

/// Where the voxels begin, in this file or in another one.
void set_nrrd_place(Layout& layout, const NrrdFields& f) {
  layout.data_file = std::string(f.get("data file", "datafile"));
  if (!layout.data_file.empty()) {
    layout.data_file = plain_data_name(layout.data_file);
  } else if (!f.ends) {
    damaged_nrrd("it does not end");
  }
  const std::string_view skip = f.get("byte skip", "byteskip"), lines = f.get("line skip", "lineskip");
  const auto bytes = skip.empty() ? std::optional<std::int64_t>(0) : whole_number(skip);
  if ((!lines.empty() && lines != "0") || !bytes || *bytes < -1 || (*bytes != 0 && layout.packing != Packing::raw)) {
    throw Refused("E_ENCODING", "it skips lines or bytes before its voxels in a way that is not supported",
                  "save it again as one .nrrd file");
  }
  const std::uint64_t begin = layout.data_file.empty() ? f.data_offset : 0;
  layout.data_offset = *bytes < 0 ? kAtTheEnd : begin + static_cast<std::uint64_t>(*bytes);
}

}  // namespace

Layout nrrd_gate(const Source& source) {
  const NrrdFields f = nrrd_fields(source);
  Layout layout;
  layout.format = "NRRD";
  layout.scalar = nrrd_type(f.need("type"));
  const Axes axes = nrrd_axes(f);
  set_components(layout, f, axes);
  set_segment_names(layout, f.keys);
  set_nrrd_geometry(layout, f, axes);
  check_sizes(layout);
  set_packing(layout, f);
  set_nrrd_place(layout, f);
  return layout;
}

}  // namespace lossscope::reader
