// SPDX-License-Identifier: Apache-2.0
// NumPy arrays, header by header.
#include <cmath>

#include "tests/corpus/numpy_files.h"

namespace lossscope::corpus {
namespace {

const Bytes kShorts = bytes_of<std::int16_t>(counting(24));
const Bytes kGoodArray = npy(dictionary("<i2", "2, 3, 4"), kShorts);

/// The voxels i fastest of an array that counts through its axes (z, y, x) in Fortran's order.
std::vector<double> fortran_counting() {
  std::vector<double> values;
  for (int z = 0; z < 2; ++z) {
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 4; ++x) {
        values.push_back(z + 2 * (y + 3 * x));
      }
    }
  }
  return values;
}

void add_good_arrays(Corpus& corpus) {
  const ExpectedGrid grid{{4, 3, 2}};
  const auto add = [&](const std::string& name, const Bytes& content) -> Case& {
    return corpus.add("npy_" + name, "array.npy", content, "W_ARRAY");
  };
  add("good", kGoodArray).gives(counting(24)).on(grid);
  add("version_2", npy(dictionary("<i2", "2, 3, 4"), kShorts, 2)).gives(counting(24));
  add("version_3", npy(dictionary("<i2", "2, 3, 4"), kShorts, 3)).gives(counting(24));
  add("big_endian", npy(dictionary(">i2", "2, 3, 4"), bytes_of<std::int16_t>(counting(24), true))).gives(counting(24));
  add("fortran", npy(dictionary("<i2", "2, 3, 4", true), kShorts)).gives(fortran_counting()).on(grid);
  add("fortran_xyz", npy(dictionary("<i2", "4, 3, 2", true), kShorts))
      .with("--order", "xyz")
      .gives(counting(24))
      .on(grid);
  add("half", npy(dictionary("<f2", "1, 6"), bytes_of<std::uint16_t>({0x0000, 0x3C00, 0xB800, 0x7BFF, 0x0001, 0x3555})))
      .gives({0, 1, -0.5, 65504, std::ldexp(1.0, -24), 0.333251953125});
  add("half_big_endian", npy(dictionary(">f2", "1, 2"), bytes_of<std::uint16_t>({0x3C00, 0x3800}, true)))
      .gives({1, 0.5});
  add("bool", npy(dictionary("|b1", "2, 2"), Bytes("\0\1\1\0", 4))).as("mask").gives({0, 1, 1, 0});
  add("int64_labels", npy(dictionary("<i8", "1, 1, 3"), bytes_of<std::int64_t>({0, 2, 70000})))
      .as("mask")
      .gives({0, 2, 70000});
  add("float64", npy(dictionary("<f8", "1, 2"), bytes_of<double>({0.25, -3}))).gives({0.25, -3});
  add("batch_of_one", npy(dictionary("<i2", "1, 1, 2, 3, 4"), kShorts)).gives(counting(24)).on(grid);
  add("other_order_of_keys", npy("{\"shape\": (2, 3, 4), 'descr': '<i2', 'fortran_order': False}", kShorts))
      .gives(counting(24));
  add("long_numbers_of_python_2", npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2L, 3L, 4L), }", kShorts))
      .gives(counting(24));
  corpus.add("npy_trailing", "array.npy", kGoodArray + "more", "W_TRAILING").gives(counting(24));
  add("channels_first", npy(dictionary("<i2", "2, 1, 3, 4"), kShorts)).with("--component", "1").gives([] {
    auto values = counting(24);
    values.erase(values.begin(), values.begin() + 12);
    return values;
  }());
  add("channels_last", npy(dictionary("<i2", "3, 2, 2, 2"), kShorts)).with("--component", "1").gives([] {
    std::vector<double> values;
    for (int i = 0; i < 12; ++i) {
      values.push_back(2 * i + 1);
    }
    return values;
  }());
}

void add_archives(Corpus& corpus) {
  const auto add = [&](const std::string& name, const std::vector<Member>& members, const std::string& code) -> Case& {
    return corpus.add("npz_" + name, "arrays.npz", npz(members), code);
  };
  const Bytes soft = npy(dictionary("<f4", "2, 1, 1, 3"), bytes_of<float>({0.75, 0.5, 0, 0.25, 0.5, 1}));
  add("one_array", {{"seg.npy", kGoodArray}}, "W_ARRAY").gives(counting(24));
  add("stored", {{"seg.npy", kGoodArray, false}}, "W_ARRAY").gives(counting(24));
  add("fortran", {{"seg.npy", npy(dictionary("<i2", "2, 3, 4", true), kShorts)}}, "W_ARRAY").gives(fortran_counting());
  add("softmax", {{"softmax.npy", soft}}, "E_COMPONENTS").as("prediction");
  add("softmax_chosen", {{"softmax.npy", soft}}, "W_COMPONENT")
      .as("prediction")
      .with("--component", "1")
      .gives({0.25, 0.5, 1});
  add("probabilities_beside_others", {{"a.npy", kGoodArray}, {"probabilities.npy", soft}}, "W_COMPONENT")
      .as("prediction")
      .with("--component", "0")
      .gives({0.75, 0.5, 0});
  add("two_arrays", {{"image.npy", kGoodArray}, {"label.npy", kGoodArray}}, "E_NUMPY_ARRAY");
  add("two_arrays_chosen", {{"image.npy", soft}, {"label.npy", kGoodArray}}, "W_ARRAY")
      .with("--array", "label")
      .gives(counting(24));
  add("array_unknown", {{"image.npy", kGoodArray}}, "E_NUMPY_ARRAY").with("--array", "label");
  add("no_array", {{"readme.txt", "words"}}, "E_NUMPY_EMPTY");
  add("objects", {{"a.npy", npy(dictionary("|O", "3,"), "\x80\4N.")}}, "E_NUMPY_OBJECT");
  Bytes wrong = npz({{"seg.npy", kGoodArray, false}});
  wrong[wrong.find(kShorts) + 3] ^= 1;
  corpus.add("npz_stored_damaged", "arrays.npz", wrong, "E_CRC");
  Bytes packed = npz({{"seg.npy", kGoodArray}});
  const std::size_t sum = packed.find("PK\1\2") + 16;
  packed[sum] ^= 1;
  corpus.add("npz_deflated_sum_wrong", "arrays.npz", packed, "E_CRC");
  corpus.add("npz_cut", "arrays.npz", cut(npz({{"seg.npy", kGoodArray}}), 30), "E_HEADER");
  corpus.add("npz_is_a_model", "model.npz", npz({{"archive/data.pkl", "x"}, {"archive/version", "3"}}),
             "E_NUMPY_EMPTY");
}

void add_damaged_arrays(Corpus& corpus) {
  const auto add = [&](const std::string& name, const Bytes& content, const std::string& code) {
    corpus.add("npy_" + name, "array.npy", content, code);
  };
  add("cut", cut(kGoodArray, 1), "E_TRUNC");
  add("cut_in_its_header", kGoodArray.substr(0, 40), "E_TRUNC");
  add("objects", npy(dictionary("|O", "3,"), "\x80\4N."), "E_NUMPY_OBJECT");
  add("records", npy("{'descr': [('x', '<f4'), ('y', '<f4')], 'fortran_order': False, 'shape': (2, 2), }", kShorts),
      "E_TYPE");
  add("text", npy(dictionary("<U5", "2, 2"), kShorts), "E_TYPE");
  add("float128", npy(dictionary("<f16", "1, 1"), kShorts), "E_TYPE");
  add("no_type", npy("{'fortran_order': False, 'shape': (2, 2), }", kShorts), "E_HEADER");
  add("version_9", npy(dictionary("<i2", "2, 3, 4"), kShorts, 9), "E_FORMAT");
  add("one_axis", npy(dictionary("<i2", "24,"), kShorts), "E_HEADER");
  add("six_axes", npy(dictionary("<i2", "2, 2, 2, 3, 1, 1"), kShorts), "E_HEADER");
  add("axis_of_0", npy(dictionary("<i2", "0, 3, 4"), {}), "E_HEADER");
  add("negative_axis", npy(dictionary("<i2", "-1, 3, 4"), kShorts), "E_HEADER");
  add("huge", npy(dictionary("<i2", "30000, 30000, 30000"), kShorts), "E_SIZE");
  add("huge_product", npy(dictionary("<i2", "65535, 65535, 65535, 65535"), kShorts), "E_SIZE");
  add("larger_than_its_file", npy(dictionary("<f8", "300, 300, 300"), kShorts), "E_TRUNC");
  add("code_in_its_header", npy("{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (2, 2)}", {}),
      "E_HEADER");
  Bytes endless = kGoodArray;
  endless.replace(8, 2, "\xFF\xFF");
  add("header_longer_than_the_file", endless, "E_TRUNC");
}

}  // namespace

void add_numpy_cases(Corpus& corpus) {
  add_good_arrays(corpus);
  add_archives(corpus);
  add_damaged_arrays(corpus);
}

}  // namespace lossscope::corpus
