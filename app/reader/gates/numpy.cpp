// SPDX-License-Identifier: Apache-2.0
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. The header is a Python dictionary; no
// more of Python is understood here, and nothing is ever unpickled.
#include "app/reader/gates/numpy.h"

#include <algorithm>

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged_numpy(const std::string& reason) {
  throw Refused("E_HEADER", "the NumPy header is damaged: " + reason, "save the array again");
}

/// The dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
class Dictionary {
 public:
  explicit Dictionary(std::string_view text) : rest_(text) {
    take('{');
    while (!next_is('}')) {
      const std::string key = quoted();
      take(':');
      read_value(key);
      if (!next_is('}')) {
        take(',');
      }
    }
    if (type.empty() || !has_shape_) {
      damaged_numpy("it does not say type and shape");
    }
  }

  std::string type;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;

 private:
  void read_value(const std::string& key) {
    if (key == "descr") {
      if (next_is('[')) {
        throw Refused("E_TYPE", "its elements are records of several fields",
                      "save one field: np.save(name, a['field'])");
      }
      type = quoted();
    } else if (key == "fortran_order") {
      fortran_order = truth();
    } else if (key == "shape") {
      shape = numbers();
      has_shape_ = true;
    } else {
      damaged_numpy("it has a key that no version of the format has");
    }
  }

  [[nodiscard]] bool next_is(char c) {
    rest_ = trimmed(rest_);
    return rest_.starts_with(c);
  }
  void take(char c) {
    if (!next_is(c)) {
      damaged_numpy(std::string("it lacks a '") + c + "'");
    }
    rest_.remove_prefix(1);
  }
  std::string quoted() {
    const char quote = next_is('"') ? '"' : '\'';
    take(quote);
    const std::size_t end = rest_.find(quote);
    if (end == std::string_view::npos || end > 64) {
      damaged_numpy("a word in it does not end");
    }
    const std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return word;
  }
  bool truth() {
    rest_ = trimmed(rest_);
    for (const std::string_view word : {"True", "False"}) {
      if (rest_.starts_with(word)) {
        rest_.remove_prefix(word.size());
        return word == "True";
      }
    }
    damaged_numpy("fortran_order is neither True nor False");
  }
  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> found;
    take('(');
    while (!next_is(')')) {
      const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
      const auto number = whole_number(rest_.substr(0, end));
      if (!number || found.size() >= 32) {
        damaged_numpy("its shape is none");
      }
      found.push_back(*number);
      rest_.remove_prefix(end);
      if (next_is('L')) {  // of Python 2
        rest_.remove_prefix(1);
      }
      if (!next_is(')')) {
        take(',');
      }
    }
    take(')');
    return found;
  }

  std::string_view rest_;
  bool has_shape_ = false;
};

struct ArrayHeader {
  Dictionary dictionary;
  std::uint64_t end = 0;  ///< where the numbers begin
};

ArrayHeader array_header(const Source& source) {
  if (source.text(0, 6) != "\x93NUMPY") {
    throw Refused("E_FORMAT", "this is not a NumPy array", "is the name right? Save it with np.save");
  }
  const auto version = source.at<std::uint8_t>(6);
  if (version < 1 || version > 3 || source.at<std::uint8_t>(7) != 0) {
    throw Refused("E_FORMAT",
                  "it is of version " + std::to_string(version) + " of the NumPy format; 1 to 3 can be read",
                  "save it again with np.save");
  }
  constexpr std::uint64_t kLongest = 65536;  // NumPy itself reads 10000 bytes
  const std::uint64_t length = version == 1 ? source.at<std::uint16_t>(8) : source.at<std::uint32_t>(8);
  const std::uint64_t begin = version == 1 ? 10 : 12;
  if (length > kLongest) {
    damaged_numpy("it is " + std::to_string(length) + " bytes long");
  }
  const std::string text = source.text(begin, static_cast<std::size_t>(length));
  if (text.size() < length) {
    refuse_cut();
  }
  return {Dictionary(text), begin + length};
}

struct NumberType {
  std::string_view code;  ///< kind and bytes
  Scalar scalar;
  int components = 1;
};
constexpr NumberType kTypes[]{{"b1", Scalar::u8},     {"u1", Scalar::u8},     {"i1", Scalar::i8},  {"u2", Scalar::u16},
                              {"i2", Scalar::i16},    {"u4", Scalar::u32},    {"i4", Scalar::i32}, {"u8", Scalar::u64},
                              {"i8", Scalar::i64},    {"f2", Scalar::f32},    {"f4", Scalar::f32}, {"f8", Scalar::f64},
                              {"c8", Scalar::f32, 2}, {"c16", Scalar::f64, 2}};

void set_array_type(NumpyArray& array, const std::string& text) {
  const std::string_view code = std::string_view(text).substr(1);
  if (code.starts_with('O')) {
    throw Refused("E_NUMPY_OBJECT",
                  "it holds Python objects: to read them is to run what the file says, which is never done",
                  "save numbers: np.save(name, np.asarray(array, dtype=np.float32))");
  }
  const auto found = std::ranges::find(kTypes, code, &NumberType::code);
  if (found == std::end(kTypes) || std::string_view("<>|=").find(text[0]) == std::string_view::npos) {
    throw Refused("E_TYPE", "its type '" + text + "' is not one of numbers that can be read",
                  "save it as integers, bool or float: array.astype(np.float32)");
  }
  array.layout.scalar = found->scalar;
  array.layout.is_complex = found->components == 2;
  array.layout.big_endian = text[0] == '>';
  array.width = code == "f2" ? 2 : static_cast<int>(bytes_of(found->scalar));
}

/// An axis of the file: its length, and how many numbers lie between two neighbours.
struct Axis {
  std::int64_t length = 1, stride = 0;
};

std::vector<Axis> array_axes(const Dictionary& d) {
  std::vector<Axis> axes;
  for (const std::int64_t n : d.shape) {
    if (n < 1 || n > 65535) {
      damaged_numpy("an axis has " + std::to_string(n) + " elements");
    }
    axes.push_back({n, 0});
  }
  __extension__ using Wide = unsigned __int128;
  Wide step = 1;
  const auto give = [&](Axis& axis) {
    axis.stride = static_cast<std::int64_t>(step);
    step *= static_cast<Wide>(axis.length);
    if (step > (Wide{1} << 40)) {
      throw Refused("E_SIZE", "it has more elements than can be opened", "crop or downsample the array first");
    }
  };
  if (d.fortran_order) {
    std::for_each(axes.begin(), axes.end(), give);
  } else {
    std::for_each(axes.rbegin(), axes.rend(), give);
  }
  while (axes.size() > 3 && axes.front().length == 1) {  // a batch or a channel of one
    axes.erase(axes.begin());
  }
  if (axes.size() == 4 && axes.back().length == 1) {
    axes.pop_back();
  }
  if (axes.size() < 2 || axes.size() > 4) {
    throw Refused("E_HEADER", "its shape has " + std::to_string(d.shape.size()) + " axes; 2 to 4 can be read",
                  "save one volume: np.save(name, array[0])");
  }
  return axes;
}

/// Whether axes from `first` on are as long as those of the mask beside it.
bool fits_mask(const std::vector<Axis>& axes, std::size_t first, bool reversed, const ReadingHints& hints) {
  std::array<std::int64_t, 3> wanted{hints.beside[2], hints.beside[1], hints.beside[0]};
  if (reversed) {
    wanted = hints.beside;
  }
  const bool flat = axes.size() == 3;  // one axis of components and two of a picture
  const std::size_t skipped = flat && !reversed ? 1 : 0, count = axes.size() - 1;
  bool fits = hints.has_neighbour() && (!flat || hints.neighbour_is_flat());
  for (std::size_t i = 0; i < count; ++i) {
    fits = fits && axes[first + i].length == wanted[skipped + i];
  }
  return fits;
}

bool is_photo(const std::vector<Axis>& axes, bool is_bytes, std::string_view order) {
  const bool said_otherwise = order == "zyx" || order == "xyz";
  return axes.size() == 3 && is_bytes && !said_otherwise && (axes[2].length == 3 || axes[2].length == 4) &&
         axes[0].length >= 16 && axes[1].length >= 16;
}

/// Which axis holds components; -1: none.
int component_axis(const std::vector<Axis>& axes, bool is_bytes, std::string_view order, const ReadingHints& hints) {
  const int last = static_cast<int>(axes.size()) - 1;
  const bool reversed = order == "xyz";
  const auto are_classes = [&](int axis) {
    const std::int64_t n = axes[static_cast<std::size_t>(axis)].length;
    return n > 1 && n <= kMostClasses;
  };
  const bool first_fits = last >= 2 && are_classes(0) && fits_mask(axes, 1, reversed, hints);
  const bool last_fits = last >= 2 && are_classes(last) && fits_mask(axes, 0, reversed, hints);
  if (axes.size() == 4) {
    if (order.starts_with("components")) {
      return order == "components-first" ? 0 : 3;
    }
    if (first_fits != last_fits) {
      return first_fits ? 0 : 3;
    }
    return axes.back().length < axes.front().length && axes.back().length <= kMostClasses ? 3 : 0;
  }
  if (is_photo(axes, is_bytes, order)) {
    return 2;
  }
  return first_fits ? 0 : last_fits ? last : -1;
}

void set_axes(NumpyArray& array, std::vector<Axis> axes, std::string_view order, const ReadingHints& hints) {
  Layout& layout = array.layout;
  const bool reversed = order == "xyz", photo = is_photo(axes, array.width == 1, order);
  const int component = component_axis(axes, array.width == 1, order, hints);
  std::string names;
  if (component >= 0) {
    const auto at = axes.begin() + component;
    (photo ? layout.interleaved : layout.stacked) = static_cast<int>(at->length);
    layout.is_colour = photo;
    array.strides[0] = at->stride;
    axes.erase(at);
  }
  if (reversed) {
    std::ranges::reverse(axes);
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {  // the last one is x
    const Axis& axis = axes[axes.size() - 1 - i];
    layout.size[i] = axis.length;
    array.strides[3 - i] = axis.stride;
    names = std::string(1, "xyz"[i]) + (names.empty() ? "" : ", ") + names;
  }
  if (reversed) {
    names = axes.size() == 2 ? "x, y" : "x, y, z";
  }
  if (component >= 0) {
    names = component == 0 ? "component, " + names : names + (photo ? ", colour" : ", component");
  }
  layout.notes.push_back({"W_ARRAY", "an array says nothing of its grid: its axes were taken as (" + names + ")"});
}

}  // namespace

NumpyArray npy_gate(const Source& source, const Answers& answers, const ReadingHints& hints) {
  const ArrayHeader header = array_header(source);
  NumpyArray array;
  array.layout.format = "NumPy";
  array.layout.has_orientation = array.layout.has_grid = false;
  if (header.dictionary.type.size() < 2) {
    damaged_numpy("its type is none");
  }
  set_array_type(array, header.dictionary.type);
  std::vector<Axis> axes = array_axes(header.dictionary);
  set_axes(array, std::move(axes), answers.take(Question::order), hints);
  if (array.layout.is_complex) {
    if (array.layout.stacked > 1) {
      throw Refused("E_TYPE", "it holds several volumes of complex numbers", "save one: np.save(name, array[0])");
    }
    array.layout.interleaved = 2;
  }
  check_sizes(array.layout);
  array.layout.data_offset = header.end;
  return array;
}

}  // namespace lossscope::reader
