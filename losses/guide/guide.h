// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "losses/guide/traits.h"

namespace lossscope {

/// Where the gradient of one loss goes: the share of its sum of |dL/dz| that lies in each region, 0..1; NaN where the
/// gradient is 0 everywhere.
struct Evidence {
  const Loss* loss = nullptr;
  std::array<double, kRegions> share{};
};

/// What is said of one loss for one trait of the case.
struct Verdict {
  const Loss* loss = nullptr;
  double share = 0;    ///< of its gradient that lies in the finding's region; NaN: it has none
  bool named = false;  ///< the survey's use cases name it for this trait
  bool holds = false;  ///< and the measurement agrees: more of its gradient goes there than of cross-entropy's
};

/// One trait that matters for the choice, with the losses that are named for it and what was measured of all.
struct Finding {
  std::string id;                            ///< stable, e.g. "small_component"
  std::string trait;                         ///< a sentence with the case's numbers
  std::string advice;                        ///< what follows from it
  Region region{};                           ///< where the evidence was measured
  std::vector<Verdict> verdicts;             ///< of all losses, the largest share first
  std::vector<const Loss*> advised_against;  ///< losses that cannot serve such a case
  std::string against;                       ///< why not
};

struct Guide {
  CaseTraits traits;
  std::vector<Evidence> evidence;  ///< in the registry's order
  std::vector<Finding> findings;   ///< the most telling first; never empty
};

/// Called with a share in [0, 1] after each loss.
using GuideProgress = std::function<void(double)>;

/// Measures the case, and where every loss's gradient (default parameters, with respect to the logit) goes on its
/// prediction, held within [0.01, 0.99] as a network's would be. The rules are those of the survey's table of use cases
/// (arXiv 2006.14822); whether they hold here is measured. Throws Cancelled.
[[nodiscard]] Guide make_guide(const Problem& problem, int threads = 0, std::stop_token stop = {},
                               const GuideProgress& progress = {});

/// The losses that are named for most of the case's findings and hold there, best first, none that a finding advises
/// against; at most four.
[[nodiscard]] std::vector<const Loss*> fitting_losses(const Guide& guide);

/// The findings that traits call for, without evidence; make_guide adds it. For tests and texts.
[[nodiscard]] std::vector<Finding> findings_of(const CaseTraits& traits);

}  // namespace lossscope
