// Goal: a role is believed only with its own key and for minutes, and may do only what it should.
#include "guard/role_credential.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/encoding.h"

namespace matinee::guard {
namespace {

using namespace std::chrono_literals;

const Instant kNow = from_ms(1'767'225'600'000);

RoleKeys keys_of(unsigned char seed) {
  SeededRandom random(seed);
  RoleKeys keys;
  for (const Role role : {Role::edge, Role::control, Role::insight, Role::origin, Role::media}) {
    keys.set(role, SecretKey::generate(random));
  }
  return keys;
}

TEST(RoleCredential, IsWhatTheFormatSays) {
  std::array<unsigned char, 32> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i);
  // Computed by another implementation (Python's hmac and base64).
  EXPECT_EQ(mint_credential(Role::edge, SecretKey(bytes), kNow),
            "Matinee-Role edge.1767225900000.cDYoGaxa1Sui3VMI5gMsMgCJQso-BFfK1J2-Di-68vs");
}

TEST(RoleCredential, NamesItsRoleUntilItExpires) {
  const RoleKeys keys = keys_of(1);
  const std::string text = keys.mint(Role::media, kNow);
  EXPECT_EQ(keys.verify(text, kNow).value(), Role::media);
  EXPECT_TRUE(keys.verify(text, kNow + kCredentialLifetime - 1ms));
  EXPECT_EQ(keys.verify(text, kNow + kCredentialLifetime).error().code, ErrorCode::unauthorized);
  // Clocks that differ a little do no harm; a credential for years is refused.
  EXPECT_TRUE(keys.verify(text, kNow - kCredentialLifetime));
  EXPECT_FALSE(keys.verify(text, kNow - kCredentialLifetime - 1ms));
}

TEST(RoleCredential, AnotherTextIsRefused) {
  const RoleKeys keys = keys_of(1);
  const std::string text = keys.mint(Role::media, kNow);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = altered[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(keys.verify(altered, kNow)) << altered;
    EXPECT_FALSE(keys.verify(text.substr(0, i), kNow)) << i;
  }
  EXPECT_FALSE(keys_of(2).verify(text, kNow));
  for (const char* other : {"", "Matinee-Role ", "Matinee-Role .", "Matinee-Role ..",
                            "Matinee-Role media.1", "Bearer media.1.x", "Matinee-Role train.1.x"}) {
    EXPECT_FALSE(keys.verify(other, kNow)) << other;
  }
}

TEST(RoleCredential, PolicyIsThis) {
  struct Case {
    Operation operation;
    std::string_view roles;
  };
  const Case cases[] = {
      {Operation::read_objects, "edge control media "},
      {Operation::write_objects, "control media "},
      {Operation::remove_objects, "control "},
      {Operation::resolve_sessions, "edge "},
      {Operation::revoke_sessions, "control "},
      {Operation::read_manifests, "edge "},
      {Operation::work_on_jobs, "media train "},
      {Operation::read_profile_keys, "insight "},
      {Operation::read_resume, "control "},
      {Operation::erase_pseudonyms, "control "},
      {Operation::act_for_viewers, "edge control "},
  };
  for (const Case& each : cases) {
    std::string roles;
    for (const Role role :
         {Role::edge, Role::control, Role::insight, Role::origin, Role::media, Role::train}) {
      if (is_permitted(role, each.operation)) roles.append(name_of(role)).append(" ");
    }
    EXPECT_EQ(roles, each.roles) << static_cast<int>(each.operation);
  }
}

TEST(RoleCredential, AuthorizeTellsWhoFromWhat) {
  const RoleKeys keys = keys_of(1);
  const std::string edge = keys.mint(Role::edge, kNow);
  EXPECT_EQ(keys.authorize(edge, Operation::read_objects, kNow).value(), Role::edge);
  const auto refused = keys.authorize(edge, Operation::write_objects, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  EXPECT_EQ(refused.error().message, "role edge may not write objects");
  EXPECT_EQ(keys.authorize("", Operation::read_objects, kNow).error().code,
            ErrorCode::unauthorized);
}

TEST(RoleKeyFiles, AreMadeOnceAndPrivate) {
  std::string name = (std::filesystem::temp_directory_path() / "matinee-roles-XXXXXX").string();
  ASSERT_NE(mkdtemp(name.data()), nullptr);
  const std::filesystem::path folder = std::filesystem::path(name) / "roles";
  SystemFiles files;
  SeededRandom random(1);
  const FakeClock clock(kNow);
  const auto made = RoleKeys::open_or_create(files, folder, clock, random);
  ASSERT_TRUE(made) << made.error().message;
  const auto again = RoleKeys::open_or_create(files, folder, clock, random);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->verify(made->mint(Role::train, kNow), kNow).value(), Role::train);
  EXPECT_EQ(files.list(folder)->size(), kRoles);
  const auto mode = std::filesystem::status(folder / "edge.key").permissions();
  EXPECT_EQ(static_cast<unsigned>(mode) & 0777U, 0600U);
  std::filesystem::permissions(folder / "edge.key", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(RoleKeys::open_or_create(files, folder, clock, random).error().code,
            ErrorCode::forbidden);
  ASSERT_TRUE(write_file(files, folder / "edge.key", "short\n"));
  EXPECT_EQ(RoleKeys::open_or_create(files, folder, clock, random).error().code,
            ErrorCode::corrupt);
  std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace matinee::guard
