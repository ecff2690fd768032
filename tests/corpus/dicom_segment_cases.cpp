// SPDX-License-Identifier: Apache-2.0
// DICOM segmentations: binary, fractional, label maps; frames of any order, without a place, or at that of another.
#include <cmath>

#include "tests/corpus/dicom_frames.h"
#include "tests/corpus/numpy_files.h"

namespace lossscope::corpus {
namespace {

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
    groups.push_back((std::isnan(frame.z) ? Bytes() : place(frame.z)) + of_segment(frame.segment));
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

/// Frames that do not say where they lie, or lie where another of their segment does.
void add_misplaced_segments(Corpus& corpus) {
  using Frames = std::vector<SegmentFrame>;
  const auto add = [&](const std::string& name, const Frames& frames, const std::string& code) -> Case& {
    return corpus.add("dicom_seg_" + name, "seg.dcm", segmentation(frames, {"Liver", "Tumour"}).bytes(), code)
        .as("mask");
  };
  const auto pixels = [](int at) {
    std::vector<int> one(6, 0);
    one[static_cast<std::size_t>(at)] = 1;
    return one;
  };
  const Frames rising{{1, 5, pixels(0)},  {1, 7, pixels(1)}, {1, kNowhere, pixels(2)},
                      {1, 11, pixels(3)}, {2, 5, pixels(4)}, {2, 7, pixels(5)}};
  const std::vector<double> whole{1, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0};
  std::vector<double> without = whole;
  without[14] = 0;
  add("frame_without_place", rising, "E_DICOM_POSITION");
  add("frame_by_order", rising, "W_FRAMES").with("--slices", "order").gives(whole).on(kFrameGrid);
  add("frame_left_out", rising, "W_SKIPPED").with("--slices", "placed").gives(without).on(kFrameGrid);
  add("frame_of_the_other_segment", rising, "W_PLANES").with("--component", "1").gives({0, 0, 0, 0, 2, 0, 0, 0,
                                                                                        0, 0, 0, 2, 0, 0, 0, 0,
                                                                                        0, 0, 0, 0, 0, 0, 0, 0});
  const Frames shuffled{{1, 9, pixels(0)}, {1, 5, pixels(1)}, {1, kNowhere, pixels(2)}, {1, 7, pixels(3)}};
  add("shuffled_frame_without_place", shuffled, "E_DICOM_POSITION");
  add("shuffled_frame_by_order", shuffled, "E_DICOM_POSITION").with("--slices", "order");
  add("shuffled_frame_left_out", shuffled, "W_SKIPPED")
      .with("--slices", "placed")
      .gives({0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0});
  add("unequal_without_places", {{1, kNowhere, pixels(0)}, {1, kNowhere, pixels(1)}, {2, kNowhere, pixels(2)}},
      "E_DICOM_POSITION");
  const Frames twice{{1, 5, pixels(0)}, {1, 5, pixels(1)}, {1, 9, pixels(2)}, {1, 11, pixels(3)}};
  add("two_at_one_place", twice, "E_DICOM_DUPLICATES");
  add("first_at_one_place", twice, "W_DUPLICATES").with("--duplicates", "first").gives({1, 0, 0, 0, 0, 0, 0, 0,
                                                                                        0, 0, 0, 0, 0, 0, 1, 0,
                                                                                        0, 0, 0, 0, 0, 1, 0, 0});
  add("last_at_one_place", twice, "W_DUPLICATES").with("--duplicates", "last").gives({0, 1, 0, 0, 0, 0, 0, 0,
                                                                                      0, 0, 0, 0, 0, 0, 1, 0,
                                                                                      0, 0, 0, 0, 0, 1, 0, 0});
  add("two_at_one_place_by_order", twice, "W_FRAMES")
      .with("--slices", "order")
      .gives({1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0})
      .on(kFrameGrid);
  // Segments that overlap: the label that is chosen says which is meant.
  for (const auto& [label, voxels] : {std::pair<std::string, double>{"1", 3}, {"2", 1}}) {
    Case& made = add("overlapping_label_" + label, {kLiver, kTumourInside}, "");
    made.is_evaluation = true;
    made.with("--mask", "@seg.dcm").with("--predict", "perfect").with("--loss", "dice").with("--label", label).costs(0);
    Case& empty = add("overlapping_size_" + label, {kLiver, kTumourInside}, "");
    empty.is_evaluation = true;
    empty.beside("p.npy", npy(dictionary("<f4", "1, 2, 3"), Bytes(24, '\0')));
    empty.with("--mask", "@seg.dcm").with("--prediction", "@p.npy").with("--loss", "dice").with("--label", label);
    empty.costs(1 - 1 / (voxels + 1)).code = "W_GRID_ADOPTED";
  }
}

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
  add("without_places", bare, "E_DICOM_POSITION");
  add("without_places_by_order", bare, "W_FRAMES")
      .with("--slices", "order")
      .gives({1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0});
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
  add_misplaced_segments(corpus);
  add("of_undefined_segment", segmentation({kLiver, {9, 7, kTumour.pixels}}, {"Liver"}), "E_DICOM_SEGMENT");
  add("without_undefined_segment", segmentation({kLiver, {9, 7, kTumour.pixels}}, {"Liver"}), "W_SKIPPED")
      .with("--component", "0")
      .gives({1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
  DicomFile strange = segmentation({{1, 5, {0, 1, 2, 7, 7, 0}}}, names, "LABELMAP");
  strange.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.66.7");
  add("label_map_with_undefined_segment", strange, "W_SEGMENT").gives({0, 1, 2, 7, 7, 0});
  DicomFile cut_bits = segmentation({kLiver, kLiverAbove, kTumour}, names);
  cut_bits.pixels.resize(2);
  add("pixels_cut", cut_bits, "E_DICOM_PIXELS");
}

}  // namespace

void add_dicom_segment_cases(Corpus& corpus) { add_segmentations(corpus); }

}  // namespace lossscope::corpus
