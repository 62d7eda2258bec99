// A thousand random changes to a log, one at a time: each must be found, and found where it is. And whole
// logs put in the place of others: each must be found by one newer anchor.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <regex>

#include "base/crypto.h"
#include "tests/ledger/audit/log_fixture.h"

namespace plumbline {
namespace {

constexpr std::size_t kEdits = 1000;
constexpr unsigned kSeed = 20240601;

// SQLite as another tool uses it, without waiting for the disk.
class Hand {
 public:
  explicit Hand(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &connection_), SQLITE_OK);
    run("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY");
  }
  Hand(const Hand&) = delete;
  Hand& operator=(const Hand&) = delete;
  ~Hand() { sqlite3_close(connection_); }

  void run(const std::string& sql) {
    char* fault = nullptr;
    EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, &fault), SQLITE_OK)
        << sql << ": " << (fault == nullptr ? "" : fault);
    sqlite3_free(fault);
  }
  bool changed_something() const { return sqlite3_total_changes(connection_) > 0; }
  std::vector<std::int64_t> numbers(const std::string& sql) {
    std::vector<std::int64_t> found;
    each(sql, [&](sqlite3_stmt* row) { found.push_back(sqlite3_column_int64(row, 0)); });
    return found;
  }
  std::string bytes(const std::string& sql) {
    std::string found;
    each(sql, [&](sqlite3_stmt* row) {
      found.assign(static_cast<const char*>(sqlite3_column_blob(row, 0)),
                   static_cast<std::size_t>(sqlite3_column_bytes(row, 0)));
    });
    return found;
  }

 private:
  void each(const std::string& sql, const std::function<void(sqlite3_stmt*)>& take) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
    while (sqlite3_step(statement) == SQLITE_ROW) take(statement);
    sqlite3_finalize(statement);
  }
  sqlite3* connection_ = nullptr;
};

struct Edit {
  std::string what;  // for the count that is printed
  std::string sql;
  std::vector<std::string> places;  // one of them must be in the faults
};

class Tamper : public LogFixture {
 protected:
  void SetUp() override {
    checkpoints_ = fill({1, 300, 256, 7, 1, 500, 90, 45, 300, 2});
    // Without the triggers, and without the columns that make SQLite refuse what is no JSON.
    tamper(
        "CREATE TABLE plain(org INTEGER, seq INTEGER, entry TEXT, personal TEXT, salt BLOB, PRIMARY KEY(org, "
        "seq)) "
        "WITHOUT ROWID; INSERT INTO plain SELECT org, seq, entry, personal, salt FROM audit_entry;"
        "DROP TABLE audit_entry; ALTER TABLE plain RENAME TO audit_entry");
    std::filesystem::copy_file(path(), path() + ".good");
  }
  void restore() const {
    std::filesystem::copy_file(path() + ".good", path(), std::filesystem::copy_options::overwrite_existing);
  }

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(dice_); }
  std::int64_t one_of(const std::vector<std::int64_t>& all) { return all[below(all.size())]; }

  static std::string literal(std::string_view bytes) { return fmt::format("x'{}'", to_hex(as_bytes(bytes))); }
  std::string flipped(std::string bytes) {
    const std::size_t place = below(bytes.size());
    bytes[place] = static_cast<char>(static_cast<unsigned char>(bytes[place]) ^ (1U << below(8)));
    return bytes;
  }

  Edit edit_entry(Hand& hand);
  Edit edit_tile(Hand& hand);
  Edit edit_checkpoint(Hand& hand);
  static Edit swap(std::string_view table, std::string_view columns, std::string_view first,
                   std::string_view second);

  std::vector<std::string> checkpoints_;
  std::mt19937 dice_{kSeed};
};

std::string entry_place(std::int64_t seq) { return fmt::format("entry {}", seq); }

// Two rows exchange what they hold.
Edit Tamper::swap(std::string_view table, std::string_view columns, std::string_view first,
                  std::string_view second) {
  return {.what = fmt::format("{} reordered", table),
          .sql = fmt::format("CREATE TEMP TABLE one AS SELECT {1} FROM {0} WHERE {2};"
                             "UPDATE {0} SET ({1}) = (SELECT {1} FROM {0} WHERE {3}) WHERE {2};"
                             "UPDATE {0} SET ({1}) = (SELECT {1} FROM one) WHERE {3}; DROP TABLE one",
                             table, columns, first, second),
          .places = {}};
}

Edit Tamper::edit_entry(Hand& hand) {
  const std::vector<std::int64_t> all = hand.numbers("SELECT seq FROM audit_entry");
  const std::int64_t seq = one_of(all);
  const std::string row = fmt::format("seq = {}", seq);
  const auto column = [&](std::string_view name) {
    return hand.bytes(fmt::format("SELECT {} FROM audit_entry WHERE {}", name, row));
  };
  switch (below(8)) {
    case 0:
    case 1:
      return {"entry bit flipped",
              fmt::format("UPDATE audit_entry SET entry = CAST({} AS TEXT) WHERE {}",
                          literal(flipped(column("entry"))), row),
              {entry_place(seq)}};
    case 2: {
      const std::int64_t with =
          one_of(hand.numbers("SELECT seq FROM audit_entry WHERE personal IS NOT NULL"));
      const std::string name = below(2) == 0 ? "personal" : "salt";
      const std::string old =
          hand.bytes(fmt::format("SELECT {} FROM audit_entry WHERE seq = {}", name, with));
      return {"personal text or salt bit flipped",
              fmt::format("UPDATE audit_entry SET {0} = CAST({1} AS {2}) WHERE seq = {3}", name,
                          literal(flipped(old)), name == "salt" ? "BLOB" : "TEXT", with),
              {entry_place(with)}};
    }
    case 3:
      return {
          "entry changed",
          fmt::format("UPDATE audit_entry SET entry = json_set(entry, '$.policy', 'another') WHERE {}", row),
          {entry_place(seq)}};
    case 4:
      return {"entry deleted", fmt::format("DELETE FROM audit_entry WHERE {}", row), {entry_place(seq)}};
    case 5: {
      const auto added = static_cast<std::int64_t>(all.size() + below(3));
      return {"entry inserted",
              fmt::format(
                  "INSERT INTO audit_entry(org, seq, entry) SELECT org, {}, entry FROM audit_entry WHERE {}",
                  added, row),
              {entry_place(added)}};
    }
    case 6: {
      // Everything behind moves, as if it had always been there.
      return {"entry inserted in between",
              fmt::format(
                  "UPDATE audit_entry SET seq = -seq - 2 WHERE seq >= {0};"
                  "UPDATE audit_entry SET seq = -seq - 1 WHERE seq < 0;"
                  "INSERT INTO audit_entry(org, seq, entry) VALUES(1, {0}, '{{\"seq\":{0},\"at\":\"now\"}}')",
                  seq),
              {entry_place(seq)}};
    }
    default: {
      const std::int64_t other =
          all[(static_cast<std::size_t>(seq) + 1 + below(all.size() - 1)) % all.size()];
      Edit edit = swap("audit_entry", "entry, personal, salt", row, fmt::format("seq = {}", other));
      edit.places = {entry_place(seq)};
      return edit;
    }
  }
}

Edit Tamper::edit_tile(Hand& hand) {
  const std::int64_t rowid = one_of(hand.numbers("SELECT rowid FROM audit_tile"));
  const std::string row = fmt::format("rowid = {}", rowid);
  const auto number = [&](std::string_view name) {
    return hand.numbers(fmt::format("SELECT {} FROM audit_tile WHERE {}", name, row)).at(0);
  };
  const std::int64_t level = number("level");
  const std::int64_t tile = number("tile");
  const std::string place = fmt::format("tile {}/{}", level, tile);
  const std::string hashes = hand.bytes(fmt::format("SELECT hashes FROM audit_tile WHERE {}", row));
  switch (below(6)) {
    case 0:
    case 1:
      return {"tile bit flipped",
              fmt::format("UPDATE audit_tile SET hashes = {} WHERE {}", literal(flipped(hashes)), row),
              {place}};
    case 2: {
      const std::string cut = hashes.substr(0, below(hashes.size()));
      return {
          "tile cut", fmt::format("UPDATE audit_tile SET hashes = {} WHERE {}", literal(cut), row), {place}};
    }
    case 3:
      return {"tile deleted", fmt::format("DELETE FROM audit_tile WHERE {}", row), {place}};
    case 4: {
      const std::size_t added = 10 + below(20);
      return {"tile inserted",
              fmt::format("INSERT INTO audit_tile SELECT org, level, {}, hashes FROM audit_tile WHERE {}",
                          added, row),
              {fmt::format("tile {}/{}", level, added)}};
    }
    default: {
      const std::int64_t other =
          one_of(hand.numbers(fmt::format("SELECT rowid FROM audit_tile WHERE NOT {}", row)));
      Edit edit = swap("audit_tile", "hashes", row, fmt::format("rowid = {}", other));
      edit.places = {place};
      return edit;
    }
  }
}

Edit Tamper::edit_checkpoint(Hand& hand) {
  const std::vector<std::int64_t> all = hand.numbers("SELECT id FROM audit_checkpoint");
  const std::int64_t id = one_of(all);
  const std::string row = fmt::format("id = {}", id);
  const std::string place = fmt::format("checkpoint {}", id);
  const std::string note = hand.bytes(fmt::format("SELECT note FROM audit_checkpoint WHERE {}", row));
  // Of the newest one nothing is left that could tell of it, but for entries without a checkpoint.
  const bool newest = id == all.back();
  switch (below(6)) {
    case 0:
    case 1:
      return {"checkpoint bit flipped",
              fmt::format("UPDATE audit_checkpoint SET note = CAST({} AS TEXT) WHERE {}",
                          literal(flipped(note)), row),
              {place}};
    case 2:
      return {"checkpoint changed",
              fmt::format("UPDATE audit_checkpoint SET size = size + {} WHERE {}", 1 + below(9), row),
              {place}};
    case 3:
      return {"checkpoint deleted",
              fmt::format("DELETE FROM audit_checkpoint WHERE {}", row),
              {newest ? "by its newest checkpoint" : place}};
    case 4:
      return {
          "checkpoint inserted",
          fmt::format(
              "INSERT INTO audit_checkpoint(org, size, note) SELECT org, size, note FROM audit_checkpoint "
              "WHERE {}",
              row),
          {fmt::format("checkpoint {}", all.size() + 1)}};
    default: {
      const std::int64_t other =
          one_of(hand.numbers(fmt::format("SELECT id FROM audit_checkpoint WHERE NOT {}", row)));
      Edit edit = swap("audit_checkpoint", "size, note", row, fmt::format("id = {}", other));
      edit.places = {place, fmt::format("checkpoint {}", other)};
      return edit;
    }
  }
}

// "entries 7 to 9" has a place for each of them.
bool holds_entry_in_range(const std::string& faults, std::int64_t seq) {
  static const std::regex kRange("entries ([0-9]+) to ([0-9]+)");
  for (std::sregex_iterator range(faults.begin(), faults.end(), kRange), end; range != end; ++range) {
    if (seq >= std::stoll((*range)[1]) && seq <= std::stoll((*range)[2])) return true;
  }
  return false;
}

bool holds_place(const std::string& faults, const std::string& place) {
  if (place.starts_with("entry ") && holds_entry_in_range(faults, std::stoll(place.substr(6)))) return true;
  for (std::size_t at = faults.find(place); at != std::string::npos; at = faults.find(place, at + 1)) {
    const std::size_t end = at + place.size();
    // "entry 1" is not "entry 12".
    if (end == faults.size() || faults[end] < '0' || faults[end] > '9') return true;
  }
  return false;
}

TEST_F(Tamper, a_thousand_random_edits_are_each_found_where_they_are) {
  ASSERT_EQ(faults(), "");
  std::map<std::string, std::size_t> counts;
  std::size_t found = 0;
  for (std::size_t i = 0; i < kEdits; ++i) {
    Edit edit;
    {
      Hand hand(path());
      const std::size_t kind = below(5);
      edit = kind < 2 ? edit_entry(hand) : kind < 4 ? edit_tile(hand) : edit_checkpoint(hand);
      hand.run(edit.sql);
      ASSERT_TRUE(hand.changed_something()) << edit.sql;
    }
    const std::string told = faults();
    EXPECT_TRUE(
        std::ranges::any_of(edit.places, [&](const std::string& place) { return holds_place(told, place); }))
        << i << ": " << edit.what << ", looked for \"" << edit.places.front() << "\", told:\n"
        << told.substr(0, 1000) << edit.sql.substr(0, 300);
    if (!told.empty()) ++found;
    ++counts[edit.what];
    restore();
  }
  std::printf("%zu of %zu random edits were found:", found, kEdits);
  for (const auto& [what, count] : counts) std::printf(" %s %zu;", what.c_str(), count);
  std::printf("\n");
  EXPECT_EQ(found, kEdits);
}

// What the whole ledger was at each of its commits, put back: a copy of the day before, say.
TEST_F(Tamper, every_older_copy_put_back_is_found_by_one_newer_anchor) {
  std::filesystem::remove(path());
  std::vector<std::string> copies;
  std::vector<std::string> anchors;
  for (std::size_t day = 0; day < 30; ++day) {
    {
      Ledger ledger = open();
      anchors.push_back(add(ledger, 1 + below(40), minute(day * 1440)));
    }
    copies.push_back(fmt::format("{}.{}", path(), day));
    std::filesystem::copy_file(path(), copies.back());
  }
  std::size_t found = 0;
  std::size_t tried = 0;
  for (std::size_t day = 0; day + 1 < copies.size(); ++day) {
    std::filesystem::copy_file(copies[day], path(), std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(faults(), "") << day;
    for (const std::size_t newer : {day + 1, copies.size() - 1}) {
      ++tried;
      const VerifyReport report = verify({anchors[newer]});
      EXPECT_FALSE(report.sound()) << day << " with " << newer;
      if (!report.sound()) ++found;
    }
  }
  std::printf("%zu of %zu older copies were found\n", found, tried);
  EXPECT_EQ(found, tried);
}

// Cut back by hand so that all that is left fits together: entries, tiles and checkpoints of the end are
// gone.
TEST_F(Tamper, every_truncation_is_found_by_one_newer_anchor) {
  std::size_t found = 0;
  for (std::size_t kept = 1; kept < checkpoints_.size(); ++kept) {
    {
      Hand hand(path());
      const std::int64_t size =
          hand.numbers(fmt::format("SELECT size FROM audit_checkpoint WHERE id = {}", kept)).at(0);
      hand.run(fmt::format(
          "DELETE FROM audit_checkpoint WHERE id > {0}; DELETE FROM audit_entry WHERE seq >= {1};"
          "DELETE FROM audit_tile WHERE (level = 0 AND tile * 256 >= {1}) OR (level = 1 AND {1} < 256);"
          "UPDATE audit_tile SET hashes = substr(hashes, 1, 32 * ({1} - tile * 256)) "
          "WHERE level = 0 AND tile = {1} / 256;"
          "UPDATE audit_tile SET hashes = substr(hashes, 1, 32 * ({1} / 256)) WHERE level = 1",
          kept, size));
    }
    EXPECT_EQ(faults(), "") << kept;
    if (!verify({checkpoints_[kept]}).sound()) ++found;
    restore();
  }
  std::printf("%zu of %zu truncations were found\n", found, checkpoints_.size() - 1);
  EXPECT_EQ(found, checkpoints_.size() - 1);
}

// Whoever holds the key tells another story from some entry on, longer than the true one.
TEST_F(Tamper, every_fork_that_was_signed_again_is_found_by_one_newer_anchor) {
  constexpr std::size_t kForks = 25;
  std::size_t found = 0;
  for (std::size_t fork = 0; fork < kForks; ++fork) {
    std::filesystem::remove(path());
    const std::size_t differs_at = below(1502);
    {
      Ledger ledger = open();
      LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, minute(0)));
      for (std::size_t i = 0; i < 1600; ++i) add_one(transaction, i == differs_at ? i + 1 : i);
      must(transaction.commit());
      add(ledger, 1, minute(5000));
    }
    EXPECT_EQ(faults(), "") << fork;
    if (!verify({checkpoints_.back()}).sound()) ++found;
  }
  std::printf("%zu of %zu forks were found\n", found, kForks);
  EXPECT_EQ(found, kForks);
}

}  // namespace
}  // namespace plumbline
