// SPDX-License-Identifier: Apache-2.0
#include "app/engine/device_choice.h"

#include <utility>

#include "losses/drivers/cuda.h"

namespace lossscope {
namespace {

/// Names what decides how much memory a session takes on a device: after a failure it is tried again when this changes.
std::string burden(const Session& session) {
  return session.loss.id + '\n' + session.study.mask.path + '\n' + session.path_of(Role::prediction);
}

}  // namespace

DeviceChoice::DeviceChoice() : DeviceChoice([](const std::string& id) { return make_driver(id); }) {}

DeviceChoice::DeviceChoice(DriverMaker maker) : make_(std::move(maker)), processor_(make_cpu_driver()) {}

void DeviceChoice::choose(const std::string& id) {
  if (id != id_ || !notice_.empty()) {
    id_ = id;
    chosen_.reset();
    notice_.clear();
  }
}

const std::shared_ptr<Driver>& DeviceChoice::driver_for(const Session& session) {
  if (!notice_.empty() && chosen_ && failed_for_ != burden(session)) {
    notice_.clear();
  }
  if (id_ == "cpu" || !notice_.empty()) {
    return processor_;
  }
  if (!chosen_) {
    try {
      chosen_ = make_(id_);
    } catch (const DeviceFailure& failure) {
      notice_ = failure.what();
      return processor_;
    }
  }
  return chosen_;
}

void DeviceChoice::fall_back(const Session& session, const std::string& reason) {
  failed_for_ = burden(session);
  notice_ = reason;
  chosen_->clear();  // frees the GPU's memory for other programs
}

}  // namespace lossscope
