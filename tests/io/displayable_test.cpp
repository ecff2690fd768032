// SPDX-License-Identifier: Apache-2.0
// What a file says reaches no terminal raw: every hidden character is escaped, in every text that people are shown.
#include "basics/displayable.h"

#include <type_traits>

#include "app/io/safe_file.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using testing::Folder;
using testing::write_bytes;

static_assert(std::is_same_v<decltype(Refusal::reason), Displayable>);
static_assert(std::is_same_v<decltype(Refusal::remedy), Displayable>);
static_assert(std::is_same_v<decltype(Assumption::text), Displayable>);
static_assert(std::is_same_v<decltype(WriteError::reason), Displayable>);
static_assert(std::is_same_v<decltype(Choice::label), Displayable>);
static_assert(std::is_same_v<decltype(Choice::effect), Displayable>);

TEST(Displayable, WhatIsSeenStays) {
  for (const std::string text : {"", "plain", "k\u00f6pf \u4e2d\u6587 \U0001f9e0.nii", "a \\ 'b' \"c\"", "e\u0301"}) {
    EXPECT_EQ(displayable(text), text);
  }
}

TEST(Displayable, WhatIsHiddenIsWrittenOut) {
  const std::pair<std::string, std::string> cases[]{
      {"a\nb\tc", "a\\x0ab\\x09c"},        // C0
      {"\x1b[31mX\a", "\\x1b[31mX\\x07"},  // ESC and BEL
      {"\x7f", "\\x7f"},                   // DEL
      {"\u009b2J", "\\u{9b}2J"},           // C1: a terminal takes U+009B for ESC [
      {"a\u200eb\u200fc\u061c", "a\\u{200e}b\\u{200f}c\\u{61c}"},
      {"\u202egpj.nii", "\\u{202e}gpj.nii"},       // right to left
      {"\u2066\u2069", "\\u{2066}\\u{2069}"},      // isolates
      {"a\u2028b\u2029", "a\\u{2028}b\\u{2029}"},  // separators of lines and paragraphs
      {"a\u200bb\u200dc\ufeff", "a\\u{200b}b\\u{200d}c\\u{feff}"},
      {"\U000e0041", "\\u{e0041}"},                  // a tag
      {"\x80\xff", "\\x80\\xff"},                    // no UTF-8
      {"\xc3", "\\xc3"},                             // cut
      {"\xc0\xaf", "\\xc0\\xaf"},                    // an overlong slash
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // a surrogate
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above U+10FFFF
      {"\xe2\x82(", "\\xe2\\x82("},
  };
  for (const auto& [text, shown] : cases) {
    EXPECT_EQ(displayable(text), shown);
    EXPECT_EQ(displayable(shown), shown) << "what is displayable stays as it is";
  }
}

/// Whether every character is seen: decoded once more, so that the test does not trust displayable alone.
bool is_clean(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = first_character(std::string_view(text).substr(at));
    if (character.bytes == 0 || character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0)) {
      return false;
    }
    at += character.bytes;
  }
  return text.find("\u202e") == std::string::npos;
}

constexpr const char* kEvil = "\x1b[31mX\a\u202e\u009b";

std::string nrrd(const std::string& type, const std::string& encoding, const std::string& more = {}) {
  return "NRRD0004\ntype: " + type + "\ndimension: 3\nsizes: 2 2 2\nendian: little\nencoding: " + encoding + "\n" +
         more + "\n" + std::string(16, '\0');
}

std::string metaimage(const std::string& type, const std::string& data) {
  return "ObjectType = Image\nNDims = 3\nDimSize = 2 2 2\nElementType = " + type + "\nElementDataFile = " + data +
         "\n" + std::string(16, '\0');
}

TEST(Displayable, NoFieldOfAHeaderReachesAMessageRaw) {
  const std::pair<const char*, std::string> files[]{
      {"type.nrrd", nrrd(std::string("sh") + kEvil, "raw")},
      {"encoding.nrrd", nrrd("short", std::string("r") + kEvil)},
      {"sizes.nrrd", nrrd("short", "raw", std::string("space directions: ") + kEvil + "\n")},
      {"type.mha", metaimage(std::string("MET_") + kEvil, "LOCAL")},
      {"data.mhd", metaimage("MET_SHORT", std::string(kEvil) + ".raw")},
  };
  Folder folder;
  for (const auto& [name, bytes] : files) {
    write_bytes(folder.file(name), {bytes.begin(), bytes.end()});
    try {
      (void)read_volume({.path = folder.file(name), .role = Role::image, .answers = {}, .information_only = true});
      ADD_FAILURE() << name << " was read";
    } catch (const Refusal& refusal) {
      EXPECT_TRUE(is_clean(refusal.what())) << name << ": " << refusal.what();
    }
  }
}

/// Helpers are not trusted to have escaped what they say.
TEST(Displayable, NothingRawCanBePutIntoAMessage) {
  const Refusal refusal("E_READ", std::string("a") + kEvil, std::string("b") + kEvil, kEvil,
                        {{Question::component, kEvil, kEvil, kEvil}});
  EXPECT_TRUE(is_clean(refusal.what()));
  EXPECT_TRUE(is_clean(refusal.choices[0].label) && is_clean(refusal.choices[0].effect));
  EXPECT_TRUE(is_clean(refusal.choices[0].flag()));
  EXPECT_EQ(refusal.choices[0].answer, kEvil) << "the answer itself is what the file says";
  EXPECT_TRUE(is_clean(Assumption{"W_NAME", kEvil}.text));
  EXPECT_TRUE(is_clean(WriteError(kEvil, kEvil, kEvil).what()));
}

}  // namespace
}  // namespace lossscope
