// Both ways narrow down the windows that differ until their ids can be laid side by side: by counts that are
// asked for, or by digests of ids that come in one pass and are kept by month.
#include "connectors/salesforce/reconcile.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/json.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kReconciled = "reconciled";
constexpr std::string_view kCompared = "compared";
constexpr std::size_t kSummedBytes = 8;
// As many as come in one page: fewer are not worth another count.
constexpr std::uint64_t kFewIds = 2'000;

std::unexpected<ApiFailure> refused(Error error) { return std::unexpected(failure_of(std::move(error))); }

Instant begin_of(const TimeWindow& window) {
  return window.from.value_or(Instant{std::chrono::sys_days{std::chrono::year{1700} / 1 / 1}});
}

int month_of(Instant instant) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

Instant begin_of_month(int month) {
  const std::chrono::year year{month / 12};
  return Instant{std::chrono::sys_days{year / std::chrono::month{static_cast<unsigned>(month % 12) + 1} / 1}};
}

void add(IdDigest& digest, const IdDigest& more) {
  digest.count += more.count;
  digest.sum += more.sum;
}

}  // namespace

std::uint64_t id_summand(std::string_view id) {
  const Sha256Digest digest = sha256(id_key(id));
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kSummedBytes; ++i) sum = sum << 8U | digest[i];
  return sum;
}

Reconciliation::Reconciliation(SyncTools& tools, ObjectSync& object) : tools_(tools), object_(object) {}

// Among all, so that archived activities count; those deleted are left out where the object says which are.
SoqlQuery Reconciliation::query(TimeWindow window) const {
  SoqlQuery query{.object = object_.name(),
                  .columns = {"Id", object_.choice().created},
                  .cursor = object_.choice().created,
                  .window = window};
  if (object_.choice().says_deleted) query.conditions.emplace_back("IsDeleted = false");
  return query;
}

Async<Answer<IdDigest>> Reconciliation::known(TimeWindow window) {
  std::string name = object_.name();
  Result<IdDigest> digest = co_await tools_.sink.digest(std::move(name), begin_of(window), *window.to);
  if (!digest) co_return refused(std::move(digest.error()));
  co_return *digest;
}

Async<Answer<std::monostate>> Reconciliation::by_counts(TimeWindow all) {
  std::vector<TimeWindow> windows{all};
  bool is_whole = true;
  while (!windows.empty()) {
    const TimeWindow window = windows.back();
    windows.pop_back();
    if (++windows_ > kMostWindows) {
      co_return refused(
          {.code = ErrorCode::kUnavailable,
           .message = fmt::format("the records of {} differ in too many places to be compared one by "
                                  "one; forget the source's state, so that all is loaded anew",
                                  object_.name()),
           .where = std::nullopt});
    }
    SoqlQuery counted = query(window);
    Answer<std::uint64_t> theirs = co_await tools_.rows.count(std::move(counted), Among::kAll);
    if (!theirs) co_return std::unexpected(std::move(theirs.error()));
    Answer<IdDigest> ours = co_await known(window);
    if (!ours) co_return std::unexpected(std::move(ours.error()));
    if (is_whole) {
      theirs_.count = *theirs;
      ours_ = *ours;
      is_whole = false;
    }
    if (*theirs == ours->count) continue;
    const auto parts = halves(window);
    if (std::max(*theirs, ours->count) <= kFewIds || !parts) {
      differing_.push_back(window);
      continue;
    }
    windows.push_back(parts->second);
    windows.push_back(parts->first);
  }
  co_return std::monostate{};
}

Async<Answer<Reconciliation::Months>> Reconciliation::months(TimeWindow all) {
  Months months;
  RowsAsked asked{.query = query(all), .spine = {}, .among = Among::kAll, .keep = false};
  asked.query.ordered = true;
  asked.on_record = [&months](std::string_view id, std::string_view created) {
    IdDigest& digest = months[month_of(parse_instant(created).value_or(Instant{}))];
    ++digest.count;
    digest.sum += id_summand(id);
  };
  Answer<RowsCame> came = co_await tools_.rows.fetch(std::move(asked));
  if (!came) co_return std::unexpected(std::move(came.error()));
  co_return months;
}

Async<Answer<std::monostate>> Reconciliation::by_ids(TimeWindow all) {
  Answer<Months> theirs = co_await months(all);
  if (!theirs) co_return std::unexpected(std::move(theirs.error()));
  for (const auto& [month, digest] : *theirs) add(theirs_, digest);
  Answer<IdDigest> whole = co_await known(all);
  if (!whole) co_return std::unexpected(std::move(whole.error()));
  ours_ = *whole;
  windows_ = 1;
  if (ours_ == theirs_) co_return std::monostate{};
  const int first = theirs->empty() ? month_of(*all.to) : theirs->begin()->first;
  const int end = month_of(*all.to) + 1;
  // Months [from, to); what lies before the first stands with the first.
  std::vector<std::pair<int, int>> spans{{first, end}};
  while (!spans.empty()) {
    const auto [from, to] = spans.back();
    spans.pop_back();
    IdDigest digest;
    for (auto at = theirs->lower_bound(from); at != theirs->end() && at->first < to; ++at)
      add(digest, at->second);
    TimeWindow window{.from = begin_of_month(from), .to = std::min(begin_of_month(to), *all.to)};
    if (from == first) window.from.reset();
    Answer<IdDigest> ours = co_await known(window);
    if (!ours) co_return std::unexpected(std::move(ours.error()));
    ++windows_;
    if (*ours == digest) continue;
    if (to - from == 1 || std::max(ours->count, digest.count) <= kFewIds) {
      differing_.push_back(window);
      continue;
    }
    const int middle = from + (to - from) / 2;
    spans.emplace_back(middle, to);
    spans.emplace_back(from, middle);
  }
  co_return std::monostate{};
}

Async<Answer<std::monostate>> Reconciliation::compare_ids(TimeWindow window) {
  std::vector<std::string> theirs;
  RowsAsked asked{.query = query(window), .spine = {}, .among = Among::kAll, .keep = false};
  asked.query.ordered = true;
  asked.on_record = [&theirs](std::string_view id, std::string_view) { theirs.emplace_back(id_key(id)); };
  Answer<RowsCame> came = co_await tools_.rows.fetch(std::move(asked));
  if (!came) co_return std::unexpected(std::move(came.error()));
  std::string name = object_.name();
  Result<std::vector<std::string>> ids =
      co_await tools_.sink.ids(std::move(name), begin_of(window), *window.to);
  if (!ids) co_return refused(std::move(ids.error()));
  std::vector<std::string> ours;
  for (const std::string& id : *ids) ours.emplace_back(id_key(id));
  std::ranges::sort(theirs);
  std::ranges::sort(ours);
  std::ranges::set_difference(theirs, ours, std::back_inserter(missing_));
  std::ranges::set_difference(ours, theirs, std::back_inserter(surplus_));
  co_return std::monostate{};
}

// Whatever differs is asked for by its id: what is there comes as it is today, deleted or not, and what is
// not there any more is said to be unseen.
Async<Answer<std::monostate>> Reconciliation::repair(Harvest& harvest) {
  std::vector<std::string> ids = missing_;
  ids.insert(ids.end(), surplus_.begin(), surplus_.end());
  if (ids.empty()) co_return std::monostate{};
  std::vector<std::string> found;
  Answer<RowsCame> rows = co_await object_.refetch(std::move(ids), found);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  fetched_ = rows->records;
  add_rows(harvest.rows, std::move(*rows));
  std::ranges::sort(found);
  std::ranges::set_difference(surplus_, found, std::back_inserter(harvest.unseen));
  unseen_ = harvest.unseen.size();
  co_return std::monostate{};
}

SourceNote Reconciliation::certificate(CompareBy by, TimeWindow all, std::uint64_t calls) const {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("source").string(tools_.options.name).key("object").string(object_.name());
  json.key("by").string(by == CompareBy::kIds ? "ids" : "counts");
  json.key("created_before").string(format_instant(*all.to));
  json.key("windows").integer(windows_).key("differing").integer(differing_.size());
  json.key("salesforce").integer(theirs_.count).key("ledger").integer(ours_.count);
  if (by == CompareBy::kIds) {
    json.key("salesforce_digest").string(fmt::format("{:016x}", theirs_.sum));
    json.key("ledger_digest").string(fmt::format("{:016x}", ours_.sum));
  }
  json.key("missing").integer(missing_.size()).key("surplus").integer(surplus_.size());
  json.key("fetched")
      .integer(fetched_)
      .key("unseen")
      .integer(unseen_)
      .key("calls")
      .integer(calls)
      .end_object();
  // Without the braces: a body is members.
  return {.kind = "sync.certificate", .body = body.substr(1, body.size() - 2)};
}

Async<Answer<Harvest>> Reconciliation::run(CompareBy by, Instant server_now) {
  Harvest harvest;
  const bool can_be_compared = !object_.choice().created.empty() && !is_history_object(object_.name());
  if (!can_be_compared || !object_.high()) co_return harvest;
  const std::uint64_t calls = tools_.session.calls();
  const TimeWindow all{.from = std::nullopt, .to = *object_.high()};
  Answer<std::monostate> narrowed = std::monostate{};
  if (by == CompareBy::kIds) {
    narrowed = co_await by_ids(all);
  } else {
    narrowed = co_await by_counts(all);
  }
  if (!narrowed) co_return std::unexpected(std::move(narrowed.error()));
  for (const TimeWindow& window : differing_) {
    Answer<std::monostate> compared = co_await compare_ids(window);
    if (!compared) co_return std::unexpected(std::move(compared.error()));
  }
  std::ranges::sort(missing_);
  std::ranges::sort(surplus_);
  Answer<std::monostate> repaired = co_await repair(harvest);
  if (!repaired) co_return std::unexpected(std::move(repaired.error()));
  harvest.notes.push_back(certificate(by, all, tools_.session.calls() - calls));
  harvest.state.push_back(instant_state(object_.name(), kReconciled, server_now));
  if (by == CompareBy::kIds) harvest.state.push_back(instant_state(object_.name(), kCompared, server_now));
  if (!missing_.empty() || unseen_ > 0) {
    harvest.alarms.push_back(
        fmt::format("{}: {} records were missing in the ledger and were fetched, {} could not be "
                    "found in Salesforce any more; see the certificate in the log",
                    object_.name(), missing_.size(), unseen_));
  }
  co_return harvest;
}

}  // namespace plumbline
