// SPDX-License-Identifier: Apache-2.0
// make_model PATH W: a TorchScript file with one parameter `w` and the methods read from standard input, compiled and
// saved by LibTorch. make_model PATH: one whose parameter claims 4096 numbers over a storage of 4.
#include <torch/script.h>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>

namespace {

torch::jit::Module with_methods(double w, const std::string& methods) {
  torch::jit::Module module("Net");
  module.register_parameter("w", torch::full({1}, w), false);
  module.define(methods);
  return module;
}

torch::jit::Module with_short_storage() {
  torch::jit::Module module("Net");
  torch::Tensor tensor = torch::zeros({4});
  tensor.unsafeGetTensorImpl()->set_sizes_and_strides(c10::IntArrayRef{4096}, c10::IntArrayRef{1});
  module.register_buffer("w", tensor);
  module.define("def forward(self, x):\n    return x * self.w.sum()\n");
  return module;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count == 3) {
    const std::string methods(std::istreambuf_iterator<char>(std::cin), {});
    with_methods(std::atof(arguments[2]), methods).save(arguments[1]);
    return EXIT_SUCCESS;
  }
  if (count == 2) {
    with_short_storage().save(arguments[1]);
    return EXIT_SUCCESS;
  }
  std::cerr << "make_model PATH [W]\n";
  return EXIT_FAILURE;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return EXIT_FAILURE;
}
