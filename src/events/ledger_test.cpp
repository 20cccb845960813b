// Goal: whatever dies when, no acknowledged event is lost and none counts twice.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>

#include "base/faulty_files.h"
#include "events/events_test_support.h"
#include "events/processor.h"

namespace matinee::events {
namespace {

/// A service that may lose its power at any file operation of its log, be killed between any two
/// steps, and lose any of its answers; and clients that send again until they are answered.
class Ledger {
 public:
  explicit Ledger(std::uint64_t seed) : seed_(seed), chance_(seed), files_(chance_) { restart(); }

  void play(std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i) {
      switch (chance_.below(8)) {
        case 0:
          kill();
          break;
        case 1:
          files_.stop_at_operation(1 + chance_.below(12));
          break;
        case 2:
        case 3:
          process();
          break;
        default:
          send();
      }
    }
    // All is well again: every client gets its answer, every event is processed.
    kill();
    for (int round = 0; round < 1000 && !waiting_.empty(); ++round) send();
    ASSERT_TRUE(waiting_.empty()) << "seed " << seed_;
    const auto done = processor_->run_to_end();
    ASSERT_TRUE(done) << done.error().message << ", seed " << seed_;
  }

  void check() {
    for (const auto& [id, sender] : acknowledged_) {
      auto& state = *processor_->state_of(sender.pseudonym).value();
      const auto times = state.get("c" + id.to_string()).value();
      EXPECT_EQ(times.value_or("lost"), "1") << "event " << id.to_string() << ", seed " << seed_;
    }
    EXPECT_GT(acknowledged_.size(), 0U);
  }
  [[nodiscard]] std::size_t kills() const { return kills_; }
  [[nodiscard]] std::size_t resent() const { return resent_; }
  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_.size(); }

 private:
  struct Batch {
    std::string body;
    std::vector<EventId> ids;
    Sender sender;
  };

  void restart() {
    auto log = store::open_event_log("log:///log?partitions=2", {files_, clock_, chance_});
    ASSERT_TRUE(log) << log.error().message << ", seed " << seed_;
    log_ = std::move(*log);
    intake_.emplace(*log_, keys_, clock_, chance_, metrics_);
    // The real folder of the state survives a kill as the kernel's memory does.
    processor_.emplace(
        *log_,
        ProcessorOptions{
            .name = "ledger", .folder = folder_.path(), .batch_records = 1 + chance_.below(20)},
        count_, store::Environment{system_files_, clock_, chance_}, metrics_);
  }
  void kill() {
    ++kills_;
    processor_.reset();
    intake_.reset();
    log_.reset();
    files_.cut_power();
    files_.fail_nothing();
    restart();
  }

  void send() {
    if (waiting_.empty() || (waiting_.size() < 5 && chance_.below(2) == 0)) make_batch();
    const std::size_t which = chance_.below(waiting_.size());
    clock_.advance(std::chrono::milliseconds(chance_.below(2000)));
    const auto answer = intake_->accept(waiting_[which].sender, waiting_[which].body);
    if (!answer) {
      ASSERT_EQ(answer.error().code, ErrorCode::unavailable) << answer.error().message;
      kill();
      return;
    }
    ASSERT_TRUE(answer->rejected.empty()) << answer->rejected[0].reason;
    ASSERT_EQ(answer->accepted + answer->duplicates, waiting_[which].ids.size());
    if (chance_.below(4) == 0) {  // the answer is lost; the client will send again
      ++resent_;
      return;
    }
    for (const EventId& id : waiting_[which].ids) {
      acknowledged_.emplace(id, waiting_[which].sender);
    }
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  void make_batch() {
    Batch batch{.body = {}, .ids = {}, .sender = numbered_sender(1 + chance_.below(5))};
    std::vector<Json> events;
    for (std::uint64_t n = 1 + chance_.below(8); n > 0; --n) {
      const auto id = EventId::generate(clock_, chance_);
      events.push_back(beat_json(id, seq_++, numbered_id<TitleKind>(1 + chance_.below(3)),
                                 static_cast<std::int64_t>(chance_.below(600'000)), clock_.now()));
      batch.ids.push_back(id);
    }
    batch.body = body_of(events);
    waiting_.push_back(std::move(batch));
  }

  void process() { (void)processor_->run_to_end(); }

  std::uint64_t seed_;
  SeededRandom chance_;
  FaultyFiles files_;
  SystemFiles system_files_;
  FakeClock clock_{from_ms(1'767'225'600'000)};
  TemporaryFolder folder_;
  Metrics metrics_;
  ProfileKeys keys_{[](ProfileId) -> Result<guard::SecretKey> { return guard::SecretKey{}; },
                    clock_};
  ApplyEvent count_ = [](const Event& event, StateView& state) -> Result<void> {
    const std::string key = "c" + event.id.to_string();
    const auto times = state.get(key);
    if (!times) return std::unexpected(times.error());
    state.put(key, std::to_string(*times ? std::stoi(**times) + 1 : 1));
    return {};
  };
  std::unique_ptr<store::EventLog> log_;
  std::optional<Intake> intake_;
  std::optional<Processor> processor_;
  std::vector<Batch> waiting_;  // not answered yet, at most 5 and one
  std::map<EventId, Sender> acknowledged_;
  std::uint64_t seq_ = 0;
  std::size_t kills_ = 0;
  std::size_t resent_ = 0;
};

void play_seeds(std::uint64_t first, std::uint64_t last, std::size_t steps) {
  std::size_t kills = 0;
  std::size_t resent = 0;
  std::size_t acknowledged = 0;
  for (std::uint64_t seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    Ledger ledger(seed);
    ledger.play(steps);
    ledger.check();
    kills += ledger.kills();
    resent += ledger.resent();
    acknowledged += ledger.acknowledged();
  }
  std::printf("%zu events acknowledged, %zu kills, %zu answers lost\n", acknowledged, kills,
              resent);
  EXPECT_GT(kills, 0U);
  EXPECT_GT(resent, 0U);
}

TEST(LedgerOfEvents, BalancesAfterEveryDeath) { play_seeds(1, 3, 40); }
TEST(SlowLedgerOfEvents, BalancesAfterEveryDeath) { play_seeds(100, 115, 300); }

}  // namespace
}  // namespace matinee::events
