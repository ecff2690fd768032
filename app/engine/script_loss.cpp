// SPDX-License-Identifier: Apache-2.0
#include "app/engine/script_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>

#include "app/helper/sha256.h"

namespace lossscope {
namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

/// One voxel of a map, from the maps that the script made.
float map_at(const Problem& problem, std::span<const FieldPtr> fields, MapKind kind, std::int64_t voxel) {
  const Volume& contribution = fields[0]->map;
  const Volume& gradient = fields[1]->map;
  switch (kind) {
    case MapKind::contribution:
      return contribution.empty() ? kNothing : contribution.voxels<float>()[voxel];
    case MapKind::gradient_probability:
      return gradient.voxels<float>()[voxel];
    case MapKind::gradient_logit: {
      const double value = static_cast<double>(problem.prediction.voxels<float>()[voxel]);
      const double p = problem.kind == PredictionKind::logit ? 1 / (1 + std::exp(-value)) : value;
      return static_cast<float>(static_cast<double>(gradient.voxels<float>()[voxel]) * p * (1 - p));
    }
    case MapKind::counterfactual:
      break;
  }
  return kNothing;
}

class ScriptLoss final : public Loss {
 public:
  [[nodiscard]] const Declaration& declaration() const override {
    static constexpr Declaration kDeclaration{
        .id = kScriptLoss,
        .name = "TorchScript",
        .family = "Your own",
        .summary =
            "A function loss(p, g) of your own: p and g are float64 tensors of shape (k, j, i), probabilities and "
            "mask. A third argument, if it takes one, is 1 where a voxel counts and 0 elsewhere. Return a number, or a "
            "map of p's shape whose sum is the loss. LibTorch computes its gradient.",
        .avoid_when = "You need speed: it is evaluated as a whole, in a process of its own that can open no file.",
        .citation = "The TorchScript language reference.",
        .link = "https://pytorch.org/docs/stable/jit_language_reference.html"};
    return kDeclaration;
  }
  [[nodiscard]] std::span<const ParameterInfo> parameters() const override { return {}; }
  [[nodiscard]] std::vector<FieldRequest> fields(std::span<const double>) const override { return {}; }
  [[nodiscard]] Reduction reduce(std::span<const double>, const Problem&, std::span<const FieldPtr>, int,
                                 std::stop_token) const override {
    throw std::logic_error("a script is evaluated by evaluate_script");
  }
  [[nodiscard]] Reduction finish(std::span<const double>, const Problem&, std::span<const FieldPtr>,
                                 const Reduction& previous) const override {
    return previous;
  }
  [[nodiscard]] bool has_map(MapKind kind, std::span<const FieldPtr> fields) const override {
    return kind != MapKind::counterfactual && (kind != MapKind::contribution || !fields[0]->map.empty());
  }
  void map_plane(std::span<const double>, const Problem& problem, std::span<const FieldPtr> fields, const Reduction&,
                 Plane plane, std::span<const MapKind> kinds, std::span<const std::span<float>> out) const override {
    const PlaneLayout layout = plane_layout(problem.mask.grid, plane);
    for (std::size_t which = 0; which < kinds.size(); ++which) {
      auto value = out[which].begin();
      for (std::int64_t y = 0; y < layout.height; ++y) {
        for (std::int64_t x = 0; x < layout.width; ++x) {
          *value++ = map_at(problem, fields, kinds[which], layout.begin + y * layout.across + x * layout.along);
        }
      }
    }
  }
  void map_range(std::span<const double>, const Problem& problem, std::span<const FieldPtr> fields, const Reduction&,
                 std::int64_t begin, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override {
    for (std::size_t which = 0; which < kinds.size(); ++which) {
      for (std::size_t i = 0; i < out[which].size(); ++i) {
        out[which][i] = map_at(problem, fields, kinds[which], begin + static_cast<std::int64_t>(i));
      }
    }
  }
};

}  // namespace

const Loss& script_loss() {
  static const ScriptLoss kLoss;
  return kLoss;
}

Reduction script_reduction(const Problem& problem, double value) {
  Reduction reduction;
  reduction.value = value;
  reduction.voxels = static_cast<double>(problem.mask.grid.voxels());
  if (!problem.counts.empty()) {
    const auto counts = problem.counts.voxels<std::uint8_t>();
    reduction.voxels = static_cast<double>(std::count(counts.begin(), counts.end(), std::uint8_t{1}));
  }
  const auto g = problem.mask.voxels<std::uint8_t>();
  reduction.positives = static_cast<double>(std::count(g.begin(), g.end(), std::uint8_t{1}));
  return reduction;
}

std::vector<FieldPtr> script_fields(ScriptResult result) {
  auto contribution = std::make_shared<Field>(), gradient = std::make_shared<Field>();
  contribution->map = std::move(result.contribution);
  gradient->map = std::move(result.gradient);
  return {std::move(contribution), std::move(gradient)};
}

std::string script_hash(const std::string& source) {
  return sha256_of(std::span(reinterpret_cast<const unsigned char*>(source.data()), source.size()));
}

const Loss* loss_of(const Session& session) {
  return session.loss.id == kScriptLoss ? &script_loss() : find_loss(session.loss.id);
}

std::string script_example() {
  return "# Squared error, as a map: its sum is the loss.\n"
         "def loss(p, g):\n"
         "    return (p - g) ** 2 / p.numel()\n";
}

}  // namespace lossscope
