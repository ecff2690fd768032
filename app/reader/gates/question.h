// SPDX-License-Identifier: Apache-2.0
// What a file can leave open, and how it was answered: the same words on the command line, in sessions, in the window
// and in the reader's requests.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "basics/displayable.h"

namespace lossscope {

/// A question that only a person can answer. Each has one row in question.cpp.
enum class Question : std::uint8_t {
  // asked while a file is read
  component,    ///< which volume of a 4-D, vector, colour or complex file
  orientation,  ///< sform or qform of a NIfTI file in which they differ
  axes,         ///< what to do with axes that are not at right angles
  series,       ///< which series of a DICOM folder
  slices,       ///< what to do with DICOM slices that are not evenly spaced
  duplicates,   ///< which of two DICOM slices at one place
  memory,       ///< what to do with a volume that needs much of the memory
  array,        ///< which array of an .npz
  order,        ///< in which order the axes of an array lie
  threshold,    ///< from where on a value of a mask that holds no labels belongs to the structure
  // asked while a case is made of files
  grid,    ///< what to do with a grid that does not fit the mask's
  nan,     ///< what voxels that are not finite count as (of a mask: asked while it is read)
  kind,    ///< how the numbers of a prediction are meant
  label,   ///< which labels of a mask are the structure
  ignore,  ///< which labels of a mask mean that a voxel does not count
  absent,  ///< what a chosen label that the mask does not have means
};

/// A row of the table.
struct QuestionInfo {
  Question question;
  std::string_view id;                      ///< name of the flag (with --) and of the member in a session
  std::string_view meaning;                 ///< for --help
  std::string_view asked_of;                ///< what leaves this open: "a file with several components"
  std::span<const std::string_view> words;  ///< answers
  enum class Also : std::uint8_t { nothing, index, number, labels, text } also = Also::nothing;  ///< beside the words
  bool of_file = true;     ///< answered for each file; otherwise once for the case
  bool of_reading = true;  ///< another answer means that the file is read again
  struct Of {
    bool image = true, mask = true, prediction = true;
  } of{};  ///< which inputs it can be asked of
};

[[nodiscard]] std::span<const QuestionInfo> questions();
[[nodiscard]] const QuestionInfo& info(Question question);
/// Throws std::invalid_argument that lists what would be valid.
void check_answer(Question question, std::string_view answer);

/// In a mask that a threshold made 1 and 0, the label of the voxels whose own label is ignored.
inline constexpr std::uint8_t kNotCounted = 255;

/// One way out of a refusal.
struct Choice {
  Question question;
  std::string answer;  ///< one that check_answer accepts
  Displayable label;   ///< for a button
  Displayable effect;  ///< what it does, one sentence
  bool safe = false;   ///< the default of a dialog; at most one of a refusal has it

  [[nodiscard]] std::string id() const;    ///< "grid=resample"
  [[nodiscard]] std::string flag() const;  ///< "--grid resample", displayable
  bool operator==(const Choice&) const = default;
};

/// The answers that were given for one file. A question without an answer is asked, never guessed.
class Answers {
 public:
  Answers() = default;
  Answers(std::initializer_list<std::pair<Question, std::string>> answers);
  /// Throws as check_answer, and for a question that is not one of a file.
  void set(Question question, std::string answer);
  void forget(Question question) { answers_.erase(question); }
  /// The same for an answer that was given for the case, and that reading the file needs.
  void add_of_case(Question question, std::string answer);
  /// Empty when it was not answered.
  [[nodiscard]] std::string_view to(Question question) const;
  /// The same where the answer decides something, which is remembered: what was answered and never taken changed
  /// nothing, and whoever gave it is told.
  [[nodiscard]] std::string_view take(Question question) const;
  [[nodiscard]] const std::set<Question>& taken() const { return taken_; }
  [[nodiscard]] const std::map<Question, std::string>& all() const { return answers_; }
  /// Those that change how the file is read: of a mask that is cut at a threshold also which labels do not count.
  [[nodiscard]] Answers of_reading() const;
  bool operator==(const Answers& other) const { return answers_ == other.answers_; }

 private:
  std::map<Question, std::string> answers_;
  mutable std::set<Question> taken_;  // of one reading, which is one thread; no part of what was answered
};

}  // namespace lossscope
