// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <tuple>

#include "tests/corpus/packing.h"

namespace lossscope::corpus {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

const Lines kGoodNrrd{{"type", "short"},
                      {"dimension", "3"},
                      {"space", "left-posterior-superior"},
                      {"sizes", "4 3 2"},
                      {"space directions", "(0.5,0,0) (0,1.25,0) (0,0,2)"},
                      {"kinds", "domain domain domain"},
                      {"endian", "little"},
                      {"encoding", "raw"},
                      {"space origin", "(10,-20,5)"}};
const ExpectedGrid kGoodGrid{{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}};

/// The header of kGoodNrrd with some fields changed (an empty value takes a field out) and others added.
Bytes nrrd_header(const Lines& changes = {}) {
  Lines lines = kGoodNrrd;
  for (const auto& change : changes) {
    const auto same = [&](const auto& line) { return line.first == change.first; };
    const auto found = std::find_if(lines.begin(), lines.end(), same);
    if (found == lines.end()) {
      lines.push_back(change);
    } else {
      found->second = change.second;
    }
  }
  Bytes text = "NRRD0004\n# made by hand\n";
  for (const auto& [key, value] : lines) {
    text += value.empty() ? "" : key + (key.starts_with("Segment") ? ":=" : ": ") + value + "\n";
  }
  return text;
}

const Bytes kVoxels = bytes_of<std::int16_t>(counting(24));

Case& add_nrrd(Corpus& corpus, const std::string& name, const Lines& changes, const std::string& code = {},
               const Bytes& data = kVoxels) {
  return corpus.add("nrrd_" + name, "volume.nrrd", nrrd_header(changes) + "\n" + data, code);
}

void add_good_nrrds(Corpus& corpus) {
  add_nrrd(corpus, "good", {}).gives(counting(24)).on(kGoodGrid);
  add_nrrd(corpus, "ras", {{"space", "right-anterior-superior"}})
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {-10, 20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}});
  add_nrrd(corpus, "las", {{"space", "LAS"}})
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {10, 20, 5}, {1, 0, 0, 0, -1, 0, 0, 0, 1}});
  add_nrrd(corpus, "unknown_field", {{"made by", "hand"}}).gives(counting(24)).on(kGoodGrid);
  add_nrrd(corpus, "time_without_axis", {{"space", "left-posterior-superior-time"}}).gives(counting(24)).on(kGoodGrid);
  add_nrrd(corpus, "none_without_kind",
           {{"dimension", "4"},
            {"sizes", "1 4 3 2"},
            {"kinds", ""},
            {"space directions", "none (0.5,0,0) (0,1.25,0) (0,0,2)"}})
      .gives(counting(24))
      .on(kGoodGrid);
  add_nrrd(corpus, "big_endian", {{"endian", "big"}}, {}, bytes_of<std::int16_t>(counting(24), true))
      .gives(counting(24));
  add_nrrd(corpus, "gzip", {{"encoding", "gzip"}}, {}, gzipped(kVoxels)).gives(counting(24));
  std::string text;
  for (int i = 0; i < 24; ++i) {
    text += std::to_string(i) + (i % 4 == 3 ? "\n" : " ");
  }
  add_nrrd(corpus, "text", {{"encoding", "ascii"}, {"endian", ""}}, {}, text).gives(counting(24));
  add_nrrd(corpus, "text_short", {{"encoding", "ascii"}}, "E_TRUNC", text.substr(0, 40));
  add_nrrd(corpus, "text_of_words", {{"encoding", "ascii"}}, "E_HEADER", "zero one two " + std::string(60, ' '));
  add_nrrd(corpus, "text_out_of_range", {{"encoding", "ascii"}}, "E_HEADER", "99999 " + text);
  Bytes dos = nrrd_header();
  for (std::size_t at = 0; (at = dos.find('\n', at)) != Bytes::npos; at += 2) {
    dos.insert(at, "\r");
  }
  corpus.add("nrrd_dos_lines", "volume.nrrd", dos + "\r\n" + kVoxels).gives(counting(24)).on(kGoodGrid);
  add_nrrd(corpus, "flat",
           {{"dimension", "2"},
            {"sizes", "4 6"},
            {"space", ""},
            {"space directions", ""},
            {"space origin", ""},
            {"kinds", ""},
            {"spacings", "0.5 2"}},
           "W_NO_ORIENT")
      .gives(counting(24))
      .on({{4, 6, 1}, {0.5, 2, 1}});
  add_nrrd(corpus, "no_spacing", {{"space", ""}, {"space directions", ""}, {"space origin", ""}}, "W_NO_SPACING")
      .gives(counting(24));
  add_nrrd(corpus, "trailing", {}, "W_TRAILING", kVoxels + "xyz").gives(counting(24));
  add_nrrd(corpus, "byte_skip", {{"byte skip", "5"}}, {}, "12345" + kVoxels).gives(counting(24));
  add_nrrd(corpus, "byte_skip_to_the_end", {{"byte skip", "-1"}}, {}, "some header of another format" + kVoxels)
      .gives(counting(24));
}

void add_nrrd_components(Corpus& corpus) {
  const Lines first{{"dimension", "4"},
                    {"sizes", "2 4 3 1"},
                    {"kinds", "vector domain domain domain"},
                    {"space directions", "none (0.5,0,0) (0,1.25,0) (0,0,2)"}};
  const std::vector<double> even{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22};
  add_nrrd(corpus, "vector", first, "E_COMPONENTS");
  add_nrrd(corpus, "vector_chosen", first, "W_COMPONENT").with("--component", "0").gives(even);
  const Lines last{{"dimension", "4"},
                   {"sizes", "4 3 1 2"},
                   {"kinds", "domain domain domain list"},
                   {"space directions", "(0.5,0,0) (0,1.25,0) (0,0,2) none"}};
  add_nrrd(corpus, "list", last, "E_COMPONENTS");
  std::vector<double> second = counting(24);
  second.erase(second.begin(), second.begin() + 12);
  add_nrrd(corpus, "list_chosen", last, "W_COMPONENT").with("--component", "1").gives(second);
  add_nrrd(corpus, "components_in_the_middle",
           {{"dimension", "4"},
            {"sizes", "4 2 3 1"},
            {"kinds", "domain vector domain domain"},
            {"space directions", "(0.5,0,0) none (0,1.25,0) (0,0,2)"}},
           "E_COMPONENTS");
  Lines segments = first;
  segments.insert(
      segments.end(),
      {{"Segment0_Name", "liver"}, {"Segment0_Layer", "0"}, {"Segment1_Name", "tumour"}, {"Segment1_Layer", "1"}});
  add_nrrd(corpus, "segmentation_of_two_layers", segments, "E_COMPONENTS").as("mask");
  add_nrrd(corpus, "rgb",
           {{"type", "uchar"},
            {"dimension", "4"},
            {"sizes", "3 2 1 1"},
            {"kinds", "RGB-color domain domain domain"},
            {"space directions", "none (1,0,0) (0,1,0) (0,0,1)"}},
           "W_RGB", {"\x64\x32\x0a\x00\xff\x80", 6})
      .with("--component", "luminance");
}

void add_damaged_nrrds(Corpus& corpus) {
  corpus.add("nrrd_magic_only", "volume.nrrd", "NRRD0004\n", "E_HEADER");
  corpus.add("nrrd_version_9", "volume.nrrd", "NRRD0009\n" + nrrd_header().substr(9) + "\n" + kVoxels, "E_FORMAT");
  corpus.add("nrrd_without_end", "volume.nrrd", nrrd_header(), "E_HEADER");
  corpus.add("nrrd_without_colon", "volume.nrrd", nrrd_header() + "no colon here\n\n" + kVoxels, "E_HEADER");
  corpus.add("nrrd_field_twice", "volume.nrrd", nrrd_header() + "sizes: 1 1 1\n\n" + kVoxels, "E_HEADER");
  add_nrrd(corpus, "cut", {}, "E_TRUNC", cut(kVoxels, 1));
  add_nrrd(corpus, "no_voxels", {}, "E_TRUNC", {});
  add_nrrd(corpus, "gzip_cut", {{"encoding", "gzip"}}, "E_TRUNC", cut(gzipped(kVoxels), 9));
  add_nrrd(corpus, "gzip_damaged", {{"encoding", "gzip"}}, "E_CRC", flipped(gzipped(kVoxels), 14));
  add_nrrd(corpus, "gzip_too_few", {{"encoding", "gzip"}}, "E_TRUNC", gzipped(cut(kVoxels, 2)));
  add_nrrd(corpus, "gzip_not", {{"encoding", "gzip"}}, "E_CRC");
  const std::vector<std::tuple<std::string, Lines, std::string>> cases{
      {"no_type", {{"type", ""}}, "E_HEADER"},
      {"type_block", {{"type", "block"}}, "E_TYPE"},
      {"type_unknown", {{"type", "quadruple"}}, "E_TYPE"},
      {"dimension_0", {{"dimension", "0"}}, "E_HEADER"},
      {"dimension_16", {{"dimension", "16"}}, "E_HEADER"},
      {"dimension_word", {{"dimension", "three"}}, "E_HEADER"},
      {"sizes_few", {{"sizes", "4 3"}}, "E_HEADER"},
      {"sizes_many", {{"sizes", "4 3 2 1 1 1 1"}}, "E_HEADER"},
      {"sizes_0", {{"sizes", "4 0 2"}}, "E_HEADER"},
      {"sizes_negative", {{"sizes", "4 -3 2"}}, "E_HEADER"},
      {"sizes_huge", {{"sizes", "4 99999999999999999999 2"}}, "E_HEADER"},
      {"sizes_1024_cubed", {{"sizes", "1024 1024 1024"}}, "E_TRUNC"},
      {"sizes_32767_cubed", {{"sizes", "32767 32767 32767"}}, "E_SIZE"},
      {"endian_missing", {{"endian", ""}}, "E_HEADER"},
      {"endian_middle", {{"endian", "middle"}}, "E_HEADER"},
      {"encoding_hex", {{"encoding", "hex"}}, "E_ENCODING"},
      {"encoding_bzip2", {{"encoding", "bzip2"}}, "E_ENCODING"},
      {"encoding_missing", {{"encoding", ""}}, "E_HEADER"},
      {"line_skip", {{"line skip", "3"}}, "E_ENCODING"},
      {"byte_skip_far", {{"byte skip", "99999999999"}}, "E_TRUNC"},
      {"direction_zero", {{"space directions", "(0,0,0) (0,1,0) (0,0,1)"}}, "E_GEOMETRY"},
      {"direction_nan", {{"space directions", "(nan,0,0) (0,1,0) (0,0,1)"}}, "E_HEADER"},
      {"direction_sheared", {{"space directions", "(1,0,0) (0.3,1,0) (0,0,1)"}}, "E_ORTHO"},
      {"direction_flat", {{"space directions", "(1,0,0) (1,0,0) (0,0,1)"}}, "E_GEOMETRY"},
      {"direction_open", {{"space directions", "(1,0,0) (0,1,0) (0,0,1"}}, "E_HEADER"},
      {"direction_short", {{"space directions", "(1,0) (0,1) (0,0)"}}, "E_HEADER"},
      {"directions_few", {{"space directions", "(1,0,0) (0,1,0)"}}, "E_HEADER"},
      {"origin_short", {{"space origin", "(1,2)"}}, "E_HEADER"},
      {"origin_far", {{"space origin", "(1e30,0,0)"}}, "E_GEOMETRY"},
      {"spacing_negative", {{"space directions", ""}, {"spacings", "1 -1 1"}}, "E_HEADER"},
      {"spacing_nan", {{"space directions", ""}, {"spacings", "1 nan 1"}}, "E_HEADER"},
      {"spacing_1e30", {{"space directions", ""}, {"spacings", "1 1e30 1"}}, "E_GEOMETRY"}};
  for (const auto& [name, changes, code] : cases) {
    add_nrrd(corpus, name, changes, code);
  }
}

void add_detached_nrrds(Corpus& corpus) {
  const auto detached = [&](const std::string& name, const std::string& data, const std::string& code) -> Case& {
    return corpus.add("nhdr_" + name, "volume.nhdr", nrrd_header({{"data file", data}}) + "\n", code);
  };
  detached("good", "voxels.raw", "").beside("voxels.raw", kVoxels).gives(counting(24)).on(kGoodGrid);
  detached("cut", "voxels.raw", "E_TRUNC").beside("voxels.raw", cut(kVoxels, 1));
  detached("trailing", "voxels.raw", "W_TRAILING").beside("voxels.raw", kVoxels + "x").gives(counting(24));
  detached("missing", "voxels.raw", "E_DATA_FILE");
  detached("absolute", "/etc/passwd", "E_DATA_FILE");
  detached("above", "../voxels.raw", "E_DATA_FILE");
  detached("list", "LIST", "E_DATA_FILE");
  corpus.add("nhdr_list_of_names", "volume.nhdr", nrrd_header({{"data file", "LIST"}}) + "slice_1.raw\nslice_2.raw\n",
             "E_DATA_FILE");
  detached("pattern", "slice%03d.raw 1 9 1", "E_DATA_FILE").beside("slice001.raw", kVoxels);
  detached("itself", "volume.nhdr", "E_DATA_FILE");
  detached("folder", "voxels", "E_DATA_FILE").prepare = [](const std::string& folder) {
    std::filesystem::create_directory(folder + "/voxels");
  };
  detached("link_to_device", "voxels.raw", "E_DATA_FILE").prepare = [](const std::string& folder) {
    std::filesystem::create_symlink("/dev/zero", folder + "/voxels.raw");
  };
  detached("link_elsewhere", "voxels.raw", "E_DATA_FILE").prepare = [](const std::string& folder) {
    std::filesystem::create_symlink("/etc/passwd", folder + "/voxels.raw");
  };
}

}  // namespace

void add_nrrd_cases(Corpus& corpus) {
  add_good_nrrds(corpus);
  add_nrrd_components(corpus);
  add_damaged_nrrds(corpus);
  add_detached_nrrds(corpus);
}

}  // namespace lossscope::corpus
