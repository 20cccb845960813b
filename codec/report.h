#pragma once
// codec/report: what matinee-codec says on standard output: progress lines and one document.

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace matinee::codec {

/// Writes {"progress":p} when p has grown by at least a hundredth since the last line.
void report_progress(double progress);

/// The result document, the last line.
void report_result(const Json& json);

/// The text, or what of it fits into `bytes_max` bytes without cutting a UTF-8 character in two.
std::string cut_text(std::string_view text, std::size_t bytes_max);

/// {"error":{"code","message"}}, the last line; a message over 1 KiB is cut.
void report_error(const Error& error);

}  // namespace matinee::codec
