// Random histories of records, and what a ledger makes of them at thousands of pairs of moments, held against
// the definition, worked out the plain slow way from the list of changes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/ledger/ledger_maker.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}};
constexpr int kHours = 500;
constexpr int kRecords = 12;
const std::vector<std::string> kFields = {"StageName", "Amount", "CloseDate", "NextStep", "IsDeleted"};

Instant hour(int number) { return kStart + std::chrono::hours{number}; }

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int bound) { return static_cast<int>(engine_() % static_cast<unsigned>(bound)); }
  bool one_in(int count) { return below(count) == 0; }

 private:
  std::mt19937 engine_;
};

using Text = std::optional<std::string>;

// What really became of a field: its values from each moment on, the first from the record's creation.
struct Line {
  std::vector<std::pair<int, Text>> values;
  Text at(int moment) const {
    Text value = values.front().second;
    for (const auto& [from, text] : values) {
      if (from <= moment) value = text;
    }
    return value;
  }
};

enum class Histories : std::uint8_t { kNone, kSometimes, kAlways };

struct World {
  struct Record {
    std::string key;
    int created = 0;
    int first_seen = -1;
    std::map<std::string, Line> lines{};
  };
  std::vector<int> syncs;
  std::vector<Record> records;
  std::vector<MadeChange> changes;
};

Text random_value(Dice& dice, const std::string& field, const Text& before) {
  while (true) {
    Text value;
    if (field == "IsDeleted") {
      value = dice.one_in(2) ? "true" : "false";
    } else if (dice.one_in(6)) {
      value = std::nullopt;
    } else if (field == "Amount") {
      value = fmt::format("{}.50", 1 + dice.below(50));
    } else if (field == "CloseDate") {
      value = fmt::format("2024-0{}-15", 1 + dice.below(9));
    } else {
      value = fmt::format("step {}", dice.below(8));
    }
    if (value != before) return value;
  }
}

// What the ledger writes down of a field at one sync, after one at `before`: the CRM's history where it came
// along, which replaces what had been seen from outside, and else the difference.
void note_sync(World& world, const World::Record& record, const std::string& field, int before, int sync,
               bool history) {
  const Line& line = record.lines.at(field);
  if (history) {
    for (MadeChange& change : world.changes) {
      if (change.record == record.key && change.field == field && !change.history && !change.superseded_at)
        change.superseded_at = hour(sync);
    }
    for (std::size_t i = 1; i < line.values.size(); ++i) {
      const std::string id = fmt::format("{}/{}/{}", record.key, field, i);
      const bool is_known =
          std::ranges::any_of(world.changes, [&](const MadeChange& change) { return change.history == id; });
      if (is_known || line.values[i].first > sync) continue;
      world.changes.push_back({.record = record.key,
                               .field = field,
                               .old = line.values[i - 1].second,
                               .now = line.values[i].second,
                               .happened_at = hour(line.values[i].first),
                               .seen_at = hour(sync),
                               .history = id});
    }
    return;
  }
  if (before < 0 || line.at(before) == line.at(sync)) return;
  int modified = record.created;
  for (const auto& [name, other] : record.lines) {
    for (const auto& [from, text] : other.values) {
      if (from <= sync) modified = std::max(modified, from);
    }
  }
  world.changes.push_back({.record = record.key,
                           .field = field,
                           .old = line.at(before),
                           .now = line.at(sync),
                           .happened_at = hour(modified),
                           .seen_at = hour(sync)});
}

World make_world(unsigned seed, Histories histories) {
  Dice dice(seed);
  World world;
  for (int i = 0; i < 6; ++i) world.syncs.push_back(20 + i * 80 + dice.below(70));
  for (int i = 0; i < kRecords; ++i) {
    World::Record record{.key = fmt::format("deal{}", i), .created = dice.below(kHours / 2)};
    for (const std::string& field : kFields) {
      Line& line = record.lines[field];
      line.values.emplace_back(record.created, field == "IsDeleted" ? Text("false") : Text("2024-01-15"));
      if (field == "Amount") line.values.front().second = "7.25";
      const int events = dice.below(field == "IsDeleted" ? 3 : 7);
      for (int event = 0; event < events; ++event) {
        const int when = line.values.back().first + 1 + dice.below(60);
        line.values.emplace_back(when, random_value(dice, field, line.values.back().second));
      }
    }
    world.records.push_back(std::move(record));
  }
  for (const int sync : world.syncs) {
    const bool history =
        histories == Histories::kAlways || (histories == Histories::kSometimes && dice.one_in(2));
    const auto* const before =
        sync == world.syncs.front() ? nullptr : &*std::prev(std::ranges::find(world.syncs, sync));
    for (World::Record& record : world.records) {
      if (record.created > sync) continue;
      const bool is_new = record.first_seen < 0;
      if (is_new) record.first_seen = sync;
      for (const std::string& field : kFields)
        note_sync(world, record, field, is_new || before == nullptr ? -1 : *before, sync, history);
    }
  }
  return world;
}

void fill(LedgerMaker& maker, const World& world) {
  std::vector<std::string> fields = kFields;
  fields.insert(fields.end(), {"Id", "CreatedDate"});
  for (const int sync : world.syncs) maker.sync(hour(sync), "Opportunity", fields);
  for (const World::Record& record : world.records) {
    if (record.first_seen < 0) continue;
    MadeCells cells = {{"Id", record.key}, {"CreatedDate", format_instant(hour(record.created))}};
    for (const auto& [field, line] : record.lines) cells.emplace_back(field, line.at(world.syncs.back()));
    maker.record("Opportunity", record.key, cells, hour(record.first_seen),
                 record.lines.at("IsDeleted").at(world.syncs.back()) == "true");
  }
  for (const MadeChange& change : world.changes) maker.change(change);
}

int last_sync(const World& world, int known_at) {
  int last = -1;
  for (const int sync : world.syncs) {
    if (sync <= known_at) last = sync;
  }
  return last;
}

// Newest first among those that had happened; the later row where that is the same.
const MadeChange* newest_until(const std::vector<const MadeChange*>& changes, Instant moment) {
  const MadeChange* newest = nullptr;
  for (const MadeChange* const change : changes) {
    if (change->happened_at <= moment && (newest == nullptr || change->happened_at >= newest->happened_at))
      newest = change;
  }
  return newest;
}
const MadeChange* oldest_of(const std::vector<const MadeChange*>& changes) {
  const MadeChange* oldest = nullptr;
  for (const MadeChange* const change : changes) {
    if (oldest == nullptr || change->happened_at < oldest->happened_at) oldest = change;
  }
  return oldest;
}

Text by_definition(const World& world, const World::Record& record, const std::string& field, int as_of,
                   int known_at) {
  std::vector<const MadeChange*> known;
  std::vector<const MadeChange*> later;
  for (const MadeChange& change : world.changes) {
    if (change.record != record.key || change.field != field) continue;
    if (change.seen_at > hour(known_at)) {
      later.push_back(&change);
    } else if (!change.superseded_at || *change.superseded_at > hour(known_at)) {
      known.push_back(&change);
    }
  }
  if (const MadeChange* const change = newest_until(known, hour(as_of))) return change->now;
  if (const MadeChange* const change = oldest_of(known)) return change->old;
  if (later.empty()) return record.lines.at(field).at(world.syncs.back());
  const Instant learned = (*std::ranges::min_element(later, {}, &MadeChange::seen_at))->seen_at;
  std::erase_if(later, [&](const MadeChange* change) { return change->seen_at != learned; });
  for (const MadeChange* const change : later) {
    if (!change->history) return change->old;
  }
  const MadeChange* const change = newest_until(later, hour(last_sync(world, known_at)));
  return change != nullptr ? change->now : oldest_of(later)->old;
}

std::string shown(const Text& text) { return text.value_or("-"); }

class Travel : public ::testing::Test {
 protected:
  static constexpr int kMoments = 60;

  std::shared_ptr<const Snapshot> load(LedgerMaker& maker, int as_of, int known_at) {
    const auto schema = maker.known_schema();
    const Result<LoadedData> data =
        load_snapshot(maker.ledger(), schema, LedgerMaker::needs(*schema, "Opportunity", kFields),
                      {.as_of = hour(as_of), .known_at = hour(known_at)});
    EXPECT_TRUE(data) << data.error().to_string();
    return data->snapshot;
  }

  // Calls check(record, row) for those that must be there, and sees to it that no others are.
  template <class Check>
  void each_record(const World& world, const Snapshot& snapshot, int as_of, int known_at,
                   const Check& check) {
    const Table& table = *snapshot.table(*snapshot.schema().find_object("Opportunity"));
    RowIndex row = 0;
    for (const World::Record& record : world.records) {
      if (record.first_seen < 0 || record.first_seen > known_at || record.created > as_of) continue;
      ASSERT_LT(row, table.rows());
      ASSERT_EQ(shown_cell(table, snapshot.schema(), "Id", row), record.key);
      check(record, table, row);
      ++row;
    }
    EXPECT_EQ(row, table.rows());
  }
};

class TimeTravel : public Travel, public ::testing::WithParamInterface<std::tuple<unsigned, Histories>> {};

TEST_P(TimeTravel, agrees_with_the_definition) {
  const auto [seed, histories] = GetParam();
  const World world = make_world(seed, histories);
  TempFolder folder;
  LedgerMaker maker(folder.path_of("a.ledger"));
  fill(maker, world);
  Dice dice(seed + 1'000);
  for (int i = 0; i < kMoments; ++i) {
    const int known_at = world.syncs.front() + dice.below(kHours);
    const int as_of = dice.one_in(3) ? known_at : dice.below(kHours + 50);
    SCOPED_TRACE(fmt::format("as of {}, known at {}", as_of, known_at));
    const auto snapshot = load(maker, as_of, known_at);
    each_record(world, *snapshot, as_of, known_at, [&](const auto& record, const Table& table, RowIndex row) {
      for (const std::string& field : kFields) {
        EXPECT_EQ(shown_cell(table, snapshot->schema(), field, row),
                  shown(by_definition(world, record, field, as_of, known_at)))
            << record.key << "." << field;
      }
      EXPECT_EQ(table.deleted(row), by_definition(world, record, "IsDeleted", as_of, known_at) == "true");
    });
  }
}

// Where each sync brings the history, the ledger knows all that had really been until then.
class ToldPast : public Travel, public ::testing::WithParamInterface<unsigned> {};

TEST_P(ToldPast, is_what_really_was) {
  const unsigned seed = GetParam();
  const World world = make_world(seed, Histories::kAlways);
  TempFolder folder;
  LedgerMaker maker(folder.path_of("a.ledger"));
  fill(maker, world);
  Dice dice(seed + 2'000);
  for (int i = 0; i < kMoments; ++i) {
    const int known_at = world.syncs.front() + dice.below(kHours);
    const int as_of = dice.below(kHours);
    SCOPED_TRACE(fmt::format("as of {}, known at {}", as_of, known_at));
    const int told = std::min(as_of, last_sync(world, known_at));
    const auto snapshot = load(maker, as_of, known_at);
    each_record(world, *snapshot, as_of, known_at, [&](const auto& record, const Table& table, RowIndex row) {
      for (const std::string& field : kFields) {
        EXPECT_EQ(shown_cell(table, snapshot->schema(), field, row), shown(record.lines.at(field).at(told)))
            << record.key << "." << field;
      }
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, ToldPast, ::testing::Range(1U, 9U));
INSTANTIATE_TEST_SUITE_P(Worlds, TimeTravel,
                         ::testing::Combine(::testing::Range(1U, 9U),
                                            ::testing::Values(Histories::kNone, Histories::kSometimes,
                                                              Histories::kAlways)));

}  // namespace
}  // namespace plumbline
