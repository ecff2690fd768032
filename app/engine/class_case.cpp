// SPDX-License-Identifier: Apache-2.0
#include "app/engine/class_case.h"

#include <algorithm>
#include <utility>

#include "app/io/label_words.h"
#include "basics/file_name.h"
#include "basics/how_many.h"

namespace lossscope {
namespace {

using Labels = std::vector<std::int64_t>;

/// A channel before it is loaded.
struct ChannelPlan {
  std::string name;
  Labels labels;
  bool background = false, chosen = true;
};

/// What the file of a prediction is to the classes.
enum class ChannelSource : std::uint8_t { components, labels, single, degraded };

/// The first dozen of them.
std::string list_of(const Labels& labels) {
  constexpr std::size_t kShown = 12;
  const Labels some(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(std::min(labels.size(), kShown)));
  return label_words(some, "none") +
         (labels.size() > kShown ? ", ... (" + std::to_string(labels.size()) + " in all)" : "");
}

Labels labels_that_count(const LoadedVolume& mask, const LabelChoice& chosen) {
  Labels labels;
  LabelChoice choice = chosen;
  choice.is_class = true;
  choice = choice_in(mask, choice);
  for (const LabelCount& label : mask.labels) {
    if (!choice.ignores(label.value)) {
      labels.push_back(label.value);
    }
  }
  return labels;
}

std::string name_of_label(const LoadedVolume& mask, std::int64_t label) {
  const auto& known = mask.labels;
  const auto found = std::ranges::find(known, label, &LabelCount::value);
  if (found != known.end() && !found->name.empty()) {
    return found->name;
  }
  return label == 0 ? "background" : "label " + std::to_string(label);
}

/// Loads one case after another, of which each has another class as its structure.
class ChannelLoader {
 public:
  ChannelLoader(CaseLoader& loader, Session session, const ClassChoice& choice, const Progress& progress, Stops stops,
                int threads)
      : session_(std::move(session)),
        choice_(choice),
        progress_(progress),
        stops_(std::move(stops)),
        threads_(threads),
        loader_(loader) {
    session_.study.classes.reset();
  }

  ClassCase load() {
    if (const auto* model = session_.prediction().from<FromModel>()) {
      throw Refusal("E_MODEL_CLASSES", model->model.path,
                    "of a model's output one channel is read, and not every class's",
                    "write its channels to a file, and open that as the prediction", {}, Role::prediction);
    }
    if (session_.prediction().threshold) {
      throw Refusal("E_CUT_CLASSES", session_.path_of(Role::prediction),
                    "of a prediction that is cut at a threshold nobody knows the most likely class",
                    "take the threshold away", {}, Role::prediction);
    }
    look();
    plan();
    ClassCase made;
    std::shared_ptr<CaseData> all;
    for (std::size_t c = 0; c < plan_.size(); ++c) {
      const CaseDataPtr data = load_channel(c);
      all = all ? all : std::make_shared<CaseData>(*data);
      for (const auto& [role, questions] : data->decided) {
        all->decided[role].insert(questions.begin(), questions.end());
      }
      made.problem.classes.push_back(
          {plan_[c].name, plan_[c].background, plan_[c].chosen, problem_of(*data), Volume()});
      made.labels.push_back(plan_[c].labels);
      for (const Assumption& told : data->assumptions) {
        tell(told);
      }
    }
    settle_activation(made.problem);
    all->assumptions = std::move(told_);
    made.data = std::move(all);
    made.files = std::move(channel_files_);
    return made;
  }

 private:
  /// Mask and channels, for what they say of the classes. What is asked about the mask comes first.
  void look() {
    files_ = loader_.read_classes(session_, progress_, stops_);
    LabelChoice all = with_answers(session_.study.labels, session_.study.mask.answers);
    all.values.clear();
    std::vector<Assumption> of_one_structure;
    check_label_choice(*files_.mask, choice_in(*files_.mask, all), of_one_structure);
    if (files_.channels.empty()) {
      source_ = ChannelSource::degraded;
      return;
    }
    const auto* from = session_.prediction().from<FromFile>();
    if (from != nullptr && !from->file.more_channels.empty()) {
      for (const auto& channel : files_.channels) {
        channel_files_.push_back({channel->path, channel->sha256});
      }
    }
    const bool may_be_labels = meaning_ == PredictionMeaning::automatic || meaning_ == PredictionMeaning::label;
    const bool whole = !files_.channels.front()->labels.empty();
    source_ = files_.channels.size() > 1 ? ChannelSource::components
              : whole && may_be_labels   ? ChannelSource::labels
                                         : ChannelSource::single;
  }

  void plan() {
    if (!choice_.regions.empty()) {
      plan_regions();
      return;
    }
    const Labels labels = labels_that_count(*files_.mask, session_.study.labels);
    Labels of_channels = labels;
    if (source_ == ChannelSource::components) {
      of_channels = labels_of_components(labels, static_cast<int>(files_.channels.size()));
    } else if (source_ == ChannelSource::labels) {
      for (const LabelCount& found : files_.channels.front()->labels) {
        of_channels.push_back(found.value);
      }
      std::ranges::sort(of_channels);
      of_channels.erase(std::ranges::unique(of_channels).begin(), of_channels.end());
    } else if (source_ == ChannelSource::single) {
      std::erase(of_channels, 0);
      if (of_channels.size() != 1) {
        throw unclear("the prediction has one channel, and the mask the labels " + list_of(labels));
      }
    }
    for (const std::int64_t label : of_channels) {
      plan_.push_back(
          {name_of_label(*files_.mask, label), {label}, label == 0 && of_channels.size() > 1, chosen(label)});
    }
    for (const std::int64_t wanted : choice_.listed) {
      if (std::ranges::find(of_channels, wanted) == of_channels.end()) {
        throw Refusal("E_LABEL", files_.mask->path, "there is no class " + std::to_string(wanted),
                      "choose of: --classes " + list_of(of_channels), {}, Role::mask);
      }
    }
  }

  void plan_regions() {
    const std::size_t count = files_.channels.size();
    if (source_ == ChannelSource::components && count != choice_.regions.size()) {
      throw unclear("the prediction has " + std::to_string(count) + " channels, and there are " +
                    std::to_string(choice_.regions.size()) + " regions");
    }
    if (source_ == ChannelSource::single && choice_.regions.size() != 1) {
      throw unclear("the prediction has one channel, and there are " + std::to_string(choice_.regions.size()) +
                    " regions");
    }
    for (const ClassRegion& region : choice_.regions) {
      plan_.push_back({region.name, region.labels, false, true});
    }
  }

  /// Channel c is label c where every label has a channel, else the labels in their order.
  Labels labels_of_components(const Labels& labels, int count) {
    const bool numbered = std::ranges::all_of(labels, [&](std::int64_t l) { return l >= 0 && l < count; });
    if (!numbered && static_cast<int>(labels.size()) != count) {
      throw unclear("the prediction has " + std::to_string(count) + " channels, and the mask the labels " +
                    list_of(labels));
    }
    Labels of_channels = labels;
    if (numbered) {
      of_channels.clear();
      for (int c = 0; c < count; ++c) {
        of_channels.push_back(c);
      }
    }
    tell({"W_CHANNELS", channel_files_.empty()
                            ? "the " + how_many(count, "channel", "channels") +
                                  " of the prediction were taken as the labels " + list_of(of_channels)
                            : "of the prediction's files, " + files_with(of_channels)});
    return of_channels;
  }

  /// "liver_0.nii was taken as label 0, ..."
  [[nodiscard]] std::string files_with(const Labels& labels) const {
    std::string text;
    for (std::size_t c = 0; c < channel_files_.size(); ++c) {
      text += (c == 0 ? "" : ", ") + shown_name(channel_files_[c].path) + (c == 0 ? " was taken as label " : " as ") +
              std::to_string(labels[c]);
    }
    return text;
  }

  Refusal unclear(const std::string& reason) const {
    return {"E_CHANNELS",
            session_.path_of(Role::prediction),
            reason,
            "say which labels each channel stands for: --regions FILE.json with {\"NAME\": [LABEL, ...], ...}, in the "
            "order of the channels",
            {},
            Role::prediction};
  }

  [[nodiscard]] bool chosen(std::int64_t label) const {
    return choice_.which == ClassChoice::Which::all ||
           (choice_.which == ClassChoice::Which::foreground
                ? label != 0
                : std::ranges::find(choice_.listed, label) != choice_.listed.end());
  }

  CaseDataPtr load_channel(std::size_t c) {
    Session asked = session_;
    asked.study.labels.values = plan_[c].labels;
    asked.study.labels.may_be_absent = asked.study.labels.is_class = true;
    std::shared_ptr<const LoadedVolume> channel;
    if (source_ == ChannelSource::labels) {
      asked.prediction().meaning = PredictionMeaning::label;
      channel = files_.channels.front();
    } else if (source_ == ChannelSource::single) {
      channel = files_.channels.front();
    } else if (source_ == ChannelSource::components) {
      channel = std::move(files_.channels[c]);  // what is made of it takes its place in the memory
      if (meaning_ == PredictionMeaning::automatic) {
        asked.prediction().meaning = PredictionMeaning::probability;
      }
    }
    return loader_.load_channel(asked, std::move(channel), progress_, stops_);
  }

  void settle_activation(ClassProblem& problem) {
    const bool logits = problem.classes.front().problem.kind == PredictionKind::logit;
    const bool softmax_fits = logits || adds_up_to_one(problem, 0.01, threads_, stops_.computing);
    const bool overlap = !choice_.regions.empty() || problem.classes.size() == 1;
    if (choice_.activation == Activation::softmax && !softmax_fits) {
      throw Refusal("E_ACTIVATION", session_.path_of(Role::prediction),
                    "the probabilities of its channels do not add up to 1, as those of a softmax do",
                    "say --activation sigmoid, or, if they are logits, --kind logit", {}, Role::prediction);
    }
    problem.activation =
        choice_.activation.value_or(softmax_fits && !overlap ? Activation::softmax : Activation::sigmoid);
    if (!choice_.activation && problem.classes.size() > 1 && source_ != ChannelSource::labels) {
      const bool softmax = problem.activation == Activation::softmax;
      const std::string why = logits         ? "the channels are logits"
                              : softmax_fits ? "the channels add up to 1"
                                             : "the channels do not add up to 1";
      tell({"W_ACTIVATION", why + (softmax_fits && !softmax ? ", and regions may overlap" : "") +
                                ": taken as those of " + (softmax ? "a softmax" : "a sigmoid each") +
                                "; --activation, or Channels in the window's Classes, says otherwise"});
    }
    if (problem.activation == Activation::softmax && logits) {
      problem = softmax_as_binary(problem, threads_, stops_.computing);
    }
  }

  void tell(const Assumption& assumption) {
    if (std::ranges::find(told_, assumption) == told_.end() && assumption.code != "W_COMPONENT") {
      told_.push_back(assumption);  // W_COMPONENT: that one of the channels was read
    }
  }

  Session session_;
  const ClassChoice& choice_;
  Progress progress_;
  Stops stops_;
  int threads_;
  CaseLoader& loader_;
  PredictionMeaning meaning_ = session_.prediction().meaning;
  CaseLoader::ClassFiles files_;
  ChannelSource source_ = ChannelSource::components;
  std::vector<ChannelPlan> plan_;
  std::vector<Assumption> told_;
  std::vector<ChannelFile> channel_files_;
};

}  // namespace

ClassCase load_classes(CaseLoader& loader, const Session& session, const ClassChoice& choice, const Progress& progress,
                       const Stops& stops, int threads) {
  return ChannelLoader(loader, session, choice, progress, stops, threads).load();
}

}  // namespace lossscope
