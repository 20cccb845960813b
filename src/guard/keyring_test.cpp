// Goal: a home's keys are made once, survive, are private, and unwrap what they wrapped.
#include "guard/keyring.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/json.h"

namespace matinee::guard {
namespace {

class KeyringFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-keyring-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<Keyring> open() {
    return Keyring::open_or_create(files_, folder_ / "keyring.json", clock_, random_);
  }
  void rewrite(const std::function<void(Json&)>& change) {
    Json json = parse_json(read_file(files_, folder_ / "keyring.json", 65536).value()).value();
    change(json);
    ASSERT_TRUE(write_file(files_, folder_ / "keyring.json", json.dump()));
  }

  std::filesystem::path folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'767'225'600'000)};
  SeededRandom random_{1};
};

TEST_F(KeyringFile, IsMadeOnceAndReadAgain) {
  const auto made = open();
  ASSERT_TRUE(made) << made.error().message;
  const auto again = open();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(made->session_key().bytes(), again->session_key().bytes());
  const PathToken token{.package = {1}, .expires = clock_.now() + std::chrono::hours(1)};
  EXPECT_EQ(again->path_tokens().verify(made->path_tokens().mint(token), clock_.now()).value(),
            token);
  const auto names = files_.list(folder_).value();
  EXPECT_EQ(names, std::vector<std::string>{"keyring.json"});  // no draft stays
}

TEST_F(KeyringFile, IsPrivate) {
  ASSERT_TRUE(open());
  const auto mode = std::filesystem::status(folder_ / "keyring.json").permissions();
  EXPECT_EQ(static_cast<unsigned>(mode) & 0777U, 0600U);
  std::filesystem::permissions(folder_ / "keyring.json", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(open().error().code, ErrorCode::forbidden);
}

TEST_F(KeyringFile, WrapsAndUnwraps) {
  const Keyring keyring = open().value();
  const SecretKey key = SecretKey::generate(random_);
  const std::string wrapped = keyring.wrap(key, "profile a", random_);
  EXPECT_EQ(wrapped.size(), Keyring::kWrappedKeyBytes);
  EXPECT_EQ(open()->unwrap(wrapped, "profile a")->bytes(), key.bytes());
  EXPECT_EQ(keyring.unwrap(wrapped, "profile b").error().code, ErrorCode::corrupt);
  EXPECT_EQ(keyring.unwrap(wrapped.substr(1), "profile a").error().code, ErrorCode::corrupt);
  std::string other_kek = wrapped;
  other_kek[4] = 9;
  EXPECT_EQ(keyring.unwrap(other_kek, "profile a").error().code, ErrorCode::not_found);
}

TEST_F(KeyringFile, AnAddedKekWrapsAndTheOldOneStillUnwraps) {
  const std::string old = open()->wrap(SecretKey{}, "p", random_);
  rewrite([&](Json& json) {
    json["keks"].push_back({{"id", 2},
                            {"key", SecretKey::generate(random_).hex_digits()},
                            {"created_ms", to_ms(clock_.now())}});
  });
  const auto rotated = open();
  ASSERT_TRUE(rotated) << rotated.error().message;
  EXPECT_TRUE(rotated->unwrap(old, "p"));
  EXPECT_EQ(rotated->wrap(SecretKey{}, "p", random_)[4], 2);
}

TEST_F(KeyringFile, DamageAndNewerFormatsAreRefused) {
  struct Case {
    const char* name;
    std::function<void(Json&)> change;
    ErrorCode code;
  };
  const Case cases[] = {
      {"newer", [](Json& json) { json["format"] = 2; }, ErrorCode::conflict},
      {"no_format", [](Json& json) { json.erase("format"); }, ErrorCode::corrupt},
      {"no_keks", [](Json& json) { json["keks"].clear(); }, ErrorCode::corrupt},
      {"short_key", [](Json& json) { json["keks"][0]["key"] = "00"; }, ErrorCode::corrupt},
      {"same_ids", [](Json& json) { json["keks"].push_back(json["keks"][0]); }, ErrorCode::corrupt},
      {"token_key_id", [](Json& json) { json["path_token_keys"][0]["id"] = 256; },
       ErrorCode::corrupt},
      {"no_session_key", [](Json& json) { json.erase("session_key"); }, ErrorCode::corrupt},
  };
  for (const Case& each : cases) {
    (void)files_.remove(folder_ / "keyring.json");
    ASSERT_TRUE(open());
    rewrite(each.change);
    const auto opened = open();
    ASSERT_FALSE(opened) << each.name;
    EXPECT_EQ(opened.error().code, each.code) << each.name << ": " << opened.error().message;
  }
}

}  // namespace
}  // namespace matinee::guard
