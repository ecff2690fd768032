// SPDX-License-Identifier: Apache-2.0
// Instructions: https://docs.python.org/3/library/pickletools.html; those that torch/csrc/jit/serialization writes.
#include "app/models/pickle_storages.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace lossscope {
namespace {

/// What an instruction pushes, as far as a storage can be told by it.
struct Item {
  enum class Kind : std::uint8_t { other, text, number, mark } kind = Kind::other;
  std::string text;  ///< of a string; of a class its name
  std::int64_t number = 0;
};

std::uint64_t bytes_per_number(const std::string& type) {
  static const std::map<std::string, std::uint64_t, std::less<>> kTypes{
      {"DoubleStorage", 8},         {"FloatStorage", 4},   {"HalfStorage", 2},    {"BFloat16Storage", 2},
      {"LongStorage", 8},           {"IntStorage", 4},     {"ShortStorage", 2},   {"CharStorage", 1},
      {"ByteStorage", 1},           {"BoolStorage", 1},    {"UntypedStorage", 1}, {"ComplexFloatStorage", 8},
      {"ComplexDoubleStorage", 16}, {"QInt8Storage", 1},   {"QUInt8Storage", 1},  {"QInt32Storage", 4},
      {"QUInt4x2Storage", 1},       {"QUInt2x4Storage", 1}};
  const auto found = kTypes.find(type);
  if (found == kTypes.end()) {
    throw std::runtime_error("a tensor of the unknown type '" + type.substr(0, 40) + "'");
  }
  return found->second;
}

class Scanner {
 public:
  explicit Scanner(std::string_view pickle) : rest_(pickle) {}

  std::vector<PickledStorage> run() {
    while (step()) {
    }
    return std::move(storages_);
  }

 private:
  std::string_view take(std::size_t n) {
    if (n > rest_.size()) {
      throw std::runtime_error("its pickle is cut");
    }
    const std::string_view part = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return part;
  }
  template <class T>
  T number() {
    static_assert(std::endian::native == std::endian::little);
    T value{};
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string line() {
    const std::string_view text = take(std::min(rest_.find('\n'), rest_.size()));
    (void)take(1);
    return std::string(text.substr(0, 1000));
  }
  void push(Item item = {}) { stack_.push_back(std::move(item)); }
  void push_number(std::int64_t value) { push({Item::Kind::number, {}, value}); }
  void push_text(std::string_view text) { push({Item::Kind::text, std::string(text.substr(0, 1000)), 0}); }
  void pop(std::size_t n) {
    if (stack_.size() < n) {
      throw std::runtime_error("its pickle takes more than it put down");
    }
    stack_.resize(stack_.size() - n);
  }
  /// What was pushed since the last mark, which goes, too.
  std::vector<Item> pop_to_mark() {
    const auto mark =
        std::find_if(stack_.rbegin(), stack_.rend(), [](const Item& item) { return item.kind == Item::Kind::mark; });
    if (mark == stack_.rend()) {
      throw std::runtime_error("its pickle takes more than it put down");
    }
    std::vector<Item> items(mark.base(), stack_.end());
    stack_.resize(static_cast<std::size_t>(stack_.rend() - mark) - 1);
    return items;
  }
  void keep(std::uint32_t slot) {
    if (stack_.empty()) {
      throw std::runtime_error("its pickle keeps what is not there");
    }
    memo_[slot] = stack_.back();
  }
  void recall(std::uint32_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) {
      throw std::runtime_error("its pickle recalls what it did not keep");
    }
    push(found->second);
  }
  /// ("storage", type, key, device, count) was made a tuple just before.
  void refer_to_storage() {
    using Kind = Item::Kind;
    const bool usual = tuple_.size() >= 5 && tuple_[0].text == "storage" && tuple_[1].kind == Kind::text &&
                       tuple_[2].kind == Kind::text && tuple_[4].kind == Kind::number;
    if (!usual || tuple_[4].number < 0) {
      throw std::runtime_error("a tensor whose numbers are described in an unknown way");
    }
    const std::uint64_t width = bytes_per_number(tuple_[1].text), count = static_cast<std::uint64_t>(tuple_[4].number);
    if (count > std::numeric_limits<std::uint64_t>::max() / width) {
      throw std::runtime_error("a tensor of more numbers than any file holds");
    }
    storages_.push_back({tuple_[2].text, count * width});
    pop(1);
    push();
  }

  bool step();
  bool step_of_values(char instruction);
  bool step_of_containers(char instruction);

  std::string_view rest_;
  std::vector<Item> stack_, tuple_;
  std::map<std::uint32_t, Item> memo_;
  std::vector<PickledStorage> storages_;
};

/// False when it is no instruction that pushes a value.
bool Scanner::step_of_values(char instruction) {
  switch (instruction) {
    case '\x80':  // PROTO
      (void)take(1);
      return true;
    case '(':
      push({Item::Kind::mark, {}, 0});
      return true;
    case 'N':
    case '\x88':
    case '\x89':
    case ']':
    case ')':
    case '}':  // None, True, False, empty containers
      push();
      return true;
    case 'K':
      push_number(number<std::uint8_t>());
      return true;
    case 'M':
      push_number(number<std::uint16_t>());
      return true;
    case 'J':
      push_number(number<std::int32_t>());
      return true;
    case '\x8a': {  // LONG1
      const std::string_view bytes = take(number<std::uint8_t>());
      std::uint64_t value = !bytes.empty() && (bytes.back() & '\x80') != 0 ? ~std::uint64_t{0} : 0;
      std::memcpy(&value, bytes.data(), std::min<std::size_t>(bytes.size(), sizeof(value)));
      push_number(bytes.size() > sizeof(value) ? -1 : static_cast<std::int64_t>(value));
      return true;
    }
    case 'G':
      (void)take(8);
      push();
      return true;
    case 'X':
    case 'T':  // BINUNICODE, BINSTRING
      push_text(take(number<std::uint32_t>()));
      return true;
    case 'U':
    case '\x8c':  // SHORT_BINSTRING, SHORT_BINUNICODE
      push_text(take(number<std::uint8_t>()));
      return true;
    case '\x8d':  // BINUNICODE8
      push_text(take(static_cast<std::size_t>(number<std::uint64_t>())));
      return true;
    case 'c':
      (void)line();
      push_text(line());
      return true;
    case 'q':
      keep(number<std::uint8_t>());
      return true;
    case 'r':
      keep(number<std::uint32_t>());
      return true;
    case 'h':
      recall(number<std::uint8_t>());
      return true;
    case 'j':
      recall(number<std::uint32_t>());
      return true;
    default:
      return false;
  }
}

/// False when it is no instruction that takes values together.
bool Scanner::step_of_containers(char instruction) {
  switch (instruction) {
    case 't':
      tuple_ = pop_to_mark();
      push();
      return true;
    case '\x85':
    case '\x86':
    case '\x87':  // TUPLE1 to TUPLE3
      pop(static_cast<std::size_t>(static_cast<unsigned char>(instruction) - 0x84U));
      push();
      return true;
    case 'd':
    case 'l':
      (void)pop_to_mark();
      push();
      return true;
    case 'e':
    case 'u':  // APPENDS, SETITEMS
      (void)pop_to_mark();
      return true;
    case 'a':
    case 'b':
    case '0':  // APPEND, BUILD, POP
      pop(1);
      return true;
    case 's':
      pop(2);
      return true;
    case 'R':
    case '\x81':  // REDUCE, NEWOBJ
      pop(2);
      push();
      return true;
    case 'Q':
      refer_to_storage();
      return true;
    default:
      return false;
  }
}

bool Scanner::step() {
  const char instruction = take(1).front();
  if (instruction == '.') {
    return false;
  }
  if (!step_of_values(instruction) && !step_of_containers(instruction)) {
    throw std::runtime_error("an instruction that TorchScript does not write");
  }
  return true;
}

}  // namespace

std::vector<PickledStorage> pickled_storages(std::string_view pickle) { return Scanner(pickle).run(); }

}  // namespace lossscope
