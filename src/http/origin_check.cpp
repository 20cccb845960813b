#include "http/origin_check.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace matinee::http {
namespace {

std::string_view without_port(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos) return host;
  if (bracket != std::string_view::npos && colon < bracket) return host;
  const bool is_port =
      std::ranges::all_of(host.substr(colon + 1), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_port) return host;
  return host.substr(0, colon);
}

template <typename T>
Result<T> id_header(const Headers& headers, std::string_view name) {
  const auto value = headers.get(name);
  if (!value) return fail(ErrorCode::invalid, "header " + std::string(name) + " is missing");
  auto id = T::parse(*value);
  if (!id) return fail(id.error(), "header " + std::string(name));
  return id;
}

Result<std::optional<SessionFacts>> session_of(const Headers& headers) {
  if (!headers.has(kSessionHeader)) return std::optional<SessionFacts>{};
  const auto session = id_header<SessionId>(headers, kSessionHeader);
  if (!session) return std::unexpected(session.error());
  const auto tenant = id_header<TenantId>(headers, kTenantHeader);
  if (!tenant) return std::unexpected(tenant.error());
  const auto account = id_header<AccountId>(headers, kAccountHeader);
  if (!account) return std::unexpected(account.error());
  const auto profile = id_header<ProfileId>(headers, kProfileHeader);
  if (!profile) return std::unexpected(profile.error());
  const auto pseudonym = id_header<Pseudonym>(headers, kPseudonymHeader);
  if (!pseudonym) return std::unexpected(pseudonym.error());
  return std::optional(SessionFacts{*session, *tenant, *account, *profile, *pseudonym});
}

}  // namespace

bool host_is_allowed(std::string_view host, std::span<const std::string> allowed) {
  if (allowed.empty()) return true;
  return std::ranges::any_of(allowed, [&](const std::string& entry) {
    return equal_ignoring_case(entry, host) || equal_ignoring_case(entry, without_port(host));
  });
}

bool origin_is_allowed(const Request& request, std::span<const std::string> allowed) {
  if (is_safe(request.method)) return true;
  const auto count = request.headers.count("origin");
  if (count == 0) return true;
  if (count > 1) return false;
  const std::string_view origin = request.headers.value_of("origin");
  const std::string_view host = request.headers.value_of("host");
  for (const std::string_view scheme : {"https://", "http://"}) {
    // Over TLS a page that came without it is not ours: anybody on the way may have written it.
    if (scheme == "http://" && request.context.scheme == Scheme::https) continue;
    if (!host.empty() && equal_ignoring_case(origin.substr(0, scheme.size()), scheme) &&
        equal_ignoring_case(origin.substr(std::min(scheme.size(), origin.size())), host)) {
      return true;
    }
  }
  return std::ranges::any_of(
      allowed, [&](const std::string& entry) { return equal_ignoring_case(entry, origin); });
}

void strip_internal_headers(Headers& headers) { headers.remove_starting_with(kInternalPrefix); }

Result<RequestContext> context_of(const Headers& headers, ListenerKind listener,
                                  const Clock& clock) {
  RequestContext context;
  context.listener = listener;
  if (const auto id = headers.get(kRequestIdHeader)) {
    const auto parsed = RequestId::parse(*id);
    if (!parsed) return fail(parsed.error(), "header Matinee-Request-Id");
    context.request_id = parsed->to_string();
  }
  context.client_address = headers.get(kClientAddressHeader).value_or("unix");
  if (const auto name = headers.get(kSchemeHeader)) {
    if (*name != "http" && *name != "https") {
      return fail(ErrorCode::invalid, "header Matinee-Scheme: neither http nor https");
    }
    context.scheme = *name == "https" ? Scheme::https : Scheme::http;
  }
  if (const auto name = headers.get(kPriorityHeader)) {
    const auto priority = priority_of(*name);
    if (!priority) return fail(ErrorCode::invalid, "header Matinee-Priority: unknown priority");
    context.priority = *priority;
  }
  if (const auto text = headers.get(kDeadlineHeader)) {
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), ms);
    if (error != std::errc{} || end != text->data() + text->size() || ms < 0 || ms > 86'400'000) {
      return fail(ErrorCode::invalid, "header Matinee-Deadline-Ms: not in 0..86400000");
    }
    context.deadline = Deadline::in(clock, std::chrono::milliseconds{ms});
  }
  auto session = session_of(headers);
  if (!session) return std::unexpected(session.error());
  context.session = *session;
  return context;
}

void set_context_headers(Headers& headers, const RequestContext& context, const Clock& clock) {
  if (!context.request_id.empty()) headers.set(kRequestIdHeader, context.request_id);
  if (!context.client_address.empty()) headers.set(kClientAddressHeader, context.client_address);
  headers.set(kSchemeHeader, name_of(context.scheme));
  headers.set(kPriorityHeader, name_of(context.priority));
  if (context.deadline.at != MonotonicInstant::max()) {
    headers.set(kDeadlineHeader, std::to_string(context.deadline.left(clock).count()));
  }
  if (context.session) {
    headers.set(kSessionHeader, context.session->session_id.to_string());
    headers.set(kTenantHeader, context.session->tenant_id.to_string());
    headers.set(kAccountHeader, context.session->account_id.to_string());
    headers.set(kProfileHeader, context.session->profile_id.to_string());
    headers.set(kPseudonymHeader, context.session->pseudonym.to_string());
  }
}

}  // namespace matinee::http
