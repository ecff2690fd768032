// SPDX-License-Identifier: Apache-2.0
// Arrays of NumPy beside a file that has a place: of another size, with several arrays, with names that a shell minds.
#include "tests/corpus/numpy_files.h"
#include "tests/corpus/way_files.h"

namespace lossscope::corpus {
namespace {

/// An array of another size, as a network gives it out that works at a size of its own.
void add_stretched(Corpus& corpus) {
  const Index size{5, 4, 3};
  const auto values = way_values({10, 8, 6}, way_prediction, [](const Index& v) {
    return Index{v[0] / 2, v[1] / 2, v[2] / 2};
  });
  add_way(corpus, "array_of_twice_the_size", kArray, way_mask_file(size),
          npy(dictionary("<f4", "6, 8, 10"), bytes_of<float>(values)), "E_GRID")
      .way_costs("--grid stretch", right_of(size));
}

/// A map of labels of half the size: each label holds eight voxels, none is a mixture.
void add_stretched_labels(Corpus& corpus) {
  const auto doubled = way_values({10, 8, 6}, way_mask, [](const Index& v) {
    return Index{v[0] / 2, v[1] / 2, v[2] / 2};
  });
  const auto labels = way_values({5, 4, 3}, way_mask);
  for (const auto& [type, bytes] : {std::pair{"|u1", bytes_of<std::uint8_t>(labels)},
                                    {"|b1", bytes_of<std::uint8_t>(labels)},
                                    {"<i8", bytes_of<std::int64_t>(labels)},
                                    {"<f4", bytes_of<float>(labels)}}) {
    add_way(corpus, std::string("labels_of_half_the_size_") + (type + 1), kArray, nifti({10, 8, 6}, doubled, kOwn),
            npy(dictionary(type, "3, 4, 5"), bytes), "E_GRID")
        .way_costs("--grid stretch", 0);
  }
}

/// Arrays that begin where the mask begins: filled up behind their last voxels, or cut off there.
void add_begun_together(Corpus& corpus) {
  const Index size{5, 4, 3}, more{8, 4, 4}, less{4, 3, 3};
  const auto inside = [](const Index& v, const Index& end) { return v[0] < end[0] && v[1] < end[1] && v[2] < end[2]; };
  const auto filled = [&](const Index& v) { return inside(v, size) ? way_prediction(v) : 0.0; };
  const auto filled_mask = [&](const Index& v) { return inside(v, size) ? double(way_mask(v)) : 0.0; };
  const auto cut = [&](const Index& v) { return inside(v, less) ? way_prediction(v) : 0.0; };
  add_way(corpus, "array_filled_up", kArray, way_mask_file(size),
          npy(dictionary("<f4", "4, 4, 8"), bytes_of<float>(way_values(more, filled))), "E_GRID")
      .way_costs("--grid pad", right_of(size));
  add_way(corpus, "array_cut_behind", kArray, way_mask_file(size),
          npy(dictionary("<f4", "3, 3, 4"), bytes_of<float>(way_values(less, way_prediction))), "E_GRID")
      .way_costs("--grid pad", dice(way_values(size, way_mask), way_values(size, cut)));
  add_way(corpus, "mask_array_filled_up", {"mask.npy", "p.nii"},
          npy(dictionary("|u1", "4, 4, 8"), bytes_of<std::uint8_t>(way_values(more, filled_mask))),
          nifti({5, 4, 3}, way_values(size, way_prediction), kOwn), "E_GRID")
      .way_costs("--grid pad", right_of(size));
}

void add_array_ways(Corpus& corpus) {
  const Index size{5, 4, 3};
  const Bytes soft = npy(dictionary("<f4", "3, 4, 5"), bytes_of<float>(way_values(size, way_prediction)));
  const Bytes labels = npy(dictionary("|u1", "3, 4, 5"), bytes_of<std::uint8_t>(way_values(size, way_mask)));
  const Bytes objects = npy(dictionary("|O", "3,"), "\x80\4N."), scalar = npy(dictionary("<f8", ""), Bytes(8, '\0'));
  const Pair names{"mask.nii", "p.npz"};
  const auto archive = [&](const std::string& name, const std::vector<Member>& members,
                           const std::string& code) -> Case& {
    return add_way(corpus, name, names, way_mask_file(size), npz(members), code);
  };
  archive("array_names_with_spaces", {{"arr 0.npy", soft}, {"it's.npy", labels}}, "E_NUMPY_ARRAY")
      .way_costs("--array 'arr 0'", right_of(size))
      .way_costs("--array 'it'\\''s'", 0);
  archive("one_array_is_a_volume", {{"meta.npy", objects}, {"arr 0.npy", soft}, {"n.npy", scalar}}, "W_ARRAY")
      .costs(right_of(size));
  archive("two_arrays_are_volumes", {{"meta.npy", objects}, {"p.npy", soft}, {"g.npy", labels}}, "E_NUMPY_ARRAY")
      .first_way_costs(right_of(size));
  archive("two_arrays_of_one_name", {{"a.npy", labels}, {"a.npy", soft}}, "W_ARRAY").costs(right_of(size));
  archive("no_array_is_a_volume", {{"meta.npy", objects}, {"n.npy", scalar}}, "E_NUMPY_ARRAY");
}

}  // namespace

void add_way_array_cases(Corpus& corpus) {
  add_stretched(corpus);
  add_stretched_labels(corpus);
  add_begun_together(corpus);
  add_array_ways(corpus);
}

}  // namespace lossscope::corpus
