#include "app/library_commands.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "app/admin_call.h"
#include "catalog/source_digests.h"
#include "functions/digest_reader.h"

namespace matinee::app {
namespace {

constexpr std::chrono::milliseconds kLookEvery{250};
constexpr std::int64_t kReadBytes = std::int64_t{64} * 1024 * 1024;

std::string text_or(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_or(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

// How a source is now: "ok", "changed", "missing", "unreadable", and in words why.
struct Verdict {
  std::string state;
  std::string message;
};

Verdict read_again(catalog::SourceDigest source) {
  struct stat facts{};
  if (::stat(source.path.c_str(), &facts) != 0) return {"missing", "it is not there"};
  if (facts.st_size != source.bytes) {
    return {"changed", "it had " + std::to_string(source.bytes) + " bytes and has " +
                           std::to_string(facts.st_size)};
  }
  // Its time says nothing about its content.
  source.modified_ms =
      std::int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
  functions::DigestReader reader;
  if (auto begun = reader.begin(source); !begun) return {"unreadable", begun.error().message};
  while (true) {
    const auto done = reader.read_on(kReadBytes);
    if (!done) return {"unreadable", done.error().message};
    if (!*done) continue;
    if ((*done)->digest.sha256 == source.sha256) return {"ok", ""};
    return {"changed", "its content is not what it was when it was first read"};
  }
}

void print(const std::string& path, const Verdict& verdict, bool as_json) {
  if (as_json) {
    const Json line{{"path", path}, {"state", verdict.state}, {"message", verdict.message}};
    std::printf("%s\n", to_text(line).c_str());
  } else if (verdict.state != "ok") {
    std::printf("%-10s %s: %s\n", verdict.state.c_str(), path.c_str(), verdict.message.c_str());
  }
  std::fflush(stdout);
}

int report(const char* command, const Error& error, int status) {
  std::fprintf(stderr, "matinee %s: %s\n", command, error.message.c_str());
  return status;
}

std::string progress_of(const Json& scan) {
  const auto expected = number_or(scan, "expected");
  std::string line = std::to_string(number_or(scan, "found"));
  if (expected > 0) line += " of about " + std::to_string(expected);
  line += " titles, " + std::to_string(number_or(scan, "added")) + " new";
  const auto folder = text_or(scan, "folder");
  return folder.empty() ? line : line + ", in " + folder;
}

// Until the scan of this number has ended; the service does it, whoever looks on.
Result<Json> follow_scan(const std::string& home, std::int64_t number) {
  const bool on_terminal = ::isatty(STDERR_FILENO) == 1;
  if (on_terminal) std::fputs("Ctrl-C leaves the scan running.\n", stderr);
  while (true) {
    auto scan = ask_admin(home, http::Method::get, "/admin/library/scan");
    if (on_terminal) std::fputs("\r\033[K", stderr);
    if (!scan) return scan;
    if (number_or(*scan, "number") < number) {
      return fail(ErrorCode::unavailable,
                  "the service has started again; it looks through the library by itself");
    }
    const bool ended = number_or(*scan, "ended_ms") > 0 || number_or(*scan, "number") > number;
    if (ended && !text_or(*scan, "error").empty()) {
      return fail(ErrorCode::unavailable, text_or(*scan, "error"));
    }
    if (ended) return scan;
    if (on_terminal) std::fputs(progress_of(*scan).c_str(), stderr);
    std::this_thread::sleep_for(kLookEvery);
  }
}

}  // namespace

int run_scan(const LibraryOptions& options) {
  const auto begun =
      ask_admin(options.home, http::Method::post, "/admin/library/rescan", Json::object());
  if (!begun) return report("scan", begun.error(), 1);
  const auto answer = follow_scan(options.home, number_or(*begun, "number"));
  if (!answer) return report("scan", answer.error(), 1);
  if (options.json) return std::puts(to_text(*answer).c_str()) >= 0 ? 0 : 1;
  for (const auto& item : answer->value("skipped", Json::array())) {
    if (text_or(item, "kind") == "skipped") continue;
    std::printf("%-10s %s: %s\n", text_or(item, "kind").c_str(), text_or(item, "path").c_str(),
                text_or(item, "reason").c_str());
  }
  std::printf("%lld new, %lld changed, %lld missing\n",
              static_cast<long long>(number_or(*answer, "added")),
              static_cast<long long>(number_or(*answer, "changed")),
              static_cast<long long>(number_or(*answer, "missing")));
  return 0;
}

int run_verify(const LibraryOptions& options) {
  std::string after;
  long long read = 0;
  long long wrong = 0;
  long long unread = 0;
  while (true) {
    const auto page =
        ask_admin(options.home, http::Method::get, "/admin/library/digests?after=" + after);
    if (!page) return report("verify", page.error(), 2);
    for (const auto& item : page->value("digests", Json::array())) {
      catalog::SourceDigest source;
      source.path = text_or(item, "path");
      source.bytes = number_or(item, "bytes");
      source.sha256 = text_or(item, "sha256");
      const auto verdict = read_again(source);
      ++read;
      wrong += verdict.state == "ok" ? 0 : 1;
      print(source.path, verdict, options.json);
    }
    unread = number_or(*page, "unread");
    after = text_or(*page, "next");
    if (after.empty()) break;
  }
  if (!options.json) {
    std::printf("%lld files read, %lld not as they were, %lld without a digest yet\n", read, wrong,
                unread);
  }
  return wrong == 0 ? 0 : 1;
}

}  // namespace matinee::app
