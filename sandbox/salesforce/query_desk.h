// Queries and their pages. A cursor keeps which records were found; a page shows them as they are when it is
// fetched. For one thread.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "sandbox/salesforce/settings.h"
#include "sandbox/salesforce/soql_query.h"
#include "sandbox/web/faults.h"
#include "sandbox/web/message.h"

namespace plumbline::sandbox {

inline constexpr std::chrono::days kCursorLife{2};
inline constexpr std::size_t kMostCursors = 256;  // the oldest ends when one more is opened

class QueryDesk {
 public:
  QueryDesk(const World& world, const Visibility& visibility, const SalesforceSettings& settings,
            Faults& faults)
      : world_(world), visibility_(visibility), settings_(settings), faults_(faults) {}

  // GET .../query?q= and .../queryAll?q=
  Answer<Response> query(const Request& request, std::string_view version, Deleted deleted);
  // GET .../query/{locator}
  Answer<Response> more(const Request& request, std::string_view version, std::string_view locator);

 private:
  struct Cursor {
    BoundQuery query;
    std::vector<RowNumber> rows;
    Instant opened{};
  };
  void shuffle(std::vector<RowNumber>& rows) const;
  std::size_t page_rows(const Request& request, std::size_t offset);
  Response page(const Request& request, std::string_view version, const std::string& id, const Cursor& cursor,
                std::size_t offset);

  const World& world_;
  const Visibility& visibility_;
  const SalesforceSettings& settings_;
  Faults& faults_;
  std::map<std::string, Cursor, std::less<>> cursors_;
  std::deque<std::string> opened_;  // oldest first
  std::size_t made_ = 0;
};

}  // namespace plumbline::sandbox
