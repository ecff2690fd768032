// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/session/session.h"
#include "losses/drivers/driver.h"

namespace lossscope {

/// Makes the driver with an id. Throws DeviceFailure, std::invalid_argument (make_driver).
using DriverMaker = std::function<std::shared_ptr<Driver>(const std::string& id)>;

/// The device that a person chose, and the processor in its place where it fails. A device that failed is tried again
/// for another loss or case, or when it is chosen again.
class DeviceChoice {
 public:
  DeviceChoice();  ///< makes drivers by make_driver
  explicit DeviceChoice(DriverMaker maker);

  /// "cpu" or "cuda[:N]". The driver is made when it is first needed.
  void choose(const std::string& id);
  /// What computes for this session.
  [[nodiscard]] const std::shared_ptr<Driver>& driver_for(const Session& session);
  /// The driver of this session failed: the processor takes its place.
  void fall_back(const Session& session, const std::string& reason);
  /// Why the chosen device does not compute; empty when it does.
  [[nodiscard]] const std::string& notice() const { return notice_; }

 private:
  DriverMaker make_;
  std::string id_ = "cpu";
  std::shared_ptr<Driver> chosen_;  ///< null until it is needed
  std::shared_ptr<Driver> processor_;
  std::string notice_, failed_for_;
};

}  // namespace lossscope
