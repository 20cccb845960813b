#pragma once
// http/out_queue: what waits to be written to a socket. Used by connections of server and upstream.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/body.h"

namespace matinee::http {

/// Text (heads, chunk sizes, small bodies; copied into one reused buffer) and shared slices, in
/// order, written with as few system calls as possible. Its owner limits its size.
class OutQueue {
 public:
  enum class Flushed { all, blocked, broken };

  void append_text(std::string_view text);
  /// Small slices are copied: cheaper than a piece of their own.
  void append(SharedBytes bytes);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_ == 0; }
  /// Writes until all is gone or the socket takes no more; adds what went to `written`.
  Flushed flush(int fd, std::size_t& written);
  void clear();

  /// The next bytes in one piece, at most as many as `room`: where they lie, or gathered into
  /// `room` when they lie in several pieces. Valid until the next change; the queue is not empty.
  [[nodiscard]] std::string_view next(std::span<char> room) const;
  /// Forgets the first `count` bytes.
  void consume(std::size_t count) { drop(count); }

 private:
  struct Piece {
    SharedBytes shared;  // empty: text
    std::size_t text_at = 0;
    std::size_t size = 0;
    [[nodiscard]] bool is_text() const { return shared.empty(); }
  };
  void drop(std::size_t count);
  [[nodiscard]] const char* data_of(const Piece& piece) const {
    return piece.is_text() ? text_.data() + (piece.text_at - text_base_) : piece.shared.data();
  }

  std::string text_;
  std::size_t text_base_ = 0;  // bytes of text dropped from the front of text_ so far
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace matinee::http
