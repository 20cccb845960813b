#pragma once
// events/state_view: a processor's state as the event in hand sees it: what is committed, under
// the changes of the batch so far.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/state_store.h"

namespace matinee::events {

/// Of one batch and one thread. Changes of an event count once `keep` is called; `drop` undoes
/// them. Keys must not start with kReservedPrefix. Errors of all reads: those of the store.
class StateView {
 public:
  static constexpr char kReservedPrefix = '!';  // the processor's own rows

  explicit StateView(store::StateStore& store) : store_(&store) {}

  Result<std::optional<std::string>> get(const std::string& key);
  void put(std::string key, std::string value) { event_[std::move(key)] = std::move(value); }
  void remove(std::string key) { event_[std::move(key)] = std::nullopt; }
  /// Removes every row whose key starts with `prefix`.
  Result<void> remove_starting_with(const std::string& prefix);
  /// The greatest key that starts with `prefix`; nullopt when there is none. Reads all rows of the
  /// prefix: for rare cases only.
  Result<std::optional<std::string>> last_key(const std::string& prefix);

  void keep();
  void drop() { event_.clear(); }
  /// Puts what was kept into the batch.
  void write(store::StateBatch& batch) const;

 private:
  using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;
  /// All keys that start with `prefix`, in order.
  Result<std::map<std::string, bool>> keys(const std::string& prefix);

  store::StateStore* store_;
  Changes batch_;
  Changes event_;
};

}  // namespace matinee::events
