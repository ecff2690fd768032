// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cuda/device_loss.h"

#include <algorithm>
#include <chrono>

namespace lossscope::cuda {
namespace {

constexpr std::int64_t kMapPiece = 1 << 24;  ///< voxels that map_volume holds on the device at a time

Totals totals_of(const Reduction& reduction, std::span<const FieldPtr> fields) {
  Totals totals{reduction.voxels, reduction.positives, {}};
  for (std::size_t f = 0; f < fields.size(); ++f) {
    totals.scalars[f] = fields[f]->scalars;
  }
  return totals;
}

/// Parameters, metadata and `finish` are the registry's own row; what visits voxels runs on the device.
template <template <class> class L>
class DeviceLoss final : public Loss {
 public:
  DeviceLoss(std::shared_ptr<Context> context, const Loss& row) : context_(std::move(context)), row_(row) {}

  [[nodiscard]] const Declaration& declaration() const override { return row_.declaration(); }
  [[nodiscard]] std::span<const ParameterInfo> parameters() const override { return row_.parameters(); }
  [[nodiscard]] std::vector<FieldRequest> fields(std::span<const double> parameters) const override {
    return row_.fields(parameters);
  }

  [[nodiscard]] Reduction reduce(std::span<const double> parameters, const Problem& problem,
                                 std::span<const FieldPtr> fields, int, std::stop_token stop) const override {
    check_inputs(*this, parameters, problem, fields);
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    const std::lock_guard lock(context_->mutex());
    const auto begin = std::chrono::steady_clock::now();
    const auto single = with_parameters<L<float>>(parameters.data());
    const DeviceInput input = input_of(problem, fields);
    const std::int64_t n = problem.mask.grid.voxels();
    const auto sums = problem.kind == PredictionKind::logit ? context_->reduce(n, Terms<L, true>{input, single})
                                                            : context_->reduce(n, Terms<L, false>{input, single});
    Reduction reduction;
    reduction.voxels =
        input.counts == nullptr ? static_cast<double>(n) : context_->reduce(n, CountedVoxels{input.counts})[0];
    reduction.positives = sums[L<double>::kTerms];
    reduction.sums.assign(sums.begin(), sums.begin() + L<double>::kTerms);
    reduction = row_.finish(parameters, problem, fields, reduction);
    reduction.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return reduction;
  }

  [[nodiscard]] bool runs_on_host() const override { return false; }

  [[nodiscard]] Reduction finish(std::span<const double> parameters, const Problem& problem,
                                 std::span<const FieldPtr> fields, const Reduction& previous) const override {
    return row_.finish(parameters, problem, fields, previous);
  }

  void map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override {
    check_inputs(*this, parameters, problem, fields);
    map({parameters, problem, fields, reduction}, plane_layout(problem.mask.grid, plane), kinds, out);
  }

  void map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override {
    check_inputs(*this, parameters, problem, fields);
    const auto n = out.empty() ? 0 : static_cast<std::int64_t>(out[0].size());
    map({parameters, problem, fields, reduction}, {begin, 1, n, n, 1}, kinds, out);
  }

  void map_volume(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                  const Reduction& reduction, std::span<const MapKind> kinds, std::span<const std::span<float>> out,
                  int, std::stop_token stop) const override {
    const std::int64_t voxels = problem.mask.grid.voxels();
    check_map_sizes(out, voxels);
    for (std::int64_t begin = 0; begin < voxels; begin += kMapPiece) {
      if (stop.stop_requested()) {
        throw Cancelled();
      }
      map_range(parameters, problem, fields, reduction, begin, kinds,
                parts_of(out, begin, std::min(begin + kMapPiece, voxels)));
    }
  }

 private:
  struct Evaluated {
    std::span<const double> parameters;
    const Problem& problem;
    std::span<const FieldPtr> fields;
    const Reduction& reduction;
  };

  DeviceInput input_of(const Problem& problem, std::span<const FieldPtr> fields) const {
    DeviceInput input{context_->resident<std::uint8_t>(problem.mask),
                      context_->resident<float>(problem.prediction),
                      {},
                      problem.counts.empty() ? nullptr : context_->resident<std::uint8_t>(problem.counts)};
    for (std::size_t f = 0; f < fields.size(); ++f) {
      input.fields[f] = context_->resident_map(*fields[f]);
    }
    return input;
  }

  void map(const Evaluated& e, const PlaneLayout& layout, std::span<const MapKind> kinds,
           std::span<const std::span<float>> out) const {
    const std::int64_t n = layout.width * layout.height;
    if (n == 0 || kinds.empty()) {
      return;
    }
    const std::lock_guard lock(context_->mutex());
    std::array<Buffer<float>, 4> maps;
    for (const MapKind kind : kinds) {
      maps[static_cast<std::size_t>(kind)] = context_->allocate<float>(n);
    }
    const DeviceInput input = input_of(e.problem, e.fields);
    if (e.problem.kind == PredictionKind::logit) {
      run<true>(e, input, layout, maps);
    } else {
      run<false>(e, input, layout, maps);
    }
    for (std::size_t m = 0; m < kinds.size(); ++m) {
      context_->backend().download(out[m].data(), maps[static_cast<std::size_t>(kinds[m])].get(),
                                   static_cast<std::size_t>(n) * sizeof(float));
    }
  }

  template <bool Logits>
  void run(const Evaluated& e, const DeviceInput& input, const PlaneLayout& layout,
           const std::array<Buffer<float>, 4>& maps) const {
    const std::int64_t n = layout.width * layout.height;
    const auto single = with_parameters<L<float>>(e.parameters.data());
    if (maps[0].get() != nullptr || maps[1].get() != nullptr || maps[2].get() != nullptr) {
      Effects<L, Logits> effects{input, layout, n, single, {}, maps[0].get(), maps[1].get(), maps[2].get()};
      std::ranges::transform(e.reduction.coefficients, effects.coefficients.v,
                             [](double c) { return static_cast<float>(c); });
      context_->each((n + kQuad - 1) / kQuad, effects);
    }
    if (maps[3].get() != nullptr) {
      const auto loss = with_parameters<L<double>>(e.parameters.data());
      Drops<L, Logits> drops{input, layout, single, loss, {}, totals_of(e.reduction, e.fields), 0, maps[3].get()};
      std::ranges::copy(e.reduction.sums, drops.sums.v);
      drops.value = loss.finish(drops.sums, drops.totals).value;
      context_->each(n, drops);
    }
  }

  std::shared_ptr<Context> context_;
  const Loss& row_;
};

template <template <class> class... L>
std::vector<std::unique_ptr<const Loss>> make_rows(const std::shared_ptr<Context>& context, LossList<L...>) {
  std::vector<std::unique_ptr<const Loss>> rows;
  (rows.push_back(std::make_unique<DeviceLoss<L>>(context, *find_loss(L<double>::declaration.id))), ...);
  return rows;
}

}  // namespace

std::vector<std::unique_ptr<const Loss>> device_losses(const std::shared_ptr<Context>& context) {
  return make_rows(context, Registry{});
}

}  // namespace lossscope::cuda
