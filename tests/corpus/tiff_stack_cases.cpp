// SPDX-License-Identifier: Apache-2.0
// TIFF of microscopy: labels of any width, stacks as ImageJ, OME, tifffile and MetaMorph describe them.
#include "tests/corpus/picture_files.h"

namespace lossscope::corpus {
namespace {

constexpr std::uint32_t kWidth = 2, kHeight = 2, kPixels = kWidth * kHeight;

/// Pixels of plane n: 10 n, 10 n + 1, ...
std::vector<double> plane(int n) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < kPixels; ++i) {
    values.push_back(10 * n + static_cast<int>(i));
  }
  return values;
}

std::vector<double> planes(const std::vector<int>& numbers) {
  std::vector<double> values;
  for (const int n : numbers) {
    const auto one = plane(n);
    values.insert(values.end(), one.begin(), one.end());
  }
  return values;
}

Bytes plane_bytes(int n) { return bytes_of<std::uint8_t>(plane(n)); }

/// A page for every plane, the first of them described.
Bytes pages(int count, const Bytes& description) {
  TiffFile file;
  for (int n = 0; n < count; ++n) {
    file.page(n == 0 ? described_tags(kWidth, kHeight, 8, description) : grey_tags(kWidth, kHeight, 8), plane_bytes(n));
  }
  return file.bytes();
}

/// All planes behind one another, and a directory for the first alone.
Bytes one_directory(int count, const Bytes& description) {
  auto tags = described_tags(kWidth, kHeight, 8, description);
  for (TiffTag& tag : tags) {
    if (tag.tag == 279) {
      tag.values = {kPixels};
    }
  }
  Bytes pixels;
  for (int n = 0; n < count; ++n) {
    pixels += plane_bytes(n);
  }
  return TiffFile().page(tags, pixels).bytes();
}

Case& add_stack(Corpus& corpus, const std::string& name, Bytes file, const std::string& code) {
  return corpus.add("tiff_" + name, "stack.tif", std::move(file), code);
}

template <class T>
void add_width(Corpus& corpus, const std::string& name, std::uint32_t format, const std::vector<double>& values) {
  for (const bool big : {false, true}) {
    const auto tags = grey_tags(static_cast<std::uint32_t>(values.size()), 1, 8 * sizeof(T), format);
    corpus
        .add("tiff_labels_" + name + (big ? "_big_endian" : ""), "labels.tif",
             TiffFile(big).page(tags, bytes_of<T>(values, big)).bytes(), "W_NO_SPACING")
        .as("mask")
        .gives(values);
  }
}

void add_widths(Corpus& corpus) {
  add_width<std::uint8_t>(corpus, "u8", 1, {0, 1, 200});
  add_width<std::int8_t>(corpus, "i8", 2, {0, 1, 100});
  add_width<std::uint16_t>(corpus, "u16", 1, {0, 1, 60000});
  add_width<std::int16_t>(corpus, "i16", 2, {-7, 1, 30000});
  add_width<std::uint32_t>(corpus, "u32", 1, {0, 1, 16777217});
  add_width<std::int32_t>(corpus, "i32", 2, {-9, 1, 16777217});
  add_width<std::uint64_t>(corpus, "u64", 1, {0, 1, 16777217});
  add_width<std::int64_t>(corpus, "i64", 2, {-9, 1, 16777217});
  add_width<float>(corpus, "f32", 3, {0, 1, 2});
  add_width<double>(corpus, "f64", 3, {0, 1, 16777217});
  add_width<std::uint16_t>(corpus, "of_no_format", 4, {0, 1, 60000});
}

void add_packed(Corpus& corpus) {
  const auto packed = [](std::uint32_t compression, const Bytes& pixels) {
    auto tags = grey_tags(kWidth, kHeight, 8);
    tags[3].values = {compression};
    return TiffFile().page(tags, pixels).bytes();
  };
  const Bytes raw = plane_bytes(0);
  add_stack(corpus, "deflate", packed(8, zlibbed(raw)), "W_NO_SPACING").gives(plane(0));
  add_stack(corpus, "old_deflate", packed(32946, zlibbed(raw)), "W_NO_SPACING").gives(plane(0));
  add_stack(corpus, "pack_bits", packed(32773, Bytes(1, '\3') + raw), "W_NO_SPACING").gives(plane(0));
  // One frame of one raw block: magic, single segment of 4 bytes, last block of 4 bytes.
  const Bytes zstd = Bytes("\x28\xB5\x2F\xFD\x20\x04\x21\x00\x00", 9) + raw;
  add_stack(corpus, "zstd", packed(50000, zstd), "W_NO_SPACING").gives(plane(0));
  add_stack(corpus, "zstd_damaged", packed(50000, flipped(zstd, 1)), "E_READ");
  add_stack(corpus, "deflate_too_short", packed(8, zlibbed(cut(raw, 1))), "E_READ");
}

void add_planar(Corpus& corpus) {
  auto tags = grey_tags(kWidth, 1, 8);
  tags[2].values = {8, 8, 8};
  tags[4].values = {2};
  tags[5].values = {0};
  tags[6].values = {3};
  tags[9].values = {1, 1, 1};
  tags.insert(tags.begin() + 9, TiffTag{284, {2}});
  tags[5].values = {8, 10, 12};  // the pixels come right behind the file's header
  tags[8].values = {2, 2, 2};
  add_stack(corpus, "planar_green", TiffFile().page(tags, bytes_of<std::uint8_t>({1, 2, 3, 4, 5, 6})).bytes(),
            "W_COMPONENT")
      .with("--component", "1")
      .gives({3, 4});
}

Bytes imagej(int images, const Bytes& more) {
  return "ImageJ=1.53t\nimages=" + std::to_string(images) + "\n" + more + "loop=false\n";
}

void add_imagej(Corpus& corpus) {
  const Bytes slices = imagej(3, "slices=3\nunit=um\nspacing=2.0\n");
  add_stack(corpus, "imagej_pages", pages(3, slices), "W_NO_SPACING").gives(planes({0, 1, 2})).on({{2, 2, 3}});
  add_stack(corpus, "imagej_one_directory", one_directory(3, slices), "W_NO_SPACING")
      .gives(planes({0, 1, 2}))
      .on({{2, 2, 3}});
  add_stack(corpus, "imagej_cut", one_directory(2, slices), "E_TIFF_PAGES");
  add_stack(corpus, "imagej_images_alone", one_directory(3, imagej(3, "")), "W_NO_SPACING").gives(planes({0, 1, 2}));
  const Bytes hyperstack = imagej(6, "channels=2\nslices=3\nhyperstack=true\n");
  add_stack(corpus, "imagej_channels", pages(6, hyperstack), "E_COMPONENTS");
  add_stack(corpus, "imagej_second_channel", pages(6, hyperstack), "W_COMPONENT")
      .with("--component", "1")
      .gives(planes({1, 3, 5}));
  add_stack(corpus, "imagej_second_channel_one_directory", one_directory(6, hyperstack), "W_COMPONENT")
      .with("--component", "1")
      .gives(planes({1, 3, 5}));
  const Bytes film = imagej(8, "channels=2\nslices=2\nframes=2\nhyperstack=true\n");
  add_stack(corpus, "imagej_time_1_channel_0", pages(8, film), "W_COMPONENT")
      .with("--component", "2")
      .gives(planes({4, 6}));
  add_stack(corpus, "imagej_pages_differ_from_count", pages(2, slices), "W_TIFF_STACK").gives(planes({0, 1}));
  add_stack(corpus, "imagej_2_GB_of_planes", one_directory(1, imagej(60000, "slices=60000\n")), "E_TIFF_PAGES");
  add_stack(corpus, "imagej_counts_overflow", pages(2, imagej(2, "channels=65000\nslices=65000\nframes=65000\n")),
            "W_NO_SPACING")
      .gives(planes({0, 1}));
}

Bytes ome(const std::string& order, int z, int c, int t, const std::string& inside = "<TiffData/>",
          const std::string& attributes = {}) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">"
         "<Image ID=\"Image:0\"><Pixels ID=\"Pixels:0\" DimensionOrder=\"" +
         order + "\" Type=\"uint8\" SizeX=\"2\" SizeY=\"2\" SizeZ=\"" + std::to_string(z) + "\" SizeC=\"" +
         std::to_string(c) + "\" SizeT=\"" + std::to_string(t) + "\"" + attributes + ">" + inside +
         "</Pixels></Image></OME>";
}

void add_ome(Corpus& corpus) {
  add_stack(corpus, "ome_slices", pages(3, ome("XYZCT", 3, 1, 1)), "W_NO_SPACING").gives(planes({0, 1, 2}));
  add_stack(corpus, "ome_channels", pages(3, ome("XYCZT", 1, 3, 1)), "E_COMPONENTS");
  add_stack(corpus, "ome_channel", pages(3, ome("XYCZT", 1, 3, 1)), "W_COMPONENT")
      .with("--component", "2")
      .gives(planes({2}))
      .on({{2, 2, 1}});
  // Plane numbers of channel 1 and time 1 in each order of 2 slices, 2 channels, 2 times.
  const std::vector<std::pair<std::string, std::vector<int>>> orders{
      {"XYCZT", {5, 7}}, {"XYCTZ", {3, 7}}, {"XYZCT", {6, 7}}, {"XYZTC", {6, 7}}, {"XYTCZ", {3, 7}}, {"XYTZC", {5, 7}}};
  for (const auto& [order, numbers] : orders) {
    add_stack(corpus, "ome_" + order, pages(8, ome(order, 2, 2, 2)), "W_COMPONENT")
        .with("--component", "3")
        .gives(planes(numbers));
  }
  add_stack(corpus, "ome_backwards",
            pages(2, ome("XYZCT", 2, 1, 1, "<TiffData IFD=\"1\" FirstZ=\"0\"/><TiffData IFD=\"0\" FirstZ=\"1\"/>")),
            "W_NO_SPACING")
      .gives(planes({1, 0}));
  add_stack(corpus, "ome_prefixed_namespace",
            pages(3,
                  "<ome:OME xmlns:ome='x'><ome:Pixels DimensionOrder='XYCZT' SizeZ='1' SizeC='3' SizeT='1'>"
                  "</ome:Pixels></ome:OME>"),
            "E_COMPONENTS");
  add_stack(corpus, "ome_spacing",
            pages(2, ome("XYZCT", 2, 1, 1, "<TiffData/>",
                         " PhysicalSizeX=\"0.5\" PhysicalSizeY=\"0.25\" PhysicalSizeZ=\"2\" PhysicalSizeZUnit=\"mm\"")),
            "E_GEOMETRY");
  add_stack(corpus, "ome_spacing_mm",
            pages(2, ome("XYZCT", 2, 1, 1, "<TiffData/>",
                         " PhysicalSizeX=\"500\" PhysicalSizeY=\"250\" PhysicalSizeZ=\"2\" PhysicalSizeZUnit=\"mm\"")),
            "")
      .on({{2, 2, 2}, {0.5, 0.25, 2}});
  add_stack(corpus, "ome_spacing_below_limit",
            pages(2, ome("XYZCT", 2, 1, 1, "<TiffData/>",
                         " PhysicalSizeX=\"0.05\" PhysicalSizeY=\"0.05\" PhysicalSizeZ=\"0.2\"")),
            "W_UNITS")
      .on({{2, 2, 2}, {0.05, 0.05, 0.2}});
  add_stack(corpus, "ome_planes_missing", pages(1, ome("XYZCT", 3, 1, 1)), "E_TIFF_PAGES");
  add_stack(corpus, "ome_plane_not_said", pages(2, ome("XYZCT", 2, 1, 1, "<TiffData IFD=\"0\" FirstZ=\"0\"/>")),
            "E_TIFF_PAGES");
  add_stack(corpus, "ome_other_files",
            pages(1, ome("XYZCT", 2, 1, 1,
                         "<TiffData FirstZ=\"0\" IFD=\"0\"><UUID FileName=\"a.ome.tif\">1</UUID></TiffData>"
                         "<TiffData FirstZ=\"1\" IFD=\"0\"><UUID FileName=\"b.ome.tif\">2</UUID></TiffData>")),
            "E_TIFF_PAGES");
  add_stack(corpus, "ome_two_images", pages(2, ome("XYZCT", 1, 1, 1) + ome("XYZCT", 1, 1, 1)), "E_TIFF_PAGES");
  add_stack(corpus, "ome_cut", pages(2, ome("XYZCT", 2, 1, 1).substr(0, 150)), "W_NO_SPACING").gives(planes({0, 1}));
}

void add_others(Corpus& corpus) {
  add_stack(corpus, "tifffile_pages", pages(3, "{\"shape\": [3, 2, 2]}"), "W_NO_SPACING").gives(planes({0, 1, 2}));
  add_stack(corpus, "tifffile_one_directory", one_directory(3, "{\"shape\": [3, 2, 2], \"truncated\": true}"),
            "W_NO_SPACING")
      .gives(planes({0, 1, 2}));
  add_stack(corpus, "tifffile_4d", pages(6, "{\"shape\": [2, 3, 2, 2]}"), "E_COMPONENTS");
  add_stack(corpus, "tifffile_4d_chosen", pages(6, "{\"shape\": [2, 3, 2, 2]}"), "W_COMPONENT")
      .with("--component", "1")
      .gives(planes({3, 4, 5}));
  add_stack(corpus, "tifffile_other_shape", pages(2, "{\"shape\": [9, 9]}"), "W_NO_SPACING").gives(planes({0, 1}));
  Bytes many = "{\"shape\": [";
  for (int i = 0; i < 40; ++i) {
    many += "65535, ";
  }
  add_stack(corpus, "tifffile_shape_overflows", pages(2, many + "2, 2]}"), "W_NO_SPACING").gives(planes({0, 1}));
  auto tags = described_tags(kWidth, kHeight, 8, "MetaMorph");
  for (TiffTag& tag : tags) {
    tag.values = tag.tag == 279 ? std::vector<std::uint32_t>{kPixels} : tag.values;
  }
  tags.push_back({33629, {0, 0, 0}, false});
  add_stack(corpus, "metamorph", TiffFile().page(tags, plane_bytes(0) + plane_bytes(1) + plane_bytes(2)).bytes(),
            "W_NO_SPACING")
      .gives(planes({0, 1, 2}));
  auto preview = grey_tags(1, 1, 8);
  preview.insert(preview.begin(), TiffTag{254, {1}, false});
  add_stack(corpus, "preview_between",
            TiffFile()
                .page(grey_tags(kWidth, kHeight, 8), plane_bytes(0))
                .page(preview, Bytes(1, '\7'))
                .page(grey_tags(kWidth, kHeight, 8), plane_bytes(1))
                .bytes(),
            "W_TIFF_PREVIEW")
      .gives(planes({0, 1}));
}

}  // namespace

void add_tiff_stack_cases(Corpus& corpus) {
  add_widths(corpus);
  add_packed(corpus);
  add_planar(corpus);
  add_imagej(corpus);
  add_ome(corpus);
  add_others(corpus);
}

}  // namespace lossscope::corpus
