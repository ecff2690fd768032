// SPDX-License-Identifier: Apache-2.0
#include "app/reader/itk_faults.h"

#include <algorithm>
#include <array>

namespace lossscope::reader {
namespace {

bool is_nifti(Format format, const Layout& layout) {
  return (format == Format::nifti || format == Format::pair) && layout.format != "ANALYZE";
}

/// Found with ITK 5.2.1 (Debian 12); most were seen with 5.4.3 (Debian 13), too.
constexpr std::array kFaults{
    ItkFaultRow{ItkFault::no_reader, "MGH and NumPy", "has no reader of them, as Debian builds it",
                "their few lines are read here",
                [](Format format, const Layout&) { return format == Format::mgh || format == Format::numpy; }},
    ItkFaultRow{
        ItkFault::dicom_in_one_piece, "DICOM",
        "lays the frames of a file out by their order and one spacing, leaves out the scaling of a dose grid and "
        "of each frame, and ends the process on a sound dose plane",
        "elements are read and frames placed here; GDCM, as in ITK, unpacks compressed fragments",
        [](Format format, const Layout&) { return format == Format::dicom; }},
    ItkFaultRow{
        ItkFault::tiff_of_few_kinds, "TIFF",
        "reads whole numbers of 32 bits as 0, refuses those of 64 bits, PackBits and Zstandard, and takes pages "
        "for slices whatever they are",
        "libtiff unpacks the pages that the description says",
        [](Format format, const Layout&) { return format == Format::tiff; }},
    ItkFaultRow{ItkFault::bmp_of_few_depths, "BMP", "refuses pixels of 1 and 4 bits, whose indices are labels",
                "rows are read here", [](Format format, const Layout&) { return format == Format::bmp; }},
    ItkFaultRow{ItkFault::jpeg_damage_is_grey, "JPEG", "fills what is damaged with grey, without an error",
                "libjpeg decodes it, and its warnings are refusals",
                [](Format format, const Layout&) { return format == Format::jpeg; }},
    ItkFaultRow{
        ItkFault::analyze_without_scale, "ANALYZE 7.5", "leaves out SPM's scale factor and origin",
        "the block of numbers is read here",
        [](Format format, const Layout& layout) { return format == Format::pair && layout.format == "ANALYZE"; }},
    ItkFaultRow{ItkFault::nifti_2_unknown, "NIfTI-2", "refuses it", "the block of numbers is read here",
                [](Format, const Layout& layout) { return layout.format == "NIfTI-2"; }},
    ItkFaultRow{ItkFault::nifti_not_finite_is_0, "NIfTI of floating point numbers",
                "makes 0 of NaN and of infinite values", "the block of numbers is read here",
                [](Format format, const Layout& layout) {
                  return is_nifti(format, layout) && (layout.scalar == Scalar::f32 || layout.scalar == Scalar::f64);
                }},
    ItkFaultRow{ItkFault::nifti_of_another_name, "NIfTI, compressed",
                "reads volume.nii where volume.nii.gz was named and both are there, refuses gzip of another name, and "
                "keeps what ends before its checksum; takes 140 ms and 72 MiB for 256^3 of 16 bits, here 95 and 35",
                "unpacked here, in one pass that ends at the checksum",
                [](Format format, const Layout& layout) {
                  return is_nifti(format, layout) && layout.packing == Packing::deflated;
                }},
    ItkFaultRow{
        ItkFault::nifti_header_ends_it, "NIfTI of whole numbers",
        "ends the process on an sform that is not finite, throws on axes that are not at right angles, adds "
        "scl_inter where scl_slope is 0, and holds the voxels twice: 51 ms and 72 MiB for 256^3 of 16 bits, here "
        "31 and 35",
        "the block of numbers is read here",
        [](Format format, const Layout& layout) { return is_nifti(format, layout); }},
    ItkFaultRow{
        ItkFault::packed_damage_is_kept, "NRRD and MetaImage, compressed",
        "gives what it could unpack of cut or damaged MetaImage, and zeros where CompressedDataSize is not said; "
        "to find that out before, the voxels would be unpacked twice: 256^3 of 16 bits take 115 ms, here 100",
        "unpacked here, in one pass that ends at the checksum",
        [](Format, const Layout& layout) { return layout.packing == Packing::deflated; }},
    ItkFaultRow{
        ItkFault::text_is_bent, "NRRD and MetaImage, as text",
        "makes another number of one that the type cannot hold; before 5.4 fills up a MetaImage that ends early",
        "numbers are read here, all of them",
        [](Format, const Layout& layout) { return layout.packing == Packing::text; }},
    ItkFaultRow{ItkFault::nrrd_all_of_several, "NRRD of several volumes",
                "reads all of them, twice as large, where one is wanted",
                "the block of numbers of that one is read here",
                [](Format format, const Layout& layout) { return format == Format::nrrd && layout.stacked > 1; }},
    ItkFaultRow{
        ItkFault::nrrd_header_refused, "NRRD",
        "refuses a field that it does not know, an axis of direction none without a kind, and a space with time "
        "of three axes; drops the mask of masked matrices",
        "the block of numbers is read here"},
    ItkFaultRow{ItkFault::nrrd_las_is_turned, "NRRD in left-anterior-superior",
                "turns left and right, too: places and axes lie on the other side", "places and axes are the gate's"},
};

}  // namespace

std::span<const ItkFaultRow> itk_faults() { return kFaults; }

std::optional<ItkFault> itk_fault_of(Format format, const Layout& layout) {
  const auto holds = [&](const ItkFaultRow& row) {
    return row.keeps_from != nullptr && row.keeps_from(format, layout);
  };
  const auto found = std::ranges::find_if(kFaults, holds);
  return found == kFaults.end() ? std::nullopt : std::optional(found->fault);
}

}  // namespace lossscope::reader
