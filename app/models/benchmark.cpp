// SPDX-License-Identifier: Apache-2.0
#include "app/models/benchmark.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <set>
#include <thread>

#include "app/models/benchmark_problem.h"
#include "app/models/page_size.h"
#include "basics/large_pages.h"
#include "losses/drivers/autograd/formulas.h"
#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"
#include "losses/planes.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double fastest(const std::vector<double>& values) { return *std::min_element(values.begin(), values.end()); }

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

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
    const auto n = static_cast<std::size_t>(problem.mask.grid.voxels());
    contribution_ = make_volume(problem.mask.grid, VoxelType::float32);
    gradient_ = make_volume(problem.mask.grid, VoxelType::float32);
    copied_ = n * bytes_per_voxel() / 2;
    from_ = zeroed_memory(copied_);
    to_ = zeroed_memory(copied_);
    std::memset(from_.get(), 1, copied_);  // what was never written is all one page of zeros
    gather();
  }

  Json run(int rounds) {
    std::map<std::string, std::function<void()>> works{{"evaluate", [this] { evaluate(); }},
                                                       {"copy", [this] { copy(); }},
                                                       {"gather", [this] { gather(); }},
                                                       {"slices", [this] { slices(); }}};
    if (autograd::has_formula(std::string(loss_.declaration().id))) {
      works["eager"] = [this] { eager(); };
    }
    std::map<std::string, std::vector<double>> seconds;
    for (int round = -1; round < rounds; ++round) {  // the first warms up
      for (const auto& [name, work] : works) {
        // OpenMP's threads spin for a while after their work, and would take the processor from the next one.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const double s = seconds_of(work);
        if (round >= 0) {
          seconds[name].push_back(s);
        }
      }
    }
    Json medians{{"fields", field_seconds_}}, least = medians;
    for (const auto& [name, list] : seconds) {
      medians[name] = median(list);
      least[name] = fastest(list);
    }
    return {{"id", loss_.declaration().id},
            {"bytes_per_voxel", bytes_per_voxel()},
            {"pages",
             {{"ours", page_size_at(gradient_.data.get())},
              {"copy", page_size_at(to_.get())},
              {"libtorch", page_size_at(image_.g.data_ptr())}}},
            {"seconds", medians},
            {"fastest", least}};
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

  /// Reads and writes together as many bytes as an evaluation must.
  void copy() {
    const auto n = static_cast<std::int64_t>(copied_);
    auto* to = static_cast<char*>(to_.get());
    const auto* from = static_cast<const char*>(from_.get());
    parallel_pieces(n, (n + threads_ - 1) / threads_, threads_, {}, [&](std::int64_t begin, std::int64_t end) {
      std::memcpy(to + begin, from + begin, static_cast<std::size_t>(end - begin));
    });
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
  std::shared_ptr<void> from_, to_;  ///< in the same kind of pages as our maps
  std::size_t copied_ = 0;
};

}  // namespace

Json benchmark(const Json& request, const std::function<void(double, const std::string&)>& progress) {
  const int threads = resolve_threads(request.at("threads"));
  torch::set_num_threads(threads);
  const auto kind = request.at("wrt") == "logit" ? PredictionKind::logit : PredictionKind::probability;
  const Problem problem = benchmark_problem(request.at("size"), kind);
  const std::vector<std::string> ids = request.at("losses");
  Json losses = Json::array();
  for (const std::string& id : ids) {
    progress(static_cast<double>(losses.size()) / static_cast<double>(ids.size()), id);
    losses.push_back(Bench(*find_loss(id), problem, threads).run(request.at("rounds")));
  }
  return {{"libtorch", TORCH_VERSION}, {"kernels", cpu_instruction_set()}, {"threads", threads}, {"losses", losses}};
}

}  // namespace lossscope
