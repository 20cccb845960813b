#pragma once
// media/json_members: typed reading of a JSON object's members, for the documents of this module.
// Works on either kind of JSON value (ordered in job payloads, sorted for whole packages).

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace matinee::media::detail {

inline constexpr std::size_t kTextBytesMax = 4096;

/// Reads members one after another and remembers the first thing that was wrong.
template <typename J>
class Members {
 public:
  explicit Members(const J& json) : json_(json) {
    if (!json.is_object()) wrong("", "an object was expected");
  }

  void read(std::string_view name, std::string& to) {
    const J* value = find(name);
    if (!value) return;
    if (!value->is_string()) return wrong(name, "must be a string");
    to = value->template get<std::string>();
    if (to.size() > kTextBytesMax) wrong(name, "is too long");
  }
  void read(std::string_view name, bool& to) {
    const J* value = find(name);
    if (!value) return;
    if (!value->is_boolean()) return wrong(name, "must be true or false");
    to = value->template get<bool>();
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void read(std::string_view name, T& to) {
    const J* value = find(name);
    if (value && !integer(*value, to)) wrong(name, "must be an integer in range");
  }
  void read(std::string_view name, std::vector<std::string>& to, std::size_t max) {
    const J* value = array(name, max);
    if (!value) return;
    to.reserve(value->size());
    for (const J& each : *value) {
      if (!each.is_string()) return wrong(name, "must hold strings");
      to.push_back(each.template get<std::string>());
      if (to.back().size() > kTextBytesMax) return wrong(name, "holds a text that is too long");
    }
  }
  /// The member, when it is an array of at most `max`; nullptr when it is absent or wrong.
  const J* array(std::string_view name, std::size_t max) {
    const J* value = find(name);
    if (!value) return nullptr;
    if (value->is_array() && value->size() <= max) return value;
    wrong(name, "must be an array that is not too long");
    return nullptr;
  }
  const J* find(std::string_view name) const {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(std::string(name));
    return found == json_.end() ? nullptr : &*found;
  }
  void wrong(std::string_view name, std::string_view what) {
    if (error_.empty()) error_ = std::string(name).append(" ").append(what);
  }
  /// Takes over what went wrong in a part.
  template <typename T>
  bool accept(std::string_view name, const Result<T>& part) {
    if (!part) wrong(name, part.error().message);
    return part.has_value();
  }
  [[nodiscard]] const std::string& error() const { return error_; }

  template <std::integral T>
  static bool integer(const J& value, T& to) {
    if (value.is_number_unsigned()) {
      const auto number = value.template get<std::uint64_t>();
      if (!std::in_range<T>(number)) return false;
      to = static_cast<T>(number);
      return true;
    }
    if (!value.is_number_integer()) return false;
    const auto number = value.template get<std::int64_t>();
    if (!std::in_range<T>(number)) return false;
    to = static_cast<T>(number);
    return true;
  }

 private:
  const J& json_;
  std::string error_;
};

template <typename J, typename T>
Result<T> done(const Members<J>& members, T value) {
  if (!members.error().empty()) return fail(ErrorCode::invalid, members.error());
  return value;
}

}  // namespace matinee::media::detail
