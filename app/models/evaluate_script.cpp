// SPDX-License-Identifier: Apache-2.0
#include "app/models/evaluate_script.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <torch/jit.h>
#include <torch/torch.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "app/models/script_layout.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

Json refusal(const std::string& code, const std::string& reason, const std::string& remedy) {
  return {{"refused", {{"code", code}, {"reason", reason}, {"remedy", remedy}}}};
}

/// Maps the voxels that the caller shares.
class Voxels {
 public:
  explicit Voxels(const Json& request) {
    const std::array<std::int64_t, 3> size = request.at("size");
    shape_ = {size[2], size[1], size[0]};
    layout_.voxels = static_cast<std::size_t>(size[0] * size[1] * size[2]);
    void* mapped =
        ::mmap(nullptr, layout_.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, request.at("descriptor").get<int>(), 0);
    if (mapped == MAP_FAILED) {
      throw std::runtime_error("the shared memory cannot be mapped");
    }
    memory_ = static_cast<char*>(mapped);
  }
  [[nodiscard]] torch::Tensor prediction() const { return at(layout_.prediction(), torch::kFloat32); }
  [[nodiscard]] torch::Tensor contribution() const { return at(layout_.contribution(), torch::kFloat32); }
  [[nodiscard]] torch::Tensor gradient() const { return at(layout_.gradient(), torch::kFloat32); }
  [[nodiscard]] torch::Tensor mask() const { return at(layout_.mask(), torch::kUInt8); }

 private:
  [[nodiscard]] torch::Tensor at(std::size_t offset, torch::ScalarType type) const {
    return torch::from_blob(memory_ + offset, shape_, type);
  }

  ScriptLayout layout_{};
  std::vector<std::int64_t> shape_;  ///< (k, j, i)
  char* memory_ = nullptr;
};

std::size_t address_space() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  file >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// From here on: no new file, no written file, no child process, and no more than `memory` further bytes.
void lock_up(std::size_t memory) {
  const auto limit = [](auto which, rlim_t value) {
    const rlimit both{value, value};
    if (::setrlimit(which, &both) != 0) {
      throw std::runtime_error("the process of the script could not be limited");
    }
  };
  const std::size_t space = address_space() + memory;
  limit(RLIMIT_AS, space);
  limit(RLIMIT_NOFILE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NPROC, 0);
  limit(RLIMIT_CORE, 0);
}

/// Starts the thread pool and autograd's engine, which need files and threads that are forbidden later.
void warm_up() {
  auto unit = torch::jit::compile("def loss(p, g):\n  return ((p - g) * (p - g)).mean()\n");
  for (int run = 0; run < 3; ++run) {  // the profiling executor compiles at its second run
    const auto p = torch::rand({64, 64, 64}, torch::kFloat64).requires_grad_(true);
    const auto value = unit->run_method("loss", p, torch::rand({64, 64, 64}, torch::kFloat64)).toTensor();
    (void)torch::autograd::grad({value}, {p});
  }
}

/// The message without LibTorch's own call stack.
std::string first_lines(const std::string& message) {
  std::istringstream lines(message);
  std::string result;
  int kept = 0;
  for (std::string line; kept < 14 && std::getline(lines, line); ++kept) {
    if (line.starts_with("Exception raised from") || line.starts_with("frame #")) {
      break;
    }
    result += (result.empty() ? "" : "\n") + line;
  }
  return result;
}

Json out_of_memory() {
  return refusal("E_SCRIPT_MEMORY", "it needs more memory than it may have", "use fewer large intermediate tensors");
}

/// LibTorch says by words alone that an allocation failed.
Json failure(const std::string& message) {
  const bool memory = message.find("allocate memory") != std::string::npos;
  return memory ? out_of_memory() : refusal("E_SCRIPT", first_lines(message), "correct the script");
}

Json evaluate(const std::string& source, const Voxels& voxels) {
  const auto unit = torch::jit::compile(source + "\n");  // it insists on a last line break
  if (unit->find_function(c10::QualifiedName("loss")) == nullptr) {
    return refusal("E_SCRIPT", "it defines no function 'loss'", "write: def loss(p, g): return ...");
  }
  const auto p = voxels.prediction().to(torch::kFloat64).requires_grad_(true);
  const auto g = voxels.mask().to(torch::kFloat64);
  const auto result = unit->run_method("loss", p, g);
  if (!result.isTensor()) {
    return refusal("E_SCRIPT", "it returned no tensor but " + result.tagKind(), "return a tensor: a number, or a map");
  }
  const torch::Tensor loss = result.toTensor();
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
  const torch::Tensor value = loss.sum();
  const auto gradients = torch::autograd::grad({value}, {p}, {}, false, false, true);
  voxels.gradient().copy_(gradients[0].defined() ? gradients[0] : torch::zeros_like(p));
  if (is_map) {
    voxels.contribution().copy_(loss.detach());
  }
  const double number = value.item<double>();
  return {{"value", std::isfinite(number) ? Json(number) : Json(nullptr)}, {"is_map", is_map}};
}

}  // namespace

Json evaluate_script(const Json& request) {
  try {
    const Voxels voxels(request);
    warm_up();
    lock_up(request.at("memory"));
    return evaluate(request.at("source"), voxels);
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const c10::Error& error) {
    return failure(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return failure(error.what());
  }
}

}  // namespace lossscope
