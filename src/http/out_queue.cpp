#include "http/out_queue.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace matinee::http {
namespace {

constexpr std::size_t kCopiedBytesMax = 4096;
constexpr std::size_t kPiecesPerCall = 64;
constexpr std::size_t kTextDroppedMax = 64 * 1024;

}  // namespace

void OutQueue::append_text(std::string_view text) {
  if (text.empty()) return;
  if (first_ == pieces_.size() || !pieces_.back().is_text()) {
    pieces_.push_back({SharedBytes{}, text_base_ + text_.size(), 0});
  }
  text_.append(text);
  pieces_.back().size += text.size();
  bytes_ += text.size();
}

void OutQueue::append(SharedBytes bytes) {
  if (bytes.size() <= kCopiedBytesMax) return append_text(bytes.view());
  const std::size_t size = bytes.size();
  pieces_.push_back({std::move(bytes), 0, size});
  bytes_ += size;
}

OutQueue::Flushed OutQueue::flush(int fd, std::size_t& written) {
  while (bytes_ > 0) {
    std::array<iovec, kPiecesPerCall> vectors;
    const std::size_t count = std::min(kPiecesPerCall, pieces_.size() - first_);
    for (std::size_t i = 0; i < count; ++i) {
      const Piece& piece = pieces_[first_ + i];
      vectors[i] = {const_cast<char*>(data_of(piece)), piece.size};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK ? Flushed::blocked : Flushed::broken;
    }
    written += static_cast<std::size_t>(sent);
    drop(static_cast<std::size_t>(sent));
  }
  return Flushed::all;
}

std::string_view OutQueue::next(std::span<char> room) const {
  const Piece& first = pieces_[first_];
  if (first.size >= room.size() || first.size == bytes_) {
    return {data_of(first), std::min(first.size, room.size())};
  }
  std::size_t filled = 0;
  for (std::size_t i = first_; i < pieces_.size() && filled < room.size(); ++i) {
    const std::size_t part = std::min(pieces_[i].size, room.size() - filled);
    std::memcpy(room.data() + filled, data_of(pieces_[i]), part);
    filled += part;
  }
  return {room.data(), filled};
}

void OutQueue::drop(std::size_t count) {
  bytes_ -= count;
  if (bytes_ == 0) return clear();
  while (count > 0) {
    Piece& piece = pieces_[first_];
    const std::size_t part = std::min(count, piece.size);
    count -= part;
    piece.size -= part;
    if (piece.is_text()) {
      piece.text_at += part;
    } else if (piece.size > 0) {
      piece.shared = piece.shared.slice(part);
    }
    if (piece.size == 0) {
      piece.shared = {};
      ++first_;
    }
  }
  if (first_ >= kPiecesPerCall) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  // A queue that never runs empty must not keep its old text for ever.
  for (std::size_t i = first_; i < pieces_.size(); ++i) {
    if (!pieces_[i].is_text()) continue;
    const std::size_t dropped = pieces_[i].text_at - text_base_;
    if (dropped > kTextDroppedMax) {
      text_.erase(0, dropped);
      text_base_ += dropped;
    }
    break;
  }
}

void OutQueue::clear() {
  pieces_.clear();
  first_ = 0;
  text_.clear();
  text_base_ = 0;
  bytes_ = 0;
}

}  // namespace matinee::http
