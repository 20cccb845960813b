// Goal: what clients send is taken exactly when it is whole, within limits and consented to.
#include "events/event_json.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/json.h"

namespace matinee::events {
namespace {

const Instant kNow = from_ms(1'767'225'600'000);

Json beat() {
  return Json::parse(R"({"id":"0190a0b0c0d070008000000000000001","type":"play.beat",
    "schema_version":1,"session_seq":7,"t_client_ms":1767225599000,"t_mono_ms":1234,
    "play_id":"0190a0b0c0d0700080000000000000aa","title_id":"0190a0b0c0d0700080000000000000bb",
    "position_ms":61000,"duration_ms":180000,"consent":{"essential":true},
    "cells":{"exp":"a"},"payload":{"bitrate_bps":1500000}})");
}

Result<ClientBatch> parse(const Json& event) {
  return parse_events(Json{{"events", {event}}}.dump(), kNow);
}

TEST(EventJson, AWholeEventIsTaken) {
  const auto batch = parse(beat());
  ASSERT_TRUE(batch) << batch.error().message;
  ASSERT_TRUE(batch->rejected.empty()) << batch->rejected[0].reason;
  const Event& event = batch->events.at(0).event;
  EXPECT_EQ(event.id.to_string(), "0190a0b0c0d070008000000000000001");
  EXPECT_EQ(event.type, "play.beat");
  EXPECT_EQ(event.session_seq, 7U);
  EXPECT_EQ(event.t_client_ms, 1'767'225'599'000);
  EXPECT_EQ(event.t_mono_ms, 1234);
  EXPECT_EQ(event.play_id.to_string(), "0190a0b0c0d0700080000000000000aa");
  EXPECT_EQ(event.title_id.to_string(), "0190a0b0c0d0700080000000000000bb");
  EXPECT_EQ(event.position_ms, 61'000);
  EXPECT_EQ(event.duration_ms, 180'000);
  EXPECT_EQ(event.consent, (Consent{.essential = true}));
  EXPECT_EQ(event.cells.at("exp"), "a");
  EXPECT_EQ(event.measures.at("bitrate_bps"), 1'500'000);
  EXPECT_TRUE(batch->events.at(0).personal_text.empty());
}

struct Case {
  const char* name;
  std::function<void(Json&)> change;
  const char* reason;  // "" = taken
};

class OneEvent : public testing::TestWithParam<Case> {};

TEST_P(OneEvent, IsTakenOrRejectedWithItsReason) {
  Json event = beat();
  GetParam().change(event);
  const auto batch = parse(event);
  ASSERT_TRUE(batch) << batch.error().message;
  const std::string reason = batch->rejected.empty() ? "" : batch->rejected[0].reason;
  if (std::string_view(GetParam().reason).empty()) {
    EXPECT_EQ(reason, "");
    EXPECT_EQ(batch->events.size(), 1U);
  } else {
    EXPECT_NE(reason.find(GetParam().reason), std::string::npos) << reason;
    EXPECT_TRUE(batch->events.empty());
  }
}

const std::string kLong(65, 'a');
INSTANTIATE_TEST_SUITE_P(
    Cases, OneEvent,
    testing::Values(
        Case{"hyphens", [](Json& e) { e["id"] = "0190a0b0-c0d0-7000-8000-000000000001"; }, ""},
        Case{"fraction", [](Json& e) { e["t_mono_ms"] = 12.75; }, ""},
        Case{"null_is_absent", [](Json& e) { e["payload"] = nullptr; }, ""},
        Case{"unknown_member", [](Json& e) { e["new_member"] = 1; }, ""},
        Case{"a_day_ahead", [](Json& e) { e["t_client_ms"] = 1767312000000; }, ""},
        Case{"more_than_a_day_ahead", [](Json& e) { e["t_client_ms"] = 1767312000001; },
             "24 h in the future"},
        Case{"no_id", [](Json& e) { e.erase("id"); }, "id is missing"},
        Case{"short_id", [](Json& e) { e["id"] = "abc"; }, "id must be"},
        Case{"nil_id", [](Json& e) { e["id"] = std::string(32, '0'); }, "id must be"},
        Case{"no_type", [](Json& e) { e.erase("type"); }, "type is missing"},
        Case{"type_with_blank", [](Json& e) { e["type"] = "play beat"; }, "type must be"},
        Case{"long_type", [](Json& e) { e["type"] = kLong; }, "type must be"},
        Case{"reserved_type", [](Json& e) { e["type"] = "profile.erased"; }, "reserved"},
        Case{"newer_schema", [](Json& e) { e["schema_version"] = 2; }, "schema_version must be"},
        Case{"negative_seq", [](Json& e) { e["session_seq"] = -1; }, "session_seq must be"},
        Case{"seq_as_text", [](Json& e) { e["session_seq"] = "1"; }, "session_seq must be"},
        Case{"huge_seq", [](Json& e) { e["session_seq"] = 1e300; }, "session_seq must be"},
        Case{"no_mono", [](Json& e) { e.erase("t_mono_ms"); }, "t_mono_ms is missing"},
        Case{"play_without_title", [](Json& e) { e.erase("title_id"); }, "title_id is missing"},
        Case{"eight_days_in", [](Json& e) { e["position_ms"] = 8LL * 86'400'000; },
             "position_ms must be"},
        Case{"no_consent", [](Json& e) { e["consent"]["essential"] = false; }, "consent does not"},
        Case{"consent_as_text", [](Json& e) { e["consent"]["essential"] = "yes"; },
             "consent must hold"},
        Case{"search_needs_personalization", [](Json& e) { e["type"] = "search.query"; },
             "consent does not"},
        Case{"unknown_type_needs_analytics", [](Json& e) { e["type"] = "brand.new"; },
             "consent does not"},
        Case{"unknown_type_with_analytics",
             [](Json& e) {
               e["type"] = "brand.new";
               e["consent"]["analytics"] = true;
             },
             ""},
        Case{"long_cell", [](Json& e) { e["cells"]["exp"] = kLong; }, "cells must hold"},
        Case{"cells_as_list", [](Json& e) { e["cells"] = Json::array(); }, "cells must be"},
        Case{"payload_as_list", [](Json& e) { e["payload"] = Json::array(); }, "payload must be"},
        Case{"large_payload",
             [](Json& e) { e["payload"]["query"] = std::string(kPayloadBytesMax, 'x'); },
             "payload is too large"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(EventJson, WhatIsNotKnownToBeHarmlessIsPersonal) {
  Json event = beat();
  event["payload"] = {{"query", "m\"étropolis"},
                      {"code", "3016"},
                      {"bitrate_bps", 5},
                      {"height", "tall"},
                      {"nested", {{"a", 1}}}};
  const auto batch = parse(event);
  ASSERT_TRUE(batch && batch->events.size() == 1);
  const ClientEvent& taken = batch->events[0];
  EXPECT_EQ(taken.event.labels, (std::map<std::string, std::string>{{"code", "3016"}}));
  EXPECT_EQ(taken.event.measures, (std::map<std::string, double>{{"bitrate_bps", 5}}));
  EXPECT_EQ(parse_json(taken.personal_text).value(),
            (Json{{"query", "m\"étropolis"}, {"height", "tall"}, {"nested", {{"a", 1}}}}));
}

TEST(EventJson, ABodyThatIsNoBatchIsInvalid) {
  Json many = Json::array();
  for (std::size_t i = 0; i <= kEventsPerRequestMax; ++i) many.push_back(1);
  const std::string bodies[] = {
      "",
      "{",
      "[]",
      "{}",
      R"({"events":{}})",
      R"({"events":[]} trailing)",
      "{\"events\":[\"\xff\"]}",
      Json{{"events", many}}.dump(),
      R"({"events":[)" + std::string(100, '[') + std::string(100, ']') + "]}",
      R"({"events":[]})" + std::string(kEventsBodyBytesMax, ' ')};
  for (const std::string& body : bodies) {
    const auto batch = parse_events(body, kNow);
    ASSERT_FALSE(batch) << body.substr(0, 50);
    EXPECT_EQ(batch.error().code, ErrorCode::invalid);
  }
}

TEST(EventJson, OneWrongEventDoesNotKeepTheOthersOut) {
  const auto batch = parse_events(Json{{"events", {1, beat(), nullptr}}}.dump(), kNow);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->events.at(0).index, 1U);
  EXPECT_EQ(batch->rejected, (std::vector<Rejection>{{0, "an event must be an object"},
                                                     {2, "an event must be an object"}}));
}

}  // namespace
}  // namespace matinee::events
