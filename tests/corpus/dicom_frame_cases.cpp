// SPDX-License-Identifier: Apache-2.0
// DICOM files of several frames: enhanced objects, dose grids, segmentations.
#include <functional>

#include "tests/corpus/dicom_files.h"

namespace lossscope::corpus {
namespace {

const Bytes kSequenceEnd = DicomFile::tag_bytes(0xFFFEE0DD) + number_bytes(std::uint32_t{0});

/// An element of an item, explicit and little-endian.
Bytes element(std::uint32_t tag, const std::string& type, Bytes value) {
  value += Bytes(value.size() % 2, type == "UI" ? '\0' : ' ');
  return DicomFile::tag_bytes(tag) + type + number_bytes(static_cast<std::uint16_t>(value.size())) + value;
}
Bytes number(std::uint32_t tag, int value) {
  return element(tag, "US", number_bytes(static_cast<std::uint16_t>(value)));
}
Bytes item(const Bytes& content) {
  return DicomFile::tag_bytes(0xFFFEE000) + number_bytes(static_cast<std::uint32_t>(content.size())) + content;
}
/// A sequence within an item; of a length that is said.
Bytes sequence(std::uint32_t tag, const Bytes& items) {
  return DicomFile::tag_bytes(tag) + Bytes("SQ\0\0", 4) + number_bytes(static_cast<std::uint32_t>(items.size())) +
         items;
}

Bytes place(double z, double y = -20) {
  return sequence(0x00209113, item(element(0x00200032, "DS", "10\\" + std::to_string(y) + "\\" + std::to_string(z))));
}
Bytes orientation() { return sequence(0x00209116, item(element(0x00200037, "DS", "1\\0\\0\\0\\1\\0"))); }
Bytes measures(const std::string& between) {
  return sequence(0x00289110, item(element(0x00180050, "DS", "9") + element(0x00180088, "DS", between) +
                                   element(0x00280030, "DS", "0.5\\0.5")));
}
Bytes of_segment(int segment) { return sequence(0x0062000A, item(number(0x0062000B, segment))); }
Bytes scaled(const std::string& slope) {
  return sequence(0x00289145, item(element(0x00281052, "DS", "0") + element(0x00281053, "DS", slope)));
}

/// Frames of 3 x 2 pixels in functional groups.
DicomFile frames_of(const std::vector<Bytes>& groups, const Bytes& shared) {
  DicomFile file;
  file.without(0x00200032).without(0x00200037).without(0x00280030);
  file.text(0x00280008, "IS", std::to_string(groups.size()));
  Bytes items;
  for (const Bytes& group : groups) {
    items += item(group);
  }
  file.elements[0x52009229] = {"SQ", item(shared) + kSequenceEnd};
  file.elements[0x52009230] = {"SQ", items + kSequenceEnd};
  return file;
}

const ExpectedGrid kGrid{{3, 2, 4}, {0.5, 0.5, 2}, {10, -20, 5}};

/// Four frames in the order of their places: 6 k, 6 k + 1, ...
DicomFile enhanced(const std::vector<double>& places = {5, 7, 9, 11}) {
  std::vector<Bytes> groups;
  for (const double z : places) {
    groups.push_back(place(z));
  }
  DicomFile file = frames_of(groups, orientation() + measures("2"));
  file.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2.1");
  file.pixels = bytes_of<std::int16_t>(counting(6 * places.size()));
  return file;
}

void add_enhanced(Corpus& corpus) {
  const auto add = [&](const std::string& name, const DicomFile& file, const std::string& code = {}) -> Case& {
    return corpus.add("dicom_frames_" + name, "volume.dcm", file.bytes(), code);
  };
  add("good", enhanced()).gives(counting(24)).on(kGrid);
  add("backwards", enhanced({11, 9, 7, 5}))
      .gives({18, 19, 20, 21, 22, 23, 12, 13, 14, 15, 16, 17, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5})
      .on(kGrid);
  add("two_times", enhanced({5, 7, 5, 7}), "W_COMPONENT").with("--component", "1").gives([] {
    auto values = counting(24);
    values.erase(values.begin(), values.begin() + 12);
    return values;
  }());
  add("two_times_unchosen", enhanced({5, 7, 5, 7}), "E_COMPONENTS");
  add("missing_frame", enhanced({5, 7, 9, 13}), "E_DICOM_SPACING");
  add("doubled_frame", enhanced({5, 7, 9, 9}), "E_DICOM_DUPLICATES");
  DicomFile slopes = frames_of({place(5) + scaled("1"), place(7) + scaled("2")}, orientation() + measures("2"));
  slopes.pixels = bytes_of<std::int16_t>(counting(12));
  add("slope_of_each_frame", slopes).gives({0, 1, 2, 3, 4, 5, 12, 14, 16, 18, 20, 22});
  DicomFile shifted = enhanced();
  shifted.number(0x00280101, 12).number(0x00280102, 13);  // bits 2 to 13, signed
  shifted.pixels.clear();
  for (int i = 0; i < 24; ++i) {
    shifted.pixels += number_bytes(static_cast<std::int16_t>(((i - 12) * 4 & 0x3FFF) | 0xC002));
  }
  std::vector<double> around_zero = counting(24);
  for (double& value : around_zero) {
    value -= 12;
  }
  add("bits_in_the_middle", shifted).gives(around_zero);
  DicomFile unplaced = DicomFile();
  unplaced.text(0x00280008, "IS", "4").text(0x00180050, "DS", "2").without(0x00200032).without(0x00200037);
  unplaced.pixels = bytes_of<std::int16_t>(counting(24));
  add("without_places", unplaced, "W_FRAMES").gives(counting(24));
  DicomFile big = enhanced();
  big.text(0x00280008, "IS", "5");
  add("more_than_their_pixels", big, "E_DICOM_PIXELS");
  DicomFile few = enhanced();
  few.text(0x00280008, "IS", "2");
  few.pixels.resize(24);
  add("fewer_than_their_groups", few, "W_FRAMES").gives(counting(12));
  add("none", DicomFile(enhanced()).text(0x00280008, "IS", "0"), "E_HEADER");
  add("half_a_frame", DicomFile(enhanced()).text(0x00280008, "IS", "3.5"), "E_HEADER");
  add("of_slides", DicomFile(enhanced()).text(0x00209311, "CS", "TILED_FULL"), "E_DICOM_FRAMES");
  DicomFile huge = enhanced();
  huge.number(0x00280010, 32767).number(0x00280011, 32767);
  add("huge", huge, "E_DICOM_PIXELS");
}

DicomFile dose(int frames, const std::string& offsets) {
  DicomFile file;
  file.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.2").text(0x00080060, "CS", "RTDOSE");
  file.number(0x00280100, 32).number(0x00280101, 32).number(0x00280102, 31).number(0x00280103, 0);
  file.text(0x3004000E, "DS", "0.5");
  if (!offsets.empty()) {
    file.text(0x3004000C, "DS", offsets);
  }
  if (frames > 1) {
    file.text(0x00280008, "IS", std::to_string(frames));
  }
  file.pixels = bytes_of<std::uint32_t>(counting(6U * static_cast<unsigned>(frames)));
  return file;
}

void add_doses(Corpus& corpus) {
  std::vector<double> halves = counting(24);
  for (double& value : halves) {
    value /= 2;
  }
  const std::vector<double> first(halves.begin(), halves.begin() + 6);
  const auto add = [&](const std::string& name, const DicomFile& file, const std::string& code = {}) -> Case& {
    return corpus.add("dicom_dose_" + name, "dose.dcm", file.bytes(), code);
  };
  add("grid", dose(4, "0\\2\\4\\6")).gives(halves).on(kGrid);
  add("grid_from_its_end", dose(4, "0\\-2\\-4\\-6"))
      .gives({9, 9.5, 10, 10.5, 11, 11.5, 6, 6.5, 7, 7.5, 8, 8.5, 3, 3.5, 4, 4.5, 5, 5.5, 0, 0.5, 1, 1.5, 2, 2.5})
      .on({{3, 2, 4}, {0.5, 0.5, 2}, {10, -20, -1}});
  add("grid_of_places", dose(4, "5\\7\\9\\11")).gives(halves).on(kGrid);
  add("one_plane", dose(1, "")).gives(first);
  add("one_plane_with_offset", dose(1, "0")).gives(first);
  add("one_plane_with_three_offsets", dose(1, "0\\5\\10"), "W_FRAMES").gives(first);
  add("fewer_offsets_than_planes", dose(4, "0\\2"), "W_FRAMES").gives(halves);
  add("uneven", dose(4, "0\\2\\4\\7"), "E_DICOM_SPACING");
  add("offset_word", dose(4, "0\\2\\four\\6"), "E_HEADER");
  DicomFile structures = DicomFile();
  structures.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.3");
  Bytes contours = structures.bytes();
  contours.resize(contours.size() - 12 - 12);  // without its pixel data element
  corpus.add("dicom_structures", "structures.dcm", contours, "E_DICOM_RTSTRUCT");
}

struct SegmentFrame {
  int segment;
  double z;
  std::vector<int> pixels;
};

/// Frames of 3 x 2 bits, which do not end with a byte.
DicomFile segmentation(const std::vector<SegmentFrame>& frames, const std::vector<std::string>& names,
                       const std::string& type = "BINARY") {
  std::vector<Bytes> groups;
  Bytes bytes, segments;
  std::vector<int> bits;
  for (const SegmentFrame& frame : frames) {
    groups.push_back(place(frame.z) + of_segment(frame.segment));
    bits.insert(bits.end(), frame.pixels.begin(), frame.pixels.end());
  }
  if (type == "BINARY") {
    bytes.resize((bits.size() + 7) / 8);
    for (std::size_t i = 0; i < bits.size(); ++i) {
      bytes[i / 8] = static_cast<char>(bytes[i / 8] | (bits[i] << (i % 8)));
    }
  } else {
    for (const int value : bits) {
      bytes += static_cast<char>(value);
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    segments += item(number(0x00620004, static_cast<int>(i) + 1) + element(0x00620005, "LO", names[i]));
  }
  DicomFile file = frames_of(groups, orientation() + measures("2"));
  const int depth = type == "BINARY" ? 1 : 8;
  file.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.66.4").text(0x00080060, "CS", "SEG");
  file.text(0x00620001, "CS", type).number(0x00280100, depth).number(0x00280101, depth).number(0x00280102, depth - 1);
  file.number(0x00280103, 0).number(0x0062000E, 200);
  file.elements[0x00620002] = {"SQ", segments + kSequenceEnd};
  file.pixels = bytes + Bytes(bytes.size() % 2, '\0');
  return file;
}

const SegmentFrame kLiver{1, 5, {1, 1, 0, 0, 1, 0}}, kLiverAbove{1, 9, {0, 0, 1, 1, 0, 0}},
    kTumour{2, 5, {0, 0, 1, 1, 0, 0}}, kTumourInside{2, 5, {1, 0, 0, 0, 0, 0}};

void add_segmentations(Corpus& corpus) {
  const std::vector<std::string> names{"Liver", "Tumour"};
  const auto add = [&](const std::string& name, const DicomFile& file, const std::string& code) -> Case& {
    return corpus.add("dicom_seg_" + name, "seg.dcm", file.bytes(), code).as("mask");
  };
  const ExpectedGrid three{{3, 2, 3}, {0.5, 0.5, 2}, {10, -20, 5}};
  add("one_segment", segmentation({kLiver}, {"Liver"}), "").gives({1, 1, 0, 0, 1, 0});
  add("labels", segmentation({kLiver, kLiverAbove, kTumour}, names), "W_PLANES")
      .gives({1, 1, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0})
      .on(three);
  add("one_of_the_labels", segmentation({kLiver, kLiverAbove, kTumour}, names), "W_PLANES")
      .with("--component", "1")
      .gives({0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  add("overlapping", segmentation({kLiver, kTumourInside}, names), "E_COMPONENTS");
  add("overlapping_chosen", segmentation({kLiver, kTumourInside}, names), "")
      .with("--component", "0")
      .gives({1, 1, 0, 0, 1, 0});
  add("overlapping_third", segmentation({kLiver, kTumourInside}, names), "E_COMPONENTS").with("--component", "2");
  const std::vector<SegmentFrame> fractions{{1, 5, {0, 50, 100, 150, 200, 0}}, {2, 5, {200, 150, 100, 50, 0, 0}}};
  add("fractions", segmentation({fractions[0]}, {"Liver"}, "FRACTIONAL"), "")
      .as("prediction")
      .gives({0, 0.25, 0.5, 0.75, 1, 0});
  add("fractions_as_mask", segmentation({fractions[0]}, {"Liver"}, "FRACTIONAL"), "E_MASK_VALUES");
  add("fractions_of_two", segmentation(fractions, names, "FRACTIONAL"), "E_COMPONENTS").as("prediction");
  add("fractions_of_the_second", segmentation(fractions, names, "FRACTIONAL"), "")
      .as("prediction")
      .with("--component", "1")
      .gives({1, 0.75, 0.5, 0.25, 0, 0});
  DicomFile map = segmentation({{1, 5, {0, 1, 2, 2, 1, 0}}, {1, 7, {2, 0, 0, 0, 0, 1}}}, names, "LABELMAP");
  map.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.66.7");
  add("label_map", map, "W_LABELS").gives({0, 1, 2, 2, 1, 0, 2, 0, 0, 0, 0, 1});
  DicomFile bare = segmentation({kLiver, kTumour}, {});
  for (const std::uint32_t tag : {0x52009229U, 0x52009230U, 0x00620002U}) {
    bare.without(tag);
  }
  bare.text(0x00200032, "DS", "10\\-20\\5").text(0x00200037, "DS", "1\\0\\0\\0\\1\\0").text(0x00180050, "DS", "2");
  add("without_places", bare, "W_FRAMES").gives({1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0});
  add("uneven", segmentation({kLiver, {1, 7, kTumour.pixels}, {1, 8.3, kTumour.pixels}}, {"Liver"}), "E_DICOM_SPACING");
  add("far_apart", segmentation({kLiver, {1, 90000, kTumour.pixels}}, {"Liver"}), "E_GEOMETRY");
  DicomFile aside = segmentation({kLiver, {1, 7, kTumour.pixels}}, {"Liver"});
  aside.elements[0x52009230] = {"SQ",
                                item(place(5) + of_segment(1)) + item(place(7, -26) + of_segment(1)) + kSequenceEnd};
  add("aside", aside, "E_DICOM_SPACING");
  add("no_number", segmentation({{0, 5, kLiver.pixels}}, names), "E_HEADER");
  add("type_unknown", segmentation({kLiver}, {"Liver"}, "BINARY").text(0x00620001, "CS", "OTHER"), "E_HEADER");
  add("most_0", segmentation({fractions[0]}, {"Liver"}, "FRACTIONAL").number(0x0062000E, 0), "E_HEADER");
  DicomFile doubled = segmentation({kLiver}, {"Liver"});
  const Bytes again = item(number(0x00620004, 1) + element(0x00620005, "LO", "Liver"));
  doubled.elements[0x00620002] = {"SQ", again + again + kSequenceEnd};
  add("number_twice", doubled, "E_HEADER");
  DicomFile cut_bits = segmentation({kLiver, kLiverAbove, kTumour}, names);
  cut_bits.pixels.resize(2);
  add("pixels_cut", cut_bits, "E_DICOM_PIXELS");
}

void add_places(Corpus& corpus) {
  const auto preamble = [](const Bytes& begin) {
    Bytes file = DicomFile(0).bytes();
    return file.replace(0, begin.size(), begin);
  };
  corpus.add("dicom_tiff_in_its_preamble", "one.dcm", preamble({"II*\0", 4})).gives(counting(6));
  corpus.add("dicom_big_tiff_in_its_preamble", "one.dcm", preamble({"MM\0+", 4})).gives(counting(6));
  corpus.add("dicom_png_in_its_preamble", "one.dcm", preamble("\x89PNG\r\n\x1a\n")).gives(counting(6));
  corpus.add("dicom_without_ending", "IM000001", DicomFile(0).bytes()).gives(counting(6));
  corpus.add("dicom_named_by_its_number", "1.2.840.113619.2.1", DicomFile(0).bytes()).gives(counting(6));
  corpus.add("dicom_packed", "one.dcm.gz", gzipped(DicomFile(0).bytes()), "E_FORMAT");
  const auto series = [&](const std::string& name, const std::string& code) -> Case& {
    Case& made = corpus.add("dicom_series_" + name, "slice2", DicomFile(2).bytes(), code);
    for (const int k : {0, 1, 3}) {
      made.beside("slice" + std::to_string(k), DicomFile(k).bytes());
    }
    DicomFile stranger(7);
    made.beside("other.dcm", stranger.text(0x0020000E, "UI", "1.2.3.9").bytes()).beside("notes.txt", "notes");
    return made;
  };
  series("by_one_of_its_files", "W_SERIES").gives(counting(24)).on(kGrid);
  series("one_slice_of_it", "").with("--slices", "one").gives({12, 13, 14, 15, 16, 17});
  series("with_a_cut_slice", "E_TRUNC").beside("slice9", cut(DicomFile(4).bytes(), 3));
  series("with_a_cut_stranger", "W_SERIES")
      .beside("stranger", cut(DicomFile(4).text(0x0020000E, "UI", "1.2.3.9").bytes(), 3))
      .gives(counting(24));
}

}  // namespace

void add_dicom_frame_cases(Corpus& corpus) {
  add_enhanced(corpus);
  add_doses(corpus);
  add_segmentations(corpus);
  add_places(corpus);
}

}  // namespace lossscope::corpus
