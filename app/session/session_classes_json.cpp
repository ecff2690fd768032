// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_member.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;
using Which = ClassChoice::Which;

constexpr Name<Which> kWhich[] = {{Which::all, "all"}, {Which::foreground, "foreground"}};
constexpr Name<Activation> kActivations[] = {{Activation::softmax, "softmax"}, {Activation::sigmoid, "sigmoid"}};
constexpr Name<ClassWeights> kWeightNames[] = {{ClassWeights::uniform, "uniform"},
                                               {ClassWeights::inverse, "inverse"},
                                               {ClassWeights::inverse_squared, "inverse_squared"}};
constexpr Name<bool> kAbsent[] = {{false, "count"}, {true, "skip"}};

std::vector<std::int64_t> read_list(const Member& member) {
  std::vector<std::int64_t> labels;
  member.each([&](const Member& label) { labels.push_back(label.whole()); });
  if (labels.empty()) {
    member.wrong("a list of at least one label");
  }
  return labels;
}

void read_regions(const Member& member, std::vector<ClassRegion>& regions) {
  if (!member.json().is_object() || member.json().empty()) {
    member.wrong("an object of names with their labels: {\"whole tumour\": [1, 2, 4]}");
  }
  for (const auto& [name, labels] : member.json().items()) {
    regions.push_back({name, read_list(Member(labels, member.child_name(name)))});
  }
}

void read_weights(const Member& member, ClassCombination& how) {
  how.weights = ClassWeights::manual;
  member.each([&](const Member& weight) {
    how.manual.push_back(weight.number());
    if (!(how.manual.back() >= 0 && how.manual.back() <= 1e9)) {
      weight.wrong("a number from 0 to 1e9");
    }
  });
}

}  // namespace

Json classes_json(const ClassChoice& choice) {
  Json json;
  json["labels"] = choice.which == Which::listed ? Json(choice.listed) : Json(name_of(choice.which, kWhich));
  for (const ClassRegion& region : choice.regions) {
    json["regions"][region.name] = region.labels;
  }
  if (choice.activation) {
    json["activation"] = name_of(*choice.activation, kActivations);
  }
  const ClassCombination& how = choice.combination;
  if (how.include_background) {
    json["include_background"] = *how.include_background;
  }
  json["class_weights"] =
      how.weights == ClassWeights::manual ? Json(how.manual) : Json(name_of(how.weights, kWeightNames));
  json["absent_classes"] = name_of(how.skip_absent, kAbsent);
  return json;
}

void read_classes(const Member& member, std::optional<ClassChoice>& classes) {
  member.expect_object({"labels", "regions", "activation", "include_background", "class_weights", "absent_classes"});
  ClassChoice& choice = classes.emplace();
  member.when("labels", [&](const Member& m) {
    if (m.json().is_array()) {
      choice.which = Which::listed;
      choice.listed = read_list(m);
    } else {
      member.get("labels", choice.which, kWhich);
    }
  });
  member.when("regions", [&](const Member& m) { read_regions(m, choice.regions); });
  member.when("activation",
              [&](const Member&) { member.get("activation", choice.activation.emplace(), kActivations); });
  ClassCombination& how = choice.combination;
  member.when("include_background",
              [&](const Member&) { member.get("include_background", how.include_background.emplace()); });
  member.when("class_weights", [&](const Member& m) {
    m.json().is_array() ? read_weights(m, how) : member.get("class_weights", how.weights, kWeightNames);
  });
  member.get("absent_classes", how.skip_absent, kAbsent);
}

}  // namespace lossscope
