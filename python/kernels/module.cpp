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
#include "python/kernels/class_inputs.h"
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

PredictionKind kind_named(const std::string& kind) {
  if (kind != "probability" && kind != "logit") {
    throw std::invalid_argument("kind cannot be '" + kind + "'; valid: probability, logit");
  }
  return kind == "logit" ? PredictionKind::logit : PredictionKind::probability;
}

/// Inputs, and the arrays whose memory they look at.
class HeldInputs {
 public:
  HeldInputs(Array<std::uint8_t> mask, Array<float> prediction, std::optional<Array<std::uint8_t>> counts,
             const std::string& kind, const std::array<double, 3>& spacing, int threads)
      : mask_(std::move(mask)), prediction_(std::move(prediction)), counts_(std::move(counts)) {
    check_threads(threads);
    const PredictionKind meant = kind_named(kind);
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

/// The same with a channel for each class. Arrays of each channel; masks of one, too, or one mask of labels.
class HeldClasses {
 public:
  HeldClasses(std::vector<Array<std::uint8_t>> labels, std::vector<Array<float>> channels,
              std::optional<Array<std::uint8_t>> counts, const std::string& kind, const std::string& activation,
              std::optional<std::size_t> background, const std::array<double, 3>& spacing, int threads)
      : labels_(std::move(labels)), channels_(std::move(channels)), counts_(std::move(counts)) {
    check_threads(threads);
    if (activation != "softmax" && activation != "sigmoid") {
      throw std::invalid_argument("activation cannot be '" + activation + "'; valid: softmax, sigmoid");
    }
    const PredictionKind meant = kind_named(kind);
    std::vector<Voxels<const std::uint8_t>> masks;
    std::vector<Voxels<const float>> values;
    for (const auto& one : labels_) {
      masks.push_back(voxels_in(one));
    }
    for (const auto& one : channels_) {
      values.push_back(voxels_in(one));
    }
    const auto counted = counts_ ? std::optional(voxels_in(*counts_)) : std::nullopt;
    const py::gil_scoped_release unlocked;
    inputs_ = checked_classes(masks, values, counted, meant,
                              activation == "softmax" ? Activation::softmax : Activation::sigmoid, background, spacing,
                              threads);
  }
  [[nodiscard]] const ClassInputs& inputs() const { return inputs_; }

 private:
  std::vector<Array<std::uint8_t>> labels_;
  std::vector<Array<float>> channels_;
  std::optional<Array<std::uint8_t>> counts_;
  ClassInputs inputs_;
};

/// Work with the GIL released, which Ctrl+C ends where it may take long: it goes on in a thread of its own, and this
/// one lets Python handle its signals meanwhile. `work` takes a std::stop_token and throws Cancelled when that asks for
/// it.
template <class Work>
auto interruptible(std::int64_t voxels, const Work& work) {
  constexpr std::int64_t kLong = std::int64_t{1} << 22;  // voxels
  constexpr std::chrono::milliseconds kPatience{50};
  std::stop_source stop;
  if (voxels < kLong) {
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

/// Arrays of (k, j, i) that maps of `voxels` go into.
std::vector<std::span<float>> spans_of(std::vector<Array<float>>& maps, std::int64_t voxels) {
  std::vector<std::span<float>> out;
  for (Array<float>& map : maps) {
    (void)voxels_in(map);
    out.emplace_back(map.mutable_data(), static_cast<std::size_t>(map.size()));
  }
  check_map_sizes(out, voxels);
  return out;
}

py::tuple evaluated_over(const Kernel& kernel, const HeldClasses& held, std::vector<Array<float>> contribution,
                         const std::optional<std::string>& wrt, std::vector<Array<float>> gradients, int threads) {
  check_threads(threads);
  const ClassProblem& problem = held.inputs().problem;
  const std::int64_t voxels = problem.classes.front().problem.mask.grid.voxels();
  if (contribution.size() > 1 || gradients.size() != (wrt ? problem.classes.size() : 0)) {
    throw std::invalid_argument("one array of contributions, and one of gradients for each channel");
  }
  const auto whole = spans_of(contribution, voxels);
  ClassMaps maps{.contribution = {}, .gradient = {}, .of_channels = spans_of(gradients, voxels)};
  if (!whole.empty()) {
    maps.contribution = whole.front();
  }
  if (wrt) {
    maps.gradient = map_kind("gradient_" + *wrt);
  }
  const ClassOutcome outcome = interruptible(
      voxels, [&](const std::stop_token& stop) { return kernel.evaluate_over(problem, maps, threads, stop); });
  return py::make_tuple(outcome.value, outcome.parts, outcome.classes, outcome.peer_value);
}

py::tuple evaluated(const Kernel& kernel, const HeldInputs& held, const std::vector<std::string>& kinds,
                    std::vector<Array<float>> maps, int threads) {
  check_threads(threads);
  if (kinds.size() != maps.size()) {
    throw std::invalid_argument("each kind of map needs one array");
  }
  std::vector<MapKind> wanted;
  for (const std::string& kind : kinds) {
    wanted.push_back(map_kind(kind));
  }
  const auto out = spans_of(maps, held.inputs().problem.mask.grid.voxels());
  const Outcome outcome = interruptible(held.inputs().problem.mask.grid.voxels(), [&](std::stop_token stop) {
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
  return interruptible(held.inputs().problem.mask.grid.voxels(), [&](std::stop_token stop) {
    return metrics_of(held.inputs().problem, threads, std::move(stop));
  });
}

bool binary(const Array<std::uint8_t>& mask, int threads) {
  check_threads(threads);
  const auto voxels = voxels_in(mask);
  const py::gil_scoped_release unlocked;
  return is_binary(voxels, threads);
}

template <class Held>
std::vector<std::pair<std::string, std::string>> assumptions(const Held& held) {
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
      .def_property_readonly("assumptions", &assumptions<HeldInputs>);
  py::class_<HeldClasses>(module, "ClassInputs")
      .def(py::init<std::vector<Array<std::uint8_t>>, std::vector<Array<float>>, std::optional<Array<std::uint8_t>>,
                    const std::string&, const std::string&, std::optional<std::size_t>, const std::array<double, 3>&,
                    int>(),
           py::arg("masks").noconvert(), py::arg("channels").noconvert(), py::arg("counts").noconvert(),
           py::arg("kind"), py::arg("activation"), py::arg("background"), py::arg("spacing"), py::arg("threads"))
      .def_property_readonly("assumptions", &assumptions<HeldClasses>);
  py::class_<Kernel>(module, "Kernel")
      .def(py::init<const std::optional<std::string>&, const std::optional<std::string>&, const Kernel::Settings&>(),
           py::arg("loss"), py::arg("preset"), py::arg("settings"))
      .def_property_readonly("text", &Kernel::text)
      .def_property_readonly("parameters", &Kernel::parameters)
      .def_property_readonly("says_classes", &Kernel::says_classes)
      .def("evaluate_over", &evaluated_over, py::arg("inputs"), py::arg("contribution").noconvert(), py::arg("wrt"),
           py::arg("gradients").noconvert(), py::arg("threads"))
      .def("evaluate", &evaluated, py::arg("inputs"), py::arg("kinds"), py::arg("maps").noconvert(),
           py::arg("threads"));
  module.def("output", &output, py::arg("shape"));
  module.def("metrics", &metrics, py::arg("inputs"), py::arg("threads"));
  module.def("is_binary", &binary, py::arg("mask").noconvert(), py::arg("threads"));
  module.def("losses", &all_losses_json);
}
