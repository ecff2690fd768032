// SPDX-License-Identifier: Apache-2.0
// DICOM files of several frames: enhanced objects, dose grids; where a file of DICOM may lie.
#include <cmath>
#include <functional>

#include "tests/corpus/dicom_frames.h"

namespace lossscope::corpus {
namespace {

/// Four frames in the order of their places: 6 k, 6 k + 1, ...
DicomFile enhanced(const std::vector<double>& places = {5, 7, 9, 11}) {
  std::vector<Bytes> groups;
  for (const double z : places) {
    groups.push_back(std::isnan(z) ? Bytes() : place(z));
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
  add("good", enhanced()).gives(counting(24)).on(kFrameGrid);
  add("backwards", enhanced({11, 9, 7, 5}))
      .gives({18, 19, 20, 21, 22, 23, 12, 13, 14, 15, 16, 17, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5})
      .on(kFrameGrid);
  add("two_times", enhanced({5, 7, 5, 7}), "W_COMPONENT").with("--component", "1").gives([] {
    auto values = counting(24);
    values.erase(values.begin(), values.begin() + 12);
    return values;
  }());
  add("two_times_unchosen", enhanced({5, 7, 5, 7}), "E_COMPONENTS");
  add("missing_frame", enhanced({5, 7, 9, 13}), "E_DICOM_SPACING");
  add("doubled_frame", enhanced({5, 7, 9, 9}), "E_DICOM_DUPLICATES");
  add("doubled_frame_first", enhanced({5, 7, 9, 9}), "W_DUPLICATES").with("--duplicates", "first").gives(counting(18));
  // One of two at a place belongs where there is none.
  add("frame_at_a_wrong_place", enhanced({5, 9, 9, 11}), "E_DICOM_DUPLICATES");
  add("frame_at_a_wrong_place_by_order", enhanced({5, 9, 9, 11}), "W_FRAMES")
      .with("--slices", "order")
      .gives(counting(24))
      .on(kFrameGrid);
  for (const auto& [name, places] : {std::pair<std::string, std::vector<double>>{"first", {kNowhere, 7, 9, 11}},
                                     {"inner", {5, 7, kNowhere, 11}},
                                     {"last", {5, 7, 9, kNowhere}}}) {
    add(name + "_frame_without_place", enhanced(places), "E_DICOM_POSITION");
    add(name + "_frame_by_order", enhanced(places), "W_FRAMES")
        .with("--slices", "order")
        .gives(counting(24))
        .on(kFrameGrid);
  }
  add("last_frame_left_out", enhanced({5, 7, 9, kNowhere}), "W_SKIPPED").with("--slices", "placed").gives(counting(18));
  add("shuffled_frame_without_place", enhanced({9, 5, kNowhere, 7}), "E_DICOM_POSITION");
  add("shuffled_frame_by_order", enhanced({9, 5, kNowhere, 7}), "E_DICOM_POSITION").with("--slices", "order");
  add("shuffled_frame_left_out", enhanced({9, 5, kNowhere, 7}), "W_SKIPPED")
      .with("--slices", "placed")
      .gives({6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5});
  add("no_frame_with_a_place", enhanced({kNowhere, kNowhere, kNowhere, kNowhere}), "W_FRAMES").gives(counting(24));
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
  add("grid", dose(4, "0\\2\\4\\6")).gives(halves).on(kFrameGrid);
  add("grid_from_its_end", dose(4, "0\\-2\\-4\\-6"))
      .gives({9, 9.5, 10, 10.5, 11, 11.5, 6, 6.5, 7, 7.5, 8, 8.5, 3, 3.5, 4, 4.5, 5, 5.5, 0, 0.5, 1, 1.5, 2, 2.5})
      .on({{3, 2, 4}, {0.5, 0.5, 2}, {10, -20, -1}});
  add("grid_of_places", dose(4, "5\\7\\9\\11")).gives(halves).on(kFrameGrid);
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
  corpus.add("dicom_folder_of_structures", "structures", contours, "E_DICOM_RTSTRUCT").file.clear();
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
  series("by_one_of_its_files", "W_SERIES").gives(counting(24)).on(kFrameGrid);
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
  add_places(corpus);
}

}  // namespace lossscope::corpus
