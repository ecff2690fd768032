// SPDX-License-Identifier: Apache-2.0
// What a loss's three functions promise each other, in float64 and for every loss of the registry: contributions add up
// to the value, and the gradients are its slopes. Needs no second formula of the loss.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "losses/registry.h"
#include "tests/losses/cases.h"

namespace lossscope {
namespace {

/// One loss in float64 on a problem whose fields are held.
template <template <class> class L>
class Declared {
 public:
  Declared(const Loss& loss, const Problem& problem) : problem_(problem) {
    const auto parameters = loss.defaults();
    loss_ = with_parameters<L<double>>(parameters.data());
    fields_ = testing::fields_for(loss, parameters, problem);
    totals_.voxels = static_cast<double>(problem.mask.grid.voxels());
    for (const std::uint8_t g : problem.mask.voxels<std::uint8_t>()) {
      totals_.positives += g;
    }
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      totals_.scalars[f] = fields_[f]->scalars;
    }
    for (std::size_t i = 0; i < count(); ++i) {
      add(sums_, loss_.terms(voxel(i, given(i))), 1);
    }
  }

  [[nodiscard]] std::size_t count() const { return problem_.mask.voxels<std::uint8_t>().size(); }
  [[nodiscard]] double value() const { return loss_.finish(sums_, totals_).value; }

  [[nodiscard]] Effect<double> effect(std::size_t i) const {
    return loss_.effect(voxel(i, given(i)), loss_.finish(sums_, totals_).coefficients);
  }

  /// The slope of the value along one voxel's own number (p, or z of a logit), by a central difference.
  [[nodiscard]] double slope(std::size_t i) const {
    const auto value_with = [&](double x) {
      Sums sums = sums_;
      add(sums, loss_.terms(voxel(i, given(i))), -1);
      add(sums, loss_.terms(voxel(i, x)), 1);
      return loss_.finish(sums, totals_).value;
    };
    const bool logit = problem_.kind == PredictionKind::logit;
    // Short near 0 and 1, where some losses are steep; the rounding of the value stays far below 1e-4 of a slope.
    const double step = 3e-3 * (logit ? 1.0 : std::min(given(i), 1 - given(i)));
    return (value_with(given(i) + step) - value_with(given(i) - step)) / (2 * step);
  }

 private:
  using Sums = Numbers<double, L<double>::kTerms>;

  static void add(Sums& sums, const Sums& terms, double sign) {
    for (int k = 0; k < L<double>::kTerms; ++k) {
      sums[k] += sign * terms[k];
    }
  }

  [[nodiscard]] double given(std::size_t i) const {
    return static_cast<double>(problem_.prediction.voxels<float>()[i]);
  }

  [[nodiscard]] Voxel<double> voxel(std::size_t i, double x) const {
    const double g = problem_.mask.voxels<std::uint8_t>()[i];
    Voxel<double> v = problem_.kind == PredictionKind::logit ? voxel_from_logit(g, x) : voxel_from_probability(g, x);
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      v.f[f] = static_cast<double>(fields_[f]->map.voxels<float>()[i]);
    }
    return v;
  }

  const Problem& problem_;
  L<double> loss_;
  std::vector<FieldPtr> fields_;
  Totals totals_;
  Sums sums_{};
};

template <template <class> class L>
void expect_what_is_promised(const testing::NamedProblem& named) {
  const Declared<L> declared(*find_loss(L<double>::declaration.id), named.problem);
  const bool logit = named.problem.kind == PredictionKind::logit;
  double sum = 0, size = 0, steepest = 0;
  for (std::size_t i = 0; i < declared.count(); ++i) {
    const Effect<double> effect = declared.effect(i);
    sum += effect.contribution;
    size += std::abs(effect.contribution);
    steepest = std::max(steepest, std::abs(logit ? effect.gradient_logit : effect.gradient_probability));
  }
  EXPECT_NEAR(sum, declared.value(), 1e-12 * size);
  EXPECT_GT(steepest, 0);
  for (std::size_t i = 0; i < declared.count(); i += 11) {
    const Effect<double> effect = declared.effect(i);
    const double p = static_cast<double>(named.problem.prediction.voxels<float>()[i]);
    EXPECT_NEAR(logit ? effect.gradient_logit : effect.gradient_probability, declared.slope(i), 1e-4 * steepest);
    if (!logit) {  // dp/dz = p (1 - p)
      EXPECT_NEAR(effect.gradient_logit, effect.gradient_probability * p * (1 - p), 1e-9 * steepest);
    }
  }
}

template <template <class> class... L>
void expect_of_all(LossList<L...>, const testing::NamedProblem& named) {
  (
      [&] {
        SCOPED_TRACE(std::string(L<double>::declaration.id) + ", " + named.name);
        expect_what_is_promised<L>(named);
      }(),
      ...);
}

TEST(Declared, ContributionsAddUpAndGradientsAreSlopes) {
  int tried = 0;
  for (const auto& named : testing::awkward_problems()) {
    if (named.name == "random 3-D" || named.name == "random logits" || named.name == "ball, logits") {
      expect_of_all(Registry{}, named);
      ++tried;
    }
  }
  EXPECT_EQ(tried, 3);
}

}  // namespace
}  // namespace lossscope
