// SPDX-License-Identifier: Apache-2.0
// The rules: which trait of a case speaks for which losses. A rule is one row.
#include <algorithm>
#include <array>
#include <initializer_list>

#include "losses/guide/guide.h"
#include "losses/guide/words.h"

namespace lossscope {
namespace {

using Ids = std::initializer_list<std::string_view>;

bool is_tube(const CaseTraits& t) { return t.linearity > 0.5 && t.sphericity > 0 && t.sphericity < 0.6; }

/// Not a few voxels just beyond the limit of 5 mm: many of the wrong ones, or some that are twice as far away.
bool has_far_errors(const CaseTraits& t) {
  constexpr double kFarAway = 10, kMany = 0.05;
  const auto far = static_cast<double>(t.far_errors);
  return t.foreground > 0 && t.far_errors > 0 && t.far_errors >= t.speck_limit &&
         (t.farthest_error >= kFarAway || far >= kMany * static_cast<double>(t.wrong()));
}

std::string whole(const CaseTraits& t) {
  return t.uncounted > 0 ? "the voxels that count" : (t.flat ? "the image" : "the volume");
}

std::string size_of(const CaseTraits& t, std::int64_t voxels) {
  const auto size = static_cast<double>(voxels) * t.voxel_volume;
  return counted(voxels, "voxel") + (t.flat ? "" : " (" + number(size) + " mm³)");
}

struct Rule {
  std::string_view id;
  bool (*applies)(const CaseTraits&);
  std::string (*trait)(const CaseTraits&);
  std::string_view advice;
  Region region;
  Ids named;
  Ids against{};
  std::string_view why_against{};
};

const std::array kRules{
    Rule{"empty_mask",
         [](const CaseTraits& t) { return t.foreground == 0; },
         [](const CaseTraits&) { return std::string("The mask is empty: every predicted voxel is a false alarm."); },
         "Choose a loss that still adds up voxel by voxel; overlap is not defined here and rests on its smoothing "
         "alone.",
         Region::false_positive,
         {"dice_ce", "bce", "focal"},
         {"balanced_ce", "hausdorff"},
         "Balanced cross-entropy gives the only class that is there the weight 0, and the Hausdorff form has no "
         "distance to measure: both may be 0 although the prediction is wrong."},
    Rule{"no_error",
         [](const CaseTraits& t) { return t.foreground > 0 && t.wrong() == 0; },
         [](const CaseTraits&) { return std::string("The prediction, cut at 0.5, is the mask."); },
         "There is no error to choose a loss by; what remains is to make right voxels surer. Look at a prediction "
         "from early in the training.",
         Region::foreground,
         {}},
    Rule{"surely_wrong",
         [](const CaseTraits& t) { return t.surely_wrong > 0 && 10 * t.surely_wrong >= t.wrong(); },
         [](const CaseTraits& t) {
           return "The prediction is saturated: " + std::to_string(t.surely_wrong) + " of " +
                  counted(t.wrong(), "wrong voxel") + " have a probability within 0.000001 of 0 or 1.";
         },
         "There the sigmoid is flat. Overlap alone does not pull at such voxels, however wrong they are; cross-entropy "
         "does. If this prediction is a saved mask, open the network's probabilities instead: the shares below are "
         "measured on the prediction as it is.",
         Region::surely_wrong,
         {"dice_ce", "bce", "wce", "focal"}},
    Rule{"missed_component",
         [](const CaseTraits& t) { return t.missed_components > 0; },
         [](const CaseTraits& t) {
           return std::to_string(t.missed_components) + " of " + counted(t.components, "component") +
                  (t.missed_components == 1 ? " is" : " are") + " missed altogether.";
         },
         "Choose a loss that keeps pulling at voxels that are confidently wrong. Blob loss, which treats every "
         "component as a case of its own (Kofler et al. 2023), would fit as well; LossScope does not have it.",
         Region::missed,
         {"dice_ce", "focal", "wce", "exp_log", "tversky", "focal_tversky"}},
    Rule{"small_component",
         [](const CaseTraits& t) { return t.components > 1 && t.smallest_share < 0.05; },
         [](const CaseTraits& t) {
           return "The mask has " + counted(t.components, "component") + "; the smallest has " +
                  size_of(t, t.smallest) + ", " + percent(t.smallest_share) + " of the mask.";
         },
         "Losses of overlap are governed by the largest component. What the smallest one receives is measured here.",
         Region::smallest_component,
         {"focal", "exp_log", "tversky", "focal_tversky"}},
    Rule{"rare_foreground",
         [](const CaseTraits& t) { return t.foreground > 0 && t.foreground_share < 0.05; },
         [](const CaseTraits& t) {
           return "The structure fills " + percent(t.foreground_share) + " of " + whole(t) + ".";
         },
         "Choose a loss in which the background does not outweigh the structure.",
         Region::foreground,
         {"dice_ce", "dice", "tversky", "focal_tversky", "log_cosh_dice", "exp_log", "balanced_ce", "focal"},
         {"bce"},
         "Alone, plain cross-entropy weighs every voxel the same, so that the background decides."},
    Rule{"missed_voxels",
         [](const CaseTraits& t) { return t.false_negatives > 2 * t.false_positives; },
         [](const CaseTraits& t) {
           return "The prediction misses more than it invents: " + counted(t.false_negatives, "voxel") + " missed, " +
                  counted(t.false_positives, "false alarm") + ".";
         },
         "Weigh missed voxels more: Tversky's FN weight, a positive weight above 1, a larger r.",
         Region::false_negative,
         {"tversky", "focal_tversky", "wce", "balanced_ce"},
         {"tversky_fp", "wce_fp"},
         "They weigh false alarms more, which would add to the misses."},
    Rule{"false_alarms",
         [](const CaseTraits& t) { return t.foreground > 0 && t.false_positives > 2 * t.false_negatives; },
         [](const CaseTraits& t) {
           return "The prediction invents more than it misses: " + counted(t.false_positives, "false alarm") + ", " +
                  counted(t.false_negatives, "voxel") + " missed.";
         },
         "Weigh false alarms more: Tversky's FP weight above its FN weight, a positive weight below 1.",
         Region::false_positive,
         {"tversky_fp", "wce_fp", "sens_spec"},
         {"balanced_ce", "wce", "exp_log", "tversky", "focal_tversky"},
         "As they are set, they weigh missed voxels (or the rare class) more, which would add to the false alarms."},
    Rule{"far_errors",
         has_far_errors,
         [](const CaseTraits& t) {
           return counted(t.far_errors, "wrong voxel") + (t.far_errors == 1 ? " lies" : " lie") +
                  " more than 5 mm from the mask's boundary, up to " + number(t.farthest_error) + " mm.";
         },
         "If such errors matter to you, add a loss that charges for distance to one of overlap; alone it is unsteady "
         "at the start of a training. The boundary loss (Kervadec et al. 2019) fits as well, with a weight that grows "
         "during the training.",
         Region::far,
         {"hausdorff"},
         {"dist_map"},
         "The distance-map penalty weighs what is far from the boundary least."},
    Rule{"tube",
         is_tube,
         [](const CaseTraits& t) {
           return "The structure is a tube, or a tree of tubes: about " + number(t.thickness) +
                  " mm thick, sphericity " + number(t.sphericity) + " (a ball has 1).";
         },
         "What matters in a tube is that it is whole: a gap costs few voxels, and no loss here sees it. The centre "
         "lines are seen by clDice (Shit et al. 2021) and by skeleton recall (Kirchhoff et al. 2024), added to Dice + "
         "cross-entropy; LossScope has neither of them.",
         Region::foreground,
         {"dice_ce"},
         {"shape_aware"},
         "The shape-aware loss knows one mean distance of two contours for the whole image, which says nothing of a "
         "gap."},
    Rule{"folded_boundary",
         [](const CaseTraits& t) { return !is_tube(t) && t.sphericity > 0 && t.sphericity < 0.5; },
         [](const CaseTraits& t) {
           return "The structure is thin or folded: sphericity " + number(t.sphericity) + " (a ball has 1); " +
                  percent(t.rim_share) + " of its voxels lie on its boundary.";
         },
         "Much of it is boundary, and a small shift costs much overlap: losses that look at the boundary fit.",
         Region::boundary,
         {"dist_map", "hausdorff", "cmssl"}},
    Rule{"balanced",
         [](const CaseTraits& t) { return t.foreground_share >= 0.05; },
         [](const CaseTraits& t) {
           return "The structure fills " + percent(t.foreground_share) + " of " + whole(t) +
                  ": the classes are not rare.";
         },
         "Cross-entropy is smooth and well understood; with Dice added it serves the overlap that you report.",
         Region::foreground,
         {"dice_ce", "bce", "sens_spec"}},
};

std::vector<const Candidate*> candidates_of(Ids ids) {
  std::vector<const Candidate*> found;
  for (const std::string_view id : ids) {
    found.push_back(&candidate(id));
  }
  return found;
}

}  // namespace

std::vector<Finding> findings_of(const CaseTraits& traits) {
  std::vector<Finding> findings;
  std::vector<const Candidate*> against;
  for (const Rule& rule : kRules) {
    if (!rule.applies(traits)) {
      continue;
    }
    Finding finding{
        std::string(rule.id),        rule.trait(traits),           std::string(rule.advice), rule.region, {},
        candidates_of(rule.against), std::string(rule.why_against)};
    for (const Candidate* named : candidates_of(rule.named)) {
      finding.verdicts.push_back({.candidate = named, .named = true});
    }
    against.insert(against.end(), finding.advised_against.begin(), finding.advised_against.end());
    findings.push_back(std::move(finding));
  }
  for (Finding& finding : findings) {
    std::erase_if(finding.verdicts, [&](const Verdict& verdict) {
      return std::ranges::find(against, verdict.candidate) != against.end();
    });
  }
  return findings;
}

std::vector<MetricAdvice> metrics_for(const CaseTraits& t) {
  std::vector<MetricAdvice> metrics;
  if (t.foreground == 0) {
    return {{"false_volume", "False-alarm volume",
             "On an empty mask overlap is 0 or undefined whatever was predicted, and there is no surface. Here: " +
                 size_of(t, t.false_positives) + ".",
             false, true}};
  }
  if (is_tube(t)) {
    metrics.push_back({"cldice", "clDice",
                       "Dice follows the width of a tube; a gap that cuts it in two costs a few voxels. clDice counts "
                       "centre lines (Shit et al. 2021).",
                       false});
  }
  if (t.components > 1) {
    const double found = static_cast<double>(t.components - t.missed_components);
    const double f1 = 2 * found / (2 * found + static_cast<double>(t.missed_components + t.false_components));
    const double left = 1 - t.smallest_share;
    metrics.push_back({"lesion_f1", "Lesion-wise F1",
                       "Dice counts voxels, not components: without the smallest one it could still be " +
                           close_to_one(2 * left / (1 + left)) + ". Here the prediction touches " +
                           std::to_string(t.components - t.missed_components) + " of " +
                           counted(t.components, "component") + ", and of its own pieces " +
                           std::to_string(t.false_components) + " touch none: F1 = " + number(f1) + ".",
                       false, true});
  }
  metrics.push_back({"nsd", "Normalised surface Dice (NSD)",
                     percent(t.rim_share) +
                         " of the structure's voxels lie on its boundary; Dice falls with that share, not with the "
                         "quality of the outline alone. As tolerance take what two experts differ by, at least one "
                         "voxel.",
                     false});
  if (has_far_errors(t)) {
    metrics.push_back(
        {"hd95", "Hausdorff distance and its 95th percentile",
         "Wrong voxels lie up to " + number(t.farthest_error) +
             " mm from the mask's boundary; neither Dice nor NSD tells how far. The Hausdorff distance is "
             "of the farthest one; the 95th percentile leaves out the farthest 5 % of the surfaces, which "
             "may be all of these errors: report both.",
         true});
  }
  metrics.push_back({"dice", "Dice", "Everybody reports it, so that results can be compared.", true});
  return metrics;
}

}  // namespace lossscope
