#include "delivery/placement.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "base/check.h"

namespace matinee::delivery {
namespace {

constexpr std::size_t kBins = std::size_t{1} << 16U;
constexpr unsigned kBinShift = 15;  // of a float's bits: bins 1/256 of their value wide
constexpr double kRounding = 1e-9;
constexpr std::size_t kMarginUnits = 256;  // looked at one by one around the prices

// What a byte of the candidate brings, less its fill.
double net_density(const Candidate& candidate, double fill_cost) {
  const double density = double{candidate.value} / candidate.bytes;
  return candidate.held ? density : density - fill_cost;
}

bool wanted(const Candidate& candidate, double net) { return candidate.held || net > 0; }

// Non-negative floats order as their bits do.
std::size_t bin_of(double net) {
  const auto value = static_cast<float>(std::max(net, 0.0));
  return std::bit_cast<std::uint32_t>(value) >> kBinShift;
}

// Bytes and units by bin, summed from the densest down: at(b) is of all bins from b on.
class Ranking {
 public:
  void add(std::size_t bin, std::uint32_t bytes) {
    bytes_[bin] += bytes;
    ++units_[bin];
  }
  void sum() {
    for (std::size_t bin = kBins; bin-- > 0;) {
      bytes_[bin] += bytes_[bin + 1];
      units_[bin] += units_[bin + 1];
    }
  }
  [[nodiscard]] std::uint64_t bytes(std::size_t bin) const { return bytes_[bin]; }
  /// The bin from which on there are `units` more than from `bin` on, and at least one bin more.
  [[nodiscard]] std::size_t margin_below(std::size_t bin, std::size_t units) const {
    if (bin == 0) return 0;
    const std::uint64_t until = units_[bin] + units;
    const auto last = units_.begin() + static_cast<std::ptrdiff_t>(bin);
    const auto found = std::partition_point(units_.begin(), last,
                                            [&](std::uint64_t count) { return count > until; });
    const auto from = static_cast<std::size_t>(found - units_.begin());
    // One of its own however many are in it: what is left of a limit is less than one bin.
    std::size_t next = bin - 1;
    while (next > 0 && units_[next] == units_[bin]) --next;
    return std::min(from, next);
  }

 private:
  std::vector<std::uint64_t> bytes_ = std::vector<std::uint64_t>(kBins + 1, 0);
  std::vector<std::uint64_t> units_ = std::vector<std::uint64_t>(kBins + 1, 0);
};

// The lowest bin that fits, by bisection; `fits` is false below some bin and true from it on.
template <typename Fits>
std::size_t lowest_bin(Fits fits) {
  std::size_t low = 0;
  std::size_t high = kBins;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (fits(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

struct Marginal {
  double net;
  std::uint32_t place;
};

// From which bin on all are taken, and down to which bin they are looked at one by one.
struct Cut {
  std::size_t all = 0;
  std::size_t some = 0;
};

class Chooser {
 public:
  Chooser(std::span<const Candidate> candidates, const Limits& limits)
      : candidates_(candidates), limits_(limits) {}

  Choice run() {
    find_cuts();
    take();
    take_marginal();
    bound();
    std::ranges::sort(choice_.chosen);
    return std::move(choice_);
  }

 private:
  // Both limits at one price first; if the window is too small for what is new at that price, it
  // gets a price of its own and space is shared by the rest.
  void find_cuts() {
    for (const Candidate& candidate : candidates_) {
      MATINEE_CHECK(candidate.bytes > 0);
      const double net = net_density(candidate, limits_.fill_cost);
      if (wanted(candidate, net)) ranking(candidate).add(bin_of(net), candidate.bytes);
    }
    held_.sum();
    fresh_.sum();
    held_cut_.all = fresh_cut_.all = lowest_bin([&](std::size_t bin) {
      return held_.bytes(bin) + fresh_.bytes(bin) <= limits_.space_bytes;
    });
    if (fresh_.bytes(fresh_cut_.all) > limits_.fill_bytes) {
      fresh_cut_.all =
          lowest_bin([&](std::size_t bin) { return fresh_.bytes(bin) <= limits_.fill_bytes; });
      // All that the window may bring has its space kept, also what is looked at one by one.
      held_cut_.all = lowest_bin([&](std::size_t bin) {
        return held_.bytes(bin) + limits_.fill_bytes <= limits_.space_bytes;
      });
    }
    held_cut_.some = held_.margin_below(held_cut_.all, kMarginUnits);
    fresh_cut_.some = fresh_.margin_below(fresh_cut_.all, kMarginUnits);
  }

  Ranking& ranking(const Candidate& candidate) { return candidate.held ? held_ : fresh_; }

  void take() {
    for (std::uint32_t place = 0; place < candidates_.size(); ++place) {
      const Candidate& candidate = candidates_[place];
      const double net = net_density(candidate, limits_.fill_cost);
      if (!wanted(candidate, net)) continue;
      const Cut& cut = candidate.held ? held_cut_ : fresh_cut_;
      const std::size_t bin = bin_of(net);
      if (bin >= cut.all) {
        add(place, net);
      } else if (bin >= cut.some) {
        marginal_.push_back({net, place});
      }
    }
  }

  void take_marginal() {
    const auto denser = [](const Marginal& a, const Marginal& b) {
      return a.net != b.net ? a.net > b.net : a.place < b.place;
    };
    std::ranges::sort(marginal_, denser);
    double space_at = -1;  // what the first that did not fit would have brought
    double window_at = -1;
    for (const Marginal& marginal : marginal_) {
      const Candidate& candidate = candidates_[marginal.place];
      const bool fits_space = choice_.space_bytes + candidate.bytes <= limits_.space_bytes;
      const bool fits_window =
          candidate.held || choice_.fill_bytes + candidate.bytes <= limits_.fill_bytes;
      if (fits_space && fits_window) {
        add(marginal.place, marginal.net);
      } else if (!fits_window) {
        if (window_at < 0) window_at = marginal.net;
      } else if (space_at < 0) {
        space_at = marginal.net;
      }
    }
    choice_.prices.space = std::max(space_at, 0.0);
    if (window_at > choice_.prices.space) choice_.prices.fill = window_at - choice_.prices.space;
  }

  void add(std::uint32_t place, double net) {
    const Candidate& candidate = candidates_[place];
    choice_.chosen.push_back(place);
    choice_.space_bytes += candidate.bytes;
    if (!candidate.held) choice_.fill_bytes += candidate.bytes;
    choice_.value += net * candidate.bytes;
  }

  // What the limits would be worth at these prices, and what is above them.
  void bound() {
    double above = 0;
    for (const Candidate& candidate : candidates_) {
      const double price = choice_.prices.space + (candidate.held ? 0 : choice_.prices.fill);
      const double net = net_density(candidate, limits_.fill_cost) - price;
      if (net > 0) above += net * candidate.bytes;
    }
    choice_.lp_bound = above + choice_.prices.space * static_cast<double>(limits_.space_bytes) +
                       choice_.prices.fill * static_cast<double>(limits_.fill_bytes);
    choice_.lp_bound = std::max(choice_.lp_bound, choice_.value);  // rounding of sums
  }

  std::span<const Candidate> candidates_;
  const Limits& limits_;
  Ranking held_;
  Ranking fresh_;
  Cut held_cut_;
  Cut fresh_cut_;
  std::vector<Marginal> marginal_;
  Choice choice_;
};

}  // namespace

std::string_view name_of(Reason reason) {
  static constexpr std::array<std::string_view, 7> kNames{
      "worth_keeping",    "worth_filling", "space_worth_more", "fill_costs_more",
      "window_too_small", "last_byte",     "no_edge_has_room"};
  return kNames.at(static_cast<std::size_t>(reason));
}

Choice choose(std::span<const Candidate> candidates, const Limits& limits) {
  MATINEE_CHECK(candidates.size() < std::numeric_limits<std::uint32_t>::max());
  MATINEE_CHECK(limits.fill_cost >= 0);
  return Chooser(candidates, limits).run();
}

Reason explain(const Candidate& candidate, const Prices& prices, const Limits& limits,
               bool chosen) {
  if (chosen) return candidate.held ? Reason::worth_keeping : Reason::worth_filling;
  const double density = double{candidate.value} / candidate.bytes;
  if (density < prices.space) return Reason::space_worth_more;
  if (candidate.held) return Reason::last_byte;
  const double net = net_density(candidate, limits.fill_cost);
  if (net <= 0 || net < prices.space) return Reason::fill_costs_more;
  // The one that set the price of the window was itself left out by it.
  if (prices.fill > 0 && net <= (prices.space + prices.fill) * (1 + kRounding)) {
    return Reason::window_too_small;
  }
  return Reason::last_byte;
}

}  // namespace matinee::delivery
