// Goal: no body of a play start breaks control, and what is accepted is an id.
#include <cstdlib>
#include <string_view>

#include "api/play_routes.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto title = matinee::api::parse_play_request(body);
  if (title && matinee::TitleId::parse(title->to_string()) != *title) std::abort();
  return 0;
}
