#pragma once
// edge/proxy_request: one request on its way through the proxy. Used by the proxy only.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "edge/proxy.h"

namespace matinee::edge {

/// Reads the body (or begins to stream it), resolves the session, calls the role, passes the answer
/// back. The exchange's on_close keeps it; all else holds it weakly.
class ProxyRequest : public std::enable_shared_from_this<ProxyRequest> {
 public:
  ProxyRequest(Proxy& proxy, std::shared_ptr<http::Exchange> exchange, const RoutePlan& plan)
      : proxy_(proxy), exchange_(std::move(exchange)), plan_(plan) {}

  void start();

 private:
  enum class Body { none, kept, streamed };

  [[nodiscard]] Body body_kind() const;
  void keep_body();
  void stream_body();
  void resolve_session();
  void send(const std::optional<http::SessionFacts>& session);
  [[nodiscard]] http::UpstreamRequest outgoing(const std::optional<http::SessionFacts>& session);
  [[nodiscard]] RoleCall::Events events();
  void on_head(const http::UpstreamHead& head);
  void on_data(std::string_view data);
  void refuse(int status, std::string_view detail);
  void stop_with(const Error& error);
  [[nodiscard]] ProxiedRole role() const {
    return plan_.answerer == Answerer::insight ? ProxiedRole::insight : ProxiedRole::control;
  }

  Proxy& proxy_;
  std::shared_ptr<http::Exchange> exchange_;
  const RoutePlan plan_;
  Admission::Ticket ticket_;
  Body body_kind_ = Body::none;
  std::string body_;
  http::Loop::TimerId body_late_;
  std::shared_ptr<RoleCall> call_;
};

}  // namespace matinee::edge
