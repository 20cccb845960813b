#pragma once
// catalog/term_index: a sorted dictionary of words and where each stands; the data structure below
// catalog/search.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace matinee::catalog {

/// A word of a document, and what part of the document it is of.
struct Posting {
  std::uint32_t document : 29;
  std::uint32_t field : 3;
};

/// Words [begin, end) of the dictionary.
struct TermRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  [[nodiscard]] bool empty() const { return begin >= end; }
  friend auto operator<=>(const TermRange&, const TermRange&) = default;
};

/// All words in byte order in one block of memory, and the postings of each behind those of the
/// word before: what a prefix stands for is one range of words and one run of postings.
/// Immutable once built; any thread may read it.
class TermIndex {
 public:
  static constexpr std::uint32_t kDocumentsMax = 1U << 29;
  static constexpr std::size_t kTextBytesMax = std::size_t{1} << 30;  // further words are dropped
  static constexpr std::size_t kPostingsMax = std::size_t{1} << 30;   // further ones are dropped
  static constexpr std::size_t kNearLettersMin = 4;  // shorter words have too many neighbours
  static constexpr std::size_t kNearBeginningLettersMin = 5;
  static constexpr std::size_t kNearRangesMax = 256;  // of one word; further ones are left out
  static constexpr std::size_t kBranchesMax = 256;    // letters tried at one place of a word

  /// Collects words, then sorts them. Documents come in ascending order.
  class Builder {
   public:
    static constexpr std::uint32_t kNoTerm = 0xFFFF'FFFF;

    /// A word may come several times for a document; postings are kept once for each field.
    void add(std::string_view word, std::uint32_t document, std::uint8_t field) {
      add(term_of(word), document, field);
    }
    /// As above, for a word that comes again and again. kNoTerm adds nothing.
    void add(std::uint32_t term, std::uint32_t document, std::uint8_t field);
    /// The word's number for `add`; kNoTerm for an empty one and beyond kTextBytesMax.
    std::uint32_t term_of(std::string_view word);
    TermIndex build() &&;

   private:
    struct Slot {
      std::uint32_t text_begin;
      std::uint32_t text_size;
    };
    struct Entry {
      std::uint32_t term;
      Posting posting;
    };
    void grow();
    [[nodiscard]] std::string_view text(std::uint32_t term) const;

    std::string text_;
    std::vector<Slot> terms_;
    std::vector<std::uint32_t> table_;  // open addressing: term + 1, 0 = free
    std::vector<Entry> entries_;
  };

  TermIndex() = default;

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::string_view term(std::uint32_t index) const;
  /// The words that begin with `prefix`; the word itself, when it is there, is the first.
  [[nodiscard]] TermRange with_prefix(std::string_view prefix) const;
  /// What is one edit from `word`: a letter more, less, another, or two neighbours swapped; either
  /// words as a whole, or beginnings of words that end with the last letter of `word` (so that the
  /// edit lies behind whoever types). May hold words that begin with `word` itself. Disjoint, in
  /// order. Empty for a word under kNearLettersMin letters, kNearBeginningLettersMin for
  /// beginnings.
  enum class Near { words, beginnings };
  [[nodiscard]] std::vector<TermRange> near(std::string_view word, Near what) const;
  /// Of all words in the range, word by word.
  [[nodiscard]] std::span<const Posting> postings(TermRange range) const;
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  [[nodiscard]] TermRange with_prefix(std::string_view prefix, TermRange within) const;
  /// The letters that follow `prefix` in the words of `within`, which all begin with it.
  [[nodiscard]] std::vector<std::string> branches(std::string_view prefix, TermRange within) const;

  std::string text_;                     // the words, one behind the other
  std::vector<std::uint32_t> ends_;      // where each ends in text_
  std::vector<std::uint32_t> run_ends_;  // where its postings end
  std::vector<Posting> postings_;
};

/// Whether one edit (a letter more, less, another, or two neighbours swapped) or none makes `a` of
/// `b`. Letters are code points.
bool within_one_edit(std::string_view a, std::string_view b);

}  // namespace matinee::catalog
