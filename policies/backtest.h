// What a pack would have told day after day: a sink of judge() that makes spells of the verdicts of
// consecutive days. A spell is one violation of one record from the first replayed day it was so to the first
// one on which it was no longer.
//
//   begin_day(day, snapshot); judge(..., *this, ...); end_day(); settle() for each of unmet()
//
// Nothing of a day counts before end_day(), so that a day that was interrupted leaves no trace. Pure: spells
// come in the order of the days and, within one, of the verdicts, the same for any number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/calendar.h"
#include "base/time.h"
#include "policies/verdict_view.h"
#include "records/record_id.h"
#include "records/snapshot.h"

namespace plumbline {

using SpellIndex = std::uint32_t;

// A replay with more is not finished: half a kilobyte each is what memory allows.
inline constexpr std::size_t kMostSpells = 4'000'000;

enum class SpellEnd : std::uint8_t {
  kStands,    // none yet on the last day replayed
  kResolved,  // the record passed
  kLapsed,    // the policy no longer asked about the record, or it was gone. Nobody's merit
};
std::string_view to_string(SpellEnd end);  // "stands"

// Texts live as long as the Backtest, and are those of the first day.
struct Spell {
  std::uint32_t policy = 0;  // index into Backtest::policies()
  std::string_view record_id{};
  std::string_view record_key{};  // the part of the id that identifies
  std::string_view record_name{};
  std::string_view owner_id{};
  std::string_view owner_name{};
  std::string_view message{};
  Day from{};                  // the first replayed day it was so
  std::optional<Day> until{};  // the first replayed day it was not; empty: kStands
  SpellEnd end = SpellEnd::kStands;
  bool on_first_day = false;  // of the replay: when it had begun is not known
  bool is_unknown = false;    // on its last day the data did not tell
  std::uint32_t days = 0;     // replayed ones it was so
  std::uint32_t unknown_days = 0;
  std::string_view reason{};  // why it lapsed; may be empty
};

// How a record stands whose spell no verdict came for.
enum class UnmetSpell : std::uint8_t { kPassed, kLapsed, kUnknown };

class Backtest : public VerdictSink {
 public:
  explicit Backtest(std::size_t most_spells = kMostSpells) : most_spells_(most_spells) {}

  // Days in rising order. The snapshot tells how records are identified, and must outlive the day.
  void begin_day(Day day, const Snapshot& snapshot);
  // Judge with JudgeOptions::Unknowns::kHandOn. An unknown verdict begins no spell, and ends none.
  void begin(std::span<const PolicyFacts> policies) override;
  std::unique_ptr<VerdictBatch> make_batch() override;
  SinkAnswer take(VerdictBatch& batch) override;
  void end_day();

  // Spells that were open before the day and that no verdict came for, in their order; good until one of them
  // is settled. Each is to be settled before the next day.
  const std::vector<SpellIndex>& unmet() const { return unmet_; }
  void settle(SpellIndex index, UnmetSpell how, std::string_view reason);

  const std::vector<Spell>& spells() const { return spells_; }
  // All that were judged on some day, in the order they came first.
  const std::vector<PolicyFacts>& policies() const { return policies_; }
  // Violations of records without an id on the last day: nobody could follow them.
  std::uint64_t without_id() const { return without_id_; }
  // There would have been more than most_spells; the day at hand is not whole.
  bool is_full() const { return is_full_; }

 private:
  class Batch;
  static constexpr SpellIndex kNew = ~SpellIndex{0};

  struct KeyHash {
    std::size_t operator()(std::string_view key) const { return hash_text(key); }
  };
  using OpenSpells = std::unordered_map<std::string_view, SpellIndex, KeyHash>;

  // One policy of the day's run.
  struct Judged {
    std::uint32_t policy = 0;
    IdRule id_rule = IdRule::kSalesforce;
  };
  // What a verdict says of a spell that is open already.
  struct Met {
    SpellIndex spell = 0;
    VerdictStatus status = VerdictStatus::kViolated;
  };

  std::uint32_t number_of(const PolicyFacts& facts);

  std::size_t most_spells_;
  std::vector<PolicyFacts> policies_;
  std::vector<OpenSpells> open_;  // by policy, then record_key; not changed while a day is judged
  std::vector<Spell> spells_;
  TextArena texts_;
  std::optional<Day> first_day_;
  bool is_full_ = false;
  // Of the day at hand.
  Day day_{};
  const Snapshot* snapshot_ = nullptr;
  std::vector<Judged> judged_;
  std::vector<Met> met_;
  std::vector<Spell> begun_;
  std::vector<SpellIndex> unmet_;
  std::uint64_t without_id_ = 0;
  std::uint64_t without_id_today_ = 0;
};

inline constexpr std::array<int, 4> kResolvedWithin{1, 3, 5, 10};  // working days

// From its first day, which does not count, to the one it was over; empty for one that stands.
std::optional<int> working_days_of(const Spell& spell, const Calendar& calendar);

struct SpellTally {
  std::uint64_t flagged = 0;  // all below
  std::uint64_t on_first_day = 0;
  std::array<std::uint64_t, kResolvedWithin.size()> within{};  // each holds those before it
  std::uint64_t later = 0;                                     // resolved, after more than all of these
  std::uint64_t stands = 0;
  std::uint64_t lapsed = 0;

  void add(const Spell& spell, const Calendar& calendar);
  void add(const SpellTally& other);
  std::uint64_t resolved() const { return within.back() + later; }
};

}  // namespace plumbline
