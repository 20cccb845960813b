// nfo_text: the encodings that .nfo files come in, as UTF-8.
#include <iconv.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "catalog/nfo.h"
#include "catalog/plain_text.h"

namespace matinee::catalog {
namespace {

// Only what a file of texts is ever written in: a converter is code that reads outside bytes.
constexpr auto kEncodings = std::to_array<const char*>(
    {"iso-8859-1",   "iso-8859-2",   "iso-8859-5",   "iso-8859-7",   "iso-8859-9",   "iso-8859-15",
     "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
     "windows-1256", "windows-1257", "koi8-r",       "koi8-u",       "shift_jis",    "euc-jp",
     "gbk",          "gb2312",       "gb18030",      "big5",         "euc-kr"});

// From `encoding`; what cannot be converted becomes U+FFFD.
std::string converted(std::string_view bytes, const char* encoding) {
  const iconv_t converter = ::iconv_open("UTF-8", encoding);
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::string(bytes);
  std::string out;
  std::string input(bytes);
  char* in = input.data();
  std::size_t in_left = input.size();
  std::array<char, 4096> buffer{};
  while (in_left > 0) {
    char* to = buffer.data();
    std::size_t to_left = buffer.size();
    const auto result = ::iconv(converter, &in, &in_left, &to, &to_left);
    const auto made = buffer.size() - to_left;
    out.append(buffer.data(), made);
    if (result != static_cast<std::size_t>(-1) || (made > 0 && in_left > 0)) continue;
    if (in_left == 0) break;
    out += "\xEF\xBF\xBD";
    ++in;
    --in_left;
  }
  ::iconv_close(converter);
  return out;
}

// As <?xml ... encoding="..."?> declares it, when it is one of ours; else null.
const char* declared_encoding(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, std::min<std::size_t>(bytes.find("?>"), 200));
  if (!head.starts_with("<?xml")) return nullptr;
  const auto at = head.find("encoding=");
  if (at == std::string_view::npos) return nullptr;
  std::string_view value = head.substr(at + std::string_view("encoding=").size());
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return nullptr;
  value = value.substr(1, value.find(value.front(), 1) - 1);
  const auto same = [&](std::string_view name) {
    return std::ranges::equal(name, value, [](char a, char b) {
      return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
  };
  const auto* found = std::ranges::find_if(kEncodings, same);
  return found == kEncodings.end() ? nullptr : *found;
}

}  // namespace

std::string nfo_text(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE")) return converted(bytes.substr(2), "UTF-16LE");
  if (bytes.starts_with("\xFE\xFF")) return converted(bytes.substr(2), "UTF-16BE");
  using namespace std::string_view_literals;
  if (bytes.starts_with("<\0?\0"sv)) return converted(bytes, "UTF-16LE");
  if (bytes.starts_with("\0<\0?"sv)) return converted(bytes, "UTF-16BE");
  // UTF-8 under a wrong name is more common than anything that looks like UTF-8 by chance.
  if (is_utf8(bytes)) return std::string(bytes);
  const char* declared = declared_encoding(bytes);
  return converted(bytes, declared == nullptr ? "windows-1252" : declared);
}

}  // namespace matinee::catalog
