// SPDX-License-Identifier: Apache-2.0
// MGH and pairs of header and data (ANALYZE 7.5, NIfTI).
#include <limits>

#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

/// 4 x 3 x 2 int16 voxels of 0.5 x 1 x 2 mm, with axes to the left, the bottom and the front, as FreeSurfer has them.
struct MghFile {
  std::int32_t version = 1, width = 4, height = 3, depth = 2, frames = 1, type = 4;
  std::int16_t has_geometry = 1;
  std::vector<double> spacing{0.5, 1, 2}, axes{-1, 0, 0, 0, 0, -1, 0, 1, 0}, middle{10, 20, 30};
  Bytes voxels = bytes_of<std::int16_t>(counting(24), true);

  [[nodiscard]] Bytes bytes() const {
    Bytes file;
    for (const std::int32_t number : {version, width, height, depth, frames, type, 0}) {
      file += number_bytes(number, true);
    }
    file += number_bytes(has_geometry, true);
    for (const auto& numbers : {spacing, axes, middle}) {
      file += bytes_of<float>(numbers, true);
    }
    return file + Bytes(284 - file.size(), '\0') + voxels;
  }
};

void add_mgh(Corpus& corpus) {
  const MghFile good;
  // The voxel at half the sizes (2, 1.5, 1) lies at the middle; in LPS (-10, -20, 30).
  const ExpectedGrid grid{{4, 3, 2}, {0.5, 1, 2}, {-11, -18, 31.5}, {1, 0, 0, 0, 0, -1, 0, -1, 0}};
  const auto changed = [&](const std::string& name, const std::string& code, const auto& change) -> Case& {
    MghFile file;
    change(file);
    return corpus.add("mgh_" + name, "volume.mgh", file.bytes(), code);
  };
  corpus.add("mgh_good", "volume.mgh", good.bytes()).gives(counting(24)).on(grid);
  corpus.add("mgz_good", "aseg.mgz", gzipped(good.bytes())).gives(counting(24)).on(grid);
  corpus.add("mgz_upper_case", "ASEG.MGZ", gzipped(good.bytes())).gives(counting(24)).on(grid);
  corpus.add("mgz_with_footer", "aseg.mgz", gzipped(good.bytes() + Bytes(300, '\1'))).gives(counting(24));
  corpus.add("mgh_packed", "volume.mgh", gzipped(good.bytes()), "W_NAME").gives(counting(24));
  corpus.add("mgz_named_nii", "aseg.nii.gz", gzipped(good.bytes()), "E_FORMAT");
  corpus.add("mgz_without_ending", "aseg.gz", gzipped(good.bytes()), "E_FORMAT");
  changed("no_geometry", "W_NO_ORIENT", [](MghFile& f) { f.has_geometry = 0; }).gives(counting(24));
  changed("bytes", "", [](MghFile& f) {
    f.type = 0;
    f.voxels = bytes_of<std::uint8_t>(counting(24));
  }).gives(counting(24));
  changed("int", "", [](MghFile& f) {
    f.type = 1;
    f.voxels = bytes_of<std::int32_t>(counting(24), true);
  }).gives(counting(24));
  changed("float", "", [](MghFile& f) {
    f.type = 3;
    f.voxels = bytes_of<float>(counting(24), true);
  }).gives(counting(24));
  changed("frames", "E_COMPONENTS", [](MghFile& f) {
    f.depth = 1;
    f.frames = 2;
  });
  changed("cut", "E_TRUNC", [](MghFile& f) { f.voxels.pop_back(); });
  changed("type_7", "E_TYPE", [](MghFile& f) { f.type = 7; });
  changed("version_2", "E_FORMAT", [](MghFile& f) { f.version = 2; });
  changed("width_0", "E_HEADER", [](MghFile& f) { f.width = 0; });
  changed("width_negative", "E_HEADER", [](MghFile& f) { f.width = -4; });
  changed("30000_cubed", "E_SIZE", [](MghFile& f) { f.width = f.height = f.depth = 30000; });
  changed("frames_70000", "E_HEADER", [](MghFile& f) { f.frames = 70000; });
  changed("spacing_nan", "E_HEADER", [](MghFile& f) { f.spacing[0] = std::numeric_limits<double>::quiet_NaN(); });
  changed("spacing_0", "E_GEOMETRY", [](MghFile& f) { f.spacing[0] = 0; });
  changed("axes_0", "E_GEOMETRY", [](MghFile& f) { f.axes.assign(9, 0); });
  changed("sheared", "E_ORTHO", [](MghFile& f) { f.axes[1] = 0.3; });
  corpus.add("mgz_cut", "aseg.mgz", cut(gzipped(good.bytes()), 9), "E_TRUNC");
  corpus.add("mgz_damaged", "aseg.mgz", flipped(gzipped(good.bytes()), gzipped(good.bytes()).size() - 6), "E_CRC");
}

/// 4 x 3 x 2 int16 voxels of 0.5 x 1 x 2 mm; transverse slices.
struct AnalyzeHeader {
  std::int16_t dimensions = 4, type = 4, bits = 16;
  std::vector<double> sizes{4, 3, 2, 1}, spacing{0.5, 1, 2};
  double offset = 0, scale = 0;
  std::vector<double> origin{0, 0, 0, 0, 0};
  char orient = 0;
  bool big_endian = false;

  [[nodiscard]] Bytes bytes() const {
    Bytes head(348, '\0');
    const auto put = [&](std::size_t at, const Bytes& value) { head.replace(at, value.size(), value); };
    put(0, number_bytes(std::int32_t{348}, big_endian));
    put(40, number_bytes(dimensions, big_endian) + bytes_of<std::int16_t>(sizes, big_endian));
    put(70, number_bytes(type, big_endian) + number_bytes(bits, big_endian));
    put(80, bytes_of<float>(spacing, big_endian));
    put(108, bytes_of<float>({offset, scale}, big_endian));
    put(252, Bytes(1, orient) + bytes_of<std::int16_t>(origin, big_endian));
    return head;
  }
};

void add_analyze(Corpus& corpus) {
  const Bytes voxels = bytes_of<std::int16_t>(counting(24));
  const auto changed = [&](const std::string& name, const std::string& code, const auto& change,
                           const std::string& file = "volume.hdr") -> Case& {
    AnalyzeHeader header;
    change(header);
    Case& made = corpus.add("analyze_" + name, file, file.ends_with(".hdr") ? header.bytes() : voxels, code);
    return made.beside(file.ends_with(".hdr") ? "volume.img" : "volume.hdr",
                       file.ends_with(".hdr") ? voxels : header.bytes());
  };
  const auto nothing = [](AnalyzeHeader&) {};
  // The first axis runs to the left, the second to the front, the third up; 0 mm is the middle.
  const ExpectedGrid grid{{4, 3, 2}, {0.5, 1, 2}, {-0.75, 1, -1}, {1, 0, 0, 0, -1, 0, 0, 0, 1}};
  changed("good", "W_ANALYZE", nothing).gives(counting(24)).on(grid);
  changed("opened_by_its_data", "W_ANALYZE", nothing, "volume.img").gives(counting(24)).on(grid);
  changed("coronal", "W_ANALYZE", [](AnalyzeHeader& h) { h.orient = 1; })
      .gives(counting(24))
      .on({{4, 3, 2}, {0.5, 1, 2}, {-0.75, 1, -1}, {1, 0, 0, 0, 0, -1, 0, 1, 0}});
  changed("origin_of_spm", "W_ANALYZE", [](AnalyzeHeader& h) {
    h.origin = {1, 2, 1, 0, 0};
  }).on({{4, 3, 2}, {0.5, 1, 2}, {0, 1, 0}, {1, 0, 0, 0, -1, 0, 0, 0, 1}});
  std::vector<double> scaled = counting(24);
  for (double& value : scaled) {
    value *= 0.25;
  }
  changed("scale_of_spm", "W_SLOPE", [](AnalyzeHeader& h) { h.scale = 0.25; }).gives(scaled);
  corpus
      .add(
          "analyze_big_endian", "volume.hdr",
          [] {
            AnalyzeHeader header;
            header.big_endian = true;
            return header.bytes();
          }(),
          "W_ANALYZE")
      .beside("volume.img", bytes_of<std::int16_t>(counting(24), true))
      .gives(counting(24));
  corpus.add("analyze_upper_case", "VOLUME.HDR", AnalyzeHeader().bytes(), "W_ANALYZE")
      .beside("VOLUME.IMG", voxels)
      .gives(counting(24));
  corpus.add("analyze_packed", "volume.hdr.gz", gzipped(AnalyzeHeader().bytes()), "W_ANALYZE")
      .beside("volume.img.gz", gzipped(voxels))
      .gives(counting(24));
  corpus.add("analyze_without_data", "volume.hdr", AnalyzeHeader().bytes(), "E_DATA_FILE");
  corpus.add("analyze_without_header", "volume.img", voxels, "E_DATA_FILE");
  corpus.add("analyze_data_cut", "volume.hdr", AnalyzeHeader().bytes(), "E_TRUNC").beside("volume.img", cut(voxels, 1));
  corpus.add("analyze_header_cut", "volume.hdr", cut(AnalyzeHeader().bytes(), 1), "E_TRUNC")
      .beside("volume.img", voxels);
  corpus.add("analyze_header_of_another_kind", "volume.hdr", Bytes(348, 'x'), "E_FORMAT").beside("volume.img", voxels);
  changed("bits_contradict", "E_HEADER", [](AnalyzeHeader& h) { h.bits = 8; });
  changed("type_1", "E_TYPE", [](AnalyzeHeader& h) { h.type = 1; });
  changed("size_negative", "E_HEADER", [](AnalyzeHeader& h) { h.sizes[1] = -3; });
  changed("30000_cubed", "E_SIZE", [](AnalyzeHeader& h) { h.sizes = {30000, 30000, 30000, 1}; });
  changed("offset_nan", "E_HEADER", [](AnalyzeHeader& h) { h.offset = std::numeric_limits<double>::quiet_NaN(); });
  changed("offset_beyond", "E_TRUNC", [](AnalyzeHeader& h) { h.offset = 1000; });
  changed("spacing_0", "E_GEOMETRY", [](AnalyzeHeader& h) { h.spacing[0] = 0; });
}

void add_nifti_pairs(Corpus& corpus) {
  Bytes header = file_of(good());
  const Bytes voxels = header.substr(352);
  header.resize(348);
  header.replace(344, 4, Bytes("ni1\0", 4));
  header.replace(108, 4, number_bytes(0.0F));
  corpus.add("nifti_pair", "volume.hdr", header).beside("volume.img", voxels);
  corpus.add("nifti_pair_by_its_data", "volume.img", voxels).beside("volume.hdr", header);
  corpus.add("nifti_pair_of_two_cases", "volume.hdr", header).beside("volume.IMG", voxels);
  corpus.add("nifti_pair_of_two_cases_by_its_data", "Volume.IMG", voxels).beside("volume.hdr", header);
  corpus.add("nifti_pair_of_too_many", "volume.hdr", header, "E_DATA_FILE")
      .beside("volume.IMG", voxels)
      .beside("volume.Img", voxels);
  corpus.add("nifti_pair_packed_data", "volume.hdr", header).beside("volume.img.gz", gzipped(voxels));
  corpus.add("nifti_pair_cut", "volume.hdr", header, "E_TRUNC").beside("volume.img", cut(voxels, 1));
  corpus.add("nifti_pair_renamed", "volume.nii", header, "E_FORMAT").beside("volume.img", voxels);
  corpus.add("nifti_whole_named_hdr", "volume.hdr", file_of(good()), "E_FORMAT").beside("volume.img", voxels);
}

}  // namespace

void add_volume_cases(Corpus& corpus) {
  add_mgh(corpus);
  add_analyze(corpus);
  add_nifti_pairs(corpus);
}

}  // namespace lossscope::corpus
