#include "app/steer.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/admin_call.h"
#include "base/encoding.h"

namespace matinee::app {

int run_steer_explain(const SteerOptions& options) {
  const auto answer =
      ask_admin(options.home, http::Method::get,
                fmt::format("/admin/steer/explain?client={}&title={}",
                            percent_encode(options.client), percent_encode(options.title)));
  if (!answer) {
    std::fprintf(stderr, "matinee steer: %s\n", answer.error().message.c_str());
    return answer.error().code == ErrorCode::invalid ? 2 : 1;
  }
  if (options.json) {
    std::fputs((to_text(*answer) + "\n").c_str(), stdout);
    return 0;
  }
  std::string text = fmt::format("{} for {}\n", text_member(*answer, "title").value_or("?"),
                                 text_member(*answer, "client").value_or("?"));
  for (const auto& line : answer->value("reasons", Json::array())) {
    if (line.is_string()) text += line.get<std::string>() + "\n";
  }
  text += fmt::format("answers hold for {} s\n", integer_member(*answer, "ttl_s").value_or(0));
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace matinee::app
