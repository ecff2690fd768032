// SPDX-License-Identifier: Apache-2.0
#include "app/engine/range_finder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>

#include "app/engine/script_loss.h"
#include "losses/drivers/driver.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

/// How often values come, by the leading bits of a float, with the ends of each bin.
class ValueBins {
 public:
  void add(std::span<const float> values) {
    for (const float value : values) {
      Bin& bin = bins_[std::bit_cast<std::uint32_t>(value) >> kDropped];
      bin.low = bin.count == 0 ? value : std::min(bin.low, value);
      bin.high = bin.count == 0 ? value : std::max(bin.high, value);
      ++bin.count;
    }
  }
  void add(const ValueBins& other) {
    for (std::size_t at = 0; at < bins_.size(); ++at) {
      const Bin& from = other.bins_[at];
      Bin& bin = bins_[at];
      if (from.count > 0) {
        bin.low = bin.count == 0 ? from.low : std::min(bin.low, from.low);
        bin.high = bin.count == 0 ? from.high : std::max(bin.high, from.high);
        bin.count += from.count;
      }
    }
  }
  [[nodiscard]] ValueSample sample() const {
    ValueSample sample;
    for (const Bin& bin : bins_) {
      if (bin.count > 1) {
        sample.values.push_back(bin.low);
        sample.counts.push_back(1);
      }
      if (bin.count > 0) {
        sample.values.push_back(bin.high);
        sample.counts.push_back(std::max<std::int64_t>(bin.count - 1, 1));
      }
    }
    return sample;
  }

 private:
  static constexpr int kDropped = 15;
  struct Bin {
    std::int64_t count = 0;
    float low = 0, high = 0;
  };
  std::vector<Bin> bins_ = std::vector<Bin>(std::size_t{1} << (32 - kDropped));
};

/// The result with a loss that runs on the host, where the host has all that it needs; null elsewhere.
LossResultPtr on_host(const LossResultPtr& result) {
  if (result->loss->runs_on_host()) {
    return result;
  }
  const Loss* loss = find_loss(result->loss->declaration().id);
  if (loss == nullptr || !result->fields.empty()) {
    return nullptr;
  }
  LossResult here = *result;
  here.loss = loss;
  here.driver.reset();
  return std::make_shared<const LossResult>(std::move(here));
}

bool is_script(const LossResult& result) { return result.loss == &script_loss(); }

bool is_gradient(MapKind kind) { return kind == MapKind::gradient_probability || kind == MapKind::gradient_logit; }

ValueRange range_from(std::span<const float> values, std::span<const std::int64_t> counts, bool is_signed,
                      const ColourRange& chosen, std::span<const std::uint8_t> single = {}) {
  return chosen.locked ? locked_range(chosen, values, counts) : range_of(values, counts, is_signed, single);
}

/// Says which value has the largest size, and where; nothing where all are 0 or not finite.
void say_largest(ValueRange& range, std::span<const float> values, std::span<const std::int64_t> voxels) {
  for (std::size_t at = 0; at < values.size(); ++at) {
    const auto value = static_cast<double>(values[at]);
    if (std::isfinite(value) && std::abs(value) > std::abs(range.largest)) {
      range.largest = value;
      range.largest_at = voxels[at];
    }
  }
}

}  // namespace

std::vector<float> divided(std::vector<float> values, double by) {
  for (float& value : values) {
    value = by > 0 ? static_cast<float>(static_cast<double>(value) / by) : 0.0F;
  }
  return values;
}

ValueSample sample_of(const RangeValues& values, std::int64_t voxels, int threads, const std::stop_token& stop) {
  constexpr std::int64_t kPiece = std::int64_t{1} << 18;
  ValueBins all;
  std::mutex mutex;
  parallel_pieces(voxels, kPiece, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> piece(static_cast<std::size_t>(end - begin));
    values(begin, piece);
    const std::lock_guard lock(mutex);  // what is counted costs little beside a map of it
    all.add(piece);
  });
  return all.sample();
}

const Representatives& RangeFinder::voxels_of(const Problem& problem, const std::vector<FieldPtr>& fields,
                                              const std::stop_token& stop) {
  for (Known& known : known_) {
    if (same_inputs(known.problem, problem) && known.fields == fields) {
      known.used = true;
      return known.voxels;
    }
  }
  known_.push_back({problem, fields, representatives(problem, fields, threads_, stop)});
  return known_.back().voxels;
}

template <class Make>
const ValueSample& RangeFinder::kept(const std::shared_ptr<const void>& of, MapKind kind, const Make& make) {
  for (Sampled& sampled : sampled_) {
    if (sampled.of == of && sampled.kind == kind) {
      sampled.used = true;
      return sampled.sample;
    }
  }
  sampled_.push_back({of, kind, make()});
  return sampled_.back().sample;
}

ValueRange RangeFinder::of_map(const LossResultPtr& result, MapKind kind, const ColourRange& chosen,
                               const std::stop_token& stop) {
  for (Found& found : found_) {
    if (found.of == result && found.kind == kind && found.chosen == chosen) {
      found.used = true;
      keep_what_it_was_found_by(result);
      return found.range;
    }
  }
  found_.push_back({result, kind, chosen, find_map(result, kind, chosen, stop)});
  return found_.back().range;
}

void RangeFinder::keep_what_it_was_found_by(const LossResultPtr& result) {
  for (Known& known : known_) {
    known.used = known.used || (known.fields == result->fields && same_inputs(known.problem, result->problem));
  }
  for (Sampled& sampled : sampled_) {
    sampled.used = sampled.used || sampled.of == result;
  }
}

ValueRange RangeFinder::find_map(const LossResultPtr& result, MapKind kind, const ColourRange& chosen,
                                 const std::stop_token& stop) {
  const LossResultPtr here = on_host(result);
  if (!result->loss->has_map(kind, result->fields)) {
    return range_from({}, {}, is_gradient(kind), chosen);
  }
  if (!here || is_script(*result) || result->classes) {  // a GPU has but one queue
    const ValueSample& sample = kept(result, kind, [&] {
      return sample_of(map_values(result, kind), result->problem.mask.grid.voxels(), here ? threads_ : 1, stop);
    });
    return range_from(sample.values, sample.counts, is_gradient(kind), chosen);
  }
  const Representatives& voxels = voxels_of(here->problem, here->fields, stop);
  const std::vector<float> values = voxels.values(*here, kind);
  ValueRange range = range_from(values, voxels.counts, is_gradient(kind), chosen, voxels.single);
  say_largest(range, values, voxels.voxels);
  if (chosen.locked && !here->fields.empty()) {  // of a bin only the ends are known, not how its fields lie between
    range.above = range.above > 0 ? ValueRange::kUncounted : 0;
    range.below = range.below > 0 ? ValueRange::kUncounted : 0;
  }
  return range;
}

ValueRange RangeFinder::of_field(const LossResultPtr& result, const ColourRange& chosen, const std::stop_token& stop) {
  if (result->fields.empty()) {
    return range_from({}, {}, false, chosen);
  }
  const FieldPtr& field = result->fields.front();
  const ValueSample& sample = kept(field, {}, [&] {
    const Volume map = field->resident ? result->driver->field_map(*field) : field->map;
    return map.empty() ? ValueSample() : sample_of(volume_values(map), map.grid.voxels(), threads_, stop);
  });
  return range_from(sample.values, sample.counts, false, chosen);
}

ValueRange RangeFinder::of_volume(const Volume& volume, const ColourRange& chosen, const std::stop_token& stop) {
  const ValueSample& sample =
      kept(volume.data, {}, [&] { return sample_of(volume_values(volume), volume.grid.voxels(), threads_, stop); });
  return range_from(sample.values, sample.counts, true, chosen);
}

std::optional<ValueRange> RangeFinder::of_difference(const LossResult& first, double first_norm,
                                                     const LossResult& second, double second_norm, MapKind kind,
                                                     const ColourRange& chosen, const std::stop_token& stop) {
  const LossResultPtr a = on_host(std::make_shared<const LossResult>(first));
  const LossResultPtr b = on_host(std::make_shared<const LossResult>(second));
  if (!a || !b || is_script(*a) || is_script(*b) || a->classes || b->classes) {
    return std::nullopt;
  }
  std::vector<FieldPtr> fields = a->fields;
  fields.insert(fields.end(), b->fields.begin(), b->fields.end());
  const Representatives& both = voxels_of(a->problem, fields, stop);
  Representatives part{both.voxels, both.counts, both.single, {both.inputs.problem, {}}};
  const auto border = both.inputs.fields.begin() + static_cast<std::ptrdiff_t>(a->fields.size());
  part.inputs.fields.assign(both.inputs.fields.begin(), border);
  std::vector<float> values = divided(part.values(*a, kind), first_norm);
  part.inputs.fields.assign(border, both.inputs.fields.end());
  const std::vector<float> others = divided(part.values(*b, kind), second_norm);
  const std::size_t count = std::min(values.size(), others.size());
  std::vector<std::int64_t> counts = both.counts;
  std::vector<std::uint8_t> single = both.single;
  for (std::size_t at = 0; at < count; ++at) {
    values.push_back(others[at]);
    values.push_back(values[at] - others[at]);
    counts.insert(counts.end(), 2, both.counts[at]);
    single.insert(single.end(), 2, both.single[at]);
  }
  return range_from(values, counts, true, chosen, single);
}

void RangeFinder::drop_unused() {
  const auto forget = [](auto& entries) {
    entries.remove_if([](const auto& entry) { return !entry.used; });
    for (auto& entry : entries) {
      entry.used = false;
    }
  };
  forget(known_);
  forget(sampled_);
  forget(found_);
}

}  // namespace lossscope
