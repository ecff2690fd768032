// SPDX-License-Identifier: Apache-2.0
// NIfTI: types, truncation, compression, scaling, components, values.
#include <cmath>
#include <fstream>
#include <limits>

#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInf = std::numeric_limits<double>::infinity();

Case& add_nifti(Corpus& corpus, const std::string& name, const NiftiBytes& nifti, const std::string& code = {}) {
  return corpus.add("nifti_" + name, "volume.nii", file_of(nifti), code);
}

template <class T>
void add_type(Corpus& corpus, const std::string& name, int code, const std::vector<double>& values) {
  for (const bool big : {false, true}) {
    NiftiBytes nifti = header({static_cast<int>(values.size()), 1, 1}, code, static_cast<int>(8 * sizeof(T)), big);
    corpus.add("nifti_" + name + (big ? "_big_endian" : ""), "volume.nii", file_of(nifti) + bytes_of<T>(values, big))
        .gives(values);
  }
}

void add_types(Corpus& corpus) {
  add_type<std::uint8_t>(corpus, "u8", 2, {0, 1, 255});
  add_type<std::int8_t>(corpus, "i8", 256, {-128, 0, 127});
  add_type<std::int16_t>(corpus, "i16", 4, {-32768, 5, 32767});
  add_type<std::uint16_t>(corpus, "u16", 512, {0, 258, 65535});
  add_type<std::int32_t>(corpus, "i32", 8, {-70000, 0, 70000});
  add_type<std::uint32_t>(corpus, "u32", 768, {0, 70000, 16777216});
  add_type<std::int64_t>(corpus, "i64", 1024, {-3, 0, 1000000});
  add_type<std::uint64_t>(corpus, "u64", 1280, {0, 7, 1000000});
  add_type<float>(corpus, "f32", 16, {-1.5, 0, 1e30});
  add_type<double>(corpus, "f64", 64, {-0.25, 0, 1e6});
}

void add_truncations(Corpus& corpus) {
  const Bytes whole = file_of(good());
  corpus.add("nifti_header_cut_100", "volume.nii", whole.substr(0, 100), "E_TRUNC");
  corpus.add("nifti_header_only_348", "volume.nii", whole.substr(0, 348), "E_TRUNC");
  corpus.add("nifti_header_only_352", "volume.nii", whole.substr(0, 352), "E_TRUNC");
  corpus.add("nifti_one_byte_short", "volume.nii", cut(whole, 1), "E_TRUNC");
  corpus.add("nifti_trailing", "volume.nii", whole + "abc", "W_TRAILING").gives(counting(24));
}

void add_compressed(Corpus& corpus) {
  const Bytes whole = file_of(good()), packed = gzipped(whole);
  corpus.add("gz_good", "volume.nii.gz", packed).gives(counting(24)).on(good_grid());
  corpus.add("gz_beside_another", "volume.nii.gz", packed)
      .beside("volume.nii", file_of(header({4, 3, 2}, 4, 16)) + bytes_of<std::int16_t>(std::vector<double>(24, 7)))
      .gives(counting(24))
      .on(good_grid());
  corpus.add("gz_named_nii", "volume.nii", packed, "W_NAME").gives(counting(24));
  corpus.add("gz_name_only", "volume.nii.gz", whole, "W_NAME").gives(counting(24));
  corpus.add("gz_half", "volume.nii.gz", cut(packed, packed.size() / 2), "E_TRUNC");
  corpus.add("gz_no_trailer", "volume.nii.gz", cut(packed, 8), "E_TRUNC");
  corpus.add("gz_one_byte_short", "volume.nii.gz", cut(packed, 1), "E_TRUNC");
  corpus.add("gz_flipped_bit", "volume.nii.gz", flipped(packed, packed.size() / 2), "E_CRC");
  corpus.add("gz_wrong_crc", "volume.nii.gz", flipped(packed, packed.size() - 8), "E_CRC");
  corpus.add("gz_wrong_length", "volume.nii.gz", flipped(packed, packed.size() - 4), "E_CRC");
  corpus.add("gz_garbage_after", "volume.nii.gz", packed + "garbage", "W_TRAILING").gives(counting(24));
  corpus.add("gz_more_inside", "volume.nii.gz", gzipped(whole + Bytes(1000, '\1')), "W_TRAILING").gives(counting(24));
  corpus.add("gz_much_more_inside", "volume.nii.gz", gzipped(whole + Bytes(3 << 20, '\1')), "E_TRAILING");
  corpus.add("gz_two_members", "volume.nii.gz", gzipped(whole.substr(0, 370)) + gzipped(whole.substr(370)))
      .gives(counting(24));
  corpus.add("gz_second_member_cut", "volume.nii.gz",
             gzipped(whole.substr(0, 370)) + cut(gzipped(whole.substr(370)), 3), "E_TRUNC");
  corpus.add("gz_claims_4_GB", "volume.nii.gz",
             gzipped(file_of(header({1024, 1024, 1024}, 16, 32)) + Bytes(4000, '\0')), "E_TRUNC");
  corpus.add("gz_bomb_320_MiB", "volume.nii.gz", {}, "E_BOMB").prepare = [](const std::string& folder) {
    const Bytes bomb = file_of(header({640, 512, 1024}, 2, 8)) + Bytes(std::size_t{640} * 512 * 1024, '\0');
    std::ofstream(folder + "/volume.nii.gz", std::ios::binary) << gzipped(bomb);
  };
  corpus.add("gz_of_text", "volume.nii.gz", gzipped(Bytes(5000, 'x')), "E_FORMAT");
  corpus.add("gz_of_nothing", "volume.nii.gz", gzipped({}), "E_TRUNC");
  corpus.add("gz_of_gz", "volume.nii.gz", gzipped(packed + Bytes(400, ' ')), "E_FORMAT");
}

void add_headers(Corpus& corpus) {
  for (const int nd : {0, -1, 8, 32767}) {
    add_nifti(corpus, "nd_" + std::to_string(nd),
              NiftiBytes(good()).put<std::int16_t>(40, static_cast<std::int16_t>(nd)), "E_HEADER");
  }
  for (const auto nd : {std::int16_t{6}, std::int16_t{7}}) {  // what is beyond the third axis is 1
    add_nifti(corpus, "nd_" + std::to_string(nd), NiftiBytes(good()).put(40, nd)).gives(counting(24));
  }
  add_nifti(corpus, "nd_4_and_no_fourth", NiftiBytes(good()).put<std::int16_t>(40, 4).put<std::int16_t>(48, 0))
      .gives(counting(24));
  add_nifti(corpus, "dim_0", NiftiBytes(good()).put<std::int16_t>(42, 0), "E_HEADER");
  add_nifti(corpus, "dim_negative", NiftiBytes(good()).put<std::int16_t>(44, -3), "E_HEADER");
  add_nifti(corpus, "dims_huge", NiftiBytes(good()).size({32767, 32767, 32767}), "E_SIZE");
  add_nifti(corpus, "dims_huge_4d", NiftiBytes(good()).size({1290, 1290, 1290, 32767}), "E_TRUNC")
      .with("--component", "0");
  add_nifti(corpus, "components_overflow", NiftiBytes(good()).size({2, 2, 2, 32767, 32767}), "E_HEADER");
  for (const int type : {0, 1, 255, 1536, 2048, -1}) {
    add_nifti(corpus, "type_" + std::to_string(type),
              NiftiBytes(good()).put<std::int16_t>(70, static_cast<std::int16_t>(type)), "E_TYPE");
  }
  add_nifti(corpus, "bitpix_conflict", NiftiBytes(good()).type(4, 8), "E_HEADER");
  add_nifti(corpus, "sizeof_hdr_wrong", NiftiBytes(good()).put<std::int32_t>(0, 347), "E_FORMAT");
  add_nifti(corpus, "magic_of_pair", NiftiBytes(good()).put<char>(345, 'i'), "E_FORMAT");
  corpus.add("nifti_header_of_pair", "volume.nii", file_of(NiftiBytes(good()).put<char>(345, 'i')).substr(0, 348),
             "E_FORMAT");
  corpus.add("nifti_header_of_analyze", "volume.nii",
             file_of(NiftiBytes(good()).put<std::int32_t>(344, 0)).substr(0, 348), "E_FORMAT");
  add_nifti(corpus, "magic_none", NiftiBytes(good()).put<std::int32_t>(344, 0), "E_FORMAT");
  for (const auto& [name, offset] : {std::pair{"0", 0.0F},
                                     {"348", 348.0F},
                                     {"negative", -352.0F},
                                     {"half", 352.5F},
                                     {"huge", 1e20F},
                                     {"nan", std::nanf("")}}) {
    add_nifti(corpus, std::string("vox_offset_") + name, NiftiBytes(good()).put<float>(108, offset), "E_HEADER");
  }
  add_nifti(corpus, "vox_offset_beyond", NiftiBytes(good()).put<float>(108, 5000), "E_TRUNC");
  corpus.add("nifti_extension", "volume.nii", with_extension(good(), 64)).gives(counting(24));
  corpus.add("gz_extension", "volume.nii.gz", gzipped(with_extension(good(), 900))).gives(counting(24));
}

void add_scaling(Corpus& corpus) {
  const auto scaled = [](float slope, float intercept) {
    return NiftiBytes(good()).put<float>(112, slope).put<float>(116, intercept);
  };
  std::vector<double> expected = counting(24);
  for (double& value : expected) {
    value = 2 * value - 7;
  }
  add_nifti(corpus, "slope", scaled(2, -7)).gives(expected);
  add_nifti(corpus, "slope_0_inter_5", scaled(0, 5), "W_SLOPE").gives(counting(24));
  add_nifti(corpus, "slope_0", scaled(0, 0)).gives(counting(24));
  add_nifti(corpus, "slope_nan", scaled(std::nanf(""), 0), "W_SLOPE").gives(counting(24));
  add_nifti(corpus, "slope_inf", scaled(INFINITY, 0), "E_HEADER");
  add_nifti(corpus, "inter_nan", scaled(1, std::nanf("")), "E_HEADER");
  add_nifti(corpus, "inter_inf", scaled(1, INFINITY), "E_HEADER");
}

void add_nifti_components(Corpus& corpus) {
  const auto volume = [](const std::vector<int>& size, int type, int bits, Bytes voxels) {
    return file_of(header(size, type, bits)) + voxels;
  };
  const Bytes four = volume({2, 1, 1, 3}, 16, 32, bytes_of<float>({0, 1, 2, 3, 4, 5}));
  corpus.add("4d", "volume.nii", four, "E_COMPONENTS");
  corpus.add("4d_chosen", "volume.nii", four, "W_COMPONENT").with("--component", "1").gives({2, 3});
  corpus.add("4d_gz_chosen", "volume.nii.gz", gzipped(four), "W_COMPONENT").with("--component", "2").gives({4, 5});
  corpus.add("4d_chosen_too_high", "volume.nii", four, "E_COMPONENTS").with("--component", "3");
  corpus.add("4d_cut", "volume.nii", cut(four, 1), "E_TRUNC").with("--component", "0");
  corpus.add("4d_of_one", "volume.nii", volume({2, 1, 1, 1}, 16, 32, bytes_of<float>({8, 9}))).gives({8, 9});
  const Bytes vector = volume({2, 1, 1, 1, 3}, 16, 32, bytes_of<float>({0, 1, 2, 3, 4, 5}));
  corpus.add("5d_vector", "volume.nii", vector, "E_COMPONENTS");
  corpus.add("5d_vector_chosen", "volume.nii", vector, "W_COMPONENT").with("--component", "0").gives({0, 1});
  const Bytes seven = volume({2, 1, 1, 1, 1, 1, 3}, 16, 32, bytes_of<float>({0, 1, 2, 3, 4, 5}));
  corpus.add("7d_vector", "volume.nii", seven, "E_COMPONENTS");
  corpus.add("7d_vector_chosen", "volume.nii", seven, "W_COMPONENT").with("--component", "2").gives({4, 5});
  corpus.add("7d_overflow", "volume.nii", file_of(header({2, 1, 1, 32767, 32767, 32767, 32767}, 16, 32)), "E_HEADER");
  const Bytes colour = volume({2, 1, 1}, 128, 24, {"\x64\x32\x0a\x00\xff\x80", 6});
  corpus.add("rgb24", "volume.nii", colour, "E_COMPONENTS");
  corpus.add("rgb24_green", "volume.nii", colour, "W_COMPONENT").with("--component", "1").gives({50, 255});
  corpus.add("rgb24_luminance", "volume.nii", colour, "W_RGB")
      .with("--component", "luminance")
      .gives({0.2125 * 100 + 0.7154 * 50 + 0.0721 * 10, 0.7154 * 255 + 0.0721 * 128});
  const Bytes complex = volume({2, 1, 1}, 32, 64, bytes_of<float>({3, 4, 5, -12}));
  corpus.add("complex", "volume.nii", complex, "E_COMPONENTS");
  corpus.add("complex_real", "volume.nii", complex, "W_COMPONENT").with("--component", "0").gives({3, 5});
  corpus.add("complex_magnitude", "volume.nii", complex, "W_MAGNITUDE").with("--component", "magnitude").gives({5, 13});
  corpus.add("magnitude_of_real", "volume.nii", four, "E_COMPONENTS").with("--component", "magnitude");
}

void add_values(Corpus& corpus) {
  const auto floats = [](const std::vector<double>& values) {
    return file_of(header({static_cast<int>(values.size()), 1, 1}, 16, 32)) + bytes_of<float>(values);
  };
  corpus.add("image_nan", "volume.nii", floats({kNan, 1, 2}), "W_NAN");
  corpus.add("image_inf", "volume.nii", floats({1, -kInf, 2}), "W_NAN");
  corpus.add("image_nan_gz", "volume.nii.gz", gzipped(floats({1, kNan, 2})), "W_NAN");
  corpus.add("image_all_nan", "volume.nii", floats({kNan, kNan}), "E_ALL_NAN");
  corpus.add("image_f64_too_large", "volume.nii", file_of(header({2, 1, 1}, 64, 64)) + bytes_of<double>({1, 1e300}),
             "E_RANGE_FLOAT");
  corpus.add("image_u32_rounded", "volume.nii",
             file_of(header({2, 1, 1}, 768, 32)) + bytes_of<std::uint32_t>({1, 16777217}), "W_PRECISION");
}

void add_version_2(Corpus& corpus) {
  for (const bool big : {false, true}) {
    corpus.add(std::string("nifti2") + (big ? "_big_endian" : ""), "volume.nii", nifti_2(big))
        .gives(counting(24))
        .on(good_grid());
  }
  corpus.add("nifti2_gz", "volume.nii.gz", gzipped(nifti_2(false))).gives(counting(24));
  corpus.add("nifti2_header_cut", "volume.nii", nifti_2(false).substr(0, 500), "E_TRUNC");
  corpus.add("nifti2_cut", "volume.nii", cut(nifti_2(false), 1), "E_TRUNC");
  corpus.add("nifti2_offset", "volume.nii", replaced(nifti_2(false), 168, number_bytes<std::int64_t>(352)), "E_HEADER");
  corpus.add("nifti2_dim_huge", "volume.nii",
             replaced(nifti_2(false), 24, number_bytes<std::int64_t>(std::int64_t{1} << 62)), "E_HEADER");
  corpus.add("nifti2_dim_4G", "volume.nii",
             replaced(nifti_2(false), 24, number_bytes<std::int64_t>((std::int64_t{1} << 32) + 4)), "E_HEADER");
}

}  // namespace

void add_nifti_cases(Corpus& corpus) {
  corpus.add("nifti_good", "volume.nii", file_of(good())).gives(counting(24)).on(good_grid());
  add_types(corpus);
  add_truncations(corpus);
  add_compressed(corpus);
  add_headers(corpus);
  add_scaling(corpus);
  add_nifti_components(corpus);
  add_values(corpus);
  add_version_2(corpus);
}

}  // namespace lossscope::corpus
