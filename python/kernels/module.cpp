// SPDX-License-Identifier: Apache-2.0
// The module lossscope._kernels: arrays of NumPy in, the losses' kernels, arrays of NumPy out. What people call is in
// python/lossscope.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "losses/outputs.h"
#include "python/kernels/inputs.h"
#include "python/kernels/kernel.h"

namespace py = pybind11;

namespace lossscope::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

void check_threads(int threads) {
  if (threads < 0) {
    throw std::invalid_argument("threads must be 0, which means all, or more, not " + std::to_string(threads));
  }
}

template <class T>
Voxels<const T> voxels_in(const Array<T>& array) {
  if (array.ndim() != 3) {
    throw std::invalid_argument("an array of three axes is needed");
  }
  if (reinterpret_cast<std::uintptr_t>(array.data()) % alignof(T) != 0) {
    throw std::invalid_argument("an array's voxels must be aligned");
  }
  return {array.data(), {array.shape(0), array.shape(1), array.shape(2)}};
}

/// Inputs, and the arrays whose memory they look at.
class HeldInputs {
 public:
  HeldInputs(Array<std::uint8_t> mask, Array<float> prediction, std::optional<Array<std::uint8_t>> counts,
             const std::string& kind, const std::array<double, 3>& spacing, int threads)
      : mask_(std::move(mask)), prediction_(std::move(prediction)), counts_(std::move(counts)) {
    check_threads(threads);
    if (kind != "probability" && kind != "logit") {
      throw std::invalid_argument("kind cannot be '" + kind + "'; valid: probability, logit");
    }
    const auto meant = kind == "logit" ? PredictionKind::logit : PredictionKind::probability;
    const auto labels = voxels_in(mask_);
    const auto values = voxels_in(prediction_);
    const auto counted = counts_ ? std::optional(voxels_in(*counts_)) : std::nullopt;
    const py::gil_scoped_release unlocked;
    inputs_ = checked_inputs(labels, values, counted, meant, spacing, threads);
  }
  [[nodiscard]] const Inputs& inputs() const { return inputs_; }

 private:
  Array<std::uint8_t> mask_;
  Array<float> prediction_;
  std::optional<Array<std::uint8_t>> counts_;
  Inputs inputs_;
};

/// Work with the GIL released, which Ctrl+C ends where it may take long: it goes on in a thread of its own, and this
/// one lets Python handle its signals meanwhile. `work` takes a std::stop_token and throws Cancelled when that asks for
/// it.
template <class Work>
auto interruptible(const HeldInputs& held, const Work& work) {
  constexpr std::int64_t kLong = std::int64_t{1} << 22;  // voxels
  constexpr std::chrono::milliseconds kPatience{50};
  std::stop_source stop;
  if (held.inputs().problem.mask.grid.voxels() < kLong) {
    const py::gil_scoped_release unlocked;
    return work(stop.get_token());
  }
  bool interrupted = false;
  std::future<decltype(work(stop.get_token()))> result;
  {
    const py::gil_scoped_release unlocked;
    result = std::async(std::launch::async, [&] { return work(stop.get_token()); });
    while (!interrupted && result.wait_for(kPatience) != std::future_status::ready) {
      const py::gil_scoped_acquire locked;
      interrupted = PyErr_CheckSignals() != 0;
    }
    if (interrupted) {
      stop.request_stop();
    }
    result.wait();
  }
  if (interrupted) {
    throw py::error_already_set();
  }
  return result.get();
}

py::tuple evaluated(const Kernel& kernel, const HeldInputs& held, const std::vector<std::string>& kinds,
                    std::vector<Array<float>> maps, int threads) {
  check_threads(threads);
  if (kinds.size() != maps.size()) {
    throw std::invalid_argument("each kind of map needs one array");
  }
  std::vector<MapKind> wanted;
  std::vector<std::span<float>> out;
  for (std::size_t at = 0; at < kinds.size(); ++at) {
    wanted.push_back(map_kind(kinds[at]));
    (void)voxels_in(maps[at]);
    out.emplace_back(maps[at].mutable_data(), static_cast<std::size_t>(maps[at].size()));
  }
  check_map_sizes(out, held.inputs().problem.mask.grid.voxels());
  const Outcome outcome = interruptible(held, [&](std::stop_token stop) {
    return kernel.evaluate(held.inputs().problem, wanted, out, threads, std::move(stop));
  });
  return py::make_tuple(outcome.value, outcome.blind, outcome.parts, outcome.peer_value);
}

/// An array for a map: in memory of an earlier one that nobody needs any more, where there is some.
py::array output(const std::vector<std::int64_t>& shape) {
  Grid grid{.size = {1, 1, 1}};
  for (const std::int64_t length : shape) {
    if (length <= 0 || length > std::numeric_limits<std::int64_t>::max() / 8 / grid.size[0]) {
      throw std::invalid_argument("an output's shape is not one of an array with voxels");
    }
    grid.size[0] *= length;
  }
  const Volume volume = make_output(grid, VoxelType::float32);
  auto owner = std::make_unique<std::shared_ptr<void>>(volume.data);
  const py::capsule keeps(owner.get(), [](void* held) { delete static_cast<std::shared_ptr<void>*>(held); });
  owner.release();  // the capsule's now
  return py::array_t<float>(shape, static_cast<const float*>(volume.data.get()), keeps);
}

std::string metrics(const HeldInputs& held, int threads) {
  check_threads(threads);
  return interruptible(
      held, [&](std::stop_token stop) { return metrics_of(held.inputs().problem, threads, std::move(stop)); });
}

bool binary(const Array<std::uint8_t>& mask, int threads) {
  check_threads(threads);
  const auto voxels = voxels_in(mask);
  const py::gil_scoped_release unlocked;
  return is_binary(voxels, threads);
}

std::vector<std::pair<std::string, std::string>> assumptions(const HeldInputs& held) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Assumption& assumption : held.inputs().assumptions) {
    all.emplace_back(assumption.code, assumption.text);
  }
  return all;
}

/// lossscope.Refused is made in Python; this raises it with its code, reason and remedy.
void translate_refusals(py::module_& module) {
  module.attr("_refused") = py::none();
  static py::handle here;  // the module lives as long as the interpreter
  here = module;
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) {
        std::rethrow_exception(thrown);
      }
    } catch (const Refusal& refusal) {
      const py::object type = here.attr("_refused");
      const py::object raised = type(refusal.code, refusal.reason, refusal.remedy);
      PyErr_SetObject(type.ptr(), raised.ptr());
    }
  });
}

}  // namespace
}  // namespace lossscope::python

PYBIND11_MODULE(_kernels, module) {
  using namespace lossscope::python;
  module.doc() = "The losses' kernels. Use lossscope.evaluate, which says what arrays may be.";
  translate_refusals(module);
  module.attr("version") = LOSSSCOPE_VERSION;
  py::class_<HeldInputs>(module, "Inputs")
      .def(py::init<Array<std::uint8_t>, Array<float>, std::optional<Array<std::uint8_t>>, const std::string&,
                    const std::array<double, 3>&, int>(),
           py::arg("mask").noconvert(), py::arg("prediction").noconvert(), py::arg("counts").noconvert(),
           py::arg("kind"), py::arg("spacing"), py::arg("threads"))
      .def_property_readonly("assumptions", &assumptions);
  py::class_<Kernel>(module, "Kernel")
      .def(py::init<const std::optional<std::string>&, const std::optional<std::string>&, const Kernel::Settings&>(),
           py::arg("loss"), py::arg("preset"), py::arg("settings"))
      .def_property_readonly("text", &Kernel::text)
      .def_property_readonly("parameters", &Kernel::parameters)
      .def("evaluate", &evaluated, py::arg("inputs"), py::arg("kinds"), py::arg("maps").noconvert(),
           py::arg("threads"));
  module.def("output", &output, py::arg("shape"));
  module.def("metrics", &metrics, py::arg("inputs"), py::arg("threads"));
  module.def("is_binary", &binary, py::arg("mask").noconvert(), py::arg("threads"));
  module.def("losses", &all_losses_json);
}
