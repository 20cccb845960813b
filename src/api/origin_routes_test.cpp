// Goal: the origin gives out exact bytes to roles that may have them, and says why not otherwise.
#include "api/origin_routes.h"

#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "base/json.h"
#include "store/content.h"
#include "store/object_store.h"

namespace matinee::api {
namespace {

class OriginRoutes : public testing::Test {
 protected:
  OriginRoutes() : content_(open_objects()) {
    add_origin_routes(
        router_, content_,
        [](std::string_view authorization) -> Result<std::string> {
          if (!authorization.starts_with("Role ")) {
            return fail(ErrorCode::unauthorized, "no role credential");
          }
          return std::string(authorization.substr(5));
        },
        metrics_);
  }

  std::unique_ptr<store::ObjectStore> open_objects() {
    auto objects = store::open_object_store("mem://", {files_, clock_, random_});
    EXPECT_TRUE(objects);
    return *std::move(objects);
  }

  http::Response send(http::Method method, std::string target, std::string_view role,
                      std::string body = {}, std::string_view range = {}) {
    http::Request request;
    request.method = method;
    request.target = std::move(target);
    request.context.listener = http::ListenerKind::internal;
    if (!role.empty()) request.headers.add("Authorization", "Role " + std::string(role));
    if (!range.empty()) request.headers.add("Range", range);
    http::TextReader reader(std::move(body));
    request.set_body(reader);
    return router_.handle(request);
  }

  static std::string text_of_body(http::Response& response) {
    if (auto* text = std::get_if<std::string>(&response.body)) return *text;
    if (auto* bytes = std::get_if<http::SharedBytes>(&response.body)) {
      return std::string(bytes->view());
    }
    auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body);
    if (source == nullptr) return {};
    std::string text;
    char buffer[1000];
    for (;;) {
      const auto got = (*source)->read(buffer);
      if (!got || *got == 0) return text;
      text.append(buffer, *got);
    }
  }

  std::string put(std::string_view bytes) {
    http::Response response = send(http::Method::post, "/objects", "media", std::string(bytes));
    EXPECT_EQ(response.status, 201);
    return (*parse_json(text_of_body(response)))["object_id"].get<std::string>();
  }

  SystemFiles files_;
  FakeClock clock_{from_ms(1'000'000)};
  SeededRandom random_{1};
  store::ContentStore content_;
  Metrics metrics_;
  http::Router router_;
};

TEST_F(OriginRoutes, StoresAndReadsBack) {
  const std::string bytes(300'000, 'x');
  const std::string id = put(bytes);
  EXPECT_EQ(id, store::object_id_of(bytes).to_string());
  EXPECT_EQ(put(bytes), id);
  http::Response whole = send(http::Method::get, "/objects/" + id, "edge");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.headers.value_of("ETag"), '"' + id + '"');
  EXPECT_EQ(text_of_body(whole), bytes);
  http::Response part =
      send(http::Method::get, "/objects/" + id, "edge", "", "bytes=262140-262150");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.headers.value_of("Content-Range"), "bytes 262140-262150/300000");
  EXPECT_EQ(text_of_body(part), bytes.substr(262140, 11));
  EXPECT_EQ(send(http::Method::get, "/objects/" + id, "edge", "", "bytes=300000-").status, 416);
}

TEST_F(OriginRoutes, GivesTheHashesOfAnObject) {
  const std::string bytes(300'000, 'y');
  const std::string id = put(bytes);
  http::Response response = send(http::Method::get, "/objects/" + id + "/extents", "edge");
  EXPECT_EQ(response.headers.value_of("Content-Type"), kExtentsType);
  const auto hashes =
      store::ExtentHashes::parse(text_of_body(response), store::object_id_of(bytes));
  ASSERT_TRUE(hashes);
  EXPECT_EQ(hashes->size, 300'000U);
}

TEST_F(OriginRoutes, AsksForTheRightRole) {
  const std::string id = put("abc");
  EXPECT_EQ(send(http::Method::get, "/objects/" + id, "").status, 401);
  EXPECT_EQ(send(http::Method::get, "/objects/" + id, "insight").status, 403);
  EXPECT_EQ(send(http::Method::post, "/objects", "edge", "abc").status, 403);
  EXPECT_EQ(send(http::Method::delete_, "/objects/" + id, "media").status, 403);
  EXPECT_EQ(send(http::Method::get, "/objects/" + id + "/extents", "insight").status, 403);
}

TEST_F(OriginRoutes, RemovesAnObject) {
  const std::string id = put("abc");
  EXPECT_EQ(send(http::Method::delete_, "/objects/" + id, "control").status, 204);
  EXPECT_EQ(send(http::Method::get, "/objects/" + id, "edge").status, 404);
  EXPECT_EQ(send(http::Method::delete_, "/objects/" + id, "control").status, 204);
  EXPECT_EQ(send(http::Method::get, "/objects/nonsense", "edge").status, 404);
}

}  // namespace
}  // namespace matinee::api
