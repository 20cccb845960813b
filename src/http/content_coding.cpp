#include "http/content_coding.h"

#include <algorithm>

#include "http/headers.h"

namespace matinee::http {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The part before `mark`; takes it and the mark off `rest`.
std::string_view next_part(std::string_view& rest, char mark) {
  const auto end = std::min(rest.find(mark), rest.size());
  const auto part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// "q=0", "q=0.000": how a client says no.
bool is_refusal(std::string_view parameter) {
  if (parameter.size() < 3 || !equal_ignoring_case(parameter.substr(0, 2), "q=")) return false;
  return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string_view name_of(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::identity:
      return "";
    case ContentCoding::gzip:
      return "gzip";
    case ContentCoding::br:
      return "br";
  }
  return "";
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view parameters = next_part(accept_encoding, ',');
    const auto name = next_part(parameters, ';');
    bool accepted = true;
    while (!parameters.empty()) accepted = !is_refusal(next_part(parameters, ';')) && accepted;
    if (equal_ignoring_case(name, coding)) return accepted;
    if (name == "*") any = accepted;
  }
  return any;
}

ContentCoding coding_of(std::string_view accept_encoding, bool has_br, bool has_gzip) {
  if (has_br && accepts_coding(accept_encoding, "br")) return ContentCoding::br;
  if (has_gzip && accepts_coding(accept_encoding, "gzip")) return ContentCoding::gzip;
  return ContentCoding::identity;
}

}  // namespace matinee::http
