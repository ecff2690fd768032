// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lossscope {

/// The numbers of a tensor, as a pickle refers to them: a record of the archive.
struct PickledStorage {
  std::string key;          ///< name of the record in the archive's folder "data" (or "constants")
  std::uint64_t bytes = 0;  ///< that it must hold
};

/// All storages that a pickle of TorchScript refers to. Nothing is built and nothing called: only what the instructions
/// push is followed. Throws std::runtime_error that says what is wrong: an instruction that TorchScript does not write,
/// a stack that runs out, a pickle that is cut, a storage of an unknown type or a negative length.
[[nodiscard]] std::vector<PickledStorage> pickled_storages(std::string_view pickle);

}  // namespace lossscope
