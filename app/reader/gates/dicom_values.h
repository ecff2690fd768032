// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "app/reader/gates/dicom_elements.h"

namespace lossscope::reader {

/// E_HEADER, naming what is wrong.
[[noreturn]] void damaged_dicom(const std::string& reason);

/// The elements of a file or of an item, as texts and numbers.
class DicomValues {
 public:
  DicomValues(const Source& source, DicomElements elements) : source_(source), elements_(std::move(elements)) {}

  [[nodiscard]] const DicomElements& elements() const { return elements_; }
  [[nodiscard]] bool has(DicomTag tag) const { return elements_.values.contains(tag); }
  /// Without padding; at most `most` bytes of it; empty when the element is absent.
  [[nodiscard]] std::string text(DicomTag tag, std::uint32_t most = 1024) const;
  /// An unsigned number of 16 bits. Throws Refused E_HEADER.
  [[nodiscard]] int whole(DicomTag tag, int otherwise) const;
  /// Decimal numbers with backslashes between them: none, or `n` (0: any number). Throws Refused E_HEADER, naming it.
  [[nodiscard]] std::vector<double> decimals(DicomTag tag, std::size_t n, const char* name) const;
  [[nodiscard]] double decimal(DicomTag tag, const char* name, double otherwise) const;
  /// The first item of a sequence; one without elements when there is none.
  [[nodiscard]] DicomValues first_item(DicomTag sequence) const;
  [[nodiscard]] std::vector<DicomValues> items(DicomTag sequence) const;

 private:
  const Source& source_;
  DicomElements elements_;
};

}  // namespace lossscope::reader
