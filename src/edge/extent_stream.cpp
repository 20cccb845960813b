#include "edge/extent_stream.h"

#include <algorithm>
#include <utility>

namespace matinee::edge {

std::shared_ptr<ExtentStream> ExtentStream::make(ExtentView& view, Post post, Options options) {
  return std::shared_ptr<ExtentStream>(new ExtentStream(view, std::move(post), options));
}

ExtentStream::ExtentStream(ExtentView& view, Post post, Options options)
    : view_(view),
      post_(std::move(post)),
      options_(options),
      last_index_(options.bytes == 0 ? 0
                                     : (options.first + options.bytes - 1) / store::kExtentBytes),
      at_(options.first),
      left_(options.bytes),
      ahead_from_(options.first / store::kExtentBytes + 1) {
  MATINEE_CHECK(options.first <= options.object_bytes);
  MATINEE_CHECK(options.bytes <= options.object_bytes - options.first);
}

Result<std::optional<ExtentStream::Slice>> ExtentStream::take() {
  if (left_ == 0) return std::nullopt;
  const std::uint64_t index = at_ / store::kExtentBytes;
  ExtentPtr extent = std::exchange(arrived_, nullptr);
  if (!extent) extent = view_.find(key_at(index));
  if (!extent) return std::nullopt;
  const std::uint64_t start = index * store::kExtentBytes;
  const std::string_view all = extent->view();
  if (all.size() != std::min(store::kExtentBytes, options_.object_bytes - start)) {
    return fail(ErrorCode::corrupt, "object " + options_.object.object.to_string() +
                                        " is not as long as its package says");
  }
  const auto offset = static_cast<std::size_t>(at_ - start);
  const std::string_view bytes =
      all.substr(offset, static_cast<std::size_t>(std::min<std::uint64_t>(left_, SIZE_MAX)));
  at_ += bytes.size();
  left_ -= bytes.size();
  read_ahead();
  return Slice{std::move(extent), bytes};
}

void ExtentStream::wait(Deadline deadline, std::function<void(Result<void>)> ready) {
  MATINEE_CHECK(left_ > 0 && !ready_);
  ready_ = std::move(ready);
  const ExtentKey key = key_at(at_ / store::kExtentBytes);
  view_.cache().request(key, deadline,
                        [post = post_, weak = weak_from_this(), key](Result<ExtentPtr> result) {
                          post([weak, key, result = std::move(result)] {
                            const auto self = weak.lock();
                            if (!self) return;
                            const auto ready_now = std::exchange(self->ready_, nullptr);
                            if (!result) {
                              ready_now(std::unexpected(result.error()));
                              return;
                            }
                            self->arrived_ = *result;
                            self->view_.remember(key, *result);
                            ready_now({});
                          });
                        });
  read_ahead();
}

void ExtentStream::read_ahead() {
  const std::uint64_t index = at_ / store::kExtentBytes;
  const std::uint64_t until = std::min(index + options_.ahead_max, last_index_);
  if (ahead_from_ > until || left_ == 0) return;
  const Deadline deadline = Deadline::in(view_.cache().clock(), options_.ahead_longest);
  for (; ahead_from_ <= until; ++ahead_from_) {
    const ExtentKey key = key_at(ahead_from_);
    if (!view_.holds(key)) view_.cache().prefetch(key, deadline);
  }
}

}  // namespace matinee::edge
