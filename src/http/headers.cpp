#include "http/headers.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace matinee::http {
namespace {

constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr std::array<bool, 256> value_table() {
  std::array<bool, 256> table{};
  for (unsigned c = 0x20; c < 0x100; ++c) table[c] = c != 0x7f;
  table['\t'] = true;
  return table;
}

constexpr auto kToken = token_table();
constexpr auto kValue = value_table();

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return kValue[static_cast<unsigned char>(c)]; });
}

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) add(field.name, field.value);
}

void Headers::add(std::string_view name, std::string_view value) {
  MATINEE_CHECK(is_token(name));
  MATINEE_CHECK(is_header_value(value));
  append(name, value);
}

void Headers::append(std::string_view name, std::string_view value) {
  MATINEE_CHECK(text_.size() + name.size() + value.size() < UINT32_MAX);
  Entry entry{};
  entry.name_at = static_cast<std::uint32_t>(text_.size());
  entry.name_bytes = static_cast<std::uint32_t>(name.size());
  text_.append(name);
  entry.value_at = static_cast<std::uint32_t>(text_.size());
  entry.value_bytes = static_cast<std::uint32_t>(value.size());
  text_.append(value);
  entries_.push_back(entry);
}

void Headers::set(std::string_view name, std::string_view value) {
  const std::string kept_name(name);  // may be views into ourselves
  const std::string kept_value(value);
  remove(kept_name);
  add(kept_name, kept_value);
}

std::size_t Headers::remove(std::string_view name) {
  return std::erase_if(entries_, [&](const Entry& entry) {
    return equal_ignoring_case(std::string_view(text_).substr(entry.name_at, entry.name_bytes),
                               name);
  });
}

std::size_t Headers::remove_starting_with(std::string_view prefix) {
  return std::erase_if(entries_, [&](const Entry& entry) {
    const auto name = std::string_view(text_).substr(entry.name_at, entry.name_bytes);
    return equal_ignoring_case(name.substr(0, prefix.size()), prefix);
  });
}

void Headers::clear() {
  text_.clear();
  entries_.clear();
}

Headers::Field Headers::at(std::size_t index) const {
  MATINEE_CHECK(index < entries_.size());
  const Entry& entry = entries_[index];
  const std::string_view text = text_;
  return {text.substr(entry.name_at, entry.name_bytes),
          text.substr(entry.value_at, entry.value_bytes)};
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  const std::string_view text = text_;
  for (const Entry& entry : entries_) {
    if (entry.name_bytes == name.size() &&
        equal_ignoring_case(text.substr(entry.name_at, entry.name_bytes), name)) {
      return text.substr(entry.value_at, entry.value_bytes);
    }
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  std::size_t found = 0;
  for (const Field field : *this) found += equal_ignoring_case(field.name, name) ? 1 : 0;
  return found;
}

bool Headers::lists(std::string_view name, std::string_view token) const {
  for (const Field field : *this) {
    if (!equal_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    while (true) {
      const std::size_t comma = rest.find(',');
      if (equal_ignoring_case(trimmed(rest.substr(0, comma)), token)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

std::optional<std::string_view> Headers::cookie(std::string_view name) const {
  for (const Field field : *this) {
    if (!equal_ignoring_case(field.name, "cookie")) continue;
    std::string_view rest = field.value;
    while (true) {
      const std::size_t end = rest.find(';');
      const std::string_view pair = trimmed(rest.substr(0, end));
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
        std::string_view value = pair.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
          value = value.substr(1, value.size() - 2);
        }
        return value;
      }
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  return std::nullopt;
}

}  // namespace matinee::http
