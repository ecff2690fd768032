// SPDX-License-Identifier: Apache-2.0
#include "app/models/model_gate.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "app/helper/zip_directory.h"
#include "app/models/pickle_storages.h"

namespace lossscope {
namespace {

constexpr int kNewestVersion = 10;
constexpr std::uint64_t kMostCode = std::uint64_t{64} << 20;  ///< of source text, inflated: no model comes near
constexpr const char* kExport = "export it with torch.jit.save(torch.jit.script(model), \"model.pt\")";

[[noreturn]] void refuse(const char* code, const std::string& reason, const char* remedy = kExport) {
  throw ModelRefused(code, reason, remedy);
}

bool is_plain(const std::string& name) {
  return !name.empty() && name.front() != '/' && name.find('\\') == std::string::npos &&
         name.find('\0') == std::string::npos && ("/" + name + "/").find("/../") == std::string::npos;
}

/// Records by their names below the archive's one folder.
class Archive {
 public:
  Archive(std::vector<ZipRecord> records, std::size_t file_size) : records_(std::move(records)) {
    std::uint64_t sum = 0, code = 0;
    if (!records_.empty()) {
      root_ = records_.front().name.substr(0, records_.front().name.find('/') + 1);
    }
    std::set<std::string> names;
    for (const ZipRecord& record : records_) {
      if (!is_plain(record.name) || !names.insert(record.name).second) {
        refuse("E_MODEL_ZIP", "a record's name leads out of the archive, or occurs twice");
      }
      // torch.jit.save deflates source text of more than 200 bytes, and nothing else.
      const bool is_code = record.how == ZipRecord::How::deflated && record.name.starts_with(root_ + "code/");
      if (record.how != ZipRecord::How::stored && !is_code) {
        refuse("E_MODEL_ZIP",
               "the record " + record.name + " is compressed or encrypted, as torch.jit.save never does");
      }
      sum += record.packed.size();
      code += is_code ? record.bytes : 0;
      if (code > kMostCode) {  // before the next addition: a claim of 2^64 - 1 bytes must not wrap around
        refuse("E_MODEL_ZIP", "its code claims to be more than 64 MiB long");
      }
    }
    if (static_cast<double>(sum) > 1.05 * static_cast<double>(file_size)) {
      refuse("E_MODEL_ZIP", "its records overlap: they claim more bytes than the file has");
    }
  }
  [[nodiscard]] const ZipRecord* find(const std::string& name) const {
    const auto found = std::ranges::find(records_, root_ + name, &ZipRecord::name);
    return found == records_.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool has_folder(const std::string& name) const {
    return std::ranges::any_of(records_, [&](const ZipRecord& r) { return r.name.starts_with(root_ + name + "/"); });
  }
  [[nodiscard]] std::size_t size() const { return records_.size(); }

 private:
  std::vector<ZipRecord> records_;
  std::string root_;
};

int version_of(const Archive& archive) {
  const ZipRecord* record = archive.find("version");
  int version = 0;
  if (record != nullptr) {
    (void)std::from_chars(record->packed.data(), record->packed.data() + record->packed.size(), version);
  }
  if (version < 1 || version > kNewestVersion) {
    refuse("E_MODEL_VERSION", "its format has version " + std::to_string(version) + ", and 1 to 10 are known",
           "export it with a PyTorch of the 1.13 series or older");
  }
  return version;
}

/// Module and name of the pickled object's class: the first thing in the pickle (protocol 2, then GLOBAL).
std::pair<std::string, std::string> class_of(std::string_view pickle) {
  if (pickle.size() < 3 || pickle[0] != '\x80' || pickle[2] != 'c') {
    return {};
  }
  const auto module_end = pickle.find('\n', 3);
  const auto name_end = module_end == std::string_view::npos ? module_end : pickle.find('\n', module_end + 1);
  if (name_end == std::string_view::npos || name_end > 1000) {
    return {};
  }
  return {std::string(pickle.substr(3, module_end - 3)),
          std::string(pickle.substr(module_end + 1, name_end - module_end - 1))};
}

/// The head of a class's forward in the archive's source, on one line.
std::string signature_of(const Archive& archive, const std::string& module, const std::string& name) {
  std::string file = "code/" + module + ".py";
  std::ranges::replace(file.begin() + 5, file.end() - 3, '.', '/');
  const ZipRecord* source = archive.find(file);
  if (source == nullptr) {
    return {};
  }
  const std::string text = content_of(*source);
  std::string_view code = text;
  const auto begin = code.find("class " + name + "(");
  code = begin == std::string_view::npos ? std::string_view() : code.substr(begin);
  code = code.substr(0, code.find("\nclass "));
  const auto head = code.find("def forward(");
  const auto end = head == std::string_view::npos ? head : code.find(":\n", code.find(") -> ", head));
  if (end == std::string_view::npos || end - head > 2000) {
    return {};
  }
  std::string line;
  for (const char c : code.substr(head + 4, end - head - 4)) {
    const bool space = c == '\n' || c == ' ';
    if (!space || (!line.empty() && line.back() != ' ')) {
      line += space ? ' ' : c;
    }
  }
  return line;
}

/// Each tensor's record holds all of its numbers: LibTorch reads on behind a record that is too short.
void check_tensors(const Archive& archive, const std::string& name) {
  const ZipRecord* pickle = archive.find(name + ".pkl");
  std::vector<PickledStorage> storages;
  try {
    storages = pickled_storages(pickle->packed);
  } catch (const std::runtime_error& error) {
    refuse("E_MODEL_FORMAT", name + ".pkl holds " + error.what());
  }
  for (const PickledStorage& storage : storages) {
    const ZipRecord* record = archive.find(name + "/" + storage.key);
    if (record == nullptr || record->packed.size() < storage.bytes) {
      refuse("E_MODEL_STORAGE", "the record " + name + "/" + storage.key + " holds " +
                                    std::to_string(record == nullptr ? 0 : record->packed.size()) + " of the " +
                                    std::to_string(storage.bytes) + " bytes of a tensor");
    }
  }
}

}  // namespace

ModelOutline check_model(std::span<const unsigned char> file) {
  const std::string_view start(reinterpret_cast<const char*>(file.data()), std::min<std::size_t>(file.size(), 2));
  if (start == "\x80\x02") {
    refuse("E_MODEL_STATE_DICT", "it is a pickle, such as torch.save wrote before 2020, and holds weights alone");
  }
  if (start != "PK") {
    refuse("E_MODEL_FORMAT", "it is no TorchScript file: those are zip archives");
  }
  std::vector<ZipRecord> records;
  try {
    records = zip_directory(file);
  } catch (const std::runtime_error& error) {
    refuse("E_MODEL_ZIP", error.what(), "copy or export it again");
  }
  const Archive archive(std::move(records), file.size());
  const ZipRecord* data = archive.find("data.pkl");
  if (data == nullptr) {
    refuse("E_MODEL_FORMAT", "it is a zip archive without data.pkl, and so no TorchScript file");
  }
  if (archive.find("constants.pkl") == nullptr || !archive.has_folder("code")) {
    refuse("E_MODEL_STATE_DICT", "it holds weights (a state_dict) and no code that could run");
  }
  ModelOutline outline;
  outline.version = version_of(archive);
  outline.records = archive.size();
  check_tensors(archive, "data");
  check_tensors(archive, "constants");
  const auto [module, name] = class_of(data->packed);
  outline.class_name = module.empty() ? "" : module + "." + name;
  outline.signature = signature_of(archive, module, name);
  return outline;
}

}  // namespace lossscope
