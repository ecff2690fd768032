// SPDX-License-Identifier: Apache-2.0
// One DICOM file: what of its header matters for a volume (PS3.3 C.7.6), and whether its pixels are all there. GDCM
// puts the previous slice's pixels where some are missing.
#include <cmath>

#include "app/reader/gates/dicom_elements.h"
#include "app/reader/gates/gates.h"
#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

constexpr DicomTag kSeriesDescription = 0x0008103E, kSliceThickness = 0x00180050, kSeriesUid = 0x0020000E,
                   kInstance = 0x00200013, kPosition = 0x00200032, kOrientation = 0x00200037, kSamples = 0x00280002,
                   kFrames = 0x00280008, kRows = 0x00280010, kColumns = 0x00280011, kPixelSpacing = 0x00280030,
                   kBitsAllocated = 0x00280100, kBitsStored = 0x00280101, kSigned = 0x00280103, kIntercept = 0x00281052,
                   kSlope = 0x00281053;

[[noreturn]] void damaged(const std::string& reason) {
  throw Refused("E_HEADER", "the DICOM header is damaged: " + reason, "export the series again");
}

class Values {
 public:
  Values(const Source& source, const DicomElements& elements) : source_(source), elements_(elements) {}

  [[nodiscard]] bool has(DicomTag tag) const { return elements_.values.contains(tag); }

  [[nodiscard]] std::string text(DicomTag tag) const {
    const auto found = elements_.values.find(tag);
    if (found == elements_.values.end()) {
      return {};
    }
    std::string value = source_.text(found->second.offset, std::min<std::uint32_t>(found->second.length, 1024));
    std::erase(value, '\0');
    return std::string(trimmed(value));
  }

  [[nodiscard]] int whole(DicomTag tag, int otherwise) const {
    const auto found = elements_.values.find(tag);
    if (found == elements_.values.end()) {
      return otherwise;
    }
    if (found->second.length != 2) {
      damaged("a number has not two bytes");
    }
    return source_.at<std::uint16_t>(found->second.offset, elements_.big_endian);
  }

  /// Decimal numbers with backslashes between them; empty when the element is absent or empty.
  [[nodiscard]] std::vector<double> decimals(DicomTag tag, std::size_t n, const char* name) const {
    std::vector<double> numbers;
    const std::string all = text(tag);
    for (std::string_view rest = all; !all.empty();) {
      const std::size_t end = rest.find('\\');
      const auto value = number(trimmed(rest.substr(0, end)));
      if (!value || !std::isfinite(*value)) {
        damaged(std::string(name) + " is '" + all.substr(0, 40) + "'");
      }
      numbers.push_back(*value);
      if (end == std::string_view::npos) {
        break;
      }
      rest.remove_prefix(end + 1);
    }
    if (!numbers.empty() && numbers.size() != n) {
      damaged(std::string(name) + " has not " + std::to_string(n) + " numbers");
    }
    return numbers;
  }

 private:
  const Source& source_;
  const DicomElements& elements_;
};

enum class Syntax : std::uint8_t { native, compressed, unknown };

Syntax syntax_of(const std::string& uid) {
  constexpr std::string_view kPrefix = "1.2.840.10008.1.2";
  if (!uid.starts_with(kPrefix)) {
    return Syntax::unknown;
  }
  const std::string rest = uid.substr(kPrefix.size());
  if (rest.empty() || rest == ".1" || rest == ".2") {
    return Syntax::native;
  }
  for (const char* known : {".4.50", ".4.51", ".4.57", ".4.70", ".4.80", ".4.81", ".4.90", ".4.91", ".5"}) {
    if (rest == known) {
      return Syntax::compressed;
    }
  }
  return Syntax::unknown;
}

void check_pixels(const Source& source, const DicomSlice& slice, const DicomValue& pixels) {
  const Syntax syntax = syntax_of(slice.transfer_syntax);
  if (syntax == Syntax::unknown) {
    throw Refused("E_DICOM_SYNTAX", "its transfer syntax " + slice.transfer_syntax + " is not supported",
                  "export the series uncompressed");
  }
  if (syntax == Syntax::compressed) {
    if (pixels.length != kUndefinedLength) {
      damaged("its compressed pixels have no fragments");
    }
    (void)end_of_fragments(source, pixels.offset);
    return;
  }
  const std::uint64_t need = static_cast<std::uint64_t>(slice.rows) * static_cast<std::uint64_t>(slice.columns) *
                             static_cast<std::uint64_t>(slice.samples) *
                             static_cast<std::uint64_t>(slice.bits_allocated / 8);
  if (pixels.length != need && pixels.length != need + need % 2) {
    throw Refused("E_DICOM_PIXELS",
                  "its pixel data have " + std::to_string(pixels.length) + " bytes, not " + std::to_string(need),
                  "export the series again");
  }
  if (pixels.offset > source.size() || need > source.size() - pixels.offset) {
    refuse_cut();
  }
}

void set_format(DicomSlice& slice, const Values& values) {
  slice.rows = values.whole(kRows, 0);
  slice.columns = values.whole(kColumns, 0);
  slice.samples = values.whole(kSamples, 1);
  slice.bits_allocated = values.whole(kBitsAllocated, 0);
  slice.is_signed = values.whole(kSigned, 0) == 1;
  const int stored = values.whole(kBitsStored, slice.bits_allocated);
  if (slice.rows < 1 || slice.columns < 1 || slice.rows > 32767 || slice.columns > 32767) {
    damaged("it has " + std::to_string(slice.rows) + " rows and " + std::to_string(slice.columns) + " columns");
  }
  if ((slice.bits_allocated != 8 && slice.bits_allocated != 16 && slice.bits_allocated != 32) || stored < 1 ||
      stored > slice.bits_allocated) {
    damaged(std::to_string(stored) + " bits stored in " + std::to_string(slice.bits_allocated));
  }
  if (slice.samples != 1) {
    throw Refused("E_DICOM_COLOUR", "it is a colour picture", "export the series in grey values");
  }
  const auto frames = values.decimals(kFrames, 1, "NumberOfFrames");
  if (!frames.empty() && frames.front() != 1) {
    throw Refused("E_DICOM_FRAMES", "it holds several frames, which is not supported",
                  "convert it to NIfTI (dcm2niix), or export one file for each slice");
  }
}

void set_geometry(DicomSlice& slice, const Values& values) {
  const auto position = values.decimals(kPosition, 3, "ImagePositionPatient");
  const auto orientation = values.decimals(kOrientation, 6, "ImageOrientationPatient");
  slice.has_position = !position.empty() && !orientation.empty();
  if (slice.has_position) {
    std::copy(position.begin(), position.end(), slice.position.begin());
    std::copy(orientation.begin(), orientation.end(), slice.orientation.begin());
  }
  const auto spacing = values.decimals(kPixelSpacing, 2, "PixelSpacing");
  slice.has_spacing = !spacing.empty();
  if (slice.has_spacing) {
    slice.spacing = {spacing[0], spacing[1]};
    if (!(spacing[0] > 0 && spacing[1] > 0)) {
      damaged("PixelSpacing is '" + values.text(kPixelSpacing).substr(0, 40) + "'");
    }
  }
  const auto first = [&](DicomTag tag, const char* name, double otherwise) {
    const auto numbers = values.decimals(tag, 1, name);
    return numbers.empty() ? otherwise : numbers.front();
  };
  slice.thickness = first(kSliceThickness, "SliceThickness", 0);
  slice.slope = first(kSlope, "RescaleSlope", 1);
  slice.intercept = first(kIntercept, "RescaleIntercept", 0);
  slice.instance = static_cast<std::int64_t>(std::clamp(first(kInstance, "InstanceNumber", 0), -1e15, 1e15));
}

}  // namespace

DicomSlice dicom_gate(const Source& source) {
  const DicomElements elements = dicom_elements(source);
  const auto pixels = elements.values.find(kPixelData);
  const Values values(source, elements);
  if (pixels == elements.values.end()) {
    if (values.has(kRows)) {
      refuse_cut();
    }
    throw Refused("E_DICOM_NO_IMAGE", "it is DICOM without a picture", "choose the folder of the slices");
  }
  DicomSlice slice;
  slice.transfer_syntax = elements.transfer_syntax;
  slice.series = values.text(kSeriesUid);
  slice.description = values.text(kSeriesDescription);
  set_format(slice, values);
  set_geometry(slice, values);
  check_pixels(source, slice, pixels->second);
  return slice;
}

}  // namespace lossscope::reader
