#pragma once
// guard/secret_file: files that hold keys: made once, durable, for their owner only. Read by the
// keyring and by the roles' keys.

#include <filesystem>
#include <functional>
#include <string>

#include "base/files.h"
#include "base/random.h"
#include "base/time.h"

namespace matinee::guard {

/// The file's text; an absent file is created with what `fresh` returns. Of several that create at
/// once all get the text of one.
/// Errors: forbidden when others can read it, limited when it is longer than `bytes_max`.
Result<std::string> open_or_create_secret(Files& files, const std::filesystem::path& path,
                                          std::size_t bytes_max, const Clock& clock, Random& random,
                                          const std::function<std::string()>& fresh);

}  // namespace matinee::guard
