// SPDX-License-Identifier: Apache-2.0
#include "app/models/run_model.h"

#include <caffe2/serialize/in_memory_adapter.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <torch/script.h>
#include <torch/utils.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <sstream>
#include <vector>

#include "app/helper/sha256.h"
#include "app/models/jit_process.h"
#include "app/models/model_gate.h"
#include "basics/how_many.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;
using Bytes = std::vector<unsigned char>;

/// The whole file. O_NONBLOCK: opening a pipe would wait for ever.
Bytes read_whole(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file < 0) {
    const int error = errno;
    if (error == EACCES || error == EPERM) {
      throw ModelRefused("E_PERMISSION", "you may not read it", "change its permissions, or copy it");
    }
    throw error == ENOENT || error == ENOTDIR
        ? ModelRefused("E_MISSING", "it does not exist", "check the path")
        : ModelRefused("E_READ", std::string("it cannot be opened: ") + std::strerror(error),
                       "copy or download it again");
  }
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    throw ModelRefused("E_NOT_A_FILE", "it is a folder, a device or a pipe", "choose a TorchScript file");
  }
  if (status.st_size == 0) {
    throw ModelRefused("E_EMPTY", "it is empty", "copy or download it again");
  }
  Bytes bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  for (ssize_t n = 1; n > 0 && filled < bytes.size(); filled += static_cast<std::size_t>(std::max<ssize_t>(n, 0))) {
    n = ::read(file, bytes.data() + filled, bytes.size() - filled);
  }
  ::close(file);
  if (filled != bytes.size()) {
    throw ModelRefused("E_READ", "it cannot be read to its end", "copy or download it again");
  }
  return bytes;
}

/// LibTorch takes a tensor's sizes and strides from the file without comparing them with the bytes that are there.
void check_storages(const torch::jit::Module& module) {
  c10::IValue(module._ivalue()).visit([](const c10::IValue& value) {
    if (!value.isTensor() || !value.toTensor().defined() || !value.toTensor().has_storage()) {
      return false;
    }
    const torch::Tensor tensor = value.toTensor();
    std::int64_t last = tensor.storage_offset();
    bool sane = last >= 0;
    for (std::int64_t axis = 0; axis < tensor.dim(); ++axis) {
      sane = sane && tensor.stride(axis) >= 0 && tensor.size(axis) >= 0;
      last += std::max<std::int64_t>(tensor.size(axis) - 1, 0) * tensor.stride(axis);
    }
    const auto bytes = static_cast<std::int64_t>(tensor.storage().nbytes() / tensor.element_size());
    if (tensor.numel() > 0 && (!sane || last >= bytes)) {
      throw ModelRefused("E_MODEL_STORAGE", "a tensor in it claims more numbers than the file holds",
                         "export it again");
    }
    return false;
  });
}

std::string shape_of(const torch::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

/// The output for an input, when it is what can be shown: float32 of shape (1, C, k, j, i).
torch::Tensor checked_output(const c10::IValue& value, const torch::Tensor& input) {
  const char* remedy = "export a module whose forward takes (1, 1, k, j, i) and returns (1, C, k, j, i) as floats";
  if (!value.isTensor()) {
    throw ModelRefused("E_MODEL_OUTPUT", "its forward returns no tensor but " + value.tagKind(), remedy);
  }
  const torch::Tensor output = value.toTensor();
  if (!output.is_floating_point() || output.is_sparse()) {
    throw ModelRefused("E_MODEL_OUTPUT", "its forward returns " + std::string(output.dtype().name()) + ", not floats",
                       remedy);
  }
  const bool fits = output.dim() == 5 && output.size(0) == 1 && output.size(1) >= 1 &&
                    output.size(2) == input.size(2) && output.size(3) == input.size(3) &&
                    output.size(4) == input.size(4);
  if (!fits) {
    throw ModelRefused("E_MODEL_OUTPUT", "for an input of " + shape_of(input) + " it returns " + shape_of(output),
                       remedy);
  }
  return output.to(torch::kFloat32);
}

torch::Tensor channel_of(const torch::Tensor& output, const Json& chosen) {
  const std::int64_t count = output.size(1);
  const std::int64_t channel = chosen.is_null() ? (count == 1 ? 0 : -1) : chosen.get<std::int64_t>();
  if (channel < 0 || channel >= count) {
    throw ModelRefused("E_MODEL_CHANNEL",
                       "its output has " + std::to_string(count) + " channels, and one is to be chosen",
                       "choose one of 0 to " + std::to_string(count - 1) + " (Channel in the window, --channel N)");
  }
  return output.select(1, channel)[0];
}

/// A quick try on the middle of the image, so that a wrong output is told before minutes of computing. A model that
/// cannot take so small a volume is not refused for that.
void try_on_a_corner(torch::jit::Module& module, const torch::Tensor& image, const Json& channel) {
  torch::Tensor part = image;
  for (std::int64_t axis = 2; axis < 5; ++axis) {
    const std::int64_t edge = std::min<std::int64_t>(32, part.size(axis));
    part = part.narrow(axis, (part.size(axis) - edge) / 2, edge);
  }
  part = part.contiguous();
  c10::IValue value;
  try {
    value = module.forward({part});
  } catch (const std::exception&) {
    return;
  }
  (void)channel_of(checked_output(value, part), channel);
}

Json run(const Json& request, const Bytes& file, Channel& channel, Heartbeat& heartbeat) {
  const std::vector<std::int64_t> size = request.at("size");
  const std::vector<std::int64_t> shape{1, 1, size.at(2), size.at(1), size.at(0)};
  const auto voxels = static_cast<std::size_t>(size[0] * size[1] * size[2]);
  void* memory = ::mmap(nullptr, 8 * voxels, PROT_READ | PROT_WRITE, MAP_SHARED, channel.memory(), 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  auto* const floats = static_cast<float*>(memory);
  heartbeat.stage(0.1, 0.1, "loading the model");
  const auto adapter =
      std::make_shared<caffe2::serialize::MemoryReadAdapter>(file.data(), static_cast<off_t>(file.size()));
  torch::jit::Module module = torch::jit::load(adapter, torch::kCPU);
  check_storages(module);
  module.eval();
  const torch::NoGradGuard no_gradients;
  const torch::Tensor image = torch::from_blob(floats, shape, torch::kFloat32);
  heartbeat.stage(0.2, 0.2, "trying the model on a part of the image");
  try_on_a_corner(module, image, request.at("channel"));
  heartbeat.stage(0.3, 0.3, "running the model");
  const torch::Tensor output = checked_output(module.forward({image}), image);
  const torch::Tensor chosen = channel_of(output, request.at("channel"));
  const auto wrong = (~torch::isfinite(chosen)).sum().item<std::int64_t>();
  if (wrong > 0) {
    throw ModelRefused("E_MODEL_NAN",
                       how_many(wrong, "voxel of its output is", "voxels of its output are") + " NaN or infinite",
                       "does it expect a normalised image? It got the values of the file as they are");
  }
  torch::from_blob(floats + voxels, {shape[2], shape[3], shape[4]}, torch::kFloat32).copy_(chosen);
  return {{"channels", output.size(1)},
          {"values",
           {{"min", chosen.min().item<double>()},
            {"max", chosen.max().item<double>()},
            {"sum", chosen.sum(torch::kFloat64).item<double>()}}}};
}

}  // namespace

Json answer_model(const Json& request, Channel& channel) {
  const char* remedy = "does it run in PyTorch 1.13 on a tensor of shape (1, 1, k, j, i)?";
  const auto work = [&]() -> Json {
    try {
      Heartbeat heartbeat(channel);
      const bool runs = request.contains("trusted");
      const Bytes file = read_whole(request.at("path"));
      if (runs) {
        warm_up();
      }
      const SandboxSupport sandbox = lock_up(request);
      heartbeat.start(request.at("patience"));  // one that only waits is not heard of any more
      heartbeat.stage(0, 0, "checking the model");
      const std::string hash = sha256_of(file);
      const ModelOutline outline = check_model(file);
      Json model{{"sha256", hash},
                 {"version", outline.version},
                 {"class", outline.class_name},
                 {"signature", outline.signature},
                 {"bytes", file.size()},
                 {"isolated", sandbox.seccomp || sandbox.landlock > 0}};
      if (runs) {
        if (hash != request.at("trusted").get<std::string>()) {
          throw ModelRefused("E_MODEL_CHANGED", "its SHA-256 is " + hash + ", which is not the one that was trusted",
                             "look at where it comes from; trust it anew if you do");
        }
        model.update(run(request, file, channel, heartbeat));
      }
      return {{"model", model}};
    } catch (const ModelRefused& refused) {
      return refusal(refused.code, refused.what(), refused.remedy);
    }
  };
  return guarded("E_MODEL", remedy, work);
}

}  // namespace lossscope
