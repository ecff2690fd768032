// SPDX-License-Identifier: Apache-2.0
#include "app/engine/representatives.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <utility>

#include "app/engine/single_voxels.h"
#include "basics/merged_pool.h"
#include "basics/trace.h"
#include "losses/counts.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr int kDropped = 15;                            ///< bits of a float: 8 of its fraction stay
constexpr std::int64_t kPiece = std::int64_t{1} << 21;  ///< voxels: a table is dear to clear
/// So many voxels of the mask, and of the rest, are looked at one by one: of those the singles are told from the
/// others.
constexpr std::int64_t kMostWrong = std::int64_t{1} << 14;

/// Which bin a prediction belongs to: by its leading bits, a probability from 0.5 on by those of 1 - p, for what it
/// costs may depend on either.
class Keys {
 public:
  explicit Keys(PredictionKind kind) : logits_(kind == PredictionKind::logit) {}
  [[nodiscard]] std::size_t count() const { return logits_ ? std::size_t{1} << (32 - kDropped) : 2 * kHalf; }
  [[nodiscard]] std::size_t of(float value) const {
    if (logits_ || value < 0.5F) {
      return std::min<std::size_t>(leading(value), count() - 1);
    }
    return kHalf + std::min<std::size_t>(leading(std::max(0.0F, 1 - value)), kHalf - 1);
  }

 private:
  static std::size_t leading(float value) { return std::bit_cast<std::uint32_t>(value) >> kDropped; }
  static constexpr std::size_t kHalf = (std::bit_cast<std::uint32_t>(0.5F) >> kDropped) + 1;
  bool logits_;
};

/// The ends of one number, and the first voxels that have them.
struct Ends {
  float low = std::numeric_limits<float>::infinity(), high = -low;
  std::int64_t at_low = -1, at_high = -1;

  /// Of two equal ends the first voxel stays, whatever order the pieces come in.
  void add(float value, std::int64_t at) {
    if (value < low || (value == low && at < at_low)) {
      low = value;
      at_low = at;
    }
    if (value > high || (value == high && at < at_high)) {
      high = value;
      at_high = at;
    }
  }
  void add(const Ends& other) {
    if (other.at_low >= 0 && (other.low < low || (other.low == low && other.at_low < at_low))) {
      low = other.low;
      at_low = other.at_low;
    }
    if (other.at_high >= 0 && (other.high > high || (other.high == high && other.at_high < at_high))) {
      high = other.high;
      at_high = other.at_high;
    }
  }
};

struct Bin {
  std::int64_t count = 0;
  Ends prediction;
};

/// Voxels that stand for others, as Representatives has them.
struct Standing {
  std::vector<std::int64_t> voxels, counts;
  std::vector<std::uint8_t> single;

  void add_single(std::int64_t voxel) { add(voxel, 1); }
  /// Adds those of a bin that hold the ends of its prediction and of its fields.
  void add(const Bin& bin, std::span<const Ends> fields) {
    std::vector<std::int64_t> chosen{bin.prediction.at_low, bin.prediction.at_high};
    for (const Ends& field : fields) {
      chosen.push_back(field.at_low);
      chosen.push_back(field.at_high);
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    std::erase(chosen, -1);  // a bin without voxels, or of nothing but NaN
    for (const std::int64_t voxel : chosen) {
      add(voxel, 0);
    }
    if (!chosen.empty()) {
      counts.back() += bin.count - static_cast<std::int64_t>(chosen.size());
    }
  }

 private:
  void add(std::int64_t voxel, std::uint8_t is_single) {
    voxels.push_back(voxel);
    counts.push_back(1);
    single.push_back(is_single);
  }
};

/// The bins of a piece of the volume: those outside of the mask, then those inside.
class Table {
 public:
  Table(Keys keys, std::size_t fields)
      : keys_(keys), bins_(2 * keys.count()), fields_(fields, std::vector<Ends>(2 * keys.count())) {}

  /// `counts` as Problem::counted.
  void add(const std::uint8_t* mask, const std::uint8_t* counts, const float* prediction,
           std::span<const float* const> fields, std::int64_t begin, std::int64_t end) {
    for (std::int64_t at = begin; at < end;) {
      if (!counts_at(counts, at)) {
        ++at;
        continue;
      }
      const std::uint32_t bits = std::bit_cast<std::uint32_t>(prediction[at]);
      std::int64_t next = at + 1;  // most of a volume is one number, again and again
      while (next < end && std::bit_cast<std::uint32_t>(prediction[next]) == bits && mask[next] == mask[at] &&
             counts_at(counts, next)) {
        ++next;
      }
      const std::size_t place = place_of(mask[at] != 0, prediction[at]);
      bins_[place].count += next - at;
      bins_[place].prediction.add(prediction[at], at);
      for (std::size_t field = 0; field < fields.size(); ++field) {
        for (std::int64_t voxel = at; voxel < next; ++voxel) {
          fields_[field][place].add(fields[field][voxel], voxel);
        }
      }
      at = next;
    }
  }

  void add(const Table& other) {
    for (std::size_t place = 0; place < bins_.size(); ++place) {
      if (other.bins_[place].count == 0) {
        continue;
      }
      bins_[place].count += other.bins_[place].count;
      bins_[place].prediction.add(other.bins_[place].prediction);
      for (std::size_t field = 0; field < fields_.size(); ++field) {
        fields_[field][place].add(other.fields_[field][place]);
      }
    }
  }

  [[nodiscard]] std::size_t place_of(bool in_mask, float prediction) const {
    return keys_.of(prediction) + (in_mask ? keys_.count() : 0);
  }

  /// Between which predictions the bins lie that hold the most wrong voxels, of the mask and outside of it at most
  /// `most` each.
  [[nodiscard]] WrongLimits limits(std::int64_t most) const {
    WrongLimits limits;
    limits.background = -limit(0, -1, most);
    limits.mask = limit(keys_.count(), 1, most);
    return limits;
  }
  /// Whether all of a bin's voxels lie beyond the limits.
  [[nodiscard]] bool beyond(const WrongLimits& limits, std::size_t place) const {
    const bool in_mask = place >= keys_.count();
    const Ends& ends = bins_[place].prediction;
    return bins_[place].count > 0 && limits.hold(in_mask, in_mask ? ends.high : ends.low);
  }

  /// Adds what stands for the voxels of all bins but those beyond the limits.
  void take(const WrongLimits& limits, Standing& standing) const {
    std::vector<Ends> fields(fields_.size());
    for (std::size_t place = 0; place < bins_.size(); ++place) {
      if (bins_[place].count == 0 || beyond(limits, place)) {
        continue;
      }
      for (std::size_t field = 0; field < fields_.size(); ++field) {
        fields[field] = fields_[field][place];
      }
      standing.add(bins_[place], fields);
    }
  }

 private:
  /// The lowest of sign * prediction of the first bin that does not fit, going up from the lowest ones.
  [[nodiscard]] float limit(std::size_t first, float sign, std::int64_t most) const {
    std::vector<std::pair<float, std::int64_t>> bins;
    for (std::size_t place = first; place < first + keys_.count(); ++place) {
      const Ends& ends = bins_[place].prediction;
      if (bins_[place].count > 0 && ends.at_low >= 0) {
        bins.emplace_back(sign > 0 ? ends.low : -ends.high, bins_[place].count);
      }
    }
    std::sort(bins.begin(), bins.end());
    std::int64_t voxels = 0;
    for (const auto& [end, count] : bins) {
      voxels += count;
      if (voxels > most) {
        return end;
      }
    }
    return std::numeric_limits<float>::infinity();
  }

  Keys keys_;
  std::vector<Bin> bins_;
  std::vector<std::vector<Ends>> fields_;
};

/// Adds each single voxel beyond the limits, so that how many lie beyond an end is exact, and what stands for the
/// others.
void take_wrong(const Table& table, const WrongLimits& limits, std::span<const WrongVoxel> wrong,
                const Problem& problem, std::span<const float* const> fields, Standing& standing) {
  struct Few {
    Bin bin;
    std::vector<Ends> fields;
  };
  std::map<std::size_t, Few> bins;
  const auto mask = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  for (const auto& [at, single] : wrong) {
    const std::size_t place = table.place_of(mask[at] != 0, prediction[at]);
    if (!table.beyond(limits, place)) {
      continue;  // the bin is there already
    }
    if (single) {
      standing.add_single(at);
      continue;
    }
    Few& few = bins[place];
    few.fields.resize(fields.size());
    ++few.bin.count;
    few.bin.prediction.add(prediction[at], at);
    for (std::size_t field = 0; field < fields.size(); ++field) {
      few.fields[field].add(fields[field][at], at);
    }
  }
  for (const auto& [place, few] : bins) {
    standing.add(few.bin, few.fields);
  }
}

template <class T>
Volume gathered_at(const Volume& volume, const std::vector<std::int64_t>& voxels) {
  if (volume.empty() || voxels.empty()) {
    return {};
  }
  const Volume few = make_volume(Grid{{static_cast<std::int64_t>(voxels.size()), 1, 1}}, volume.type);
  const auto from = volume.voxels<T>(), to = few.voxels<T>();
  std::transform(voxels.begin(), voxels.end(), to.begin(), [&](std::int64_t at) { return from[at]; });
  return few;
}

}  // namespace

std::vector<float> Representatives::values(const LossResult& result, MapKind kind) const {
  if (counts.empty() || !result.loss->has_map(kind, result.fields)) {
    return {};
  }
  std::vector<float> values(counts.size());
  const std::span<float> out(values);
  result.loss->map_range(result.parameters, inputs.problem, inputs.fields, result.reduction, 0, {&kind, 1}, {&out, 1});
  return values;
}

Representatives representatives(const Problem& problem, std::span<const FieldPtr> fields, int threads,
                                const std::stop_token& stop) {
  const trace::Span span(trace::Category::map, "voxels that stand for all");
  const auto mask = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  std::vector<const float*> maps;
  for (const FieldPtr& field : fields) {
    if (!field->map.empty()) {  // some are numbers alone
      maps.push_back(field->map.voxels<float>().data());
    }
  }
  MergedPool<Table> tables;
  const Keys keys(problem.kind);
  parallel_pieces(problem.mask.grid.voxels(), kPiece, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    auto table = tables.take(keys, maps.size());
    table->add(mask.data(), problem.counted(), prediction.data(), maps, begin, end);
    tables.give_back(std::move(table));
  });
  const auto table = tables.merged(keys, maps.size());
  const WrongLimits limits = table->limits(kMostWrong);
  Standing standing;
  table->take(limits, standing);
  take_wrong(*table, limits, wrong_voxels(problem, limits, threads, stop), problem, maps, standing);
  Representatives made;
  made.counts = std::move(standing.counts);
  made.single = std::move(standing.single);
  made.voxels = std::move(standing.voxels);
  made.inputs.problem = problem;
  made.inputs.problem.mask = gathered_at<std::uint8_t>(problem.mask, made.voxels);
  made.inputs.problem.prediction = gathered_at<float>(problem.prediction, made.voxels);
  made.inputs.problem.counts = {};  // only voxels that count stand for others
  for (const FieldPtr& field : fields) {
    made.inputs.fields.push_back(
        std::make_shared<const Field>(Field{gathered_at<float>(field->map, made.voxels), field->scalars, {}}));
  }
  return made;
}

}  // namespace lossscope
