// SPDX-License-Identifier: Apache-2.0
// The gate of TorchScript files: own code that looks at the archive before LibTorch sees it. Runs nothing.
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>

#include "basics/displayable.h"

namespace lossscope {

/// A named refusal of a model file.
struct ModelRefused : std::runtime_error {
  ModelRefused(std::string code_, const Displayable& reason, Displayable remedy_)
      : std::runtime_error(reason), code(std::move(code_)), remedy(std::move(remedy_)) {}
  std::string code;
  Displayable remedy;
};

/// What a TorchScript file says about itself.
struct ModelOutline {
  int version = 0;          ///< of the file format
  std::size_t records = 0;  ///< files in the archive
  Displayable class_name;   ///< of the module, e.g. "__torch__.UNet"
  Displayable signature;    ///< of its forward, e.g. "forward(self: __torch__.UNet, x: Tensor) -> Tensor"; maybe empty
};

/// Checks that `file` is what torch.jit.save writes: a zip archive whose records lie within the file and add up to no
/// more than it, are stored but for at most 64 MiB of source text, with plain names under one folder, a version up to
/// 10, data.pkl, constants.pkl and code, and for every tensor a record that holds all of its numbers. Throws
/// ModelRefused: E_MODEL_FORMAT, E_MODEL_ZIP, E_MODEL_STATE_DICT, E_MODEL_VERSION, E_MODEL_STORAGE.
[[nodiscard]] ModelOutline check_model(std::span<const unsigned char> file);

}  // namespace lossscope
