#pragma once
// http/loggable_path: paths as logs may show them.

#include <string>
#include <string_view>

#include "http/router.h"

namespace matinee::http {

/// The path with "-" in place of what a {token} of any route would be: a token opens what it names
/// to whoever reads it, also when the method or the rest of the path is wrong.
std::string loggable_path(const Router& router, std::string_view path);

}  // namespace matinee::http
