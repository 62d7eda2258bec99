#include "sandbox/salesforce/query_desk.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sandbox/salesforce/render.h"

namespace plumbline::sandbox {
namespace {

constexpr std::size_t kFewestAsked = 200;  // batchSize below this is ignored
constexpr std::string_view kCursorPrefix = "01g";

std::optional<std::size_t> number_of(std::string_view text) {
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::unexpected<ApiError> invalid_locator() {
  return refuse(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
}

}  // namespace

Answer<Response> QueryDesk::query(const Request& request, std::string_view version, Deleted deleted) {
  const std::optional<std::string> text = request.parameter("q");
  if (!text) return refuse(400, "MALFORMED_QUERY", "A query string has to be specified");
  if (faults_.strikes("query_timeout", request.target) != nullptr) {
    return refuse(400, "QUERY_TIMEOUT", "Your query request was running for too long.");
  }
  const Answer<Soql> parsed = parse_soql(*text);
  if (!parsed) return std::unexpected(parsed.error());
  constexpr std::size_t kMostOffset = 2000;
  if (parsed->offset > kMostOffset)
    return refuse(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000");
  Answer<BoundQuery> bound = bind_soql(*parsed, visibility_, world_.now());
  if (!bound) return std::unexpected(bound.error());
  std::vector<RowNumber> rows = find_records(world_, *bound, deleted);
  if (settings_.shuffled && bound->order.empty()) shuffle(rows);
  if (bound->count) {
    return json_response(200, fmt::format(R"({{"totalSize":{},"done":true,"records":[]}})", rows.size()));
  }
  const std::string id = record_id(kCursorPrefix, ++made_);
  Cursor cursor{.query = *std::move(bound), .rows = std::move(rows), .opened = world_.now()};
  Response first = page(request, version, id, cursor, 0);
  if (first.rows < cursor.rows.size()) {
    cursors_.emplace(id, std::move(cursor));
    opened_.push_back(id);
    if (opened_.size() > kMostCursors) {
      cursors_.erase(opened_.front());
      opened_.pop_front();
    }
  }
  return first;
}

// Nobody promises an order that was not asked for.
void QueryDesk::shuffle(std::vector<RowNumber>& rows) const {
  Dice dice(world_.base().sizes().seed, Matter::kFault, made_);
  for (std::size_t left = rows.size(); left > 1; --left) std::swap(rows[left - 1], rows[dice.below(left)]);
}

Answer<Response> QueryDesk::more(const Request& request, std::string_view version, std::string_view locator) {
  const std::size_t dash = locator.rfind('-');
  if (dash == std::string_view::npos) return invalid_locator();
  const auto found = cursors_.find(locator.substr(0, dash));
  const std::optional<std::size_t> offset = number_of(locator.substr(dash + 1));
  if (found == cursors_.end() || !offset || *offset > found->second.rows.size()) return invalid_locator();
  if (world_.now() - found->second.opened > kCursorLife) {
    cursors_.erase(found);
    return invalid_locator();
  }
  if (faults_.strikes("bad_locator", request.target) != nullptr) return invalid_locator();
  return page(request, version, found->first, found->second, *offset);
}

std::size_t QueryDesk::page_rows(const Request& request, std::size_t offset) {
  std::size_t rows = settings_.page_rows;
  constexpr std::string_view kOption = "batchSize=";
  const std::string_view options = request.header("Sforce-Query-Options");
  if (const std::size_t at = options.find(kOption); at != std::string_view::npos) {
    const auto asked = number_of(options.substr(at + kOption.size()));
    if (asked && *asked >= kFewestAsked) rows = std::min(rows, *asked);
  }
  rows = std::max<std::size_t>(rows, 1);
  if (!settings_.uneven_pages || rows < 2) return rows;
  Dice dice(world_.base().sizes().seed, Matter::kFault, made_ << 32 | offset);
  return rows - dice.below(rows / 2);
}

Response QueryDesk::page(const Request& request, std::string_view version, const std::string& id,
                         const Cursor& cursor, std::size_t offset) {
  const std::size_t end = std::min(offset + page_rows(request, offset), cursor.rows.size());
  // A page that claims to be the last one although rows are missing: half of them, and all that would follow.
  const bool short_count = cursor.rows.size() > 1 && faults_.strikes("truncate", request.target) != nullptr;
  const std::size_t shown = short_count ? offset + (end - offset) / 2 : end;
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("totalSize").integer(cursor.rows.size());
  const bool done = short_count || end == cursor.rows.size();
  json.key("done").boolean(done);
  if (!done) {
    json.key("nextRecordsUrl").string(fmt::format("/services/data/v{}/query/{}-{}", version, id, end));
  }
  json.key("records").begin_array();
  for (std::size_t at = offset; at < shown; ++at)
    write_record(json, world_, cursor.query, cursor.rows[at], version);
  json.end_array().end_object();
  Response response = json_response(200, std::move(body));
  response.rows = shown - offset;
  return response;
}

}  // namespace plumbline::sandbox
