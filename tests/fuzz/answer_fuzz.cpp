// SPDX-License-Identifier: Apache-2.0
// A helper that a hostile file took over says anything: what is made of it holds together, or is told as nonsense.
#include <algorithm>
#include <cmath>
#include <string>

#include "app/io/helper_claims.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lossscope;
using lossscope::testing::must;

template <class Take>
void hear(const Take& take) {
  try {
    take();
  } catch (const Nonsense& nonsense) {
    must(*nonsense.what() != '\0', "no reason");
  }
}

void check(const LoadedVolume& loaded, const ReadRequest& request) {
  must(std::ranges::all_of(loaded.grid.size, [](auto n) { return n >= 1 && n <= 32767; }), "an axis without voxels");
  must(loaded.grid.voxels() >= 1 && loaded.grid.voxels() <= 0x7FFFFFFF, "more voxels than can be shown");
  must(std::ranges::all_of(loaded.grid.spacing, [](double mm) { return std::isfinite(mm) && mm > 0; }), "no spacing");
  must(std::isfinite(loaded.values.minimum) && loaded.values.minimum <= loaded.values.maximum, "no range");
  must(request.information_only || (request.role == Role::mask) == (loaded.volume.type != VoxelType::float32),
       "voxels of a type that the role does not have");
  must(loaded.volume.empty(), "voxels from nowhere");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
  const Said said(json);
  for (const Role role : {Role::image, Role::mask, Role::prediction}) {
    for (const bool only : {true, false}) {
      const ReadRequest request{"/data/a.nii", role, {}, only};
      hear([&] { check(volume_said(said.at("volume"), request), request); });
    }
  }
  hear([&] {
    const Refusal refusal = refusal_said(said.at("refused"), "/data/a.nii");
    must(refusal.code.starts_with("E_"), "no code");
    for (const Choice& choice : refusal.choices) {
      check_answer(choice.question, choice.answer);
    }
  });
  hear([&] { must(model_said(said.at("model"), "m.pt").sha256.size() == 64, "no hash"); });
  hear([&] { must(said.at("allocate").whole(0, 1 << 30) >= 0, "a negative size"); });
  return 0;
}
