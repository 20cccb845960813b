// Goal: of all that a Cookie header can hold, only a cookie that we gave counts.
#include "guard/session_cookie.h"

#include <gtest/gtest.h>

#include <utility>

namespace matinee::guard {
namespace {

TEST(SessionCookie, IsReadStrictly) {
  const std::string value(43, 'A');
  const std::string pair = "matinee_session=" + value;
  const std::pair<std::string, bool> cases[] = {
      {pair, true},
      {"theme=dark; " + pair, true},
      {pair + "; theme=dark", true},
      {"theme=dark;" + pair + ";", true},
      {"odd; " + pair, true},
      {"", false},
      {"theme=dark", false},
      {pair + "; " + pair, false},
      {"matinee_session=\"" + value + "\"", false},
      {"matinee_session=" + value.substr(1), false},
      {pair + "A", false},
      {"matinee_session=" + value.substr(1) + "B", false},  // stray bits at the end
      {"Matinee_Session=" + value, false},
      {"xmatinee_session=" + value, false},
      {std::string(20'000, 'x') + "; " + pair, false},
  };
  for (const auto& [header, found] : cases) {
    EXPECT_EQ(session_cookie_of(header).has_value(), found) << header.substr(0, 100);
  }
}

TEST(SessionCookie, OverTlsOnlyAHostCookieCounts) {
  const std::string mine(43, 'A');
  const std::string planted(43, 'Q');
  const std::string both = "matinee_session=" + planted + "; __Host-matinee_session=" + mine;
  EXPECT_EQ(session_cookie_of(both, true), mine);
  EXPECT_EQ(session_cookie_of(both, false), planted);
  EXPECT_FALSE(session_cookie_of("matinee_session=" + planted, true));
  EXPECT_FALSE(session_cookie_of("__Host-matinee_session=" + mine, false));
}

TEST(DeviceCookie, IsReadAsStrictly) {
  EXPECT_EQ(device_cookie_of("a=b; matinee_device=x.y"), "x.y");
  EXPECT_EQ(device_cookie_of("__Host-matinee_device=x.y", true), "x.y");
  for (const std::string& header : {std::string(), std::string("matinee_device="),
                                    std::string("matinee_device=a;matinee_device=b"),
                                    "matinee_device=" + std::string(201, 'x')}) {
    EXPECT_FALSE(device_cookie_of(header)) << header;
  }
}

TEST(SessionCookie, IsHandedOutForOneSiteAndNoScript) {
  EXPECT_EQ(session_set_cookie("abc", false),
            "matinee_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000");
  EXPECT_EQ(session_set_cookie("abc", true),
            "__Host-matinee_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000; Secure");
  EXPECT_EQ(device_set_cookie("x.y", true),
            "__Host-matinee_device=x.y; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000; Secure");
  EXPECT_EQ(session_clear_cookie(false),
            "matinee_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

}  // namespace
}  // namespace matinee::guard
