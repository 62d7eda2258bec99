#include "policies/backtest.h"

#include <algorithm>
#include <string>
#include <utility>

namespace plumbline {

std::string_view to_string(SpellEnd end) {
  switch (end) {
    case SpellEnd::kStands:
      return "stands";
    case SpellEnd::kResolved:
      return "resolved";
    case SpellEnd::kLapsed:
      return "lapsed";
  }
  return "";
}

// Looks up on a judging thread which spell a verdict is of, and keeps the texts of those alone that begin
// one.
class Backtest::Batch : public VerdictBatch {
 public:
  explicit Batch(const Backtest& backtest) : backtest_(backtest) {}

  void add(const VerdictView& verdict) override { rows_.push_back(row_of(verdict)); }

  void arrange(std::span<const std::uint32_t> order) override {
    spare_.clear();
    for (const std::uint32_t number : order) spare_.push_back(rows_[arranged_ + number]);
    std::ranges::copy(spare_, rows_.begin() + static_cast<std::ptrdiff_t>(arranged_));
    arranged_ = rows_.size();
  }

  enum class Says : std::uint8_t { kNothing, kMeets, kBegins };
  struct Row {
    Says says = Says::kNothing;
    VerdictStatus status = VerdictStatus::kViolated;
    SpellIndex spell = 0;      // of kMeets
    std::uint32_t judged = 0;  // of kBegins, as the rest
    std::size_t texts_at = 0;  // its texts follow one another
    std::array<std::uint32_t, 5> lengths{};
  };
  const std::vector<Row>& rows() const { return rows_; }
  std::uint64_t without_id() const { return without_id_; }

  // Texts good until the batch is changed.
  Spell spell_of(const Row& row) const {
    std::array<std::string_view, 5> texts;
    std::size_t at = row.texts_at;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      texts[i] = std::string_view(texts_).substr(at, row.lengths[i]);
      at += row.lengths[i];
    }
    return {.record_id = texts[0],
            .record_name = texts[1],
            .owner_id = texts[2],
            .owner_name = texts[3],
            .message = texts[4]};
  }

  void clear() {
    texts_.clear();
    rows_.clear();
    arranged_ = 0;
    without_id_ = 0;
  }

 private:
  Row row_of(const VerdictView& verdict) {
    const bool violated = verdict.status == VerdictStatus::kViolated;
    if (verdict.record_id.empty()) {
      without_id_ += violated ? 1 : 0;
      return {};
    }
    const Judged& judged = backtest_.judged_[verdict.policy];
    const OpenSpells& open = backtest_.open_[judged.policy];
    const auto found = open.find(id_key(verdict.record_id, judged.id_rule));
    if (found != open.end()) return {.says = Says::kMeets, .status = verdict.status, .spell = found->second};
    if (!violated) return {};
    Row row{.says = Says::kBegins,
            .judged = static_cast<std::uint32_t>(verdict.policy),
            .texts_at = texts_.size()};
    std::size_t at = 0;
    for (const std::string_view text :
         {verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name, verdict.message}) {
      texts_ += text;
      row.lengths[at++] = static_cast<std::uint32_t>(text.size());
    }
    return row;
  }

  const Backtest& backtest_;
  std::string texts_;
  std::vector<Row> rows_;
  std::vector<Row> spare_;
  std::size_t arranged_ = 0;  // so many stand in their order
  std::uint64_t without_id_ = 0;
};

void Backtest::begin_day(Day day, const Snapshot& snapshot) {
  day_ = day;
  snapshot_ = &snapshot;
  judged_.clear();
  met_.clear();
  begun_.clear();
  unmet_.clear();
  without_id_today_ = 0;
}

// Which policies can be judged may change from day to day, and their numbers with it.
std::uint32_t Backtest::number_of(const PolicyFacts& facts) {
  const auto found = std::ranges::find_if(policies_, [&](const PolicyFacts& known) {
    return known.pack == facts.pack && known.policy == facts.policy && known.object == facts.object;
  });
  const auto number = static_cast<std::uint32_t>(found - policies_.begin());
  if (found == policies_.end()) {
    policies_.push_back(facts);
    open_.emplace_back();
  }
  return number;
}

void Backtest::begin(std::span<const PolicyFacts> policies) {
  for (const PolicyFacts& facts : policies) {
    const auto object = snapshot_->schema().find_object(facts.object);
    const Table* const table = object ? snapshot_->table(*object) : nullptr;
    judged_.push_back(
        {.policy = number_of(facts), .id_rule = table == nullptr ? IdRule::kSalesforce : table->id_rule()});
  }
}

std::unique_ptr<VerdictBatch> Backtest::make_batch() { return std::make_unique<Batch>(*this); }

SinkAnswer Backtest::take(VerdictBatch& taken) {
  auto& batch = static_cast<Batch&>(taken);
  for (const Batch::Row& row : batch.rows()) {
    if (row.says == Batch::Says::kMeets) met_.push_back({.spell = row.spell, .status = row.status});
    if (row.says != Batch::Says::kBegins) continue;
    if (spells_.size() + begun_.size() >= most_spells_) {
      is_full_ = true;
      return SinkAnswer::kEnough;
    }
    const Judged& judged = judged_[row.judged];
    Spell spell = batch.spell_of(row);
    spell.policy = judged.policy;
    for (std::string_view* text :
         {&spell.record_id, &spell.record_name, &spell.owner_id, &spell.owner_name, &spell.message})
      *text = texts_.keep(*text);
    spell.record_key = id_key(spell.record_id, judged.id_rule);
    spell.from = day_;
    spell.days = 1;
    begun_.push_back(spell);
  }
  without_id_today_ += batch.without_id();
  batch.clear();
  return SinkAnswer::kMore;
}

void Backtest::end_day() {
  if (!first_day_) first_day_ = day_;
  without_id_ = without_id_today_;
  std::vector<bool> met(spells_.size());
  for (const Met& verdict : met_) {
    Spell& spell = spells_[verdict.spell];
    met[verdict.spell] = true;
    spell.is_unknown = verdict.status == VerdictStatus::kUnknown;
    ++(spell.is_unknown ? spell.unknown_days : spell.days);
  }
  for (const OpenSpells& open : open_) {
    for (const auto& [key, index] : open) {
      if (!met[index]) unmet_.push_back(index);
    }
  }
  std::ranges::sort(unmet_);
  for (Spell& spell : begun_) {
    spell.on_first_day = day_ == *first_day_;
    open_[spell.policy].emplace(spell.record_key, static_cast<SpellIndex>(spells_.size()));
    spells_.push_back(spell);
  }
}

void Backtest::settle(SpellIndex index, UnmetSpell how, std::string_view reason) {
  Spell& spell = spells_[index];
  if (how == UnmetSpell::kUnknown) {
    spell.is_unknown = true;
    ++spell.unknown_days;
    return;
  }
  spell.is_unknown = false;
  spell.until = day_;
  spell.end = how == UnmetSpell::kPassed ? SpellEnd::kResolved : SpellEnd::kLapsed;
  spell.reason = texts_.keep(reason);
  open_[spell.policy].erase(spell.record_key);
}

std::optional<int> working_days_of(const Spell& spell, const Calendar& calendar) {
  if (!spell.until) return std::nullopt;
  return working_days_between(calendar, spell.from, *spell.until);
}

void SpellTally::add(const Spell& spell, const Calendar& calendar) {
  ++flagged;
  on_first_day += spell.on_first_day ? 1 : 0;
  switch (spell.end) {
    case SpellEnd::kStands:
      ++stands;
      return;
    case SpellEnd::kLapsed:
      ++lapsed;
      return;
    case SpellEnd::kResolved:
      break;
  }
  const int days = *working_days_of(spell, calendar);
  for (std::size_t i = 0; i < kResolvedWithin.size(); ++i) within[i] += days <= kResolvedWithin[i] ? 1 : 0;
  later += days > kResolvedWithin.back() ? 1 : 0;
}

void SpellTally::add(const SpellTally& other) {
  flagged += other.flagged;
  on_first_day += other.on_first_day;
  for (std::size_t i = 0; i < within.size(); ++i) within[i] += other.within[i];
  later += other.later;
  stands += other.stands;
  lapsed += other.lapsed;
}

}  // namespace plumbline
