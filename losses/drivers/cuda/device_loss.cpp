// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cuda/device_loss.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "losses/sum.h"

namespace lossscope::cuda {
namespace {

constexpr std::int64_t kMapPiece = 1 << 24;  ///< voxels that map_volume holds on the device at a time

Totals device_totals(const Reduction& reduction, std::span<const FieldPtr> fields) {
  Totals totals{reduction.voxels, reduction.positives, {}};
  for (std::size_t f = 0; f < fields.size(); ++f) {
    totals.scalars[f] = fields[f]->scalars;
  }
  return totals;
}

/// Parameters, metadata and `finish` are the registry's own row; what visits voxels runs on the device.
template <template <class> class L>
class DeviceLoss final : public Loss, public OnDeviceAlone {
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
    return context_->with_room([&] { return added_up(parameters, problem, fields); });
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
    const Evaluated e{parameters, problem, fields, reduction};
    const auto n = out.empty() ? 0 : static_cast<std::int64_t>(out[0].size());
    const auto compute = [&](std::int64_t from, std::span<const std::span<float>> to) {
      map(e, stretch(from, static_cast<std::int64_t>(to[0].size())), kinds, to);
    };
    context_->guarded([&] {
      if (n < MapWindow::kWorthIt) {
        map(e, stretch(begin, n), kinds, out);
      } else {
        context_->window().read(identity(e, kinds), problem.mask.grid.voxels(), begin, out, compute);
      }
    });
  }

  void map_volume(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                  const Reduction& reduction, std::span<const MapKind> kinds, std::span<const std::span<float>> out,
                  int, std::stop_token stop) const override {
    check_inputs(*this, parameters, problem, fields);
    const std::int64_t voxels = problem.mask.grid.voxels();
    check_map_sizes(out, voxels);
    for (std::int64_t begin = 0; begin < voxels; begin += kMapPiece) {
      if (stop.stop_requested()) {
        throw Cancelled();
      }
      const std::int64_t end = std::min(begin + kMapPiece, voxels);
      context_->guarded([&] {
        map({parameters, problem, fields, reduction}, stretch(begin, end - begin), kinds, parts_of(out, begin, end));
      });
    }
  }

  [[nodiscard]] Buffer<float> mapped(std::span<const double> parameters, const Problem& problem,
                                     std::span<const FieldPtr> fields, const Reduction& reduction, MapKind kind,
                                     std::int64_t begin, std::int64_t n) const override {
    const Maps maps = computed({parameters, problem, fields, reduction}, stretch(begin, n), {&kind, 1});
    return maps[static_cast<std::size_t>(kind)];
  }

 private:
  struct Evaluated {
    std::span<const double> parameters;
    const Problem& problem;
    std::span<const FieldPtr> fields;
    const Reduction& reduction;
  };
  using Maps = std::array<Buffer<float>, 4>;  ///< by kind

  static PlaneLayout stretch(std::int64_t begin, std::int64_t n) { return {begin, 1, n, n, 1}; }

  MapWindow::Of identity(const Evaluated& e, std::span<const MapKind> kinds) const {
    MapWindow::Of of{this,
                     {},
                     {e.problem.mask.data, e.problem.prediction.data, e.problem.counts.data},
                     {kinds.begin(), kinds.end()},
                     e.problem.kind};
    of.numbers.assign(e.parameters.begin(), e.parameters.end());
    of.numbers.insert(of.numbers.end(), e.reduction.sums.begin(), e.reduction.sums.end());
    of.numbers.insert(of.numbers.end(), e.reduction.coefficients.begin(), e.reduction.coefficients.end());
    of.volumes.insert(of.volumes.end(), e.fields.begin(), e.fields.end());
    return of;
  }

  Reduction added_up(std::span<const double> parameters, const Problem& problem,
                     std::span<const FieldPtr> fields) const {
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
    context_->with_room([&] {
      const Maps maps = computed(e, layout, kinds);
      for (std::size_t m = 0; m < kinds.size(); ++m) {
        context_->backend().download(out[m].data(), maps[static_cast<std::size_t>(kinds[m])].get(),
                                     static_cast<std::size_t>(n) * sizeof(float));
      }
    });
  }

  Maps computed(const Evaluated& e, const PlaneLayout& layout, std::span<const MapKind> kinds) const {
    Maps maps;
    for (const MapKind kind : kinds) {
      maps[static_cast<std::size_t>(kind)] = context_->allocate<float>(layout.width * layout.height);
    }
    const DeviceInput input = input_of(e.problem, e.fields);
    if (e.problem.kind == PredictionKind::logit) {
      run<true>(e, input, layout, maps);
    } else {
      run<false>(e, input, layout, maps);
    }
    return maps;
  }

  template <bool Logits>
  void run(const Evaluated& e, const DeviceInput& input, const PlaneLayout& layout, const Maps& maps) const {
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
      Drops<L, Logits> drops{input, layout, single, loss, {}, device_totals(e.reduction, e.fields), 0, maps[3].get()};
      std::ranges::copy(e.reduction.sums, drops.sums.v);
      drops.value = loss.finish(drops.sums, drops.totals).value;
      context_->each(n, drops);
    }
  }

  std::shared_ptr<Context> context_;
  const Loss& row_;
};

template <template <class> class... L>
std::vector<std::unique_ptr<const Loss>> make_device_rows(const std::shared_ptr<Context>& context, LossList<L...>) {
  std::vector<std::unique_ptr<const Loss>> rows;
  (rows.push_back(std::make_unique<DeviceLoss<L>>(context, *find_loss(L<double>::declaration.id))), ...);
  return rows;
}

}  // namespace

std::optional<double> map_norm(Context& context, const Evaluation& of, MapKind kind, const std::stop_token& stop) {
  check_inputs(*of.loss, of.parameters, of.problem, of.fields);
  const SumLoss* sum = as_sum(*of.loss);
  const auto parts = sum != nullptr ? sum->parts(of.parameters, of.fields)
                                    : std::vector<SumLoss::Part>{{*of.loss, 1, of.parameters, of.fields}};
  const auto mapped = [&](std::size_t at, std::int64_t begin, std::int64_t n) {
    const SumLoss::Part& part = parts[at];
    return dynamic_cast<const OnDeviceAlone&>(part.loss).mapped(part.parameters, of.problem, part.fields,
                                                                sum != nullptr ? of.reduction.parts[at] : of.reduction,
                                                                kind, begin, n);
  };
  if (!std::ranges::all_of(
          parts, [](const SumLoss::Part& part) { return dynamic_cast<const OnDeviceAlone*>(&part.loss) != nullptr; })) {
    return std::nullopt;
  }
  const std::int64_t voxels = of.problem.mask.grid.voxels();
  double squares = 0;
  for (std::int64_t begin = 0; begin < voxels; begin += kMapPiece) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    const std::int64_t n = std::min(kMapPiece, voxels - begin);
    const std::lock_guard lock(context.mutex());
    squares += context.with_room([&] {
      const Buffer<float> map = mapped(0, begin, n);
      for (std::size_t at = 1; at < parts.size(); ++at) {
        const double own = at == 1 ? parts[0].weight : 1;
        const Buffer<float> other = mapped(at, begin, n);
        context.each(
            n, AddWeighted{map.get(), other.get(), static_cast<float>(own), static_cast<float>(parts[at].weight)});
      }
      return context.reduce(n, SumOfSquares{map.get()})[0];
    });
  }
  return std::sqrt(squares);
}

std::vector<std::unique_ptr<const Loss>> device_losses(const std::shared_ptr<Context>& context) {
  return make_device_rows(context, Registry{});
}

}  // namespace lossscope::cuda
