#pragma once
// app/studio_tables: answers of /admin/studio as a terminal shows them. Pure.

#include <cstdint>
#include <string>

#include "base/json.h"

namespace matinee::app {

std::string titles_table(const Json& page);
std::string title_text(const Json& title);
std::string jobs_table(const Json& page);
std::string storage_text(const Json& storage);
std::string library_text(const Json& library);

/// "1.5 GB"
std::string bytes_text(std::int64_t bytes);
/// "2026-11-25 09:41:05" in UTC.
std::string time_text(std::int64_t at_ms);

}  // namespace matinee::app
