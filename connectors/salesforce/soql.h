// The queries we ask, as text: quoting, moments, addresses, and how much of them fits. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace plumbline {

// Everything but letters, digits and -._~ as %XX: a + would arrive as a blank.
std::string url_encode(std::string_view text);

// 'O\'Neil': a text literal of SOQL.
std::string soql_text(std::string_view text);

// From `from` on and before `to`; unset: without an end on that side.
struct TimeWindow {
  std::optional<Instant> from{};
  std::optional<Instant> to{};
  friend bool operator==(const TimeWindow&, const TimeWindow&) = default;
};

// "2024-01-01T00:00:00Z to 2024-01-02T00:00:00Z", "everything before ...", "everything".
std::string to_string(const TimeWindow& window);

// The window cut at its middle; nothing where it is a second wide. Where it has no beginning, it is cut as if
// it had begun when Salesforce did.
std::optional<std::pair<TimeWindow, TimeWindow>> halves(const TimeWindow& window);

// The last row that came, in the order of the query.
struct QueryPlace {
  Instant stamp{};  // of the query's cursor; nothing is asked about it where there is none
  std::string id;
  friend bool operator==(const QueryPlace&, const QueryPlace&) = default;
};

struct SoqlQuery {
  std::string object;
  std::vector<std::string> columns;
  std::string cursor{};  // the datetime field of the window; empty: no window, and order by Id alone
  TimeWindow window{};
  bool ordered = false;  // by cursor and Id, so that it can go on behind a place
  std::optional<QueryPlace> behind{};
  std::vector<std::string> conditions{};  // further ones, all to hold
};

// SELECT ... FROM ... WHERE ... ORDER BY ..., in one line.
std::string to_soql(const SoqlQuery& query);
// The same, asking how many rows there are.
std::string to_count_soql(const SoqlQuery& query);

// The columns in groups, each beginning with `spine` (which stands in all), so that the query with any of
// them is at most `most_bytes` long once encoded. One column that does not fit stands with the spine alone.
std::vector<std::vector<std::string>> split_columns(const SoqlQuery& query,
                                                    const std::vector<std::string>& spine,
                                                    std::size_t most_bytes);

// Ids in groups that fit likewise, as conditions: Id IN ('006...','006...').
std::vector<std::string> id_conditions(const SoqlQuery& query, const std::vector<std::string>& ids,
                                       std::size_t most_bytes);

}  // namespace plumbline
