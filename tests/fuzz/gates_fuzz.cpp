// SPDX-License-Identifier: Apache-2.0
// A volume file of a stranger before every gate, whatever it says it is: refused with a code, a reason and a remedy, or
// accepted with sizes that add up and a geometry that is one.
#include <algorithm>
#include <cmath>
#include <new>

#include "app/reader/gates/dicom_file.h"
#include "app/reader/gates/flat_pictures.h"
#include "app/reader/gates/gates.h"
#include "app/reader/gates/inflate.h"
#include "app/reader/gates/numpy.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lossscope;
using namespace lossscope::reader;
using lossscope::testing::must;

/// Calls a gate; what it throws must be a whole refusal.
template <class Gate>
void at_the_gate(const Gate& gate) {
  try {
    gate();
  } catch (const Refused& refused) {
    must(refused.code.starts_with("E_") && *refused.what() != '\0' && !refused.remedy.empty(), "half a refusal");
    for (const Choice& choice : refused.choices) {
      check_answer(choice.question, choice.answer);
    }
  } catch (const std::bad_alloc&) {  // of a size that was found plausible
  }
}

void check_layout(Layout layout, std::uint64_t file_size) {
  __extension__ using Wide = unsigned __int128;
  Wide bytes = bytes_of(layout.scalar);
  for (const std::int64_t size : layout.size) {
    must(size >= 1 && size <= 32767, "an axis without voxels, or too long");
    bytes *= static_cast<Wide>(size);
  }
  must(layout.interleaved >= 1 && layout.stacked >= 1, "no components");
  bytes *= static_cast<Wide>(layout.components());
  must(bytes == layout.bytes(), "a product that overflows");
  must(layout.voxels() <= 0x7FFFFFFF, "more voxels than can be drawn");
  must(layout.data_offset == kAtTheEnd || !layout.data_file.empty() || layout.data_offset <= file_size,
       "voxels that begin behind the end of the file");
  must(std::isfinite(layout.slope) && std::isfinite(layout.intercept), "a scale that is no number");
  must(layout.data_file.find('/') == std::string::npos && layout.data_file != "..", "a data file elsewhere");
  check_geometry(layout, {});
  must(std::ranges::all_of(layout.spacing, [](double mm) { return mm >= 1e-4 && mm <= 1e3; }), "an odd spacing");
  must(orthonormality_error(layout.direction) < 1e-6, "axes that are not at right angles");
  must(std::ranges::all_of(layout.origin, [](double mm) { return std::isfinite(mm); }), "an origin that is none");
}

void nifti(const Source& source) {
  std::array<std::byte, kNiftiHead> bytes{};
  const std::size_t size = source.read(0, bytes);
  for (const char* orientation : {"", "sform", "qform"}) {
    at_the_gate([&] {
      Answers answers;
      if (*orientation != '\0') {
        answers.set(Question::orientation, orientation);
      }
      check_layout(nifti_gate(std::span(bytes).first(size), answers), ~std::uint64_t{0});
    });
  }
}

void dicom(const Source& source) {
  const DicomFile file = dicom_gate(source);
  must(file.rows > 0 && file.columns > 0 && !file.frames.empty(), "a file without pixels");
  const std::uint64_t bits = file.pixels_of_frame() * file.frames.size() * static_cast<unsigned>(file.bits_allocated);
  if (file.is_packed) {
    must(file.fragments.size() == file.frames.size(), "a frame without fragments");
  } else {
    must(file.pixels.offset + (bits + 7) / 8 <= source.size(), "pixels behind the end of the file");
  }
  for (const DicomFrame& frame : file.frames) {
    must(std::isfinite(frame.slope) && std::isfinite(frame.intercept), "a scale that is no number");
    must(std::ranges::all_of(frame.position, [](double mm) { return std::isfinite(mm); }), "a place that is none");
  }
}

void numpy(const Source& source) {
  const NumpyArray array = npy_gate(source, {});
  check_layout(array.layout, source.size());
  std::int64_t last = 0;
  const std::array<std::int64_t, 4> lengths{array.layout.components(), array.layout.size[2], array.layout.size[1],
                                            array.layout.size[0]};
  for (std::size_t axis = 0; axis < 4; ++axis) {
    last += (lengths[axis] - 1) * array.strides[axis];
  }
  must(static_cast<std::uint64_t>(last + 1) * static_cast<unsigned>(array.width) * (array.layout.is_complex ? 2 : 1) <=
           array.stored_bytes(),
       "numbers behind the last one");
}

void archive(const Source& source) {
  const ZipRecord record = npz_gate(source.view(), {}).record;
  must(record.packed.size() <= source.size(), "a record larger than its archive");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemorySource source({reinterpret_cast<const std::byte*>(data), size});
  nifti(source);
  at_the_gate([&] { check_layout(nrrd_gate(source), size); });
  at_the_gate([&] { check_layout(metaimage_gate(source), size); });
  at_the_gate([&] { check_layout(png_gate(source), size); });
  at_the_gate([&] { check_layout(tiff_gate(source), size); });
  at_the_gate([&] { check_layout(bmp_gate(source).layout, size); });
  at_the_gate([&] { check_layout(jpeg_gate(source), size); });
  at_the_gate([&] { check_layout(mgh_gate(source.view()), ~std::uint64_t{0}); });
  at_the_gate([&] { check_layout(pair_gate(source.view(), {}), ~std::uint64_t{0}); });
  at_the_gate([&] { numpy(source); });
  at_the_gate([&] { archive(source); });
  at_the_gate([&] { dicom(source); });
  at_the_gate([&] {
    if (size < 2 || (data[0] != 0x1f && (data[0] & 0x0f) != 8)) {  // neither gzip nor zlib: spare the buffers
      return;
    }
    constexpr std::uint64_t kEnough = 1 << 20;
    must(Inflater(source).drain(kEnough) <= kEnough, "more bytes than were asked for");
  });
  return 0;
}
