#include "api/compressed.h"

#include <brotli/encode.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "http/content_coding.h"

namespace matinee::api {
namespace {

constexpr std::size_t kWorthBytes = 1'024;
constexpr int kQuality = 4;      // beyond it the time doubles for a tenth of the size
constexpr int kWindowBits = 18;  // 256 KiB: lists are shorter

}  // namespace

Result<http::Response> compressed(const http::Request& request, Result<http::Response> response) {
  if (!response) return response;
  auto* body = std::get_if<std::string>(&response->body);
  if (body == nullptr || body->size() < kWorthBytes || response->headers.has("Content-Encoding")) {
    return response;
  }
  response->headers.add("Vary", "Accept-Encoding");
  if (!http::accepts_coding(request.headers.value_of("Accept-Encoding"), "br")) return response;
  std::string small(BrotliEncoderMaxCompressedSize(body->size()), '\0');
  std::size_t size = small.size();
  const auto done = BrotliEncoderCompress(kQuality, kWindowBits, BROTLI_MODE_TEXT, body->size(),
                                          reinterpret_cast<const std::uint8_t*>(body->data()),
                                          &size, reinterpret_cast<std::uint8_t*>(small.data()));
  if (done != BROTLI_TRUE || size >= body->size()) return response;
  small.resize(size);
  response->body = std::move(small);
  response->headers.set("Content-Encoding", "br");
  return response;
}

}  // namespace matinee::api
