// SPDX-License-Identifier: Apache-2.0
// The rules: which trait of a case speaks for which losses. A rule is one row.
#include <array>
#include <cstdio>
#include <initializer_list>

#include "losses/guide/guide.h"

namespace lossscope {
namespace {

using Ids = std::initializer_list<std::string_view>;

/// A number as a person writes it: three significant digits.
std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g", value);
  return text;
}

std::string percent(double share) { return number(100 * share) + " %"; }

struct Rule {
  std::string_view id;
  bool (*applies)(const CaseTraits&);
  std::string (*trait)(const CaseTraits&);
  std::string_view advice;
  Region region;
  Ids named;
  Ids against;
  std::string_view why_against;
};

const std::array kRules{
    Rule{"empty_mask",
         [](const CaseTraits& t) { return t.foreground == 0; },
         [](const CaseTraits&) { return std::string("The mask is empty: every predicted voxel is a false alarm."); },
         "Choose a loss that still adds up voxel by voxel; overlap is not defined here and rests on its smoothing "
         "alone.",
         Region::false_positive,
         {"bce", "wce", "focal"},
         {"balanced_ce", "hausdorff"},
         "Balanced cross-entropy gives the only class that is there the weight 0, and the Hausdorff form has no "
         "distance "
         "to measure: both may be 0 although the prediction is wrong."},
    Rule{"missed_component",
         [](const CaseTraits& t) { return t.missed_components > 0; },
         [](const CaseTraits& t) {
           return std::to_string(t.missed_components) + " of " + std::to_string(t.components) +
                  (t.components == 1 ? " component" : " components") + (t.missed_components == 1 ? " is" : " are") +
                  " missed altogether.";
         },
         "Choose a loss that keeps pulling at voxels that are confidently wrong.",
         Region::missed,
         {"focal", "wce", "exp_log", "tversky", "focal_tversky"},
         {},
         ""},
    Rule{"small_component",
         [](const CaseTraits& t) { return t.components > 1 && t.smallest_share < 0.05; },
         [](const CaseTraits& t) {
           return "The mask has " + std::to_string(t.components) + " components; the smallest has " +
                  std::to_string(t.smallest) + " voxels (" + number(t.smallest_volume) + " mm³), " +
                  percent(t.smallest_share) + " of the mask.";
         },
         "Losses of overlap are governed by the largest component. What the smallest one receives is measured here.",
         Region::smallest_component,
         {"focal", "exp_log", "tversky", "focal_tversky"},
         {},
         ""},
    Rule{"rare_foreground",
         [](const CaseTraits& t) { return t.foreground > 0 && t.foreground_share < 0.05; },
         [](const CaseTraits& t) { return "The structure fills " + percent(t.foreground_share) + " of the volume."; },
         "Choose a loss in which the background does not outweigh the structure.",
         Region::foreground,
         {"dice", "tversky", "focal_tversky", "log_cosh_dice", "exp_log", "balanced_ce", "focal", "combo"},
         {"bce"},
         "In plain cross-entropy every voxel weighs the same, so that the background decides."},
    Rule{"missed_voxels",
         [](const CaseTraits& t) { return t.false_negatives > 2 * t.false_positives; },
         [](const CaseTraits& t) {
           return "The prediction misses more than it invents: " + std::to_string(t.false_negatives) +
                  " voxels missed, " + std::to_string(t.false_positives) + " false alarms.";
         },
         "Weigh missed voxels more: Tversky's FN weight, a positive weight above 1, a larger r.",
         Region::false_negative,
         {"tversky", "focal_tversky", "wce", "balanced_ce", "combo"},
         {},
         ""},
    Rule{"false_alarms",
         [](const CaseTraits& t) { return t.foreground > 0 && t.false_positives > 2 * t.false_negatives; },
         [](const CaseTraits& t) {
           return "The prediction invents more than it misses: " + std::to_string(t.false_positives) +
                  " false alarms, " + std::to_string(t.false_negatives) + " voxels missed.";
         },
         "Weigh false alarms more: Tversky's FP weight above its FN weight, a positive weight below 1.",
         Region::false_positive,
         {"sens_spec", "tversky", "wce", "dist_map", "hausdorff"},
         {},
         ""},
    Rule{"far_errors",
         [](const CaseTraits& t) { return t.foreground > 0 && t.farthest_error > 5; },
         [](const CaseTraits& t) {
           return "Errors lie up to " + number(t.farthest_error) + " mm from the mask's boundary.";
         },
         "Choose a loss that charges for distance if such errors matter to you.",
         Region::far,
         {"hausdorff", "shape_aware"},
         {"dist_map"},
         "The distance-map penalty weighs the boundary most and what is far from it least."},
    Rule{"folded_boundary",
         [](const CaseTraits& t) { return t.sphericity > 0 && t.sphericity < 0.4; },
         [](const CaseTraits& t) {
           return "The structure is thin or folded: " + number(t.surface_per_volume) +
                  " mm² of surface to the mm³, sphericity " + number(t.sphericity) + ".";
         },
         "Much of it is boundary, and a small shift costs much overlap: losses that look at the boundary fit.",
         Region::boundary,
         {"dist_map", "hausdorff", "shape_aware", "cmssl"},
         {},
         ""},
    Rule{"balanced",
         [](const CaseTraits& t) { return t.foreground_share >= 0.05; },
         [](const CaseTraits& t) {
           return "The structure fills " + percent(t.foreground_share) + " of the volume: the classes are not rare.";
         },
         "Cross-entropy is smooth, well understood and sufficient; combine it with overlap if overlap is what you "
         "report.",
         Region::foreground,
         {"bce", "combo", "sens_spec"},
         {},
         ""},
};

std::vector<const Loss*> losses_of(Ids ids) {
  std::vector<const Loss*> losses;
  for (const std::string_view id : ids) {
    losses.push_back(find_loss(id));
  }
  return losses;
}

}  // namespace

std::vector<Finding> findings_of(const CaseTraits& traits) {
  std::vector<Finding> findings;
  for (const Rule& rule : kRules) {
    if (!rule.applies(traits)) {
      continue;
    }
    Finding finding{std::string(rule.id),    rule.trait(traits),           std::string(rule.advice), rule.region, {},
                    losses_of(rule.against), std::string(rule.why_against)};
    for (const Loss* loss : losses_of(rule.named)) {
      finding.verdicts.push_back({loss, 0, true, false});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace lossscope
