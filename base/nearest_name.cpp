#include "base/nearest_name.h"

#include <algorithm>
#include <compare>
#include <iterator>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace plumbline {
namespace {

// Salesforce names end well below this; longer ones get no suggestion, which bounds the work per pair.
constexpr std::size_t kLongestName = 128;  // characters

constexpr std::size_t kLeastAllowed = 1;
constexpr std::size_t kMostAllowed = 3;

// A name twice: as written but for case, and reduced to what people remember of it.
struct NameForms {
  std::u32string folded;
  std::u32string reduced;  // no underscores, spaces, or custom suffix
};

struct Distance {
  std::size_t nearest = 0;  // of the two forms
  std::size_t folded = 0;   // decides between names that are equally near
  friend auto operator<=>(const Distance&, const Distance&) = default;
};

bool is_filler(char32_t character) { return character == U'_' || is_space(character); }

NameForms forms_of(std::string_view name) {
  NameForms forms;
  const std::string folded = fold_case(trim(name));
  for (std::size_t pos = 0; pos < folded.size();) forms.folded += decode_utf8(folded, pos);
  std::u32string_view stem = forms.folded;
  if (stem.ends_with(U"__c") || stem.ends_with(U"__r")) stem.remove_suffix(3);
  std::copy_if(stem.begin(), stem.end(), std::back_inserter(forms.reduced),
               [](char32_t c) { return !is_filler(c); });
  return forms;
}

// Insertions, deletions, replacements and swaps of neighbours, each letter touched once. Three rows of the
// table do: a swap looks two rows back.
std::size_t edit_distance(std::u32string_view a, std::u32string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({replace, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::size_t allowed_for(const std::u32string& name) {
  return std::clamp(name.size() / 3, kLeastAllowed, kMostAllowed);
}

// Larger than any allowed distance where the lengths alone say so.
std::size_t bounded_distance(const std::u32string& a, const std::u32string& b, std::size_t allowed) {
  const std::size_t shorter = std::min(a.size(), b.size());
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer - shorter > allowed) return allowed + 1;
  const std::size_t distance = edit_distance(a, b);
  // One-letter names are not near each other merely because one change makes one the other.
  return distance < longer || distance == 0 ? distance : allowed + 1;
}

Distance distance_between(const NameForms& unknown, const NameForms& known, std::size_t allowed) {
  const std::size_t folded = bounded_distance(unknown.folded, known.folded, allowed);
  const std::size_t reduced = bounded_distance(unknown.reduced, known.reduced, allowed);
  return {.nearest = std::min(folded, reduced), .folded = folded};
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view unknown, std::span<const std::string> known) {
  const NameForms sought = forms_of(unknown);
  if (sought.reduced.empty() || sought.folded.size() > kLongestName) return std::nullopt;
  const std::size_t allowed = allowed_for(sought.reduced);
  const std::string* best = nullptr;
  Distance best_distance{.nearest = allowed + 1, .folded = 0};
  for (const std::string& name : known) {
    const NameForms forms = forms_of(name);
    if (forms.reduced.empty() || forms.folded.size() > kLongestName) continue;
    const Distance distance = distance_between(sought, forms, allowed);
    if (distance < best_distance) {
      best = &name;
      best_distance = distance;
    }
  }
  return best ? std::optional<std::string>(*best) : std::nullopt;
}

std::string did_you_mean(std::string_view unknown, std::span<const std::string> known) {
  const std::optional<std::string> name = nearest_name(unknown, known);
  return name ? "; did you mean " + *name + "?" : "";
}

}  // namespace plumbline
