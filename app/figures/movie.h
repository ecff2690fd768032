// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <memory>
#include <string>

namespace lossscope {

/// A film as an Ogg Theora file (.ogv), which browsers and media players show. It is there as a whole after `finish`,
/// or not at all.
class Movie {
 public:
  /// `rate` is in pictures per second. Throws WriteError.
  Movie(const std::string& path, int rate);
  ~Movie();
  Movie(const Movie&) = delete;
  Movie& operator=(const Movie&) = delete;

  void add(const QImage& picture);  ///< all of one size. Throws WriteError
  void finish();                    ///< throws WriteError

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope
