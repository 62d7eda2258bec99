// Any bytes as Clari's answer about opportunities: reading ends, and each row has as many cells as its
// header.
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <vector>

#include "connectors/clari/opportunity_rows.h"
#include "records/csv.h"

namespace {

using namespace plumbline;

void require(bool holds) {
  if (!holds) std::abort();
}

class Counter : public RowSink {
 public:
  std::uint64_t rows = 0;
  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    std::vector<std::uint32_t> all(names.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }
  void on_rows(const RowBatch& batch) override { rows += batch.places.size(); }
  void on_reject(const RowReject&) override { std::abort(); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<ClariOpportunityField> fields = default_opportunity_fields();
  OpportunityRows rows(fields);
  static_cast<void>(rows.read({reinterpret_cast<const char*>(data), size}));
  const std::uint64_t said = rows.rows();
  std::uint64_t found = 0;
  for (const OpportunityFile& file : rows.take()) {
    Counter counter;
    CsvParser parser({.file = {}, .delimiter = ','}, counter);
    require(parser.feed(file.text).has_value() && parser.finish().has_value());
    require(counter.rows == file.rows);
    found += counter.rows;
  }
  require(found == said);
  return 0;
}
