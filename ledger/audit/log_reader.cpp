#include "ledger/audit/log_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "ledger/audit/entry.h"
#include "ledger/audit/json_members.h"

namespace plumbline {
namespace {

constexpr std::size_t kShortId = 15;
constexpr std::size_t kLongId = 18;

bool is_crm_id(std::string_view text) { return text.size() == kShortId || text.size() == kLongId; }

bool same_id(std::string_view a, std::string_view b) {
  if (a == b) return true;
  return is_crm_id(a) && is_crm_id(b) && a.substr(0, kShortId) == b.substr(0, kShortId);
}

bool same_policy(std::string_view policy, std::string_view wanted) {
  if (policy == wanted) return true;
  return wanted.find('/') == std::string_view::npos && policy.ends_with(wanted) &&
         policy.substr(0, policy.size() - wanted.size()).ends_with('/');
}

bool same_kind(std::string_view kind, std::string_view wanted) {
  return kind == wanted || (kind.starts_with(wanted) && kind.substr(wanted.size()).starts_with('.'));
}

// As canonical JSON has it, up to where several ids of one thing are the same. SQLite looks for it, and only
// what it finds is looked at closely.
std::string needle(std::string_view key, std::string_view value) {
  std::string text;
  JsonWriter(text).string(is_crm_id(value) ? value.substr(0, kShortId) : value);
  text.pop_back();
  return fmt::format("\"{}\":{}", key, text);
}

std::string policy_needle(std::string_view policy) {
  std::string text;
  JsonWriter(text).string(policy);
  return text.substr(1);
}

class Matcher {
 public:
  explicit Matcher(const LogFilter& filter) : filter_(filter) {
    if (filter.since) since_ = format_instant(*filter.since);
    if (filter.until) until_ = format_instant(*filter.until);
  }

  bool matches(std::string_view entry) const {
    const std::optional<EntryHead> head = head_of(entry);
    // What cannot be read belongs to nobody; without a filter it is told all the same.
    if (!head) return is_open();
    if (!since_.empty() && head->at < since_) return false;
    if (!until_.empty() && head->at >= until_) return false;
    if (!filter_.kind.empty() && !same_kind(head->kind, filter_.kind)) return false;
    if (filter_.owner.empty() && filter_.record.empty() && filter_.policy.empty()) return true;
    const Result<std::vector<JsonMember>> members = json_members(entry);
    if (!members) return false;
    return holds(*members, "owner", filter_.owner, same_id) &&
           holds(*members, "record", filter_.record, same_id) &&
           holds(*members, "policy", filter_.policy, same_policy);
  }

 private:
  bool is_open() const {
    return since_.empty() && until_.empty() && filter_.kind.empty() && filter_.owner.empty() &&
           filter_.record.empty() && filter_.policy.empty();
  }
  static bool holds(const std::vector<JsonMember>& members, std::string_view key, std::string_view wanted,
                    bool (*same)(std::string_view, std::string_view)) {
    if (wanted.empty()) return true;
    const JsonMember* const member = find_member(members, key);
    return member != nullptr && same(member->text, wanted);
  }

  const LogFilter& filter_;
  std::string since_;
  std::string until_;
};

struct KeptRow {
  std::int64_t seq = 0;
  std::string entry;
  std::string personal;
  std::string salt;
};

Result<std::unique_ptr<Statement>> prepare(Database& database, std::int64_t organisation,
                                           const std::vector<std::string>& needles, bool newest_first) {
  std::string sql = "SELECT seq, entry, personal, salt FROM audit_entry WHERE org = ?1";
  for (std::size_t i = 0; i < needles.size(); ++i) sql += fmt::format(" AND instr(entry, ?{}) > 0", i + 2);
  sql += newest_first ? " ORDER BY seq DESC" : " ORDER BY seq";
  Result<std::unique_ptr<Statement>> rows = database.prepare(sql);
  if (!rows) return rows;
  (*rows)->bind_integer(1, organisation);
  for (std::size_t i = 0; i < needles.size(); ++i) (*rows)->bind_text(static_cast<int>(i) + 2, needles[i]);
  return rows;
}

LogRow row_of(const Statement& rows) {
  return {
      .seq = rows.integer(0), .entry = rows.text(1), .personal = rows.text(2), .salt = as_text(rows.blob(3))};
}

Status each_row(Statement& rows, const Matcher& matcher, const std::function<ReadMore(const LogRow&)>& take) {
  while (true) {
    const Result<bool> row = rows.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const LogRow found = row_of(rows);
    if (!matcher.matches(found.entry) || take(found) == ReadMore::kYes) continue;
    rows.reset();
    return {};
  }
}

}  // namespace

Status read_log(Database& database, std::int64_t organisation, const LogFilter& filter,
                const std::function<ReadMore(const LogRow&)>& take) {
  std::vector<std::string> needles;
  if (!filter.owner.empty()) needles.push_back(needle("owner", filter.owner));
  if (!filter.record.empty()) needles.push_back(needle("record", filter.record));
  if (!filter.policy.empty()) needles.push_back(policy_needle(filter.policy));
  Result<std::unique_ptr<Statement>> rows =
      prepare(database, organisation, needles, filter.limit.has_value());
  if (!rows) return fail(rows.error());
  const Matcher matcher(filter);
  if (!filter.limit) return each_row(**rows, matcher, take);
  if (*filter.limit == 0) return {};
  std::vector<KeptRow> kept;
  const Status read = each_row(**rows, matcher, [&](const LogRow& row) {
    kept.push_back({row.seq, std::string(row.entry), std::string(row.personal), std::string(row.salt)});
    return kept.size() == *filter.limit ? ReadMore::kNo : ReadMore::kYes;
  });
  if (!read) return read;
  for (auto row = kept.rbegin(); row != kept.rend(); ++row) {
    if (take({row->seq, row->entry, row->personal, row->salt}) == ReadMore::kNo) break;
  }
  return {};
}

}  // namespace plumbline
