// SPDX-License-Identifier: Apache-2.0
#include <torch/cuda.h>
#include <torch/version.h>

#include "losses/drivers/autograd/formulas.h"
#include "tests/benchmarks/device/eager.h"
#include "tests/benchmarks/device/timing.h"

namespace lossscope::benchmarks {

std::string eager_description() {
  return std::string("LibTorch " TORCH_VERSION) + (torch::cuda::is_available() ? "" : ", which sees no GPU");
}

std::optional<double> eager_seconds(int index, const std::string& id, const std::vector<double>& parameters,
                                    const Problem& problem, const std::vector<FieldPtr>& fields, int rounds) {
  if (!torch::cuda::is_available()) {
    return std::nullopt;
  }
  const auto there = torch::TensorOptions().dtype(torch::kFloat32).device(torch::kCUDA, static_cast<short>(index));
  const std::int64_t n = problem.mask.grid.voxels();
  autograd::Image image = autograd::constants(problem, fields, torch::kFloat32);
  image.g = image.g.to(there);
  for (torch::Tensor& field : image.fields) {
    field = field.to(there);
  }
  const torch::Tensor p = torch::from_blob(problem.prediction.data.get(), {n}, torch::kFloat32).to(there);
  return median_seconds(rounds, [&] {
    image.p = p.detach().requires_grad_(true);
    image.l = [&] { return autograd::clamped_cross_entropy(image.p, image.g); };
    image.l_other = [&] { return autograd::clamped_cross_entropy(image.p, 1 - image.g); };
    autograd::value(id, parameters, image).backward();
    torch::cuda::synchronize(index);
  });
}

}  // namespace lossscope::benchmarks
