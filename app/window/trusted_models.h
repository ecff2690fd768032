// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <mutex>
#include <set>
#include <string>

namespace lossscope {

/// The models, and losses in TorchScript, that this person trusts, by their SHA-256: the settings' and this run's. Any
/// thread may ask. Sessions, dropped files and recent files add nothing to it; only a person's answer does.
class TrustedModels {
 public:
  /// `remember`: read the settings, and keep in them what is added.
  explicit TrustedModels(bool remember);
  [[nodiscard]] bool contains(const std::string& sha256) const;
  void add(const std::string& sha256);

 private:
  mutable std::mutex mutex_;
  std::set<std::string> hashes_;
  bool remember_;
};

}  // namespace lossscope
