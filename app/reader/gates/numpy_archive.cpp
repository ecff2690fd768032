// SPDX-License-Identifier: Apache-2.0
// The arrays of an .npz, a zip archive: which one is meant.
#include <algorithm>
#include <stdexcept>

#include "app/reader/gates/inflate.h"
#include "app/reader/gates/numpy.h"

namespace lossscope::reader {
namespace {

using Records = std::vector<ZipRecord>;

std::string array_name(const ZipRecord& record) {
  return record.name.ends_with(".npy") ? record.name.substr(0, record.name.size() - 4) : record.name;
}

/// The arrays there are, in the order of the archive. Of one name the last counts.
Records arrays_in(std::span<const std::byte> file, std::vector<Note>& notes) {
  Records all;
  try {
    all = zip_directory({reinterpret_cast<const unsigned char*>(file.data()), file.size()});
  } catch (const std::runtime_error& error) {
    throw Refused("E_HEADER", std::string("the .npz archive cannot be read: ") + error.what(),
                  "copy or download it again");
  }
  std::erase_if(all, [](const ZipRecord& record) { return !record.name.ends_with(".npy"); });
  Records arrays;
  for (ZipRecord& record : all) {
    const auto same = std::ranges::find(arrays, record.name, &ZipRecord::name);
    if (same == arrays.end()) {
      arrays.push_back(std::move(record));
      continue;
    }
    notes.push_back({"W_ARRAY", "the archive holds two arrays of the name '" + array_name(record) +
                                    "': the last one counts, as NumPy has it"});
    *same = std::move(record);
  }
  return arrays;
}

/// Why an array is no volume that can be read; empty when it is one, as far as its header says.
std::string fault_of(const ZipRecord& record) {
  constexpr std::uint64_t kHead = 1 << 17;  // more than the longest header
  const auto packed = std::as_bytes(std::span(record.packed.data(), record.packed.size()));
  try {
    if (record.how == ZipRecord::How::stored) {
      (void)npy_gate(MemorySource(packed.first(std::min<std::size_t>(packed.size(), kHead))), {});
    } else if (record.how == ZipRecord::How::deflated) {
      const MemorySource source(packed);
      Inflater inflater(source, 0, Inflater::Wrapping::none);
      std::vector<std::byte> head(static_cast<std::size_t>(std::min(kHead, record.bytes)));
      head.resize(inflater.read(head));
      (void)npy_gate(MemorySource(head), {});
    } else {
      return "packed by a method that NumPy does not use";
    }
  } catch (const Refused& refused) {
    return refused.what();
  }
  return {};
}

/// Those among the arrays that can be read, and what is wrong with the others, in words.
struct Readable {
  explicit Readable(const Records& arrays) {
    constexpr std::size_t kMostLooks = 64;
    for (std::size_t i = 0; i < arrays.size() && i < kMostLooks; ++i) {
      const std::string fault = fault_of(arrays[i]);
      if (fault.empty()) {
        good.push_back(&arrays[i]);
      } else {
        faults.append(faults.empty() ? "" : "; ").append(array_name(arrays[i])).append(" (" + fault + ")");
      }
    }
  }
  std::vector<const ZipRecord*> good;
  std::string faults;
};

[[noreturn]] void ask_for_array(const Readable& readable, std::string reason) {
  std::vector<Choice> choices;
  std::string names;
  for (const ZipRecord* record : readable.good) {
    const std::string name = array_name(*record);
    const bool can_be_typed = !name.empty() && name.size() < 200 && displayable(name) == name;
    if (choices.size() < 40 && can_be_typed) {
      choices.push_back({Question::array, name, name, "Opens the array " + name + ".", false});
      const std::string flag = choices.back().flag();
      names.append(names.empty() ? "" : ", ").append(flag.substr(flag.find(' ') + 1));
    }
  }
  if (!readable.faults.empty()) {
    reason += "; others cannot be read: " + readable.faults.substr(0, 400);
  }
  throw Refused(
      "E_NUMPY_ARRAY", reason,
      names.empty() ? "save one volume: np.savez_compressed(name, array)" : "choose one with --array: " + names,
      std::move(choices));
}

}  // namespace

NpzArray npz_gate(std::span<const std::byte> file, const Answers& answers) {
  NpzArray chosen;
  const Records arrays = arrays_in(file, chosen.notes);
  if (arrays.empty()) {
    throw Refused("E_NUMPY_EMPTY", "the archive holds no array", "save one: np.savez_compressed(name, array)");
  }
  const std::string_view answer = answers.take(Question::array);
  for (const std::string_view name : {answer, std::string_view("probabilities"), std::string_view("softmax")}) {
    const auto found = std::ranges::find(arrays, name, array_name);
    if (!name.empty() && found != arrays.end()) {
      chosen.record = *found;
      return chosen;
    }
    if (!answer.empty()) {
      ask_for_array(Readable(arrays), "the archive has no array '" + std::string(answer) + "'");
    }
  }
  chosen.record = arrays.front();
  if (arrays.size() > 1) {
    const Readable readable(arrays);
    if (readable.good.size() != 1) {
      ask_for_array(readable, "the archive holds " + std::to_string(arrays.size()) + " arrays");
    }
    chosen.record = *readable.good.front();
    chosen.notes.push_back({"W_ARRAY", "the array '" + array_name(chosen.record) + "' was taken, the only one of " +
                                           std::to_string(arrays.size()) + " that is a volume"});
  }
  return chosen;
}

}  // namespace lossscope::reader
