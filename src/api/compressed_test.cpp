// Goal: a client that takes brotli gets it where it pays, and what it unpacks is what was meant.
#include "api/compressed.h"

#include <brotli/decode.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace matinee::api {
namespace {

std::string body_of(const http::Response& response) { return std::get<std::string>(response.body); }

std::string unpacked(const std::string& packed, std::size_t size) {
  std::string text(size, '\0');
  const auto done =
      BrotliDecoderDecompress(packed.size(), reinterpret_cast<const std::uint8_t*>(packed.data()),
                              &size, reinterpret_cast<std::uint8_t*>(text.data()));
  return done == BROTLI_DECODER_RESULT_SUCCESS ? text.substr(0, size) : "";
}

TEST(Compressed, LongAnswersForWhoTakesThem) {
  std::string list = "[";
  for (int i = 0; i < 500; ++i) list += R"({"name":"Film )" + std::to_string(i) + "\"},";
  list += "null]";
  http::Request request;
  const auto plain = compressed(request, http::Response::json(200, list));
  EXPECT_EQ(body_of(*plain), list);
  EXPECT_FALSE(plain->headers.has("Content-Encoding"));
  EXPECT_EQ(plain->headers.value_of("Vary"), "Accept-Encoding");
  request.headers.set("Accept-Encoding", "gzip, br");
  const auto small = compressed(request, http::Response::json(200, list));
  EXPECT_EQ(small->headers.value_of("Content-Encoding"), "br");
  EXPECT_LT(body_of(*small).size(), list.size() / 4);
  EXPECT_EQ(unpacked(body_of(*small), list.size()), list);
}

TEST(Compressed, LeavesAloneWhatIsShortNoTextOrNoAnswer) {
  http::Request request;
  request.headers.set("Accept-Encoding", "br");
  EXPECT_EQ(body_of(*compressed(request, http::Response::json(200, "{}"))), "{}");
  EXPECT_EQ(compressed(request, http::Response::empty(304))->status, 304);
  EXPECT_EQ(compressed(request, fail(ErrorCode::not_found, "gone")).error().code,
            ErrorCode::not_found);
}

}  // namespace
}  // namespace matinee::api
