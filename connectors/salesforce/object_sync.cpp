#include "connectors/salesforce/object_sync.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kHigh = "high";
constexpr std::string_view kFields = "fields";
constexpr std::string_view kRefreshed = "refreshed";
constexpr int kNotModified = 304;
// A window longer than that may hold anything: counted before it is asked for.
constexpr std::chrono::seconds kLongWindow = std::chrono::hours{24};

std::unexpected<ApiFailure> refused(Error error) { return std::unexpected(failure_of(std::move(error))); }

}  // namespace

ObjectSync::ObjectSync(SyncTools& tools, SalesforceObject wanted, ObjectMemory& memory)
    : tools_(tools), wanted_(std::move(wanted)), memory_(memory) {}

Async<Answer<std::monostate>> ObjectSync::ask_description(bool even_if_known) {
  ApiCall call{.path = tools_.session.path(fmt::format("sobjects/{}/describe", wanted_.name)),
               .asked = fmt::format("the description of {}", wanted_.name),
               .most_bytes = kMostDescribeBytes};
  if (memory_.described && !even_if_known && !memory_.described_at.empty()) {
    call.headers.push_back({"If-Modified-Since", memory_.described_at});
    call.not_modified_is_fine = true;
  }
  for (std::size_t attempt = 1;; ++attempt) {
    ApiCall copy = call;
    Answer<HttpReply> reply = co_await tools_.session.open(std::move(copy));
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    if (reply->head.status == kNotModified) co_return std::monostate{};
    DescribeReader reader;
    std::optional<Error> fault;
    bool is_refused = false;  // such as a reply without end, which would be none the shorter another time
    while (!fault) {
      Result<std::string> piece = co_await reply->body->next();
      if (!piece) {
        fault = std::move(piece.error());
        is_refused = fault->code != ErrorCode::kUnavailable;
        break;
      }
      if (piece->empty()) break;
      tools_.session.count_bytes(piece->size());
      if (Status read = reader.push(*piece); !read) fault = std::move(read.error());
    }
    Result<ObjectDescription> described = fault ? fail(*fault) : reader.take();
    if (described) {
      const auto changed = reply->head.header("Last-Modified");
      const auto date = changed ? changed : reply->head.header("Date");
      memory_.described = std::move(*described);
      memory_.described_at = date.value_or(std::string_view{});
      co_return std::monostate{};
    }
    if (is_refused || attempt >= kMostAttempts) {
      co_return refused(
          {.code = ErrorCode::kUnavailable,
           .message = fmt::format("the description of {} could not be read: {}; the next sync asks again",
                                  wanted_.name, described.error().message),
           .where = std::nullopt});
    }
    const std::chrono::milliseconds pause = attempt_pause(attempt);
    co_await tools_.session.pauses().pause(pause);
  }
}

Async<Answer<std::monostate>> ObjectSync::recall() {
  std::string name = wanted_.name;
  Result<std::optional<std::string>> fields = co_await kept_text(tools_, name, kFields);
  if (!fields) co_return refused(std::move(fields.error()));
  Result<std::optional<Instant>> high = co_await kept_instant(tools_, name, kHigh);
  if (!high) co_return refused(std::move(high.error()));
  known_ = KnownFields::from_text(fields->value_or(std::string{}));
  high_ = *high;
  choice_ = choose_fields(wanted_, *memory_.described, known_);
  co_return std::monostate{};
}

Async<Answer<std::monostate>> ObjectSync::describe() {
  Answer<std::monostate> asked = co_await ask_description(false);
  if (!asked) co_return asked;
  if (!memory_.described->queryable) {
    co_return refused(
        {.code = ErrorCode::kInvalidInput,
         .message = fmt::format("Salesforce does not let {} be asked for; take it off the list of objects",
                                wanted_.name),
         .where = std::nullopt});
  }
  co_return co_await recall();
}

SoqlQuery ObjectSync::query_for(std::vector<std::string> columns) const {
  return {.object = memory_.described->name, .columns = std::move(columns), .cursor = choice_.cursor};
}

// Since when a field is not there, as far as is known.
std::string ObjectSync::since() const {
  const std::optional<Instant> now = tools_.session.server_now();
  return now ? format_instant(*now) : std::string("this sync");
}

Harvest ObjectSync::hidden_alone() {
  Harvest harvest;
  const std::string& object = wanted_.name;
  for (const std::string& field : choice_.newly_hidden) {
    std::string reason = fmt::format("{}.{} is not among the fields that Salesforce describes, since {}",
                                     object, field, since());
    harvest.alarms.push_back(fmt::format(
        "{}: policies that need it cannot judge. Give the user read access to the field, or take it "
        "off the list of fields",
        reason));
    harvest.visibility.push_back(
        {.object = object, .field = field, .visible = false, .reason = std::move(reason)});
  }
  KnownFields known = known_;
  std::erase_if(known.read, [&](const std::string& name) {
    return std::ranges::find(choice_.hidden, name) != choice_.hidden.end();
  });
  for (const std::string& name : choice_.newly_hidden) known.hidden.push_back(name);
  if (known != known_) harvest.state.push_back({.key = state_key(object, kFields), .value = known.to_text()});
  return harvest;
}

// Of a sync that brought every column of every record: what is read now, and what came back.
void ObjectSync::tell_fields(Harvest& harvest) const {
  harvest.fields = described_fields(*memory_.described, choice_.columns);
  for (const std::string& field : choice_.returned) {
    harvest.visibility.push_back(
        {.object = wanted_.name,
         .field = field,
         .visible = true,
         .reason = fmt::format("Salesforce describes {}.{} again", wanted_.name, field)});
    harvest.alarms.push_back(
        fmt::format("{}.{} can be read again, and was fetched anew", wanted_.name, field));
  }
  const KnownFields known{.read = choice_.columns, .hidden = choice_.hidden};
  harvest.state.push_back({.key = state_key(wanted_.name, kFields), .value = known.to_text()});
}

Async<Answer<RowsCame>> ObjectSync::by_rest(SoqlQuery query, Among among, std::uint64_t most_rows) {
  query.ordered = true;
  RowsAsked asked{.query = std::move(query), .spine = choice_.spine, .among = among, .most_rows = most_rows};
  co_return co_await tools_.rows.fetch(std::move(asked));
}

Async<Answer<BulkCame>> ObjectSync::by_bulk(const SoqlQuery& query, std::string_view job, Instant high) {
  BulkAsked asked{.object = wanted_.name,
                  .soql = to_soql(query),
                  .columns = query.columns,
                  .state_key = state_key(wanted_.name, job),
                  .high = high};
  Answer<BulkCame> came = co_await tools_.bulk.run(tools_.sink, std::move(asked));
  if (!came && came.error().remedy == Remedy::kUseRest) {
    // What Salesforce says when a job is made holds for the object; a job that failed or was one too many
    // today, for that job.
    memory_.bulk_refused = came.error().status >= 400 && came.error().error.code != ErrorCode::kRateLimited;
  }
  co_return came;
}

Async<Answer<bool>> ObjectSync::is_for_bulk(const SoqlQuery& query, Among among) {
  if (!bulk_can()) co_return false;
  const TimeWindow& window = query.window;
  const bool is_long =
      query.cursor.empty() || !window.from || !window.to || *window.to - *window.from > kLongWindow;
  if (!is_long) co_return false;
  SoqlQuery counted = query;
  Answer<std::uint64_t> count = co_await tools_.rows.count(std::move(counted), among);
  if (!count && count.error().remedy == Remedy::kNarrow) co_return true;  // too many even to be counted
  if (!count) co_return std::unexpected(std::move(count.error()));
  co_return *count > tools_.options.bulk_above;
}

// Page by page where there are few rows, through Bulk where there are many.
Async<Answer<RowsCame>> ObjectSync::by_size(SoqlQuery query, Among among, std::string_view job,
                                            Harvest& harvest) {
  Answer<bool> for_bulk = co_await is_for_bulk(query, among);
  if (!for_bulk) co_return std::unexpected(std::move(for_bulk.error()));
  if (!*for_bulk) {
    constexpr std::uint64_t kAny = ~std::uint64_t{0};
    const std::uint64_t most = bulk_can() ? tools_.options.bulk_above : kAny;
    SoqlQuery copy = query;
    Answer<RowsCame> rows = co_await by_rest(std::move(copy), among, most);
    if (!rows || !rows->too_many) co_return rows;
  }
  Answer<BulkCame> came = co_await by_bulk(query, job, Instant{});
  if (came) {
    harvest.jobs.push_back(came->job);
    harvest.state.push_back({.key = state_key(wanted_.name, job), .value = std::nullopt});
    co_return std::move(came->rows);
  }
  if (came.error().remedy != Remedy::kUseRest) co_return std::unexpected(std::move(came.error()));
  constexpr std::uint64_t kAny = ~std::uint64_t{0};
  co_return co_await by_rest(std::move(query), among, kAny);
}

Async<Answer<Harvest>> ObjectSync::first_load(Instant high) {
  constexpr std::string_view kJob = "load-job";
  constexpr std::uint64_t kAny = ~std::uint64_t{0};
  Harvest harvest = hidden_alone();
  harvest.state.clear();
  SoqlQuery query = query_for(choice_.columns);
  if (bulk_can()) {
    Answer<BulkCame> came = co_await by_bulk(query, kJob, high);
    if (came) {
      high = came->high;
      harvest.rows = std::move(came->rows);
      harvest.jobs.push_back(came->job);
      harvest.state.push_back({.key = state_key(wanted_.name, kJob), .value = std::nullopt});
    } else if (came.error().remedy != Remedy::kUseRest) {
      co_return std::unexpected(std::move(came.error()));
    } else {
      query.window.to = high;
    }
  }
  if (harvest.jobs.empty()) {
    // Up to the same moment as the deltas that follow, so that it can be cut into shorter windows.
    query.window.to = high;
    Answer<RowsCame> rows = co_await by_rest(std::move(query), Among::kAll, kAny);
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    harvest.rows = std::move(*rows);
  }
  tell_fields(harvest);
  if (!choice_.cursor.empty()) harvest.state.push_back(instant_state(wanted_.name, kHigh, high));
  harvest.state.push_back(instant_state(wanted_.name, kRefreshed, high));
  harvest.state.push_back(instant_state(wanted_.name, "deleted", high));
  harvest.state.push_back(instant_state(wanted_.name, "compared", high));
  high_ = high;
  co_return harvest;
}

Async<Answer<Harvest>> ObjectSync::delta(Instant high) {
  Harvest harvest = hidden_alone();
  harvest.state.clear();
  if (!choice_.to_fill.empty()) {
    // Old records keep their stamps when a field appears.
    std::vector<std::string> columns = choice_.spine;
    for (const std::string& name : choice_.to_fill) {
      if (std::ranges::find(columns, name) == columns.end()) columns.push_back(name);
    }
    SoqlQuery all = query_for(std::move(columns));
    all.window.to = high;
    Answer<RowsCame> rows = co_await by_size(std::move(all), Among::kAll, "fill-job", harvest);
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    add_rows(harvest.rows, std::move(*rows));
  }
  if (high > *high_) {
    SoqlQuery query = query_for(choice_.columns);
    query.window = {.from = *high_ - tools_.options.overlap, .to = high};
    Answer<RowsCame> rows = co_await by_size(std::move(query), Among::kAll, "delta-job", harvest);
    if (!rows) {
      drop_files(harvest.rows);
      co_return std::unexpected(std::move(rows.error()));
    }
    add_rows(harvest.rows, std::move(*rows));
    harvest.state.push_back(instant_state(wanted_.name, kHigh, high));
  }
  const KnownFields now{.read = choice_.columns, .hidden = choice_.hidden};
  if (now != known_) tell_fields(harvest);
  high_ = std::max(*high_, high);
  co_return harvest;
}

Async<Answer<Harvest>> ObjectSync::bring_once(Instant server_now) {
  const Instant high = server_now - tools_.options.lag;
  if (!is_loaded()) co_return co_await first_load(high);
  Answer<Harvest> harvest = co_await delta(high);
  if (!harvest) co_return harvest;
  // The deltas told of what went into the recycle bin. Whoever cannot be asked about the rest now is asked
  // about the same time again.
  const Answer<std::monostate> asked = co_await deleted(server_now, *harvest);
  if (!asked) harvest->alarms.push_back(asked.error().error.message);
  co_return harvest;
}

Async<Answer<Harvest>> ObjectSync::bring(Instant server_now) {
  const std::optional<Instant> high = high_;
  Answer<Harvest> harvest = co_await bring_once(server_now);
  if (harvest || harvest.error().remedy != Remedy::kDescribeAgain) co_return harvest;
  const Answer<std::monostate> described = co_await ask_description(true);
  if (!described) co_return harvest;
  FieldChoice choice = choose_fields(wanted_, *memory_.described, known_);
  // Nothing changed: the same would be refused again.
  if (choice.columns == choice_.columns) co_return harvest;
  choice_ = std::move(choice);
  high_ = high;
  co_return co_await bring_once(server_now);
}

Async<Answer<Harvest>> ObjectSync::refresh(Instant server_now) {
  Harvest harvest;
  if (choice_.calculated.empty()) co_return harvest;
  std::vector<std::string> columns = choice_.spine;
  columns.insert(columns.end(), choice_.calculated.begin(), choice_.calculated.end());
  SoqlQuery query = query_for(std::move(columns));
  // Records that changed since the last delta come with the next one, with all their fields.
  query.window.to = high_;
  Answer<RowsCame> rows = co_await by_size(std::move(query), Among::kStanding, "refresh-job", harvest);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  harvest.rows = std::move(*rows);
  harvest.state.push_back(instant_state(wanted_.name, kRefreshed, server_now));
  co_return harvest;
}

Async<Answer<RowsCame>> ObjectSync::refetch(std::vector<std::string> ids, std::vector<std::string>& found) {
  RowsCame all;
  SoqlQuery query = query_for(choice_.columns);
  query.cursor.clear();
  // Half of the room for ids: columns may take the other.
  const std::size_t room = tools_.options.most_uri_bytes / 2;
  SoqlQuery bare = query;
  bare.columns = choice_.spine;
  for (const std::string& condition : id_conditions(bare, ids, room)) {
    RowsAsked asked{.query = query, .spine = choice_.spine};
    asked.query.conditions = {condition};
    asked.query.ordered = true;
    asked.on_record = [&found](std::string_view id, std::string_view) { found.emplace_back(id_key(id)); };
    Answer<RowsCame> rows = co_await tools_.rows.fetch(std::move(asked));
    if (!rows) {
      drop_files(all);
      co_return rows;
    }
    add_rows(all, std::move(*rows));
  }
  co_return all;
}

}  // namespace plumbline
