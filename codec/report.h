#pragma once
// codec/report: what matinee-codec says on standard output: progress lines and one document.

#include "base/json.h"
#include "base/result.h"

namespace matinee::codec {

/// Writes {"progress":p} when p has grown by at least a hundredth since the last line.
void report_progress(double progress);

/// The result document, the last line.
void report_result(const Json& json);

/// {"error":{"code","message"}}, the last line.
void report_error(const Error& error);

}  // namespace matinee::codec
