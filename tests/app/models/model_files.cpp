// SPDX-License-Identifier: Apache-2.0
#include "tests/app/models/model_files.h"

#include <torch/script.h>

namespace lossscope::testing {

void save_model(const std::string& path, const std::string& methods, double w) {
  torch::jit::Module module("Net");
  module.register_parameter("w", torch::full({1}, w), false);
  module.define(methods);
  module.save(path);
}

void save_model_with_short_storage(const std::string& path) {
  torch::jit::Module module("Net");
  torch::Tensor tensor = torch::zeros({4});
  tensor.unsafeGetTensorImpl()->set_sizes_and_strides(c10::IntArrayRef{4096}, c10::IntArrayRef{1});
  module.register_buffer("w", tensor);
  module.define("def forward(self, x):\n    return x * self.w.sum()\n");
  module.save(path);
}

}  // namespace lossscope::testing
