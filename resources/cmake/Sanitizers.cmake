# SPDX-License-Identifier: Apache-2.0
# Builds under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer: flags, and what tests run with.
# A finding ends the program. What is let pass is third-party code, named with its reason in resources/sanitizers.
# Only a check that could go on can be suppressed; halt_on_error below ends it all the same. Fuzzing suppresses nothing.
target_compile_options(lossscope_warnings INTERFACE -fsanitize=${LOSSSCOPE_SANITIZE} -fno-omit-frame-pointer
  $<$<BOOL:${LOSSSCOPE_FUZZ}>:-fno-sanitize-recover=all>)
target_link_options(lossscope_warnings INTERFACE -fsanitize=${LOSSSCOPE_SANITIZE})
get_filename_component(suppressions "${CMAKE_CURRENT_LIST_DIR}/../sanitizers" ABSOLUTE)
# The preloaded library of tests/faults comes before the sanitizer's own, which is what verify_asan_link_order is about.
# Debian's Qt, VTK, TBB and ITK are not built with ThreadSanitizer: it sees their memory but not the atomics that order
# it. Only what our own code reads and writes is judged, and every lock counts (ignore_noninstrumented_modules).
set(LOSSSCOPE_SANITIZER_ENVIRONMENT
  "ASAN_OPTIONS=verify_asan_link_order=0"
  "LSAN_OPTIONS=suppressions=${suppressions}/leaks.txt:print_suppressions=0"
  "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:suppressions=${suppressions}/undefined.txt"
  "TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1:exitcode=66:second_deadlock_stack=1:suppressions=${suppressions}/threads.txt")
