// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "losses/drivers/cuda/backend.h"

namespace lossscope::cuda {

/// Hands everything on to another backend: for what watches or disturbs one (a benchmark, a test).
class ForwardingBackend : public Backend {
 public:
  explicit ForwardingBackend(std::shared_ptr<Backend> to) : to_(std::move(to)) {}
  [[nodiscard]] const CudaDevice& info() const override { return to_->info(); }
  [[nodiscard]] void* allocate(std::size_t bytes) override { return to_->allocate(bytes); }
  void release(void* memory) noexcept override { to_->release(memory); }
  void upload(void* device, const void* host, std::size_t bytes) override { to_->upload(device, host, bytes); }
  void download(void* host, const void* device, std::size_t bytes) override { to_->download(host, device, bytes); }
  void copy(void* to, const void* from, std::size_t bytes) override { to_->copy(to, from, bytes); }
  void launch(int kernel, const void* arguments, std::int64_t blocks) override {
    to_->launch(kernel, arguments, blocks);
  }
  void synchronize() override { to_->synchronize(); }
  void trim() override { to_->trim(); }

 private:
  std::shared_ptr<Backend> to_;
};

}  // namespace lossscope::cuda
