#pragma once
// guard/device_mark: how a browser that signed in before is known again, so that strangers who
// guess an account's password cannot keep its owner out.

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/random.h"
#include "guard/cipher.h"

namespace matinee::guard {

/// The mark that a browser gets when it signs in: 32 hex digits of its own, '.', and an HMAC over
/// them, the account and its present password: a new password ends all marks. It opens nothing: it
/// only gives the browser guesses of its own.
std::string mint_device_mark(const SecretKey& key, AccountId account,
                             std::string_view password_hash, Random& random);

/// The digits of a genuine mark of that account; nullopt for any other text.
std::optional<std::string> device_of_mark(const SecretKey& key, AccountId account,
                                          std::string_view password_hash, std::string_view mark);

}  // namespace matinee::guard
