// SPDX-License-Identifier: Apache-2.0
// Which format a file is: its name and its first bytes must agree.
#include <filesystem>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/inflate.h"
#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

std::optional<Format> format_by_name(const std::string& path) {
  const std::string name = lower(std::filesystem::path(path).filename().string());
  const auto is = [&](std::initializer_list<const char*> endings) {
    return std::any_of(endings.begin(), endings.end(), [&](const char* ending) { return name.ends_with(ending); });
  };
  if (is({".nii", ".nii.gz"})) {
    return Format::nifti;
  }
  if (is({".nrrd", ".nhdr"})) {
    return Format::nrrd;
  }
  if (is({".mha", ".mhd"})) {
    return Format::metaimage;
  }
  if (is({".png"})) {
    return Format::png;
  }
  if (is({".tif", ".tiff"})) {
    return Format::tiff;
  }
  if (is({".dcm", ".ima", ".dicom"})) {
    return Format::dicom;
  }
  return std::nullopt;
}

bool looks_like_metaimage(const std::string& head) {
  return head.find("NDims") != std::string::npos && head.find("DimSize") != std::string::npos;
}

}  // namespace

const char* name_of(Format format) {
  constexpr const char* kNames[]{"NIfTI", "NRRD", "MetaImage", "PNG", "TIFF", "DICOM"};
  return kNames[static_cast<int>(format)];
}

std::optional<Format> format_by_content(const Source& source) {
  const std::string head = source.text(0, 1024);
  const auto has = [&](std::size_t offset, std::string_view magic) {
    return head.size() >= offset + magic.size() && head.compare(offset, magic.size(), magic) == 0;
  };
  if (is_gzip(source) || has(344, "n+1") || has(344, "ni1") || has(4, "n+2") || has(4, "ni2")) {
    return Format::nifti;
  }
  if (has(0, "NRRD000")) {
    return Format::nrrd;
  }
  if (has(0, "\x89PNG")) {
    return Format::png;
  }
  if (has(0, {"II*\0", 4}) || has(0, {"MM\0*", 4}) || has(0, {"II+\0", 4}) || has(0, {"MM\0+", 4})) {
    return Format::tiff;
  }
  if (has(128, "DICM")) {
    return Format::dicom;
  }
  if (looks_like_metaimage(head)) {
    return Format::metaimage;
  }
  return std::nullopt;
}

Format format_of(const std::string& path, const Source& source) {
  const auto named = format_by_name(path), is = format_by_content(source);
  if (!named) {
    const std::string formats =
        "the formats are .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd, .png, .tif, .dcm and a folder "
        "of DICOM slices";
    throw is ? Refused("E_FORMAT", std::string("its name names no format, its content looks like ") + name_of(*is),
                       "give it the ending of that format; " + formats)
             : Refused("E_FORMAT", "the format is not known", formats);
  }
  if (is && *is != *named) {
    throw Refused("E_FORMAT",
                  std::string("its name says ") + name_of(*named) + ", its content looks like " + name_of(*is),
                  "is it the right file? Give it the ending of its format");
  }
  return *named;  // the format's gate describes best what is wrong with such content
}

void check_data_name(const std::string& name) {
  const bool plain = !name.empty() && name.size() < 256 && name.find_first_of("%/\\") == std::string::npos &&
                     name.find('\0') == std::string::npos && !name.starts_with("LIST") && !name.starts_with(".") &&
                     name.find(' ') == std::string::npos;
  if (!plain) {
    throw Refused("E_DATA_FILE",
                  "the header names '" + name.substr(0, 80) + "' as its data, which is not a plain file beside it",
                  "keep header and data together in one folder, under names without spaces");
  }
}

}  // namespace lossscope::reader
