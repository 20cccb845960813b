// Goal: no path that is logged lets its reader watch.
#include "http/loggable_path.h"

#include <gtest/gtest.h>

namespace matinee::http {
namespace {

TEST(LoggablePath, HidesTokens) {
  const Handler handler = [](Request&) -> Result<Response> { return Response::empty(204); };
  Router router;
  router.add({.path = "/v1/titles/{id}", .operation_id = "title"}, handler);
  router.add({.path = "/m/{token}/main.mpd", .operation_id = "manifest"}, handler);
  EXPECT_EQ(loggable_path(router, "/m/secret/main.mpd"), "/m/-/main.mpd");
  EXPECT_EQ(loggable_path(router, "/m/secret/other/x"), "/m/-/other/x");
  EXPECT_EQ(loggable_path(router, "/m/secret"), "/m/-");
  EXPECT_EQ(loggable_path(router, "/m/"), "/m/-");
  EXPECT_EQ(loggable_path(router, "/m"), "/m");
  EXPECT_EQ(loggable_path(router, "/v1/titles/abc"), "/v1/titles/abc");
  EXPECT_EQ(loggable_path(router, ""), "");
}

}  // namespace
}  // namespace matinee::http
