// SPDX-License-Identifier: Apache-2.0
#include "app/engine/comparison.h"

#include <algorithm>
#include <stdexcept>

#include "app/engine/class_run.h"
#include "app/engine/error_slices.h"
#include "app/engine/frame_ranges.h"
#include "app/engine/frame_views.h"

namespace lossscope {
namespace {

SharedValues pane_overlay(const Frame& frame, const LossResult& result, const ViewResult& view, PlaneStore& planes) {
  if (const auto kind = map_of(frame.session.look)) {
    return view_map(result, *kind, view.axes, view.slice, planes);
  }
  if (frame.session.look.layer == OverlayLayer::field) {
    return field_slice(result, view.axes, view.slice);
  }
  return view.overlay;
}

void share_range(std::vector<ComparedPane>& panes) {
  double low = panes[0].range.low, high = panes[0].range.high;
  for (const ComparedPane& pane : panes) {
    low = std::min(low, pane.range.low);
    high = std::max(high, pane.range.high);
  }
  for (ComparedPane& pane : panes) {
    if (low < 0) {
      low = -(high = std::max(high, -low));  // 0 stays in the middle
    }
    if (pane.range.low != low || pane.range.high != high) {
      ValueRange& range = pane.range;
      range = {low, high, 0, 0, range.known, range.largest, range.largest_at};
      range.below = range.largest < low ? ValueRange::kUncounted : 0;
      range.above = range.largest > high ? ValueRange::kUncounted : 0;
    }
  }
}

/// Of the slice that is seen, where a GPU keeps what the volume's range needs; it says that it is not known.
ValueRange seen_range(const std::vector<ComparedPane>& panes, const ColourRange& chosen) {
  std::vector<float> values;
  for (const ComparedPane& pane : panes) {
    values.insert(values.end(), pane.overlay.begin(), pane.overlay.end());
  }
  const std::vector<std::int64_t> counts(values.size(), 1);
  ValueRange range = chosen.locked ? locked_range(chosen, values, counts) : range_of(values, counts, true);
  range.known = chosen.locked;
  return range;
}

ComparedPane difference_of(const ComparedPane& a, const ComparedPane& b) {
  ComparedPane pane;
  if (a.overlay.size() == b.overlay.size()) {
    std::vector<float> values(a.overlay.size());
    std::transform(a.overlay.begin(), a.overlay.end(), b.overlay.begin(), values.begin(), std::minus<>());
    pane.overlay = std::move(values);
  }
  return pane;
}

}  // namespace

MapKind gradient_map(const Look& look) {
  return look.gradient_of == GradientOf::logit ? MapKind::gradient_logit : MapKind::gradient_probability;
}

void Comparison::fill_panes(Frame& frame, const Evaluate& evaluate, PlaneStore& planes, const NormOf& norm_of) const {
  frame.compared.clear();
  if (frame.session.look.arrangement == Arrangement::single || frame.data->grid.empty()) {
    return;
  }
  const bool difference = frame.session.look.arrangement == Arrangement::difference;
  const ViewResult& view = frame.views[static_cast<std::size_t>(frame.session.look.compared_view)];
  for (const std::string& loss : frame.session.shown_losses()) {
    ComparedPane pane;
    pane.loss = loss;
    try {
      pane.result = evaluate(loss);
    } catch (const std::invalid_argument& error) {
      pane.problem = error.what();
    }
    if (pane.result && difference) {
      pane.norm = norm_of(pane.result, gradient_map(frame.session.look));
      pane.overlay =
          divided(view_map(*pane.result, gradient_map(frame.session.look), view.axes, view.slice, planes), pane.norm);
    } else if (pane.result) {
      pane.overlay = pane_overlay(frame, *pane.result, view, planes);
    }
    frame.compared.push_back(std::move(pane));
  }
  if (difference && frame.compared.size() == 2) {
    frame.compared.push_back(difference_of(frame.compared[0], frame.compared[1]));
  }
  for (ComparedPane& pane : frame.compared) {
    pane.non_finite = non_finite(pane.overlay);
  }
}

void Comparison::fill_ranges(Frame& frame, RangeFinder& ranges, const std::stop_token& stop) const {
  const ColourRange& chosen = frame.session.look.range;
  std::vector<ComparedPane>& panes = frame.compared;
  if (panes.empty()) {
    return;
  }
  if (frame.session.look.arrangement == Arrangement::difference) {
    const bool both = panes.size() == 3 && panes[0].result && panes[1].result;
    const auto range = both ? ranges.of_difference(*panes[0].result, panes[0].norm, *panes[1].result, panes[1].norm,
                                                   gradient_map(frame.session.look), chosen, stop)
                            : std::nullopt;
    for (ComparedPane& pane : panes) {
      pane.range = range ? *range : seen_range(panes, chosen);
    }
    return;
  }
  for (ComparedPane& pane : panes) {
    pane.range = layer_range(frame, pane.result, ranges, stop);
  }
  if (frame.session.look.shared_range && !chosen.locked) {
    share_range(panes);
  }
}

void Comparison::fill_classes(Frame& frame, PlaneStore& planes, RangeFinder& ranges, const std::stop_token& stop) {
  frame.compared.clear();
  const auto& classes = frame.data->classes->problem.classes;
  if (whole_ != frame.result) {
    whole_ = frame.result;
    one_by_one_.clear();
    for (std::size_t c = 0; c < classes.size(); ++c) {
      one_by_one_.push_back(of_class(*whole_, c));
    }
  }
  const ViewResult& view = frame.views[static_cast<std::size_t>(frame.session.look.compared_view)];
  const auto slice = [&](const Volume& volume) {
    return SharedValues(values_of(planes.get(volume, view.axes.layout(volume.grid, view.slice))));
  };
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const LossResultPtr& result = one_by_one_[c];
    ComparedPane pane;
    pane.loss = frame.session.loss.id;
    pane.class_at = c;
    pane.mask = slice(classes[c].problem.mask);
    pane.prediction = slice(classes[c].problem.prediction);
    const OverlayLayer layer = frame.session.look.layer;
    if (layer == OverlayLayer::prediction) {
      pane.overlay = pane.prediction;
    } else if (layer == OverlayLayer::errors) {
      pane.overlay = error_slice(
          pane.mask,
          slice(predicted_as(frame.data->classes->problem, c, frame.data->classes->most_likely, threads_, stop)), 0.5F,
          view.counts);
    } else if (map_of(frame.session.look) || layer == OverlayLayer::field) {
      pane.overlay = pane_overlay(frame, *result, view, planes);
    }
    pane.range = layer_range(frame, result, ranges, stop);
    pane.non_finite = non_finite(pane.overlay);
    frame.compared.push_back(std::move(pane));
  }
  if (frame.session.look.shared_range && !frame.session.look.range.locked) {
    share_range(frame.compared);
  }
}

void Comparison::fill(Frame& frame, const Evaluate& evaluate, PlaneStore& planes, RangeFinder& ranges,
                      const std::stop_token& stop) {
  if (frame.session.look.arrangement == Arrangement::class_sheet) {
    fill_classes(frame, planes, ranges, stop);
    return;
  }
  whole_.reset();
  one_by_one_.clear();
  std::vector<Norm> used;
  fill_panes(frame, evaluate, planes, [&](const LossResultPtr& result, MapKind kind) {
    const auto known = std::find_if(norms_.begin(), norms_.end(),
                                    [&](const Norm& norm) { return norm.result == result && norm.kind == kind; });
    used.push_back({result, kind, known != norms_.end() ? known->value : map_norm(*result, kind, threads_, stop)});
    return used.back().value;
  });
  norms_ = std::move(used);
  fill_ranges(frame, ranges, stop);
}

void Comparison::fill_preliminary(Frame& frame, const Evaluate& evaluate, PlaneStore& planes) {
  const std::vector<ComparedPane> last = frame.compared;
  fill_panes(frame, evaluate, planes, [this](const LossResultPtr& result, MapKind kind) {
    const auto known = std::find_if(norms_.begin(), norms_.end(), [&](const Norm& norm) {
      return norm.result->loss == result->loss && norm.kind == kind;
    });
    return known != norms_.end() ? known->value : 0.0;
  });
  for (std::size_t at = 0; at < frame.compared.size(); ++at) {
    ComparedPane& pane = frame.compared[at];
    pane.range = at < last.size() && last[at].loss == pane.loss ? last[at].range : ValueRange();
    pane.range.known = false;
  }
}

}  // namespace lossscope
