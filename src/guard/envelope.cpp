#include "guard/envelope.h"

#include "base/encoding.h"

namespace matinee::guard {
namespace {

std::string context_of(Pseudonym pseudonym, EventId event) {
  std::string context = "matinee-event-1\n";
  context.append(text_of(pseudonym.uuid.bytes));
  context.append(text_of(event.uuid.bytes));
  return context;
}

}  // namespace

std::string seal_personal(const SecretKey& profile_key, Pseudonym pseudonym, EventId event,
                          std::string_view text, Random& random) {
  return seal(profile_key, text, context_of(pseudonym, event), random);
}

Result<std::string> unseal_personal(const SecretKey& profile_key, Pseudonym pseudonym,
                                    EventId event, std::string_view sealed) {
  return unseal(profile_key, sealed, context_of(pseudonym, event));
}

}  // namespace matinee::guard
