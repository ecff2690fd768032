// SPDX-License-Identifier: Apache-2.0
#include "app/models/benchmark.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <map>
#include <memory>
#include <set>

#include "app/models/benchmark_classes.h"
#include "app/models/benchmark_problem.h"
#include "app/models/benchmark_rounds.h"
#include "app/models/page_size.h"
#include "losses/drivers/autograd/formulas.h"
#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"
#include "losses/planes.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

/// One loss on one problem, with everything that is to be timed.
class Bench {
 public:
  Bench(const Loss& loss, const Problem& problem, int threads)
      : loss_(loss), problem_(problem), threads_(threads), parameters_(loss.defaults()) {
    field_seconds_ = seconds_of([&] {
      FieldCache cache;
      for (const FieldRequest& request : loss.fields(parameters_)) {
        fields_.push_back(cache.get(request, problem));
      }
    });
    image_ = autograd::constants(problem, fields_, torch::kFloat32);
    image_.tiny = 1e-7;
    image_.through_logit = true;
    copy_ = std::make_unique<Copy>(static_cast<std::size_t>(problem.mask.grid.voxels()) * bytes_per_voxel(), threads);
    contribution_ = make_volume(problem.mask.grid, VoxelType::float32);
    gradient_ = make_volume(problem.mask.grid, VoxelType::float32);
    gather();
  }

  Json run(int rounds) {
    std::map<std::string, std::function<void()>> works{{"evaluate", [this] { evaluate(); }},
                                                       {"copy", [this] { copy_->run(); }},
                                                       {"gather", [this] { gather(); }},
                                                       {"slices", [this] { slices(); }}};
    if (autograd::has_formula(std::string(loss_.declaration().id))) {
      works["eager"] = [this] { eager(); };
    }
    const Times times = timed(works, rounds, {{"fields", field_seconds_}});
    return {{"id", loss_.declaration().id},
            {"bytes_per_voxel", bytes_per_voxel()},
            {"pages",
             {{"ours", page_size_at(gradient_.data.get())},
              {"copy", copy_->pages()},
              {"libtorch", page_size_at(image_.g.data_ptr())}}},
            {"seconds", times.medians},
            {"fastest", times.least}};
  }

 private:
  /// Mask, prediction and fields are read once, contribution and gradient are written once.
  [[nodiscard]] std::size_t bytes_per_voxel() const {
    return 1 + 4 + 4 * std::set<FieldPtr>(fields_.begin(), fields_.end()).size() + 8;
  }

  void evaluate() {
    const bool logits = problem_.kind == PredictionKind::logit;
    const std::array kinds{MapKind::contribution, logits ? MapKind::gradient_logit : MapKind::gradient_probability};
    const std::array out{contribution_.voxels<float>(), gradient_.voxels<float>()};
    reduction_ = loss_.evaluate(parameters_, problem_, fields_, kinds, out, threads_);
  }

  void eager() {
    const auto n = problem_.mask.grid.voxels();
    const auto x = torch::from_blob(problem_.prediction.data.get(), {n}, torch::kFloat32).requires_grad_(true);
    const bool logits = problem_.kind == PredictionKind::logit;
    image_.p = logits ? torch::sigmoid(x) : x;
    const auto cost_against = [&](const torch::Tensor& g) {
      return logits ? torch::binary_cross_entropy_with_logits(x, g, {}, {}, at::Reduction::None)
                    : torch::binary_cross_entropy(x, g, {}, at::Reduction::None);
    };
    image_.l = [&] { return cost_against(image_.g); };
    image_.l_other = [&] { return cost_against(1 - image_.g); };
    const auto value = autograd::value(std::string(loss_.declaration().id), parameters_, image_);
    (void)value.item<float>();
    (void)torch::autograd::grad({value}, {x});
    image_.p = torch::Tensor();
  }

  /// What a move of the crosshair costs before its slices can be mapped.
  void gather() {
    const Grid& grid = problem_.mask.grid;
    PlaneStore store;
    planes_.clear();
    for (int axis = 0; axis < 3; ++axis) {
      planes_.push_back(store.inputs(problem_, fields_, plane_layout(grid, {axis, grid.size[axis] / 2})));
    }
  }

  /// What a change of a parameter costs that does not enter the sums.
  void slices() {
    const Reduction finished = loss_.finish(parameters_, problem_, fields_, reduction_);
    const std::array kinds{MapKind::contribution};
    for (const PlaneInputs& plane : planes_) {
      slice_.resize(static_cast<std::size_t>(plane.problem.mask.grid.voxels()));
      const std::array out{std::span(slice_)};
      loss_.map_range(parameters_, plane.problem, plane.fields, finished, 0, kinds, out);
    }
  }

  const Loss& loss_;
  const Problem& problem_;
  int threads_;
  std::vector<double> parameters_;
  std::vector<FieldPtr> fields_;
  double field_seconds_ = 0;
  autograd::Image image_;
  Reduction reduction_;
  Volume contribution_, gradient_;
  std::vector<PlaneInputs> planes_;
  std::vector<float> slice_;
  std::unique_ptr<Copy> copy_;
};

}  // namespace

Json benchmark(const Json& request, const std::function<void(double, const std::string&)>& progress) {
  const int threads = resolve_threads(request.at("threads"));
  torch::set_num_threads(threads);
  const auto kind = request.at("wrt") == "logit" ? PredictionKind::logit : PredictionKind::probability;
  const std::vector<std::string> names = request.at("losses");
  const int classes = request.value("classes", 1), rounds = request.at("rounds");
  std::function<Json(const std::string&)> run;
  if (classes > 1) {
    run = [&, problem = benchmark_classes(request.at("size"), classes)](const std::string& name) {
      return bench_classes(name, problem, threads, rounds);
    };
  } else {
    run = [&, problem = benchmark_problem(request.at("size"), kind)](const std::string& name) {
      return Bench(*find_loss(name), problem, threads).run(rounds);
    };
  }
  Json losses = Json::array();
  for (const std::string& name : names) {
    progress(static_cast<double>(losses.size()) / static_cast<double>(names.size()), name);
    losses.push_back(run(name));
  }
  return {{"libtorch", TORCH_VERSION}, {"kernels", cpu_instruction_set()}, {"threads", threads}, {"losses", losses}};
}

}  // namespace lossscope
