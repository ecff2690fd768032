// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cuda/context.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>

namespace lossscope::cuda {

const void* Context::resident_copy(const Volume& volume) {
  std::erase_if(copies_, [](const Copy& copy) { return copy.of.expired(); });
  const auto found =
      std::find_if(copies_.begin(), copies_.end(), [&](const Copy& copy) { return copy.of.lock() == volume.data; });
  if (found != copies_.end()) {
    return found->memory.get();
  }
  const auto bytes = static_cast<std::size_t>(volume.grid.voxels()) * bytes_per_voxel(volume.type);
  const auto memory = allocate<unsigned char>(static_cast<std::int64_t>(bytes));
  backend_->upload(memory.get(), volume.data.get(), bytes);
  copies_.push_back({volume.data, memory});
  return memory.get();
}

void Context::clear() {
  copies_.clear();
  try {
    backend_->trim();
  } catch (const DeviceFailure&) {  // a device that is lost has nothing to give back; whoever asks it next is told
  }
}

void Context::check_blocks(std::int64_t blocks) const {
  if (blocks > kMostBlocks) {
    throw DeviceFailure(backend_->info().name + ": the volume is too large for one launch (" + std::to_string(blocks) +
                        " blocks; at most " + std::to_string(kMostBlocks) + ")");
  }
}

void Context::rethrow() const {
  try {
    throw;
  } catch (const DeviceFailure&) {
    throw;
  } catch (const Cancelled&) {
    throw;
  } catch (const std::invalid_argument&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw DeviceFailure(backend_->info().name + ": the computer's own memory, not the GPU's, is too short");
  } catch (const std::exception& error) {
    throw DeviceFailure(backend_->info().name + ": " + error.what());
  }
}

const float* Context::resident_map(const Field& field) {
  return field.resident ? static_cast<const float*>(field.resident.get()) : resident<float>(field.map);
}

}  // namespace lossscope::cuda
