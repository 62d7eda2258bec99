// Four layers, each undoing what the one below left when it has to begin again: groups of columns, windows,
// one window with its restarts, one page with its attempts.
#include "connectors/salesforce/rows.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "connectors/http/spool_file.h"

namespace plumbline {
namespace {

constexpr std::size_t kLeastUriBytes = 500;
// A page of the largest records there are: 2,000 rows of long texts.
constexpr std::uint64_t kMostPageBytes = std::uint64_t{512} << 20;

std::unexpected<ApiFailure> refused(Error error) { return std::unexpected(failure_of(std::move(error))); }

std::unexpected<ApiFailure> lost_rows(const RowsAsked& asked, std::uint64_t came, std::uint64_t said) {
  return refused({.code = ErrorCode::kUnavailable,
                  .message = fmt::format(
                      "Salesforce said that {} rows of {} would come ({}), and {} came; nothing of them is "
                      "taken, and the next sync asks again",
                      said, asked.query.object, to_string(asked.query.window), came),
                  .where = std::nullopt});
}

bool is_before(const std::string& stamp, const std::string& other) {
  return !stamp.empty() && !other.empty() && stamp < other;
}

}  // namespace

// How far one query over one window has come.
struct RowFetcher::Run {
  RowsAsked asked;
  RowsCame came{};
  std::string next{};            // address of the page to fetch
  std::uint64_t begun_with = 0;  // rows that had come when the query at hand was asked
  std::uint64_t total = 0;       // of the query at hand
  bool is_first = true;          // page of the query at hand
  bool has_restarted = false;
  std::optional<QueryPlace> last{};  // nothing where rows come in no order
  std::string last_stamp{};
};

void drop_files(RowsCame& came) {
  for (const DeliveredFile& file : came.files) {
    std::error_code ignored;
    std::filesystem::remove(file.path, ignored);
  }
  came = {};
}

void add_rows(RowsCame& to, RowsCame&& from) {
  to.records += from.records;
  std::ranges::move(from.files, std::back_inserter(to.files));
  from.files.clear();
}

RowFetcher::RowFetcher(SalesforceSession& session, const SalesforceOptions& options,
                       std::filesystem::path spool)
    : session_(session), options_(options), spool_(std::move(spool)) {}

std::string RowFetcher::query_address(const std::string& soql, Among among) const {
  const std::string_view how = among == Among::kAll ? "queryAll" : "query";
  return session_.path(fmt::format("{}?q={}", how, url_encode(soql)));
}

Async<Answer<std::uint64_t>> RowFetcher::count(SoqlQuery query, Among among) {
  ApiCall call{.path = query_address(to_count_soql(query), among),
               .asked = fmt::format("the count of {}", query.object),
               .total_time = kQueryTime};
  Answer<HttpResponse> response = co_await session_.fetch(std::move(call));
  if (!response) co_return std::unexpected(std::move(response.error()));
  Result<std::uint64_t> total = read_count(response->body);
  if (!total) {
    total.error().message =
        fmt::format("what Salesforce answered to the count of {} {}", query.object, total.error().message);
    co_return refused(std::move(total.error()));
  }
  co_return *total;
}

Async<Result<QueryPage>> RowFetcher::read_page(const RowsAsked& asked, HttpReply reply, RowsCame& came) {
  std::vector<std::pair<std::string, std::string>> told;
  QueryPageReader::OnRecord note;
  if (asked.on_record) {
    note = [&told](std::string_view id, std::string_view stamp) { told.emplace_back(id, stamp); };
  }
  QueryPageReader reader(asked.query.cursor, std::move(note));
  std::optional<SpoolFile> file;
  const std::uint64_t number = asked.keep ? ++files_ : 0;
  const std::filesystem::path path = spool_ / fmt::format("{}.{}.json", asked.query.object, number);
  if (asked.keep) {
    Result<SpoolFile> opened = SpoolFile::open(std::filesystem::path(path.string() + ".part"));
    if (!opened) co_return fail(std::move(opened.error()));
    file.emplace(std::move(*opened));
  }
  while (true) {
    Result<std::string> piece = co_await reply.body->next();
    if (!piece) co_return fail(std::move(piece.error()));
    if (piece->empty()) break;
    session_.count_bytes(piece->size());
    if (const Status read = reader.push(*piece); !read)
      co_return fail(ErrorCode::kUnavailable, read.error().message);
    if (!file) continue;
    if (Status written = file->write(*piece); !written) co_return fail(std::move(written.error()));
  }
  Result<QueryPage> page = reader.take();
  if (!page) co_return page;
  came.records += page->records;
  for (const auto& [id, stamp] : told) asked.on_record(id, stamp);
  if (file && page->records > 0) {
    if (Status placed = file->place(path); !placed) co_return fail(std::move(placed.error()));
    came.files.push_back({.path = path.string(),
                          .name = fmt::format("{}/{}/{}.json", options_.name, asked.query.object, number),
                          .object = asked.query.object,
                          .format = DeliveredFile::Format::kJson});
  }
  co_return page;
}

Async<Answer<QueryPage>> RowFetcher::page(const RowsAsked& asked, std::string address, RowsCame& came) {
  for (std::size_t attempt = 1;; ++attempt) {
    ApiCall call{.path = address,
                 .asked = fmt::format("the query of {}", asked.query.object),
                 .most_bytes = kMostPageBytes,
                 .total_time = kQueryTime};
    Answer<HttpReply> reply = co_await session_.open(std::move(call));
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    HttpReply opened = std::move(*reply);
    Result<QueryPage> page = co_await read_page(asked, std::move(opened), came);
    if (page) co_return std::move(*page);
    if (page.error().code != ErrorCode::kUnavailable || attempt >= kMostAttempts) {
      page.error().message = fmt::format("a page of {} could not be read: {}; the next sync asks again",
                                         asked.query.object, page.error().message);
      co_return refused(std::move(page.error()));
    }
    const std::chrono::milliseconds pause = attempt_pause(attempt);
    co_await session_.pauses().pause(pause);
  }
}

// Fetches the next page of the run. Whether there are more; nothing of a failure is undone.
Async<Answer<bool>> RowFetcher::follow(Run& run) {
  std::string address = run.next;
  Answer<QueryPage> page = co_await this->page(run.asked, std::move(address), run.came);
  if (!page) co_return std::unexpected(std::move(page.error()));
  if (run.is_first) run.total = page->total;
  run.is_first = false;
  if (page->records > 0) {
    const std::optional<Instant> stamp = parse_instant(page->last_stamp);
    const bool has_place = stamp || run.asked.query.cursor.empty();
    const bool in_order = page->in_order && !is_before(page->first_stamp, run.last_stamp) && has_place &&
                          !page->last_id.empty() && run.asked.query.ordered;
    run.last_stamp = page->last_stamp;
    run.last = in_order ? std::optional(QueryPlace{.stamp = stamp.value_or(Instant{}), .id = page->last_id})
                        : std::nullopt;
  }
  run.next = page->next_url;
  co_return !page->done;
}

Async<Answer<RowsCame>> RowFetcher::fetch_window(RowsAsked asked) {
  Run run{.asked = asked};
  const auto begin = [&](const std::optional<QueryPlace>& behind) {
    SoqlQuery query = run.asked.query;
    query.behind = behind;
    run.next = query_address(to_soql(query), run.asked.among);
    run.begun_with = run.came.records;
    run.is_first = true;
  };
  begin(std::nullopt);
  std::optional<std::uint64_t> said;  // by the first query
  for (std::size_t restarts = 0;;) {
    Answer<bool> more = co_await follow(run);
    if (!more && (more.error().remedy != Remedy::kRestart || ++restarts > kMostRestarts)) {
      // Records that were told of must not be told again by the halves of the window.
      if (asked.on_record && run.came.records > 0) more.error().remedy = Remedy::kFail;
      drop_files(run.came);
      co_return std::unexpected(std::move(more.error()));
    }
    if (!more) {
      // The place is lost. What came stays, where it is known what comes behind it.
      if (!run.last && asked.on_record) co_return std::unexpected(std::move(more.error()));
      if (!run.last) drop_files(run.came);
      if (!run.last) said.reset();
      run.has_restarted = run.last.has_value();
      begin(run.last);
      continue;
    }
    if (!said) said = run.total;
    if (*said > asked.most_rows) {
      drop_files(run.came);
      co_return RowsCame{.too_many = true};
    }
    if (*more) continue;
    const std::uint64_t of_this = run.came.records - run.begun_with;
    const bool whole = of_this == run.total && (!run.has_restarted || run.came.records == *said);
    if (whole) co_return std::move(run.came);
    if (asked.on_record || ++restarts > kMostRestarts) {
      const std::uint64_t came = run.came.records;
      drop_files(run.came);
      co_return lost_rows(asked, came, *said);
    }
    // Pages came short: nobody knows which rows are missing.
    drop_files(run.came);
    said.reset();
    run = Run{.asked = asked};
    begin(std::nullopt);
  }
}

Async<Answer<RowsCame>> RowFetcher::fetch_windows(RowsAsked asked) {
  RowsCame all;
  std::vector<TimeWindow> windows{asked.query.window};
  const bool can_be_cut = !asked.query.cursor.empty();
  for (std::size_t fetched = 0; !windows.empty(); ++fetched) {
    RowsAsked part = asked;
    part.query.window = windows.back();
    windows.pop_back();
    const TimeWindow window = part.query.window;
    Answer<RowsCame> came = co_await fetch_window(std::move(part));
    if (came && came->too_many) {
      drop_files(all);
      co_return came;
    }
    if (came) {
      add_rows(all, std::move(*came));
      continue;
    }
    const auto parts = halves(window);
    if (came.error().remedy != Remedy::kNarrow || !can_be_cut || !parts || fetched >= kMostWindows) {
      drop_files(all);
      co_return came;
    }
    windows.push_back(parts->second);
    windows.push_back(parts->first);
    // What was counted for the whole says nothing of a half.
    asked.most_rows = ~std::uint64_t{0};
  }
  co_return all;
}

Async<Answer<RowsCame>> RowFetcher::fetch_columns(RowsAsked asked, std::size_t most_bytes) {
  const std::size_t fixed = options_.login.url.size() + session_.path("queryAll?q=").size();
  const std::vector<std::vector<std::string>> groups =
      split_columns(asked.query, asked.spine, most_bytes - std::min(fixed, most_bytes / 2));
  RowsCame all;
  for (const std::vector<std::string>& columns : groups) {
    RowsAsked part = asked;
    part.query.columns = columns;
    const bool is_first = &columns == &groups.front();
    Answer<RowsCame> came = co_await fetch_windows(std::move(part));
    if (!came || came->too_many) {
      drop_files(all);
      co_return came;
    }
    // The same records again, with other columns.
    if (!is_first) came->records = 0;
    add_rows(all, std::move(*came));
  }
  co_return all;
}

Async<Answer<RowsCame>> RowFetcher::fetch(RowsAsked asked) {
  std::size_t most_bytes = options_.most_uri_bytes;
  while (true) {
    RowsAsked copy = asked;
    Answer<RowsCame> came = co_await fetch_columns(std::move(copy), most_bytes);
    const bool too_long = !came && came.error().remedy == Remedy::kSplitColumns;
    if (!too_long || most_bytes < kLeastUriBytes) co_return came;
    // Below the bound even one column stands alone with its spine.
    most_bytes = std::min(most_bytes, url_encode(to_soql(asked.query)).size()) / 2;
  }
}

}  // namespace plumbline
