// SPDX-License-Identifier: Apache-2.0
// Skips a program whose kernels were compiled with fused products and sums where the processor has none.
#include <gtest/gtest.h>

namespace lossscope {
namespace {

class NeedsFma final : public ::testing::Environment {
 public:
  void SetUp() override {
    if (!__builtin_cpu_supports("fma")) {
      GTEST_SKIP() << "this processor cannot fuse products and sums";
    }
  }
};

const auto* const kNeedsFma = ::testing::AddGlobalTestEnvironment(new NeedsFma);

}  // namespace
}  // namespace lossscope
