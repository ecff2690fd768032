// SPDX-License-Identifier: Apache-2.0
// Pixels of DICOM frames. What is not compressed is read here; of what is, GDCM gets the fragments and the numbers that
// the gate found sound, and never the file: its parser takes gigabytes, or ends the process, on damaged headers.
#include "app/reader/dicom_pixels.h"

#include <gdcmFragment.h>
#include <gdcmPixmap.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTransferSyntax.h>

#include <algorithm>
#include <cstring>

namespace lossscope::reader {
namespace {

/// One bit a pixel, the lowest bit of a byte first; frames follow each other within bytes (PS3.5 8.1.1).
std::vector<std::byte> unpacked_bits(const DicomFile& file, std::span<const std::byte> bytes, std::size_t frame) {
  std::vector<std::byte> pixels(file.pixels_of_frame());
  std::size_t bit = frame * pixels.size();
  for (std::byte& pixel : pixels) {
    pixel = bytes[file.pixels.offset + bit / 8] >> (bit % 8) & std::byte{1};
    ++bit;
  }
  return pixels;
}

std::vector<std::byte> plain_pixels(const DicomFile& file, const Source& source, std::size_t frame) {
  const std::size_t width = static_cast<std::size_t>(file.bits_allocated / 8);
  std::vector<std::byte> pixels(file.pixels_of_frame() * width);
  source.read_all(file.pixels.offset + frame * pixels.size(), pixels);
  for (std::size_t i = 0; file.big_endian && width > 1 && i < pixels.size(); i += width) {
    std::reverse(pixels.begin() + static_cast<std::ptrdiff_t>(i),
                 pixels.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
  return pixels;
}

std::vector<std::byte> unpacked_fragments(const DicomFile& file, std::span<const std::byte> bytes, std::size_t frame) {
  std::vector<char> packed;
  for (const DicomValue& fragment : file.fragments[frame]) {
    const auto* begin = reinterpret_cast<const char*>(bytes.data()) + fragment.offset;
    packed.insert(packed.end(), begin, begin + fragment.length);
  }
  gdcm::Fragment fragment;
  fragment.SetByteValue(packed.data(), gdcm::VL(static_cast<std::uint32_t>(packed.size())));
  const auto sequence = gdcm::SequenceOfFragments::New();
  sequence->AddFragment(fragment);
  gdcm::DataElement element(gdcm::Tag(0x7FE0, 0x0010));
  element.SetVR(gdcm::VR::OB);
  element.SetValue(*sequence);
  const auto bits = [](int n) { return static_cast<unsigned short>(n); };
  gdcm::Pixmap picture;
  picture.SetNumberOfDimensions(2);
  picture.SetDimension(0, static_cast<unsigned>(file.columns));
  picture.SetDimension(1, static_cast<unsigned>(file.rows));
  picture.SetPixelFormat(gdcm::PixelFormat(1, bits(file.bits_allocated), bits(file.bits_stored), bits(file.high_bit),
                                           bits(file.is_signed ? 1 : 0)));
  picture.SetPhotometricInterpretation(gdcm::PhotometricInterpretation::MONOCHROME2);
  picture.SetTransferSyntax(gdcm::TransferSyntax::GetTSType(file.transfer_syntax.c_str()));
  picture.SetDataElement(element);
  std::vector<std::byte> pixels(file.pixels_of_frame() * static_cast<std::size_t>(file.bits_allocated / 8));
  if (picture.GetBufferLength() != pixels.size() || !picture.GetBuffer(reinterpret_cast<char*>(pixels.data()))) {
    throw Refused("E_DICOM_PIXELS", "its compressed pixels cannot be unpacked", "export the series uncompressed");
  }
  return pixels;
}

/// Keeps the stored bits of each number: what lies above or below them is no part of it.
template <class T>
void keep_stored_bits(const DicomFile& file, std::vector<std::byte>& pixels) {
  using Bits = std::make_unsigned_t<T>;
  const int above = static_cast<int>(sizeof(T) * 8) - 1 - file.high_bit,
            unused = file.bits_allocated - file.bits_stored;
  for (std::size_t i = 0; i < pixels.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, pixels.data() + i, sizeof(T));
    const auto high = static_cast<T>(static_cast<Bits>(static_cast<Bits>(value) << above));
    value = static_cast<T>(high >> unused);  // of a signed number: with copies of its sign
    std::memcpy(pixels.data() + i, &value, sizeof(T));
  }
}

}  // namespace

Scalar scalar_of(const DicomFile& file) {
  if (file.is_float) {
    return file.bits_allocated == 32 ? Scalar::f32 : Scalar::f64;
  }
  switch (file.bits_allocated) {
    case 16:
      return file.is_signed ? Scalar::i16 : Scalar::u16;
    case 32:
      return file.is_signed ? Scalar::i32 : Scalar::u32;
    default:
      return file.is_signed && file.bits_allocated == 8 ? Scalar::i8 : Scalar::u8;
  }
}

std::vector<std::byte> read_frame(const DicomFile& file, const Source& source, std::size_t frame) {
  if (file.bits_allocated == 1) {
    return unpacked_bits(file, source.view(), frame);
  }
  std::vector<std::byte> pixels =
      file.is_packed ? unpacked_fragments(file, source.view(), frame) : plain_pixels(file, source, frame);
  if (!file.is_float && file.bits_stored < file.bits_allocated) {
    with_type(scalar_of(file), [&](auto* example) {
      using T = std::remove_cvref_t<decltype(*example)>;
      if constexpr (std::is_integral_v<T>) {
        keep_stored_bits<T>(file, pixels);
      }
    });
  }
  return pixels;
}

}  // namespace lossscope::reader
