// SPDX-License-Identifier: Apache-2.0
// Every loss on real anatomy, against autograd in float64: the sample head in thick slices, and a tiny structure.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/io/case.h"
#include "losses/loss.h"
#include "losses/predictions/degrade.h"
#include "tests/losses/cases.h"
#include "tests/losses/reference.h"

namespace lossscope {
namespace {

Volume load_labels(const std::string& path) {
  return read_volume({.path = path, .role = Role::mask, .answers = {}, .information_only = false}).volume;
}

/// Nearest labels on the same head in slices of 3 mm.
Volume in_thick_slices(const Volume& labels) {
  Grid grid = labels.grid;
  grid.spacing[2] *= 3;
  grid.size[2] /= 3;
  LoadedVolume loaded;
  loaded.grid = labels.grid;
  loaded.volume = labels;
  std::vector<Assumption> assumptions;
  return fit_to(grid, loaded, Role::mask, GridChoice::resample, assumptions);
}

template <class Chosen>
Volume mask_of(const Volume& labels, Chosen chosen) {
  Volume mask = make_volume(labels.grid, VoxelType::uint8);
  const auto in = labels.voxels<std::uint8_t>();
  std::transform(in.begin(), in.end(), mask.voxels<std::uint8_t>().begin(),
                 [&](std::uint8_t value) { return static_cast<std::uint8_t>(chosen(value) ? 1 : 0); });
  return mask;
}

Problem degraded(const Volume& mask, bool logits) {
  Problem problem{mask, {}, PredictionKind::probability, mask.grid.spacing};
  Degradation degradation;
  degradation.shift = {1.5, 0, 0};
  degradation.dilate = 0.5;
  degradation.soften = 1.2;
  degradation.noise = 0.05;
  problem.prediction = Degrader(mask).volume(degradation);
  if (logits) {
    problem.kind = PredictionKind::logit;
    for (float& p : problem.prediction.voxels<float>()) {
      const double inside = std::clamp(static_cast<double>(p), 1e-6, 1 - 1e-6);
      p = static_cast<float>(std::log(inside / (1 - inside)));
    }
  }
  return problem;
}

/// The atlas's label that has the fewest voxels, and at least 100.
int smallest_label(const Volume& labels) {
  std::array<std::int64_t, 256> counts{};
  for (const std::uint8_t value : labels.voxels<std::uint8_t>()) {
    ++counts[value];
  }
  int best = 0;
  for (int value = 1; value < 256; ++value) {
    if (counts[value] >= 100 && (best == 0 || counts[value] < counts[best])) {
      best = value;
    }
  }
  return best;
}

const std::vector<testing::NamedProblem>& problems() {
  static const auto made = [] {
    const auto sample = mni_head();
    if (!sample) {
      throw std::runtime_error("mricron-data is part of the set-up");
    }
    const Volume head = in_thick_slices(load_labels(sample->mask));
    const Volume atlas = in_thick_slices(load_labels(sample->labels));
    const int label = smallest_label(atlas);
    const Volume brain = mask_of(head, [](int value) { return value > 0; });
    const Volume tiny = mask_of(atlas, [label](int value) { return value == label; });
    return std::vector<testing::NamedProblem>{{"head, 1 x 1 x 3 mm", degraded(brain, false)},
                                              {"head, logits", degraded(brain, true)},
                                              {"atlas label " + std::to_string(label), degraded(tiny, false)}};
  }();
  return made;
}

/// Largest difference between what-if numbers and a whole evaluation with the voxel corrected, for three voxels.
double worst_drop(const std::string& id, const std::vector<double>& parameters, const Problem& problem,
                  const std::vector<FieldPtr>& fields, const std::vector<float>& drop, double value,
                  bool zero_when_perfect) {
  const float sure = zero_when_perfect ? 1000.0F : static_cast<float>(kFloorCost);
  const auto largest = static_cast<std::size_t>(std::max_element(drop.begin(), drop.end()) - drop.begin());
  double worst = 0;
  for (const std::size_t voxel : {largest, drop.size() / 2, largest + 2}) {
    const float kept = problem.prediction.voxels<float>()[voxel];
    const bool in = problem.mask.voxels<std::uint8_t>()[voxel] != 0;
    const bool logit = problem.kind == PredictionKind::logit;
    problem.prediction.voxels<float>()[voxel] = logit ? (in ? sure : -sure) : (in ? 1.0F : 0.0F);
    const double after = reference::gradients(id, parameters, problem, fields).value;
    problem.prediction.voxels<float>()[voxel] = kept;
    worst = std::max(worst, std::abs(static_cast<double>(drop[voxel]) - (value - after)));
  }
  return worst / static_cast<double>(drop[largest]);
}

class RealHead : public ::testing::TestWithParam<const Loss*> {
 protected:
  void SetUp() override {
    if (!reference::knows(std::string(GetParam()->declaration().id))) {
      GTEST_SKIP() << GetParam()->declaration().id << " is not in losses/drivers/autograd/formulas.cpp";
    }
  }
};

TEST_P(RealHead, AgreesWithAutogradInDoublePrecision) {
  const Loss& loss = *GetParam();
  const std::string id(loss.declaration().id);
  const auto parameters = loss.defaults();
  for (const auto& [name, problem] : problems()) {
    SCOPED_TRACE(name);
    const auto fields = testing::fields_for(loss, parameters, problem);
    const Reduction reduction = loss.reduce(parameters, problem, fields);
    const auto n = static_cast<std::size_t>(problem.mask.grid.voxels());
    std::vector<float> contribution(n), by_p(n), by_z(n), drop(n);
    const std::array kinds{MapKind::contribution, MapKind::gradient_probability, MapKind::gradient_logit,
                           MapKind::counterfactual};
    const std::array<std::span<float>, 4> out{contribution, by_p, by_z, drop};
    loss.map_volume(parameters, problem, fields, reduction, kinds, out);
    const auto expected = reference::gradients(id, parameters, problem, fields);
    double sum = 0;
    bool finite = true;
    for (std::size_t i = 0; i < n; ++i) {
      sum += static_cast<double>(contribution[i]);
      finite = finite && std::isfinite(contribution[i]) && std::isfinite(by_p[i]) && std::isfinite(by_z[i]) &&
               std::isfinite(drop[i]);
    }
    EXPECT_TRUE(finite);
    const double off_value = std::abs(reduction.value - expected.value) / std::abs(expected.value);
    const double off_sum = std::abs(sum - reduction.value) / std::abs(reduction.value);
    const double off_p = reference::worst(by_p, expected.probability), off_z = reference::worst(by_z, expected.logit);
    EXPECT_LT(off_value, 1e-6);
    EXPECT_LT(off_sum, 1e-6);
    EXPECT_LT(off_p, 1e-6);
    EXPECT_LT(off_z, 1e-6);
    const double off_drop =
        worst_drop(id, parameters, problem, fields, drop, expected.value, loss.declaration().zero_when_perfect);
    EXPECT_LT(off_drop, 1e-6);
    std::printf(
        "%-14s %-20s value %.6f, worst relative error: value %.1e  sum %.1e  dL/dp %.1e  dL/dz %.1e  what-if %.1e\n",
        id.c_str(), name.c_str(), reduction.value, off_value, off_sum, off_p, off_z, off_drop);
  }
}

INSTANTIATE_TEST_SUITE_P(Losses, RealHead, ::testing::ValuesIn(all_losses().begin(), all_losses().end()),
                         [](const auto& chosen) { return std::string(chosen.param->declaration().id); });

}  // namespace
}  // namespace lossscope
