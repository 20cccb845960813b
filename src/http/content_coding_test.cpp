// Goal: a client gets a compressed body only when it asked for that compression, whatever it
// writes.
#include "http/content_coding.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace matinee::http {
namespace {

TEST(ContentCoding, ChoosesWhatTheClientTakesAndIsThere) {
  struct Case {
    const char* header;
    const char* coding;
  };
  for (const auto& [header, coding] : std::vector<Case>{
           {"gzip, deflate, br, zstd", "br"},
           {"gzip, deflate", "gzip"},
           {"BR", "br"},
           {"br;q=0, gzip", "gzip"},
           {"br;q=0.0, gzip;q=0.000", ""},
           {"br;q=0.001", "br"},
           {"*", "br"},
           {"*;q=0", ""},
           {"gzip, *;q=0", "gzip"},
           {"*, br;q=0", "gzip"},
           {"identity", ""},
           {"", ""},
           {" , ;q=1,, gzip ; q=0.5 ", "gzip"},
           {"brotli, xgzip", ""},
           {"gzip;q=", "gzip"},
       }) {
    EXPECT_EQ(name_of(coding_of(header, true, true)), coding) << header;
    EXPECT_EQ(coding_of(header, false, false), ContentCoding::identity) << header;
  }
  EXPECT_EQ(coding_of("br, gzip", false, true), ContentCoding::gzip);
}

}  // namespace
}  // namespace matinee::http
