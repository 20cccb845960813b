#include "guard/role_credential.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "guard/secret_file.h"

namespace matinee::guard {
namespace {

constexpr std::string_view kScheme = "Matinee-Role ";
constexpr std::size_t kCredentialBytesMax = 128;
constexpr std::size_t kKeyFileBytesMax = 1024;

constexpr std::array<std::pair<Role, std::string_view>, kRoles> kNames{{{Role::edge, "edge"},
                                                                        {Role::control, "control"},
                                                                        {Role::insight, "insight"},
                                                                        {Role::origin, "origin"},
                                                                        {Role::media, "media"},
                                                                        {Role::train, "train"}}};

struct Permission {
  Role role;
  Operation operation;
};
constexpr Permission kPolicy[] = {
    {Role::edge, Operation::read_objects},        {Role::edge, Operation::resolve_sessions},
    {Role::edge, Operation::read_manifests},      {Role::edge, Operation::act_for_viewers},
    {Role::control, Operation::read_objects},     {Role::control, Operation::write_objects},
    {Role::control, Operation::remove_objects},   {Role::control, Operation::read_resume},
    {Role::control, Operation::erase_pseudonyms}, {Role::control, Operation::act_for_viewers},
    {Role::control, Operation::revoke_sessions},  {Role::insight, Operation::read_profile_keys},
    {Role::media, Operation::read_objects},       {Role::media, Operation::write_objects},
    {Role::media, Operation::work_on_jobs},       {Role::train, Operation::work_on_jobs},
};

std::string mac(const SecretKey& key, std::string_view claim) {
  const std::string text = std::string("matinee-role\n").append(claim);
  return to_base64url(hmac_sha256(key.bytes(), bytes_of(text)));
}

Result<SecretKey> open_or_create_key(Files& files, const std::filesystem::path& path,
                                     const Clock& clock, Random& random) {
  auto text = open_or_create_secret(files, path, kKeyFileBytesMax, clock, random, [&] {
    return SecretKey::generate(random).hex_digits() + "\n";
  });
  if (!text) return std::unexpected(text.error());
  while (text->ends_with('\n')) text->pop_back();
  auto key = SecretKey::from_hex_digits(*text);
  if (!key) return fail(ErrorCode::corrupt, path.string() + " holds no key");
  return key;
}

}  // namespace

std::string_view name_of(Role role) {
  for (const auto& [known, name] : kNames) {
    if (known == role) return name;
  }
  MATINEE_CHECK(false);
}

std::optional<Role> role_of(std::string_view name) {
  for (const auto& [role, known] : kNames) {
    if (known == name) return role;
  }
  return std::nullopt;
}

bool is_permitted(Role role, Operation operation) {
  for (const Permission& permission : kPolicy) {
    if (permission.role == role && permission.operation == operation) return true;
  }
  return false;
}

std::string mint_credential(Role role, const SecretKey& key, Instant now) {
  std::string claim(name_of(role));
  claim.append(".").append(std::to_string(to_ms(now + kCredentialLifetime)));
  return std::string(kScheme) + claim + "." + mac(key, claim);
}

Result<RoleKeys> RoleKeys::open_or_create(Files& files, const std::filesystem::path& folder,
                                          const Clock& clock, Random& random) {
  if (auto done = files.create_folders(folder); !done) {
    return fail(done.error(), "creating the folder of role keys");
  }
  RoleKeys keys;
  for (const auto& [role, name] : kNames) {
    auto key = open_or_create_key(files, folder / (std::string(name) + ".key"), clock, random);
    if (!key) return fail(key.error(), "opening the key of role " + std::string(name));
    keys.set(role, *key);
  }
  return keys;
}

const SecretKey& RoleKeys::key(Role role) const {
  const auto found = keys_.find(role);
  MATINEE_CHECK(found != keys_.end());
  return found->second;
}

std::string RoleKeys::mint(Role role, Instant now) const {
  return mint_credential(role, key(role), now);
}

Result<Role> RoleKeys::verify(std::string_view authorization, Instant now) const {
  const auto refuse = [](const char* why) { return fail(ErrorCode::unauthorized, why); };
  if (!authorization.starts_with(kScheme) || authorization.size() > kCredentialBytesMax) {
    return refuse("a role credential is needed");
  }
  const std::string_view credential = authorization.substr(kScheme.size());
  const std::size_t first = credential.find('.');
  const std::size_t last = credential.rfind('.');
  if (first == std::string_view::npos || first == last) return refuse("malformed role credential");
  const auto role = role_of(credential.substr(0, first));
  if (!role || !keys_.contains(*role)) return refuse("a role credential of an unknown role");
  const std::string expected = mac(key(*role), credential.substr(0, last));
  if (!equal_in_constant_time(bytes_of(credential.substr(last + 1)), bytes_of(expected))) {
    return refuse("the role credential's signature is wrong");
  }
  const std::string_view digits = credential.substr(first + 1, last - first - 1);
  std::int64_t expires_ms = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), expires_ms);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return refuse("malformed role credential");
  }
  if (expires_ms <= to_ms(now)) return refuse("the role credential has expired");
  if (expires_ms > to_ms(now + 2 * kCredentialLifetime)) {
    return refuse("the role credential is from the future: check the clocks");
  }
  return *role;
}

Result<Role> RoleKeys::authorize(std::string_view authorization, Operation operation,
                                 Instant now) const {
  static constexpr std::string_view kOperations[] = {
      "read objects", "write objects",     "remove objects", "resolve sessions", "read manifests",
      "work on jobs", "read profile keys", "read resume",    "erase pseudonyms", "act for viewers"};
  auto role = verify(authorization, now);
  if (!role || is_permitted(*role, operation)) return role;
  return fail(ErrorCode::forbidden,
              std::string("role ") + std::string(name_of(*role)) + " may not " +
                  std::string(kOperations[static_cast<std::size_t>(operation)]));
}

}  // namespace matinee::guard
