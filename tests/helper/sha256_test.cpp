// SPDX-License-Identifier: Apache-2.0
#include "app/helper/sha256.h"

#include <gtest/gtest.h>

namespace lossscope {
namespace {

std::string hash_of(const std::string& text) {
  return sha256_of(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

// The examples of FIPS 180-4 and of the NIST's test vectors.
TEST(Sha256, TheStandardsExamples) {
  EXPECT_EQ(hash_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash_of(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace lossscope
