// What a sales manager reads:
//
//   ours (ours.yaml), replayed from 1 Mar 2024 to 29 May 2024
//
//   142 violations would have been told to 12 owners: 31 on the first day, then 8.6 a week.
//   Resolved within 10 working days: 82; later: 12. Lapsed: 18. Still standing on 29 May 2024: 30.
//
//                    told  in 1  in 3  in 5  in 10  later  stand  lapsed
//   past-close-date   142    40    58    70     82     12     30      18
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/backtest_output.h"
#include "daemon/cli/tally.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kLeastColumns = 50;
constexpr std::size_t kMostColumns = 200;
constexpr std::size_t kLeastNameColumns = 12;
constexpr std::size_t kGap = 2;
constexpr std::size_t kMostOwners = 20;  // the others are added up
constexpr int kDaysAWeek = 7;
constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kBold = "\033[1m";

// Of a policy, an owner, or all.
struct Line {
  std::string name;
  SpellTally draft{};
  SpellTally present{};
};

// Two numbers of violations, the second compared with the first.
std::string fewer_or_more(std::uint64_t before, std::uint64_t now) {
  if (now == before) return "as many now";
  return now < before ? fmt::format("{} fewer now", with_commas(before - now))
                      : fmt::format("{} more now", with_commas(now - before));
}

std::string signed_change(std::uint64_t before, std::uint64_t now) {
  if (now == before) return "0";
  return now < before ? "-" + with_commas(before - now) : "+" + with_commas(now - before);
}

class BacktestTable {
 public:
  BacktestTable(const BacktestFacts& facts, const Terminal& terminal, TextOutput& out)
      : facts_(facts),
        colour_(terminal.colour),
        columns_(std::clamp(terminal.columns, kLeastColumns, kMostColumns)),
        out_(out) {}

  void write() {
    add_up();
    bold(fmt::format("{}, replayed from {} to {}", facts_.labels[kDraft], display_day(facts_.days.first),
                     display_day(facts_.replay.last_day)));
    out_.write("\n");
    text(told());
    if (all_.draft.flagged > 0) text(went_on());
    if (is_compared()) text(compared());
    if (policies_.empty()) return;
    out_.write("\n");
    if (policies_.size() > 1) policies_.push_back(all_);
    write_lines("By policy", policies_);
    if (all_.draft.flagged + all_.present.flagged == 0) return;
    out_.write("\n");
    write_lines("By owner", shown_owners());
    out_.write("\n");
    text(
        "in 1, 3, 5, 10: resolved within so many working days, each with those before it; later: resolved "
        "after more; stand: still so at the end; lapsed: out of scope, or gone.");
  }

 private:
  bool is_compared() const { return facts_.packs.size() > kPresent; }
  int days_replayed() const { return static_cast<int>((facts_.replay.last_day - facts_.days.first).count()); }

  void add_up() {
    std::map<std::string, std::size_t> policies;
    std::map<std::string, std::size_t> owners;
    for (std::size_t pack = 0; pack < facts_.packs.size(); ++pack) {
      const Backtest& backtest = facts_.replay.packs[pack];
      const Calendar& calendar = facts_.packs[pack].pack->calendar;
      for (const PolicyFacts& policy : backtest.policies())
        line_of(policies_, policies, policy.policy, policy.policy);
      for (const Spell& spell : backtest.spells()) {
        const std::string& policy = backtest.policies()[spell.policy].policy;
        Line& owner = line_of(owners_, owners, std::string(spell.owner_id),
                              owner_title(spell.owner_name, spell.owner_id));
        // The data of an early day may not have the owner's name yet.
        if (!spell.owner_name.empty()) owner.name = owner_title(spell.owner_name, spell.owner_id);
        for (Line* line : {&all_, &policies_[policies.at(policy)], &owner})
          (pack == kDraft ? line->draft : line->present).add(spell, calendar);
      }
    }
    all_.name = "all";
    std::ranges::sort(owners_, [](const Line& a, const Line& b) {
      return std::tuple(b.draft.flagged, b.present.flagged, a.name) <
             std::tuple(a.draft.flagged, a.present.flagged, b.name);
    });
  }

  static Line& line_of(std::vector<Line>& lines, std::map<std::string, std::size_t>& places,
                       const std::string& key, const std::string& name) {
    const auto [place, is_new] = places.try_emplace(key, lines.size());
    if (is_new) lines.push_back({.name = name});
    return lines[place->second];
  }

  std::string told() const {
    const SpellTally& tally = all_.draft;
    if (tally.flagged == 0) return "Nobody would have been told anything.";
    const auto owners =
        std::ranges::count_if(owners_, [](const Line& line) { return line.draft.flagged > 0; });
    std::string words =
        fmt::format("{} would have been told to {}", counted(tally.flagged, "violation", "violations"),
                    counted(static_cast<std::uint64_t>(owners), "owner", "owners"));
    const std::uint64_t then = tally.flagged - tally.on_first_day;
    words += fmt::format(": {} on the first day", with_commas(tally.on_first_day));
    if (days_replayed() >= kDaysAWeek) {
      words += fmt::format(", then {:.1f} a week", static_cast<double>(then) * kDaysAWeek / days_replayed());
    } else if (days_replayed() > 0) {
      words += fmt::format(", then {}", with_commas(then));
    }
    return words + ".";
  }

  std::string went_on() const {
    const SpellTally& tally = all_.draft;
    return fmt::format(
        "Resolved within {} working days: {}; later: {}. Lapsed: {}. Still standing on {}: {}.",
        kResolvedWithin.back(), with_commas(tally.within.back()), with_commas(tally.later),
        with_commas(tally.lapsed), display_day(facts_.replay.last_day), with_commas(tally.stands));
  }

  std::string compared() const {
    return fmt::format("{} would have told {}: {}.", facts_.labels[kPresent],
                       with_commas(all_.present.flagged),
                       fewer_or_more(all_.present.flagged, all_.draft.flagged));
  }

  std::vector<Line> shown_owners() const {
    if (owners_.size() <= kMostOwners + 1) return owners_;
    std::vector<Line> shown(owners_.begin(), owners_.begin() + kMostOwners);
    Line rest{.name = fmt::format("{} others", with_commas(owners_.size() - kMostOwners))};
    for (std::size_t i = kMostOwners; i < owners_.size(); ++i) {
      rest.draft.add(owners_[i].draft);
      rest.present.add(owners_[i].present);
    }
    shown.push_back(std::move(rest));
    return shown;
  }

  using Cells = std::vector<std::string>;

  Cells header() const {
    Cells cells{"told"};
    if (is_compared()) cells.emplace_back("change");
    for (const int days : kResolvedWithin) cells.push_back(fmt::format("in {}", days));
    cells.insert(cells.end(), {"later", "stand", "lapsed"});
    return cells;
  }

  Cells cells_of(const Line& line) const {
    const SpellTally& tally = line.draft;
    Cells cells{with_commas(tally.flagged)};
    if (is_compared()) cells.push_back(signed_change(line.present.flagged, tally.flagged));
    for (const std::uint64_t number : tally.within) cells.push_back(with_commas(number));
    for (const std::uint64_t number : {tally.later, tally.stands, tally.lapsed})
      cells.push_back(with_commas(number));
    return cells;
  }

  void write_lines(std::string_view title, const std::vector<Line>& lines) {
    std::vector<Cells> rows;
    std::size_t names = display_width(title);
    for (const Line& line : lines) {
      rows.push_back(cells_of(line));
      names = std::max(names, display_width(line.name));
    }
    const Cells head = header();
    std::vector<std::size_t> widths;
    std::size_t used = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
      widths.push_back(head[i].size());
      for (const Cells& row : rows) widths[i] = std::max(widths[i], row[i].size());
      used += widths[i] + kGap;
    }
    names = std::min(names, std::max(columns_ - std::min(columns_, used), kLeastNameColumns));
    bold(padded(title, names) + joined(head, widths));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool fits = display_width(lines[i].name) <= names;
      if (!fits) out_.write(lines[i].name + "\n");
      out_.write(padded(fits ? lines[i].name : "", names) + joined(rows[i], widths) + "\n");
    }
  }

  static std::string joined(const Cells& cells, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) line += fmt::format("{:>{}}", cells[i], widths[i] + kGap);
    return line;
  }

  void text(std::string_view words) {
    for (const std::string& line : wrap_words(printable(words), columns_)) out_.write(line + "\n");
  }
  void bold(std::string_view words) {
    const std::string line = printable(words);
    out_.write(colour_ ? fmt::format("{}{}{}\n", kBold, line, kPlain) : line + "\n");
  }

  const BacktestFacts& facts_;
  bool colour_;
  std::size_t columns_;
  TextOutput& out_;
  Line all_;
  std::vector<Line> policies_;  // in the order of the draft, then those of the other pack alone
  std::vector<Line> owners_;    // who would have been told most first
};

}  // namespace

void write_backtest_table(const BacktestFacts& facts, const Terminal& terminal, TextOutput& out) {
  BacktestTable(facts, terminal, out).write();
}

}  // namespace plumbline
