#pragma once
// guard/envelope: the personal part of an event, readable only while its profile's key exists.

#include <string>
#include <string_view>

#include "base/id.h"
#include "guard/cipher.h"

namespace matinee::guard {

/// Seals `text` under the profile's key, bound to this pseudonym and this event: moved to another
/// event it does not open. Destroying the key makes every copy of it unreadable.
std::string seal_personal(const SecretKey& profile_key, Pseudonym pseudonym, EventId event,
                          std::string_view text, Random& random);

/// Errors: corrupt when it was sealed for another key, pseudonym or event.
Result<std::string> unseal_personal(const SecretKey& profile_key, Pseudonym pseudonym,
                                    EventId event, std::string_view sealed);

}  // namespace matinee::guard
