// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/question.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "app/reader/gates/label_list.h"

namespace lossscope {
namespace {

using Words = std::string_view;
constexpr Words kComponents[]{"luminance", "magnitude", "slices"};
constexpr Words kOrientations[]{"sform", "qform"};
constexpr Words kAxes[]{"ignore", "resample"};
constexpr Words kSlices[]{"resample", "one", "order", "placed"};
constexpr Words kDuplicates[]{"first", "last"};
constexpr Words kOrders[]{"zyx", "xyz", "components-first", "components-last"};
constexpr Words kMemory[]{"accept", "half"};
constexpr Words kGrids[]{"ignore", "pad", "resample", "nearest", "linear", "reorder", "transpose", "stretch"};
constexpr Words kNan[]{"zero", "agree"};
constexpr Words kKinds[]{"probability", "logit", "label", "u8", "percent", "u16", "clamp", "rescale"};
constexpr Words kLabel[]{"nonzero"};
constexpr Words kIgnore[]{"none"};
constexpr Words kAbsent[]{"empty"};

constexpr std::span<const Words> kNothing{};
using Also = QuestionInfo::Also;
constexpr QuestionInfo::Of kMask{false, true, false}, kPrediction{false, false, true}, kMaskAndPrediction{false};
constexpr QuestionInfo kQuestions[]{
    {Question::component, "component", "Which component of a 4-D, vector or colour file, from 0",
     "a file with several components", kComponents, Also::index},
    {Question::orientation, "orientation", "Which orientation of a NIfTI file whose two differ",
     "a NIfTI file whose sform and qform differ", kOrientations},
    {Question::axes, "axes", "What to do with axes that are not at right angles",
     "a file whose axes are not at right angles", kAxes},
    {Question::series, "series", "Which series of a DICOM folder, by the name that the refusal lists",
     "a DICOM folder with several series", kNothing, Also::text},
    {Question::slices, "slices",
     "DICOM slices: resample those that are not evenly spaced; read one without its series; place those that do not "
     "say where they lie by their order; read only those that say it (placed)",
     "a DICOM series whose slices are not evenly spaced or do not say where they lie, or one of its files", kSlices},
    {Question::duplicates, "duplicates", "Which of two DICOM slices at one place, by instance number",
     "a DICOM series with two slices at one place", kDuplicates},
    {Question::memory, "memory", "A volume that needs much of the memory: accept it, or take every second voxel",
     "a file that needs much of the memory", kMemory},
    {Question::array, "array", "Which array of an .npz, by the name that the refusal lists", "an .npz", kNothing,
     Also::text},
    {Question::order, "order",
     "In which order the axes of an array lie; of four, whether the first or the last holds components",
     "a NumPy array, or a file of four axes", kOrders},
    {Question::threshold, "threshold", "A mask of fractions or grey values: from this value on a voxel belongs to it",
     "a mask with other values than 0 and 1", kNothing, Also::number, true, true, kMask},
    {Question::grid, "grid",
     "What to do with a grid that does not fit the mask's; three letters such as kji or Ijk turn its axes",
     "a file that lies on another grid", kGrids, Also::nothing, true, false},
    {Question::nan, "nan",
     "What NaN and infinite values count as: background (zero), or of a prediction as the mask says (agree)",
     "a file with values that are NaN or infinite", kNan, Also::nothing, true, true, kMaskAndPrediction},
    {Question::kind, "kind", "How the numbers of the prediction are meant",
     "a prediction with other numbers than those of probabilities", kKinds, Also::nothing, false, false, kPrediction},
    {Question::label, "label", "Which labels of the mask are the structure", "a mask", kLabel, Also::labels, false,
     false, kMask},
    {Question::ignore, "ignore", "Labels of voxels that do not count: they are in no loss, no map and no metric",
     "a mask with that label (none: with 255 or -1)", kIgnore, Also::labels, false, false, kMask},
    {Question::absent, "absent", "What a chosen label that the mask does not have means: that it has no such voxel",
     "a mask that lacks a chosen label", kAbsent, Also::nothing, true, false, kMask},
};
static_assert(std::ranges::none_of(kQuestions, [](const QuestionInfo& row) { return row.asked_of.empty(); }));

template <class T>
bool is_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if constexpr (std::is_floating_point_v<T>) {
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
  } else {
    return error == std::errc() && end == text.data() + text.size();
  }
}

/// The letters i, j and k, each once.
bool is_turn(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  std::ranges::sort(letters);
  return letters == "ijk";
}

bool is_also(Also also, std::string_view answer) {
  switch (also) {
    case Also::nothing:
      return false;
    case Also::index:
      return is_number<std::uint16_t>(answer);
    case Also::number:
      return is_number<double>(answer);
    case Also::labels:
      return label_list(answer).has_value();
    case Also::text:
      break;
  }
  return !answer.empty() && answer.size() < 256;
}

/// As it is typed in a shell: between quotes where it has anything but what no shell takes for its own.
std::string shell_word(const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("_.,:=+-/@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain && !text.empty()) {
    return text;
  }
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

}  // namespace

std::span<const QuestionInfo> questions() { return kQuestions; }

const QuestionInfo& info(Question question) { return kQuestions[static_cast<std::size_t>(question)]; }

void check_answer(Question question, std::string_view answer) {
  const QuestionInfo& row = info(question);
  const bool turns = question == Question::grid;
  if (std::ranges::find(row.words, answer) != row.words.end() || is_also(row.also, answer) ||
      (turns && is_turn(answer))) {
    return;
  }
  constexpr std::array<std::string_view, 5> kAlso{"", "a whole number from 0", "a number",
                                                  "whole numbers with commas between them", "a text"};
  std::string valid(turns ? "i, j and k in any order, a capital one backwards"
                          : kAlso[static_cast<std::size_t>(row.also)]);
  for (const std::string_view word : row.words) {
    valid.append(valid.empty() ? "" : ", ").append(word);
  }
  throw std::invalid_argument(std::string(row.id) + " cannot be '" + std::string(answer) + "'; valid: " + valid);
}

std::string Choice::id() const { return std::string(info(question).id) + "=" + answer; }

std::string Choice::flag() const {
  return "--" + std::string(info(question).id) + " " + shell_word(displayable(answer));
}

Answers::Answers(std::initializer_list<std::pair<Question, std::string>> answers) {
  for (const auto& [question, answer] : answers) {
    set(question, answer);
  }
}

void Answers::set(Question question, std::string answer) {
  if (!info(question).of_file) {
    throw std::invalid_argument(std::string(info(question).id) + " is not said of one file");
  }
  add_of_case(question, std::move(answer));
}

void Answers::add_of_case(Question question, std::string answer) {
  check_answer(question, answer);
  answers_[question] = std::move(answer);
}

std::string_view Answers::to(Question question) const {
  const auto found = answers_.find(question);
  return found == answers_.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Answers::take(Question question) const {
  const std::string_view answer = to(question);
  if (!answer.empty()) {
    taken_.insert(question);
  }
  return answer;
}

Answers Answers::of_reading() const {
  Answers part;
  const bool is_cut = answers_.contains(Question::threshold);  // by then the reader alone knows the labels
  for (const auto& [question, answer] : answers_) {
    if (info(question).of_reading || (is_cut && question == Question::ignore)) {
      part.answers_[question] = answer;
    }
  }
  return part;
}

}  // namespace lossscope
