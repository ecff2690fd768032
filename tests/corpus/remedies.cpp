// SPDX-License-Identifier: Apache-2.0
// Refused files after what their remedy says: the same numbers, converted, renamed or put in their place by hand.
#include <filesystem>

#include "tests/corpus/dicom_files.h"
#include "tests/corpus/jpeg_files.h"
#include "tests/corpus/nifti_files.h"
#include "tests/corpus/numpy_files.h"
#include "tests/corpus/picture_files.h"

namespace lossscope::corpus {
namespace {

const Bytes kRemedyShorts = bytes_of<std::int16_t>(counting(24));

Bytes grey_png(std::uint32_t width, std::uint32_t height, const Bytes& pixels) {
  return kPngMagic + png_header(width, height, 8, 0) + png_data(pixels, width) + png_chunk("IEND", {});
}
Bytes rgb_png(std::uint32_t width, std::uint32_t height, const Bytes& pixels) {
  return kPngMagic + png_header(width, height, 8, 2) + png_data(pixels, std::size_t{3} * width) + png_chunk("IEND", {});
}

Bytes nrrd(const std::string& fields, const Bytes& data) {
  return "NRRD0004\ntype: short\nspace: LPS\nendian: little\n" + fields + "\n\n" + data;
}

Bytes mha(const std::string& data_file) {
  return "NDims = 3\nDimSize = 4 3 2\nElementSpacing = 1 1 2\nTransformMatrix = 1 0 0 0 1 0 0 0 1\n"
         "ElementType = MET_SHORT\nElementDataFile = " +
         data_file + "\n";
}

Bytes array_of(const std::string& type, const Bytes& data) { return npy(dictionary(type, "2, 3, 4"), data); }

/// "is the name right?": what lies under the name is what the name says.
void add_name_remedies(Corpus& corpus) {
  const Bytes volume = file_of(good());
  corpus.mend("path_missing", "check the path", "volume.nii", volume).gives(counting(24));
  corpus.mend("path_dangling_link", "a link may lead nowhere", "link.nii", volume).gives(counting(24)).prepare =
      [](const std::string& folder) {
        std::filesystem::rename(folder + "/link.nii", folder + "/there.nii");
        std::filesystem::create_symlink("there.nii", folder + "/link.nii");
      };
  corpus.mend("path_name_too_long", "use a shorter path", "n.nii", volume).gives(counting(24));
  corpus.mend("path_link_loop", "open the file that was meant", "a.nii", volume).gives(counting(24));
  corpus.mend("path_fifo", "choose a file", "volume.nii", volume).gives(counting(24));
  corpus.mend("path_device", "or a folder of DICOM slices", "slice0.dcm", DicomFile(0).bytes())
      .beside("slice1.dcm", DicomFile(1).bytes())
      .gives(counting(12))
      .file.clear();
  corpus.mend("path_empty_folder", "choose the folder that holds the .dcm files", "one.dcm", DicomFile(0).bytes())
      .gives(counting(6))
      .file.clear();
  corpus.mend("dicom_no_picture", "choose the folder of the slices", "one.dcm", DicomFile(0).bytes())
      .gives(counting(6))
      .file.clear();
  corpus.mend("path_no_ending", "give it the ending of that format (.nii", "volume.nii", volume).gives(counting(24));
  corpus.mend("mgz_without_ending", "give it the ending of that format", "volume.nii", volume).gives(counting(24));
  for (const char* other : {"nrrd", "mha", "png", "tif", "dcm"}) {
    corpus.mend(std::string("path_nifti_named_") + other, "Give it the ending of its format", "volume.nii", volume)
        .gives(counting(24));
  }
  corpus.mend("path_text_named_nii", "Save it as .nii", "text.nii", volume).gives(counting(24));
  corpus.mend("path_text_named_nrrd", "is the name right?", "text.nii", volume).gives(counting(24));
  corpus.mend("path_packed_twice", "unpack it once (gunzip)", "volume.nii.gz", gzipped(volume)).gives(counting(24));
  corpus.mend("dicom_packed", "unpack it (gunzip)", "one.dcm", DicomFile(0).bytes()).gives(counting(6));
}

void add_volumes(Corpus& corpus) {
  corpus
      .mend("nifti_type_1536", "convert the volume to an integer or floating point type", "volume.nii",
            file_of(header({4, 3, 2}, 64, 64)) + bytes_of<double>(counting(24)))
      .gives(counting(24));
  corpus
      .mend("nifti_type_1", "convert the volume to an integer or floating point type", "volume.nii",
            file_of(header({4, 3, 2}, 2, 8)) + bytes_of<std::uint8_t>(counting(24)))
      .gives(counting(24));
  corpus.mend("nifti_dims_huge", "crop or downsample the volume first", "volume.nii", file_of(good()))
      .gives(counting(24));
  corpus.mend("image_all_nan", "check how the volume was made", "volume.nii", file_of(good())).gives(counting(24));
  corpus
      .mend("image_f64_too_large", "scale the volume first", "volume.nii",
            file_of(header({2, 1, 1}, 64, 64)) + bytes_of<double>({1e-300, 1}))
      .gives({0, 1});
  corpus
      .mend("mask_label_40_bits", "number the labels anew", "mask.nii",
            file_of(header({3, 1, 1}, 8, 32)) + bytes_of<std::int32_t>({0, 1, 2}), "W_LABELS")
      .as("mask")
      .gives({0, 1, 2});
  const std::string list =
      "dimension: 4\nkinds: list domain domain domain\nsizes: 2 4 3 1\nspace directions: none "
      "(1,0,0) (0,1,0) (0,0,2)\nencoding: raw";
  corpus
      .mend("nrrd_components_in_the_middle", "move them to the first or last axis", "volume.nrrd",
            nrrd(list, kRemedyShorts), "W_COMPONENT")
      .with("--component", "1")
      .gives({1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23});
  const std::string three = "dimension: 3\nsizes: 4 3 2\nspace directions: (1,0,0) (0,1,0) (0,0,2)\nencoding: ";
  corpus.mend("nrrd_encoding_bzip2", "raw", "volume.nrrd", nrrd(three + "raw", kRemedyShorts)).gives(counting(24));
  corpus
      .mend("nrrd_encoding_hex", "save it with the encoding raw or gzip", "volume.nrrd",
            nrrd(three + "gzip", gzipped(kRemedyShorts)))
      .gives(counting(24));
  for (const char* missing : {"nhdr_missing", "nhdr_absolute"}) {
    corpus
        .mend(missing, "keep header and data together in one folder", "volume.nhdr",
              nrrd(three + "raw\ndata file: voxels.raw", {}))
        .beside("voxels.raw", kRemedyShorts)
        .gives(counting(24));
  }
  for (const char* listed : {"nhdr_list", "nhdr_list_of_names", "mhd_list", "mhd_list_of_one"}) {
    corpus.mend(listed, "write the volume as one file", "volume.nrrd", nrrd(three + "raw", kRemedyShorts))
        .gives(counting(24));
  }
  corpus.mend("mhd_absolute", "name the data file in the header without a folder", "volume.mhd", mha("voxels.raw"))
      .beside("voxels.raw", kRemedyShorts)
      .gives(counting(24));
  corpus.mend("mgh_type_7", "convert the volume to an integer or floating point type", "volume.nii", file_of(good()))
      .gives(counting(24));
}

/// A header and its voxels in two files.
void add_pairs(Corpus& corpus) {
  Bytes head = file_of(good());
  const Bytes voxels = head.substr(352);
  head.resize(348);
  head.replace(344, 4, Bytes("ni1\0", 4));
  head.replace(108, 4, number_bytes(0.0F));
  const auto pair = [&](const std::string& refused, const std::string& says) {
    corpus.mend(refused, says, "volume.hdr", head).beside("volume.img", voxels).gives(counting(24));
  };
  pair("nifti_pair_renamed", "name it .hdr, beside its .img file");
  pair("analyze_without_data", "copy both files into one folder");
  pair("analyze_without_header", "copy both files into one folder");
  pair("nifti_pair_of_too_many", "name both files alike but for .hdr and .img");
  corpus.mend("analyze_size_negative", "export the volume as NIfTI", "volume.nii", file_of(good())).gives(counting(24));
}

void add_array_remedies(Corpus& corpus) {
  const Bytes floats = array_of("<f4", bytes_of<float>(counting(24)));
  const auto array = [&](const std::string& refused, const std::string& says) {
    corpus.mend(refused, says, "array.npy", floats, "W_ARRAY").gives(counting(24));
  };
  array("npy_objects", "np.save(name, np.asarray(array, dtype=np.float32))");
  array("npy_records", "save one field: np.save(name, a['field'])");
  array("npy_text", "save it as integers, bool or float: array.astype(np.float32)");
  array("npy_six_axes", "save one volume: np.save(name, array[0])");
  array("npy_huge", "crop or downsample the array first");
  for (const char* refused : {"npz_no_array", "npz_is_a_model"}) {
    corpus
        .mend(refused, "save one: np.savez_compressed(name, array)", "array.npz", npz({{"arr_0.npy", floats}}),
              "W_ARRAY")
        .gives(counting(24));
  }
  corpus
      .mend("way_no_array_is_a_volume", "save one volume: np.savez_compressed(name, array)", "array.npz",
            npz({{"arr_0.npy", floats}}), "W_ARRAY")
      .gives(counting(24));
}

void add_pictures(Corpus& corpus) {
  const Bytes twelve = bytes_of<std::uint8_t>(counting(12));
  const auto png = [&](const std::string& refused, const std::string& says) {
    corpus.mend(refused, says, "picture.png", grey_png(4, 3, twelve)).gives(counting(12));
  };
  for (const char* refused : {"bmp_runs", "bmp_png_inside", "bmp_16_bits", "jpeg_arithmetic", "jpeg_lossless"}) {
    png(refused, "save it as PNG");
  }
  png("jpeg_12_bits", "or as PNG");
  png("png_critical_chunk_unknown", "is it a PNG? Save the picture again");
  png("png_transparent_grey", "save the picture again without transparency");
  png("png_wrong_filter", "is it complete and of the format that its name says?");
  corpus.mend("jpeg_cmyk", "save it as grey values or RGB", "picture.jpg", jpeg(16, 8, 1, two_blocks(1)))
      .gives(two_blocks_values());
  corpus.mend("jpeg_cmyk", "RGB", "picture.jpg", jpeg(16, 8, 3, two_blocks(3)), "W_GREY").gives(two_blocks_values());
  const auto tiff = [&](const std::string& refused, const std::string& says, const Bytes& file) {
    corpus.mend(refused, says, "picture.tif", file, "W_NO_SPACING").gives(counting(12));
  };
  const auto page = [](std::uint32_t bits, const Bytes& pixels, std::uint32_t compression = 1) {
    auto tags = grey_tags(4, 3, bits);
    tags[3].values = {compression};
    return TiffFile().page(tags, pixels).bytes();
  };
  tiff("tiff_bits_12", "save it with 8, 16", page(16, bytes_of<std::uint16_t>(counting(12))));
  // The numbers stay as they are where a lookup table is taken back: with black as 0, 0 is black.
  tiff("tiff_white_is_0", "save it as grey values with black as 0 (ImageJ: Image > Lookup Tables > Invert LUT)",
       page(8, twelve));
  tiff("tiff_cmyk", "save it as grey values with black as 0", page(8, twelve));
  tiff("tiff_jpeg", "save it uncompressed", page(8, twelve));
  for (const char* refused : {"tiff_zstd_damaged", "tiff_deflate_too_short", "tiff_bits_1_ccitt_damaged"}) {
    tiff(refused, "save the picture again, uncompressed", page(8, twelve));
  }
  tiff("tiff_compression_unknown", "deflate", page(8, zlibbed(twelve), 8));
  auto rgb = grey_tags(2, 1, 8);
  rgb[2].values = {8, 8, 8};
  rgb[4].values = {2};
  rgb[6].values = {3};
  rgb[9].values = {1, 1, 1};
  corpus
      .mend("tiff_cmyk", "or as RGB", "picture.tif", TiffFile().page(rgb, {"\x64\x32\x0a\x00\xff\x80", 6}).bytes(),
            "W_COMPONENT")
      .with("--component", "1")
      .gives({50, 255});
  tiff("tiff_pages_differ", "save the pages of one size into a file of their own", page(8, twelve));
  for (const char* refused : {"tiff_imagej_cut", "tiff_ome_planes_missing"}) {
    TiffFile stack;
    stack.page(grey_tags(4, 3, 8), twelve);
    stack.page(grey_tags(4, 3, 8), bytes_of<std::uint8_t>(std::vector<double>(12, 7)));
    std::vector<double> both = counting(12);
    both.resize(24, 7);
    corpus
        .mend(refused, "save the stack as one TIFF with a page for every slice", "stack.tif", stack.bytes(),
              "W_NO_SPACING")
        .gives(both);
  }
}

void add_dicom(Corpus& corpus) {
  const Bytes first = DicomFile(0).bytes();
  for (const char* refused : {"dicom_unknown_syntax", "dicom_deflated"}) {
    corpus.mend(refused, "export the series uncompressed", "one.dcm", first).gives(counting(6));
  }
  Case& whole = corpus.mend("dicom_missing_slice", "Export the whole series again", "slice0.dcm", first);
  whole.beside("slice1.dcm", DicomFile(1).bytes()).beside("slice2.dcm", DicomFile(2).bytes());
  whole.gives(counting(18)).file.clear();
  // A colour picture: its grey values as DICOM, or PNG, of which any colour can be chosen.
  corpus.mend("dicom_in_colour", "export the series in grey values", "one.dcm", first).gives(counting(6));
  for (int colour = 0; colour < 3; ++colour) {
    const std::vector<std::vector<double>> values{
        {10, 40, 70, 100, 130, 160}, {20, 50, 80, 110, 140, 170}, {30, 60, 90, 120, 150, 180}};
    Bytes pixels;
    for (std::size_t i = 0; i < 6; ++i) {
      pixels += bytes_of<std::uint8_t>({values[0][i], values[1][i], values[2][i]});
    }
    corpus
        .mend("dicom_in_colour", "the picture as PNG, of which one colour can be chosen", "picture.png",
              rgb_png(3, 2, pixels), "W_COMPONENT")
        .with("--component", std::to_string(colour))
        .gives(values[static_cast<std::size_t>(colour)]);
  }
  corpus.mend("dicom_in_colour", "the picture as PNG", "picture.png", rgb_png(2, 1, "abcdef"), "E_COMPONENTS");
  corpus
      .mend("dicom_frames_of_slides", "one picture (TIFF or PNG)", "region.png",
            grey_png(4, 3, bytes_of<std::uint8_t>(counting(12))))
      .gives(counting(12));
  corpus.mend("dicom_frames_of_slides", "(TIFF", "region.tif", good_tiff(), "W_NO_SPACING").gives(counting(12));
  corpus
      .mend("dicom_structures", "make a label map of it with the series it belongs to", "label_map.nii",
            file_of(header({3, 1, 1}, 2, 8)) + bytes_of<std::uint8_t>({0, 1, 2}), "W_LABELS")
      .as("mask")
      .gives({0, 1, 2});
}

}  // namespace

void add_remedies(Corpus& corpus) {
  add_name_remedies(corpus);
  add_volumes(corpus);
  add_pairs(corpus);
  add_array_remedies(corpus);
  add_pictures(corpus);
  add_dicom(corpus);
}

}  // namespace lossscope::corpus
