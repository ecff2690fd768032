// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lossscope::testing {

/// Writes a TorchScript file whose module has these methods ("def forward(self, x): ...") and one parameter `w`.
/// Compiled and saved by LibTorch, in the program make_model. Throws where none was written.
void save_model(const std::string& path, const std::string& methods, double w = 1);

/// A module whose parameter claims 4096 numbers over a storage of `numbers`: LibTorch loads it and crashes on use.
void save_model_with_short_storage(const std::string& path);

}  // namespace lossscope::testing
