// Goal: no body of sign-in, claim, invitation or profile breaks control, and what is accepted is
// within its bounds.
#include <cstdlib>
#include <string_view>

#include "api/sign_in_requests.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  (void)matinee::api::parse_join(body);
  (void)matinee::api::parse_sign_in(body);
  (void)matinee::api::parse_password(body);
  (void)matinee::api::parse_invitation(body);
  (void)matinee::api::parse_role(body);
  (void)matinee::api::parse_select(body);
  const auto change = matinee::api::parse_profile_change(body);
  if (change) {
    const auto draft = matinee::members::check_draft(matinee::api::changed({.name = "A"}, *change));
    const bool is_bounded =
        !draft || (!draft->name.empty() && draft->maturity_max.value_or(0) >= 0 &&
                   draft->maturity_max.value_or(0) <= matinee::members::kMaturityMax &&
                   (draft->kind == matinee::members::ProfileKind::adult || draft->maturity_max));
    if (!is_bounded) std::abort();
  }
  if (matinee::api::device_of_user_agent(body).size() > 100) std::abort();
  return 0;
}
