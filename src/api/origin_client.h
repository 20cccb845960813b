#pragma once
// api/origin_client: blocking calls of the origin role: objects in, ranges out.
// Used by control, media and (on its fetch threads) the edge.

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/body.h"
#include "http/client.h"
#include "store/object_id.h"

namespace matinee::api {

/// Speaks the origin role's API over one http::Client. Thread-safe; every call blocks until its
/// deadline at the latest. All calls are retry safe: objects are named by their content.
/// Errors of all: unavailable (origin away, connection broken, deadline), unauthorized or
/// forbidden (role credential), not_found, limited (disk full), corrupt (the store's bytes are
/// damaged).
class OriginClient {
 public:
  struct Options {
    http::Client::Options client;
    /// Gives the Authorization header's value for the next request; called from any thread.
    std::function<std::string()> authorization;
    /// Pauses between tries of put_file and the like while the origin is away.
    std::chrono::milliseconds retry_pause{100};
  };
  struct Stored {
    store::ObjectId id;
    std::uint64_t bytes = 0;
  };

  /// `clock` must outlive it.
  OriginClient(const Clock& clock, Options options);

  /// Stores an object; durable when it returns.
  Result<Stored> put(std::string_view bytes, Deadline deadline);
  /// One try: a source can be read once only.
  Result<Stored> put(http::BodySource& source, Deadline deadline);
  /// The content of a file, tried again from its start while the origin is away.
  /// Errors: also not_found when the file cannot be opened.
  Result<Stored> put_file(const std::string& path, Deadline deadline);

  /// A whole object, checked against its id. Errors: also limited when longer than `bytes_max`.
  Result<std::string> get(const store::ObjectId& id, std::size_t bytes_max, Deadline deadline);
  /// Fills `out` from `offset` on; returns how many bytes came: fewer only at the object's end.
  /// One try, not checked: the reader checks extents.
  Result<std::size_t> get_range(const store::ObjectId& id, std::uint64_t offset,
                                std::span<char> out, Deadline deadline);
  /// The object's extent hashes, checked against its id. One try.
  Result<store::ExtentHashes> extents(const store::ObjectId& id, Deadline deadline);
  /// Size of an object. Errors: not_found.
  Result<std::uint64_t> size(const store::ObjectId& id, Deadline deadline);
  /// Fine when there is none.
  Result<void> remove(const store::ObjectId& id, Deadline deadline);

 private:
  http::ClientRequest request(http::Method method, std::string target) const;
  Result<Stored> put_once(http::ClientRequest& request, Deadline deadline);
  /// Repeats `attempt` while it is unavailable and time is left.
  template <typename T>
  Result<T> retried(Deadline deadline, const std::function<Result<T>()>& attempt);

  const Clock& clock_;
  Options options_;
  http::Client client_;
};

}  // namespace matinee::api
