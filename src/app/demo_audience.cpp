#include "app/demo_audience.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <thread>

#include "app/demo_maker.h"
#include "app/home.h"
#include "base/encoding.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "demo/audience/viewer.h"

namespace matinee::app {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::uint32_t kSeed = 2026;
constexpr milliseconds kAskMax{10'000};
constexpr milliseconds kNapMax{500};
constexpr milliseconds kCountEvery{1'000};  // how soon a change on the page is noticed
constexpr milliseconds kTitlesEvery{15'000};
constexpr std::size_t kAnswerBytesMax = std::size_t{4} << 20U;
constexpr std::size_t kUrlBytesMax = 512;
constexpr std::size_t kMembersBytesMax = 256 * 1024;

std::string read_url(int pipe) {
  std::string url;
  std::array<char, 128> buffer{};
  while (url.size() < kUrlBytesMax) {
    const ssize_t got = ::read(pipe, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    url.append(buffer.data(), static_cast<std::size_t>(got));
    if (url.ends_with('\n')) return url.substr(0, url.size() - 1);
  }
  return {};
}

// "http://127.0.0.1:8080/" -> "127.0.0.1:8080".
std::string authority_of(const std::string& url) {
  const std::size_t from = url.find("//");
  if (from == std::string::npos) return {};
  return url.substr(from + 2, url.find('/', from + 2) - from - 2);
}

std::string cookie_of(const http::Headers& headers) {
  const auto set = headers.get("Set-Cookie");
  return set ? std::string(set->substr(0, set->find(';'))) : std::string();
}

/// Signs members in: as they did before, else by an invitation.
class Doorman {
 public:
  Doorman(const Clock& clock, Random& random, http::Client& edge, const fs::path& home)
      : clock_(clock),
        random_(random),
        edge_(edge),
        admin_(clock,
               {.address = http::Address::unix_path(HomePaths{home}.socket("admin").string())}),
        file_(demo_library(home) / ".audience.json") {
    SystemFiles files;
    const auto text = read_file(files, file_, kMembersBytesMax);
    const auto json = text ? parse_json(*text) : Result<Json>(Json::object());
    passwords_ = json && json->is_object() ? *json : Json::object();
  }

  Result<std::string> sign_in(const demo::AudienceMember& member) {
    if (passwords_.contains(member.name) && passwords_[member.name].is_string()) {
      auto cookie = post("/v1/sign-in", {{"name", member.name},
                                         {"password", passwords_[member.name]},
                                         {"device", member.device}});
      if (cookie) return choose_profile(*cookie, member);
    }
    auto cookie = accept_invitation(member);
    if (cookie) return choose_profile(*cookie, member);
    if (cookie.error().code != ErrorCode::not_found) return cookie;
    // A service without sign-in: every page brings a session.
    const auto page = edge_.fetch({.target = "/"}, Deadline::in(clock_, kAskMax), kAnswerBytesMax);
    if (!page) return std::unexpected(page.error());
    const auto given = cookie_of(page->headers);
    if (given.empty()) return fail(ErrorCode::unavailable, "the service gives no session");
    return given;
  }

  /// How many shall watch: what the page said, else `now`, which the page then shows.
  int wanted(int now) {
    const auto deadline = Deadline::in(clock_, kAskMax);
    const std::string target = "/admin/demo/audience";
    const auto answer = admin_.fetch({.target = target}, deadline, kAnswerBytesMax);
    if (!answer || answer->status != 200) return now;
    const auto json = parse_json(answer->body);
    if (!json) return now;
    const auto viewers = integer_member(*json, "viewers");
    if (!viewers) return now;
    if (*viewers >= 0) {
      return static_cast<int>(std::min<std::int64_t>(*viewers, demo::kAudienceMax));
    }
    auto request = json_request(target, {{"viewers", now}});
    request.method = http::Method::put;
    const auto told = admin_.fetch(request, deadline, kAnswerBytesMax);
    if (!told) log::debug("the page cannot be told of the audience", {});
    return now;
  }

 private:
  static http::ClientRequest json_request(std::string target, const Json& body) {
    http::ClientRequest request{.method = http::Method::post, .target = std::move(target)};
    request.headers.set("Content-Type", "application/json");
    request.body = to_text(body);
    return request;
  }

  // The session that the answer sets. Errors: not_found, unavailable.
  Result<std::string> post(const std::string& target, const Json& body,
                           const std::string& cookie = "") {
    auto request = json_request(target, body);
    if (!cookie.empty()) request.headers.set("Cookie", cookie);
    const auto answer = edge_.fetch(request, Deadline::in(clock_, kAskMax), kAnswerBytesMax);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status >= 300) {
      return fail(answer->status == 404 ? ErrorCode::not_found : ErrorCode::unavailable,
                  target + " answered " + std::to_string(answer->status));
    }
    const auto set = cookie_of(answer->headers);
    return set.empty() ? cookie : set;
  }

  Result<std::string> accept_invitation(const demo::AudienceMember& member) {
    const auto made =
        admin_.fetch(json_request("/admin/invitations", {{"role", "viewer"}, {"note", "audience"}}),
                     Deadline::in(clock_, kAskMax), kAnswerBytesMax);
    if (!made) return std::unexpected(made.error());
    if (made->status >= 300) {
      return fail(made->status == 404 ? ErrorCode::not_found : ErrorCode::unavailable,
                  "inviting answered " + std::to_string(made->status));
    }
    const auto json = parse_json(made->body);
    const auto url =
        json ? text_member(*json, "url") : Result<std::string>(std::unexpected(json.error()));
    if (!url) return std::unexpected(url.error());
    const std::size_t mark = url->find('#');
    if (mark == std::string::npos) return fail(ErrorCode::corrupt, "an invitation without a token");
    std::array<unsigned char, 16> secret{};
    random_.fill(secret);
    std::string password = to_hex(secret);
    auto cookie =
        post("/v1/invitations/accept",
             {{"token", url->substr(mark + 1)}, {"name", member.name}, {"password", password}});
    if (!cookie) return cookie;
    passwords_[member.name] = std::move(password);
    SystemFiles files;  // made with mode 0600
    if (const auto kept = write_file(files, file_, to_text(passwords_)); !kept) {
      return std::unexpected(kept.error());
    }
    return cookie;
  }

  Result<std::string> choose_profile(const std::string& cookie,
                                     const demo::AudienceMember& member) {
    http::ClientRequest request{.target = "/v1/profiles"};
    request.headers.set("Cookie", cookie);
    const auto answer = edge_.fetch(request, Deadline::in(clock_, kAskMax), kAnswerBytesMax);
    if (!answer) return std::unexpected(answer.error());
    const auto json = answer->status == 200
                          ? parse_json(answer->body)
                          : Result<Json>(fail(ErrorCode::unavailable, "no profiles"));
    if (!json) return std::unexpected(json.error());
    const Json list = json->value("profiles", Json::array());
    if (list.empty()) return fail(ErrorCode::unavailable, member.name + " has no profile");
    const auto id = text_member(list.front(), "id");
    if (!id) return std::unexpected(id.error());
    return post("/v1/profiles/" + *id + "/select", Json::object(), cookie);
  }

  const Clock& clock_;
  Random& random_;
  http::Client& edge_;
  http::Client admin_;
  fs::path file_;
  Json passwords_;
};

class House {
 public:
  House(const fs::path& home, const std::string& authority, const http::Address& address,
        int viewers)
      : edge_(clock_, {.address = address, .host = authority}),
        doorman_(clock_, random_, edge_, home),
        wanted_(viewers) {}

  void run() {
    while (true) {
      const auto now = clock_.monotonic();
      if (now >= next_count_) {
        next_count_ = now + kCountEvery;
        wanted_ = doorman_.wanted(wanted_);
        seat();
      }
      if (now >= next_titles_ && !viewers_.empty()) read_titles();
      auto next = clock_.monotonic() + kNapMax;
      for (auto& viewer : viewers_) next = std::min(next, viewer->act(titles_));
      const auto nap = Deadline{next}.left(clock_);
      if (nap.count() > 0) std::this_thread::sleep_for(nap);
    }
  }

 private:
  void seat() {
    const auto wanted = static_cast<std::size_t>(std::clamp(wanted_, 0, demo::kAudienceMax));
    while (viewers_.size() > wanted) {
      viewers_.back()->leave();
      viewers_.pop_back();
    }
    if (viewers_.size() == wanted) return;
    const auto members = demo::make_audience(static_cast<int>(wanted), kSeed);
    const auto moment = static_cast<std::uint32_t>(to_ms(clock_.now()));
    for (std::size_t i = viewers_.size(); i < wanted; ++i) {
      viewers_.push_back(std::make_unique<demo::AudienceViewer>(
          demo::AudienceWorld{clock_, random_, edge_,
                              [this](const auto& member) { return doorman_.sign_in(member); }},
          members[i], demo::hash(moment, static_cast<std::uint32_t>(i))));
    }
  }

  void read_titles() {
    const auto signed_in = std::ranges::find_if(
        viewers_, [](const auto& viewer) { return !viewer->cookie().empty(); });
    if (signed_in == viewers_.end()) return;
    next_titles_ = clock_.monotonic() + kTitlesEvery;
    std::vector<demo::Watchable> titles;
    for (const char* target : {"/v1/titles?limit=200", "/v1/titles?limit=200&kind=episode"}) {
      http::ClientRequest request{.target = target};
      request.headers.set("Cookie", (*signed_in)->cookie());
      const auto answer = edge_.fetch(request, Deadline::in(clock_, kAskMax), kAnswerBytesMax);
      const auto json =
          answer && answer->status == 200 ? parse_json(answer->body) : Result<Json>(Json::object());
      if (!json) continue;
      for (const auto& title : json->value("titles", Json::array())) add_title(titles, title);
    }
    if (!titles.empty()) titles_ = std::move(titles);
  }

  static void add_title(std::vector<demo::Watchable>& titles, const Json& json) {
    const auto id = text_member(json, "id");
    const auto duration = integer_member(json, "duration_ms");
    if (!id || !duration || *duration <= 0 || !json.value("playable", false)) return;
    if (std::ranges::find(titles, *id, &demo::Watchable::id) != titles.end()) return;
    demo::Watchable title{.id = *id, .genres = {}, .duration_ms = *duration};
    for (const auto& genre : json.value("genres", Json::array())) {
      if (genre.is_string()) title.genres.push_back(genre.get<std::string>());
    }
    titles.push_back(std::move(title));
  }

  SystemClock clock_;
  SystemRandom random_;
  http::Client edge_;
  Doorman doorman_;
  int wanted_;
  std::vector<demo::Watchable> titles_;
  std::vector<std::unique_ptr<demo::AudienceViewer>> viewers_;
  MonotonicInstant next_count_{};
  MonotonicInstant next_titles_{};
};

}  // namespace

int run_demo_audience(const fs::path& home, int url_pipe, int viewers) {
  const std::string authority = authority_of(read_url(url_pipe));
  ::close(url_pipe);
  if (authority.empty()) return 0;  // the service did not come up; it says why
  const auto address = http::Address::parse(authority);
  if (!address) {
    log::warning("the audience cannot find the service", {{"error", address.error().message}});
    return 1;
  }
  House(home, authority, *address, viewers).run();
  return 0;
}

}  // namespace matinee::app
