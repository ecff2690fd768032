// SPDX-License-Identifier: Apache-2.0
// The list of all kernels. A loss of the registry brings its own; a new field's kernels are added to FieldKernels.
#pragma once

#include <string_view>

#include "losses/drivers/cuda.h"
#include "losses/drivers/cuda/field_kernels.h"
#include "losses/drivers/cuda/loss_kernels.h"
#include "losses/drivers/cuda/structural_kernels.h"

namespace lossscope::cuda {

template <template <class> class L>
using LossKernels = KernelList<Reduce<Terms<L, false>>, Reduce<Terms<L, true>>, Pointwise<Effects<L, false>>,
                               Pointwise<Effects<L, true>>, Pointwise<Drops<L, false>>, Pointwise<Drops<L, true>>>;

// A macro, so that their names are known, too.
#define LOSSSCOPE_FIELD_KERNELS                                                                                       \
  Fold, Reduce<CountedVoxels>, RowDistances, Pointwise<SweepAxis<std::uint16_t>>, Pointwise<SweepAxis<std::int32_t>>, \
      Pointwise<SignedRoot>, Pointwise<Background>, Pointwise<CountedRoot>, Reduce<DistanceExtremes>,                 \
      Pointwise<GatherPlane>, Pointwise<Threshold>, Pointwise<BoundaryVoxels>, Pointwise<BoundaryPenalty>,            \
      Pointwise<HausdorffWeight>, Pointwise<Mismatch>, Reduce<ContourDistance>, Pointwise<MaskValues>,                \
      Pointwise<Probabilities>, Pointwise<Square>, Pointwise<SmoothAxis>, Pointwise<Renormalise>,                     \
      Pointwise<CountedShare>, Pointwise<DivideBy>, Pointwise<Deviation>, Pointwise<Score>,                           \
      Pointwise<StructuralError>, Reduce<LargestError>, Pointwise<CutError>, Reduce<CountErrors>, Pointwise<ToFloat>, \
      Pointwise<SlopeParts>, Pointwise<SlopeSum>, Reduce<SumOfSquares>, Pointwise<AddWeighted>
#define LOSSSCOPE_TEXT_OF(...) #__VA_ARGS__
#define LOSSSCOPE_NAMES_OF(...) LOSSSCOPE_TEXT_OF(__VA_ARGS__)

using FieldKernels = KernelList<LOSSSCOPE_FIELD_KERNELS>;
inline constexpr std::string_view kFieldKernelNames = LOSSSCOPE_NAMES_OF(LOSSSCOPE_FIELD_KERNELS);

template <template <class> class... L>
constexpr auto all_kernels(LossList<L...>) {
  return concatenated(FieldKernels{}, LossKernels<L>{}...);
}
using Kernels = decltype(all_kernels(Registry{}));

/// A hash (FNV-1a) of numbers and texts.
class Signature {
 public:
  constexpr Signature& add(std::uint64_t number) {
    for (int byte = 0; byte < 8; ++byte) {
      hash_ = (hash_ ^ (number >> 8 * byte & 0xffU)) * 1099511628211U;
    }
    return *this;
  }
  constexpr Signature& add(std::string_view text) {
    for (const char letter : text) {
      add(static_cast<std::uint64_t>(static_cast<unsigned char>(letter)));
    }
    return add(text.size());
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 14695981039346656037U;
};

template <class Kernel>
constexpr void add_kernel(Signature& to) {
  using Arguments = typename Kernel::Arguments;
  to.add(sizeof(Arguments)).add(alignof(Arguments)).add(sizeof(typename Kernel::Shared)).add(Kernel::kPhases);
  if constexpr (requires { Kernel::kPiece; }) {
    to.add(Kernel::kPiece);
  }
}

/// Which loss it is, and which parameters it has in which order.
template <template <class> class L>
constexpr void add_loss(Signature& to) {
  to.add(L<double>::declaration.id).add(L<double>::kTerms).add(L<double>::kCoefficients).add(field_count<L<double>>());
  for (const auto& parameter : L<double>::parameters) {
    to.add(parameter.info.id);
  }
}

/// Differs where a program and a plug-in are not of one version, or where one has other kernels or losses than the
/// other or has them in another order, hands a kernel arguments of another size, or cuts work into other pieces and
/// threads. What a kernel computes it does not see; kKernelSources (plugin.h) does. `names` are those of the field
/// kernels; losses have their ids.
template <class... Kernel, template <class> class... L>
constexpr std::uint64_t signature(KernelList<Kernel...>, std::string_view names, LossList<L...>,
                                  std::string_view version) {
  Signature all;
  all.add(version).add(names).add(kThreads).add(kQuad).add(kMaxWidth).add(kMaxFields).add(kMaxWindow);
  all.add(sizeof(CudaDevice)).add(sizeof(CudaStatus)).add(sizeof(CudaMemory)).add(sizeof(DeviceInput));
  all.add(sizeof...(Kernel));
  (add_kernel<Kernel>(all), ...);
  (add_loss<L>(all), ...);
  return all.value();
}
inline constexpr std::uint64_t kSignature = signature(Kernels{}, kFieldKernelNames, Registry{}, LOSSSCOPE_VERSION);

}  // namespace lossscope::cuda
