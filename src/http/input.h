#pragma once
// http/input: how a connection, of a client or to a peer, reads its socket. Internal to this
// module.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace matinee::http {

/// What one read of a connection gave; nothing: try later.
struct Received {
  std::size_t bytes = 0;
  bool ended = false;   // nothing more will come; whether that was said or not
  bool broken = false;  // no further use; of a plain socket, errno says why
  [[nodiscard]] bool is_nothing() const { return bytes == 0 && !ended && !broken; }
};

/// One recv() that does not wait.
Received receive_plain(int fd, std::span<char> out);

/// What was received and its reader has not taken yet. Of one loop. A reader is given what there
/// is and says how much it took; a piece is copied only if some of it stays.
class Input {
 public:
  /// Reads of one turn: then others have theirs.
  static constexpr int kReadsPerTurn = 4;

  /// Calls `receive(scratch)` and gives what came to `take(Received)`, until there is nothing or
  /// little at hand, `take` gives false, or the turn is over.
  template <typename Receive, typename Take>
  static void read(std::span<char> scratch, Receive&& receive, Take&& take) {
    for (int i = 0; i < kReadsPerTurn; ++i) {
      const Received received = receive(scratch);
      if (received.is_nothing() || !take(received) || received.bytes < scratch.size()) return;
    }
  }

  /// A further piece; what waits comes before it.
  template <typename Reader>
  void add(std::string_view piece, Reader&& reader) {
    if (waiting_.empty()) {
      const std::size_t used = reader(piece);
      waiting_.append(piece.substr(used));
    } else {
      waiting_.append(piece);
      go_on(reader);
    }
  }
  /// The reader may take again, also when nothing waits: it may have an end to tell.
  template <typename Reader>
  void go_on(Reader&& reader) {
    const std::size_t used = reader(std::string_view(waiting_));
    waiting_.erase(0, used);
  }

  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  void clear() { waiting_.clear(); }

 private:
  std::string waiting_;
};

}  // namespace matinee::http
