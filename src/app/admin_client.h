#pragma once
// app/admin_client: what the command line asks of a running service, through its admin socket.

#include <filesystem>
#include <string>

#include "app/home.h"
#include "base/json.h"
#include "base/result.h"
#include "http/client.h"

namespace matinee::app {

/// Asks the service of a home. Whoever may open its socket (mode 0600) owns the machine.
class AdminClient {
 public:
  explicit AdminClient(const std::filesystem::path& home);

  /// The answer to one request; `body` null: none. Errors: unavailable, naming the home, when no
  /// Matinee runs on it; what the service says otherwise.
  Result<Json> ask(http::Method method, const std::string& target, const Json& body = nullptr);
  /// Where the service is reached, without a slash at the end; "" when it did not say.
  [[nodiscard]] std::string address() const;

 private:
  HomePaths paths_;
  SystemClock clock_;
  http::Client client_;
};

}  // namespace matinee::app
