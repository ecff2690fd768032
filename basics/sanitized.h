// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lossscope {

// Clang says it otherwise than GCC.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOSSSCOPE_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOSSSCOPE_SANITIZED
#endif

/// Whether this is built with AddressSanitizer or ThreadSanitizer: it needs terabytes of address space, runs up to
/// twenty times slower, and traces itself, so that no limit of a release build can hold.
#ifdef LOSSSCOPE_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#undef LOSSSCOPE_SANITIZED

}  // namespace lossscope
