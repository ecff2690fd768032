// SPDX-License-Identifier: Apache-2.0
#include "tests/corpus/dicom_files.h"

namespace lossscope::corpus {
namespace {

/// A folder of slices whose names are not in the order of their places; `change` may alter any of them.
Case& add_series(Corpus& corpus, const std::string& name, const std::string& code,
                 const std::function<void(int k, DicomFile&)>& change = {}, int slices = 4) {
  corpus.cases.push_back({.name = "dicom_" + name,
                          .file = "",
                          .files = {},
                          .prepare = {},
                          .code = code,
                          .flags = {},
                          .voxels = {},
                          .grid = {},
                          .memory = {}});
  Case& made = corpus.cases.back();
  for (int k = 0; k < slices; ++k) {
    DicomFile file(k);
    if (change) {
      change(k, file);
    }
    made.files["slice" + std::to_string((k * 3 + 1) % 5) + std::to_string(k) + ".dcm"] = file.bytes();
  }
  return made;
}

const ExpectedGrid kGrid{{3, 2, 4}, {0.5, 0.5, 2}, {10, -20, 5}};

Bytes fragment_item(const Bytes& content, bool defined) {
  return DicomFile::tag_bytes(0xFFFEE000) +
         number_bytes(defined ? static_cast<std::uint32_t>(content.size()) : 0xFFFFFFFFU) + content +
         (defined ? Bytes() : DicomFile::tag_bytes(0xFFFEE00D) + number_bytes(std::uint32_t{0}));
}
const Bytes kEndOfFragments = DicomFile::tag_bytes(0xFFFEE0DD) + number_bytes(std::uint32_t{0});

Bytes nested(int depth) {
  Bytes inside;
  for (int i = 0; i < depth; ++i) {
    inside = fragment_item(
        DicomFile::tag_bytes(0x00081140) + Bytes("SQ\0\0", 4) + number_bytes(0xFFFFFFFFU) + inside + kEndOfFragments,
        false);
  }
  return inside + kEndOfFragments;
}

void add_good_dicom(Corpus& corpus) {
  add_series(corpus, "good", "").gives(counting(24)).on(kGrid);
  add_series(corpus, "implicit", "", [](int, DicomFile& f) { f.syntax = "1.2.840.10008.1.2"; })
      .gives(counting(24))
      .on(kGrid);
  add_series(corpus, "sequences", "", [](int, DicomFile& f) {
    f.elements[0x00081140] = {"SQ", fragment_item(Bytes(), true) + fragment_item(Bytes(), false) + kEndOfFragments};
  }).gives(counting(24));
  add_series(corpus, "nested_sequences", "", [](int, DicomFile& f) {
    f.elements[0x00081140] = {"SQ", nested(3)};
  }).gives(counting(24));
  std::vector<double> rescaled;
  for (int i = 0; i < 24; ++i) {
    rescaled.push_back(i * (1 + i / 6) - 10.0);
  }
  add_series(corpus, "slope_of_each_slice", "", [](int k, DicomFile& f) {
    f.text(0x00281052, "DS", "-10").text(0x00281053, "DS", std::to_string(k + 1));
  }).gives(rescaled);
  add_series(corpus, "left_handed_order", "",
             [](int k, DicomFile& f) { f.text(0x00200013, "IS", std::to_string(9 - k)); })
      .gives(counting(24))
      .on(kGrid);
  add_series(corpus, "with_text", "W_SKIPPED").beside("readme.txt", "notes").gives(counting(24));
  add_series(corpus, "hidden_file", "").beside(".DS_Store", "x").gives(counting(24));
  corpus.add("dicom_one_file", "one.dcm", DicomFile(0).bytes()).gives(counting(6));
  corpus.add("dicom_no_position", "one.dcm", DicomFile(0).without(0x00200032).bytes(), "W_NO_ORIENT")
      .gives(counting(6));
  corpus.add("dicom_no_spacing", "one.dcm", DicomFile(0).without(0x00280030).bytes(), "W_NO_SPACING")
      .gives(counting(6));
}

void add_damaged_slices(Corpus& corpus) {
  const auto damaged = [&](const std::string& name, const std::string& code,
                           const std::function<void(DicomFile&)>& change) {
    add_series(corpus, name, code, [&](int k, DicomFile& f) {
      if (k == 2) {
        change(f);
      }
    });
  };
  damaged("short_pixels", "E_DICOM_PIXELS", [](DicomFile& f) { f.pixels.resize(6); });
  damaged("pixels_cut", "E_TRUNC", [](DicomFile& f) {
    f.pixel_length = static_cast<std::uint32_t>(f.pixels.size());
    f.pixels.resize(5);
  });
  damaged("pixel_length_lies", "E_DICOM_PIXELS", [](DicomFile& f) { f.pixel_length = 4000; });
  damaged("pixel_length_undefined", "E_DICOM_PIXELS", [](DicomFile& f) { f.pixel_length = 0xFFFFFFFF; });
  damaged("no_pixels", "E_DICOM_PIXELS", [](DicomFile& f) { f.pixels.clear(); });
  damaged("spacing_0", "E_HEADER", [](DicomFile& f) { f.text(0x00280030, "DS", "0\\0"); });
  damaged("spacing_abc", "E_HEADER", [](DicomFile& f) { f.text(0x00280030, "DS", "abc\\0.5"); });
  damaged("spacing_of_one", "E_HEADER", [](DicomFile& f) { f.text(0x00280030, "DS", "0.5"); });
  damaged("position_nan", "E_HEADER", [](DicomFile& f) { f.text(0x00200032, "DS", "nan\\0\\0"); });
  damaged("rows_0", "E_HEADER", [](DicomFile& f) { f.number(0x00280010, 0); });
  damaged("rows_missing", "E_HEADER", [](DicomFile& f) { f.without(0x00280010); });
  damaged("bits_12", "E_HEADER", [](DicomFile& f) { f.number(0x00280100, 12); });
  damaged("bits_stored_17", "E_HEADER", [](DicomFile& f) { f.number(0x00280101, 17); });
  damaged("slope_word", "E_HEADER", [](DicomFile& f) { f.text(0x00281053, "DS", "one"); });
  damaged("colour", "E_DICOM_COLOUR", [](DicomFile& f) { f.number(0x00280002, 3); });
  damaged("frames", "E_DICOM_PIXELS", [](DicomFile& f) { f.text(0x00280008, "IS", "5"); });
  damaged("unknown_syntax", "E_DICOM_SYNTAX", [](DicomFile& f) { f.syntax = "1.2.840.10008.1.2.4.100"; });
  damaged("deflated", "E_DICOM_SYNTAX", [](DicomFile& f) { f.syntax = "1.2.840.10008.1.2.1.99"; });
  damaged("compressed_without_fragments", "E_HEADER", [](DicomFile& f) { f.syntax = "1.2.840.10008.1.2.4.70"; });
  damaged("sequence_without_end", "E_HEADER", [](DicomFile& f) {
    f.elements[0x00081140] = {"SQ", fragment_item({}, true)};
  });
  damaged("sequences_too_deep", "E_HEADER", [](DicomFile& f) { f.elements[0x00081140] = {"SQ", nested(200)}; });
  damaged("position_missing", "E_DICOM_POSITION", [](DicomFile& f) { f.without(0x00200032); });
  // Too short to be known as DICOM, it is skipped, which leaves a gap; longer, it is a damaged slice.
  for (const std::size_t length : {100U, 131U, 140U, 200U, 400U}) {
    Case& made = add_series(corpus, "slice_cut_at_" + std::to_string(length),
                            length < 132 ? "E_DICOM_SPACING" : "E_TRUNC", {}, 0);
    for (int k = 0; k < 5; ++k) {
      made.files["slice" + std::to_string(k)] = DicomFile(k).bytes().substr(0, k == 2 ? length : Bytes::npos);
    }
  }
}

void add_uneven(Corpus& corpus) {
  const auto moved = [&](const std::string& name, const std::string& code, double by) -> Case& {
    return add_series(corpus, name, code, [by](int k, DicomFile& f) { f.place(k == 2 ? k + by : k); });
  };
  moved("a_hair_uneven", "", 0.004).gives(counting(24));
  moved("uneven", "E_DICOM_SPACING", 0.1);
  moved("uneven_resampled", "W_RESAMPLED", 0.1)
      .with("--slices", "resample")
      .gives([] {
        auto values = counting(24);
        for (std::size_t i = 12; i < 18; ++i) {  // the third slice lies 0.1 slices too far: 1/11 of it is the second
          values[i] -= 6.0 / 11;
        }
        return values;
      }())
      .on(kGrid);
  moved("very_uneven", "E_DICOM_SPACING", 0.6).with("--slices", "resample");
  add_series(corpus, "missing_slice", "E_DICOM_SPACING", [](int k, DicomFile& f) { f.place(k == 3 ? 4 : k); });
  const auto doubled = [](int k, DicomFile& f) {
    if (k == 3) {
      f.place(2);
    }
  };
  add_series(corpus, "duplicate", "E_DICOM_DUPLICATES", doubled);
  add_series(corpus, "duplicate_first", "W_DUPLICATES", doubled).with("--duplicates", "first").gives(counting(18));
  add_series(corpus, "duplicate_last", "W_DUPLICATES", doubled).with("--duplicates", "last").gives([] {
    auto values = counting(18);
    for (std::size_t i = 12; i < 18; ++i) {
      values[i] += 6;
    }
    return values;
  }());
  const auto tilted = [](int k, DicomFile& f) {
    f.text(0x00200032, "DS", "10\\" + std::to_string(-20 + 0.6 * k) + "\\" + std::to_string(5 + 2 * k));
  };
  add_series(corpus, "tilted", "E_ORTHO", tilted);
  add_series(corpus, "tilted_resampled", "W_RESAMPLED", tilted).with("--axes", "resample");
}

void add_several(Corpus& corpus) {
  const auto two = [](int k, DicomFile& f) { f.text(0x0020000E, "UI", k < 2 ? "1.2.3.4" : "1.2.3.5"); };
  add_series(corpus, "two_series", "E_DICOM_SERIES", two);
  add_series(corpus, "one_of_two_series", "", two).with("--series", "1.2.3.4").gives(counting(12));
  add_series(corpus, "third_of_two_series", "E_DICOM_SERIES", two).with("--series", "1.2.3.6");
  const auto turned = [](int k, DicomFile& f) {
    if (k == 0) {
      f.text(0x00200037, "DS", "0\\1\\0\\0\\0\\-1");
    }
  };
  add_series(corpus, "scout_in_the_series", "E_DICOM_SERIES", turned);
  add_series(corpus, "other_size", "E_DICOM_SERIES", [](int k, DicomFile& f) {
    if (k == 3) {
      f.number(0x00280010, 3).number(0x00280011, 2);
    }
  });
  add_series(corpus, "other_spacing", "E_DICOM_SERIES", [](int k, DicomFile& f) {
    if (k == 3) {
      f.text(0x00280030, "DS", "0.6\\0.5");
    }
  });
  DicomFile colour;  // 3 x 2 pixels of red, green and blue, as a screenshot or an ultrasound picture has them
  colour.number(0x00280002, 3).text(0x00280004, "CS", "RGB").number(0x00280006, 0);
  colour.number(0x00280100, 8).number(0x00280101, 8).number(0x00280102, 7).number(0x00280103, 0);
  colour.pixels.clear();
  for (int value = 10; value <= 180; value += 10) {
    colour.pixels += static_cast<char>(value);
  }
  corpus.add("dicom_in_colour", "picture.dcm", colour.bytes(), "E_DICOM_COLOUR");
  Bytes no_image = DicomFile(0).without(0x00280010).without(0x00280011).bytes();
  no_image.resize(no_image.size() - 12 - 12);  // without its pixel data element
  corpus.add("dicom_no_picture", "report.dcm", no_image, "E_DICOM_NO_IMAGE");
  Bytes backwards = DicomFile(0).bytes();
  backwards.insert(132 + 12 + 28, DicomFile::tag_bytes(0x00300010) + Bytes("CS\2\0xx", 6));
  corpus.add("dicom_out_of_order", "slice.dcm", backwards, "E_HEADER");
}

}  // namespace

void add_dicom_cases(Corpus& corpus) {
  add_good_dicom(corpus);
  add_damaged_slices(corpus);
  add_uneven(corpus);
  add_several(corpus);
}

}  // namespace lossscope::corpus
