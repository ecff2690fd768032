// SPDX-License-Identifier: Apache-2.0
// A mask and a prediction whose one right reading a person knows: what is offered must lead to it. Each file was seen
// in the wild: a header of another scan, axes in an array's order, slices that a TIFF calls times.
#include "tests/corpus/nifti_files.h"
#include "tests/corpus/numpy_files.h"
#include "tests/corpus/picture_files.h"
#include "tests/corpus/way_files.h"

namespace lossscope::corpus {
namespace {

void add_shifted_headers(Corpus& corpus) {
  const Index size{5, 4, 3};
  const auto values = way_values(size, way_prediction);
  Affine shifted = kOwn, half = kOwn;
  shifted[3] += 2;
  half[3] += 2.5F;
  add_way(corpus, "header_of_another_place", kNifti, way_mask_file(size), nifti({5, 4, 3}, values, shifted), "E_GRID")
      .first_way_costs(right_of(size));
  add_way(corpus, "header_between_the_voxels", kNifti, way_mask_file(size), nifti({5, 4, 3}, values, half), "E_GRID")
      .first_way_costs(right_of(size));
  const auto labels = way_values(size, way_mask);
  add_way(corpus, "labels_of_another_place", kNifti, way_mask_file(size), nifti({5, 4, 3}, labels, shifted), "E_GRID")
      .first_way_costs(0);
}

/// A header without a place on voxels that were turned: the mask shows how.
void add_turned(Corpus& corpus) {
  const Index size{5, 5, 5};
  const std::vector<std::pair<std::string, Where>> turns{{"kji",
                                                          [](const Index& v) {
                                                            return Index{v[2], v[1], v[0]};
                                                          }},
                                                         {"Ijk",
                                                          [](const Index& v) {
                                                            return Index{4 - v[0], v[1], v[2]};
                                                          }},
                                                         {"IJk",
                                                          [](const Index& v) {
                                                            return Index{4 - v[0], 4 - v[1], v[2]};
                                                          }},
                                                         {"jik",
                                                          [](const Index& v) {
                                                            return Index{v[1], v[0], v[2]};
                                                          }},
                                                         {"ijK",
                                                          [](const Index& v) {
                                                            return Index{v[0], v[1], 4 - v[2]};
                                                          }},
                                                         {"Kij", [](const Index& v) {
                                                            return Index{4 - v[2], v[0], v[1]};
                                                          }}};
  for (const auto& [letters, where] : turns) {
    const auto values = way_values(size, way_prediction, where);
    add_way(corpus, "turned_" + letters, kNifti, way_mask_file(size), nifti({5, 5, 5}, values, kEye), "E_GRID")
        .first_way_costs(right_of(size));
    add_way(corpus, "turned_" + letters + "_ignored", kNifti, way_mask_file(size), nifti({5, 5, 5}, values, kEye),
            "W_TURN_LIKELY")
        .with("--grid", "ignore");
    const Bytes array = npy(dictionary("<f4", "5, 5, 5"), bytes_of<float>(values));
    const double as_it_is = dice(way_values(size, way_mask), values);
    add_way(corpus, "turned_array_" + letters, kArray, way_mask_file(size), array, "E_GRID")
        .first_way_costs(right_of(size))
        .way_costs("--grid ignore", as_it_is);
    add_way(corpus, "turned_array_" + letters + "_said", kArray, way_mask_file(size), array, "W_TURNED")
        .with("--grid", letters)
        .costs(right_of(size));
    add_way(corpus, "turned_array_" + letters + "_ignored", kArray, way_mask_file(size), array, "W_TURN_LIKELY")
        .with("--grid", "prediction=ignore")
        .costs(as_it_is);
    add_way(corpus, "turned_" + letters + "_neither_placed", kNifti, way_mask_file(size, kEye),
            nifti({5, 5, 5}, values, kEye), "E_GRID")
        .first_way_costs(right_of(size));
    add_way(corpus, "turned_" + letters + "_both_placed", kNifti, way_mask_file(size), nifti({5, 5, 5}, values, kOwn),
            "W_TURN_LIKELY")
        .costs(as_it_is);
  }
  const Bytes array = npy(dictionary("<f4", "5, 5, 5"), bytes_of<float>(way_values(size, way_prediction)));
  add_way(corpus, "array_as_it_is", kArray, way_mask_file(size), array, "W_GRID_ADOPTED").costs(right_of(size));
  const Bytes reversed =
      npy(dictionary("|u1", "5, 5, 5"), bytes_of<std::uint8_t>(way_values(size, way_mask, turns[0].second)));
  const Bytes prediction = nifti({5, 5, 5}, way_values(size, way_prediction), kOwn);
  add_way(corpus, "turned_mask_array", {"m.npy", "prediction.nii"}, reversed, prediction, "E_GRID")
      .first_way_costs(right_of(size));
  add_way(corpus, "turned_mask_array_ignored", {"m.npy", "prediction.nii"}, reversed, prediction, "W_TURN_LIKELY")
      .with("--grid", "mask=ignore")
      .costs(dice(way_values(size, way_mask, turns[0].second), way_values(size, way_prediction)));
  add_way(corpus, "as_it_is", kNifti, way_mask_file(size), nifti({5, 5, 5}, way_values(size, way_prediction), kEye),
          "E_GRID")
      .first_way_costs(right_of(size));
}

/// A mask of three regions, each in another, as tumours are annotated: (C, H, W) or (H, W, C), or three slices.
void add_regions(Corpus& corpus) {
  constexpr int kSide = 24, kRegions = 3;
  std::vector<double> planes, pixels(kSide * kSide * kRegions), soft;
  for (int c = 0; c < kRegions; ++c) {
    const int radius = 9 - 3 * ((c + 1) % kRegions);  // the whole tumour is the last of them
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const double inside = (x - 10) * (x - 10) + (y - 12) * (y - 12) <= radius * radius ? 1 : 0;
        planes.push_back(inside);
        pixels[static_cast<std::size_t>((y * kSide + x) * kRegions + c)] = inside;
        soft.push_back(static_cast<double>(static_cast<float>(0.1 + 0.7 * inside + 0.001 * x)));
      }
    }
  }
  const std::size_t plane = kSide * kSide;
  const auto of_class = [&](const std::vector<double>& all, std::size_t c) {
    return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(c * plane),
                               all.begin() + static_cast<std::ptrdiff_t>((c + 1) * plane));
  };
  const Bytes in_front = npy(dictionary("|u1", "3, 24, 24"), bytes_of<std::uint8_t>(planes));
  const Bytes behind = npy(dictionary("<u2", "24, 24, 3"), bytes_of<std::uint16_t>(pixels));
  const Bytes prediction = npy(dictionary("<f4", "3, 24, 24"), bytes_of<float>(soft));
  const Pair names{"mask.npy", "p.npy"};
  for (const auto& [axis, mask] : {std::pair{"first", in_front}, {"last", behind}}) {
    Case& asked = add_way(corpus, std::string("regions_") + axis, names, mask, prediction, "E_COMPONENTS");
    for (std::size_t c = 0; c < kRegions; ++c) {
      add_way(corpus, "region_" + std::to_string(c) + "_" + axis, names, mask, prediction, "W_ORDER")
          .with("--component", std::to_string(c))
          .costs(dice(of_class(planes, c), of_class(soft, c)));
    }
    if (mask == in_front) {
      asked.way_costs("--component slices", dice(planes, soft));
    }
  }
  add_way(corpus, "regions_said_to_be_slices", names, in_front, prediction, "W_ARRAY")
      .with("--order", "mask=zyx")
      .costs(dice(planes, soft));
  const Bytes as_bytes = npy(dictionary("|u1", "24, 24, 3"), bytes_of<std::uint8_t>(pixels));
  corpus.add("way_regions_like_a_photo", "m.npy", as_bytes, "E_COMPONENTS").as("mask");
  for (const auto& [type, mask] : {std::pair{"words", behind}, {"bytes", as_bytes}}) {
    corpus.add(std::string("way_regions_last_are_slices_of_") + type, "m.npy", mask, "W_ARRAY")
        .as("mask")
        .with("--order", "xyz")
        .gives([&] {
          std::vector<double> turned;
          for (std::size_t c = 0; c < kRegions; ++c) {
            for (int y = 0; y < kSide; ++y) {  // the first axis is x now
              for (int x = 0; x < kSide; ++x) {
                turned.push_back(planes[c * plane + static_cast<std::size_t>(x * kSide + y)]);
              }
            }
          }
          return turned;
        }());
  }
}

/// PyTorch's order: the classes before x, y and z.
void add_components_first(Corpus& corpus) {
  const Index size{5, 4, 3};
  const auto values = way_values(size, way_prediction);
  std::vector<double> both;
  for (const double p : values) {
    both.push_back(1 - p);
    both.push_back(p);
  }
  const Bytes first = nifti({2, 5, 4, 3}, both, kOwn);
  add_way(corpus, "components_first", kNifti, way_mask_file(size), first, "E_COMPONENTS")
      .way_costs("--component 1", right_of(size));
  add_way(corpus, "components_first_chosen", kNifti, way_mask_file(size), first, "W_ORDER")
      .with("--component", "prediction=1")
      .costs(right_of(size));
  add_way(corpus, "one_component_first", kNifti, way_mask_file(size), nifti({1, 5, 4, 3}, values, kOwn), "W_ORDER")
      .costs(right_of(size));
  corpus.add("way_components_first_alone", "p.nii", first, "E_COMPONENTS");
  corpus.add("way_components_first_said", "p.nii", first, "W_ORDER")
      .with("--order", "components-first")
      .with("--component", "1")
      .gives(values);
  // A mask of one slice: the first or last axis of three is that of the classes.
  const Index flat{5, 4, 1};
  const auto g = way_values(flat, [](const Index& v) { return way_mask({v[0], v[1], 1}); });
  const auto p = way_values(flat, [](const Index& v) { return way_prediction({v[0], v[1], 1}); });
  std::vector<double> stacked, interleaved;
  for (const double value : p) {
    stacked.push_back(1 - value);
    interleaved.insert(interleaved.end(), {1 - value, value});
  }
  stacked.insert(stacked.end(), p.begin(), p.end());
  const Pair names{"mask.npy", "p.npy"};
  const Bytes mask = npy(dictionary("|u1", "4, 5"), bytes_of<std::uint8_t>(g));
  for (const auto& [name, array] : {std::pair{"first", npy(dictionary("<f4", "2, 4, 5"), bytes_of<float>(stacked))},
                                    {"last", npy(dictionary("<f4", "4, 5, 2"), bytes_of<float>(interleaved))}}) {
    add_way(corpus, std::string("classes_of_a_picture_") + name, names, mask, array, "E_COMPONENTS")
        .way_costs("--component 1", dice(g, p));
    add_way(corpus, std::string("class_of_a_picture_") + name, names, mask, array, "W_COMPONENT")
        .with("--component", "prediction=1")
        .costs(dice(g, p));
  }
  // A mask of classes one by one, as networks are trained on it: the file does not say that its axis is no z.
  for (const auto& [name, one] : {std::pair{"1", 1.0}, {"255", 255.0}}) {
    std::vector<double> in_front, behind;
    for (const double value : g) {
      in_front.push_back(one * (1 - value));
      behind.insert(behind.end(), {one * (1 - value), one * value});
    }
    for (const double value : g) {
      in_front.push_back(one * value);
    }
    const Bytes classes_first = npy(dictionary("|u1", "2, 4, 5"), bytes_of<std::uint8_t>(in_front));
    const Bytes classes_last = npy(dictionary("|u1", "4, 5, 2"), bytes_of<std::uint8_t>(behind));
    const Bytes flat_prediction = npy(dictionary("<f4", "4, 5"), bytes_of<float>(p));
    const Bytes soft_classes = npy(dictionary("<f4", "2, 4, 5"), bytes_of<float>(stacked));
    for (const auto& [axis, classes] : {std::pair{"first", classes_first}, {"last", classes_last}}) {
      const std::string about = std::string(axis) + "_of_" + name;
      add_way(corpus, "one_hot_" + about, names, classes, flat_prediction, "E_COMPONENTS")
          .way_costs("--component 1", dice(g, p));
      add_way(corpus, "one_hot_beside_softmax_" + about, names, classes, soft_classes, "E_COMPONENTS")
          .way_costs("--component 1", dice(g, p));
      add_way(corpus, "one_hot_class_of_" + about, names, classes, flat_prediction, "W_ORDER")
          .with("--component", "mask=1")
          .costs(dice(g, p));
    }
  }
  add_regions(corpus);
  corpus
      .add("way_one_hot_said_to_be_slices", "m.npy",
           npy(dictionary("|u1", "2, 2, 2"), bytes_of<std::uint8_t>({1, 0, 1, 0, 0, 1, 0, 1})), "W_ARRAY")
      .as("mask")
      .with("--order", "zyx")
      .gives({1, 0, 1, 0, 0, 1, 0, 1});
  // Four axes of which either could be that of the classes: the mask's size says which.
  const Index thin{4, 3, 2};
  std::vector<double> four;
  for (int c = 0; c < 4; ++c) {
    for (const double value : way_values(thin, way_prediction)) {
      four.push_back(c == 2 ? value : 0.1);
    }
  }
  add_way(corpus, "classes_of_an_array", {"mask.nii", "p.npy"}, way_mask_file(thin),
          npy(dictionary("<f4", "4, 2, 3, 4"), bytes_of<float>(four)), "W_COMPONENT")
      .with("--component", "prediction=2")
      .costs(right_of(thin));
}

/// Slices that a TIFF calls times or channels.
void add_slices(Corpus& corpus) {
  const Index size{5, 4, 6};
  const Bytes ome = R"(<OME><Image><Pixels DimensionOrder="XYCZT" SizeX="5" SizeY="4" SizeZ="1" SizeC="%" SizeT="%"/>)";
  const auto described = [&](const std::string& text) {
    TiffFile file;
    const auto values = way_values(size, way_mask);
    for (std::size_t n = 0; n < 6; ++n) {
      const std::vector<double> plane(values.begin() + static_cast<std::ptrdiff_t>(20 * n),
                                      values.begin() + static_cast<std::ptrdiff_t>(20 * n + 20));
      file.page(n == 0 ? described_tags(5, 4, 8, text) : grey_tags(5, 4, 8), bytes_of<std::uint8_t>(plane));
    }
    return file.bytes();
  };
  const auto counted = [&](const std::string& channels, const std::string& times) {
    std::string text = ome;
    text.replace(text.find('%'), 1, channels);
    return text.replace(text.find('%'), 1, times);
  };
  const Bytes prediction = npy(dictionary("<f4", "6, 4, 5"), bytes_of<float>(way_values(size, way_prediction)));
  for (const auto& [name, text] : {std::pair<std::string, std::string>{"ome_times", counted("1", "6")},
                                   {"ome_channels", counted("6", "1")},
                                   {"imagej_times", "ImageJ=1.53t\nimages=6\nframes=6\n"},
                                   {"imagej_channels", "ImageJ=1.53t\nimages=6\nchannels=6\n"}}) {
    add_way(corpus, "slices_of_" + name, {"mask.tif", "p.npy"}, described(text), prediction, "E_COMPONENTS")
        .first_way_costs(right_of(size));
    add_way(corpus, "slices_as_prediction_of_" + name, {"mask.nii", "p.tif"}, way_mask_file(size), described(text),
            "E_COMPONENTS")
        .first_way_costs(0);
  }
  corpus.add("way_slices_of_two_counts", "p.tif", described(counted("2", "3")), "E_COMPONENTS")
      .with("--component", "slices");
}

void add_sheared(Corpus& corpus) {
  const Index size{5, 4, 3};
  Affine sheared = kOwn;
  sheared[1] = 0.4F;
  add_way(corpus, "sheared_alike", kNifti, way_mask_file(size, sheared),
          nifti({5, 4, 3}, way_values(size, way_prediction), sheared), "E_ORTHO")
      .first_way_costs(right_of(size));
}

}  // namespace

void add_way_out_cases(Corpus& corpus) {
  add_shifted_headers(corpus);
  add_turned(corpus);
  add_components_first(corpus);
  add_slices(corpus);
  add_sheared(corpus);
}

}  // namespace lossscope::corpus
