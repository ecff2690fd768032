// SPDX-License-Identifier: Apache-2.0
// What a kernel is. It is written once: nvcc compiles it for the GPU (plugin.cu), and a C++ compiler for a host that
// walks through blocks, threads and barriers (host_backend.cpp), so that a machine without a GPU can test it.
//
// A kernel is a type with
//   Arguments          plain data, handed over by value
//   Shared, Private    memory of a block and of a thread; both begin undefined and live from phase to phase
//   kPhases            all threads of a block meet between two phases, so that one may read what another wrote before
//   run<Phase>(where, arguments, shared, mine)
#pragma once

#include <cstdint>
#include <type_traits>

#include "losses/maths.h"

/// A thread's array lies in registers only where every index into it is known when it is compiled: loops over it go to
/// a fixed end and are unrolled. What one index too many costs is shown by resources/checks/local_memory.py.
#if defined(__CUDACC__)
#define LOSSSCOPE_UNROLL _Pragma("unroll")
#else
#define LOSSSCOPE_UNROLL
#endif

namespace lossscope::cuda {

inline constexpr int kThreads = 256;  ///< of every block: fixed, so that sums do not depend on the launch
inline constexpr int kQuad = 4;       ///< neighbouring voxels that a thread reads at once
inline constexpr std::int64_t kMostBlocks = 2147483647;  ///< of one launch

/// Where a thread stands.
struct Where {
  std::int64_t block;
  int thread;
};

struct Nothing {};

/// Calls op(i) for every i in [0, n), in any order.
template <class Op>
struct Pointwise {
  struct Arguments {
    Op op;
    std::int64_t n;
  };
  using Shared = Nothing;
  using Private = Nothing;
  static constexpr int kPhases = 1;

  static constexpr std::int64_t blocks(std::int64_t n) { return (n + kThreads - 1) / kThreads; }

  template <int Phase>
  LOSSSCOPE_FUNCTION static void run(Where at, const Arguments& arguments, Shared&, Private&) {
    const std::int64_t i = at.block * kThreads + at.thread;
    if (i < arguments.n) {
      arguments.op(i);
    }
  }
};

/// Four neighbours, as one access to memory; their address must be a multiple of their size.
template <class T>
struct alignas(kQuad * sizeof(T)) Quad {
  T v[kQuad];
};

/// The quad at `from`, of which only `count` values are there.
template <class T>
LOSSSCOPE_FUNCTION Quad<T> load_quad(const T* from, int count) {
  if (count == kQuad) {
    return *reinterpret_cast<const Quad<T>*>(from);
  }
  Quad<T> quad{};
  LOSSSCOPE_UNROLL
  for (int i = 0; i < kQuad; ++i) {
    if (i < count) {
      quad.v[i] = from[i];
    }
  }
  return quad;
}

template <class T>
LOSSSCOPE_FUNCTION void store_quad(T* to, const Quad<T>& quad, int count) {
  if (count == kQuad) {
    *reinterpret_cast<Quad<T>*>(to) = quad;
    return;
  }
  LOSSSCOPE_UNROLL
  for (int i = 0; i < kQuad; ++i) {
    if (i < count) {
      to[i] = quad.v[i];
    }
  }
}

/// The list of all kernels; program and plug-in call a kernel by its position in it.
template <class... Kernel>
struct KernelList {
  static constexpr int kSize = sizeof...(Kernel);
};

template <class Wanted, class... Kernel>
constexpr int position(KernelList<Kernel...>) {
  int at = 0, found = -1;
  ((found = std::is_same_v<Wanted, Kernel> && found < 0 ? at : found, ++at), ...);
  return found;
}

template <class... A, class... B, class... Rest>
constexpr auto concatenated(KernelList<A...>, KernelList<B...>, Rest... rest) {
  if constexpr (sizeof...(Rest) == 0) {
    return KernelList<A..., B...>{};
  } else {
    return concatenated(KernelList<A..., B...>{}, rest...);
  }
}

}  // namespace lossscope::cuda
