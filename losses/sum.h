// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

inline constexpr std::size_t kMostParts = 8;

/// A weighted sum of losses, as networks are trained with (losses.md section 7): value, contributions, gradients and
/// what-ifs are those of its parts, times their weights, added. A parameter NAME of the part ID is called ID.NAME, and
/// the part's weight ID.weight, 0 or more, 1 by default.
class SumLoss final : public Loss {
 public:
  /// `parts`: 2 to kMostParts different losses of one driver, which must outlive this.
  explicit SumLoss(std::vector<const Loss*> parts);

  [[nodiscard]] const Declaration& declaration() const override { return declaration_; }
  [[nodiscard]] std::span<const ParameterInfo> parameters() const override { return parameters_; }
  [[nodiscard]] std::vector<FieldRequest> fields(std::span<const double> parameters) const override;
  Reduction reduce(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                   int threads, std::stop_token stop) const override;
  Reduction finish(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                   const Reduction& previous) const override;
  [[nodiscard]] bool runs_on_host() const override;
  [[nodiscard]] bool has_map(MapKind kind, std::span<const FieldPtr> fields) const override;
  void map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override;
  void map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override;
  void map_volume(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                  const Reduction& reduction, std::span<const MapKind> kinds, std::span<const std::span<float>> out,
                  int threads, std::stop_token stop) const override;

  /// One part of the sum, with what belongs to it of the sum's parameters and fields.
  struct Part {
    const Loss& loss;
    double weight;
    std::span<const double> parameters;
    std::span<const FieldPtr> fields;
  };
  /// The parts in their order; Reduction::parts has their reductions in the same one. `fields` may be left out where
  /// they are not needed.
  [[nodiscard]] std::vector<Part> parts(std::span<const double> parameters,
                                        std::span<const FieldPtr> fields = {}) const;

 private:
  [[nodiscard]] std::string_view keep(std::string text);
  void declare();
  void add_parameters(const Loss& part);
  /// Value and blindness from the parts' reductions.
  static void conclude(std::span<const Part> parts, Reduction& reduction);
  /// Adds up what `map` writes for each part into maps of the size of `out`.
  using MapPart = std::function<void(std::size_t, const Part&, std::span<const std::span<float>>)>;
  void add_maps(std::span<const double> parameters, std::span<const FieldPtr> fields,
                std::span<const std::span<float>> out, const MapPart& map) const;

  std::vector<const Loss*> parts_;
  std::deque<std::string> texts_;  ///< what the views below look at
  std::vector<Preset> presets_;
  Declaration declaration_;
  std::vector<ParameterInfo> parameters_;
};

/// A loss as the sum that it is; nullptr where it is none.
[[nodiscard]] const SumLoss* as_sum(const Loss& loss);

/// The parts of a sum; of any other loss itself, with weight 1. Views of `parameters`.
[[nodiscard]] std::vector<SumLoss::Part> parts_of_loss(const Loss& loss, std::span<const double> parameters);

/// The sums that were asked for, each made once and kept.
class SumShelf {
 public:
  using Find = std::function<const Loss*(std::string_view id)>;
  /// The sum of the losses that `id` names, joined by + ("dice+bce"); nullptr where `find` does not know one of them,
  /// where one stands twice, or where they are not 2 to kMostParts. Threads may call it together.
  [[nodiscard]] const Loss* get(std::string_view id, const Find& find);

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<const SumLoss>, std::less<>> made_;
};

/// The id of the sum that has a preset of this name or id ("nnunet": "dice+bce"); empty where none has.
[[nodiscard]] std::string sum_with_preset(std::string_view name);

/// A sum as people write it: WEIGHT*ID or ID, joined by +, e.g. "2*dice+0.5*bce".
struct SumText {
  std::string id;                              ///< of the loss: "dice+bce"
  std::vector<std::optional<double>> weights;  ///< in the order of its parts; none where none is written
};
/// nullopt where a text is no such sum; whether the losses exist is not looked at.
[[nodiscard]] std::optional<SumText> parse_sum(std::string_view text);

/// The name of a loss with these parameters: "2 Dice + Binary cross-entropy" for a sum, weights of 1 left out.
[[nodiscard]] std::string loss_name(const Loss& loss, std::span<const double> parameters);

/// A loss with these parameters as --loss takes it: "2*dice+1*bce" for a sum, else its id.
[[nodiscard]] std::string loss_text(const Loss& loss, std::span<const double> parameters);

}  // namespace lossscope
