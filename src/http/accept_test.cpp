// Goal: the most specific range decides, and nonsense changes nothing.
#include "http/accept.h"

#include <gtest/gtest.h>

namespace matinee::http {
namespace {

TEST(Accept, TheMostSpecificRangeDecides) {
  struct Case {
    const char* accept;
    const char* type;
    Liking liking;
  };
  const Case cases[] = {
      {"", "image/webp", {1000, false}},
      {"*/*", "image/webp", {1000, false}},
      {"image/*;q=0.5", "image/webp", {500, false}},
      {"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
       "image/avif",
       {1000, true}},
      {"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
       "image/jpeg",
       {1000, false}},
      {"image/webp;q=0, */*", "image/webp", {0, true}},
      {"*/*;q=0.1 , IMAGE/WebP ; Q=0.25", "image/webp", {250, true}},
      {"image/webp;level=1;q=0.125", "image/webp", {125, true}},
      {"text/html", "image/webp", {0, false}},
      {"image/webp;q=1.5", "image/webp", {0, false}},
      {"image/webp;q=1.001,image/*;q=0.3", "image/webp", {300, false}},
      {"image/webp;q=0.1234", "image/webp", {0, false}},
      {"image/webp;q=", "image/webp", {0, false}},
      {"image/", "image/webp", {0, false}},
      {"imag/*", "image/webp", {0, false}},
      {",,;q=1,;;,", "image/webp", {0, false}},
      {"image/webpx", "image/webp", {0, false}},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(liking_of(one.accept, one.type), one.liking) << one.accept << " " << one.type;
  }
}

}  // namespace
}  // namespace matinee::http
