// SPDX-License-Identifier: Apache-2.0
// The list of all kernels. A loss of the registry brings its own; a new field's kernels are added to FieldKernels.
#pragma once

#include "losses/drivers/cuda/field_kernels.h"
#include "losses/drivers/cuda/loss_kernels.h"
#include "losses/drivers/cuda/structural_kernels.h"

namespace lossscope::cuda {

template <template <class> class L>
using LossKernels = KernelList<Reduce<Terms<L, false>>, Reduce<Terms<L, true>>, Pointwise<Effects<L, false>>,
                               Pointwise<Effects<L, true>>, Pointwise<Drops<L, false>>, Pointwise<Drops<L, true>>>;

using FieldKernels =
    KernelList<Fold, Reduce<CountedVoxels>, RowDistances, Pointwise<SweepAxis<std::uint16_t>>,
               Pointwise<SweepAxis<std::int32_t>>, Pointwise<SignedRoot>, Pointwise<Background>, Pointwise<CountedRoot>,
               Reduce<DistanceExtremes>, Pointwise<GatherPlane>, Pointwise<Threshold>, Pointwise<BoundaryVoxels>,
               Pointwise<BoundaryPenalty>, Pointwise<HausdorffWeight>, Pointwise<Mismatch>, Reduce<ContourDistance>,
               Pointwise<MaskValues>, Pointwise<Probabilities>, Pointwise<Square>, Pointwise<SmoothAxis>,
               Pointwise<Renormalise>, Pointwise<CountedShare>, Pointwise<DivideBy>, Pointwise<Deviation>,
               Pointwise<Score>, Pointwise<StructuralError>, Reduce<LargestError>, Pointwise<CutError>,
               Reduce<CountErrors>, Pointwise<ToFloat>, Pointwise<SlopeParts>, Pointwise<SlopeSum>>;

template <template <class> class... L>
constexpr auto all_kernels(LossList<L...>) {
  return concatenated(FieldKernels{}, LossKernels<L>{}...);
}
using Kernels = decltype(all_kernels(Registry{}));

/// Differs where a program and a plug-in were not built from the same kernels.
template <class... Kernel>
constexpr std::uint64_t signature(KernelList<Kernel...>) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a over the sizes of the arguments
  ((hash = (hash ^ sizeof(typename Kernel::Arguments)) * 1099511628211U), ...);
  return hash;
}

}  // namespace lossscope::cuda
