// SPDX-License-Identifier: Apache-2.0
#include "app/models/evaluate_script.h"

#include <sys/mman.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/jit.h>
#include <torch/types.h>

#include <array>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "app/helper/script_layout.h"
#include "app/models/jit_process.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

/// Maps the voxels that the caller shares.
class Voxels {
 public:
  Voxels(const Json& request, int memory) {
    const std::array<std::int64_t, 3> size = request.at("size");
    shape_ = {size[2], size[1], size[0]};
    layout_.voxels = static_cast<std::size_t>(size[0] * size[1] * size[2]);
    void* mapped = ::mmap(nullptr, layout_.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (mapped == MAP_FAILED) {
      throw std::runtime_error("the shared memory cannot be mapped");
    }
    memory_ = static_cast<char*>(mapped);
  }
  [[nodiscard]] torch::Tensor prediction() const { return at(layout_.prediction(), torch::kFloat32); }
  [[nodiscard]] torch::Tensor contribution() const { return at(layout_.contribution(), torch::kFloat32); }
  [[nodiscard]] torch::Tensor gradient() const { return at(layout_.gradient(), torch::kFloat32); }
  [[nodiscard]] torch::Tensor mask() const { return at(layout_.mask(), torch::kUInt8); }
  [[nodiscard]] torch::Tensor counts() const { return at(layout_.counts(), torch::kUInt8); }

 private:
  [[nodiscard]] torch::Tensor at(std::size_t offset, torch::ScalarType type) const {
    return torch::from_blob(memory_ + offset, shape_, type);
  }

  ScriptLayout layout_{};
  std::vector<std::int64_t> shape_;  ///< (k, j, i)
  char* memory_ = nullptr;
};

Json evaluate_text(const std::string& source, const Voxels& voxels, bool all_count) {
  const auto unit = torch::jit::compile(source + "\n");  // it insists on a last line break
  const auto* function = unit->find_function(c10::QualifiedName("loss"));
  if (function == nullptr) {
    return refusal("E_SCRIPT", "it defines no function 'loss'", "write: def loss(p, g): return ...");
  }
  const auto p = voxels.prediction().to(torch::kFloat64).requires_grad_(true);
  const auto g = voxels.mask().to(torch::kFloat64);
  const bool takes_weights = function->getSchema().arguments().size() > 2;
  if (!takes_weights && !all_count) {
    return refusal("E_SCRIPT", "some voxels do not count, and it is not told which",
                   "take a third argument, which is 1 where a voxel counts and 0 elsewhere: def loss(p, g, w)");
  }
  const auto w = voxels.counts().to(torch::kFloat64);
  const auto result = takes_weights ? unit->run_method("loss", p, g, w) : unit->run_method("loss", p, g);
  if (!result.isTensor()) {
    return refusal("E_SCRIPT", "it returned no tensor but " + result.tagKind(), "return a tensor: a number, or a map");
  }
  torch::Tensor loss = result.toTensor();
  const bool is_map = loss.sizes() == p.sizes() && p.numel() > 1;
  if (!is_map && loss.numel() != 1) {
    std::ostringstream shape;
    shape << loss.sizes();
    return refusal("E_SCRIPT", "it returned a tensor of shape " + shape.str(),
                   "return one number, or a map of p's shape");
  }
  if (!loss.requires_grad()) {
    return refusal("E_SCRIPT", "its result does not depend on p", "compute the loss from p");
  }
  if (is_map && !all_count) {
    loss = torch::where(w > 0, loss, torch::zeros_like(loss));
  }
  const torch::Tensor value = loss.sum();
  const auto gradients = torch::autograd::grad({value}, {p}, {}, false, false, true);
  const auto gradient = gradients[0].defined() ? gradients[0] : torch::zeros_like(p);
  voxels.gradient().copy_(torch::where(w > 0, gradient, torch::zeros_like(p)));
  if (is_map) {
    voxels.contribution().copy_(loss.detach());
  }
  const double number = value.item<double>();
  return {{"value", std::isfinite(number) ? Json(number) : Json(nullptr)}, {"is_map", is_map}};
}

}  // namespace

Json evaluate_script(const Json& request, Channel& channel) {
  return guarded("E_SCRIPT", "correct the script", [&] {
    const Voxels voxels(request, channel.memory());
    Heartbeat heartbeat(channel);
    warm_up();
    (void)lock_up(request);
    heartbeat.start(request.at("patience"));  // one that only waits is not heard of any more
    heartbeat.stage(0, 1, "evaluating the script");
    return evaluate_text(request.at("source"), voxels, request.at("all_count"));
  });
}

}  // namespace lossscope
