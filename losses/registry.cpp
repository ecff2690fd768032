// SPDX-License-Identifier: Apache-2.0
#include "losses/registry.h"

#include <algorithm>
#include <memory>
#include <type_traits>

#include "losses/drivers/cpu.h"
#include "losses/share_weight.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

struct NoShare {};

/// What a row is beside a loss: ShareWeighted where its declaration is.
template <class L>
class ShareOf : public ShareWeighted {
 public:
  [[nodiscard]] double foreground_weight(std::span<const double> parameters, const Totals& totals) const override {
    return with_parameters<L>(parameters.data()).foreground_weight(totals);
  }
};

template <template <class> class L>
class Row final : public CpuLoss, public std::conditional_t<WeighsByShare<L<double>>, ShareOf<L<double>>, NoShare> {
 public:
  explicit Row(std::size_t index) : CpuLoss(index) {
    for (const auto& parameter : L<double>::parameters) {
      parameters_.push_back(parameter.info);
    }
  }

  [[nodiscard]] const Declaration& declaration() const override { return L<double>::declaration; }
  [[nodiscard]] std::span<const ParameterInfo> parameters() const override { return parameters_; }

  [[nodiscard]] std::vector<FieldRequest> fields(std::span<const double> parameters) const override {
    if constexpr (field_count<L<double>>() > 0) {
      const auto requests = with_parameters<L<double>>(parameters.data()).fields();
      return {requests.begin(), requests.end()};
    } else {
      return {};
    }
  }

 protected:
  [[nodiscard]] std::size_t term_count() const override { return L<double>::kTerms; }

  void finish_sums(std::span<const double> parameters, const Totals& totals, Reduction& reduction) const override {
    Numbers<double, L<double>::kTerms> sums{};
    std::copy_n(reduction.sums.begin(), L<double>::kTerms, sums.v);
    const auto finished = with_parameters<L<double>>(parameters.data()).finish(sums, totals);
    reduction.value = finished.value;
    reduction.coefficients.assign(finished.coefficients.v, finished.coefficients.v + L<double>::kCoefficients);
  }

 private:
  std::vector<ParameterInfo> parameters_;
};

template <template <class> class... L>
std::vector<std::unique_ptr<const Loss>> make_rows(LossList<L...>) {
  std::vector<std::unique_ptr<const Loss>> rows;
  (rows.push_back(std::make_unique<Row<L>>(rows.size())), ...);
  return rows;
}

}  // namespace

std::span<const Loss* const> all_losses() {
  static const auto rows = make_rows(Registry{});
  static const auto pointers = [] {
    std::vector<const Loss*> list;
    for (const auto& row : rows) {
      list.push_back(row.get());
    }
    return list;
  }();
  return pointers;
}

const Loss* find_loss(std::string_view id) {
  static SumShelf sums;
  const auto row = [](std::string_view named) -> const Loss* {
    const auto rows = all_losses();
    const auto found = std::ranges::find_if(rows, [&](const Loss* loss) { return loss->declaration().id == named; });
    return found == rows.end() ? nullptr : *found;
  };
  const Loss* loss = row(id);
  return loss != nullptr || id.find('+') == std::string_view::npos ? loss : sums.get(id, row);
}

}  // namespace lossscope
