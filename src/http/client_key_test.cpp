// Goal: whoever holds a whole IPv6 network is one client, and nobody is mistaken for another.
#include "http/client_key.h"

#include <gtest/gtest.h>

#include <string>

namespace matinee::http {
namespace {

TEST(ClientKey, TellsClientsApart) {
  struct Case {
    const char* one;
    const char* other;
    bool same;
  };
  const Case cases[] = {
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"192.0.2.1", "::ffff:192.0.2.1", true},
      {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
      {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(client_key_of(test.one) == client_key_of(test.other), test.same)
        << test.one << " " << test.other;
  }
}

TEST(ClientKey, KnowsLoopbackAndNonsense) {
  for (const char* address : {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"}) {
    ASSERT_TRUE(client_key_of(address)) << address;
    EXPECT_TRUE(client_key_of(address)->is_loopback) << address;
  }
  EXPECT_FALSE(client_key_of("128.0.0.1")->is_loopback);
  EXPECT_FALSE(client_key_of("::2")->is_loopback);
  for (const std::string& address : {std::string("unix"), std::string(), std::string("1.2.3"),
                                     std::string("1.2.3.4:80"), std::string(100, '1')}) {
    EXPECT_FALSE(client_key_of(address)) << address;
  }
}

}  // namespace
}  // namespace matinee::http
