// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <tuple>

#include "tests/corpus/packing.h"

namespace lossscope::corpus {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

const Lines kGoodMetaImage{{"ObjectType", "Image"},     {"NDims", "3"},
                           {"BinaryData", "True"},      {"BinaryDataByteOrderMSB", "False"},
                           {"CompressedData", "False"}, {"TransformMatrix", "1 0 0 0 1 0 0 0 1"},
                           {"Offset", "10 -20 5"},      {"ElementSpacing", "0.5 1.25 2"},
                           {"DimSize", "4 3 2"},        {"ElementType", "MET_SHORT"}};
const ExpectedGrid kMetaImageGrid{{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}};
const Bytes kMetaImageVoxels = bytes_of<std::int16_t>(counting(24));

/// kGoodMetaImage with some fields changed (an empty value takes a field out) or added, and the line that ends the
/// header.
Bytes metaimage_header(const Lines& changes = {}, const std::string& data_file = "LOCAL") {
  Lines lines = kGoodMetaImage;
  for (const auto& change : changes) {
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.first == change.first; });
    if (found == lines.end()) {
      lines.push_back(change);
    } else {
      found->second = change.second;
    }
  }
  Bytes text;
  for (const auto& [key, value] : lines) {
    text += value.empty() ? "" : key + " = " + value + "\n";
  }
  return text + "ElementDataFile = " + data_file + "\n";
}

Case& add_metaimage(Corpus& corpus, const std::string& name, const Lines& changes, const std::string& code = {},
                    const Bytes& data = kMetaImageVoxels) {
  return corpus.add("mha_" + name, "volume.mha", metaimage_header(changes) + data, code);
}

void add_good_metaimages(Corpus& corpus) {
  add_metaimage(corpus, "good", {}).gives(counting(24)).on(kMetaImageGrid);
  add_metaimage(corpus, "turned", {{"TransformMatrix", "0 1 0 -1 0 0 0 0 1"}})
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}, {0, -1, 0, 1, 0, 0, 0, 0, 1}});
  add_metaimage(corpus, "big_endian", {{"BinaryDataByteOrderMSB", "True"}}, {},
                bytes_of<std::int16_t>(counting(24), true))
      .gives(counting(24));
  add_metaimage(corpus, "compressed", {{"CompressedData", "True"}}, {}, zlibbed(kMetaImageVoxels))
      .gives(counting(24))
      .on(kMetaImageGrid);
  std::string text;
  for (int i = 0; i < 24; ++i) {
    text += std::to_string(i) + " ";
  }
  add_metaimage(corpus, "text", {{"BinaryData", "False"}}, {}, text).gives(counting(24));
  add_metaimage(corpus, "text_short", {{"BinaryData", "False"}}, "E_TRUNC", text.substr(0, 40));
  add_metaimage(
      corpus, "flat",
      {{"NDims", "2"}, {"DimSize", "4 6"}, {"TransformMatrix", ""}, {"Offset", ""}, {"ElementSpacing", "0.5 2"}},
      "W_NO_ORIENT")
      .gives(counting(24))
      .on({{4, 6, 1}, {0.5, 2, 1}});
  add_metaimage(corpus, "no_spacing", {{"ElementSpacing", ""}}, "W_NO_SPACING").gives(counting(24));
  add_metaimage(corpus, "trailing", {}, "W_TRAILING", kMetaImageVoxels + "xyz").gives(counting(24));
  const auto sized = [&](const std::string& size) {
    return Lines{{"CompressedData", "True"}, {"CompressedDataSize", size}};
  };
  const Bytes packed = zlibbed(kMetaImageVoxels);
  add_metaimage(corpus, "compressed_size", sized(std::to_string(packed.size())), {}, packed).gives(counting(24));
  add_metaimage(corpus, "compressed_size_8_TB", sized("8796093022208"), "E_TRUNC", packed);
  add_metaimage(corpus, "compressed_size_one_more", sized(std::to_string(packed.size() + 1)), "E_TRUNC", packed);
  add_metaimage(corpus, "compressed_size_negative", sized("-1"), "E_HEADER", packed);
  const Lines channels{{"DimSize", "4 3 1"}, {"ElementNumberOfChannels", "2"}};
  add_metaimage(corpus, "channels", channels, "E_COMPONENTS");
  add_metaimage(corpus, "channels_chosen", channels, "W_COMPONENT")
      .with("--component", "1")
      .gives({1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23});
  add_metaimage(corpus, "4d",
                {{"NDims", "4"},
                 {"DimSize", "4 3 1 2"},
                 {"Offset", "0 0 0 0"},
                 {"ElementSpacing", "1 1 1 1"},
                 {"TransformMatrix", "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1"}},
                "E_COMPONENTS");
}

void add_damaged_metaimages(Corpus& corpus) {
  corpus.add("mha_without_data_file", "volume.mha", "ObjectType = Image\nNDims = 3\nDimSize = 4 3 2\n", "E_HEADER");
  corpus.add("mha_field_twice", "volume.mha", "NDims = 3\n" + metaimage_header() + kMetaImageVoxels, "E_HEADER");
  corpus.add("mha_binary_before_end", "volume.mha", "NDims = 3\nDimSize = 4 3 2\n\x01\x02\x03\n" + metaimage_header(),
             "E_HEADER");
  add_metaimage(corpus, "cut", {}, "E_TRUNC", cut(kMetaImageVoxels, 1));
  add_metaimage(corpus, "compressed_cut", {{"CompressedData", "True"}}, "E_TRUNC", cut(zlibbed(kMetaImageVoxels), 5));
  add_metaimage(corpus, "compressed_damaged", {{"CompressedData", "True"}}, "E_CRC",
                flipped(zlibbed(kMetaImageVoxels), 12));
  add_metaimage(corpus, "compressed_too_few", {{"CompressedData", "True"}}, "E_TRUNC",
                zlibbed(cut(kMetaImageVoxels, 2)));
  const std::vector<std::tuple<std::string, Lines, std::string>> cases{
      {"ndims_100000", {{"NDims", "100000"}}, "E_HEADER"},
      {"ndims_negative", {{"NDims", "-3"}}, "E_HEADER"},
      {"ndims_0", {{"NDims", "0"}}, "E_HEADER"},
      {"ndims_half", {{"NDims", "2.5"}}, "E_HEADER"},
      {"size_0", {{"DimSize", "4 0 2"}}, "E_HEADER"},
      {"size_negative", {{"DimSize", "4 -3 2"}}, "E_HEADER"},
      {"size_few", {{"DimSize", "4 3"}}, "E_HEADER"},
      {"size_missing", {{"DimSize", ""}}, "E_HEADER"},
      {"size_huge", {{"DimSize", "30000 30000 30000"}}, "E_SIZE"},
      {"size_2_GB", {{"DimSize", "1024 1024 1024"}}, "E_TRUNC"},
      {"type_unknown", {{"ElementType", "MET_STRING"}}, "E_TYPE"},
      {"type_missing", {{"ElementType", ""}}, "E_TYPE"},
      {"spacing_0", {{"ElementSpacing", "0 1 1"}}, "E_GEOMETRY"},
      {"spacing_negative", {{"ElementSpacing", "1 -1 1"}}, "E_GEOMETRY"},
      {"spacing_nan", {{"ElementSpacing", "1 nan 1"}}, "E_HEADER"},
      {"spacing_few", {{"ElementSpacing", "1 1"}}, "E_HEADER"},
      {"offset_word", {{"Offset", "here 1 1"}}, "E_HEADER"},
      {"offset_far", {{"Offset", "1e9 0 0"}}, "E_GEOMETRY"},
      {"matrix_sheared", {{"TransformMatrix", "1 0 0 0.3 1 0 0 0 1"}}, "E_ORTHO"},
      {"matrix_zero", {{"TransformMatrix", "0 0 0 0 0 0 0 0 0"}}, "E_GEOMETRY"},
      {"matrix_inf", {{"TransformMatrix", "inf 0 0 0 1 0 0 0 1"}}, "E_HEADER"},
      {"channels_0", {{"ElementNumberOfChannels", "0"}}, "E_HEADER"},
      {"header_size", {{"HeaderSize", "12"}}, "E_HEADER"}};
  for (const auto& [name, changes, code] : cases) {
    add_metaimage(corpus, name, changes, code);
  }
}

void add_detached_metaimages(Corpus& corpus) {
  const auto detached = [&](const std::string& name, const std::string& data, const std::string& code,
                            const Lines& changes = {}) -> Case& {
    return corpus.add("mhd_" + name, "volume.mhd", metaimage_header(changes, data), code);
  };
  detached("good", "voxels.raw", "").beside("voxels.raw", kMetaImageVoxels).gives(counting(24)).on(kMetaImageGrid);
  detached("compressed", "voxels.zraw", "", {{"CompressedData", "True"}})
      .beside("voxels.zraw", zlibbed(kMetaImageVoxels))
      .gives(counting(24));
  detached("header_size", "voxels.raw", "", {{"HeaderSize", "7"}})
      .beside("voxels.raw", "1234567" + kMetaImageVoxels)
      .gives(counting(24));
  detached("header_at_the_end", "voxels.raw", "", {{"HeaderSize", "-1"}})
      .beside("voxels.raw", "something" + kMetaImageVoxels)
      .gives(counting(24));
  detached("cut", "voxels.raw", "E_TRUNC").beside("voxels.raw", cut(kMetaImageVoxels, 1));
  detached("missing", "voxels.raw", "E_DATA_FILE");
  detached("format_string", "s%s%s%s%n.raw 1 4 1", "E_DATA_FILE");
  detached("list", "LIST", "E_DATA_FILE");
  detached("list_of_one", "LIST 2", "E_DATA_FILE");
  detached("absolute", "/etc/passwd", "E_DATA_FILE");
  detached("above", "../voxels.raw", "E_DATA_FILE");
  detached("itself", "volume.mhd", "E_DATA_FILE");
  detached("device", "zero.raw", "E_DATA_FILE").prepare = [](const std::string& folder) {
    std::filesystem::create_symlink("/dev/zero", folder + "/zero.raw");
  };
}

}  // namespace

void add_metaimage_cases(Corpus& corpus) {
  add_good_metaimages(corpus);
  add_damaged_metaimages(corpus);
  add_detached_metaimages(corpus);
}

}  // namespace lossscope::corpus
