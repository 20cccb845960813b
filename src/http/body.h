#pragma once
// http/body: bytes of messages: shared slices, pulled readers and pulled sources.
// Used by handlers (floors above), the server and both clients.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace matinee::http {

/// An immutable slice of memory that many connections may send at once without copying.
/// The owner is a shared_ptr because the last connection to send a slice frees it.
/// Cheap to copy and to slice; empty when default-made.
class SharedBytes {
 public:
  SharedBytes() = default;
  /// `data` must stay unchanged as long as `owner` lives.
  SharedBytes(std::shared_ptr<const void> owner, std::string_view data)
      : owner_(std::move(owner)), data_(data) {}
  /// Takes over `text`.
  static SharedBytes of(std::string text);
  /// Copies `text`.
  static SharedBytes copy(std::string_view text) { return of(std::string(text)); }
  /// Bytes that live as long as the program, such as a string literal.
  static SharedBytes unowned(std::string_view text) { return {nullptr, text}; }

  [[nodiscard]] std::string_view view() const { return data_; }
  [[nodiscard]] const char* data() const { return data_.data(); }
  [[nodiscard]] std::size_t size() const { return data_.size(); }
  [[nodiscard]] bool empty() const { return data_.empty(); }
  /// At most `count` bytes from `offset` on (clamped), with the same owner.
  [[nodiscard]] SharedBytes slice(std::size_t offset, std::size_t count = SIZE_MAX) const;

 private:
  std::shared_ptr<const void> owner_;
  std::string_view data_;
};

/// A body that is pulled, blocking, by the thread that handles the message.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// Bytes put into `out` (> 0 for a non-empty `out`); 0 = the body ended as its framing says.
  /// Errors: unavailable when the peer went away, stalled or the deadline passed; invalid when
  /// the body is malformed or larger than the limit. After an error only errors follow.
  virtual Result<std::size_t> read(std::span<char> out) = 0;
};

/// A body that the engine pulls, blocking, to send it. An error aborts the connection: the peer
/// never takes a short body for a whole one.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// As BodyReader::read.
  virtual Result<std::size_t> read(std::span<char> out) = 0;
  /// Bytes of the whole body when known beforehand; then exactly so many must come.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
};

/// A reader over text that is there already: tests, buffered bodies. Empty text = no body.
class TextReader final : public BodyReader {
 public:
  explicit TextReader(std::string text = {}) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> out) override;

 private:
  std::string text_;
  std::size_t offset_ = 0;
};

/// A source over shared bytes.
class BytesSource final : public BodySource {
 public:
  explicit BytesSource(SharedBytes bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(std::span<char> out) override;
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return bytes_.size(); }

 private:
  SharedBytes bytes_;
  std::size_t offset_ = 0;
};

/// The rest of a body as text. Errors: invalid beyond `bytes_max`; those of read().
Result<std::string> read_all(BodyReader& body, std::size_t bytes_max);

}  // namespace matinee::http
