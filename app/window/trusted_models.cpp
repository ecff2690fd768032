// SPDX-License-Identifier: Apache-2.0
#include "app/window/trusted_models.h"

#include <QSettings>
#include <QStringList>

namespace lossscope {
namespace {

constexpr QLatin1String kTrustedKey("trustedModels");

}  // namespace

TrustedModels::TrustedModels(bool remember) : remember_(remember) {
  if (remember_) {
    for (const QString& hash : QSettings().value(kTrustedKey).toStringList()) {
      hashes_.insert(hash.toStdString());
    }
  }
}

bool TrustedModels::contains(const std::string& sha256) const {
  const std::lock_guard lock(mutex_);
  return hashes_.contains(sha256);
}

void TrustedModels::add(const std::string& sha256) {
  {
    const std::lock_guard lock(mutex_);
    hashes_.insert(sha256);
  }
  if (remember_) {
    QStringList hashes = QSettings().value(kTrustedKey).toStringList();
    hashes << QString::fromStdString(sha256);
    hashes.removeDuplicates();
    QSettings().setValue(kTrustedKey, hashes);
  }
}

}  // namespace lossscope
