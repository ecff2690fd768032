// SPDX-License-Identifier: Apache-2.0
// Mask, prediction and image as parts of one lattice, in any order of axes; headers that place a file nowhere. Each
// with the loss that the whole volumes have.
#include <cmath>

#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

using Index = std::array<int, 3>;

const Index kWhole{6, 5, 4};
constexpr std::array<double, 3> kSpacing{1, 1.5, 2}, kOrigin{-10, 20, 5};

int lattice_mask(const Index& v) {
  return v[0] >= 2 && v[0] <= 3 && v[1] >= 1 && v[1] <= 3 && v[2] >= 1 && v[2] <= 2 ? 1 : 0;
}

/// Soft, and with a false alarm in the last corner.
double lattice_prediction(const Index& v) {
  const bool alarm = v[0] >= 4 && v[1] >= 3 && v[2] == 3;
  return static_cast<double>(static_cast<float>(alarm ? 0.95 : 0.1 + 0.8 * lattice_mask(v) - 0.01 * v[1]));
}

/// Part of the whole: its axis m runs along axis[m] of the whole, forwards or backwards, from `first` on.
struct Piece {
  Index size, axis{0, 1, 2}, step{1, 1, 1}, first{0, 0, 0};

  [[nodiscard]] Index in_whole(const Index& own) const {
    Index voxel = first;
    for (std::size_t m = 0; m < 3; ++m) {
      voxel[static_cast<std::size_t>(axis[m])] += step[m] * own[m];
    }
    return voxel;
  }
  [[nodiscard]] std::array<float, 12> affine() const {
    std::array<float, 12> rows{};
    for (std::size_t m = 0; m < 3; ++m) {
      const auto along = static_cast<std::size_t>(axis[m]);
      rows[4 * along + m] = static_cast<float>(step[m] * kSpacing[along]);
      rows[4 * m + 3] = static_cast<float>(kOrigin[m] + first[m] * kSpacing[m]);
    }
    return rows;
  }
};

const Piece kAll{kWhole};
const Piece kPart{{4, 4, 3}, {0, 1, 2}, {1, 1, 1}, {1, 1, 0}};
const Piece kBackwards{{4, 4, 3}, {0, 1, 2}, {-1, 1, -1}, {4, 1, 2}};
const Piece kPermuted{{3, 4, 4}, {2, 0, 1}, {1, 1, 1}, {1, 1, 0}};
const Piece kPermutedBackwards{{4, 3, 4}, {1, 2, 0}, {-1, 1, -1}, {4, 4, 0}};

template <class Value>
std::vector<double> piece_values(const Piece& piece, Value value) {
  std::vector<double> values;
  for (int k = 0; k < piece.size[2]; ++k) {
    for (int j = 0; j < piece.size[1]; ++j) {
      for (int i = 0; i < piece.size[0]; ++i) {
        values.push_back(value(piece.in_whole({i, j, k})));
      }
    }
  }
  return values;
}

Bytes file(const Piece& piece, const std::vector<double>& values, const std::array<float, 12>& affine) {
  const auto length = [&](std::size_t axis) { return std::hypot(affine[axis], affine[4 + axis], affine[8 + axis]); };
  return file_of(header({piece.size[0], piece.size[1], piece.size[2]}, 16, 32)
                     .spacing(length(0), length(1), length(2))
                     .sform(affine)) +
         bytes_of<float>(values);
}

Bytes piece_mask(const Piece& piece) { return file(piece, piece_values(piece, lattice_mask), piece.affine()); }
Bytes prediction_file(const Piece& piece) {
  return file(piece, piece_values(piece, lattice_prediction), piece.affine());
}

bool lies_in(const Piece& piece, const Index& voxel) {
  bool found = false;
  for (int k = 0; k < piece.size[2]; ++k) {
    for (int j = 0; j < piece.size[1]; ++j) {
      for (int i = 0; i < piece.size[0]; ++i) {
        found = found || piece.in_whole({i, j, k}) == voxel;
      }
    }
  }
  return found;
}

/// Soft Dice with smoothing 1, written down anew, of what the pieces hold; 0 where they hold nothing.
double lattice_dice(const Piece& mask, const Piece& prediction) {
  double common = 0, sum = 0;
  for (int k = 0; k < kWhole[2]; ++k) {
    for (int j = 0; j < kWhole[1]; ++j) {
      for (int i = 0; i < kWhole[0]; ++i) {
        const double g = lies_in(mask, {i, j, k}) ? lattice_mask({i, j, k}) : 0;
        const double p = lies_in(prediction, {i, j, k}) ? lattice_prediction({i, j, k}) : 0;
        common += g * p;
        sum += g + p;
      }
    }
  }
  return 1 - (2 * common + 1) / (sum + 1);
}

Case& add_lattice(Corpus& corpus, const std::string& name, const Bytes& mask, const Bytes& prediction,
                  const std::string& code) {
  Case& made = corpus.add("lattice_" + name, "prediction.nii", prediction, code).beside("mask.nii", mask);
  made.is_evaluation = true;
  made.as("prediction").with("--mask", "@mask.nii").with("--prediction", "@prediction.nii").with("--loss", "dice");
  return made;
}

void add_cropped_masks(Corpus& corpus) {
  const double right = lattice_dice(kAll, kAll);
  const Bytes whole = prediction_file(kAll);
  add_lattice(corpus, "whole", piece_mask(kAll), whole, "").costs(right);
  for (const auto& [name, piece] : {std::pair{"part", kPart},
                                    {"backwards", kBackwards},
                                    {"permuted", kPermuted},
                                    {"permuted_backwards", kPermutedBackwards}}) {
    add_lattice(corpus, std::string("mask_") + name, piece_mask(piece), whole, "W_PADDED").costs(right);
    add_lattice(corpus, std::string("mask_") + name + "_resample", piece_mask(piece), whole, "W_PADDED")
        .with("--grid", "resample")
        .costs(right);
    const double cropped = lattice_dice(kAll, piece);
    add_lattice(corpus, std::string("prediction_") + name, piece_mask(kAll), prediction_file(piece), "E_GRID");
    for (const char* choice : {"pad", "resample", "nearest"}) {
      add_lattice(corpus, std::string("prediction_") + name + "_" + choice, piece_mask(kAll), prediction_file(piece),
                  "W_PADDED")
          .with("--grid", choice)
          .costs(cropped);
    }
  }
  add_lattice(corpus, "mask_part_ignored", piece_mask(kPart), whole, "E_GRID").with("--grid", "ignore");
}

/// Maps of labels were cropped to what they hold; both of them, to different parts.
void add_cropped_labels(Corpus& corpus) {
  const auto whole_numbers = [](const Piece& piece) {
    return file(piece, piece_values(piece, [](const Index& v) { return lattice_prediction(v) > 0.5 ? 1 : 0; }),
                piece.affine());
  };
  const Piece alarm{{2, 2, 1}, {0, 1, 2}, {1, 1, 1}, {4, 3, 3}};
  const Piece both_in{{3, 3, 3}, {0, 1, 2}, {1, 1, 1}, {2, 2, 1}};
  // The mask has 12 voxels; 8 of them and 2 of the alarm lie in `both_in`, 4 of the alarm in `alarm`.
  add_lattice(corpus, "labels_part", piece_mask(kAll), whole_numbers(kPart), "W_PADDED")
      .costs(1 - (2 * 12 + 1.0) / (12 + 12 + 1));
  add_lattice(corpus, "labels_and_mask_cropped", piece_mask(kPart), whole_numbers(both_in), "W_PADDED")
      .costs(1 - (2 * 8 + 1.0) / (12 + 10 + 1));
  add_lattice(corpus, "labels_apart_from_mask", piece_mask(kPart), whole_numbers(alarm), "E_GRID");
  add_lattice(corpus, "labels_apart_from_mask_pad", piece_mask(kPart), whole_numbers(alarm), "W_PADDED")
      .with("--grid", "pad")
      .costs(1 - 1.0 / (12 + 4 + 1));
}

void add_images(Corpus& corpus) {
  const double right = lattice_dice(kAll, kAll);
  const auto with_image = [&](const std::string& name, const Piece& mask, const Piece& prediction, const Piece& image,
                              const std::string& code) -> Case& {
    return add_lattice(corpus, name, piece_mask(mask), prediction_file(prediction), code)
        .beside("image.nii", prediction_file(image))
        .with("--image", "@image.nii");
  };
  with_image("image_cropped", kAll, kAll, kPart, "W_PADDED").costs(right);
  with_image("image_larger", kPart, kPart, kAll, "W_CROPPED").costs(lattice_dice(kPart, kPart));
  // Without a prediction of its own the mask is taken to the image.
  Case& degraded = corpus.add("lattice_degraded", "image.nii", prediction_file(kAll), "W_PADDED");
  degraded.is_evaluation = true;
  degraded.beside("mask.nii", piece_mask(kPart)).with("--mask", "@mask.nii").with("--image", "@image.nii");
  degraded.with("--predict", "perfect").with("--loss", "bce").costs(0);
}

/// The header was written by a program that does not know where the voxels lie.
void add_placeless(Corpus& corpus) {
  const double right = lattice_dice(kAll, kAll);
  const std::vector<double> p = piece_values(kAll, lattice_prediction), g = piece_values(kAll, lattice_mask);
  const std::array<float, 12> eye{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
  const std::array<float, 12> spaced{1, 0, 0, 0, 0, 1.5F, 0, 0, 0, 0, 2, 0}, lps{-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0};
  const auto no_form = [&](const std::vector<double>& values) {
    return file_of(header({6, 5, 4}, 16, 32).spacing(1, 1, 1).put<std::int16_t>(254, 0)) + bytes_of<float>(values);
  };
  const std::vector<std::pair<std::string, Bytes>> predictions{{"eye", file(kAll, p, eye)},
                                                               {"eye_lps", file(kAll, p, lps)},
                                                               {"spacing_alone", file(kAll, p, spaced)},
                                                               {"no_form", no_form(p)}};
  for (const auto& [name, bytes] : predictions) {
    add_lattice(corpus, "prediction_" + name, piece_mask(kAll), bytes, "E_GRID");
    add_lattice(corpus, "prediction_" + name + "_ignored", piece_mask(kAll), bytes, "W_GRID_IGNORED")
        .with("--grid", "ignore")
        .costs(right);
  }
  const std::vector<std::pair<std::string, Bytes>> masks{{"eye", file(kAll, g, eye)}, {"no_form", no_form(g)}};
  for (const auto& [name, bytes] : masks) {
    add_lattice(corpus, "mask_" + name, bytes, prediction_file(kAll), "E_GRID");
    for (const char* answer : {"ignore", "mask=ignore", "prediction=ignore"}) {
      add_lattice(corpus, "mask_" + name + "_" + answer, bytes, prediction_file(kAll), "W_GRID_IGNORED")
          .with("--grid", answer)
          .costs(right);
    }
  }
  // One of spacing, origin and axes was lost.
  const auto own = kAll.affine();
  auto no_spacing = own, no_origin = own, no_axes = own;
  no_spacing[5] = no_spacing[10] = 1;
  no_origin[3] = no_origin[7] = no_origin[11] = 0;
  const std::array<float, 12> turned{0, 1.5F, 0, -10, -1, 0, 0, 20, 0, 0, 2, 5};
  no_axes = {-1, 0, 0, -10, 0, -1.5F, 0, 20, 0, 0, 2, 5};
  const Bytes turned_mask = file(kAll, g, turned);
  const std::vector<std::tuple<std::string, Bytes, Bytes>> doubtful{
      {"spacing", piece_mask(kAll), file(kAll, p, no_spacing)}, {"axes", turned_mask, file(kAll, p, no_axes)}};
  for (const auto& [name, mask, prediction] : doubtful) {
    add_lattice(corpus, "lost_" + name, mask, prediction, "E_GRID");
    add_lattice(corpus, "lost_" + name + "_ignored", mask, prediction, "W_GRID_IGNORED")
        .with("--grid", "ignore")
        .costs(right);
  }
  // An array in NumPy's order, with no header of its own or the mask's.
  const Piece array{{4, 5, 6}, {2, 1, 0}};
  for (const auto& [name, affine] : {std::pair{"eye", eye}, {"own", own}}) {
    const Bytes bytes = file(array, piece_values(array, lattice_prediction), affine);
    add_lattice(corpus, std::string("transposed_") + name, piece_mask(kAll), bytes, "E_GRID");
    add_lattice(corpus, std::string("transposed_") + name + "_turned", piece_mask(kAll), bytes, "W_TRANSPOSED")
        .with("--grid", "transpose")
        .costs(right);
  }
  // Pictures of different sizes: where the one lies in the other is not said.
  add_lattice(corpus, "sizes_without_a_place", file({{2, 2, 1}}, {0, 1, 1, 0}, eye),
              file({{4, 4, 1}}, std::vector(16, 0.5), eye), "E_GRID");
  const std::vector<double> doubled{0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0};
  add_lattice(corpus, "stretched", file({{4, 4, 1}}, doubled, eye), file({{2, 2, 1}}, {0, 1, 1, 0}, eye), "W_RESAMPLED")
      .with("--grid", "stretch")
      .with("--kind", "label")
      .costs(0);
}

/// Another spacing: the mask's lattice is carried on to hold the whole prediction.
void add_resampled(Corpus& corpus) {
  const Piece coarse{{3, 3, 2}};
  std::array<float, 12> affine = kAll.affine();
  for (const std::size_t m : {0U, 1U, 2U}) {
    affine[4 * m + m] *= 2;
    affine[4 * m + 3] += static_cast<float>(kSpacing[m] / 2);
  }
  const Bytes half = file(coarse, std::vector(18, 0.25), affine);
  Case& made = add_lattice(corpus, "coarse_prediction_of_a_cropped_mask", piece_mask(kPart), half, "W_RESAMPLED");
  made.with("--grid", "nearest");
  made.costs(1 - (2 * 12 * 0.25 + 1) / (12 + 0.25 * (6 * 6 * 4) + 1));
}

}  // namespace

void add_lattice_cases(Corpus& corpus) {
  add_cropped_masks(corpus);
  add_cropped_labels(corpus);
  add_images(corpus);
  add_placeless(corpus);
  add_resampled(corpus);
}

}  // namespace lossscope::corpus
