// SPDX-License-Identifier: Apache-2.0
// NIfTI: orientation, spacing, shear.
#include <cmath>
#include <limits>
#include <numbers>

#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

Case& add_geometry(Corpus& corpus, const std::string& name, const NiftiBytes& nifti, const std::string& code = {}) {
  return corpus.add("nifti_" + name, "volume.nii", file_of(nifti), code);
}

/// Without any orientation: only pixdim counts.
NiftiBytes plain(float i, float j, float k) {
  NiftiBytes nifti = good();
  return nifti.put<std::int16_t>(254, 0).spacing(i, j, k);
}

void add_spacings(Corpus& corpus) {
  add_geometry(corpus, "no_orientation", plain(0.5F, 1.25F, 2), "W_NO_ORIENT")
      .gives(counting(24))
      .on({{4, 3, 2}, {0.5, 1.25, 2}});
  add_geometry(corpus, "pixdim_0", plain(0, 2, 3), "W_NO_SPACING").on({{4, 3, 2}, {1, 2, 3}});
  add_geometry(corpus, "pixdim_all_0", plain(0, 0, 0), "W_NO_SPACING").on({{4, 3, 2}});
  add_geometry(corpus, "pixdim_nan", plain(std::nanf(""), 2, 3), "W_NO_SPACING").on({{4, 3, 2}, {1, 2, 3}});
  add_geometry(corpus, "pixdim_inf", plain(2, INFINITY, 3), "W_NO_SPACING").on({{4, 3, 2}, {2, 1, 3}});
  add_geometry(corpus, "pixdim_negative", plain(1, 2, -3), "W_PIXDIM").on({{4, 3, 2}, {1, 2, 3}});
  for (const auto& [name, value] :
       {std::pair{"negative", -0.5F}, {"0", 0.0F}, {"nan", std::nanf("")}, {"inf", INFINITY}}) {
    add_geometry(corpus, std::string("pixdim_") + name + "_with_sform", NiftiBytes(good()).put<float>(80, value),
                 "W_PIXDIM")
        .on(good_grid());
  }
  add_geometry(corpus, "pixdim_1e30", plain(1e30F, 1, 1), "E_GEOMETRY");
  add_geometry(corpus, "pixdim_1e_30", plain(1e-30F, 1, 1), "E_GEOMETRY");
  add_geometry(corpus, "pixdim_denormal", plain(1e-44F, 1, 1), "E_GEOMETRY");
  add_geometry(corpus, "spacing_ratio_50", plain(0.1F, 1, 5), "W_ANISOTROPIC").on({{4, 3, 2}, {0.1F, 1, 5}});
  add_geometry(corpus, "spacing_ratio_5000", plain(0.001F, 1, 5), "E_GEOMETRY");
  add_geometry(corpus, "metres", plain(0.0005F, 0.00125F, 0.002F).put<char>(123, 1), "W_UNITS")
      .on({{4, 3, 2}, {0.5, 1.25, 2}});
  add_geometry(corpus, "micrometres", plain(500, 1250, 2000).put<char>(123, 3), "W_UNITS")
      .on({{4, 3, 2}, {0.5, 1.25, 2}});
}

void add_sforms(Corpus& corpus) {
  const auto with = [](const std::array<float, 12>& affine) { return NiftiBytes(good()).sform(affine); };
  auto affine = kGoodAffine;
  affine[5] = std::nanf("");
  add_geometry(corpus, "sform_nan", with(affine), "E_HEADER");
  affine = kGoodAffine;
  affine[3] = INFINITY;
  add_geometry(corpus, "sform_inf", with(affine), "E_HEADER");
  affine[3] = -1.7e38F;
  add_geometry(corpus, "sform_far", with(affine), "E_GEOMETRY");
  affine[3] = 2e5F;
  add_geometry(corpus, "sform_200_m_away", with(affine), "E_GEOMETRY");
  add_geometry(corpus, "sform_zero", with({}), "E_GEOMETRY");
  add_geometry(corpus, "sform_flat", with({1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}), "E_GEOMETRY");
  add_geometry(corpus, "sform_left_handed", with({0.5F, 0, 0, -10, 0, 1.25F, 0, 20, 0, 0, -2, 5}))
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, -1}});
  add_geometry(corpus, "sform_permuted", with({0, 0, 2, 1, 0.5F, 0, 0, 2, 0, 1.25F, 0, 3}))
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {-1, -2, 3}, {0, 0, -1, -1, 0, 0, 0, 1, 0}});
  add_geometry(corpus, "sform_twice_pixdim", with({1, 0, 0, 0, 0, 2.5F, 0, 0, 0, 0, 4, 0}), "W_PIXDIM")
      .on({{4, 3, 2}, {1, 2.5, 4}, {0, 0, 0}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}});
  // The second axis leans towards the first by 17, 0.3 and 0.003 degrees.
  const auto sheared = [&](float by) { return with({1, by, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}).spacing(1, 1, 1); };
  add_geometry(corpus, "sheared", sheared(0.3F), "E_ORTHO");
  add_geometry(corpus, "sheared_resampled", sheared(0.3F), "W_RESAMPLED").with("--axes", "resample");
  add_geometry(corpus, "sheared_slightly", sheared(0.005F), "W_ORTHO").gives(counting(24));
  add_geometry(corpus, "sheared_by_rounding", sheared(0.00005F)).gives(counting(24));
}

/// A sheared ramp is a ramp again once it is resampled: linear interpolation is exact on it.
void add_sheared_ramp(Corpus& corpus) {
  NiftiBytes nifti = header({5, 5, 1}, 16, 32).spacing(1, 1, 1).sform({1, 0.5F, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
  std::vector<float> values;
  for (int j = 0; j < 5; ++j) {
    for (int i = 0; i < 5; ++i) {
      values.push_back(static_cast<float>(j));
    }
  }
  add_geometry(corpus, "sheared_labels_stay_labels", nifti.voxels(values), "W_RESAMPLED")
      .as("mask")
      .with("--axes", "resample");
}

/// A quaternion or an affine that is damaged beside a sound one, and numbers that the qform lacks.
void add_damaged_forms(Corpus& corpus) {
  const float nan = std::nanf(""), a_little_long = std::sqrt(1 + 2e-6F), long_by_2 = std::sqrt(2.0F);
  const auto only_qform = [](float b, float c, float d, float qfac = 1) {
    NiftiBytes nifti = good();
    return nifti.put<std::int16_t>(254, 0).qform(b, c, d, {-10, 20, 5}, qfac);
  };
  const auto both = [](float b, float c, float d, float qfac = 1) {
    return NiftiBytes(good()).qform(b, c, d, {-10, 20, 5}, qfac);
  };
  const ExpectedGrid half_turn{{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
  add_geometry(corpus, "quaternion_a_little_long", only_qform(0, 0, a_little_long), "W_QUATERNION").on(half_turn);
  add_geometry(corpus, "quaternion_of_length_1.04", only_qform(0, 0, 1.04F), "W_QUATERNION").on(half_turn);
  add_geometry(corpus, "quaternion_long_by_rounding", only_qform(0, 0, 1.0000001F)).on(half_turn);
  add_geometry(corpus, "long_quaternion_and_sform", both(0, 0, long_by_2), "W_QFORM").on(good_grid());
  add_geometry(corpus, "nan_quaternion_and_sform", both(nan, 0, 0), "W_QFORM").on(good_grid());
  add_geometry(corpus, "nan_offset_and_sform", both(0, 0, 0).put<float>(268, nan), "W_QFORM").on(good_grid());
  add_geometry(corpus, "qform_without_pixdim_and_sform", both(0, 0, 0).put<float>(80, 0), "W_QFORM").on(good_grid());
  add_geometry(corpus, "qform_with_negative_pixdim_and_sform", both(0, 0, 0).put<float>(80, -0.5F), "W_PIXDIM")
      .on(good_grid());
  add_geometry(corpus, "qfac_nan_and_sform", both(0, 0, 0, nan), "W_QFORM").on(good_grid());
  add_geometry(corpus, "qfac_nan", only_qform(0, 0, 0, nan), "W_QFAC").on(good_grid());
  add_geometry(corpus, "qfac_0", only_qform(0, 0, 0, 0)).on(good_grid());
  add_geometry(corpus, "qfac_minus_3", only_qform(0, 0, 0, -3))
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, -1}});
  add_geometry(corpus, "qform_pixdim_negative", only_qform(0, 0, 0).put<float>(84, -1.25F), "W_PIXDIM").on(good_grid());
  add_geometry(corpus, "qform_pixdim_0", only_qform(0, 0, 0).put<float>(84, 0), "W_NO_SPACING")
      .on({{4, 3, 2}, {0.5, 1, 2}, {10, -20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}});
  add_geometry(corpus, "damaged_qform_chosen", both(nan, 0, 0), "E_HEADER").with("--orientation", "qform");
  auto affine = kGoodAffine;
  affine[5] = nan;
  add_geometry(corpus, "nan_sform_and_qform", both(0, 0, 0).sform(affine), "W_SFORM").on(good_grid());
  add_geometry(corpus, "zero_sform_and_qform", both(0, 0, 0).sform({}), "W_SFORM").on(good_grid());
  add_geometry(corpus, "flat_sform_and_qform", both(0, 0, 0).sform({1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}), "W_SFORM")
      .on(good_grid());
  add_geometry(corpus, "nan_sform_chosen", both(0, 0, 0).sform(affine), "E_HEADER").with("--orientation", "sform");
  add_geometry(corpus, "nan_sform_and_nan_qform", both(nan, 0, 0).sform(affine), "E_HEADER");
}

void add_qforms(Corpus& corpus) {
  const auto half = static_cast<float>(std::numbers::sqrt2 / 2);
  const auto only_qform = [](float b, float c, float d, float qfac = 1) {
    NiftiBytes nifti = good();
    return nifti.put<std::int16_t>(254, 0).qform(b, c, d, {-10, 20, 5}, qfac);
  };
  add_geometry(corpus, "qform", only_qform(0, 0, 0)).on(good_grid());
  add_geometry(corpus, "qform_quarter_turn", only_qform(0, 0, half))
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}, {0, 1, 0, -1, 0, 0, 0, 0, 1}});
  add_geometry(corpus, "qform_qfac", only_qform(0, 0, 0, -1))
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, -1}});
  add_geometry(corpus, "quaternion_nan", only_qform(std::nanf(""), 0, 0), "E_HEADER");
  add_geometry(corpus, "quaternion_too_long", only_qform(5, 4, 3), "E_HEADER");
  add_geometry(corpus, "qform_origin_inf", only_qform(0, 0, 0).put<float>(268, INFINITY), "E_HEADER");
  const auto both = [&](float b, float c, float d, float x) { return NiftiBytes(good()).qform(b, c, d, {x, 20, 5}); };
  add_geometry(corpus, "sform_and_qform_agree", both(0, 0, 0, -10)).on(good_grid());
  add_geometry(corpus, "sform_and_qform_a_hair_apart", both(0, 0, 0, -10.01F)).on(good_grid());
  add_geometry(corpus, "sform_and_qform_differ", both(0, 0, half, -10), "E_ORIENTATION");
  add_geometry(corpus, "sform_and_qform_50_mm", both(0, 0, 0, 40), "E_ORIENTATION");
  add_geometry(corpus, "sform_chosen", both(0, 0, 0, 40)).with("--orientation", "sform").on(good_grid());
  add_geometry(corpus, "qform_chosen", both(0, 0, 0, 40))
      .with("--orientation", "qform")
      .on({{4, 3, 2}, {0.5, 1.25, 2}, {-40, -20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}});
  add_damaged_forms(corpus);
  add_geometry(corpus, "sheared_sform_and_qform",
               NiftiBytes(good()).sform({0.5F, 0.4F, 0, -10, 0, 1.25F, 0, 20, 0, 0, 2, 5}).qform(0, 0, 0, {-10, 20, 5}),
               "E_ORIENTATION");
}

void add_halves(Corpus& corpus) {
  std::vector<double> every_second;
  for (const int j : {0, 2}) {
    for (const int i : {0, 2}) {
      every_second.push_back(i + 4 * j);
    }
  }
  add_geometry(corpus, "half", good(), "W_HALF")
      .with("--memory", "half")
      .gives(every_second)
      .on({{2, 2, 1}, {1, 2.5, 4}, {10, -20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}});
  const Bytes large = file_of(header({100, 100, 100}, 2, 8)) + Bytes(1000000, '\1');  // 18 MB
  corpus.add("memory_too_little", "volume.nii", large, "E_MEMORY").memory = "20";
  corpus.add("memory_much", "volume.nii", large, "E_LARGE").memory = "50";
  corpus.add("memory_accepted", "volume.nii", large).with("--memory", "accept").memory = "50";
  corpus.add("memory_halved", "volume.nii", large, "W_HALF").with("--memory", "half").memory = "20";
}

}  // namespace

void add_nifti_geometry_cases(Corpus& corpus) {
  add_spacings(corpus);
  add_sforms(corpus);
  add_sheared_ramp(corpus);
  add_qforms(corpus);
  add_halves(corpus);
}

}  // namespace lossscope::corpus
