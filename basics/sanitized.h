// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lossscope {

// Clang tells of its sanitizers by __has_feature, GCC by macros of its own.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOSSSCOPE_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOSSSCOPE_SANITIZED
#endif

/// Whether this is built with AddressSanitizer or ThreadSanitizer. Such a build takes terabytes of address space, is up
/// to twenty times slower, and traces itself: the limits of a release build cannot hold there.
#ifdef LOSSSCOPE_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#undef LOSSSCOPE_SANITIZED

}  // namespace lossscope
