#include "ledger/violation_records.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/record_columns.h"
#include "ledger/stored_time.h"
#include "records/column_table.h"

namespace plumbline {
namespace {

// Of which violations: those that meet all that is not empty.
struct WaiverSpan {
  std::string pack;
  std::string policy;
  std::string object;
  std::string record_key;
  std::string owner;
  Instant from{};
  Instant until{};
};

struct ViolationTexts {
  std::int64_t number = 0;
  std::string pack;
  std::string policy;
  std::string object;
  std::string record;
  std::string record_key;
  std::string severity;
};

struct ViolationSpell {
  std::string owner;  // of the record when it was opened
  Instant opened{};
  std::optional<Instant> closed{};
};

class ViolationMaker {
 public:
  ViolationMaker(Database& database, std::int64_t organisation, const Schema& schema, std::size_t violation,
                 const std::set<std::size_t>& columns, const Hindsight& moment)
      : database_(database),
        organisation_(organisation),
        object_(schema.object(violation)),
        moment_(moment),
        known_until_(format_instant(moment.known_at)) {
    parts_.object = violation;
    parts_.id_rule = IdRule::kAnyText;
    parts_.columns.resize(object_.fields.size());
    parts_.has.resize(object_.fields.size());
    for (const auto& [name, writer] : kWriters) {
      const auto field = object_.find(name);
      if (field) parts_.has[*field] = true;
    }
    for (const std::size_t field : columns) {
      parts_.columns[field] = std::make_unique<Column>(object_.fields[field].type);
      written_.emplace_back(parts_.columns[field].get(), writer_of(object_.fields[field].name));
    }
  }

  Result<std::unique_ptr<Table>> make() {
    if (Status read = read_waivers(); !read) return fail(read.error());
    if (Status read = read_spells(); !read) return fail(read.error());
    return table_of_columns(std::move(parts_));
  }

 private:
  using Writer = void (ViolationMaker::*)(Column&, const ViolationSpell&) const;
  struct NamedWriter {
    std::string_view field;
    Writer writer;
  };
  static const std::array<NamedWriter, 10> kWriters;

  static Writer writer_of(std::string_view field) {
    const auto* const found =
        std::ranges::find_if(kWriters, [&](const NamedWriter& one) { return same_name(one.field, field); });
    return found == kWriters.end() ? &ViolationMaker::nothing : found->writer;
  }

  Status read_waivers() {
    Result<std::unique_ptr<Statement>> rows = database_.prepare(
        "SELECT pack, policy, object, record_key, owner, made_at, until_at, ended_at FROM waiver "
        "WHERE org = ?1 AND made_at <= ?2 ORDER BY number");
    if (!rows) return fail(rows.error());
    const Statement& row = **rows;
    (*rows)->bind_integer(1, organisation_);
    (*rows)->bind_text(2, known_until_);
    while (true) {
      const Result<bool> more = (*rows)->step();
      if (!more) return fail(more.error());
      if (!*more) return {};
      const Result<Instant> from = stored_instant(row.text(5));
      // One that has ended is over from then on; one whose end was not known then is not.
      const bool ended = !row.is_null(7) && row.text(7) <= known_until_;
      const Result<Instant> until = stored_instant(row.text(ended ? 7 : 6));
      if (!from || !until) return fail((from ? until : from).error());
      waivers_.push_back({.pack = std::string(row.text(0)),
                          .policy = std::string(row.text(1)),
                          .object = std::string(row.text(2)),
                          .record_key = std::string(row.text(3)),
                          .owner = std::string(row.text(4)),
                          .from = *from,
                          .until = *until});
    }
  }

  Status read_spells() {
    Result<std::unique_ptr<Statement>> rows = database_.prepare(
        "SELECT v.number, t.kind, t.at, t.owner, v.pack, v.policy, v.object, v.record, v.record_key, "
        "v.severity FROM transition t JOIN violation v ON v.org = t.org AND v.number = t.violation "
        "WHERE t.org = ?1 AND t.at <= ?2 ORDER BY t.violation, t.id");
    if (!rows) return fail(rows.error());
    const Statement& row = **rows;
    (*rows)->bind_integer(1, organisation_);
    (*rows)->bind_text(2, known_until_);
    while (true) {
      const Result<bool> more = (*rows)->step();
      if (!more) return fail(more.error());
      if (!*more) break;
      if (row.integer(0) != violation_.number) {
        add_spells();
        violation_ = texts_of(row);
      }
      const Result<Instant> at = stored_instant(row.text(2));
      if (!at) return fail(at.error());
      follow(row.text(1), *at, row.text(3));
    }
    add_spells();
    return {};
  }

  static ViolationTexts texts_of(const Statement& row) {
    return {.number = row.integer(0),
            .pack = std::string(row.text(4)),
            .policy = std::string(row.text(5)),
            .object = std::string(row.text(6)),
            .record = std::string(row.text(7)),
            .record_key = std::string(row.text(8)),
            .severity = std::string(row.text(9))};
  }

  void follow(std::string_view kind, Instant at, std::string_view owner) {
    if (kind == "opened" || kind == "reopened") {
      spells_.push_back({.owner = std::string(owner), .opened = at});
    } else if (spells_.empty()) {
      return;
    } else if (kind == "retracted") {
      spells_.pop_back();
    } else if (kind == "resolved" || kind == "lapsed") {
      spells_.back().closed = at;
    }
  }

  // Of the violation at hand, and is ready for the next.
  void add_spells() {
    for (ViolationSpell& spell : spells_) {
      if (spell.opened > moment_.as_of) continue;
      if (spell.closed && *spell.closed > moment_.as_of) spell.closed.reset();
      for (const auto& [column, writer] : written_) (this->*writer)(*column, spell);
      ++parts_.rows;
    }
    spells_.clear();
  }

  void pack(Column& column, const ViolationSpell&) const { append_text(column, violation_.pack); }
  void policy(Column& column, const ViolationSpell&) const { append_text(column, violation_.policy); }
  void object(Column& column, const ViolationSpell&) const { append_text(column, violation_.object); }
  void record(Column& column, const ViolationSpell&) const { append_text(column, violation_.record); }
  void severity(Column& column, const ViolationSpell&) const { append_text(column, violation_.severity); }
  void owner(Column& column, const ViolationSpell& spell) const { append_text(column, spell.owner); }
  void opened(Column& column, const ViolationSpell& spell) const { append_moment(column, spell.opened); }
  void closed(Column& column, const ViolationSpell& spell) const { append_moment(column, spell.closed); }
  void waived(Column& column, const ViolationSpell& spell) const {
    append_moment(column, waived_until(spell));
  }
  void deleted(Column& column, const ViolationSpell&) const { append_as_type(column, "false"); }
  // Of a field that somebody added to the object.
  void nothing(Column& column, const ViolationSpell&) const { column.append_unknown(); }

  static void append_text(Column& column, const std::string& text) {
    append_as_type(column, text.empty() ? std::nullopt : std::optional<std::string_view>(text));
  }
  static void append_moment(Column& column, std::optional<Instant> at) {
    if (!at) return column.append_null();
    append_as_type(column, format_instant(*at));
  }

  // The latest end of the waivers that covered the spell.
  std::optional<Instant> waived_until(const ViolationSpell& spell) const {
    std::optional<Instant> latest;
    for (const WaiverSpan& waiver : waivers_) {
      const bool in_time = waiver.until > spell.opened && waiver.from <= moment_.as_of &&
                           (!spell.closed || waiver.from < *spell.closed);
      if (in_time && covers(waiver, spell) && (!latest || waiver.until > *latest)) latest = waiver.until;
    }
    return latest;
  }

  bool covers(const WaiverSpan& waiver, const ViolationSpell& spell) const {
    const auto meets = [](const std::string& wanted, const std::string& given) {
      return wanted.empty() || wanted == given;
    };
    return meets(waiver.pack, violation_.pack) && meets(waiver.policy, violation_.policy) &&
           meets(waiver.object, violation_.object) && meets(waiver.record_key, violation_.record_key) &&
           (waiver.owner.empty() || same_id(waiver.owner, spell.owner));
  }

  Database& database_;
  std::int64_t organisation_;
  const ObjectSchema& object_;
  Hindsight moment_;
  std::string known_until_;
  std::vector<WaiverSpan> waivers_;
  ColumnTable parts_;
  std::vector<std::pair<Column*, Writer>> written_;
  ViolationTexts violation_;  // the one at hand
  std::vector<ViolationSpell> spells_;
};

const std::array<ViolationMaker::NamedWriter, 10> ViolationMaker::kWriters = {{
    {"Pack", &ViolationMaker::pack},
    {"PolicyId", &ViolationMaker::policy},
    {"Object", &ViolationMaker::object},
    {"RecordId", &ViolationMaker::record},
    {"OwnerId", &ViolationMaker::owner},
    {"Severity", &ViolationMaker::severity},
    {"OpenedAt", &ViolationMaker::opened},
    {"ResolvedAt", &ViolationMaker::closed},
    {"WaivedUntil", &ViolationMaker::waived},
    {"IsDeleted", &ViolationMaker::deleted},
}};

}  // namespace

Result<std::unique_ptr<Table>> make_violation_records(Database& database, std::int64_t organisation,
                                                      const Schema& schema, std::size_t violation,
                                                      const std::set<std::size_t>& columns,
                                                      const Hindsight& moment) {
  return ViolationMaker(database, organisation, schema, violation, columns, moment).make();
}

}  // namespace plumbline
