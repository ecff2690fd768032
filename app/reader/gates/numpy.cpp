// SPDX-License-Identifier: Apache-2.0
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. The header is a Python dictionary; no
// more of Python is understood here, and nothing is ever unpickled.
#include "app/reader/gates/numpy.h"

#include <algorithm>
#include <stdexcept>

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged(const std::string& reason) {
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
      damaged("it does not say type and shape");
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
      damaged("it has a key that no version of the format has");
    }
  }

  [[nodiscard]] bool next_is(char c) {
    rest_ = trimmed(rest_);
    return rest_.starts_with(c);
  }
  void take(char c) {
    if (!next_is(c)) {
      damaged(std::string("it lacks a '") + c + "'");
    }
    rest_.remove_prefix(1);
  }
  std::string quoted() {
    const char quote = next_is('"') ? '"' : '\'';
    take(quote);
    const std::size_t end = rest_.find(quote);
    if (end == std::string_view::npos || end > 64) {
      damaged("a word in it does not end");
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
    damaged("fortran_order is neither True nor False");
  }
  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> found;
    take('(');
    while (!next_is(')')) {
      const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
      const auto number = whole_number(rest_.substr(0, end));
      if (!number || found.size() >= 32) {
        damaged("its shape is none");
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

struct Header {
  Dictionary dictionary;
  std::uint64_t end = 0;  ///< where the numbers begin
};

Header header_of(const Source& source) {
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
    damaged("it is " + std::to_string(length) + " bytes long");
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

void set_type(NumpyArray& array, const std::string& text) {
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

std::vector<Axis> axes_of(const Dictionary& d) {
  std::vector<Axis> axes;
  for (const std::int64_t n : d.shape) {
    if (n < 1 || n > 65535) {
      damaged("an axis has " + std::to_string(n) + " elements");
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

/// Which axis holds components; -1: none.
int component_axis(const std::vector<Axis>& axes, bool is_bytes) {
  if (axes.size() == 4) {
    return axes.back().length < axes.front().length && axes.back().length <= 64 ? 3 : 0;
  }
  const bool photo = axes.size() == 3 && is_bytes && (axes[2].length == 3 || axes[2].length == 4) &&
                     axes[0].length >= 16 && axes[1].length >= 16;
  return photo ? 2 : -1;
}

void set_axes(NumpyArray& array, std::vector<Axis> axes, bool reversed) {
  Layout& layout = array.layout;
  const int component = component_axis(axes, array.width == 1);
  const bool photo = component == 2;
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

std::string array_name(const ZipRecord& record) {
  return record.name.ends_with(".npy") ? record.name.substr(0, record.name.size() - 4) : record.name;
}

[[noreturn]] void ask_for_array(const std::vector<ZipRecord>& arrays, const std::string& reason) {
  std::vector<Choice> choices;
  std::string names;
  for (const ZipRecord& record : arrays) {
    const std::string name = array_name(record);
    if (choices.size() < 40 && !name.empty() && name.size() < 200) {
      choices.push_back({Question::array, name, name, "Opens the array " + name + ".", false});
      names.append(names.empty() ? "" : ", ").append(name);
    }
  }
  throw Refused("E_NUMPY_ARRAY", reason, "choose one with --array: " + names, std::move(choices));
}

}  // namespace

NumpyArray npy_gate(const Source& source, const Answers& answers) {
  const Header header = header_of(source);
  NumpyArray array;
  array.layout.format = "NumPy";
  array.layout.has_orientation = array.layout.has_grid = false;
  if (header.dictionary.type.size() < 2) {
    damaged("its type is none");
  }
  set_type(array, header.dictionary.type);
  std::vector<Axis> axes = axes_of(header.dictionary);
  set_axes(array, std::move(axes), answers.take(Question::order) == "xyz");
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

ZipRecord npz_gate(std::span<const std::byte> file, const Answers& answers) {
  std::vector<ZipRecord> arrays;
  try {
    arrays = zip_directory({reinterpret_cast<const unsigned char*>(file.data()), file.size()});
  } catch (const std::runtime_error& error) {
    throw Refused("E_HEADER", std::string("the .npz archive cannot be read: ") + error.what(),
                  "copy or download it again");
  }
  std::erase_if(arrays, [](const ZipRecord& record) { return !record.name.ends_with(".npy"); });
  if (arrays.empty()) {
    throw Refused("E_NUMPY_EMPTY", "the archive holds no array", "save one: np.savez_compressed(name, array)");
  }
  const bool is_open = arrays.size() > 1;
  const std::string_view answer = is_open ? answers.take(Question::array) : answers.to(Question::array);
  for (const std::string_view name : {answer, std::string_view("probabilities"), std::string_view("softmax")}) {
    const auto found = std::ranges::find(arrays, name, array_name);
    if (!name.empty() && found != arrays.end()) {
      return *found;
    }
    if (!answer.empty()) {
      ask_for_array(arrays, "the archive has no array '" + std::string(answer) + "'");
    }
  }
  if (arrays.size() > 1) {
    ask_for_array(arrays, "the archive holds " + std::to_string(arrays.size()) + " arrays");
  }
  return arrays.front();
}

}  // namespace lossscope::reader
