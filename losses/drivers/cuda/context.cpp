// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cuda/context.h"

#include <algorithm>

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

const float* Context::resident_map(const Field& field) {
  return field.resident ? static_cast<const float*>(field.resident.get()) : resident<float>(field.map);
}

}  // namespace lossscope::cuda
