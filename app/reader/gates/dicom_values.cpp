// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/dicom_values.h"

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {

void damaged_dicom(const std::string& reason) {
  throw Refused("E_HEADER", "the DICOM header is damaged: " + reason, "export the series again");
}

std::string DicomValues::text(DicomTag tag, std::uint32_t most) const {
  const auto found = elements_.values.find(tag);
  if (found == elements_.values.end()) {
    return {};
  }
  std::string value = source_.text(found->second.offset, std::min(found->second.length, most));
  std::erase(value, '\0');
  return std::string(trimmed(value));
}

int DicomValues::whole(DicomTag tag, int otherwise) const {
  const auto found = elements_.values.find(tag);
  if (found == elements_.values.end()) {
    return otherwise;
  }
  if (found->second.length != 2) {
    damaged_dicom("a number has not two bytes");
  }
  return source_.at<std::uint16_t>(found->second.offset, elements_.big_endian);
}

std::vector<double> DicomValues::decimals(DicomTag tag, std::size_t n, const char* name) const {
  constexpr std::uint32_t kLongest = 1 << 20;  // a number of 16 characters for each of 32767 frames
  std::vector<double> numbers;
  const std::string all = text(tag, n == 0 ? kLongest : 1024);
  for (std::string_view rest = all; !all.empty();) {
    const std::size_t end = rest.find('\\');
    const auto value = number(trimmed(rest.substr(0, end)));
    if (!value || !std::isfinite(*value)) {
      damaged_dicom(std::string(name) + " is '" + all.substr(0, 40) + "'");
    }
    numbers.push_back(*value);
    if (end == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(end + 1);
  }
  if (n > 0 && !numbers.empty() && numbers.size() != n) {
    damaged_dicom(std::string(name) + " has not " + std::to_string(n) + " numbers");
  }
  return numbers;
}

double DicomValues::decimal(DicomTag tag, const char* name, double otherwise) const {
  const auto numbers = decimals(tag, 1, name);
  return numbers.empty() ? otherwise : numbers.front();
}

DicomValues DicomValues::first_item(DicomTag sequence) const {
  std::vector<DicomValues> all = items(sequence);
  return all.empty() ? DicomValues(source_, {}) : std::move(all.front());
}

std::vector<DicomValues> DicomValues::items(DicomTag sequence) const {
  std::vector<DicomValues> values;
  for (DicomElements& item : dicom_items(source_, elements_, sequence)) {
    values.emplace_back(source_, std::move(item));
  }
  return values;
}

}  // namespace lossscope::reader
