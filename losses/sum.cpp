// SPDX-License-Identifier: Apache-2.0
#include "losses/sum.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "basics/number_text.h"

namespace lossscope {
namespace {

constexpr double kMostWeight = 1000;

void append(std::string& list, std::string_view separator, std::string_view text) {
  if (!list.empty()) {
    list += separator;
  }
  list += text;
}

/// Texts of all parts that have one, each once.
std::string joined(std::span<const Loss* const> parts, std::string_view Declaration::*member,
                   std::string_view separator) {
  std::vector<std::string_view> texts;
  std::string all;
  for (const Loss* part : parts) {
    const std::string_view text = part->declaration().*member;
    if (!text.empty() && std::ranges::find(texts, text) == texts.end()) {
      texts.push_back(text);
      append(all, separator, text);
    }
  }
  return all;
}

struct SumPreset {
  std::array<std::string_view, 2> losses;
  Preset preset;
};

// The binary forms; weights are 1, as they are by default.
constexpr std::pair<std::string_view, double> kDiceCrossEntropy[]{{"dice.smooth_nr", 1e-5}, {"dice.smooth_dr", 1e-5}};
constexpr std::pair<std::string_view, double> kDiceFocal[]{
    {"dice.smooth_nr", 1e-5}, {"dice.smooth_dr", 1e-5}, {"focal.alpha", -1}, {"focal.gamma", 2}};
constexpr std::array kSumPresets{
    SumPreset{{"dice", "bce"},
              {"nnU-Net v2 (one structure)", kDiceCrossEntropy, "nnU-Net's value is ours minus 1", 1, -1, "nnunet"}},
    SumPreset{{"dice", "bce"},
              {.name = "MONAI DiceCELoss(sigmoid=True)", .values = kDiceCrossEntropy, .id = "monai_dice_ce"}},
    SumPreset{{"dice", "focal"},
              {.name = "MONAI DiceFocalLoss(sigmoid=True)", .values = kDiceFocal, .id = "monai_dice_focal"}},
};

/// The presets of the sum of these losses, in whatever order they stand.
std::vector<Preset> presets_of(std::span<const Loss* const> parts) {
  std::vector<Preset> presets;
  for (const SumPreset& row : kSumPresets) {
    const bool same = row.losses.size() == parts.size() && std::ranges::all_of(parts, [&](const Loss* part) {
                        return std::ranges::find(row.losses, part->declaration().id) != row.losses.end();
                      });
    if (same) {
      presets.push_back(row.preset);
    }
  }
  return presets;
}

}  // namespace

SumLoss::SumLoss(std::vector<const Loss*> parts) : parts_(std::move(parts)) {
  declare();
  for (const Loss* part : parts_) {
    add_parameters(*part);
  }
}

std::string_view SumLoss::keep(std::string text) { return texts_.emplace_back(std::move(text)); }

void SumLoss::declare() {
  std::string live;
  for (std::size_t at = 0; at < parts_.size(); ++at) {
    const Declaration& part = parts_[at]->declaration();
    append(live, " + ", "{");
    live += part.id;
    live += ".weight} · {v" + std::to_string(at) + "} (";
    live += part.name;
    live += ")";
  }
  declaration_.id = keep(joined(parts_, &Declaration::id, "+"));
  declaration_.name = keep(joined(parts_, &Declaration::name, " + "));
  declaration_.family = "Compound";
  declaration_.live = keep(std::move(live));
  declaration_.summary = keep("The weighted sum of " + joined(parts_, &Declaration::name, " and ") +
                              ": value, contributions and gradients of the parts, times their weights, add up. " +
                              joined(parts_, &Declaration::summary, " "));
  declaration_.use_when = keep(joined(parts_, &Declaration::use_when, " "));
  declaration_.avoid_when = keep(joined(parts_, &Declaration::avoid_when, " "));
  declaration_.citation = keep(joined(parts_, &Declaration::citation, " "));
  declaration_.link = parts_.front()->declaration().link;
  declaration_.slips = keep(joined(parts_, &Declaration::slips, " "));
  const auto all = [&](bool Declaration::*member) {
    return std::ranges::all_of(parts_, [&](const Loss* part) { return part->declaration().*member; });
  };
  declaration_.zero_when_perfect = all(&Declaration::zero_when_perfect);
  declaration_.rewards = std::ranges::any_of(parts_, [](const Loss* part) { return part->declaration().rewards; });
  presets_ = presets_of(parts_);
  declaration_.presets = presets_;
}

void SumLoss::add_parameters(const Loss& part) {
  const Declaration& about = part.declaration();
  const std::string prefix = std::string(about.id) + ".";
  parameters_.push_back({.id = keep(prefix + "weight"),
                         .symbol = keep("\\lambda_{\\mathrm{" + std::string(about.id) + "}}"),
                         .label = keep("Weight of " + std::string(about.name)),
                         .meaning = "What this loss is multiplied by in the sum.",
                         .minimum = 0,
                         .maximum = kMostWeight,
                         .slider_maximum = 5,
                         .default_value = 1,
                         .in_terms = false});
  for (ParameterInfo row : part.parameters()) {
    row.id = keep(prefix + std::string(row.id));
    row.label = keep(std::string(about.name) + ": " + std::string(row.label));
    parameters_.push_back(row);
  }
}

std::vector<SumLoss::Part> SumLoss::parts(std::span<const double> parameters, std::span<const FieldPtr> fields) const {
  std::vector<Part> parts;
  for (const Loss* loss : parts_) {
    const std::size_t count = loss->parameters().size();
    const double weight = parameters.front();
    const auto own = parameters.subspan(1, count);
    parameters = parameters.subspan(1 + count);
    const std::size_t field_count = fields.empty() ? 0 : loss->fields(own).size();
    parts.push_back({*loss, weight, own, fields.subspan(0, field_count)});
    fields = fields.subspan(field_count);
  }
  return parts;
}

std::vector<FieldRequest> SumLoss::fields(std::span<const double> parameters) const {
  std::vector<FieldRequest> all;
  for (const Part& part : parts(parameters)) {
    const std::vector<FieldRequest> own = part.loss.fields(part.parameters);
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

void SumLoss::conclude(std::span<const Part> parts, Reduction& reduction) {
  reduction.value = 0;
  reduction.blind.clear();
  bool sees = false;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const Reduction& part = reduction.parts[at];
    reduction.value += parts[at].weight * part.value;
    sees = sees || (parts[at].weight > 0 && part.blind.empty());
  }
  for (const Reduction& part : reduction.parts) {
    if (!sees && !part.blind.empty()) {
      append(reduction.blind, " ", part.blind);
    }
  }
  reduction.voxels = reduction.parts.front().voxels;
  reduction.positives = reduction.parts.front().positives;
}

Reduction SumLoss::reduce(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                          int threads, std::stop_token stop) const {
  check_inputs(*this, parameters, problem, fields);
  const std::vector<Part> all = parts(parameters, fields);
  Reduction reduction;
  for (const Part& part : all) {
    reduction.parts.push_back(part.loss.reduce(part.parameters, problem, part.fields, threads, stop));
    reduction.seconds += reduction.parts.back().seconds;
  }
  conclude(all, reduction);
  return reduction;
}

Reduction SumLoss::finish(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                          const Reduction& previous) const {
  check_inputs(*this, parameters, problem, fields);
  const std::vector<Part> all = parts(parameters, fields);
  Reduction reduction = previous;
  for (std::size_t at = 0; at < all.size(); ++at) {
    reduction.parts[at] = all[at].loss.finish(all[at].parameters, problem, all[at].fields, previous.parts[at]);
  }
  conclude(all, reduction);
  return reduction;
}

bool SumLoss::runs_on_host() const {
  return std::ranges::all_of(parts_, [](const Loss* part) { return part->runs_on_host(); });
}

bool SumLoss::has_map(MapKind kind, std::span<const FieldPtr> fields) const {
  // No part of the registry needs its fields to say so.
  return std::ranges::all_of(parts_, [&](const Loss* part) { return part->has_map(kind, fields); });
}

void SumLoss::add_maps(std::span<const double> parameters, std::span<const FieldPtr> fields,
                       std::span<const std::span<float>> out, const MapPart& map) const {
  std::vector<std::vector<float>> memory;
  std::vector<std::span<float>> own;
  for (const auto& whole : out) {
    own.emplace_back(memory.emplace_back(whole.size()));
    std::ranges::fill(whole, 0.0F);
  }
  const std::vector<Part> all = parts(parameters, fields);
  for (std::size_t at = 0; at < all.size(); ++at) {
    map(at, all[at], own);
    const auto weight = static_cast<float>(all[at].weight);
    for (std::size_t kind = 0; kind < out.size(); ++kind) {
      for (std::size_t i = 0; i < own[kind].size(); ++i) {
        out[kind][i] += weight * own[kind][i];
      }
    }
  }
}

void SumLoss::map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                        const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                        std::span<const std::span<float>> out) const {
  add_maps(parameters, fields, out, [&](std::size_t at, const Part& part, std::span<const std::span<float>> own) {
    part.loss.map_plane(part.parameters, problem, part.fields, reduction.parts[at], plane, kinds, own);
  });
}

void SumLoss::map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                        const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                        std::span<const std::span<float>> out) const {
  constexpr std::int64_t kTile = 8192;  // voxels: what the parts write is still in the nearest cache when it is added
  const auto voxels = out.empty() ? 0 : static_cast<std::int64_t>(out.front().size());
  for (std::int64_t tile = 0; tile < voxels; tile += kTile) {
    const auto maps = parts_of(out, tile, std::min(voxels, tile + kTile));
    add_maps(parameters, fields, maps, [&](std::size_t at, const Part& part, std::span<const std::span<float>> own) {
      part.loss.map_range(part.parameters, problem, part.fields, reduction.parts[at], begin + tile, kinds, own);
    });
  }
}

void SumLoss::map_volume(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                         const Reduction& reduction, std::span<const MapKind> kinds,
                         std::span<const std::span<float>> out, int threads, std::stop_token stop) const {
  if (runs_on_host()) {
    Loss::map_volume(parameters, problem, fields, reduction, kinds, out, threads, std::move(stop));
    return;
  }
  // A device maps a volume at once.
  check_map_sizes(out, problem.mask.grid.voxels());
  add_maps(parameters, fields, out, [&](std::size_t at, const Part& part, std::span<const std::span<float>> own) {
    part.loss.map_volume(part.parameters, problem, part.fields, reduction.parts[at], kinds, own, threads, stop);
  });
}

const SumLoss* as_sum(const Loss& loss) { return dynamic_cast<const SumLoss*>(&loss); }

std::vector<SumLoss::Part> parts_of_loss(const Loss& loss, std::span<const double> parameters) {
  const SumLoss* sum = as_sum(loss);
  return sum != nullptr ? sum->parts(parameters) : std::vector<SumLoss::Part>{{loss, 1, parameters, {}}};
}

const Loss* SumShelf::get(std::string_view id, const Find& find) {
  const std::lock_guard lock(mutex_);
  if (const auto known = made_.find(id); known != made_.end()) {
    return known->second.get();
  }
  std::vector<const Loss*> parts;
  for (std::string_view rest = id;;) {
    const auto plus = rest.find('+');
    const Loss* part = find(rest.substr(0, plus));
    if (part == nullptr || std::ranges::find(parts, part) != parts.end()) {
      return nullptr;
    }
    parts.push_back(part);
    if (plus == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(plus + 1);
  }
  if (parts.size() < 2 || parts.size() > kMostParts) {
    return nullptr;
  }
  return made_.emplace(id, std::make_unique<const SumLoss>(std::move(parts))).first->second.get();
}

std::optional<SumText> parse_sum(std::string_view text) {
  SumText sum;
  while (true) {
    std::optional<double> written;
    double weight = 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    if (error == std::errc()) {
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
      if (!text.starts_with('*')) {
        return std::nullopt;
      }
      text.remove_prefix(1);
      written = weight;
    }
    const auto plus = text.find('+');
    const std::string_view id = text.substr(0, plus);
    if (id.empty() || id.find('*') != std::string_view::npos) {
      return std::nullopt;
    }
    append(sum.id, "+", id);
    sum.weights.push_back(written);
    if (plus == std::string_view::npos) {
      return sum.weights.size() > 1 ? std::optional(sum) : std::nullopt;
    }
    text.remove_prefix(plus + 1);
  }
}

std::string sum_with_preset(std::string_view name) {
  const auto found = std::ranges::find_if(
      kSumPresets, [&](const SumPreset& row) { return row.preset.id == name || row.preset.name == name; });
  std::string id;
  if (found != kSumPresets.end()) {
    for (const std::string_view part : found->losses) {
      append(id, "+", part);
    }
  }
  return id;
}

std::string loss_name(const Loss& loss, std::span<const double> parameters) {
  const SumLoss* sum = as_sum(loss);
  if (sum == nullptr) {
    return std::string(loss.declaration().name);
  }
  std::string name;
  for (const SumLoss::Part& part : sum->parts(parameters)) {
    append(name, " + ", part.weight == 1 ? std::string() : shortest_text(part.weight) + ' ');
    name += part.loss.declaration().name;
  }
  return name;
}

std::string loss_text(const Loss& loss, std::span<const double> parameters) {
  const SumLoss* sum = as_sum(loss);
  if (sum == nullptr) {
    return std::string(loss.declaration().id);
  }
  std::string text;
  for (const SumLoss::Part& part : sum->parts(parameters)) {
    append(text, "+", shortest_text(part.weight));
    text += '*';
    text += part.loss.declaration().id;
  }
  return text;
}

}  // namespace lossscope
