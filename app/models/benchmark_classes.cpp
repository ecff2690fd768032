// SPDX-License-Identifier: Apache-2.0
#include "app/models/benchmark_classes.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/models/benchmark_rounds.h"
#include "app/models/page_size.h"
#include "losses/classes/class_evaluation.h"
#include "losses/configured_loss.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

/// What eager knows of a loss over classes, on softmax's probabilities p and logits z, both (K, N), and labels.
using EagerLoss = std::function<torch::Tensor(const torch::Tensor& z, const torch::Tensor& p,
                                              const torch::Tensor& one_hot, const torch::Tensor& labels)>;

const std::map<std::string, EagerLoss>& eager_losses() {
  static const std::map<std::string, EagerLoss> known{
      {"bce", [](const auto& z, const auto&, const auto&,
                 const auto& labels) { return torch::cross_entropy_loss(z.t(), labels); }},
      {"focal",
       [](const auto& z, const auto&, const auto&, const auto& labels) {
         const auto cost = torch::cross_entropy_loss(z.t(), labels, {}, at::Reduction::None);
         return (torch::pow(1 - torch::exp(-cost), 2) * cost * 0.25).mean();
       }},
      {"dice", [](const auto&, const auto& p, const auto& one_hot, const auto&) {
         const auto common = (p * one_hot).sum(1);
         const auto dice = 1 - (2 * common + 1) / (p.sum(1) + one_hot.sum(1) + 1);
         return dice.slice(0, 1).mean();  // without the background
       }}};
  return known;
}

/// One loss over classes, with everything that is to be timed.
class ClassBench {
 public:
  ClassBench(const std::string& name, const ClassProblem& logits, int threads)
      : logits_(logits),
        threads_(threads),
        loss_(loss_named(name, [](const Loss& loss) { return loss.defaults(); })),
        combinations_(parts_of_loss(*loss_.loss, loss_.parameters).size()),
        copy_(bytes(), threads) {
    const Grid& grid = logits.classes.front().problem.mask.grid;
    contribution_ = make_volume(grid, VoxelType::float32);
    for (std::size_t c = 0; c < logits.classes.size(); ++c) {
      gradients_.push_back(make_volume(grid, VoxelType::float32));
    }
    for (const SumLoss::Part& part : parts_of_loss(*loss_.loss, loss_.parameters)) {
      const auto known = eager_losses().find(std::string(part.loss.declaration().id));
      eager_known_ = eager_known_ && known != eager_losses().end();
      if (eager_known_) {
        eager_.push_back(known->second);
      }
    }
    prepare_eager();
  }

  nlohmann::json run(const std::string& name, int rounds) {
    evaluate();
    gather();
    std::map<std::string, std::function<void()>> works{{"evaluate", [this] { evaluate(); }},
                                                       {"copy", [this] { copy_.run(); }},
                                                       {"gather", [this] { gather(); }},
                                                       {"slices", [this] { slices(); }}};
    if (eager_known_) {
      works["eager"] = [this] { eager(); };
    }
    const Times times = timed(works, rounds, {{"fields", 0.0}});
    const auto voxels = static_cast<std::size_t>(contribution_.grid.voxels());
    nlohmann::json values{{"ours", made_->value}};
    if (eager_known_) {
      values["eager"] = eager_value_;
    }
    return {{"id", name},
            {"value", values},
            {"bytes_per_voxel", bytes() / voxels},
            {"pages",
             {{"ours", page_size_at(contribution_.data.get())},
              {"copy", copy_.pages()},
              {"libtorch", page_size_at(z_.data_ptr())}}},
            {"seconds", times.medians},
            {"fastest", times.least}};
  }

 private:
  /// Every channel and its mask are read once; contribution and gradients are written once.
  [[nodiscard]] std::size_t bytes() const {
    return static_cast<std::size_t>(logits_.classes.front().problem.mask.grid.voxels()) *
           (logits_.classes.size() * (4 + 1 + 4) + 4);
  }

  void evaluate() {
    const ClassProblem binary = softmax_as_binary(logits_, threads_);
    made_.emplace(evaluate_classes(*loss_.loss, loss_.parameters, binary, combinations_, threads_));
    std::vector<std::span<float>> channels;
    for (const Volume& gradient : gradients_) {
      channels.push_back(gradient.voxels<float>());
    }
    made_->map_volume(MapKind::gradient_logit, contribution_.voxels<float>(), channels, threads_, {});
  }

  void prepare_eager() {
    const auto n = contribution_.grid.voxels();
    const auto channels = static_cast<std::int64_t>(logits_.classes.size());
    z_ = torch::empty({channels, n}, torch::kFloat32);
    one_hot_ = torch::empty({channels, n}, torch::kFloat32);
    for (std::int64_t c = 0; c < channels; ++c) {
      const Problem& one = logits_.classes[static_cast<std::size_t>(c)].problem;
      z_[c].copy_(torch::from_blob(one.prediction.data.get(), {n}, torch::kFloat32));
      one_hot_[c].copy_(torch::from_blob(one.mask.data.get(), {n}, torch::kUInt8));
    }
    labels_ = one_hot_.argmax(0);
  }

  void eager() {
    const auto z = z_.detach().requires_grad_(true);
    const auto p = torch::softmax(z, 0);
    torch::Tensor value;
    for (const EagerLoss& part : eager_) {
      const auto more = part(z, p, one_hot_, labels_);
      value = value.defined() ? value + more : more;
    }
    eager_value_ = value.item<float>();
    (void)torch::autograd::grad({value}, {z});
  }

  /// What a move of the crosshair costs before its slices can be mapped.
  void gather() {
    const Grid& grid = contribution_.grid;
    PlaneStore store;
    planes_.clear();
    for (int axis = 0; axis < 3; ++axis) {
      planes_.push_back(made_->on_plane(MapKind::contribution, store, plane_layout(grid, {axis, grid.size[axis] / 2})));
    }
  }

  /// What a change of a class's weight costs: the sums of each class hold.
  void slices() {
    auto weighed = combinations_;
    weighed.front().weights = ClassWeights::manual;
    weighed.front().manual.assign(logits_.classes.size(), 1);
    weighed.front().manual.back() = 2;
    const ClassEvaluation finished =
        evaluate_classes(*loss_.loss, loss_.parameters, made_->problem(), weighed, threads_, {}, {}, &*made_);
    for (ClassEvaluation& plane : planes_) {
      for (std::size_t at = 0; at < plane.terms.size(); ++at) {
        plane.terms[at].weight = finished.terms[at].weight;
      }
      slice_.resize(static_cast<std::size_t>(plane.terms.front().evaluation.problem.mask.grid.voxels()));
      plane.contributions({}, 0, slice_);
    }
  }

  const ClassProblem& logits_;
  int threads_;
  ConfiguredLoss loss_;
  std::vector<ClassCombination> combinations_;
  Copy copy_;
  Volume contribution_;
  std::vector<Volume> gradients_;
  std::optional<ClassEvaluation> made_;
  std::vector<ClassEvaluation> planes_;
  std::vector<float> slice_;
  bool eager_known_ = true;
  float eager_value_ = 0;
  std::vector<EagerLoss> eager_;
  torch::Tensor z_, one_hot_, labels_;
};

}  // namespace

nlohmann::json bench_classes(const std::string& name, const ClassProblem& logits, int threads, int rounds) {
  return ClassBench(name, logits, threads).run(name, rounds);
}

}  // namespace lossscope
