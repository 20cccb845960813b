// Goal: an event is what it was, through the log and through all versions of the schema.
#include "events/event.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace matinee::events {
namespace {

template <typename Kind>
Id<Kind> numbered(unsigned char n) {
  Id<Kind> id;
  for (std::size_t i = 0; i < id.uuid.bytes.size(); ++i) {
    id.uuid.bytes[i] = static_cast<unsigned char>(n + i);
  }
  return id;
}

Event full_event() {
  return {.schema_version = 1,
          .id = numbered<EventKind>(0x10),
          .tenant_id = numbered<TenantKind>(0x20),
          .pseudonym = numbered<PseudonymKind>(0x30),
          .session_id = numbered<SessionKind>(0x40),
          .session_seq = 41,
          .t_client_ms = 1'767'225'600'000,
          .t_mono_ms = 90'500,
          .t_server_ms = 1'767'225'600'123,
          .type = "play.beat",
          .consent = {.essential = true, .analytics = false, .personalization = true},
          .cells = {{"rows", "b"}, {"artwork", "control"}},
          .play_id = numbered<PlayKind>(0x50),
          .title_id = numbered<TitleKind>(0x60),
          .position_ms = 0,
          .duration_ms = 180'000,
          .measures = {{"bitrate_bps", 1'500'000}, {"buffer_ms", 20'000}},
          .labels = {{"track_id", "v360"}},
          .app_version = "0.1.0",
          .personal = "sealed"};
}

// An event as the first version wrote it. Never change these bytes: logs hold them.
constexpr std::string_view kVersion1 =
    "08011210101112131415161718191a1b1c1d1e1f1a10202122232425262728292a2b2c2d2e2f2210"
    "303132333435363738393a3b3c3d3e3f2a10404142434445464748494a4b4c4d4e4f30293880d0ea"
    "b6b7334084c30548fbd0eab6b7335209706c61792e626561745a040801180162120a07617274776f"
    "726b1207636f6e74726f6c62090a04726f77731201626a10505152535455565758595a5b5c5d5e5f"
    "7210606162636465666768696a6b6c6d6e6f78008001a0fe0a8a01160a0b626974726174655f6270"
    "73110000000060e336418a01140a096275666665725f6d7311000000000088d3409201100a087472"
    "61636b5f69641204763336309a0105302e312e30a201067365616c6564";

TEST(Event, AStoredEventOfVersion1StillDecodes) {
  const auto bytes = from_hex(kVersion1).value();
  const auto event = decode(text_of(bytes));
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(*event, full_event());
}

TEST(Event, IsWrittenAsVersion1Wrote) {
  EXPECT_EQ(to_hex(bytes_of(encode(full_event()))), kVersion1);
}

TEST(Event, AnEventOfANewerVersionIsReadWithoutItsNewFields) {
  std::string bytes = encode(full_event());
  bytes += "\xd2\x0c\x03new";  // field 202, which does not exist
  const auto event = decode(bytes);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(*event, full_event());
}

TEST(Event, AbsentIsNotZero) {
  Event event = full_event();
  event.position_ms.reset();
  event.duration_ms.reset();
  event.play_id = {};
  event.title_id = {};
  EXPECT_EQ(decode(encode(event)).value(), event);
}

TEST(Event, DamageIsNamed) {
  Event event = full_event();
  event.id = {};
  EXPECT_EQ(decode(encode(event)).error().code, ErrorCode::corrupt);
  event = full_event();
  event.pseudonym = {};
  EXPECT_FALSE(decode(encode(event)));
  event = full_event();
  event.type.clear();
  EXPECT_FALSE(decode(encode(event)));
  EXPECT_FALSE(decode(""));
  EXPECT_FALSE(decode("\x0a"));
  EXPECT_FALSE(decode(std::string("\x12\x03") + "abc"));  // an id of three bytes
}

}  // namespace
}  // namespace matinee::events
