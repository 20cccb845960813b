#pragma once
// app/tls_setup: which certificate the edge serves with, and what the operator is told about it.

#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/home.h"
#include "base/json.h"
#include "http/tls_files.h"

namespace matinee::app {

/// The files that the configuration means; nothing without TLS.
/// Errors: invalid for a certificate without a key, a key without a certificate, or files together
/// with a self-signed one.
Result<std::optional<http::TlsFilePaths>> tls_files(const Config& config, const HomePaths& paths);

/// Before anything is served: makes the self-signed certificate when it is asked for and there is
/// none, or it ends within 30 days, and checks what there is. Nothing without TLS.
/// Errors: as tls_files() and load_tls_identity(); invalid for a certificate whose time has not
/// come or is over.
Result<std::optional<http::CertificateFacts>> prepare_tls(const Config& config,
                                                          const HomePaths& paths,
                                                          const Clock& clock, Random& random);

/// The names and addresses of this machine and configuration that a self-signed certificate was
/// made without. It is kept all the same: people compare its fingerprint, and browsers remember it.
std::vector<std::string> names_missing(const Config& config, const http::CertificateFacts& facts);

/// What `matinee status` shows: {"certificate","self_signed","trusted","names","fingerprint",
/// "not_before_ms","not_after_ms","trouble"}; "trouble" is "" or why newer files are not in use.
Json tls_status(const http::TlsFilePaths& files, bool self_signed,
                const http::CertificateFacts& facts, const std::string& trouble);

/// The same for a person, in two lines.
std::string tls_text(const Json& status);

}  // namespace matinee::app
