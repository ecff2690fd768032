// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "losses/guide/candidates.h"
#include "losses/guide/traits.h"

namespace lossscope {

/// Where the gradient of one candidate goes: the share of its sum of |dL/dz| that lies in each region, 0..1; NaN where
/// the gradient is 0 everywhere.
struct Evidence {
  const Candidate* candidate = nullptr;
  std::array<double, kRegions> share{};
};

/// What is said of one candidate for one trait of the case.
struct Verdict {
  const Candidate* candidate = nullptr;
  double share = 0;    ///< of its gradient that lies in the finding's region; NaN: it has none
  bool named = false;  ///< the rule names it for this trait
  /// And the measurement agrees: more of its gradient goes there than of cross-entropy's, and 2 % of it or more.
  bool holds = false;
  int rank = 0;  ///< 1 for the largest share; shares that read the same (to 0.1 %) have the same rank
};

/// One trait that matters for the choice, with the losses that are named for it and what was measured of all.
struct Finding {
  std::string id;                 ///< stable, e.g. "small_component"
  std::string trait;              ///< a sentence with the case's numbers
  std::string advice;             ///< what follows from it
  Region region{};                ///< where the evidence was measured
  std::vector<Verdict> verdicts;  ///< of all candidates, the largest share first
  std::vector<const Candidate*>
      advised_against;  ///< losses that do not serve such a case; none of them is named anywhere
  std::string against;  ///< why
};

/// A metric to report for such a case.
struct MetricAdvice {
  std::string id, name;
  std::string reason;
  bool computed = false;  ///< among LossScope's metrics
  bool counted = false;   ///< not among them, but its value for this case stands in the reason
};

struct Guide {
  CaseTraits traits;
  std::vector<ComponentTrait> components;  ///< of the mask, the smallest first
  std::vector<Evidence> evidence;          ///< in the order of candidates()
  std::vector<Finding> findings;           ///< the most telling first; never empty
  std::vector<MetricAdvice> metrics;       ///< the most telling first; never empty
};

/// Called with a share in [0, 1] after each candidate.
using GuideProgress = std::function<void(double)>;

/// Measures the case, and where every candidate's gradient (with respect to the logit) goes on its prediction as it is.
/// The rules are losses/guide/rules.cpp; whether they hold here is measured. Throws Cancelled.
[[nodiscard]] Guide make_guide(const Problem& problem, std::int64_t speck = kAutomaticSpeck, int threads = 0,
                               std::stop_token stop = {}, const GuideProgress& progress = {});

/// What is worth comparing with the baseline: candidates that findings name and that hold there, none that any finding
/// advises against. Those that are named by equally many findings stand together, the most findings first; about
/// eight in all.
[[nodiscard]] std::vector<std::vector<const Candidate*>> fitting_losses(const Guide& guide);

/// The findings that traits call for, without evidence; make_guide adds it. No candidate is both named and advised
/// against, in whatever findings. For tests and texts.
[[nodiscard]] std::vector<Finding> findings_of(const CaseTraits& traits);

/// Which metrics suit such a case, and why.
[[nodiscard]] std::vector<MetricAdvice> metrics_for(const CaseTraits& traits);

}  // namespace lossscope
