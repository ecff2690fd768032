// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/autograd/formulas.h"

#include <cmath>
#include <functional>
#include <map>
#include <tuple>

namespace lossscope::autograd {
namespace {

using Parameters = std::vector<double>;
using Formula = std::function<torch::Tensor(const Parameters&, const Image&)>;

torch::Tensor bce(const Parameters& a, const Image& x) { return a[0] > 0 ? x.l().sum() : x.l().mean(); }

torch::Tensor dice(const Parameters& a, const Image& x) {
  const auto& [p, g] = std::tie(x.p, x.g);
  torch::Tensor numerator, denominator;
  if (a[2] == 2) {
    const auto tp = (p * g).pow(2).sum();
    numerator = 2 * tp;
    denominator = 2 * tp + (p * (1 - g)).pow(2).sum() + ((1 - p) * g).pow(2).sum();
  } else {
    numerator = 2 * (p * g).sum();
    denominator = a[2] == 1 ? p.pow(2).sum() + g.pow(2).sum() : p.sum() + g.sum();
  }
  if ((denominator + a[1]).item<double>() < 1e-200) {
    return 0 * p.sum();
  }
  return 1 - (numerator + a[0]) / (denominator + a[1]);
}

torch::Tensor dist_map(const Parameters& a, const Image& x) { return ((1 + a[0] * x.fields.at(0)) * x.l()).mean(); }

torch::Tensor weighted(const Image& x, double foreground, double background) {
  return (background + (foreground - background) * x.g) * x.l();
}

double count(const torch::Tensor& g) { return g.sum().item<double>(); }

torch::Tensor wce(const Parameters& a, const Image& x) {
  const double n = static_cast<double>(x.g.numel());
  const double n1 = count(x.g);
  const double beta = a[0] >= 0 ? a[0] : (n1 > 0 && n1 < n ? (n - n1) / n1 : 1);
  const auto sum = weighted(x, beta, 1).sum();
  const double weights = beta * n1 + n - n1;
  return a[1] == 0 ? sum / n : (a[1] == 1 ? sum : (weights > 0 ? sum / weights : 0 * sum));
}

torch::Tensor balanced_ce(const Parameters& a, const Image& x) {
  const double beta = a[0] >= 0 ? a[0] : 1 - x.g.mean().item<double>();
  return weighted(x, beta, 1 - beta).mean();
}

torch::Tensor focal(const Parameters& a, const Image& x) {
  const auto q = torch::where(x.g > 0.5, 1 - x.p, x.p);
  const auto alpha = a[0] < 0 ? torch::ones({}, x.g.options()) : 1 - a[0] + (2 * a[0] - 1) * x.g;
  // d(q^gamma) l / dp with l / q := 1 at q = 0: the product has the slope of q^gamma there for gamma < 1.
  const auto power = (a[1] < 1 ? q.clamp_min(x.tiny) : q).pow(a[1]);
  const auto loss = alpha * power * x.l();
  return a[2] > 0 ? loss.sum() : loss.mean();
}

torch::Tensor tversky_index(const torch::Tensor& p, const torch::Tensor& g, const Parameters& a) {
  const auto tp = (p * g).sum();
  const auto denominator = tp + a[0] * (p * (1 - g)).sum() + a[1] * ((1 - p) * g).sum() + a[3];
  if (denominator.item<double>() < 1e-200) {
    return 1 + 0 * tp;
  }
  return (tp + a[2]) / denominator;
}

torch::Tensor tversky(const Parameters& a, const Image& x) { return 1 - tversky_index(x.p, x.g, a); }

/// x^k with the slope held at that of 1e-7 below it.
torch::Tensor held_power(const torch::Tensor& x, double k) {
  const auto at = x.detach();
  return at.clamp_min(0).pow(k) + k * at.clamp_min(1e-7).pow(k - 1) * (x - at);
}

torch::Tensor focal_tversky(const Parameters& a, const Image& x) { return held_power(tversky(a, x), a[4]); }

torch::Tensor log_cosh_dice(const Parameters& a, const Image& x) { return torch::log(torch::cosh(dice(a, x))); }

torch::Tensor sens_spec(const Parameters& a, const Image& x) {
  const auto error = a[2] > 0 ? (1 - 2 * x.g) * (x.p - x.g) : (x.p - x.g).pow(2);
  const double n1 = count(x.g) + a[1];
  const double n0 = static_cast<double>(x.g.numel()) - count(x.g) + a[1];
  auto value = 0 * x.p.sum();
  if (n1 > 0) {
    value = value + a[0] * (error * x.g).sum() / n1;
  }
  return n0 > 0 ? value + (1 - a[0]) * (error * (1 - x.g)).sum() / n0 : value;
}

torch::Tensor shape_aware(const Parameters& a, const Image& x) {
  return ((1 + a[0] * x.scalars.at(0)[0] * x.fields.at(0)) * x.l()).mean();
}

torch::Tensor combo(const Parameters& a, const Image& x) {
  return a[0] * weighted(x, a[1], 1 - a[1]).mean() + (1 - a[0]) * dice({a[2], a[2], 0}, x);
}

torch::Tensor minus_log_dice(const torch::Tensor& p, const torch::Tensor& g, double smooth) {
  const auto denominator = p.sum() + g.sum() + smooth;
  if (denominator.item<double>() < 1e-200) {
    return 0 * p.sum();
  }
  const auto error = ((p + g - 2 * p * g).sum() / denominator).clamp_max(1);
  const auto held = error + ((1 - error.detach()).clamp_min(1e-7) - (1 - error.detach())) * -1;
  return -torch::log1p(-held);
}

torch::Tensor exp_log(const Parameters& a, const Image& x) {
  const double n = static_cast<double>(x.g.numel());
  const double n1 = count(x.g);
  auto region = held_power(minus_log_dice(x.p, x.g, a[4]), a[2]);
  if (a[5] > 0) {
    region = (region + held_power(minus_log_dice(1 - x.p, 1 - x.g, a[4]), a[2])) / 2;
  }
  const double w1 = a[6] > 0 ? a[7] : (n1 > 0 ? std::sqrt(n / n1) : 0);
  const double w0 = a[6] > 0 ? a[8] : (n1 < n ? std::sqrt(n / (n - n1)) : 0);
  const double divisor = a[9] > 0 ? w1 * n1 + w0 * (n - n1) : n;
  const auto l = x.l();
  const auto power = x.through_logit ? l.clamp_min(x.tiny).pow(a[3]) : held_power(l, a[3]);
  const auto cross = ((w0 + (w1 - w0) * x.g) * power).sum();
  return a[0] * region + a[1] * (divisor > 0 ? cross / divisor : 0 * cross);
}

torch::Tensor hausdorff(const Parameters&, const Image& x) { return ((x.p - x.g).pow(2) * x.fields.at(0)).mean(); }

torch::Tensor cmssl(const Parameters& a, const Image& x) {
  const double counted = x.scalars.at(0)[0];
  const auto l = x.l();
  auto value = counted > 0 ? (1 - a[1]) / counted * (x.fields.at(0) * l).sum() : 0 * l.sum();
  if (a[1] > 0) {
    value = value + a[1] * l.mean();
  }
  if (a[7] > 0) {  // the slope through the weights is checked by itself, against differences of the field
    value = value + (x.fields.at(1) * (x.p - x.p.detach())).sum();
  }
  return value;
}

torch::Tensor boundary(const Parameters& a, const Image& x) {
  const bool bounded = x.scalars.at(0)[0] > 0;
  const auto cost = (x.fields.at(0) + (bounded ? 1.0 : 0.0) * x.g) * x.p;
  return a[0] > 0 ? cost.sum() : cost.mean();
}

torch::Tensor label_smoothing(const Parameters& a, const Image& x) {
  const auto cost = (1 - a[0]) * x.l() + a[0] * x.l_other();
  return a[1] > 0 ? cost.sum() : cost.mean();
}

torch::Tensor iou(const Parameters& a, const Image& x) {
  const auto overlap = (x.p * x.g).sum();
  const auto both = x.p.sum() + x.g.sum() - overlap + a[1];
  return both.item<double>() < 1e-200 ? 0 * overlap : 1 - (overlap + a[0]) / both;
}

torch::Tensor log_hausdorff(const Parameters& a, const Image& x) { return torch::log1p(hausdorff(a, x)); }

torch::Tensor poly1(const Parameters& a, const Image& x) {
  const auto cost = x.l() + a[0] * torch::where(x.g > 0.5, 1 - x.p, x.p);
  return a[1] > 0 ? cost.sum() : cost.mean();
}

/// As Pearson's correlation of p and g, whose variance of g is that of a binary mask; p's "variance" is that of a coin
/// of its mean, which makes it Matthews' of the soft counts.
torch::Tensor mcc(const Parameters&, const Image& x) {
  const auto p = x.p.mean();
  const auto g = x.g.mean();
  const auto spread = p * (1 - p) * g * (1 - g);
  if (spread.item<double>() < 1e-200) {
    return (x.p - x.g).abs().sum().item<double>() > 0 ? 1 + 0 * p : 0 * p;
  }
  return 1 - ((x.p * x.g).mean() - p * g) / spread.sqrt();
}

const std::map<std::string, Formula>& formulas() {
  static const std::map<std::string, Formula> table{{"bce", bce},
                                                    {"wce", wce},
                                                    {"balanced_ce", balanced_ce},
                                                    {"focal", focal},
                                                    {"dice", dice},
                                                    {"tversky", tversky},
                                                    {"focal_tversky", focal_tversky},
                                                    {"sens_spec", sens_spec},
                                                    {"shape_aware", shape_aware},
                                                    {"combo", combo},
                                                    {"exp_log", exp_log},
                                                    {"dist_map", dist_map},
                                                    {"hausdorff", hausdorff},
                                                    {"cmssl", cmssl},
                                                    {"log_cosh_dice", log_cosh_dice},
                                                    {"boundary", boundary},
                                                    {"label_smoothing", label_smoothing},
                                                    {"iou", iou},
                                                    {"log_hausdorff", log_hausdorff},
                                                    {"poly1", poly1},
                                                    {"mcc", mcc}};
  return table;
}

}  // namespace

torch::Tensor counted_only(const torch::Tensor& values, const Problem& problem) {
  if (problem.counts.empty()) {
    return values;
  }
  const auto counts = torch::from_blob(problem.counts.data.get(), {values.numel()}, torch::kUInt8);
  return values.index_select(0, counts.nonzero().flatten());
}

Image constants(const Problem& problem, const std::vector<FieldPtr>& fields, torch::Dtype type) {
  Image image;
  const auto n = problem.mask.grid.voxels();
  image.g = counted_only(torch::from_blob(problem.mask.data.get(), {n}, torch::kUInt8).to(type), problem);
  for (const FieldPtr& field : fields) {
    const auto map = torch::from_blob(field->map.data.get(), {n}, torch::kFloat32).to(type);
    image.fields.push_back(counted_only(map, problem));
    image.scalars.push_back(field->scalars);
  }
  return image;
}

bool has_formula(const std::string& id) { return formulas().contains(id); }

torch::Tensor clamped_cross_entropy(const torch::Tensor& p, const torch::Tensor& g) {
  const auto q = torch::where(g > 0.5, 1 - p, p);
  const auto held = q + (q.detach().clamp_max(1 - 1e-7) - q.detach());
  return -torch::log1p(-held);
}

torch::Tensor value(const std::string& id, const Parameters& parameters, const Image& image) {
  return formulas().at(id)(parameters, image);
}

}  // namespace lossscope::autograd
