#pragma once
// base/result: what a call that can fail returns. Callers branch on `code`; people read `message`.

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace matinee {

enum class ErrorCode {
  invalid,
  unauthorized,
  forbidden,
  not_found,
  conflict,
  limited,
  unavailable,
  corrupt
};

struct Error {
  ErrorCode code;
  std::string message;  // says what was being done and to what; never a secret
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}

/// The same error with `context` in front of its message: "adding a.mkv: probing: no video".
inline std::unexpected<Error> fail(const Error& cause, std::string_view context) {
  return std::unexpected<Error>(
      Error{cause.code, std::string(context).append(": ").append(cause.message)});
}

/// The code's name as it stands in JSON and logs.
std::string_view name_of(ErrorCode code);

/// The code a name stands for; `unavailable` for a name this version does not know.
ErrorCode error_code_of(std::string_view name);

}  // namespace matinee
