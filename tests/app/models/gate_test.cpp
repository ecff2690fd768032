// SPDX-License-Identifier: Apache-2.0
// The gate of TorchScript files, in process: own code that runs nothing.
#include <functional>

#include "app/helper/zip_directory.h"
#include "app/models/model_gate.h"
#include "tests/app/models/models_testing.h"

namespace lossscope {
namespace {

using namespace testing;

std::span<const unsigned char> span_of(const std::string& file) {
  return {reinterpret_cast<const unsigned char*>(file.data()), file.size()};
}

std::string code_of(const std::string& file) {
  try {
    (void)check_model(span_of(file));
    return "passed";
  } catch (const ModelRefused& refused) {
    return refused.code;
  }
}

class Gate : public ::testing::Test {
 protected:
  Gate() {
    save_model(folder_.file("Net.pt"), "def forward(self, x):\n    return torch.sigmoid(x * self.w)\n");
    good_ = bytes_of(folder_.file("Net.pt"));
    for (const ZipRecord& record : zip_directory(span_of(good_))) {
      parts_.push_back({record.name, content_of(record)});
    }
  }
  /// The good archive with one change.
  [[nodiscard]] std::string changed(const std::function<void(std::vector<ZipPart>&)>& change) const {
    auto parts = parts_;
    change(parts);
    return zip_of(parts);
  }

  Folder folder_;
  std::string good_;
  std::vector<ZipPart> parts_;
};

TEST_F(Gate, AGoodFileSaysWhatItIs) {
  const ModelOutline outline = check_model(span_of(good_));
  EXPECT_EQ(outline.class_name, "__torch__.Net");
  EXPECT_EQ(outline.signature, "forward(self: __torch__.Net, x: Tensor) -> Tensor");
  EXPECT_GE(outline.version, 1);
  EXPECT_EQ(code_of(changed([](auto&) {})), "passed") << "also without ZIP64";
}

TEST_F(Gate, ATensorsRecordHoldsAllOfItsNumbers) {
  EXPECT_EQ(code_of(changed([](auto& parts) {
              for (ZipPart& part : parts) {
                if (part.name.find("/data/") != std::string::npos) {
                  part.content.resize(part.content.size() / 2);
                }
              }
            })),
            "E_MODEL_STORAGE");
  EXPECT_EQ(code_of(changed([](auto& parts) {
              std::erase_if(parts, [](const ZipPart& p) { return p.name.find("/data/") != std::string::npos; });
            })),
            "E_MODEL_STORAGE")
      << "a record that is absent";
  const auto with_pickle = [&](const std::string& pickle) {
    return code_of(changed([&](auto& parts) {
      for (ZipPart& part : parts) {
        part.content = part.name.ends_with("/data.pkl") ? pickle : part.content;
      }
    }));
  };
  EXPECT_EQ(with_pickle("\x80\x02"), "E_MODEL_FORMAT") << "cut";
  EXPECT_EQ(with_pickle("\x80\x02t."), "E_MODEL_FORMAT") << "takes what is not there";
  EXPECT_EQ(with_pickle("\x80\x02h\x05."), "E_MODEL_FORMAT") << "recalls what was not kept";
  EXPECT_EQ(with_pickle("\x80\x02i."), "E_MODEL_FORMAT") << "an instruction of older pickles";
}

TEST_F(Gate, OnlyWhatTorchSaveWrites) {
  const auto deflated = [&](const char* name, std::size_t bytes) {
    return code_of(changed([&](auto& parts) {
      parts.push_back({"Net/" + std::string(name), std::string(bytes, ' '), 8});
    }));
  };
  EXPECT_EQ(deflated("code/more.py", 5000), "passed") << "source text is deflated by torch.jit.save, too";
  EXPECT_EQ(deflated("data/7", 5000), "E_MODEL_ZIP") << "numbers never are";
  EXPECT_EQ(deflated("code/bomb.py", std::size_t{65} << 20), "E_MODEL_ZIP") << "65 MiB of source in 65 kB";
  EXPECT_EQ(code_of(changed([](auto& parts) { parts.push_back({"Net/../../etc/cron.d/x", "x"}); })), "E_MODEL_ZIP");
  EXPECT_EQ(code_of(changed([](auto& parts) { parts.push_back({"/abs", "x"}); })), "E_MODEL_ZIP");
  EXPECT_EQ(code_of(changed([](auto& parts) { parts.push_back({"back\\slash", "x"}); })), "E_MODEL_ZIP");
  EXPECT_EQ(code_of(changed([](auto& parts) { parts.push_back(parts.front()); })), "E_MODEL_ZIP") << "twice";
  const auto without = [&](const char* name) {
    return code_of(changed([name](auto& parts) {
      std::erase_if(parts, [name](const ZipPart& part) { return part.name.find(name) != std::string::npos; });
    }));
  };
  EXPECT_EQ(without("/code/"), "E_MODEL_STATE_DICT");
  EXPECT_EQ(without("/constants.pkl"), "E_MODEL_STATE_DICT");
  EXPECT_EQ(without("/data.pkl"), "E_MODEL_FORMAT");
  EXPECT_EQ(without("/version"), "E_MODEL_VERSION");
  for (ZipPart& part : parts_) {
    part.content = part.name.ends_with("/version") ? "11\n" : part.content;
  }
  EXPECT_EQ(code_of(zip_of(parts_)), "E_MODEL_VERSION");
}

TEST_F(Gate, WhatIsNoArchiveIsToldApart) {
  EXPECT_EQ(code_of("This is a text."), "E_MODEL_FORMAT");
  EXPECT_EQ(code_of(std::string("\x80\x02}q\0.", 6)), "E_MODEL_STATE_DICT");
  EXPECT_EQ(code_of("PK"), "E_MODEL_ZIP");
}

TEST_F(Gate, EveryPrefixIsRefusedAndNoByteFlipCrashes) {
  for (std::size_t length = 0; length < good_.size(); length += 7) {
    EXPECT_NE(code_of(good_.substr(0, length)), "passed") << length;
  }
  std::uint64_t random = 88172645463325252ULL;
  for (int round = 0; round < 20'000; ++round) {
    std::string file = good_;
    for (int flips = 0; flips < 3; ++flips) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      file[random % file.size()] = static_cast<char>(random >> 32);
    }
    (void)code_of(file);  // any answer will do, as long as there is one
  }
}

TEST_F(Gate, OverlappingRecordsAreABomb) {
  std::string file = good_;  // all entries of the directory point to the first record and claim its size
  const auto records = zip_directory(span_of(good_));
  std::vector<ZipPart> parts;
  for (const char* name : {"a/data.pkl", "a/constants.pkl", "a/code/x.py", "a/version"}) {
    parts.push_back({name, name[2] == 'd' ? std::string(100'000, 'x') : "3"});
  }
  file = zip_of(parts);
  const auto first_entry = file.find("PK\1\2");
  const std::string place = file.substr(first_entry + 20, 8);  // both sizes of the large record
  for (auto at = file.find("PK\1\2", first_entry + 4); at != std::string::npos; at = file.find("PK\1\2", at + 4)) {
    file.replace(at + 20, 8, place);
    file.replace(at + 42, 4, std::string(4, '\0'));
  }
  EXPECT_EQ(code_of(file), "E_MODEL_ZIP");
}

}  // namespace
}  // namespace lossscope
