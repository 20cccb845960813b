#include "catalog/term_index.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace matinee::catalog {
namespace {

constexpr std::size_t kTableMin = 1024;

// Where each letter of a word begins, and the word's end.
std::vector<std::size_t> letter_starts(std::string_view word) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (!U8_IS_TRAIL(word[at])) starts.push_back(at);
  }
  starts.push_back(word.size());
  return starts;
}

std::size_t letter_bytes(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && U8_IS_TRAIL(text[bytes])) ++bytes;
  return bytes;
}

std::vector<TermRange> merged(std::vector<TermRange> ranges) {
  std::ranges::sort(ranges);
  std::vector<TermRange> apart;
  for (const auto& range : ranges) {
    if (!apart.empty() && range.begin <= apart.back().end) {
      apart.back().end = std::max(apart.back().end, range.end);
    } else {
      apart.push_back(range);
    }
  }
  return apart;
}

}  // namespace

std::string_view TermIndex::Builder::text(std::uint32_t term) const {
  return std::string_view(text_).substr(terms_[term].text_begin, terms_[term].text_size);
}

void TermIndex::Builder::grow() {
  table_.assign(std::max(kTableMin, table_.size() * 2), 0);
  for (std::uint32_t term = 0; term < terms_.size(); ++term) {
    std::size_t at = std::hash<std::string_view>{}(text(term)) & (table_.size() - 1);
    while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
    table_[at] = term + 1;
  }
}

std::uint32_t TermIndex::Builder::term_of(std::string_view word) {
  if (word.empty() || text_.size() + word.size() > kTextBytesMax) return kNoTerm;
  if (terms_.size() * 2 >= table_.size()) grow();
  std::size_t at = std::hash<std::string_view>{}(word) & (table_.size() - 1);
  for (; table_[at] != 0; at = (at + 1) & (table_.size() - 1)) {
    if (text(table_[at] - 1) == word) return table_[at] - 1;
  }
  const auto term = static_cast<std::uint32_t>(terms_.size());
  terms_.push_back(
      {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(word.size())});
  text_ += word;
  table_[at] = term + 1;
  return term;
}

void TermIndex::Builder::add(std::uint32_t term, std::uint32_t document, std::uint8_t field) {
  MATINEE_CHECK(document < kDocumentsMax && field < 8);
  MATINEE_CHECK(entries_.empty() || entries_.back().posting.document <= document);
  if (term == kNoTerm || entries_.size() >= kPostingsMax) return;
  entries_.push_back({term, {.document = document & (kDocumentsMax - 1), .field = field & 7U}});
}

TermIndex TermIndex::Builder::build() && {
  std::vector<std::uint32_t> order(terms_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [this](std::uint32_t term) { return text(term); });
  TermIndex index;
  index.text_.reserve(text_.size());
  index.ends_.reserve(order.size());
  std::vector<std::uint32_t> place(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    index.text_ += text(order[i]);
    index.ends_.push_back(static_cast<std::uint32_t>(index.text_.size()));
  }
  // Counting sort by word; documents keep their order within a word.
  std::vector<std::uint32_t> next(order.size() + 1, 0);
  for (const auto& entry : entries_) ++next[place[entry.term] + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<Posting> sorted(entries_.size());
  for (const auto& entry : entries_) sorted[next[place[entry.term]]++] = entry.posting;
  index.run_ends_.reserve(order.size());
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto run_begin = index.postings_.size();
    for (std::uint32_t at = begin; at < next[i]; ++at) {
      // Those of one document stand together, and a document has few fields.
      bool repeated = false;
      for (auto back = index.postings_.size(); back > run_begin && !repeated; --back) {
        const Posting& one = index.postings_[back - 1];
        if (one.document != sorted[at].document) break;
        repeated = one.field == sorted[at].field;
      }
      if (!repeated) index.postings_.push_back(sorted[at]);
    }
    begin = next[i];
    index.run_ends_.push_back(static_cast<std::uint32_t>(index.postings_.size()));
  }
  index.postings_.shrink_to_fit();
  return index;
}

std::string_view TermIndex::term(std::uint32_t index) const {
  const std::uint32_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(text_).substr(begin, ends_[index] - begin);
}

TermRange TermIndex::with_prefix(std::string_view prefix, TermRange within) const {
  const auto first = [&](auto is_before) {
    std::uint32_t low = within.begin;
    std::uint32_t high = within.end;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      if (is_before(term(middle).substr(0, prefix.size()))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  };
  const std::uint32_t begin = first([&](std::string_view head) { return head < prefix; });
  within.begin = begin;
  return {begin, first([&](std::string_view head) { return head <= prefix; })};
}

TermRange TermIndex::with_prefix(std::string_view prefix) const {
  return with_prefix(prefix, {0, static_cast<std::uint32_t>(size())});
}

std::vector<std::string> TermIndex::branches(std::string_view prefix, TermRange within) const {
  std::vector<std::string> letters;
  while (!within.empty() && letters.size() < kBranchesMax) {
    const std::string_view rest = term(within.begin).substr(prefix.size());
    if (rest.empty()) {
      ++within.begin;
      continue;
    }
    letters.emplace_back(rest.substr(0, letter_bytes(rest)));
    within.begin = with_prefix(std::string(prefix) + letters.back(), within).end;
  }
  return letters;
}

std::vector<TermRange> TermIndex::near(std::string_view word, Near what) const {
  const auto starts = letter_starts(word);
  const std::size_t letters = starts.size() - 1;
  const bool whole = what == Near::words;
  std::vector<TermRange> ranges;
  if (letters < (whole ? kNearLettersMin : kNearBeginningLettersMin)) return ranges;
  TermRange within{0, static_cast<std::uint32_t>(size())};
  const auto look_up = [&](const std::string& text) {
    auto range = with_prefix(text, within);
    if (range.empty() || ranges.size() >= kNearRangesMax) return;
    if (whole && term(range.begin) != text) return;
    if (whole) range.end = range.begin + 1;
    ranges.push_back(range);
  };
  const auto letters_between = [&](std::size_t from, std::size_t to) {
    return word.substr(starts[from], starts[to] - starts[from]);
  };
  // The edit is at letter i; where beginnings are looked for it leaves the last letter alone.
  for (std::size_t i = 0; i <= letters && !within.empty(); ++i) {
    const std::string head(letters_between(0, i));
    const std::string tail(letters_between(i, letters));
    const std::string after(i < letters ? letters_between(i + 1, letters) : "");
    const bool has_after = i + 1 < letters;
    if (i < letters && (whole || has_after)) look_up(head + after);
    if (has_after && (whole || i + 2 < letters)) {
      look_up(head + std::string(letters_between(i + 1, i + 2)) +
              std::string(letters_between(i, i + 1)) +
              std::string(letters_between(i + 2, letters)));
    }
    if (!whole && i == letters) break;
    for (const auto& letter : branches(head, within)) {
      if (i < letters && (whole || has_after)) look_up(head + letter + after);
      look_up(head + letter + tail);
    }
    if (i < letters) within = with_prefix(letters_between(0, i + 1), within);
  }
  return merged(std::move(ranges));
}

std::span<const Posting> TermIndex::postings(TermRange range) const {
  if (range.empty()) return {};
  const std::uint32_t begin = range.begin == 0 ? 0 : run_ends_[range.begin - 1];
  return std::span(postings_).subspan(begin, run_ends_[range.end - 1] - begin);
}

std::size_t TermIndex::memory_bytes() const {
  return text_.capacity() + (ends_.capacity() + run_ends_.capacity()) * sizeof(std::uint32_t) +
         postings_.capacity() * sizeof(Posting);
}

bool within_one_edit(std::string_view a, std::string_view b) {
  const auto a_starts = letter_starts(a);
  const auto b_starts = letter_starts(b);
  const std::size_t a_size = a_starts.size() - 1;
  const std::size_t b_size = b_starts.size() - 1;
  const auto letter = [](std::string_view word, const std::vector<std::size_t>& starts,
                         std::size_t i) {
    return word.substr(starts[i], starts[i + 1] - starts[i]);
  };
  std::size_t same = 0;
  while (same < a_size && same < b_size && letter(a, a_starts, same) == letter(b, b_starts, same)) {
    ++same;
  }
  const auto rest = [](std::string_view word, const std::vector<std::size_t>& starts,
                       std::size_t i) {
    return word.substr(starts[std::min(i, starts.size() - 1)]);
  };
  if (a_size == b_size) {
    if (rest(a, a_starts, same + 1) == rest(b, b_starts, same + 1)) return true;
    return same + 1 < a_size && letter(a, a_starts, same) == letter(b, b_starts, same + 1) &&
           letter(a, a_starts, same + 1) == letter(b, b_starts, same) &&
           rest(a, a_starts, same + 2) == rest(b, b_starts, same + 2);
  }
  if (a_size + 1 == b_size) return rest(a, a_starts, same) == rest(b, b_starts, same + 1);
  if (b_size + 1 == a_size) return rest(a, a_starts, same + 1) == rest(b, b_starts, same);
  return false;
}

}  // namespace matinee::catalog
