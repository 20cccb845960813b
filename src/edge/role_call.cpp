#include "edge/role_call.h"

#include <algorithm>
#include <utility>

namespace matinee::edge {

RoleCall::RoleCall(RoleLine line, Options options, http::UpstreamRequest request, Events events)
    : line_(line),
      options_(options),
      request_([&] {
        request.retry_safe = options.repeatable;
        request.head_timeout = options.answer_longest;
        return std::move(request);
      }()),
      events_(std::move(events)),
      pause_(options.pause_first) {}

void RoleCall::start() {
  give_up_ = line_.loop.clock().monotonic() + options_.patience;
  patience_ = line_.loop.add_timer_at(give_up_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->patience_ = {};
    self->out_of_patience();
  });
  attempt();
}

void RoleCall::attempt() {
  holding_ = false;
  held_.clear();
  const auto self = shared_from_this();  // held by the call's events until they are over
  call_ = line_.pool.start(
      request_,
      {.on_head = [self](const http::UpstreamHead& head) { self->on_head(head); },
       .on_data = [self](std::string_view data) { self->on_data(data); },
       .on_end = [self] { self->on_end(); },
       .on_error = [self](const http::UpstreamFailure& failure) { self->on_failure(failure); },
       .on_drain =
           [self] {
             if (!self->over_ && self->events_.on_drain) self->events_.on_drain();
           }});
}

void RoleCall::on_head(const http::UpstreamHead& head) {
  if (over_) return;
  if (options_.repeatable && head.body_bytes.value_or(kHeldBytes + 1) <= kHeldBytes) {
    holding_ = true;
    held_head_ = head;
    return;
  }
  committed_ = true;
  line_.loop.cancel(patience_);
  events_.on_head(head);
}

void RoleCall::on_data(std::string_view data) {
  if (over_) return;
  if (holding_) {
    held_.append(data);
  } else {
    events_.on_data(data);
  }
}

void RoleCall::on_end() {
  if (over_) return;
  over_ = true;
  line_.loop.cancel(patience_);
  const auto events = std::exchange(events_, {});
  if (holding_) {
    events.on_head(held_head_);
    if (!held_.empty()) events.on_data(held_);
  }
  events.on_end();
}

bool RoleCall::may_repeat(const http::UpstreamFailure& failure) const {
  if (committed_ || request_.has_body || failure.error.code != ErrorCode::unavailable) return false;
  if (!options_.repeatable && failure.sent) return false;
  if (line_.availability(line_.role) == RoleAvailability::broken) return false;
  return line_.loop.clock().monotonic() + pause_ < give_up_;
}

void RoleCall::on_failure(const http::UpstreamFailure& failure) {
  if (over_) return;
  call_.reset();
  if (!may_repeat(failure)) {
    end_with(failure.error);
    return;
  }
  line_.repeats.add();
  again_ = line_.loop.add_timer(pause_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->again_ = {};
    self->attempt();
  });
  pause_ = std::min(2 * pause_, options_.pause_longest);
}

void RoleCall::out_of_patience() {
  if (over_ || committed_ || holding_) return;
  if (call_ && line_.availability(line_.role) == RoleAvailability::ready)
    return;  // it is just slow
  const auto self = shared_from_this();
  if (call_) call_->abort();
  end_with({ErrorCode::unavailable, "the role did not come back in time"});
}

void RoleCall::end_with(const Error& error) {
  if (std::exchange(over_, true)) return;
  line_.loop.cancel(patience_);
  line_.loop.cancel(again_);
  const auto events = std::exchange(events_, {});
  events.on_error(error);
}

void RoleCall::abort() {
  if (std::exchange(over_, true)) return;
  line_.loop.cancel(patience_);
  line_.loop.cancel(again_);
  // One of our events may be what calls this.
  line_.loop.post([events = std::exchange(events_, {})] {});
  if (const auto call = std::exchange(call_, nullptr)) call->abort();
}

void RoleCall::write(http::SharedBytes bytes) {
  if (!over_ && call_) call_->write(std::move(bytes));
}

void RoleCall::finish() {
  if (!over_ && call_) call_->finish();
}

std::size_t RoleCall::buffered_bytes() const { return call_ ? call_->buffered_bytes() : 0; }

void RoleCall::pause() {
  if (!over_ && call_) call_->pause();
}

void RoleCall::resume() {
  if (!over_ && call_) call_->resume();
}

}  // namespace matinee::edge
