// Goal: what a role stores at the origin comes back byte by byte, and failures keep their meaning.
#include "api/origin_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <string>

#include "api/origin_routes.h"
#include "base/files.h"
#include "http/test_world.h"
#include "store/content.h"
#include "store/object_store.h"

namespace matinee::api {
namespace {

using namespace std::chrono_literals;

class OriginClientTest : public testing::Test {
 protected:
  OriginClientTest()
      : content_(*store::open_object_store("mem://", {files_, world_.clock, world_.random})) {
    add_origin_routes(
        world_.router, content_,
        [this](std::string_view authorization) -> Result<std::string> {
          if (authorization != "Role control") return fail(ErrorCode::unauthorized, "who?");
          return role_;
        },
        world_.metrics);
    OriginClient::Options options;
    options.client = world_.client_options();
    options.authorization = [] { return std::string("Role control"); };
    options.retry_pause = 1ms;
    client_ = std::make_unique<OriginClient>(world_.clock, options);
  }

  http::TestServer world_{{.kind = http::ListenerKind::internal}};
  SystemFiles files_;
  store::ContentStore content_;
  std::string role_ = "control";
  std::unique_ptr<OriginClient> client_;
};

TEST_F(OriginClientTest, StoresAndReadsBack) {
  world_.start();
  std::string bytes(600'000, 'a');
  bytes[262'144] = 'b';
  const auto stored = client_->put(bytes, world_.soon());
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->id, store::object_id_of(bytes));
  EXPECT_EQ(stored->bytes, bytes.size());
  const auto whole = client_->get(stored->id, 1'000'000, world_.soon());
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_TRUE(*whole == bytes);
  EXPECT_EQ(client_->get(stored->id, 1'000, world_.soon()).error().code, ErrorCode::limited);
  std::string part(10, '?');
  EXPECT_EQ(*client_->get_range(stored->id, 262'140, part, world_.soon()), 10U);
  EXPECT_EQ(part, "aaaabaaaaa");
  EXPECT_EQ(*client_->get_range(stored->id, 599'997, part, world_.soon()), 3U);
  EXPECT_EQ(*client_->get_range(stored->id, 600'000, part, world_.soon()), 0U);
  EXPECT_EQ(client_->extents(stored->id, world_.soon())->extents.size(), 3U);
  EXPECT_EQ(*client_->size(stored->id, world_.soon()), bytes.size());
  EXPECT_TRUE(client_->remove(stored->id, world_.soon()));
  EXPECT_EQ(client_->size(stored->id, world_.soon()).error().code, ErrorCode::not_found);
}

TEST_F(OriginClientTest, StoresFiles) {
  world_.start();
  const http::TemporaryFolder folder;
  const std::string path = folder.file("film");
  std::ofstream(path) << std::string(300'000, 'f');
  const auto stored = client_->put_file(path, world_.soon());
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->id, store::object_id_of(std::string(300'000, 'f')));
  EXPECT_EQ(client_->put_file(path + "x", world_.soon()).error().code, ErrorCode::not_found);
}

TEST_F(OriginClientTest, SaysWhenItMayNot) {
  world_.start();
  role_ = "insight";
  EXPECT_EQ(client_->put("abc", world_.soon()).error().code, ErrorCode::forbidden);
}

TEST_F(OriginClientTest, TriesAgainWhileTheOriginIsAway) {
  std::atomic<int> tries{0};
  world_.start([&, inner = http::pool_handler(world_.router, world_.pool(), world_.clock)](
                   std::shared_ptr<http::Exchange> exchange) {
    if (++tries % 3 != 0) return exchange->abort();
    inner(std::move(exchange));
  });
  const auto stored = client_->put("abc", world_.soon());
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(*client_->get(stored->id, 10, world_.soon()), "abc");
  EXPECT_GE(tries, 6);
}

}  // namespace
}  // namespace matinee::api
