#include "app/tls_setup.h"

#include <algorithm>
#include <cstdio>

#include "base/files.h"
#include "base/log.h"
#include "http/message_writer.h"

namespace matinee::app {
namespace {

constexpr std::chrono::days kRenewBefore{30};

http::TlsFilePaths own_files(const HomePaths& paths) {
  return {paths.secrets() / "tls-self-signed.crt", paths.secrets() / "tls-self-signed.key"};
}

// A host name that fits no certificate is left out rather than being in the way of all others.
std::vector<std::string> usable_names(const Config& config) {
  auto names = certificate_names(config);
  std::erase_if(names, [](const std::string& name) {
    return name.empty() || name.size() > 253 || std::ranges::any_of(name, [](char c) {
             return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.' &&
                    c != '_' && c != ':';
           });
  });
  if (names.size() > 64) names.resize(64);
  return names;
}

Result<void> make_own(const Config& config, const HomePaths& paths, Instant now, Random& random) {
  const auto pem = http::make_self_signed(usable_names(config), now, random);
  if (!pem) return std::unexpected(pem.error());
  SystemFiles files;
  const auto own = own_files(paths);
  // A crash between the two leaves a key of another certificate: the next start makes both anew.
  if (auto done = write_file(files, own.key, pem->key); !done) return done;
  return write_file(files, own.certificate, pem->certificate);
}

// Kept as long as it is good: people compare its fingerprint.
Result<void> refresh_own(const Config& config, const HomePaths& paths, const Clock& clock,
                         Random& random) {
  const Instant now = clock.now();
  const auto old = http::load_tls_identity(own_files(paths));
  if (!old) return make_own(config, paths, now, random);
  const auto& facts = old->facts();
  if (now < facts.not_before || now + kRenewBefore > facts.not_after) {
    return make_own(config, paths, now, random);
  }
  for (const auto& name : names_missing(config, facts)) {
    log::warning(
        "the self-signed certificate is older than one of this machine's names; "
        "remove it to have a new one made",
        {{"name", name}, {"file", own_files(paths).certificate.string()}});
  }
  return {};
}

}  // namespace

std::vector<std::string> names_missing(const Config& config, const http::CertificateFacts& facts) {
  auto names = usable_names(config);
  std::erase_if(names, [&](const std::string& name) {
    return std::ranges::find(facts.names, name) != facts.names.end();
  });
  return names;
}

Result<std::optional<http::TlsFilePaths>> tls_files(const Config& config, const HomePaths& paths) {
  const TlsConfig& tls = config.tls;
  if (!tls.is_on()) return std::nullopt;
  const bool has_files = !tls.certificate.empty() || !tls.key.empty();
  if (tls.self_signed && has_files) {
    return fail(ErrorCode::invalid,
                "TLS: either a certificate and its key, or a self-signed one, not both");
  }
  if (tls.self_signed) return own_files(paths);
  if (tls.key.empty()) {
    return fail(ErrorCode::invalid, "TLS: the certificate " + tls.certificate.string() +
                                        " needs its key (--tls-key, or key in [tls])");
  }
  if (tls.certificate.empty()) {
    return fail(ErrorCode::invalid,
                "TLS: the key " + tls.key.string() +
                    " needs its certificate (--tls-certificate, or certificate in [tls])");
  }
  return http::TlsFilePaths{tls.certificate, tls.key};
}

Result<std::optional<http::CertificateFacts>> prepare_tls(const Config& config,
                                                          const HomePaths& paths,
                                                          const Clock& clock, Random& random) {
  const auto files = tls_files(config, paths);
  if (!files) return std::unexpected(files.error());
  if (!*files) return std::nullopt;
  if (config.tls.self_signed) {
    if (auto made = refresh_own(config, paths, clock, random); !made) {
      return fail(made.error(), "TLS with a self-signed certificate");
    }
  }
  const auto identity = http::load_tls_identity(**files);
  if (!identity) return std::unexpected(identity.error());
  if (auto dates = http::check_dates(identity->facts(), clock.now()); !dates) {
    return fail(dates.error(), (*files)->certificate.string());
  }
  return identity->facts();
}

Json tls_status(const http::TlsFilePaths& files, bool self_signed,
                const http::CertificateFacts& facts, const std::string& trouble) {
  return {{"certificate", files.certificate.string()},
          {"self_signed", self_signed},
          {"trusted", facts.is_trusted},
          {"names", facts.names},
          {"fingerprint", facts.fingerprint},
          {"not_before_ms", to_ms(facts.not_before)},
          {"not_after_ms", to_ms(facts.not_after)},
          {"trouble", trouble}};
}

std::string tls_text(const Json& status) {
  std::string text = "tls: ";
  text.append(status.value("self_signed", false) ? "self-signed" : status.value("certificate", ""));
  text.append(", good until ")
      .append(http::http_date(from_ms(status.value("not_after_ms", std::int64_t{0}))));
  text.append("\n     SHA-256 fingerprint ").append(status.value("fingerprint", "")).append("\n");
  if (const auto trouble = status.value("trouble", ""); !trouble.empty()) {
    text.append("     newer files are not in use: ").append(trouble).append("\n");
  }
  return text;
}

}  // namespace matinee::app
